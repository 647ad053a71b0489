"""Commitment before the contract: hold-up, remedies, options, sunk cost."""
