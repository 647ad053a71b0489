"""The four classical bargaining solutions of a solved game, on the frontier that each kind of bargaining has.

Two bargains are told apart. *Sharing money*: commitments are sunk and what they are worth is divided, so the frontier
is the line u_S + u_B = pie from the disagreement point. *Choosing commitments*: the firms agree on what to commit, by
lot if they like, but pay each other nothing; the frontier is that of the mixtures of the game's cells, and without an
agreement the selected equilibrium is played.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.foundation.errors import ParameterError
from simulator.games.analysis.applies import NotApplicable
from simulator.games.bargaining import BargainingPicture
from simulator.games.negotiation.bargaining_solutions import (
    Agreement,
    Frontier,
    egalitarian,
    function_frontier,
    kalai_smorodinsky,
    nash,
    points_frontier,
    utilitarian,
)

Point = tuple[float, float]

_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class BargainingSolutions:
    """The solutions of one bargaining problem: (u_S, u_B), money.

    Parameters
    ----------
    disagreement : tuple of float
        (d_S, d_B).
    nash : tuple of float
        The Nash solution weighted by bargaining power.
    kalai_smorodinsky, egalitarian : tuple of float
        Equal fractions of the largest gains, and equal gains.
    utilitarian : tuple of float or None
        The largest sum; None where all divisions have the same sum.
    """

    disagreement: Point
    nash: Point
    kalai_smorodinsky: Point
    egalitarian: Point
    utilitarian: Point | None


@dataclass(frozen=True, slots=True)
class Agreements:
    """The solutions of both bargains.

    Parameters
    ----------
    power : float
        SmallCo's bargaining weight, in [0, 1].
    sharing : BargainingSolutions or NotApplicable
        Of the money on the table at the commitments played.
    choosing : BargainingSolutions or NotApplicable
        Of the choice of commitments without side payments.
    """

    power: float
    sharing: BargainingSolutions | NotApplicable
    choosing: BargainingSolutions | NotApplicable


def agreements(picture: BargainingPicture, status_quo: Point, power: float) -> Agreements:
    """Return the bargaining solutions of a solved game.

    Parameters
    ----------
    picture : BargainingPicture
        The bargaining problem at the commitments played, and the frontier of the game's cells.
    status_quo : tuple of float
        (u_S, u_B) of the selected equilibrium (money).
    power : float
        SmallCo's weight beta in [0, 1].

    Examples
    --------
    In a prisoners' dilemma both agree to cooperate, whatever the idea of fairness:

    >>> from simulator.games.bargaining import table_picture
    >>> from simulator.games.normal_form import NormalFormGame
    >>> dilemma = NormalFormGame([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    >>> found = agreements(table_picture(dilemma, (1.0, 1.0), 0.5), (1.0, 1.0), 0.5)
    >>> found.choosing.nash, found.choosing.egalitarian
    ((3.0, 3.0), (3.0, 3.0))
    """
    return Agreements(power, _sharing(picture, power), _choosing(picture, status_quo, power))


def _sharing(picture: BargainingPicture, power: float) -> BargainingSolutions | NotApplicable:
    """Return the solutions on the line of shared money."""
    (small_least, small_rest), (small_most, _) = picture.frontier.tolist()
    pie = small_least + small_rest
    if small_most - small_least <= _NOTHING * max(abs(small_most), abs(small_least)):
        return NotApplicable("what is on the table is no more than both get without an agreement")
    line = function_frontier(lambda small: pie - small, small_least, small_most)
    return _solutions(line, picture.disagreement, power, constant_sum=True)


def _choosing(picture: BargainingPicture, status_quo: Point, power: float) -> BargainingSolutions | NotApplicable:
    """Return the solutions on the frontier of the game's cells."""
    frontier = points_frontier(picture.hull)
    try:
        found = _solutions(frontier, status_quo, power, constant_sum=False)
    except ParameterError:
        return NotApplicable("no mixture of cells gives both firms as much as the selected equilibrium")
    scale = max(float(abs(picture.hull).max()), 1e-300)
    if sum(found.utilitarian or status_quo) - sum(status_quo) <= _NOTHING * scale:
        return NotApplicable("the selected equilibrium is on the frontier already: no mixture of cells betters both")
    return found


def _solutions(frontier: Frontier, disagreement: Point, power: float, *, constant_sum: bool) -> BargainingSolutions:
    """Return the four solutions on a frontier."""
    most = None if constant_sum else _point(utilitarian(frontier, disagreement))
    return BargainingSolutions(
        disagreement,
        _point(nash(frontier, disagreement, power)),
        _point(kalai_smorodinsky(frontier, disagreement)),
        _point(egalitarian(frontier, disagreement)),
        most,
    )


def _point(agreement: Agreement) -> Point:
    """Return (u_S, u_B)."""
    return agreement.small, agreement.big
