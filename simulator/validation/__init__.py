"""Published results recomputed: one small module per chapter of results turns an item's inputs into library calls."""
