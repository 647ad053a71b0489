"""The command ``alliance verify``: table, JSON, page, exit codes, and what it says of files that are not right."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from simulator.interfaces.cli.main import main
from simulator.validation import verify as module
from simulator.validation.chapters import Chapter
from simulator.validation.items import Item, read_items

PIE = {"pie": 100, "d_S": 10, "d_B": 30, "beta_S": 0.25}
RIGHT = {"id": "A1.x", "inputs": PIE, "expected": 25.0, "tolerance": 1e-9, "source": "Roth 1979"}
WRONG = {**RIGHT, "id": "A1.y", "expected": 26}
STRANGE = {"id": "Q7.1", "inputs": {}, "expected": 1, "tolerance": 0}
DATA = {"id": "I99", "inputs": {}, "expected": {"n": 4}, "tolerance": 0}
KEYS = {"id", "status", "expected", "computed", "tolerance", "source"}


def alliance(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, ("verify", *arguments), prog_name="alliance")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result


def as_json(*arguments: str, code: int = 0) -> Any:
    def refuse(constant: str) -> Any:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(alliance(*arguments, "--json", code=code).stdout, parse_constant=refuse)


@pytest.fixture
def listed(tmp_path: Path) -> Callable[..., str]:
    def write(*items: Any) -> str:
        path = tmp_path / "items.json"
        path.write_text(json.dumps(items), encoding="utf-8")
        return str(path)

    return write


def test_table_of_a_shipped_chapter() -> None:
    result = alliance("--only", "A1")
    lines = result.stdout.splitlines()
    ids = [item.id for item in read_items() if item.chapter == "A1"]
    assert lines[0].split() == ["item", "expected", "computed", "difference", "status"]
    assert [line.split()[0] for line in lines[1 : 1 + len(ids)]] == ids
    assert lines[-1] == f"{len(ids)} items: {len(ids)} passed, 0 failed, 0 unsupported, 0 data"
    assert result.stderr == ""


def test_table_of_a_file_and_why_an_item_failed(listed: Callable[..., str]) -> None:
    result = alliance(listed(RIGHT, WRONG, STRANGE, DATA), code=1)
    assert result.stdout.splitlines()[1:5] == [
        "A1.x  25        25        0           pass",
        "A1.y  26        25        1.0e+00     fail",
        "Q7.1  1         -                     unsupported",
        "I99   n=4       -                     data",
    ]
    assert result.stdout.splitlines()[-1] == "4 items: 1 passed, 1 failed, 1 unsupported, 1 data"
    assert result.stderr.splitlines()[0] == "A1.y: it differs by 1, more than 1e-09."
    assert result.stderr.splitlines()[1].startswith("Q7.1: no chapter 'Q7'. ")


def test_json_has_the_keys_of_the_contract(listed: Callable[..., str]) -> None:
    document = as_json(listed(RIGHT, WRONG, STRANGE, DATA), code=1)
    assert {key: document[key] for key in ("passed", "failed", "unsupported", "data")} == {
        "passed": 1,
        "failed": 1,
        "unsupported": 1,
        "data": 1,
    }
    assert all(set(item) >= KEYS for item in document["items"])
    assert [item["status"] for item in document["items"]] == ["pass", "fail", "unsupported", "data"]
    first = document["items"][0]
    assert (first["id"], first["expected"], first["computed"]) == ("A1.x", 25.0, 25.0)
    assert (first["tolerance"], first["source"]) == (1e-9, "Roth 1979")


def test_only_failures_end_with_1(listed: Callable[..., str]) -> None:
    assert as_json(listed(RIGHT))["failed"] == 0
    assert as_json(listed(STRANGE))["unsupported"] == 1
    assert as_json(listed(DATA))["data"] == 1
    assert as_json(listed(WRONG), code=1)["failed"] == 1
    assert as_json(listed()) == {"items": [], "passed": 0, "failed": 0, "unsupported": 0, "data": 0}


def test_numbers_that_json_cannot_hold(listed: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    def compute(item: Item) -> Any:
        return {"nan": float("nan"), "inf": np.float64(np.inf), "list": np.array([1.0, np.nan]), "none": None}

    chapters = {"X1": Chapter("X1", "Anything", compute, lambda item: False)}
    monkeypatch.setattr(module, "load_chapters", lambda: chapters)
    item = {
        "id": "X1",
        "inputs": {},
        "tolerance": 0,
        "expected": {"nan": 1.0, "inf": 2.0, "list": [1.0, 2.0], "none": None},
    }
    (printed,) = as_json(listed(item), code=1)["items"]
    assert printed["computed"] == {"nan": None, "inf": None, "list": [1.0, None], "none": None}
    assert printed["difference"] is None
    assert "nan=nan inf=inf list=[1, nan] none=-" in alliance(listed(item), code=1).stdout


def test_odd_items_are_refused_and_the_others_are_still_checked(listed: Callable[..., str]) -> None:
    odd = [
        {**RIGHT, "inputs": {}},
        {**RIGHT, "inputs": {**PIE, "pie": "ten"}},
        {**RIGHT, "inputs": {**PIE, "beta_S": float("nan")}},
        {**RIGHT, "inputs": {**PIE, "beta_S": 1.5}},
        {**RIGHT, "expected": {"a": 1}},
        {**RIGHT, "expected": None},
        RIGHT,
    ]
    path = listed(*({**item, "id": f"A1.{number}"} for number, item in enumerate(odd, start=1)))
    items = as_json(path, code=1)["items"]
    assert [item["status"] for item in items] == ["unsupported"] * 4 + ["fail"] * 2 + ["pass"]
    said = [item["message"] for item in items[:4]]
    assert said == [
        "A1.1: inputs must have the key 'pie'; got none. Write, say, 100.",
        "A1.2: inputs.pie must be a number; got text: 'ten'. Write, say, 100.",
        "A1.3: inputs.beta_S must be finite; got nan. Write, say, 0.5.",
        "A1.4: inputs.beta_S cannot be 1.5: Bargaining.power must be in [0, 1]; got 1.5. "
        "Write a number in that range. Write, say, 0.5.",
    ]
    assert alliance(path, code=1).stderr.splitlines()[:4] == said


def test_an_item_may_refer_to_another_of_its_file(listed: Callable[..., str]) -> None:
    game = {"id": "F5.7", "inputs": {"A": [[8, -2], [-10, 0]], "B": [[-10, 0], [10, 0]], "x0": 0.4, "y0": 0.3}}
    period = {"id": "F5.8", "inputs": {"game": "F5.7"}, "expected": 2.0943951, "tolerance": 1e-6}
    path = listed({**game, "expected": {"x_avg": 0.5, "y_avg": 0.1}, "tolerance": 1e-6}, period)
    assert as_json(path)["passed"] == 2


def test_prefix_of_an_id(listed: Callable[..., str]) -> None:
    assert [item["id"] for item in as_json(listed(RIGHT, WRONG), "--only", "A1.x")["items"]] == ["A1.x"]


def test_unknown_prefix(listed: Callable[..., str]) -> None:
    result = alliance("--only", "B99", code=1)
    assert result.stdout == ""
    assert result.stderr == "No item begins with 'B99'. Did you mean 'B8'?\n"
    assert alliance("--only", "b5", code=1).stderr == "No item begins with 'b5'. Did you mean 'B5'?\n"
    assert alliance(listed(RIGHT), "--only", "B7", code=1).stderr == "No item begins with 'B7'. Known: A1.\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file or directory."),
        ("", "is empty."),
        ("not json", "is not JSON"),
        ('{"items": 3}', "must be a list of items; got dict."),
        ('[{"id": "A1.1"}]', "A1.1: must have the key 'inputs'."),
        ('[{"id": "A1.1", "inputs": {}, "expected": 1}]', "A1.1: must have the key 'tolerance'."),
        (json.dumps([RIGHT, RIGHT]), "A1.x: is the id of 2 items."),
    ],
)
def test_files_that_are_not_lists_of_items(tmp_path: Path, content: str | None, said: str) -> None:
    path = tmp_path / "items.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    result = alliance(str(path), "--json", code=1)
    assert result.stdout == ""
    assert result.stderr.startswith(str(path))
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_markdown_page(listed: Callable[..., str]) -> None:
    text = alliance(listed(RIGHT, DATA), "--markdown").stdout
    assert text.startswith("# Published results, recomputed\n")
    assert "| A1.x |  | Roth 1979 | 25 | 25 | pass |" in text
    assert "## Human and field data" in text
    assert "exclude each other" in alliance("--markdown", "--json", code=2).stderr


def test_several_beginnings_are_repeated_or_separated_by_commas(listed: Callable[..., str]) -> None:
    file = listed(RIGHT, WRONG)
    first, second = RIGHT["id"], WRONG["id"]
    for arguments in (("--only", f"{first}, {second}"), ("--only", first, "--only", second)):
        assert [item["id"] for item in as_json(file, *arguments, code=1)["items"]] == [first, second]
    assert alliance(file, "--only", f"{first},B7", code=1).stderr.startswith("No item begins with 'B7'.")
    assert "--only must name a chapter" in alliance(file, "--only", ",", code=2).stderr


def test_that_nothing_was_verified_is_said(listed: Callable[..., str]) -> None:
    assert alliance(listed()).stderr == "nothing was verified: the list is empty.\n"
    said = alliance(listed(STRANGE, DATA)).stderr
    assert said.endswith("nothing was verified: 1 unsupported and 1 data, which neither pass nor fail.\n")
    assert "nothing was verified" not in alliance(listed(RIGHT)).stderr
