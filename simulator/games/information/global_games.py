"""Global games: a little private noise about the project's value leaves one equilibrium where common knowledge has two.

theta is the value of the project (money), x_i = theta + noise_i a firm's private signal, t_i what a firm that invests
alone loses against investing together; Phi and phi are the standard normal distribution and density. A cutoff
strategy invests if the signal is on the good side of a cutoff.

References
----------
Carlsson and van Damme (1993), Global games and equilibrium selection, Econometrica 61.
Morris and Shin (1998), Unique equilibrium in a model of self-fulfilling currency attacks, AER 88.
Morris and Shin (2003), Global games: theory and applications, Advances in Economics and Econometrics.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from simulator.foundation.errors import ParameterError

_ROOT_ACCURACY = 1e-14
_FAR = 40.0
_MOST_BISECTIONS = 3000


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """The signals (money) above which SmallCo and BigCo invest."""

    small: float
    big: float


@dataclass(frozen=True, slots=True)
class RegimeEquilibrium:
    """A cutoff equilibrium among many SmallCos who decide whether to join a platform.

    Parameters
    ----------
    threshold : float
        theta*, the largest difficulty (share of SmallCos needed) at which the platform still succeeds.
    cutoff : float
        x*, the largest signal of the difficulty with which a SmallCo joins.
    """

    threshold: float
    cutoff: float


def investment_cutoffs(small_loss: float, big_loss: float, noise: float = 0.0) -> Cutoffs:
    """Return the equilibrium cutoffs of two firms that invest in a project of uncertain value.

    Investing pays theta if both invest and theta - t_i if only firm i does; not investing pays 0. With a flat prior
    and independent normal noise the cutoffs solve k_i = t_i Pr(x_j < k_j | x_i = k_i), which has one solution. As the
    noise vanishes both tend to theta* = t_S t_B / (t_S + t_B), where investing stops being risk-dominant.

    Parameters
    ----------
    small_loss, big_loss : float
        t_S and t_B (money), at least 0.
    noise : float
        Standard deviation of each signal (money), at least 0; 0 gives the limit.

    Raises
    ------
    ParameterError
        If an argument is negative or not finite.

    References
    ----------
    Carlsson and van Damme (1993), section 2 (symmetric example) and theorem (risk dominance in the limit).

    Examples
    --------
    >>> investment_cutoffs(1.0, 1.0)
    Cutoffs(small=0.5, big=0.5)
    >>> investment_cutoffs(1.0, 3.0).small
    0.75
    """
    for name, value in (("small_loss", small_loss), ("big_loss", big_loss), ("noise", noise)):
        if not (math.isfinite(value) and value >= 0.0):
            raise ParameterError(
                f"investment_cutoffs.{name} must be finite and at least 0; got {value}. Write a number like 1."
            )
    together = small_loss + big_loss
    if math.isinf(together):
        raise ParameterError(
            f"investment_cutoffs.big_loss must be of a size that can be added to small_loss; got {big_loss}. "
            "Write both in a larger unit of money."
        )
    if noise == 0.0 or together == 0.0:
        limit = small_loss * (big_loss / together) if together > 0.0 else 0.0
        return Cutoffs(limit, limit)
    small_part, big_part = small_loss / together, big_loss / together
    spread = math.sqrt(2.0) * (noise / together)

    def gap(z: float) -> float:
        return float(big_part * ndtr(-z) - small_part * ndtr(z) - spread * z)

    bound = min(1.0 / spread if spread > 0.0 else math.inf, _FAR) + 1.0
    z = (
        brentq(gap, -bound, bound, xtol=_ROOT_ACCURACY, rtol=1e-15, maxiter=_MOST_BISECTIONS)
        if gap(-bound) > 0.0 > gap(bound)
        else 0.0
    )
    return Cutoffs(float(small_loss * ndtr(z)), float(big_loss * ndtr(-z)))


def regime_equilibria(
    cost: float,
    noise: float = 0.0,
    *,
    benefit: float = 1.0,
    prior_mean: float = 0.5,
    prior_deviation: float = math.inf,
) -> tuple[RegimeEquilibrium, ...]:
    """Return the cutoff equilibria of many SmallCos joining a platform that needs a critical mass, easiest first.

    The platform succeeds if and only if the share that joins is at least theta. Joining pays `benefit - cost` on
    success and `-cost` otherwise. With precisions alpha of the prior and beta of the signals, theta* = Phi(q) solves
    alpha (Phi(q) - mean) - sqrt(beta) q = sqrt(alpha + beta) Phi^-1(cost / benefit). A flat prior, or vanishing noise,
    gives theta* = 1 - cost / benefit alone; public information that is precise next to private noise gives up to three.

    Parameters
    ----------
    cost, benefit : float
        Money, 0 < cost < benefit.
    noise : float
        Standard deviation of each private signal, at least 0; 0 gives the limit.
    prior_mean, prior_deviation : float
        The public information about theta, normal; an infinite deviation is a flat prior.

    Raises
    ------
    ParameterError
        If an argument is out of range.

    References
    ----------
    Morris and Shin (2003), section 2.3; uniqueness if sqrt(beta) >= alpha / sqrt(2 pi).

    Examples
    --------
    >>> [round(e.threshold, 12) for e in regime_equilibria(0.3)]
    [0.7]
    >>> len(regime_equilibria(0.5, 1.0, prior_mean=0.5, prior_deviation=0.25))
    3
    """
    if not 0.0 < cost < benefit < math.inf:
        raise ParameterError(
            f"regime_equilibria.cost must lie between 0 and the benefit {benefit}; got {cost}. Write a number like 0.3."
        )
    if not (math.isfinite(noise) and noise >= 0.0):
        raise ParameterError(f"regime_equilibria.noise must be finite and at least 0; got {noise}. Write 0.1.")
    if not prior_deviation > 0.0 or not math.isfinite(prior_mean):
        raise ParameterError(
            "regime_equilibria.prior_deviation must be above 0 and prior_mean finite; "
            f"got {prior_deviation} and {prior_mean}. Leave both out for a flat prior."
        )
    share = cost / benefit
    if noise == 0.0:
        return (RegimeEquilibrium(1.0 - share, 1.0 - share),)
    alpha, root_beta = 1.0 / prior_deviation / prior_deviation, 1.0 / noise
    if not (root_beta > 0.0 and math.isfinite(alpha * (1.0 + abs(prior_mean)) / root_beta)):
        raise ParameterError(
            "regime_equilibria.prior_deviation, prior_mean and noise must be of sizes that compare; got "
            f"{prior_deviation}, {prior_mean} and {noise}. Write a less precise prior, or less noise."
        )
    target = math.hypot(math.sqrt(alpha), root_beta) * float(ndtri(share))

    def gap(q: float) -> float:
        return float(alpha * (ndtr(q) - prior_mean) - root_beta * q - target)

    bound = (alpha * (1.0 + abs(prior_mean)) + abs(target)) / root_beta + 1.0
    ends = [-bound, *_turns(alpha, root_beta), bound]
    equilibria: list[RegimeEquilibrium] = []
    for low, high in pairwise(ends):
        at_low, at_high = gap(low), gap(high)
        if at_low == 0.0 or at_low * at_high < 0.0:
            q = (
                low
                if at_low == 0.0
                else brentq(gap, low, high, xtol=_ROOT_ACCURACY, rtol=1e-15, maxiter=_MOST_BISECTIONS)
            )
            threshold = float(ndtr(q))
            equilibria.append(RegimeEquilibrium(threshold, threshold + noise * q))
    return tuple(equilibria)


def _turns(alpha: float, root_beta: float) -> list[float]:
    """Return where alpha Phi(q) - sqrt(beta) q turns: nowhere if the private signals are precise enough."""
    flat = math.sqrt(2.0 * math.pi) * root_beta
    if flat >= alpha:
        return []
    turn = math.sqrt(-2.0 * math.log(flat / alpha))
    return [-turn, turn]
