"""The market month by month: rules of a period, strategies, and the drivers that agree to the last bit."""
