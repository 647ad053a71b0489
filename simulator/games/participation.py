"""Whether a firm signs: its payoff against its outside option, equation (4) of the formal model."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.economy.alliance import produce
from simulator.economy.clauses import Clauses
from simulator.economy.disagreement import outside
from simulator.economy.market import mean_market
from simulator.economy.scenario import Scenario
from simulator.economy.world import World, world_of

ROUNDING = 1e-9
"""Share of the firm's payoff range by which a payoff may fall short of the option and count as equal."""


@dataclass(frozen=True, slots=True)
class Participation:
    """Whether a firm signs (money): its payoff, its outside option (0 if it has none), the gain, and the answer."""

    payoff: float
    outside: float
    gain: float
    accepts: bool


def outside_options(scenario: Scenario, small: float, big: float, *, world: World | None = None) -> tuple[float, float]:
    """Return both firms' outside options (money) at the commitments played, 0 where a firm has none.

    Parameters
    ----------
    scenario : Scenario
        The world.
    small, big : float
        Commitments c_S and c_B: an option may be a share of the joint value.
    world : World, optional
        `world_of(scenario)`, where it is at hand.

    Examples
    --------
    >>> from simulator.economy.firm import SmallFirm
    >>> outside_options(Scenario("example", small=SmallFirm(outside_option=0.3)), 1.0, 1.0)
    (0.3, 0.0)
    """
    if scenario.payoffs is not None:
        options: tuple[float, float] = (scenario.small.outside_option, scenario.big.outside_option)
    else:
        w, nothing = world_of(scenario) if world is None else world, Clauses()
        quantity = produce(w, small, big)
        options = outside(w, nothing, mean_market(w, nothing, quantity).revenue - w.unit_cost * quantity)
    first, second = (float(option) if math.isfinite(option) else 0.0 for option in options)
    return first, second


def participation(payoff: float, option: float, spread: float) -> Participation:
    """Return whether a firm with this payoff, option and range of payoffs (money) gets its option, beyond rounding.

    Examples
    --------
    >>> participation(1.0, 2.0, 4.0)
    Participation(payoff=1.0, outside=2.0, gain=-1.0, accepts=False)
    """
    slack = ROUNDING * max(spread, abs(payoff), abs(option))
    return Participation(payoff, option, payoff - option, bool(payoff >= option - slack))
