"""Who wins where, and who is dominated, by hand and against plain NumPy."""

import numpy as np
import pytest
from sweeps.comparison.samples import table

from simulator.foundation.errors import ParameterError, UnknownNameError
from simulator.sweeps.comparison.frontier import ContractMeans, contract_means, dominators
from simulator.sweeps.comparison.regions import region_map
from simulator.sweeps.comparison.runs import Runs, read_runs

POINTS = {"cash": [3, 3, 6, 6], "power": [0.1, 0.9, 0.1, 0.9]}
LUCK = np.random.default_rng(3).normal(size=(4, 30))
EFFECTS = np.array([[0.0, 0.0, 0.0, 0.0], [1.0, -1.0, 0.0, 0.01], [-1.0, -2.0, -1.0, -1.0]])
NOISE = np.random.default_rng(4).normal(scale=0.2, size=(3, 4, 30))
VALUES = LUCK + EFFECTS[:, :, None] + NOISE


@pytest.mark.parametrize("method", ["percentile", "bca", "t"])
def test_the_winner_has_the_best_mean_and_is_clear_where_its_lead_is(method):
    found = region_map(table(VALUES, **POINTS), "cash", "power", method=method)
    assert [(cell.x, cell.y) for cell in found.cells] == [(3, 0.1), (3, 0.9), (6, 0.1), (6, 0.9)]
    for cell, values in zip(found.cells, np.moveaxis(VALUES, 1, 0), strict=True):
        means = values.mean(axis=1)
        best, second = np.argsort(-means)[:2]
        assert (cell.best, cell.second) == ("abc"[best], "abc"[second])
        assert cell.mean == pytest.approx(means[best])
        assert cell.lead == pytest.approx(means[best] - means[second])
        assert cell.low <= cell.lead <= cell.high
        assert cell.means == pytest.approx(dict(zip("abc", means, strict=True)))
        assert cell.pairs == 30
    assert [(cell.best, cell.clear) for cell in found.cells[:2]] == [("b", True), ("a", True)]
    assert found.cells[2].clear is False


def test_what_else_varies_is_averaged_over():
    values = np.array([[[1.0, 1.0], [5.0, 5.0]], [[2.0, 2.0], [2.0, 2.0]]]).repeat(2, axis=1)
    runs = table(values, cash=[3, 3, 6, 6], power=[0, 1, 0, 1], lead=["s", "s", "b", "b"])
    cells = region_map(runs, "power", "lead").cells
    assert [(cell.x, cell.y, cell.best) for cell in cells] == [
        (0, "b", "a"),
        (0, "s", "b"),
        (1, "b", "a"),
        (1, "s", "b"),
    ]


def test_a_tie_is_not_clear_and_missing_runs_are_missing_for_all():
    values = np.ones((2, 4, 5))
    values[0, 0, 0] = np.nan
    cells = region_map(table(values, **POINTS), "cash", "power").cells
    assert {(cell.best, cell.lead, cell.clear) for cell in cells} == {("a", 0.0, False)}
    assert [cell.pairs for cell in cells] == [4, 5, 5, 5]


def test_a_contract_that_never_has_the_measure_takes_no_part():
    values = VALUES.copy()
    values[1] = np.nan
    cells = region_map(table(values, **POINTS), "cash", "power").cells
    assert "b" not in {name for cell in cells for name in (cell.best, cell.second)}
    assert all(np.isnan(cell.means["b"]) for cell in cells)
    values[2:] = np.nan
    with pytest.raises(ParameterError, match="two contracts that ever have surplus; got 'a' alone"):
        region_map(table(values, **POINTS), "cash", "power")


def test_maps_that_cannot_be_drawn_are_refused():
    runs = table(VALUES, **POINTS)
    with pytest.raises(ParameterError, match="two factors; got 'cash' twice"):
        region_map(runs, "cash", "cash")
    with pytest.raises(UnknownNameError, match=r"Unknown factor 'pwer'\. Did you mean 'power'"):
        region_map(runs, "cash", "pwer")
    with pytest.raises(UnknownNameError, match="Unknown measure"):
        region_map(runs, "cash", "power", measures=["surplis"])
    with pytest.raises(ParameterError, match="must vary"):
        region_map(table(VALUES, cash=[3] * 4, power=POINTS["power"][:2] * 2, n=[0, 0, 1, 1]), "cash", "power")
    with pytest.raises(ParameterError, match=r"at least two replicates.*got 1 in surplus at cash = 3"):
        region_map(table(VALUES[:, :, :1], **POINTS), "cash", "power")
    many = np.zeros((2, 61, 2))
    with pytest.raises(ParameterError, match="at most 60 values; got 61 of 'cash'"):
        region_map(table(many, cash=range(61), power=[0] * 60 + [1]), "cash", "power")


def both(small, big):
    """Return runs of both values, each of shape (contracts, replicates)."""
    values = np.stack([small, big])[:, :, None]
    names = tuple("abcd"[: len(small)])
    frame = read_runs(table(np.asarray(small)[:, None])).points
    return Runs(names, "a", ("small_value", "big_value"), frame, values, np.isfinite(values[0]))


def test_dominated_contracts_by_hand():
    """b is better than a for both; c is better for SmallCo only; d equals a."""
    assert dominators([(1, 1), (2, 2), (3, 0), (1, 1)], 0) == [1]
    assert dominators([(1, 1), (2, 2), (3, 0), (1, 1)], 1) == []
    assert dominators([(1, 1), (1, 1)], 0) == []
    luck = np.random.default_rng(2).normal(size=50)
    small = np.stack([luck, luck + 1.0, luck + 2.0, luck])
    big = np.stack([luck, luck + 1.0, luck - 1.0, luck])
    found = contract_means(both(small, big))
    assert [(each.name, each.dominated_by, each.clearly) for each in found] == [
        ("a", ("b",), True), ("b", (), False), ("c", (), False), ("d", ("b",), True),
    ]  # fmt: skip
    assert found[0].baseline
    assert isinstance(found[0], ContractMeans)


def test_a_lead_within_the_noise_dominates_without_being_clear():
    random = np.random.default_rng(2)
    a, noise = random.normal(size=(2, 50))
    b = a + noise - noise.mean() + 0.01
    (first, second) = contract_means(both(np.stack([a, b]), np.stack([a, b])))
    assert (first.dominated_by, first.clearly, second.dominated_by) == (("b",), False, ())
