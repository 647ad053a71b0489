"""Designs: from the values or distributions of each factor to the points of an experiment."""

from simulator.sweeps.designs.base import DESIGNS, MOST_POINTS, Design, Point, design_name
from simulator.sweeps.designs.enumerated import Grid, Nested, Rows
from simulator.sweeps.designs.sampled import Halton, LatinHypercube, Sobol
from simulator.sweeps.designs.sensitivity import Morris, Saltelli

__all__ = [
    "DESIGNS", "MOST_POINTS", "Design", "Grid", "Halton", "LatinHypercube", "Morris", "Nested", "Point", "Rows",
    "Saltelli", "Sobol", "design_name",
]  # fmt: skip
