"""Calibration: parameters of a scenario fitted to a table of observed moments, and how sure they are."""
