"""What every test needs."""

import signal

# A suite started in the background may have inherited that SIGINT is ignored, and would hand that down to the programs
# whose reaction to Ctrl-C it tests.
signal.signal(signal.SIGINT, signal.default_int_handler)
