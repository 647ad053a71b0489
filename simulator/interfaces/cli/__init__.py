"""The command line: one module per command, none of which imports anything heavy before it runs."""
