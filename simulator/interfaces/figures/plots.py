"""The figures of a solved game by the names that ``--plot`` knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.interfaces.figures.best_replies import best_replies_figure
from simulator.interfaces.figures.elimination import elimination_figure
from simulator.interfaces.figures.payoffs import payoffs_figure
from simulator.interfaces.figures.qre import qre_figure
from simulator.interfaces.figures.replicator import replicator_figure
from simulator.interfaces.figures.solve import solve_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from simulator.games.solution import Solution

FIGURES = {
    "overview": solve_figure,
    "best-replies": best_replies_figure,
    "payoffs": payoffs_figure,
    "qre": qre_figure,
    "replicator": replicator_figure,
    "elimination": elimination_figure,
}


def draw(name: str, solution: Solution) -> Figure:
    """Return one of the figures of a solved game."""
    return FIGURES[name](solution)
