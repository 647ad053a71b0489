"""The page of results: its cells, its sections, and that the one in docs/ is of the items shipped now."""

from __future__ import annotations

import re
from pathlib import Path

from simulator.validation.chapters import load_chapters
from simulator.validation.items import Item, read_items
from simulator.validation.page import DATA_HEAD, compact, page
from simulator.validation.verify import Result

PAGE = Path(__file__).resolve().parents[2] / "docs" / "verification.md"
ROW = re.compile(r"\| (?P<id>[A-Z]\S*) \|.* (?P<status>\w+) \|")


def statuses(text: str) -> dict[str, str]:
    rows = [match for line in text.splitlines() if (match := ROW.fullmatch(line))]
    assert len({row["id"] for row in rows}) == len(rows)
    return {row["id"]: row["status"] for row in rows}


def test_docs_show_the_shipped_items_and_their_statuses() -> None:
    chapters = load_chapters()
    expected = {item.id: "data" if chapters[item.chapter].data(item) else "pass" for item in read_items()}
    assert statuses(PAGE.read_text(encoding="utf-8")) == expected, (
        "write it anew: alliance verify --markdown > docs/verification.md"
    )


def test_data_have_a_section_of_their_own() -> None:
    derived, data = PAGE.read_text(encoding="utf-8").split(DATA_HEAD)
    assert set(statuses(derived).values()) == {"pass"}
    assert set(statuses(data).values()) == {"data"}


def test_page_escapes_what_markdown_would_read() -> None:
    item = Item("B1.9", {}, {"a_S": 1.0}, title="|u_S| <= c*k", source="A\nB")
    text = page([Result(item, "fail", {"a_S": 2.0, "more": 3.0}, 1.0, "it differs")])
    assert "| B1.9 | \\|u\\_S\\| \\<= c\\*k | A B | a\\_S=1 | a\\_S=2 | fail |" in text
    assert "## B. Commitment and hold-up" in text
    assert "1 items: 1 fail." in text


def test_page_says_why_nothing_was_computed() -> None:
    text = page([Result(Item("Z1", {}, 1.0), "unsupported", message="no chapter")])
    assert "| Z1 |  |  | 1 | no chapter | unsupported |" in text
    assert "## Z. Other results" in text


def test_compact_text() -> None:
    assert compact({"a": {"b": 1.0, "c": [True, None, "x"]}, "d": -0.0}) == "a={b=1 c=[yes, -, x]} d=0"
    assert compact(1234567.0) == "1.23457e+06"
    assert compact(1e-17) == "0"
    assert compact("abc", 3) == "abc"
    assert compact("abcd", 3) == "ab…"
    assert compact({}) == ""
    assert compact(float("nan")) == "nan"
    assert compact(float("-inf")) == "-inf"
