"""A user's function is compiled only where machine code answers what Python answers, to the last bit."""

from __future__ import annotations

import math
import random
from typing import NamedTuple

import numpy as np
import pytest

from simulator.foundation import translation as kinds
from simulator.foundation.compiled import NotCompiledError, address_of, answered, translated
from simulator.foundation.translation import translation

FAULT = -7


class Seen(NamedTuple):
    """Two numbers."""

    cash: float
    top: float


THRESHOLD = 0.3
LADDER = [0, 2, 5, 9]
BEYOND = 2**40


def half(x):
    return x / 2 if x > 1 else 0.0


def arithmetic(seen):
    return int(seen.cash * 3 // 0.7 + seen.cash % 0.3 - seen.top * -1.5 // 2)


def loops(seen):
    best, at = -math.inf, 0
    for place in range(int(seen.top)):
        worth = half(place) - seen.cash * place * place
        if worth > best:
            best, at = worth, place
    return at


def names(seen):
    chosen = LADDER[int(seen.top) % len(LADDER)]
    return chosen if seen.cash > THRESHOLD else max(LADDER[0], min(3, LADDER[-2]))


def truths(seen):
    return int(seen.cash > 1) + (seen.top > 2) * 3


def whole(seen):
    return int(seen.cash) + round(seen.cash) + math.floor(seen.cash) + math.ceil(seen.cash) + math.trunc(seen.top)


def lists(seen):
    values = [seen.cash * each for each in range(4)]
    values.append(seen.top)
    values[0] = 2.0
    return int(max(values[1], values[-1], values[0]))


def defaults(seen, share=0.5):
    return int(abs(seen.cash) * share)


def fails(seen):
    if seen.cash > 1:
        raise ValueError("too rich")
    return 1 // int(seen.top)


GOOD = [arithmetic, loops, names, truths, whole, lists, defaults, fails]


def answer_of(decide):
    """Return the machine code's way to answer, with FAULT where Python would raise."""

    def answer(seen):
        given = FAULT
        try:
            given = int(decide(seen))
        except Exception:
            given = FAULT
        return given

    return answer


def place_of(function):
    """Return where the machine code of a function is."""
    decide = translation(function, Seen._fields)
    return address_of(answer_of(decide), decide, Seen(1.0, 1.0))


@pytest.mark.parametrize("function", GOOD, ids=lambda function: function.__name__)
def test_machine_code_answers_what_python_answers(function):
    """For thousands of numbers of every size, infinite ones among them; where Python raises, machine code does."""
    place = place_of(function)
    draws = random.Random(3)
    seen = [Seen(draws.uniform(-9, 9) * 10.0 ** draws.randint(-9, 9), float(draws.randint(0, 9))) for _ in range(3000)]
    ask = translated(lambda address, each: answered(address, each))  # noqa: PLW0108 - compiled
    for each in [*seen, Seen(math.inf, 3.0), Seen(1e300, 1.0), Seen(-0.0, 0.0), Seen(2.5, 2.0), Seen(0.5, 0.0)]:
        try:
            expected = int(function(each))
        except (ArithmeticError, ValueError):
            expected = FAULT
        assert ask(place, each) in {expected, FAULT}
        if abs(each.cash) < 1e6:
            assert ask(place, each) == expected == answered(place, each)


@pytest.mark.parametrize("raw", [*kinds.FINITE, *kinds.WHOLE], ids=lambda raw: raw.__name__)
def test_every_function_of_math_gives_pythons_bits(raw):
    """To the last bit, for a hundred thousand numbers."""
    compiled = kinds.CHECKED[raw]
    rng = np.random.default_rng(1)
    for x in np.concatenate([rng.uniform(0.0, 30.0, 50_000), np.exp(rng.uniform(-15.0, 15.0, 50_000))]).tolist():
        try:
            expected = raw(x)
        except OverflowError:
            with pytest.raises(ArithmeticError):
                compiled(x)
            continue
        assert compiled(x) == expected


@pytest.mark.parametrize("raw", [math.log, math.sqrt, math.log1p])
def test_what_python_refuses_is_refused(raw):
    """The logarithm or root of a negative number is an error, not NaN."""
    with pytest.raises(ArithmeticError):
        kinds.CHECKED[raw](-2.0)


def unset(seen):
    if seen.cash > 1:
        level = 1
    return level


def unset_below(seen):
    return unset(seen)


def made_by(share):
    return lambda seen: seen.cash * share


count = 0


def counts(seen):
    global count  # noqa: PLW0603 - what users may write
    count += 1
    return count


def remembers(seen, memory=[]):  # noqa: B006 - what users may write
    memory.append(seen.cash)
    return len(memory)


def itself(seen):
    return itself(seen) if seen.cash > 1 else 0


def mixed(seen):
    return True if seen.cash > 1 else 0


def mixed_in_a_variable(seen):
    level = seen.cash > 1
    if seen.top > 2:
        level = 3
    return level


def truth(seen):
    return seen.cash > 1


def nothing(seen):
    if seen.cash > 1:
        return 1


def guarded(seen):
    try:
        return int(1 / seen.cash)
    except ZeroDivisionError:
        return 0


class Thing:
    """Not a function."""

    def __call__(self, seen):
        return 0


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (lambda seen: seen.cash**2, "powers differ"),
        (lambda seen: 1 << int(seen.cash), "shifts"),
        (lambda seen: np.clip(seen.cash, 0, 1), "np is a module; only math"),
        (lambda seen: random.random(), "random is a module"),
        (lambda seen: sum([seen.cash]), "sum is not among the functions"),
        (lambda seen: len({1, 2, int(seen.cash)}), "sets have another order"),
        (lambda seen: nonsense, "nonsense is not defined"),  # noqa: F821
        (lambda seen: seen.nonsense, "it uses .nonsense"),
        (lambda seen: BEYOND, "BEYOND is a whole number beyond"),
        (lambda seen: int(seen.cash) % 1099511627776, "whole numbers beyond"),
        (lambda seen: round(seen.cash, 2), "numba says"),
        (lambda seen: "3", "which is not a number|numba says"),
        (remembers, "numba says"),
        (counts, "line .*keeps state in a global variable"),
        (itself, "itself calls itself"),
        (mixed, "mixes True or False with numbers"),
        (mixed_in_a_variable, "mixes True or False with numbers"),
        (truth, "which is not a number"),
        (nothing, "which is not a number|numba says"),
        (guarded, "it uses try or with"),
        (unset, "level may not have been given a value"),
        (unset_below, "level may not have been given a value"),
        (made_by(0.5), "reads share of the function around it"),
        (Thing(), "not a plain function"),
        (max, "not a plain function"),
    ],
)
def test_everything_else_stays_python_for_a_reason_that_is_told(function, reason):
    """Libraries, state, objects, and what machine code would do otherwise."""
    with pytest.raises(NotCompiledError, match=reason):
        place_of(function)
