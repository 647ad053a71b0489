"""Learn: trust, beliefs about the partner's type, knowledge and legitimacy."""

from __future__ import annotations

import math
from typing import Any

from simulator.foundation.compiled import compiled
from simulator.games.dynamics.learning_race import absorbed

TRUST_TOLERANCE = 1e-12


@compiled
def trust(kept: float, broken: float) -> float:
    """Return the mean of a Beta(kept, broken) belief that the next promise is kept, equation (11)."""
    return kept / (kept + broken)


@compiled
def relies(kept: float, broken: float, threshold: float) -> bool:
    """Return whether a firm relies on its partner: its mean trust reaches its threshold."""
    return kept >= (threshold - TRUST_TOLERANCE) * (kept + broken)


@compiled
def posterior(prior: float, if_true: float, if_false: float) -> float:
    """Return the belief after evidence with these probabilities if it is true or false, by Bayes' rule.

    Evidence that was impossible either way leaves the belief as it was.

    Examples
    --------
    >>> posterior(0.5, 0.9, 0.1)
    0.9
    """
    right = prior * if_true
    total = right + (1.0 - prior) * if_false
    return right / total if total > 0.0 else prior


@compiled
def belief_after_promise(settings: Any, suitor: float, kept: bool) -> float:
    """Return SmallCo's belief that BigCo is a suitor after a promise was kept or broken.

    Suitors keep promises with the prior mean of trust. A shark mimics them until it defects, so a kept promise says
    nothing, and a broken one is as likely as can be.
    """
    if kept:
        return suitor
    return posterior(suitor, 1.0 - trust(settings.kept, settings.broken), 1.0)


@compiled
def belief_after_budget(settings: Any, suitor: float, cut: bool) -> float:
    """Return SmallCo's belief that BigCo is a suitor after a month in which BigCo's budget was cut, or was not."""
    if cut:
        return posterior(suitor, settings.cut_rate, settings.shark_cut_rate)
    return posterior(suitor, 1.0 - settings.cut_rate, 1.0 - settings.shark_cut_rate)


@compiled
def belief_after_pilot(suitor: float, detection: float) -> float:
    """Return SmallCo's belief after a pilot that found nothing: theta / (theta + (1 - theta)(1 - q))."""
    return posterior(suitor, 1.0, 1.0 - detection)


@compiled
def knowledge_after(knowledge: float, rate: float, commitment: float, protection: float) -> float:
    """Return min(1, l + lambda c (1 - protection)), equation (14).

    Examples
    --------
    >>> knowledge_after(0.25, 0.5, 0.5, 0.5)
    0.375
    """
    return min(1.0, knowledge + absorbed(rate, commitment, protection))


@compiled
def legitimacy_after(legitimacy: float, rate: float) -> float:
    """Return a SmallCo's legitimacy after a month of revenue beside a BigCo.

    Examples
    --------
    >>> legitimacy_after(0.5, 0.5)
    0.75
    """
    return legitimacy + rate * (1.0 - legitimacy)


@compiled
def belief_without_success(belief: float, chance: float) -> float:
    """Return the belief in the project after a month without a milestone, equation (10).

    `chance` is the probability that a feasible project would have passed one, 1 - exp(-hazard). A project that has
    proved feasible stays so for certain: rounding must not make anybody doubt it.

    References
    ----------
    Keller, Rady and Cripps (2005), Econometrica 73, equation (1).
    """
    if belief == 1.0:
        return 1.0
    survived = belief * (1.0 - chance)
    return survived / (survived + 1.0 - belief)


@compiled
def perceived_quality(log_quality: float, spread: float, reliability: float, overstated: float, noise: float) -> float:
    """Return BigCo's estimate of a SmallCo's quality after vetting: the mean of its belief.

    The logarithm of quality is normal with variance s^2 and mean -s^2/2, so that mean quality is 1. Vetting shows it
    with an error whose variance is s^2 (1 - R)/R, R being the reliability; SmallCo may overstate it.

    Parameters
    ----------
    log_quality, spread : float
        The logarithm of the true quality and its standard deviation s.
    reliability : float
        R in [0, 1].
    overstated : float
        What an embellishing SmallCo adds to the signal.
    noise : float
        A standard normal draw.

    References
    ----------
    Normal learning: DeGroot (1970), Optimal Statistical Decisions, section 9.5.

    Examples
    --------
    >>> perceived_quality(0.3, 1.0, 0.0, 0.0, 1.0)
    1.0
    """
    if spread == 0.0 or reliability == 0.0:
        return 1.0
    variance = spread * spread
    shown = log_quality + 0.5 * variance + overstated + spread * math.sqrt((1.0 - reliability) / reliability) * noise
    mean = -0.5 * variance + reliability * shown
    return math.exp(mean + 0.5 * variance * (1.0 - reliability))
