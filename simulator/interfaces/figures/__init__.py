"""Figures: drawn without a display, told apart without colour, and the same bytes every time."""
