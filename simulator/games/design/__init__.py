"""Which contract is best for one firm, or for both, given how the firms then play and that both must sign."""
