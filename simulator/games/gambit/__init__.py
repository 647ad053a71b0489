"""Games written to Gambit's files and read back."""
