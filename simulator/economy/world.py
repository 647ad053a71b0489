"""A scenario as numbers: the one record of parameters that every compiled rule reads."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

from simulator.economy import luck
from simulator.economy.alliance import output
from simulator.economy.firm import Firm
from simulator.economy.scenario import Scenario
from simulator.economy.split import RULES

QUADRATURE_POINTS = 64
EXTREME = 1e-9


_FIELDS = (
    "productivity", "small_weight", "big_weight", "rho", "returns", "revenue_kind", "price", "slope",
    "salvage", "unit_cost", "shock_kind", "shock_first", "shock_second", "small_cost", "small_curvature",
    "big_cost", "big_curvature", "small_specificity", "big_specificity", "small_alone", "big_alone",
    "small_redeployment", "big_redeployment", "small_option", "small_option_share", "big_option",
    "big_option_share", "power", "rule", "ruin_share", "small_rate", "big_rate", "small_fade", "big_fade",
    "small_wear", "big_wear",
    "mean_state", "worst", "best", "small_effort", "big_effort", "temptation", "honest", "asset",
)  # fmt: skip
_INTEGERS = ("revenue_kind", "shock_kind", "rule")
_ARRAYS = ("states", "weights")
WORLD = np.dtype(
    [(name, np.int64 if name in _INTEGERS else np.float64) for name in _FIELDS]
    + [(name, np.float64, (QUADRATURE_POINTS,)) for name in _ARRAYS]
)
World: TypeAlias = Any
"""A record of the fields of WORLD: parameters of the stage game, symbols as in the formal model, sections 1 and 7.

``small_fade`` and ``big_fade`` are what a month takes off a value at ``small_rate`` and ``big_rate``: 1 - exp(-rate).

A record, not a tuple: compiled rules pass it on as one pointer.
"""


def _redeployment(firm: Firm, weight: float, scenario: Scenario, full_output: float) -> float:
    """Return g_i: the value given, or the firm's marginal revenue at full commitment."""
    if firm.redeployment is not None:
        return float(firm.redeployment)
    technology = scenario.venture.technology
    total = technology.small_weight + technology.big_weight
    return float(scenario.venture.revenue.price * technology.returns * full_output * weight / total)


def _option(firm: Firm) -> tuple[float, float]:
    """Return the outside option's fixed part and its share of the joint value; -inf and 0 where there is none."""
    if firm.outside_option == -math.inf and firm.outside_share > 0.0:
        return 0.0, float(firm.outside_share)
    return float(firm.outside_option), float(firm.outside_share)


def world_of(scenario: Scenario) -> World:
    """Return the scenario's stage game as numbers."""
    small, big, venture = scenario.small, scenario.big, scenario.venture
    technology, revenue = venture.technology, venture.revenue
    kind, first, second = venture.shock.code
    form = (
        float(technology.productivity),
        float(technology.small_weight),
        float(technology.big_weight),
        float(technology.exponent),
        float(technology.returns),
    )
    full = output(*form, 1.0, 1.0)
    states, weights = luck.quadrature(kind, first, second, QUADRATURE_POINTS)
    small_option, small_option_share = _option(small)
    big_option, big_option_share = _option(big)
    values = (
        *form,
        revenue.kind,
        float(revenue.price),
        float(getattr(revenue, "slope", 0.0)),
        float(getattr(revenue, "salvage", 0.0)),
        float(venture.unit_cost),
        kind,
        first,
        second,
        float(small.cost),
        float(small.curvature),
        float(big.cost),
        float(big.curvature),
        float(small.specificity),
        float(big.specificity),
        float(small.stand_alone),
        float(big.stand_alone),
        _redeployment(small, technology.small_weight, scenario, full),
        _redeployment(big, technology.big_weight, scenario, full),
        small_option,
        small_option_share,
        big_option,
        big_option_share,
        float(scenario.bargaining.power),
        RULES[scenario.bargaining.rule],
        float(scenario.bargaining.ruin_share),
        float(small.discount_rate),
        float(big.discount_rate),
        -math.expm1(-float(small.discount_rate)),
        -math.expm1(-float(big.discount_rate)),
        float(small.disagreement_burn),
        float(big.disagreement_burn),
        luck.mean(kind, first, second),
        luck.quantile(kind, first, second, EXTREME),
        luck.quantile(kind, first, second, 1.0 - EXTREME),
        1.0 - float(small.showmanship),
        1.0 - float(big.showmanship),
        float(small.temptation),
        float(small.honest),
        float(venture.asset),
        states,
        weights,
    )
    return np.array([values], dtype=WORLD).view(np.recarray)[0]
