"""Hidden types and actions: courtship, audit, reputation, global games, small trees."""
