"""A choice in one month, called as a driver calls it, and how often levels are drawn: for tests of strategies."""

from __future__ import annotations

import numpy as np

from simulator.economy.firm import SmallFirm, StrategyChoice
from simulator.foundation.draws import SMALL_CHECK, SMALL_CHOICE, key_of
from simulator.simulation.strategies import choose, strategy_numbers

KEY = key_of(7, 3)
DRAWS = 3_000
STANDARD_ERRORS = 4.5  # a draw's frequency may be this far from its probability
ROUNDING = 1e-12

# What a firm knows in one month: the arguments of `choose` between the parameters and the memory.
KNOWN = {
    "top": 9, "equilibrium": 4, "reply": 5, "hedge": 3, "first_best": 8, "promise": 6, "leading": 7,
    "partner_level": 2, "partner_breaks": 0, "partner_broke": 0, "together": 5, "knowledge": 0.0, "partner_kept": 0.8,
}  # fmt: skip
GAME = np.array([[1.0, 5.0, 0.0], [2.0, 3.0, 1.0], [0.0, 4.0, 6.0], [3.0, 0.0, 2.0]])


def numbers(name, **parameters):
    """Return code and parameters of a strategy."""
    return strategy_numbers(StrategyChoice(name, tuple(parameters.items())), SmallFirm())


def inside(values, room=2):
    """Return a view of an array that holds nothing usable beyond it, as a driver passes them."""
    padded = np.full([size + room for size in values.shape], np.nan)
    view = padded[tuple(slice(size) for size in values.shape)]
    view[...] = values
    return view


def chosen(strategy, memory=(0.0,), experience=0.0, payoffs=GAME, quantal=(1.0,), month=20, key=KEY, place=2, **known):
    """Return the level of (code, parameters) in a month in which the firm knows KNOWN, but for what is given."""
    return choose(
        *strategy, *(KNOWN | known).values(), np.asarray(memory), experience, inside(payoffs), np.asarray(quantal), key,
        month, place, SMALL_CHOICE, SMALL_CHECK,
    )  # fmt: skip


def drawn(probabilities, u):
    """Return where u falls among the probabilities laid end to end, or None if rounding could decide."""
    ends = np.cumsum(probabilities)
    return None if np.min(np.abs(ends - u)) < ROUNDING * 10 else int(np.searchsorted(ends, u))


def assert_frequencies(levels, probabilities):
    """Fail unless every level is drawn about as often as it should be, and never where it has no probability."""
    shares = np.bincount(levels, minlength=len(probabilities)) / len(levels)
    assert len(shares) == len(probabilities)
    error = np.sqrt(probabilities * (1 - np.asarray(probabilities)) / len(levels))
    assert np.all(np.abs(shares - probabilities) <= STANDARD_ERRORS * error + ROUNDING)
