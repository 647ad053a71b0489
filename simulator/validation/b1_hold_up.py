"""Chapters B1, J1 and J1b: one firm invests and is held up, the more so the shorter its runway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import Bargaining, Scenario
from simulator.economy.venture import LinearRevenue, Sum, Venture
from simulator.games.solution import Solution
from simulator.validation.chapters import chapter
from simulator.validation.configure import CONTINUOUS, number, solved
from simulator.validation.items import Item

MONTHS = 12.0
"""Items state the discount rate and the runway per year; scenarios per month."""


@chapter("B1", "One-sided hold-up")
def one_sided(item: Item) -> dict[str, float | None]:
    """Return the investment, the first best and the welfare ratio, or investment and surplus if V = 2 sqrt(i)."""
    given = item.inputs
    if "a" not in given and "k" not in given:
        return _square_root(number(given, "beta_S"))
    solution = _hold_up(given, SmallFirm(specificity=number(given, "sigma_S", 1.0), cost=number(given, "k")))
    return {
        "i": solution.outcome.small,
        "i_FB": solution.first_best.small,
        "welfare_ratio": solution.efficiency,
    }


@chapter("J1", "Runway hold-up")
def runway_hold_up(item: Item) -> dict[str, float | None]:
    """Return SmallCo's investment where BigCo's threat is to wait for its ruin."""
    given = item.inputs
    small = SmallFirm(
        specificity=number(given, "sigma_S", 1.0),
        cost=number(given, "kappa"),
        cash=MONTHS * number(given, "runway_T"),
        burn=1.0,
    )
    solution = _hold_up(given, small)
    ratio = solution.outcome.small / solution.first_best.small
    return {
        "beta_eff": ratio,
        "ratio": ratio,
        "c_S": solution.outcome.small,
        "c_FB": solution.first_best.small,
        "welfare_ratio": solution.efficiency,
    }


chapter("J1b", "Pig formula")(runway_hold_up)


def _hold_up(given: Mapping[str, Any], small: SmallFirm) -> Solution:
    """Return the solution where SmallCo alone invests, nothing signed, for a value linear in its investment."""
    return solved(
        Scenario(
            "hold-up",
            small=small,
            big=BigFirm(discount_rate=number(given, "r", 0.0) / MONTHS),
            venture=Venture(technology=Sum(big_weight=0.0), revenue=LinearRevenue(price=number(given, "a"))),
            bargaining=Bargaining(power=number(given, "beta_S"), ruin_share=number(given, "b_B", 0.0)),
            commitment=CONTINUOUS,
        )
    )


def _square_root(power: float) -> dict[str, float | None]:
    """Return investment and surplus where the value is 2 sqrt(i), each unit costs 1, and all of it is specific."""
    solution = solved(
        Scenario(
            "concave hold-up",
            small=SmallFirm(cost=1.0, curvature=1.0),
            venture=Venture(technology=Sum(big_weight=0.0, returns=0.5, productivity=2.0)),
            bargaining=Bargaining(power=power),
            commitment=CONTINUOUS,
        )
    )
    return {
        "i": solution.outcome.small,
        "surplus": sum(solution.outcome.payoffs),
        "i_FB": solution.first_best.small,
        "welfare_ratio": solution.efficiency,
    }
