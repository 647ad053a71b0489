"""What playing for oneself costs both together: price of anarchy and price of stability.

The surplus of a profile is bilinear in both firms' mixed actions, so over a set of interchangeable equilibria it is
largest and smallest at extreme equilibria, and these are all that have to be looked at.

References
----------
Koutsoupias and Papadimitriou (1999), Worst-case equilibria, STACS 99 (anarchy).
Anshelevich et al. (2008), The price of stability for network design with fair cost allocation, SIAM J. Computing 38.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from simulator.games.analysis.applies import NotApplicable
from simulator.games.equilibrium import Equilibrium


@dataclass(frozen=True, slots=True)
class Anarchy:
    """First-best surplus against that of the worst and of the best equilibrium.

    Parameters
    ----------
    first_best, worst, best : float
        Surplus (money): largest of all, smallest and largest of the equilibria.
    anarchy : float or None
        first_best / worst, at least 1; None if the worst equilibrium makes no surplus, so that the price is infinite.
    stability : float or None
        first_best / best, at least 1; None if the best equilibrium makes no surplus.
    complete : bool
        Whether all equilibria were known; if not, the price of anarchy may be larger and that of stability smaller.
    """

    first_best: float
    worst: float
    best: float
    anarchy: float | None
    stability: float | None
    complete: bool = True


def anarchy(first_best: float, equilibria: Sequence[Equilibrium], *, complete: bool = True) -> Anarchy | NotApplicable:
    """Return the price of anarchy and the price of stability.

    Parameters
    ----------
    first_best : float
        The largest surplus (money).
    equilibria : sequence of Equilibrium
        Not empty.
    complete : bool
        Whether these are all there are.

    Examples
    --------
    In a prisoners' dilemma that makes 6 together and 2 in its equilibrium both prices are 3:

    >>> found = anarchy(6.0, [Equilibrium((0.0, 1.0), (0.0, 1.0), (1.0, 1.0), 0.0, True)])
    >>> found.anarchy, found.stability
    (3.0, 3.0)
    """
    if not first_best > 0.0:
        return NotApplicable("the first best makes no surplus")
    made = [sum(each.payoffs) for each in equilibria]
    worst, best = min(made), max(made)
    nothing = 1e-12 * first_best
    return Anarchy(
        first_best,
        worst,
        best,
        first_best / worst if worst > nothing else None,
        first_best / best if best > nothing else None,
        complete,
    )
