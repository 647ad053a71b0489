"""The frontier of a sum of money shared by firms that may dislike risk: utility possibilities of the split.

The parameter of the frontier is SmallCo's money x, so that a solution can be read in money and in utility.

References
----------
Pratt (1964), Risk aversion in the small and in the large, Econometrica 32 (constant relative risk aversion).
Roth (1979), Axiomatic Models of Bargaining (risk aversion and the division of money).
"""

from __future__ import annotations

import math
from collections.abc import Callable

from simulator.foundation.errors import ParameterError
from simulator.games.negotiation.bargaining_solutions import Frontier

Utility = Callable[[float], float]


def crra(money: float, aversion: float, *, scaled: bool = True) -> float:
    """Return the utility of money under constant relative risk aversion.

    Parameters
    ----------
    money : float
        At least 0, unless the firm is risk neutral.
    aversion : float
        Relative risk aversion gamma, at least 0; 0 is risk neutral, 1 the logarithm.
    scaled : bool
        x^(1-gamma) / (1-gamma) if true, with marginal utility x^-gamma; plain x^(1-gamma), for gamma < 1, if false.
        The Nash and Kalai-Smorodinsky solutions do not depend on it; the egalitarian and utilitarian ones do.

    Raises
    ------
    ParameterError
        If the aversion is negative, a risk-averse firm's money is, or the unscaled form would fall in money.

    References
    ----------
    Pratt (1964), Econometrica 32.

    Examples
    --------
    >>> crra(4.0, 0.5), crra(4.0, 0.5, scaled=False), crra(1.0, 1.0)
    (4.0, 2.0, 0.0)
    """
    if not (aversion >= 0.0 and math.isfinite(aversion)):
        raise ParameterError(f"crra.aversion must be at least 0; got {aversion!r}. Write 0 for a risk-neutral firm.")
    if aversion == 0.0:
        return money
    if not money >= 0.0:
        raise ParameterError(
            f"crra.money must be at least 0 with risk aversion {aversion!r}; got {money!r}. "
            "Write disagreement payoffs of at least 0, or an aversion of 0."
        )
    if not scaled and aversion >= 1.0:
        raise ParameterError(
            f"crra.aversion must be below 1 where utility is x^(1-gamma); got {aversion!r}. Use the scaled form."
        )
    if aversion == 1.0:
        return math.log(money) if money > 0.0 else -math.inf
    if money == 0.0:
        return 0.0 if aversion < 1.0 else -math.inf
    power = math.pow(money, 1.0 - aversion)
    return power / (1.0 - aversion) if scaled else power


def money_frontier(
    pie: float, small: Utility, big: Utility, *, low: float = 0.0, high: float | None = None
) -> Frontier:
    """Return the frontier x -> (u_S(x), u_B(pie - x)) of dividing a sum of money.

    Parameters
    ----------
    pie : float
        Money to divide.
    small, big : function from money to utility
        Increasing.
    low, high : float
        Range of SmallCo's money; by default [0, pie], so that neither firm pays in.

    Raises
    ------
    ParameterError
        If the pie is not a number of at least 0, or the range is empty.

    Examples
    --------
    >>> frontier = money_frontier(10.0, lambda x: crra(x, 0.5), lambda x: x)
    >>> frontier.payoffs(4.0)
    (4.0, 6.0)
    """
    if not (pie >= 0.0 and math.isfinite(pie)):
        raise ParameterError(f"money_frontier.pie must be at least 0 and finite; got {pie!r}. Write the joint value.")
    return Frontier(small, lambda x: big(pie - x), low, pie if high is None else high)
