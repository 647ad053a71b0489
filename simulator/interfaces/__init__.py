"""What users touch: files, the command line and figures."""
