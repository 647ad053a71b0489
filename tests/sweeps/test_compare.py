import json
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sweeps.fakes import FakeDriver, small_experiment

from simulator.foundation.errors import ParameterError, StoreError, UnknownNameError
from simulator.sweeps.compare import compare
from simulator.sweeps.provenance import FORMAT, write_manifest
from simulator.sweeps.runner import run_sweep
from simulator.sweeps.sensitivity.outcomes import read_outcomes
from simulator.sweeps.store import load


def table(**columns):
    return pd.DataFrame(columns)


TINY = table(
    contract=["base"] * 6 + ["other"] * 6,
    cash=[3, 3, 3, 6, 6, 6] * 2,
    replicate=[0, 1, 2] * 4,
    seed=[0] * 12,
    surplus=[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 2.0, 2.0, 5.0, 3.0, 7.0, 6.0],
    error=[None] * 12,
)


def test_a_tiny_table_by_hand():
    """Differences: 1, 0, 2 at cash 3 and -1, 2, 0 at cash 6; by replicate their means are 0, 1, 1."""
    (row,) = compare(TINY).rows
    assert (row.contract, row.measure, row.level) == ("other", "surplus", None)
    assert row.difference == pytest.approx(4 / 6)
    assert row.standard_error == pytest.approx(stats.sem([0.0, 1.0, 1.0]))
    assert (row.share_better, row.share_tied) == (3 / 6, 2 / 6)
    assert (row.pairs, row.dropped) == (6, 0)
    base, other = np.array([2.5, 3.5, 4.5]), np.array([2.5, 4.5, 5.5])
    assert row.correlation == pytest.approx(np.corrcoef(base, other)[0, 1])
    assert row.variance_ratio == pytest.approx((base.var(ddof=1) + other.var(ddof=1)) / (other - base).var(ddof=1))
    assert 0.0 <= row.low <= row.difference <= row.high <= 1.0


def test_by_level_by_hand():
    rows = compare(TINY, by="cash").rows
    assert [(row.level, row.difference, row.pairs) for row in rows] == [
        (3, pytest.approx(1.0), 3), (6, pytest.approx(1 / 3), 3),
    ]  # fmt: skip
    assert rows[0].standard_error == pytest.approx(stats.sem([1.0, 0.0, 2.0]))


def test_another_baseline_turns_the_sign():
    (row,), (turned,) = compare(TINY).rows, compare(TINY, baseline="other").rows
    assert turned.contract == "base"
    assert (turned.difference, turned.low, turned.high) == pytest.approx((-row.difference, -row.high, -row.low))
    assert turned.share_better == pytest.approx(1.0 - row.share_better - row.share_tied)


def test_the_order_of_rows_does_not_matter():
    assert compare(TINY.sample(frac=1.0, random_state=1), baseline="base") == compare(TINY)


def test_the_interval_is_that_of_scipy_on_replicate_means():
    random = np.random.default_rng(1)
    luck = random.normal(size=(2, 80))
    frame = table(
        contract=["a"] * 160 + ["b"] * 160,
        cash=([3] * 80 + [6] * 80) * 2,
        replicate=list(range(80)) * 4,
        surplus=np.concatenate([luck.ravel(), (1.2 * luck + random.normal(0.3, 0.2, size=luck.shape)).ravel()]),
    )
    gaps = (frame["surplus"][160:].to_numpy() - frame["surplus"][:160].to_numpy()).reshape(2, 80).mean(axis=0)
    theirs = stats.bootstrap((gaps,), np.mean, n_resamples=20_000, method="percentile", rng=random)
    (row,) = compare(frame, resamples=20_000).rows
    assert (row.low, row.high) == pytest.approx(tuple(theirs.confidence_interval), abs=0.08 * stats.sem(gaps))


def test_missing_and_failed_partners_are_dropped_and_counted():
    holed = TINY.copy()
    holed.loc[0, "surplus"] = math.nan  # base, cash 3, replicate 0 has failed
    holed = holed.drop(index=10)  # other, cash 6, replicate 1 is missing
    holed.loc[[5, 11], "surplus"] = math.nan  # cash 6, replicate 2 has failed under both
    (row,) = compare(holed).rows
    assert (row.pairs, row.dropped) == (3, 3)
    assert row.difference == pytest.approx((0.0 + 2.0 - 1.0) / 3)


def test_common_luck_at_its_best_and_worst():
    luck = np.arange(10.0)
    shifted = table(contract=["a"] * 10 + ["b"] * 10, replicate=[*range(10)] * 2, surplus=[*luck, *(luck + 1.0)])
    (row,) = compare(shifted).rows
    assert (row.difference, row.low, row.high, row.standard_error, row.share_better) == (1.0, 1.0, 1.0, 0.0, 1.0)
    assert row.correlation == pytest.approx(1.0)
    assert row.variance_ratio == math.inf
    same = shifted.assign(surplus=[3.0] * 20)
    (row,) = compare(same).rows
    assert (row.difference, row.share_better, row.share_tied) == (0.0, 0.0, 1.0)
    assert math.isnan(row.correlation)
    assert math.isnan(row.variance_ratio)


def test_rounding_is_a_tie():
    nearly = TINY.assign(surplus=[0.3] * 6 + [0.1 + 0.2] * 6)
    assert compare(nearly).rows[0].share_tied == 1.0


def test_a_folder_and_its_table_agree(tmp_path):
    run_sweep(small_experiment(baseline="nothing signed"), tmp_path, jobs=1, driver=FakeDriver(fails_at=3))
    comparison = compare(tmp_path)
    assert comparison.baseline == "nothing signed"
    assert [(row.contract, row.measure) for row in comparison.rows] == [
        (contract, measure)
        for contract in ("share", "share and fee")
        for measure in ("small_value", "big_value", "surplus")
    ]
    assert comparison == compare(load(tmp_path), baseline="nothing signed")
    share, fee = comparison.rows[2], comparison.rows[5]
    assert (share.pairs, share.dropped) == (36, 6)
    assert share.difference == pytest.approx(0.3)
    assert fee.difference == pytest.approx(2.4)
    by = compare(tmp_path, by="lead", measures=["months"])
    assert [(row.level, row.contract) for row in by.rows] == [
        ("big", "share"), ("big", "share and fee"), ("small", "share"), ("small", "share and fee"),
    ]  # fmt: skip
    assert all(row.dropped > 3 and row.share_tied == 1.0 for row in by.rows)
    assert len(comparison.to_frame()) == 6
    text = json.dumps(by.to_dict(), allow_nan=False)
    assert json.loads(text)["rows"][0]["variance_ratio"] is None


def test_wrong_names_and_too_little_to_compare(tmp_path):
    with pytest.raises(UnknownNameError, match=r"Unknown contract 'bse'\. Did you mean 'base'"):
        compare(TINY, baseline="bse")
    with pytest.raises(UnknownNameError, match=r"Unknown measure 'surplis'\. Did you mean 'surplus'"):
        compare(TINY, measures=["surplis"])
    with pytest.raises(UnknownNameError, match=r"Unknown factor 'csh'\. Did you mean 'cash'"):
        compare(TINY, by="csh")
    with pytest.raises(UnknownNameError, match="Unknown column 'replicate'"):
        compare(TINY.drop(columns="replicate"))
    with pytest.raises(ParameterError, match="at least two contracts; got 'base' alone"):
        compare(TINY[TINY["contract"] == "base"])
    with pytest.raises(ParameterError, match=r"got 1 of the 2 replicates needed have surplus under both 'other' and"):
        compare(TINY[TINY["replicate"] == 0])
    with pytest.raises(ParameterError, match="twice"):
        compare(pd.concat([TINY, TINY]))
    with pytest.raises(ParameterError, match=r"confidence must be in \(0, 1\); got 95"):
        compare(TINY, confidence=95)
    with pytest.raises(StoreError, match=r"got no manifest\.json"):
        compare(tmp_path)


@pytest.mark.parametrize("read", [compare, read_outcomes])
def test_every_analysis_refuses_an_unfinished_sweep_in_the_same_words(read, tmp_path):
    write_manifest(tmp_path, {"format": FORMAT, "status": "interrupted"})
    with pytest.raises(StoreError) as refused:
        read(tmp_path)
    assert str(refused.value) == (
        f"{tmp_path} must hold a finished sweep, because the first runs are not a fair sample; got one that is "
        "interrupted. Run the sweep again: it goes on where it stopped."
    )
