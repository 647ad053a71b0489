"""How surplus is shared: the median split, equation (5), under both rules for outside options."""

from __future__ import annotations

from simulator.foundation.compiled import compiled

DEAL_ME_OUT = 0
SPLIT_THE_DIFFERENCE = 1
RULES = {"deal_me_out": DEAL_ME_OUT, "split_the_difference": SPLIT_THE_DIFFERENCE}


@compiled
def pie(value: float, disagreement_small: float, disagreement_big: float) -> float:
    """Return what the firms divide: the joint value, or what parting yields where that is more.

    Parting is always feasible, so no bargain divides less than D_S + D_B; equation (5) is used "while D_S + D_B <= Y"
    (Proposition 1), and this is its continuation.
    """
    return max(value, disagreement_small + disagreement_big)


@compiled
def split(
    value: float,
    disagreement_small: float,
    disagreement_big: float,
    outside_small: float,
    outside_big: float,
    power: float,
    rule: int,
) -> tuple[float, float]:
    """Return what SmallCo and BigCo get of the joint value.

    Parameters
    ----------
    value : float
        Joint value Y, money.
    disagreement_small, disagreement_big : float
        D_i, what each gets if only what is signed is executed, money.
    outside_small, outside_big : float
        O_i, what each gets by leaving for good; -inf where there is no such option.
    power : float
        SmallCo's bargaining weight beta in (0, 1).
    rule : int
        DEAL_ME_OUT: an outside option is a constraint, never a threat point (the median of equation (5)).
        SPLIT_THE_DIFFERENCE: an outside option above the disagreement payoff replaces it as threat point.

    Returns
    -------
    (x_S, x_B) : tuple of float
        They sum to the pie, unless the firms separate, which they do when O_S + O_B exceeds it.

    References
    ----------
    Binmore, Shaked and Sutton (1989), Quarterly Journal of Economics 104 (deal-me-out against split-the-difference).

    Examples
    --------
    >>> import math
    >>> split(100.0, 10.0, 30.0, -math.inf, -math.inf, 0.5, DEAL_ME_OUT)
    (40.0, 60.0)
    >>> split(100.0, 0.0, 0.0, 70.0, -math.inf, 0.5, DEAL_ME_OUT)
    (70.0, 30.0)
    >>> split(100.0, 0.0, 0.0, 70.0, -math.inf, 0.5, SPLIT_THE_DIFFERENCE)
    (85.0, 15.0)
    """
    total = pie(value, disagreement_small, disagreement_big)
    if outside_small + outside_big > total:
        return outside_small, outside_big
    threat_small = disagreement_small
    threat_big = disagreement_big
    if rule == SPLIT_THE_DIFFERENCE:
        threat_small = max(threat_small, outside_small)
        threat_big = max(threat_big, outside_big)
        if threat_small + threat_big > total:
            # one firm's option and the other's threat exceed the pie: the option holds, the rest is the other's
            if outside_small > disagreement_small:
                return threat_small, total - threat_small
            return total - threat_big, threat_big
    bargained = threat_small + power * (total - threat_small - threat_big)
    small = max(outside_small, min(bargained, total - outside_big))
    return small, total - small
