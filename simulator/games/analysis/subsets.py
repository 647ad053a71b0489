"""How the set of equilibria hangs together: connected components, and maximal Nash subsets inside them."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.games.analysis.applies import NotApplicable
from simulator.games.equilibrium import EquilibriumSet

MOST_TOGETHER = 300
MOST_EQUILIBRIA = 5_000


@dataclass(frozen=True, slots=True)
class NashSubsets:
    """The structure of the set of equilibria, by indices of equilibria.

    Parameters
    ----------
    components : tuple of tuple of int
        Connected components.
    indices : tuple of (int or None)
        The index of each component; None where it is not known; empty if not all equilibria are.
    subsets : tuple of tuple of int
        Maximal Nash subsets: within one, every action of SmallCo is in equilibrium with every action of BigCo.
    """

    components: tuple[tuple[int, ...], ...]
    indices: tuple[int | None, ...]
    subsets: tuple[tuple[int, ...], ...]


def nash_subsets(found: EquilibriumSet) -> NashSubsets | NotApplicable:
    """Return components and maximal Nash subsets of the equilibria found.

    There can be exponentially many subsets where many equilibria hang together; then only the components are known.

    References
    ----------
    Shapley (1974), A note on the Lemke-Howson algorithm, Mathematical Programming Study 1 (the index).
    Winkels (1979), An algorithm to determine all equilibrium points of a bimatrix game (maximal Nash subsets).

    Examples
    --------
    Where SmallCo is indifferent all its actions are interchangeable:

    >>> from simulator.games.equilibrium import all_equilibria
    >>> from simulator.games.normal_form import NormalFormGame
    >>> nash_subsets(all_equilibria(NormalFormGame([[0], [0]], [[1], [2]])))
    NashSubsets(components=((0, 1),), indices=(1,), subsets=((0, 1),))
    """
    largest = max(len(component) for component in found.components)
    if largest > MOST_TOGETHER:
        return NotApplicable(f"{largest} extreme equilibria hang together; sorted into subsets are {MOST_TOGETHER}")
    if len(found.equilibria) > MOST_EQUILIBRIA:
        return NotApplicable(f"there are {len(found.equilibria)} equilibria; sorted are at most {MOST_EQUILIBRIA}")
    return NashSubsets(found.components, found.indices, found.maximal_nash_subsets())
