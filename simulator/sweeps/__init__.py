"""Many histories: factors, plans, runners, the store, measures and comparisons."""
