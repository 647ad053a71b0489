"""What every layer stands on: errors, registries, compiled functions and counter-based draws."""
