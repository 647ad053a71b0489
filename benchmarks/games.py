"""Building bimatrices over commitment levels, against the same formulas written out in plain Python and in NumPy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import Line, Section
from benchmarks.timing import PROCESSOR, in_turn
from simulator.economy.alliance import payoff_matrices
from simulator.economy.scenario import Scenario
from simulator.economy.world import QUADRATURE_POINTS, World, world_of
from simulator.games.commitment_game import runway
from simulator.interfaces.files import read_scenario

SIZES = (11, 21, 51, 101)
SHARED, BARGAINED = "revenue share", "nothing signed"
SHARE = 0.35
Matrix = NDArray[np.float64]
Matrices = tuple[Matrix, Matrix]


def shared_loop(levels: list[float]) -> Matrices:
    """Return both payoff matrices of ham_and_egg under its revenue share, by two loops in plain Python."""
    size = len(levels)
    small_payoffs, big_payoffs = np.empty((size, size)), np.empty((size, size))
    for i, small in enumerate(levels):
        for j, big in enumerate(levels):
            output = 1.0 / (1.0 / small + 1.0 / big) if small > 0.0 and big > 0.0 else 0.0
            revenue = 4.0 * output
            small_payoffs[i, j] = SHARE * revenue - 0.5 * small * small
            big_payoffs[i, j] = revenue - SHARE * revenue - 0.5 * big * big
    return small_payoffs, big_payoffs


def bargained_loop(levels: list[float], states: list[float], weights: list[float]) -> Matrices:
    """Return both payoff matrices of ham_and_egg with nothing signed, by loops in plain Python.

    In every state BigCo's threat is to put its effort to its next-best use, worth 1 a unit; SmallCo has none, and an
    outside option of 0. Where parting yields more than staying, that is what they divide.
    """
    size = len(levels)
    small_payoffs, big_payoffs = np.empty((size, size)), np.empty((size, size))
    for i, small in enumerate(levels):
        for j, big in enumerate(levels):
            output = 1.0 / (1.0 / small + 1.0 / big) if small > 0.0 and big > 0.0 else 0.0
            small_share = big_share = 0.0
            for state, weight in zip(states, weights, strict=True):
                pie = max(state * 4.0 * output, big)
                mine = max(0.0, 0.5 * (pie - big))
                small_share += weight * mine
                big_share += weight * (pie - mine)
            small_payoffs[i, j] = small_share - 0.5 * small * small
            big_payoffs[i, j] = big_share - 0.5 * big * big
    return small_payoffs, big_payoffs


def shared_numpy(levels: Matrix) -> Matrices:
    """Return what `shared_loop` does, by whole arrays."""
    small, big = levels[:, None], levels[None, :]
    with np.errstate(divide="ignore"):
        revenue = 4.0 / (1.0 / small + 1.0 / big)
    return SHARE * revenue - 0.5 * small * small, revenue - SHARE * revenue - 0.5 * big * big


def bargained_numpy(levels: Matrix, states: Matrix, weights: Matrix) -> Matrices:
    """Return what `bargained_loop` does, by whole arrays."""
    small, big = levels[:, None], levels[None, :]
    with np.errstate(divide="ignore"):
        output = 1.0 / (1.0 / small + 1.0 / big)
    pie = np.maximum(4.0 * output[..., None] * states, big[..., None])
    mine = np.maximum(0.0, 0.5 * (pie - big[..., None]))
    return mine @ weights - 0.5 * small * small, (pie - mine) @ weights - 0.5 * big * big


def builders(
    scenario: Scenario, world: World, contract: str, size: int
) -> tuple[Callable[[], Matrices], Callable[[], Matrices], Callable[[], Matrices]]:
    """Return how the package, a Python loop and NumPy build the matrices of one contract and size."""
    clauses = scenario.contract(contract).clauses
    months, levels = runway(scenario, clauses), np.linspace(0.0, 1.0, size)
    listed = levels.tolist()

    def own() -> Matrices:
        return payoff_matrices(world, clauses, levels, levels, months)

    if contract == SHARED:
        return own, lambda: shared_loop(listed), lambda: shared_numpy(levels)
    nodes, weights = np.polynomial.hermite_e.hermegauss(QUADRATURE_POINTS)
    weights /= weights.sum()
    states = np.exp(0.3 * nodes - 0.045)
    states /= weights @ states
    return (
        own,
        lambda: bargained_loop(listed, states.tolist(), weights.tolist()),
        lambda: bargained_numpy(levels, states, weights),
    )


def repeated(build: Callable[[], Matrices], times: int) -> Callable[[], None]:
    """Return a function that builds several games."""

    def work() -> None:
        for _ in range(times):
            build()

    return work


def measure(*, quick: bool = False) -> Section:
    """Return games per second and the ratios to plain Python and NumPy; the matrices must be equal."""
    scenario = read_scenario("ham_and_egg")
    world = world_of(scenario)
    lines: list[Line] = []
    for contract in (SHARED, BARGAINED):
        for size in (11, 51) if quick else SIZES:
            own, loop, arrays = builders(scenario, world, contract, size)
            expected = own()
            for other in (loop(), arrays()):
                for theirs, ours in zip(other, expected, strict=True):
                    np.testing.assert_allclose(theirs, ours, rtol=1e-9, atol=1e-9)
            cells = size * size * (QUADRATURE_POINTS if contract == BARGAINED else 1)
            many, some, few = (max(1, budget // cells) for budget in (2_000_000, 400_000, 100_000))
            works = {"own": many, "numpy": some, "loop": few}
            built = {"own": own, "numpy": arrays, "loop": loop}
            times = in_turn(
                {name: (repeated(built[name], count), PROCESSOR) for name, count in works.items()}, 2 if quick else 5
            )
            each = {name: times[name] / works[name] for name in works}
            what = f"bimatrix {size} x {size}, {contract}"
            largest = size == SIZES[-1]
            lines += [
                Line(what, 1.0 / each["own"], "games/s", shown=largest),
                Line(f"{what}: time", 1e3 * each["own"], "ms/game"),
                Line(f"{what}: plain Python / own", each["loop"] / each["own"], "times", shown=largest),
                Line(f"{what}: NumPy / own", each["numpy"] / each["own"], "times"),
            ]
    return Section(
        "games",
        "Bimatrices of ham_and_egg over commitment levels",
        "one core, processor time, both matrices; the revenue share has a closed form, with nothing signed every cell "
        f"is bargained over in {QUADRATURE_POINTS} states; plain Python and NumPy are written by hand for these two "
        "contracts and give the same numbers to 9 digits",
        tuple(lines),
    )
