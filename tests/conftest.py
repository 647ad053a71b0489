"""What every test needs."""

import signal

from hypothesis import settings

# A suite started in the background may have inherited that SIGINT is ignored, and would hand that down to the programs
# whose reaction to Ctrl-C it tests.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The gates draw the same examples every time, and no busy machine fails them by being slow;
# `pytest --hypothesis-profile=explore` looks for new ones.
settings.register_profile("gates", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile("gates")
