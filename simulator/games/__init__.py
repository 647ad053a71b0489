"""Games between two firms: equilibria and their selection, leadership, bounded rationality."""
