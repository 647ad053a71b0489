"""Teams of the C chapters: both firms' efforts make an output that is shared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.economy.firm import BigFirm, Role, SmallFirm
from simulator.economy.scenario import Scenario
from simulator.economy.terms import RevenueShare
from simulator.economy.venture import CobbDouglas, Sum, Technology, Venture
from simulator.games.commitment_game import FirstBest, StageGame, stage_game
from simulator.games.continuous import best_reply, commitment_bounds, first_best
from simulator.validation.configure import CONTINUOUS, contract, number

_NOTHING = 1e-9
_PRECISE = 1e-13


def additive_team(small_product: float, big_product: float) -> Scenario:
    """Return the team y = k_S e_S + k_B e_B with costs e^2 / 2."""
    return _team(SmallFirm(), BigFirm(specificity=1.0), Sum(small_weight=small_product, big_weight=big_product))


def cobb_douglas_team(given: Mapping[str, Any]) -> Scenario:
    """Return the team y = A e_S^p e_B^q with costs c_S e_S^m / m and c_B e_B^n / n.

    The keys are p_S, q_B, m_S, n_B, c_S, c_B, or p, q, m, n, c where the firms need not be told apart; n is m and the
    cost levels and A are 1 unless they are given.
    """

    def either(key: str, short: str, default: float | None = None) -> float:
        return number(given, key if key in given else short, default)

    curvature = either("m_S", "m")
    technology = CobbDouglas(either("p_S", "p"), either("q_B", "q"), productivity=number(given, "A", 1.0))
    return _team(
        SmallFirm(cost=either("c_S", "c", 1.0), curvature=curvature),
        BigFirm(cost=either("c_B", "c", 1.0), curvature=either("n_B", "n", curvature), specificity=1.0),
        technology,
    )


def _team(small: SmallFirm, big: BigFirm, technology: Technology) -> Scenario:
    """Return a team of two firms."""
    return Scenario("team", small=small, big=big, venture=Venture(technology=technology), commitment=CONTINUOUS)


def team_first_best(scenario: Scenario, share: float) -> tuple[StageGame, FirstBest, tuple[float, float]]:
    """Return a team's stage game under SmallCo's revenue share, its first best, and how far efforts may go."""
    stage = stage_game(scenario, contract(RevenueShare(share=share)))
    best = first_best(stage, commitment_bounds(scenario, stage))
    return stage, best, (2.0 * best.small, 2.0 * best.big)


def optimal_share(scenario: Scenario) -> float:
    """Return SmallCo's revenue share that maximises the surplus of the largest equilibrium.

    Efforts are complements or independent and no firm bears a cost of its partner's, so the largest equilibrium is the
    best one, and no effort exceeds the first best.
    """
    from scipy.optimize import minimize_scalar

    _, best, _ = team_first_best(scenario, 0.5)

    def loss(share: float) -> float:
        stage = stage_game(scenario, contract(RevenueShare(share=share)))
        return -sum(stage.payoffs(*_largest_equilibrium(stage, best)))

    return float(minimize_scalar(loss, bounds=(0.0, 1.0), method="bounded", options={"xatol": 1e-7}).x)


def team_equilibrium(scenario: Scenario, share: float) -> tuple[StageGame, FirstBest, tuple[float, float]]:
    """Return a team's stage game under SmallCo's revenue share, its first best, and its largest equilibrium."""
    stage, best, _ = team_first_best(scenario, share)
    return stage, best, _largest_equilibrium(stage, best)


def _largest_equilibrium(stage: StageGame, best: FirstBest) -> tuple[float, float]:
    """Return the largest equilibrium below the first best: a fixed point of the best replies to best replies."""
    from scipy.optimize import brentq

    def reply(effort: float) -> float:
        return best_reply(stage, Role.BIG, effort, best.big)[0]

    def rise(effort: float) -> float:
        return best_reply(stage, Role.SMALL, reply(effort), best.small)[0] - effort

    high = low = best.small
    while low > _NOTHING * best.small and rise(low) < 0.0:
        high, low = low, 0.5 * low
    if low <= _NOTHING * best.small:
        low = high = 0.0
    effort = low if high == low else float(brentq(rise, low, high, xtol=_PRECISE * best.small))
    return effort, reply(effort)
