"""Reading lists of items: what is shipped, and what is said of lists that are not right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.foundation.errors import FileError
from simulator.validation.items import Item, read_items

GOOD = {"id": "A1.9", "inputs": {"pie": 1}, "expected": 0.5, "tolerance": 1e-6, "source": "somebody 1950"}


def written(folder: Path, content: Any) -> Path:
    path = folder / "items.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def problem(path: Path) -> str:
    with pytest.raises(FileError) as error:
        read_items(path)
    return str(error.value)


def test_shipped_items_have_ids_of_their_own_and_sources() -> None:
    items = read_items()
    assert len({item.id for item in items}) == len(items) > 300
    assert all(item.source and item.title and item.status for item in items)


@pytest.mark.parametrize("content", [[GOOD], {"items": [GOOD]}, "\ufeff" + json.dumps([GOOD])])
def test_list_or_object_of_items_is_read(tmp_path: Path, content: Any) -> None:
    (item,) = read_items(written(tmp_path, content))
    assert item == Item("A1.9", {"pie": 1}, 0.5, 1e-6, source="somebody 1950")
    assert item.chapter == "A1"


def test_empty_list_is_no_items(tmp_path: Path) -> None:
    assert read_items(written(tmp_path, [])) == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[{]", "items.json:1: is not JSON: "),
        ("", "is empty. Write a JSON list of items."),
        (" \n", "is empty. Write a JSON list of items."),
        ("[" * 100_000, "is not JSON"),
        ("[" + "9" * 5000 + "]", "is not JSON"),
        (5, "must be a list of items; got int"),
        ({"a": 1}, "must be a list of items; got dict"),
        ([3], "item 1 must be an object; got int"),
        ([GOOD, {**GOOD, "id": 7}], "item 2: id must be text; got 7"),
        ([{**GOOD, "id": ""}], "id must be text"),
        ([{"id": "A1.9"}], "A1.9: must have the key 'inputs'"),
        ([{"id": "A1.9", "inputs": {}}], "A1.9: must have the key 'expected'"),
        ([{"id": "A1.9", "inputs": {}, "expected": 1}], "A1.9: must have the key 'tolerance'"),
        ([GOOD, GOOD], "A1.9: is the id of 2 items. Give each its own, say A1.9.b."),
        ([{**GOOD, "inputs": [1]}], "inputs must be an object; got list"),
        ([{**GOOD, "tolerance": -1}], "tolerance must be a number of at least 0; got -1"),
        ([{**GOOD, "tolerance": True}], "tolerance must be a number"),
        ('[{"id": "A1.9", "inputs": {}, "expected": 1, "tolerance": NaN}]', "tolerance must be a number"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, content: Any, said: str) -> None:
    text = problem(written(tmp_path, content))
    assert said in text
    assert "\n" not in text


def test_every_wrong_item_is_named(tmp_path: Path) -> None:
    lines = problem(written(tmp_path, [{"id": "A1.1"}, GOOD, {**GOOD, "id": "B1.1", "inputs": 3}])).splitlines()
    assert [line.split(": ")[1] for line in lines] == ["A1.1", "B1.1"]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in problem(tmp_path / "missing.json")
    assert "cannot be read: Is a directory" in problem(tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    assert "is not UTF-8 text" in problem(tmp_path / "binary")
