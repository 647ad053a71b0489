"""The formal model: firms, ventures, contracts, and the arithmetic Y, D, O, K, beta of one alliance."""
