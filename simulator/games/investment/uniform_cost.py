"""Trade when the cost of performing is uniform on [0, 1]: what trade is worth, and investments that move the threshold.

With value less known cost z, trade is efficient when omega <= z; its probability is F(z) = min(max(z, 0), 1) and the
expected gain G(z) = E (z - omega)^+. Investments that are worth their cost times the probability of trade lead to a
threshold that solves z = base + response F(z).
"""

from __future__ import annotations

from simulator.foundation.errors import ParameterError
from simulator.foundation.numbers import finite


def trade_probability(threshold: float) -> float:
    """Return F(z), the probability that the cost is at most the threshold.

    Examples
    --------
    >>> trade_probability(0.25), trade_probability(1.5)
    (0.25, 1.0)
    """
    return min(max(finite("trade_probability.threshold", threshold), 0.0), 1.0)


def expected_gain(threshold: float) -> float:
    """Return G(z) = E (z - omega)^+, z^2/2 on [0, 1].

    Examples
    --------
    >>> expected_gain(0.5), expected_gain(1.5)
    (0.125, 1.0)
    """
    probability = trade_probability(threshold)
    return probability * threshold - 0.5 * probability * probability


def expected_saving(threshold: float) -> float:
    """Return E (omega - z)^+, what calling off costly performance saves.

    Examples
    --------
    >>> expected_saving(0.5), expected_saving(0.0)
    (0.125, 0.5)
    """
    return expected_gain(threshold) + 0.5 - threshold


def trade_threshold(base: float, response: float) -> float:
    """Return the threshold z that solves z = base + response F(z).

    Parameters
    ----------
    base : float
        z without investment, or with investment that does not depend on trade.
    response : float
        Rise of z per unit of F, in [0, 1).

    Raises
    ------
    ParameterError
        If the response is outside [0, 1): investment would feed on itself, and several thresholds solve the equation.

    Examples
    --------
    >>> trade_threshold(0.25, 0.5), trade_threshold(0.75, 0.5)
    (0.5, 1.25)
    """
    if not 0.0 <= response < 1.0:
        raise ParameterError(
            f"trade_threshold.response must be in [0, 1); got {response!r}. Write smaller returns to investment."
        )
    if finite("trade_threshold.base", base) <= 0.0:
        return base
    inner = base / (1.0 - response)
    return inner if inner <= 1.0 else base + response
