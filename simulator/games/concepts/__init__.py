"""Solution concepts beside Nash equilibrium: correlated, rationalisable, logit, potential."""
