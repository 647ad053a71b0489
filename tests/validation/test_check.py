"""Checking items: agreement, shapes, statuses, and messages for items that are not right."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from simulator.foundation.errors import UnknownNameError
from simulator.validation import verify as module
from simulator.validation.agreement import difference
from simulator.validation.chapters import Chapter, Given, InputError, UnsupportedItemError, chapter, load_chapters
from simulator.validation.items import Item
from simulator.validation.verify import Result, check, counts, verify

PIE = {"pie": 100.0, "d_S": 0.0, "d_B": 0.0, "beta_S": 0.5}


@pytest.fixture
def computing(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return a function that makes chapter X1 compute what it is told."""

    def install(compute: Callable[[Item], Any], data: bool = False) -> None:
        chapters = {"X1": Chapter("X1", "Anything", compute, lambda item: data)}
        monkeypatch.setattr(module, "load_chapters", lambda: chapters)

    return install


@pytest.mark.parametrize(
    ("expected", "computed", "apart"),
    [
        (1.0, 1.5, 0.5),
        (1, 1.0, 0.0),
        (True, 1, math.inf),
        (1, True, math.inf),
        (None, None, 0.0),
        (None, 0.0, math.inf),
        ("any", "any", 0.0),
        ("any", "all", math.inf),
        (1.0, "1.0", math.inf),
        (1.0, math.nan, math.inf),
        (math.inf, math.inf, 0.0),
        (1.0, math.inf, math.inf),
        ([1.0, 2.0], [1.0, 2.25], 0.25),
        ([1.0], "1", math.inf),
        (None, math.inf, 0.0),
        (None, math.nan, math.inf),
        (10**400, 1.0, math.inf),
        ({"a": {"b": 1.0}}, {"a": {"b": 3.0, "c": 9.0}, "d": 0.0}, 2.0),
        ({"a": 1.0}, {"b": 1.0}, math.inf),
        ({"a": 1.0}, [1.0], math.inf),
        ({}, {}, 0.0),
    ],
)
def test_difference(expected: Any, computed: Any, apart: float) -> None:
    assert difference(expected, computed) == apart


def test_statuses() -> None:
    assert check(Item("A1.9", PIE, 50.0, 1e-9)).status == "pass"
    failed = check(Item("A1.9", PIE, 51.0, 1e-9))
    assert (failed.status, failed.difference, failed.message) == ("fail", 1.0, "it differs by 1, more than 1e-09.")
    unknown = check(Item("Z9.1", {}, 1.0))
    assert unknown.status == "unsupported"
    assert unknown.message.startswith("no chapter 'Z9'. Known: A1, ")
    assert check(Item("A1b.1", {}, 1.0)).message == "no chapter 'A1b'. Did you mean 'A1'?"


def test_rounding_alone_never_fails_an_item(computing: Callable[..., None]) -> None:
    computing(lambda item: 0.1 + 0.2)
    assert check(Item("X1", {}, 0.3, 0.0)).status == "pass"
    assert check(Item("X1", {}, 0.3 + 1e-14, 0.0)).status == "fail"


def test_numpy_values_become_plain_ones(computing: Callable[..., None]) -> None:
    computing(lambda item: {"p": np.array([0.5, 0.5]), "n": np.int64(3), "ok": np.bool_(True), "t": (1, 2.0)})
    result = check(Item("X1", {}, {"p": [0.5, 0.5], "n": 3, "ok": True, "t": [1, 2]}))
    assert result.status == "pass"
    assert result.computed == {"p": [0.5, 0.5], "n": 3, "ok": True, "t": [1, 2.0]}


def test_data_never_pass(computing: Callable[..., None]) -> None:
    computing(lambda item: 0.5, data=True)
    assert check(Item("X1", {}, 0.5)) == Result(Item("X1", {}, 0.5), "data", 0.5, 0.0)
    assert check(Item("X1", {}, {"n": 4})).difference is None


def test_kinds_that_no_adapter_computes(computing: Callable[..., None]) -> None:
    def refuse(item: Item) -> Any:
        raise UnsupportedItemError("no model of it")

    computing(refuse)
    assert (check(Item("X1", {}, 1)).status, check(Item("X1", {}, 1)).message) == ("unsupported", "no model of it")
    computing(refuse, data=True)
    assert check(Item("X1", {}, 1)).status == "data"


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (ZeroDivisionError("division by zero"), "fail", "ZeroDivisionError: division by zero"),
        (StopIteration(), "fail", "StopIteration"),
        (NameError("name 'x' is not defined"), "fail", "NameError: name 'x' is not defined"),
        (AttributeError("two\nlines"), "fail", "AttributeError: two lines"),
        (InputError("inputs.n must be 1"), "unsupported", "inputs.n must be 1"),
        (UnknownNameError("Unknown rule 'x'."), "unsupported", "Unknown rule 'x'."),
    ],
)
def test_any_error_is_one_line(computing: Callable[..., None], error: Exception, status: str, message: str) -> None:
    def fail(item: Item) -> Any:
        raise error

    computing(fail)
    result = check(Item("X1", {}, 1))
    assert (result.status, result.message) == (status, message)
    computing(fail, data=True)
    assert check(Item("X1", {}, 1)).status == "data"


def test_interruption_is_not_a_failure(computing: Callable[..., None]) -> None:
    def stop(item: Item) -> Any:
        raise KeyboardInterrupt

    computing(stop)
    with pytest.raises(KeyboardInterrupt):
        check(Item("X1", {}, 1))


@pytest.mark.parametrize(
    ("inputs", "expected", "message"),
    [
        (
            {"pie": 1.0, "d_S": 0.0, "d_B": 0.0},
            1,
            "inputs must have the key 'beta_S'; got pie, d_S, d_B. Write, say, 0.5.",
        ),
        ({}, 1, "inputs must have the key 'pie'; got none. Write, say, 100."),
        ({**PIE, "pie": "ten"}, 1, "inputs.pie must be a number; got text: 'ten'."),
        ({**PIE, "pie": [1] * 50}, 1, "inputs.pie must be a number; got a list: [1, 1,"),
        ({**PIE, "beta_S": None}, 1, "inputs.beta_S must be a number; got null: None."),
        ({**PIE, "beta_S": True}, 1, "inputs.beta_S must be a number; got true or false: True."),
        ({**PIE, "d_S": math.nan}, 1, "inputs.d_S must be finite; got nan. Write, say, 0."),
        ({**PIE, "d_S": math.inf}, 1, "inputs.d_S cannot be inf: inputs.d_S must be a finite number; got inf."),
        ({**PIE, "beta_S": 1.5}, 1, "inputs.beta_S cannot be 1.5: Bargaining.power must be in [0, 1]; got 1.5."),
        ({**PIE, "pie": 10**400}, 50.0, "inputs.pie must be finite; got 1000"),
    ],
)
def test_inputs_that_cannot_be_used_are_named(inputs: dict[str, Any], expected: Any, message: str) -> None:
    result = check(Item("A1.9", inputs, expected))
    assert result.status == "unsupported"
    assert message in result.message
    assert "\n" not in result.message
    assert result.line.startswith("A1.9: inputs")


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({"x": 50.0}, "expected is an object with x; computed is 50.0."),
        ("fifty", "it is not what is expected."),
        (10**400, "it is not what is expected."),
    ],
)
def test_expectations_of_another_kind_fail(expected: Any, message: str) -> None:
    result = check(Item("A1.9", PIE, expected))
    assert (result.status, result.message) == ("fail", message)


@pytest.mark.parametrize(
    ("name", "inputs", "expected", "message"),
    [
        ("A3.9", {"delta_S": 0.9, "first": "S"}, 0.5, "inputs must have the key 'delta_B'; got delta_S, first."),
        ("A5.OR.9", {"rounds": 2, "delta_1": 0.4, "delta_2": 0.4}, 12.0, "inputs must have the key 'pie'"),
        ("F5.9", {"a_S": 3, "l_S": 1, "a_B": 8, "l_B": 4}, {"above": "commit"}, "inputs must have the key 'eps'"),
        ("F8.budget.9", {"m_B": 7, "v_S": 9, "v_B": 9, "c_S": 1, "c_B": 1}, {"u_S": 0.0}, "must have the key 'm_S'"),
        ("H3.myerson.9", {}, {"BigCo": 2.0}, "inputs must have the key 'edges'; got none."),
        ("A3.9", {"delta_S": 0.9, "delta_B": 0.9, "first": "X"}, 0.5, "inputs.first must be S or B; got 'X'. Write S."),
        ("E3.limit.9", {"n": 2, "c": 0.2, "efforts": [1, "a"]}, 1.0, "inputs.efforts must hold what is a number; got"),
        ("B2.9", {"a_S": 1, "a_B": 1, "lambda_by_ownership": [1]}, {}, "inputs.lambda_by_ownership must be an object"),
        ("D2.9", {"p": 10, "c": 1, "demand": None}, {"q": 1.0}, "inputs.demand cannot be None: demand must be such as"),
    ],
)
def test_what_other_chapters_say_of_missing_and_odd_keys(
    name: str, inputs: dict[str, Any], expected: Any, message: str
) -> None:
    result = check(Item(name, inputs, expected))
    assert result.status == "unsupported"
    assert message in result.message


def test_an_optional_key_may_be_left_out() -> None:
    without_first = Item("A3.9", {"delta_S": 0.5, "delta_B": 0.5}, 2 / 3, 1e-12)
    assert check(without_first).status == "pass"
    assert check(replace(without_first, expected=0.5)).status == "fail"


def test_the_part_that_differs_most_is_named() -> None:
    item = Item("B1.9", {"a": 1.0, "k": 1.0, "sigma_S": 1.0, "beta_S": 0.5}, {"i": 0.5, "i_FB": 3.0}, 1e-6)
    assert check(item).message == "i_FB differs by 2, more than 1e-06."
    unknown = Item("B1.9", item.inputs, {"j": 0.5}, 1e-6)
    assert check(unknown).message == "j is not computed; its chapter computes i, i_FB, welfare_ratio."


def test_nested_inputs_say_what_is_missing() -> None:
    result = check(Item("F1.9", {"SmallCo": {"T": 5.0, "R": 3.0}, "BigCo": {}}, {"crit_S": 0.5}))
    assert "inputs.SmallCo must have the key 'P'; got T, R." in result.message


def test_given_leaves_the_items_inputs_alone() -> None:
    inputs = {"a": {"b": [1]}}
    given = Given(inputs)
    assert given == inputs
    assert given.get("c", 3) == 3
    assert "c" not in given
    with pytest.raises(InputError, match=r"inputs\.a must have the key 'c'"):
        given["a"]["c"]
    assert inputs == {"a": {"b": [1]}}


def test_verify_selects_by_prefix_in_order_and_reports_progress() -> None:
    items = [Item(name, PIE, 50.0) for name in ("A1.2", "Z1.1", "A1.1", "B1.1")]
    seen: list[tuple[int, int]] = []
    results = verify(items, "A1", lambda done, total: seen.append((done, total)))
    assert [result.item.id for result in results] == ["A1.2", "A1.1"]
    assert seen == [(1, 2), (2, 2)]
    assert counts(results) == {"pass": 2, "fail": 0, "unsupported": 0, "data": 0}
    assert verify([], "A1") == ()


@pytest.mark.parametrize(
    ("prefix", "hint"), [("a1", "Did you mean 'A1'?"), ("A1.77", "Did you mean 'A1'?"), ("?", "Known")]
)
def test_unknown_prefix_names_the_nearest_chapter(prefix: str, hint: str) -> None:
    with pytest.raises(UnknownNameError) as error:
        verify([Item("A1.1", PIE, 50.0), Item("B1.1", PIE, 50.0)], prefix)
    assert hint in str(error.value)
    assert str(error.value).startswith(f"No item begins with {prefix!r}.")


def test_a_chapter_is_registered_once() -> None:
    load_chapters()
    with pytest.raises(ValueError, match="chapter 'A1' is registered twice"):
        chapter("A1", "again")(lambda item: 0.0)


def test_every_chapter_has_a_title() -> None:
    assert all(entry.title and entry.name == name for name, entry in load_chapters().items())


def test_a_fault_of_the_library_is_not_blamed_on_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(item: Item) -> Any:
        if item.inputs["pie"] == 7:
            raise NameError("name 'x' is not defined")
        return 50.0

    monkeypatch.setattr(module, "load_chapters", lambda: {"A1": Chapter("A1", "Faulty", faulty, lambda item: False)})
    result = check(Item("A1.9", {**PIE, "pie": 7}, 50.0))
    assert (result.status, result.message) == ("fail", "NameError: name 'x' is not defined")
