"""What two firms find out about each other, learn from each other, and cannot stand in each other.

Everything here is off by default: a scenario that says nothing about it has firms that know each other.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.foundation.parameters import Checked, parameter


@dataclass(frozen=True, slots=True)
class Vetting(Checked):
    """Due diligence before signing: what it costs, and how far its result can be believed.

    SmallCo asks whether BigCo is a suitor or a shark, BigCo how good SmallCo's project is.

    References
    ----------
    Spence (1973), Quarterly Journal of Economics 87 (signals and posteriors).
    """

    small_cost: float = parameter(0.0, unit="money", low=0.0, doc="What vetting a BigCo costs SmallCo.")
    big_cost: float = parameter(0.0, unit="money", low=0.0, doc="What vetting a SmallCo costs BigCo.")
    small_accuracy: float = parameter(
        0.5, low=0.5, high=1.0, doc="Chance that SmallCo's signal of its partner's type is right; 0.5 says nothing."
    )
    big_accuracy: float = parameter(
        0.0,
        low=0.0,
        high=1.0,
        doc="Reliability of BigCo's signal of a SmallCo's quality: the share of its variance that is not noise.",
    )


@dataclass(frozen=True, slots=True)
class Learning(Checked):
    """The learning race: l_i' = min(1, l_i + lambda_i c_j (1 - protection_j)), equation (14).

    A firm that has learnt everything earns its private benefit, once, and has one reason less to stay.

    References
    ----------
    Khanna, Gulati and Nohria (1998), Strategic Management Journal 19.
    """

    small_rate: float = parameter(
        0.0, unit="per month", low=0.0, doc="lambda_S: what SmallCo learns a month per unit of BigCo's commitment."
    )
    big_rate: float = parameter(
        0.0, unit="per month", low=0.0, doc="lambda_B: what BigCo learns a month per unit of SmallCo's commitment."
    )
    small_benefit: float = parameter(
        0.0, unit="money", low=0.0, doc="P_S: what SmallCo earns outside once it has learnt everything."
    )
    big_benefit: float = parameter(
        0.0, unit="money", low=0.0, doc="P_B: what BigCo earns outside once it has learnt everything."
    )


@dataclass(frozen=True, slots=True)
class Legitimacy(Checked):
    """Legitimacy that flows from a large partner to a small one, and stays with it when the alliance is over.

    A SmallCo's legitimacy L in [0, 1] grows by rate (1 - L) in each month in which an alliance of it earns revenue. It
    raises its chance to meet somebody from q to q + (1 - q) L, and its alternative by L times `option` a month.

    References
    ----------
    Stuart, Hoang and Hybels (1999), Administrative Science Quarterly 44 (endorsement by prominent partners).
    """

    rate: float = parameter(0.0, unit="per month", low=0.0, high=1.0, doc="How fast legitimacy grows.")
    option: float = parameter(
        0.0, unit="money/month", low=0.0, doc="What full legitimacy adds to SmallCo's alternative."
    )


@dataclass(frozen=True, slots=True)
class Culture(Checked):
    """Misfit between firms of different culture: each pair draws its own, uniform from 0 to `misfit`.

    It lowers output and leads to disputes. A dispute that no clause resolves blocks the project for `deadlock` months;
    one that goes to a forum blocks it for the forum's delay, and the loser pays.

    References
    ----------
    Park and Ungson (1997), Academy of Management Journal 40 (partner nationality, organisational dissimilarity).
    """

    misfit: float = parameter(0.0, low=0.0, high=1.0, doc="Largest misfit of a pair.")
    output_loss: float = parameter(0.25, low=0.0, high=1.0, doc="Share of output lost at full misfit.")
    dispute_rate: float = parameter(
        0.0, unit="per month", low=0.0, high=1.0, doc="Chance of a dispute in a month at full misfit."
    )
    deadlock: int = parameter(1, unit="months", low=0, doc="Months lost to a dispute that no clause resolves.")
