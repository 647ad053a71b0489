"""Relational contracts: what an unverifiable promise can be worth, and how ownership changes the urge to break it.

A promise of b is kept iff b <= delta/(1 - delta) times the surplus per period that the relation adds to what the firms
would have without it (equation 13 of the model). A bonus that compensates SmallCo for its commitment costs K(c), so a
commitment c is self-enforcing iff K(c) <= delta/(1 - delta) [y(c) - K(c) - s], with s the joint surplus outside.

References
----------
Levin (2003), Relational incentive contracts, American Economic Review 93 (stationary contracts).
Baker, Gibbons and Murphy (2002), Relational contracts and the theory of the firm, Quarterly Journal of Economics 117.
Bull (1987), The existence of self-enforcing implicit contracts, Quarterly Journal of Economics 102.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from simulator.economy.alliance import commitment_costs, joint_value
from simulator.economy.clauses import Clauses
from simulator.economy.firm import Role
from simulator.foundation.errors import ParameterError
from simulator.foundation.numbers import finite
from simulator.foundation.parameters import check_limits, parameter
from simulator.games.commitment_game import StageGame
from simulator.games.maximum import Array, maximise

_TIE = 1e-12


@dataclass(frozen=True, slots=True)
class RelationalContract:
    """The best commitment that an informal bonus enforces.

    Parameters
    ----------
    commitment : float
        SmallCo's commitment c; 0 if the relation is not worth keeping.
    bonus : float
        What BigCo promises and pays for it, K(c), money per period.
    surplus : float
        Joint surplus per period, money: that of the relation, or the outside one if there is no relation.
    sustained : bool
        Whether the relation is self-enforcing.
    """

    commitment: float
    bonus: float
    surplus: float
    sustained: bool


def largest_promise(discount: float, gain: float) -> float:
    """Return the largest unverifiable payment a firm keeps to: delta/(1 - delta) times what the relation adds.

    Parameters
    ----------
    discount : float
        Discount factor in [0, 1).
    gain : float
        What the relation adds to the firm's payoff per period, money; a negative one sustains nothing.

    Raises
    ------
    ParameterError
        If the discount factor is outside [0, 1) or the gain not finite.

    References
    ----------
    Levin (2003), the dynamic enforcement constraint; equation (13) of the formal model.

    Examples
    --------
    >>> largest_promise(0.75, 2.0)
    6.0
    """
    if not 0.0 <= discount < 1.0:
        raise ParameterError(f"largest_promise.discount must be in [0, 1); got {discount}. Write, say, 0.9.")
    finite("largest_promise.gain", gain, "Write money per period.")
    return discount / (1.0 - discount) * max(gain, 0.0)


def relational_commitment(
    value: Callable[[Array], Array],
    cost: Callable[[Array], Array],
    discount: float,
    outside: float,
    upper: float,
) -> RelationalContract:
    """Return the commitment of largest joint surplus that is self-enforcing.

    Parameters
    ----------
    value, cost : callable
        y(c), concave, and K(c), convex: money per period at commitments of any array shape.
    discount : float
        Discount factor in [0, 1] of both firms; at 1, the limit, every surplus above the outside one is enough.
    outside : float
        Joint surplus s per period (money) if the relation ends.
    upper : float
        Largest commitment considered.

    Notes
    -----
    K <= delta/(1 - delta) (y - K - s) is K <= delta (y - s), a concave constraint: it holds on one interval, and the
    best commitment is the first best or the end of the interval next to it.

    Raises
    ------
    ParameterError
        If the discount factor is not in [0, 1].

    References
    ----------
    Levin (2003), the dynamic enforcement constraint, here with an effort that both firms see.

    Examples
    --------
    y = c and K = c^2/2: the commitment is min(1, delta + sqrt(delta^2 - 2 delta s)).

    >>> found = relational_commitment(lambda c: c, lambda c: 0.5 * c**2, 0.4, 0.0, 2.0)
    >>> round(found.commitment, 9), round(found.bonus, 9), found.sustained
    (0.8, 0.32, True)
    """
    if not 0.0 <= discount <= 1.0:
        raise ParameterError(f"relational_commitment.discount must be in [0, 1]; got {discount}. Write, say, 0.9.")

    finite("relational_commitment.outside", outside, "Write the joint surplus outside.")
    if not 0.0 < upper < math.inf:
        raise ParameterError(f"relational_commitment.upper must be finite and above 0; got {upper}. Write, say, 2.")

    def slack(points: Array) -> Array:
        return discount * (value(points) - outside) - cost(points)

    def slack_at(point: float) -> float:
        return float(slack(np.array([[point]]))[0, 0])

    best = float(maximise(lambda points: value(points) - cost(points), upper)[0][0])
    safest = float(maximise(slack, upper)[0][0])
    at_best = np.array([[best]])
    scale = float(abs(value(at_best)[0, 0]) + abs(cost(at_best)[0, 0])) + abs(outside)
    impatient = discount == 0.0 and outside > 0.0  # 0 >= 0 is no reason to stay
    if impatient or slack_at(safest) < -_TIE * scale:
        return RelationalContract(0.0, 0.0, outside, False)
    if slack_at(best) >= -_TIE * scale:
        found = best
    elif slack_at(safest) <= 0.0:
        found = safest
    else:
        found = float(brentq(slack_at, min(safest, best), max(safest, best), xtol=1e-15 * upper, rtol=1e-15))
    point = np.array([[found]])
    bonus = float(cost(point)[0, 0])
    return RelationalContract(found, bonus, float(value(point)[0, 0]) - bonus, True)


def relational_stage(
    stage: StageGame, discount: float, outside: float, upper: float, big: float = 0.0
) -> RelationalContract:
    """Return SmallCo's best self-enforcing commitment in a stage game, BigCo's being held at `big`.

    Parameters
    ----------
    stage : StageGame
        The stage game; its joint value must be concave in SmallCo's commitment.
    discount, outside, upper : float
        As in `relational_commitment`; BigCo's own commitment is paid for and part of the surplus.
    big : float
        BigCo's commitment.

    Examples
    --------
    >>> from simulator.economy.contract import Contract
    >>> from simulator.economy.scenario import Scenario
    >>> from simulator.games.commitment_game import stage_game
    >>> round(relational_stage(stage_game(Scenario("example"), Contract()), 0.4, 0.0, 2.0).commitment, 9)
    0.8
    """
    w, nothing = stage.world, Clauses()

    def each(function: Callable[[float], float]) -> Callable[[Array], Array]:
        return lambda points: np.array([function(float(x)) for x in points.ravel()]).reshape(points.shape)

    def cost(small: float) -> float:
        return float(commitment_costs(w, nothing, small, 0.0)[0])

    def value(small: float) -> float:
        return float(joint_value(w, nothing, small, big)) + cost(small)

    return relational_commitment(each(value), each(cost), discount, outside, upper)


@dataclass(frozen=True, slots=True)
class OwnershipRelation:
    """An informal bonus for a good that has another use, whoever owns the asset it is made with.

    SmallCo's effort decides whether the good is worth dQ more to BigCo, and dP more elsewhere. If BigCo owns the asset
    (employment) it can take the good and keep the bonus: the temptation is b. If SmallCo owns it (outsourcing) the
    firms would instead bargain over a spot price, which already differs by (1 - beta) dP + beta dQ.

    Raises
    ------
    ParameterError
        If a value is out of range.

    References
    ----------
    Baker, Gibbons and Murphy (2002), relational employment and relational outsourcing; a version with one dimension of
    quality, in which the temptations are |b| and |b - (dQ + dP)/2| at beta = 1/2.

    Examples
    --------
    >>> relation = OwnershipRelation(value_spread=10.0, alternative_spread=6.0, bonus=6.0)
    >>> relation.temptation(Role.BIG), relation.temptation(Role.SMALL)
    (6.0, 2.0)
    >>> relation.largest_interest_rate(Role.SMALL, relational_surplus=5.0, spot_surplus=3.0)
    1.0
    """

    value_spread: float = parameter(unit="money", doc="Spread dQ of the good's value to BigCo.")
    alternative_spread: float = parameter(unit="money", doc="Spread dP of its value in the alternative use.")
    bonus: float = parameter(unit="money", low=0.0, doc="Informal bonus b promised for the better good.")
    power: float = parameter(0.5, low=0.0, high=1.0, doc="SmallCo's weight beta in bargaining over a spot price.")

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)

    @property
    def spot_spread(self) -> float:
        """Return by how much the spot price differs when SmallCo owns the asset, money."""
        return (1.0 - self.power) * self.alternative_spread + self.power * self.value_spread

    def temptation(self, owner: Role) -> float:
        """Return what reneging gains at once (money) under an owner of the asset."""
        return abs(self.bonus) if owner is Role.BIG else abs(self.bonus - self.spot_spread)

    def largest_interest_rate(self, owner: Role, relational_surplus: float, spot_surplus: float) -> float | None:
        """Return the largest interest rate per period at which the bonus is paid.

        Parameters
        ----------
        owner : Role
            Who owns the asset.
        relational_surplus, spot_surplus : float
            Joint surplus per period (money) of the relation, and of the best spot arrangement that would follow it.

        Returns
        -------
        float or None
            (S_relational - S_spot)/temptation; infinite if there is no temptation, None if the relation adds nothing.
        """
        gain = relational_surplus - spot_surplus
        if not math.isfinite(gain):
            raise ParameterError(
                f"OwnershipRelation.relational_surplus and spot_surplus must be finite; got {relational_surplus} and "
                f"{spot_surplus}. Write the surplus of a period."
            )
        temptation = self.temptation(owner)
        if temptation == 0.0:
            return math.inf if gain >= 0.0 else None
        return gain / temptation if gain > 0.0 else None
