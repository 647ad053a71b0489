"""Commitments on an interval: best replies, equilibria with a certificate, first best and leadership.

Best replies are global maxima (`games.maximum`). With BR_i the best reply, equilibria are the fixed points of
phi(s) = BR_S(BR_B(s)) on SmallCo's interval: the roots of phi(s) - s between starts, the starts that stay where they
are, and the ends of best-reply paths. Only those that pass the certificate are returned: no firm gains more than
`CERTIFIED` times its payoff range by any deviation.

References
----------
Debreu (1952), A social equilibrium existence theorem, PNAS 38 (games on intervals).
von Stackelberg (1934), Marktform und Gleichgewicht (leadership).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from simulator.economy.alliance import joint_value, payoff_matrices
from simulator.economy.clauses import Clauses
from simulator.economy.contract import Contract
from simulator.economy.firm import Role
from simulator.economy.scenario import CommitmentSpace, Scenario
from simulator.foundation.errors import ParameterError, SolverError
from simulator.games.commitment_game import (
    FirstBest,
    StageGame,
    joint_values,
    joint_values_each,
    least_for_output,
    own_payoffs,
    stage_game,
)
from simulator.games.maximum import maximise

Array = NDArray[np.float64]

CERTIFIED = 1e-9
"""Largest unilateral gain of an equilibrium, as a share of the firm's payoff range."""

_SAME = 2e-4
_STARTS = 33
_PATH = 6
_MOST_DOUBLINGS = 40


@dataclass(frozen=True, slots=True)
class ContinuousEquilibrium:
    """A pure equilibrium on the intervals.

    Parameters
    ----------
    small, big : float
        Commitments c_S and c_B.
    payoffs : tuple of float
        (u_S, u_B), money.
    gain : float
        The largest gain (money) either firm could make alone; the certificate.
    component : int
        Equal for members of one continuum of equilibria, of which the ends are listed, and what was asked about.
    """

    small: float
    big: float
    payoffs: tuple[float, float]
    gain: float
    component: int = 0


@dataclass(frozen=True, slots=True)
class ContinuousLeadership:
    """What is played on the intervals when one firm commits first: commitments and payoffs (money)."""

    leader: str
    small: float
    big: float
    payoffs: tuple[float, float]


def best_replies(stage: StageGame, role: Role, others: Array, upper: float) -> tuple[Array, Array]:
    """Return a firm's best replies in [0, upper] to the partner's commitments (B,), and its payoffs (B,).

    Of tied replies (within rounding) the smallest is returned.
    """
    small_moves = role is Role.SMALL
    w, g = stage.world, stage.clauses
    floor = g.small_floor if small_moves else g.big_floor
    jumps = [np.full(len(others), min(floor, upper))]
    kinks = [np.minimum(others, upper)]
    if g.target > 0.0:
        jumps.append(least_for_output(w, small_moves, others, upper, g.target))
    for active, units in (
        (g.minimum > 0.0, g.minimum),
        (g.rebate > 0.0, g.rebate_threshold),
        (g.performance > 0.0, g.performance_quantity),
    ):
        if active and units > 0.0:
            kinks.append(least_for_output(w, small_moves, others, upper, units))

    def objective(own: Array) -> Array:
        values: Array = own_payoffs(w, g, small_moves, own, others, stage.runway)
        return values

    return maximise(objective, upper, np.column_stack(kinks), np.column_stack(jumps))


def best_reply(stage: StageGame, role: Role, other: float, upper: float) -> tuple[float, float]:
    """Return a firm's best reply in [0, upper] to the partner's commitment, and its payoff (money).

    Parameters
    ----------
    stage : StageGame
        From `stage_game(scenario, contract)`.
    role : Role
        The firm that replies.
    other : float
        The partner's commitment.
    upper : float
        The largest commitment possible.

    Examples
    --------
    >>> from simulator.economy.firm import SmallFirm
    >>> stage = stage_game(Scenario("example", small=SmallFirm(cost=2.0)), Contract())
    >>> round(best_reply(stage, Role.SMALL, 0.0, 1.0)[0], 12)
    0.25
    """
    points, values = best_replies(stage, role, np.array([float(other)]), upper)
    return float(points[0]), float(values[0])


def unilateral_gain(stage: StageGame, small: float, big: float, uppers: tuple[float, float]) -> tuple[float, float]:
    """Return what SmallCo and BigCo could gain (money, at least 0) by deviating alone from (c_S, c_B)."""
    u_small, u_big = stage.payoffs(small, big)
    return (
        max(best_reply(stage, Role.SMALL, big, uppers[0])[1] - u_small, 0.0),
        max(best_reply(stage, Role.BIG, small, uppers[1])[1] - u_big, 0.0),
    )


def first_best(stage: StageGame, uppers: tuple[float, float]) -> FirstBest:
    """Return the commitments that maximise the joint surplus, by nested search; the smallest of those that tie.

    The outer search over c_S sees max over c_B, so it is smooth even along the ridge of a weakest link.
    """
    nothing = Clauses()

    def given_small(small: Array, **accuracy: int | bool) -> tuple[Array, Array]:
        return maximise(
            lambda big: np.asarray(joint_values_each(stage.world, nothing, small, big)),
            uppers[1],
            small[:, None],
            **accuracy,  # type: ignore[arg-type]
        )

    def outer(points: Array) -> Array:
        return given_small(points.ravel(), scan=49, peaks=2, rounds=8, polish=False)[1].reshape(points.shape)

    where, _ = maximise(outer, uppers[0], peaks=2, rounds=8, scan=97, largest=True)
    big, value = given_small(where)
    small, trimmed = maximise(
        lambda own: np.asarray(joint_values(stage.world, nothing, own[0], big)).T, uppers[0], big[:, None]
    )
    if trimmed[0] < value[0] - 1e-13 * abs(value[0]):
        small = where
    return FirstBest(float(small[0]), float(big[0]), float(joint_value(stage.world, nothing, small[0], big[0])))


def commitment_bounds(scenario: Scenario, stage: StageGame) -> tuple[float, float]:
    """Return upper bounds for SmallCo's and BigCo's commitments: those given, or as far as either could want to go.

    Raises
    ------
    ParameterError
        If levels of one firm other than 0 alone are given.
    SolverError
        If a firm would commit without bound.
    """
    given = (_given_bound(scenario.commitment, Role.SMALL), _given_bound(scenario.commitment, Role.BIG))
    floors = (stage.clauses.small_floor, stage.clauses.big_floor)
    bounds = [max(1.0, 1.25 * floor) if bound is None else bound for bound, floor in zip(given, floors, strict=True)]
    for _ in range(_MOST_DOUBLINGS):
        ends = _reach(stage, bounds[0], bounds[1])
        touched = [given[firm] is None and ends[firm] > 0.95 * bounds[firm] for firm in (0, 1)]
        if not any(touched):
            break
        bounds = [2.0 * bound if touch else bound for bound, touch in zip(bounds, touched, strict=True)]
    else:
        firm = "small" if touched[0] else "big"
        raise SolverError(
            f"The best commitment of the {firm} firm grows without bound: its cost rises more slowly than what it "
            f"brings. Write commitment.{firm}_upper, a larger {firm}.cost or a larger {firm}.curvature."
        )
    for _ in range(_MOST_DOUBLINGS):
        ends = _reach(stage, bounds[0], bounds[1])
        room = [given[firm] is None and 0.0 < ends[firm] < bounds[firm] / 8.0 for firm in (0, 1)]
        if not any(room):
            break
        bounds = [0.25 * bound if loose else bound for bound, loose in zip(bounds, room, strict=True)]
    return bounds[0], bounds[1]


def _given_bound(space: CommitmentSpace, role: Role) -> float | None:
    """Return the firm's bound if the scenario gives one; a firm whose only level is 0 stays there."""
    own = space.small_levels if role is Role.SMALL else space.big_levels
    if own is None:
        return space.upper(role)
    if own != (0.0,):
        raise ParameterError(
            f"CommitmentSpace.{role.value}_levels must be [0] or left out where the commitments are continuous; "
            f"got {list(own)!r}. Write {role.value}_levels = [0], or levels as a number or list."
        )
    return 0.0


def _reach(stage: StageGame, small_upper: float, big_upper: float) -> tuple[float, float]:
    """Return the largest commitments that best replies, or the first best on a coarse grid, choose in the bounds."""
    small = best_replies(stage, Role.SMALL, big_upper * np.array([0.0, 0.25, 1.0]), small_upper)[0]
    big = best_replies(stage, Role.BIG, small_upper * np.array([0.0, 0.25, 1.0]), big_upper)[0]
    rows, columns = np.linspace(0.0, small_upper, 33), np.linspace(0.0, big_upper, 33)
    joint = joint_values(stage.world, Clauses(), rows, columns)
    ideal = np.argwhere(joint >= np.max(joint) - 1e-12 * np.max(np.abs(joint)))[0]
    return max(float(np.max(small)), float(rows[ideal[0]])), max(float(np.max(big)), float(columns[ideal[1]]))


def continuous_equilibria(
    scenario: Scenario,
    contract: Contract,
    *,
    bounds: tuple[float, float] | None = None,
    also: Iterable[tuple[float, float]] = (),
) -> tuple[ContinuousEquilibrium, ...]:
    """Return the pure equilibria found on the intervals of commitments, each with its certificate.

    Parameters
    ----------
    scenario : Scenario
        The world; `commitment.levels` is ignored.
    contract : Contract
        What is signed.
    bounds : tuple of float, optional
        Upper bounds of both commitments, where they are known already.
    also : iterable of (c_S, c_B), optional
        Further profiles to test, and to list even inside a continuum.

    Returns
    -------
    tuple of ContinuousEquilibrium
        In ascending order; empty if none was found. Of a continuum the two ends, and what was asked about.

    Raises
    ------
    SolverError
        If a firm would commit without bound.

    Examples
    --------
    >>> one, = continuous_equilibria(Scenario("example"), Contract())
    >>> round(one.small, 12), round(one.big, 12)
    (0.5, 1.0)
    """
    stage = stage_game(scenario, contract)
    uppers = bounds or commitment_bounds(scenario, stage)
    replies = partial(best_replies, stage)

    def after(small: Array) -> Array:
        return replies(Role.SMALL, replies(Role.BIG, small, uppers[1])[0], uppers[0])[0]

    floors = (stage.clauses.small_floor, stage.clauses.big_floor)
    starts = uppers[0] * np.concatenate((np.linspace(0.0, 1.0, _STARTS), np.geomspace(1e-4, 1e-2, 5)))
    starts = np.unique(np.append(starts, min(floors[0], uppers[0])))
    images = after(starts)
    found = [*_fixed_points(after, starts, images, uppers[0])]
    for _ in range(_PATH):
        images = np.unique(after(images))
    smalls = np.unique(np.concatenate((found, images)))
    bigs = replies(Role.BIG, smalls, uppers[1])[0]
    corners = [(floors[0], floors[1]), (0.0, 0.0), uppers]
    asked = list(also)
    profiles = np.array([*zip(smalls, bigs, strict=True), *corners, *asked])
    wanted = np.arange(len(profiles)) >= len(profiles) - len(asked)
    inside = (profiles[:, 0] <= uppers[0]) & (profiles[:, 1] <= uppers[1])
    return _certified(stage, profiles[inside], wanted[inside], uppers)


def _fixed_points(after: Callable[[Array], Array], starts: Array, images: Array, upper: float) -> list[float]:
    """Return the starts that stay where they are and the roots of after(s) - s between starts."""
    from scipy.optimize import brentq

    gap = images - starts
    still = np.abs(gap) <= 1e-11 * upper
    found = [float(start) for start in starts[still]]
    for i in np.flatnonzero((gap[:-1] * gap[1:] < 0.0) & ~still[:-1] & ~still[1:]):
        root = brentq(
            lambda s: float(after(np.array([s]))[0]) - s, starts[i], starts[i + 1], xtol=1e-15 * upper, rtol=1e-15
        )
        found.append(float(root))
    return found


def _certified(
    stage: StageGame, profiles: Array, wanted: NDArray[np.bool_], uppers: tuple[float, float]
) -> tuple[ContinuousEquilibrium, ...]:
    """Return the distinct profiles that pass the certificate; of a continuum, the ends and those wanted."""
    grids = [np.linspace(0.0, upper, 17) for upper in uppers]
    matrices = payoff_matrices(stage.world, stage.clauses, grids[0], grids[1], stage.runway)
    allowed = np.array([CERTIFIED * np.ptp(matrix) + 1e-14 * np.max(np.abs(matrix)) for matrix in matrices])
    width = np.maximum(uppers, 1e-300)

    def tested(points: Array) -> tuple[Array, Array]:
        """Return the gains (k, 2) and how far the best replies lie away (k,)."""
        own = np.array([stage.payoffs(small, big) for small, big in points])
        small, u_small = best_replies(stage, Role.SMALL, points[:, 1], uppers[0])
        big, u_big = best_replies(stage, Role.BIG, points[:, 0], uppers[1])
        away = np.maximum(np.abs(small - points[:, 0]) / width[0], np.abs(big - points[:, 1]) / width[1])
        return np.maximum(np.column_stack((u_small, u_big)) - own, 0.0), away

    gains, away = tested(profiles)
    passed = np.all(gains <= allowed, axis=1)
    kept: list[int] = []
    for k in sorted(np.flatnonzero(passed), key=lambda k: (away[k] > CERTIFIED, not wanted[k], away[k])):
        apart = np.abs(profiles[kept] - profiles[k]) / width
        if not kept or np.min(np.max(apart, axis=1)) > _SAME:
            kept.append(int(k))
    if not kept:
        return ()
    kept.sort(key=lambda k: (profiles[k, 0], profiles[k, 1]))
    points = profiles[kept]
    component = np.zeros(len(points), dtype=np.int64)
    if len(points) > 1:
        between = np.all(tested(0.5 * (points[1:] + points[:-1]))[0] <= allowed, axis=1)
        component[1:] = np.cumsum(~between)
    last = len(points) - 1
    ends = [k for k in range(last + 1) if k in (0, last) or component[k - 1] != component[k + 1] or wanted[kept[k]]]
    return tuple(
        ContinuousEquilibrium(
            float(points[k, 0]),
            float(points[k, 1]),
            stage.payoffs(points[k, 0], points[k, 1]),
            float(np.max(gains[kept[k]])),
            int(component[k]),
        )
        for k in ends
    )


def continuous_leadership(stage: StageGame, leader: Role, uppers: tuple[float, float]) -> ContinuousLeadership:
    """Return what is played when one firm commits first, knowing the other's best reply (Stackelberg).

    The follower takes the smallest of tied replies; `games.leadership` treats ties on a grid.
    """
    small_leads = leader is Role.SMALL
    follower = Role.BIG if small_leads else Role.SMALL
    own, other = uppers if small_leads else uppers[::-1]

    def objective(points: Array) -> Array:
        moves = np.ascontiguousarray(points.ravel())
        replies = best_replies(stage, follower, moves, other)[0]
        values: Array = own_payoffs(stage.world, stage.clauses, small_leads, moves[:, None], replies, stage.runway)
        return values.reshape(points.shape)

    floor = stage.clauses.small_floor if small_leads else stage.clauses.big_floor
    move = float(maximise(objective, own, jumps=np.array([[min(floor, own)]]), scan=65, peaks=2, rounds=8)[0][0])
    reply = best_reply(stage, follower, move, other)[0]
    small, big = (move, reply) if small_leads else (reply, move)
    return ContinuousLeadership(leader.value, small, big, stage.payoffs(small, big))
