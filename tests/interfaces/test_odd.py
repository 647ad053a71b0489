"""The ODD protocol in docs/ is the one the program generates, and it leaves nothing out."""

from __future__ import annotations

from pathlib import Path

from simulator.economy.contract import TERMS
from simulator.interfaces.odd import document
from simulator.simulation.strategies import STRATEGIES
from simulator.sweeps.measures import MEASURES

PAGE = Path(__file__).parents[2] / "docs" / "odd.md"


def test_the_page_is_what_the_program_generates():
    """Regenerate it with ``python -m simulator.interfaces.odd > docs/odd.md``."""
    assert PAGE.read_text(encoding="utf-8") == document()


def test_it_names_every_element_and_every_entry():
    """The seven elements of ODD; terms, strategies and measures."""
    text = document()
    for number in range(1, 8):
        assert f"\n## {number}. " in text
    for name in (*STRATEGIES, *MEASURES):
        assert f"| `{name}` |" in text
    for name in TERMS:
        assert f"`{name}." in text
