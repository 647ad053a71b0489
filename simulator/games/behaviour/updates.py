"""One round of learning as arithmetic, for every learner that needs it: agents of a market and learners of a game.

References
----------
Erev and Roth (1998), Predicting how people play games, AER 88, section II.
Camerer and Ho (1999), Experience-weighted attraction learning in normal form games, Econometrica 67: (2.1)-(2.2).
"""

from __future__ import annotations

from simulator.foundation.compiled import compiled


@compiled
def initial_propensity(strength: float, mean_payoff: float, actions: int) -> float:
    """Return the propensity with which each action starts: s(1) times the mean payoff, shared by the actions.

    Examples
    --------
    >>> initial_propensity(9.0, 0.5, 2)
    2.25
    """
    return strength * mean_payoff / actions


@compiled
def lesson(payoff: float, chosen: bool, experimentation: float, actions: int) -> float:
    """Return what an action learns from a payoff: 1 - epsilon of it if it was chosen, else an equal share of epsilon.

    Examples
    --------
    >>> lesson(4.0, True, 0.5, 3), lesson(4.0, False, 0.5, 3), lesson(4.0, True, 0.5, 1)
    (2.0, 1.0, 4.0)
    """
    others = actions - 1
    spill = experimentation / others if others > 0 else 0.0
    return payoff * (1.0 - spill * others if chosen else spill)


@compiled
def reinforced(propensity: float, forgetting: float, learnt: float) -> float:
    """Return a propensity after a round: (1 - phi) q + what the action learns from the payoff.

    Examples
    --------
    >>> reinforced(1.0, 0.5, 2.0)
    2.5
    """
    return (1.0 - forgetting) * propensity + learnt


@compiled
def experience_after(experience: float, retention: float) -> float:
    """Return N' = rho N + 1.

    Examples
    --------
    >>> experience_after(2.0, 0.5)
    2.0
    """
    return retention * experience + 1.0


@compiled
def attraction_after(
    attraction: float, payoff: float, weight: float, retention: float, experience: float, renewed: float
) -> float:
    """Return A' = (phi N A + w payoff) / N', w being 1 for the action chosen and delta for the others.

    Parameters
    ----------
    attraction, payoff : float
        A, and what the action paid or would have paid.
    weight, retention : float
        w and phi.
    experience, renewed : float
        N and N'.

    Examples
    --------
    >>> attraction_after(0.0, 3.0, 1.0, 1.0, 1.0, 2.0)
    1.5
    """
    return (retention * experience * attraction + weight * payoff) / renewed
