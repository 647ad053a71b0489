"""The two firms. SmallCo is the pig at breakfast, whose ham is on the plate; BigCo the chicken, which lays an egg."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum

from simulator.foundation.parameters import check_limits, parameter


class Role(Enum):
    """Which of the two firms: the value is its name in files and tables."""

    SMALL = "small"
    BIG = "big"


@dataclass(frozen=True, slots=True)
class StrategyChoice:
    """A strategy by name with its parameters, as a scenario names it.

    Parameters
    ----------
    name : str
        A registered strategy.
    parameters : tuple of (str, float)
        Parameters given; those left out take the strategy's defaults.
    """

    name: str = "nash"
    parameters: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Firm:
    """What both firms have in common; all money amounts share one unit.

    References
    ----------
    The formal model, equations (3), (4), (6) and (8).
    """

    count: int = parameter(1, unit="firms", low=1, high=1_000_000, doc="Number of firms of this kind in the market.")
    cash: float = parameter(12.0, unit="money", low=0.0, doc="Cash at the start, X_i.")
    burn: float = parameter(1.0, unit="money/month", low=0.0, doc="Fixed spending per month, burn_i.")
    income: float = parameter(0.0, unit="money/month", doc="Income from other business per month.")
    cash_noise: float = parameter(0.0, unit="money", low=0.0, doc="Standard deviation of monthly cash noise, s_i.")
    cost: float = parameter(1.0, unit="money", low=0.0, doc="Cost level kappa_i of a commitment; 0 makes it free.")
    curvature: float = parameter(2.0, low=1.0, doc="Curvature m_i of the cost kappa c^m / m.")
    specificity: float = parameter(1.0, low=0.0, high=1.0, doc="Share sigma_i of the commitment worthless elsewhere.")
    redeployment: float | None = parameter(
        None,
        unit="money",
        low=0.0,
        doc="Value g_i of a unit of commitment put to its next-best use; by default its marginal revenue in the "
        "venture at full commitment, p nu Q(1,1) a_i / (a_S + a_B).",
    )
    stand_alone: float = parameter(0.0, unit="money", doc="Payoff d_i without any agreement, whatever was committed.")
    outside_option: float = parameter(
        -math.inf, unit="money", low=-math.inf, high=math.inf, open_high=True, doc="Payoff O_i of leaving for good."
    )
    outside_share: float = parameter(
        0.0,
        low=0.0,
        high=1.0,
        doc="Part of O_i that is a fraction of the joint value Y; both firms' sum to at most 1.",
    )
    discount_rate: float = parameter(0.01, unit="per month", low=0.0, high=1.0, doc="Discount rate r_i.")
    disagreement_burn: float = parameter(
        0.0, unit="money/month", low=0.0, doc="Extra flow burn k_i while the firms disagree (Proposition 1)."
    )
    showmanship: float = parameter(
        0.0,
        low=0.0,
        high=1.0,
        open_high=True,
        doc="Share of the commitment that is show: it costs and is seen, but produces nothing.",
    )
    sunk_cost_bias: float = parameter(
        0.0,
        low=0.0,
        high=1.0,
        doc="How far what is sunk keeps the firm in: its walk-away threshold falls by this share.",
    )
    strategy: StrategyChoice = StrategyChoice()

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)

    @property
    def runway(self) -> float:
        """Return the months of cash left, cash / burn (infinite without burn)."""
        return self.cash / self.burn if self.burn > 0.0 else math.inf


@dataclass(frozen=True, slots=True)
class SmallFirm(Firm):
    """SmallCo: committed, fully specific by default, with a short runway."""

    slots: int = parameter(1, unit="alliances", low=1, doc="How many BigCos it can be allied with at once.")
    quality_spread: float = parameter(
        0.0,
        low=0.0,
        high=2.0,
        doc="Standard deviation of the logarithm of a SmallCo's quality, a factor on its output with mean 1 that "
        "nobody knows at first.",
    )
    temptation: float = parameter(
        0.0, unit="money/month", low=0.0, doc="Gain g of a false report, which BigCo pays without knowing."
    )
    honest: float = parameter(1.0, low=0.0, high=1.0, doc="Share of SmallCos that report truthfully whatever it pays.")
    embellishment: float = parameter(
        0.0, low=0.0, doc="Share by which a SmallCo that is not honest overstates its quality when it is vetted."
    )


@dataclass(frozen=True, slots=True)
class BigFirm(Firm):
    """BigCo: involved, fully redeployable by default, with deep pockets and several slots for alliances."""

    cash: float = parameter(1200.0, unit="money", low=0.0, doc="Cash at the start, X_B.")
    burn: float = parameter(0.0, unit="money/month", low=0.0, doc="Fixed spending per month, burn_B.")
    specificity: float = parameter(0.0, low=0.0, high=1.0, doc="Share sigma_B of the commitment worthless elsewhere.")
    slots: int = parameter(1, unit="alliances", low=1, doc="How many SmallCos it can be allied with at once.")
    suitors: float = parameter(
        1.0,
        low=0.0,
        high=1.0,
        doc="Share theta of BigCos that are suitors; the others are sharks, and nobody can tell.",
    )
    mimicry: int = parameter(12, unit="months", low=0, doc="Months for which a shark behaves like a suitor.")
    cut_rate: float = parameter(
        0.0, unit="per month", low=0.0, high=1.0, doc="Chance that a suitor's alliance budget is cut in a month."
    )
    shark_cut_rate: float | None = parameter(
        None,
        unit="per month",
        low=0.0,
        high=1.0,
        doc="The same for a shark, if it differs: then a cut tells something.",
    )
    cut_depth: float = parameter(0.5, low=0.0, high=1.0, doc="Share of the highest commitment that a cut rules out.")
    cut_months: int = parameter(6, unit="months", low=1, doc="How long a cut lasts.")
    review: int = parameter(
        0,
        unit="months",
        low=0,
        doc="Months between tournaments, after which BigCo keeps its best SmallCos; 0 is never.",
    )
    keeps: int = parameter(1, unit="alliances", low=1, doc="How many SmallCos a tournament leaves.")
