"""Indices against closed forms, scipy and numpy, and from sweeps of a driver whose functions are known."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from sweeps.fakes import FakeDriver, small_experiment
from sweeps.sensitivity.functions import (
    ISHIGAMI_FIRST,
    ISHIGAMI_PAIR,
    ISHIGAMI_TOTAL,
    PATHS,
    UNIT,
    FunctionDriver,
    function_experiment,
    ishigami,
)

from simulator.foundation.errors import ParameterError, StoreError, UnknownNameError
from simulator.sweeps.designs import LatinHypercube, Morris, Saltelli, Sobol
from simulator.sweeps.distributions import Discrete, Uniform
from simulator.sweeps.factors import Factor
from simulator.sweeps.replication import Replication
from simulator.sweeps.runner import run_sweep
from simulator.sweeps.sensitivity.analysis import sensitivity
from simulator.sweeps.sensitivity.given_data import (
    classes_of,
    factorial_indices,
    factorial_order,
    first_order,
    rank_regression,
)
from simulator.sweeps.sensitivity.indices import morris_effects, sobol_indices
from simulator.sweeps.sensitivity.luck import luck_of
from simulator.sweeps.sensitivity.outcomes import read_outcomes

ROUNDING = 1e-9
SAMPLING = 0.03  # of an index from a few thousand points


def by_name(indices):
    return {(index.factor, index.index): index for index in indices}


def swept(folder, driver=None, **changes):
    run_sweep(function_experiment(**changes), folder, driver=driver or FunctionDriver(), jobs=1)
    return folder


def found_for(outcomes, measure, contract="share", against=None, **options):
    for each in sensitivity(outcomes, contract, **options).explained:
        if (each.target.measure, each.target.contract, each.target.against) == (measure, contract, against):
            return each
    raise AssertionError("no such target")


def test_sobol_indices_of_ishigami():
    unit = Saltelli(2048, True).unit(PATHS, 7)
    found = by_name(sobol_indices(PATHS, ishigami(unit), second_order=True))
    for path, first, total in zip(PATHS, ISHIGAMI_FIRST, ISHIGAMI_TOTAL, strict=True):
        for name, exact in (("first", first), ("total", total)):
            index = found[path, name]
            assert index.estimate == pytest.approx(exact, abs=SAMPLING)
            assert index.low <= exact <= index.high
    pair = found[f"{PATHS[0]} x {PATHS[2]}", "second"]
    assert pair.estimate == pytest.approx(ISHIGAMI_PAIR, abs=2 * SAMPLING)
    assert pair.low <= ISHIGAMI_PAIR <= pair.high
    assert len(found) == 9


def test_sobol_indices_of_a_product():
    """Of y = prod(1 + c (2 u - 1)), V_i = c^2 / 3 and V = prod(1 + V_i) - 1."""
    c = np.array([0.9, 0.5, 0.1])
    v = c**2 / 3.0
    whole = np.prod(1.0 + v) - 1.0
    unit = Saltelli(2048).unit(PATHS, 3)
    found = by_name(sobol_indices(PATHS, np.prod(1.0 + c * (2.0 * unit - 1.0), axis=1)))
    for place, path in enumerate(PATHS):
        total = v[place] * np.prod(np.delete(1.0 + v, place)) / whole
        assert found[path, "first"].estimate == pytest.approx(v[place] / whole, abs=SAMPLING)
        assert found[path, "total"].estimate == pytest.approx(total, abs=SAMPLING)


def test_the_same_seed_gives_the_same_intervals_zero_included():
    y = ishigami(Saltelli(64).unit(PATHS, 0))
    assert sobol_indices(PATHS, y, seed=0) == sobol_indices(PATHS, y, seed=0)


@settings(deadline=None)
@given(st.lists(st.floats(-5.0, 5.0), min_size=3, max_size=3), st.integers(0, 1000))
def test_morris_of_a_line_is_exact(slopes, seed):
    unit = Morris(6).unit(PATHS, seed)
    found = by_name(morris_effects(PATHS, unit, unit @ np.array(slopes), levels=4, resamples=100))
    for path, slope in zip(PATHS, slopes, strict=True):
        assert found[path, "mu"].estimate == pytest.approx(slope, abs=ROUNDING)
        assert found[path, "mu_star"].estimate == pytest.approx(abs(slope), abs=ROUNDING)
        assert found[path, "sigma"].estimate == pytest.approx(0.0, abs=ROUNDING)


def test_first_order_from_given_data_is_that_of_ishigami():
    sample = np.random.default_rng(5).random((4096, 3))
    y = ishigami(sample)
    for place, exact in enumerate(ISHIGAMI_FIRST):
        index = first_order(pd.Series(sample[:, place], name=PATHS[place]), y)
        assert index.estimate == pytest.approx(exact, abs=SAMPLING)
        assert index.low - 0.01 <= exact <= index.high + 0.01  # what the width of classes takes away


@pytest.mark.statistical
def test_the_correction_takes_out_what_chance_alone_explains():
    """A factor that matters not: over 200 samples the mean index is 0 to three standard errors."""
    rng = np.random.default_rng(11)
    found = [
        first_order(pd.Series(rng.random(50), name="x"), rng.normal(size=50), resamples=100).estimate
        for _ in range(200)
    ]
    assert abs(np.mean(found)) < 3.0 * np.std(found) / math.sqrt(200)


def test_shares_by_words_are_eta_squared_corrected():
    words = pd.Series(["a", "b", "c"] * 20, name="lead")
    y = np.random.default_rng(2).normal(size=60) + np.tile([0.0, 1.0, 2.0], 20)
    within = sum(((y[words == word] - y[words == word].mean()) ** 2).sum() for word in "abc") / (60 - 3)
    assert first_order(words, y).estimate == pytest.approx(1.0 - within / y.var(ddof=1))
    assert stats.f_oneway(*(y[words == word] for word in "abc")).pvalue < 0.001
    assert first_order(words, y).low > 0.0


@settings(deadline=None)
@given(st.integers(2, 400), st.integers(0, 100))
def test_classes_are_in_order_and_equally_full(n, seed):
    values = np.random.default_rng(seed).random(n)
    codes = classes_of(pd.Series(values))
    sizes = np.bincount(codes)
    assert sizes.max() - sizes.min() <= 1
    assert (np.diff(codes[np.argsort(values)]) >= 0).all()


def test_rank_regression_is_scipys_for_one_factor_and_numpys_for_three():
    rng = np.random.default_rng(4)
    x = pd.DataFrame(rng.random((200, 3)), columns=list(PATHS))
    y = np.exp(3.0 * x[PATHS[0]]) - x[PATHS[1]] + 0.1 * rng.normal(size=200)
    (index,), r_squared, aliased = rank_regression(x[[PATHS[0]]], y.to_numpy())
    assert index.estimate == pytest.approx(stats.spearmanr(x[PATHS[0]], y).statistic)
    assert r_squared == pytest.approx(index.estimate**2)
    assert not aliased
    three, r_squared, _ = rank_regression(x, y.to_numpy())
    ranks = stats.zscore(stats.rankdata(np.column_stack([x, y]), axis=0), axis=0)
    beta = np.linalg.lstsq(ranks[:, :3], ranks[:, 3], rcond=None)[0]
    assert [each.estimate for each in three] == pytest.approx(beta.tolist())
    assert r_squared == pytest.approx(1.0 - ((ranks[:, 3] - ranks[:, :3] @ beta) ** 2).mean())
    assert all(each.low <= each.estimate <= each.high for each in three)
    x["twin"] = 2.0 * x[PATHS[0]]
    assert rank_regression(x, y.to_numpy())[2]


def test_a_complete_grid_is_exact():
    """Of y = a + b + 2ab with a, b = 0, 1: means 0.5 and 2.5 of either, V = 2.25, V_a = V_b = 1, V_ab = 0.25."""
    points = pd.DataFrame({"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]})
    shape, places = factorial_order(points)
    y = np.array([0.0, 1.0, 1.0, 4.0])[:, None] + np.array([[-1.0, 0.0, 1.0]])
    found = by_name(factorial_indices(("a", "b"), shape, places, y))
    for name in "ab":
        assert found[name, "first"].estimate == pytest.approx(1.0 / 2.25)
        assert found[name, "total"].estimate == pytest.approx(1.25 / 2.25)
        assert (found[name, "first"].low, found[name, "first"].high) == pytest.approx((1.0 / 2.25, 1.0 / 2.25))


def test_luck_is_told_from_parameters():
    rng = np.random.default_rng(8)
    a, b, c = 2.0 * rng.normal(size=400), 1.0 * rng.normal(size=300), 0.5 * rng.normal(size=(400, 300))
    found = luck_of(a[:, None] + b[None, :] + c)
    assert found.parameters == pytest.approx(4.0 / 5.25, abs=0.07)
    assert found.common == pytest.approx(1.0 / 5.25, abs=0.05)
    assert found.noise == pytest.approx(0.25 / 300 / 4.0, rel=0.2)
    values = a[:, None] + c
    values[0, 0] = np.nan
    one_way = luck_of(values)
    assert one_way.luck == pytest.approx(luck_of(a[:, None] + c).luck, abs=0.01)
    assert math.isnan(one_way.common)
    assert math.isnan(luck_of(values[:, 1:2]).luck)


def test_a_saltelli_sweep_is_analysed_from_its_folder(tmp_path):
    outcomes = read_outcomes(swept(tmp_path, design=Saltelli(256)), ["small_value", "big_value"])
    result = sensitivity(outcomes)
    assert result.method == "sobol"
    assert [str(each.target) for each in result.explained][:3] == [
        "small_value, share",
        "small_value, share and fee",
        "small_value, share and fee less share",
    ]
    found = by_name(found_for(outcomes, "small_value").indices)
    for path, first, total in zip(PATHS, ISHIGAMI_FIRST, ISHIGAMI_TOTAL, strict=True):
        assert found[path, "first"].low <= first <= found[path, "first"].high
        assert found[path, "total"].low <= total <= found[path, "total"].high
    line = by_name(found_for(outcomes, "big_value").indices)  # 4 u - 2 v: 16 and 4 parts of 20
    assert [line[path, "total"].estimate for path in PATHS] == pytest.approx([0.8, 0.2, 0.0], abs=SAMPLING)
    contrast = by_name(found_for(outcomes, "big_value", "share and fee", "share").indices)  # fee x w alone
    assert [contrast[path, "total"].estimate for path in PATHS] == pytest.approx([0.0, 0.0, 1.0], abs=0.06)
    same = found_for(outcomes, "small_value", "share and fee", "share")
    assert same.indices == ()
    assert "it is the same at every point" in same.notes[-1]
    assert found_for(outcomes, "small_value").luck.noise == pytest.approx(0.0, abs=ROUNDING)  # luck moves all alike
    frame = result.to_frame()
    assert set(frame["index"]) == {"first", "total"}
    assert len(frame) == sum(len(each.indices) for each in result.explained)


def test_own_luck_is_reported_as_noise(tmp_path):
    outcomes = read_outcomes(swept(tmp_path, FunctionDriver(own=3.0), design=Sobol(256)), ["small_value"])
    luck = found_for(outcomes, "small_value").luck
    variance = 13.84  # of Ishigami's function; of 3 sin(anything): 4.5
    assert luck.noise == pytest.approx(4.5 / 4 / (variance + 4.5 / 4), abs=0.05)
    assert luck.luck == pytest.approx((4.5 + 1 / 12) / (variance + 4.5 + 1 / 12), abs=0.06)


def test_morris_and_other_designs_from_their_folders(tmp_path):
    outcomes = read_outcomes(swept(tmp_path / "m", design=Morris(8)), ["big_value"])
    found = by_name(found_for(outcomes, "big_value").indices)
    assert [found[path, "mu"].estimate for path in PATHS] == pytest.approx([4.0, -2.0, 0.0], abs=ROUNDING)
    assert max(found[path, "sigma"].estimate for path in PATHS) < ROUNDING
    outcomes = read_outcomes(swept(tmp_path / "l", design=LatinHypercube(400), replicates=1), ["big_value"])
    explained = found_for(outcomes, "big_value")
    found = by_name(explained.indices)
    assert [found[path, "first"].estimate for path in PATHS] == pytest.approx([0.8, 0.2, 0.0], abs=0.07)
    assert explained.r_squared > 0.97
    assert found[PATHS[1], "rank_coefficient"].high < 0.0
    assert "one replicate" in explained.notes[0]
    assert math.isnan(explained.luck.luck)


def test_grids_lists_and_words(tmp_path):
    run_sweep(small_experiment(), tmp_path, driver=FakeDriver(), jobs=1)  # cash x luck + share, lead does nothing
    outcomes = read_outcomes(tmp_path)
    assert sensitivity(outcomes).method == "factorial"
    explained = found_for(outcomes, "small_value")
    found = by_name(explained.indices)
    assert found["small.cash", "first"].estimate == pytest.approx(1.0)
    assert found["lead", "total"].estimate == pytest.approx(0.0, abs=ROUNDING)
    assert ("lead", "rank_coefficient") not in found
    assert found["small.cash", "rank_coefficient"].estimate == pytest.approx(1.0)
    factors = (Factor("small.cash", distribution=Discrete((3, 6))), Factor("lead", ("small", "big")))
    run_sweep(
        small_experiment("w", design=LatinHypercube(40), factors=factors), tmp_path / "w", driver=FakeDriver(), jobs=1
    )
    found = by_name(found_for(read_outcomes(tmp_path / "w"), "small_value").indices)
    assert found["small.cash", "first"].estimate == pytest.approx(1.0)


def test_missing_values_and_failed_runs_are_left_out_and_said(tmp_path):
    outcomes = read_outcomes(
        swept(tmp_path, FunctionDriver(fails_below=0.1), design=Saltelli(128)), ["small_value", "months"]
    )
    assert outcomes.failed > 0
    explained = found_for(outcomes, "small_value")
    assert explained.dropped % 5 == 0
    assert explained.dropped + explained.points == 128 * 5
    assert any("with those that belong to them" in note for note in explained.notes)
    assert any("runs have no value" in note for note in found_for(outcomes, "months").notes)


def test_a_factor_that_does_not_vary_is_said(tmp_path):
    factors = (*UNIT[:2], Factor("small.specificity", distribution=Discrete((0.5, 0.6), (10**6, 1))))
    outcomes = read_outcomes(swept(tmp_path, design=LatinHypercube(40), factors=factors), ["big_value"])
    explained = found_for(outcomes, "big_value")
    assert "small.specificity does not vary" in explained.notes
    assert {index.factor for index in explained.indices} == set(PATHS[:2])


def test_what_cannot_be_analysed_is_refused(tmp_path):
    few = read_outcomes(swept(tmp_path / "few", design=LatinHypercube(9)))
    with pytest.raises(ParameterError, match=r"'latin_hypercube' must have at least 10 points .*; got 9"):
        sensitivity(few)
    with pytest.raises(ParameterError, match="'morris' needs at least 2 trajectories to be analysed; got 1"):
        sensitivity(read_outcomes(swept(tmp_path / "m", design=Morris(1))))
    with pytest.raises(UnknownNameError, match=r"Unknown contract 'shar'. Did you mean 'share'"):
        sensitivity(few, "shar")
    with pytest.raises(UnknownNameError, match=r"Unknown measure 'surplis'. Did you mean 'surplus'"):
        read_outcomes(tmp_path / "few", ["surplis"])
    with pytest.raises(ParameterError, match="over factors"):
        read_outcomes(swept(tmp_path / "none", factors=()))
    with pytest.raises(StoreError, match=r"manifest|folder|sweep"):
        read_outcomes(tmp_path / "nothing")


def test_more_replicates_at_some_points_are_averaged_by_point(tmp_path):
    rule = Replication("small_value", half_width=0.8, most=64)
    factors = (Factor("small.cash", distribution=Uniform(1, 12)), *UNIT[:1])
    experiment = small_experiment(design=LatinHypercube(20), replication=rule, factors=factors, replicates=10)
    run_sweep(experiment, tmp_path, driver=FakeDriver(), jobs=1)
    outcomes = read_outcomes(tmp_path, ["small_value"])  # cash x luck + share: the spread grows with cash
    counts = np.isfinite(outcomes.of("small_value", "share")).sum(axis=1)
    assert counts.min() == 10 < counts.max()
    found = by_name(found_for(outcomes, "small_value").indices)
    assert found["small.cash", "first"].estimate > 0.8
    assert math.isnan(found_for(outcomes, "small_value").luck.common)
