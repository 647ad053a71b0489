"""What compiled functions may hand over: those that count no references give nobody an array."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from numba import types
from numba.core.dispatcher import Dispatcher

from simulator.foundation.compiled import allocating, compiled
from simulator.games.many import many_equilibria
from simulator.interfaces.files import read_scenario
from simulator.simulation.engine import simulate
from simulator.simulation.prepare import prepare


def has_array(kind):
    """Return whether a value of a compiled type is an array, or has one among its parts."""
    parts = kind.types if isinstance(kind, types.BaseTuple) else ()
    return isinstance(kind, types.Array) or any(has_array(part) for part in parts)


def hands_out_arrays(function):
    """Return whether a compiled function returns an array by one of the signatures seen so far."""
    return any(has_array(signature.return_type) for signature in function.nopython_signatures)


def mistakes(function):
    """Return why a function that counts no references would lose or free an array, if it would."""
    if function.targetoptions["_nrt"]:
        return []
    called = [function.py_func.__globals__.get(name) for name in function.py_func.__code__.co_names]
    taken = [each.__name__ for each in called if isinstance(each, Dispatcher) and hands_out_arrays(each)]
    return taken + ["its own answer"] * hands_out_arrays(function)


@compiled
def given(array):
    """Return the argument, which is a mistake: its caller would free it."""
    return array


@allocating
def made(size):
    """Return a new array."""
    return np.zeros(size)


@compiled
def lost(size):
    """Return the first of new zeros, which nobody frees."""
    return made(size)[0]


@pytest.mark.skipif(not isinstance(given, Dispatcher), reason="nothing is compiled")
def test_the_mistakes_are_seen():
    """A function that returns its argument, and one that takes a new array, are found out; one that makes it is not."""
    given(np.zeros(1))
    made(1)
    lost(1)
    assert (mistakes(given), mistakes(lost), mistakes(made)) == (["its own answer"], ["made"], [])


@pytest.mark.skipif(not isinstance(given, Dispatcher), reason="nothing is compiled")
def test_no_function_without_reference_counts_hands_out_arrays():
    """Of all that solving games, preparing a market and living it compile."""
    many_equilibria(np.ones((1, 2, 3)), np.ones((1, 2, 3)))
    scenario = read_scenario("alliance_market")
    simulate(prepare(scenario, scenario.contract()), 1, np.arange(1))
    modules = [module for name, module in sys.modules.items() if name.startswith("simulator.")]
    functions = {value for module in modules for value in vars(module).values() if isinstance(value, Dispatcher)}
    used = {function for function in functions if function.nopython_signatures}
    assert len(used) > 50
    assert {function.__name__: mistakes(function) for function in used if mistakes(function)} == {}
