"""Lines of keys, against documents whose lines can be counted by eye."""

from __future__ import annotations

import tomllib

import pytest

from simulator.interfaces.toml_lines import line_of, lines_of

DOCUMENT = '''\
# a comment = 1
name = "x # not a comment"
title = """two
lines = 3
"""

[small]
cash = 3.0   # money
strategy = { name = "reciprocator", patience = 3 }
deep.dotted.key = 1
[ venture . technology ]
name = 'ces'
[factors]
"small.cash" = [
    3,
    # in between
    6, 12,
]
'a"b' = { low = 1, high = [2,
  3] }
"q\\u0041" = true
[[contract]]
name = "first"
[[contract]]
name = "second"
revenue_share = { share = 0.5 }
[contract.plan_of_record]
bond = -inf
'''

WANTED = {
    ("name",): 2,
    ("title",): 3,
    ("small",): 7,
    ("small", "cash"): 8,
    ("small", "strategy", "patience"): 9,
    ("small", "deep"): 10,
    ("small", "deep", "dotted", "key"): 10,
    ("venture", "technology"): 11,
    ("venture", "technology", "name"): 12,
    ("factors", "small.cash"): 14,
    ("factors", "small.cash", 0): 15,
    ("factors", "small.cash", 1): 17,
    ("factors", "small.cash", 2): 17,
    ("factors", 'a"b', "low"): 19,
    ("factors", 'a"b', "high", 1): 20,
    ("factors", "qA"): 21,
    ("contract",): 22,
    ("contract", 0): 22,
    ("contract", 0, "name"): 23,
    ("contract", 1): 24,
    ("contract", 1, "revenue_share", "share"): 26,
    ("contract", 1, "plan_of_record"): 27,
    ("contract", 1, "plan_of_record", "bond"): 28,
}


@pytest.mark.parametrize(("path", "line"), WANTED.items(), ids=[".".join(map(str, path)) for path in WANTED])
def test_lines_counted_by_eye(path: tuple[str | int, ...], line: int) -> None:
    assert lines_of(DOCUMENT)[path] == line


def every_path(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    else:
        inside = []
    return ([path] if path else []) + [found for key, each in inside for found in every_path(each, (*path, key))]


def test_every_key_of_the_parsed_document_has_a_line_and_no_other() -> None:
    found = set(lines_of(DOCUMENT))
    wanted = set(every_path(tomllib.loads(DOCUMENT)))
    assert wanted <= found | {("venture",)}
    assert found <= wanted


def test_windows_line_ends() -> None:
    assert lines_of("a = 1\r\n[b]\r\nc = [1,\r\n 2]\r\n") == {
        ("a",): 1, ("b",): 2, ("b", "c"): 3, ("b", "c", 0): 3, ("b", "c", 1): 4,
    }  # fmt: skip


@pytest.mark.parametrize(
    "broken", ["a = 1\nb = [1, 2", "a = 1\nb = ", "a = 1\n[b", "a = 1\n= 3", "a = 1\nb", 'a = 1\nb = "x']
)
def test_what_stands_before_an_error_is_located(broken: str) -> None:
    assert lines_of(broken)[("a",)] == 1


def test_the_nearest_thing_around_a_missing_key_is_named() -> None:
    lines = lines_of(DOCUMENT)
    assert line_of(lines, ("small", "burn")) == 7
    assert line_of(lines, ("contract", 1, "revenue_share", "shre")) == 26
    assert line_of(lines, ("big", "cash")) is None
