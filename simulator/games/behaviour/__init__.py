"""How people play: preferences, reinforcement, and fitting both to data."""
