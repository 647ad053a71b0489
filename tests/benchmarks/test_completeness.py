"""The lists of equilibria are complete and true: every family, every game."""

from __future__ import annotations

import pytest

from benchmarks.completeness import FAMILIES, Compared, compared


@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
def test_every_extreme_equilibrium_is_found_and_no_other(name: str) -> None:
    assert compared(name) == Compared(FAMILIES[name][1], 0, 0, 0)


def test_half_of_the_twenty_thousand_games_are_rich_in_ties() -> None:
    assert sum(count for _, count in FAMILIES.values()) == 20_000
    assert FAMILIES["random"][1] == 10_000
