"""Each design against scipy or SALib called directly, and the laws it is used for."""

import dataclasses
import json
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import qmc
from sweeps.fakes import FakeDriver, small_experiment

from simulator.foundation.errors import AllianceError, ParameterError
from simulator.sweeps.compare import compare
from simulator.sweeps.designs import DESIGNS, Grid, Halton, LatinHypercube, Morris, Nested, Saltelli, Sobol
from simulator.sweeps.distributions import Discrete, Normal, Uniform
from simulator.sweeps.experiment import Experiment
from simulator.sweeps.factors import Factor
from simulator.sweeps.plan import plan
from simulator.sweeps.runner import run_sweep
from simulator.sweeps.store import load

UNIT = (
    Factor("bargaining.power", distribution=Uniform(0, 1)),
    Factor("small.specificity", distribution=Uniform(0, 1)),
    Factor("big.specificity", distribution=Uniform(0, 1)),
)
PATHS = ("bargaining.power", "big.specificity", "small.specificity")  # in alphabetical order
SEED = 20260101
ROUNDING = 1e-15


def points(design, factors=UNIT, **changes):
    return plan(small_experiment(design=design, factors=factors, seed=SEED, **changes)).points


@pytest.mark.parametrize(
    ("design", "engine"),
    [
        (LatinHypercube(100), qmc.LatinHypercube),
        (Sobol(128), qmc.Sobol),
        (Halton(100), qmc.Halton),
    ],
)
def test_samples_are_scipys(design, engine):
    expected = engine(3, rng=np.random.default_rng(SEED)).random(design.points)
    np.testing.assert_allclose(np.array(points(design)), expected, atol=ROUNDING)


def test_morris_and_saltelli_are_salibs():
    from SALib.sample import morris, sobol

    problem = {"num_vars": 3, "names": list(PATHS), "bounds": [[0, 1]] * 3}
    expected = morris.sample(problem, 10, num_levels=6, seed=SEED)
    np.testing.assert_allclose(np.array(points(Morris(10, 6))), expected, atol=ROUNDING)
    for second in (False, True):
        expected = sobol.sample(problem, 16, calc_second_order=second, seed=SEED)
        np.testing.assert_allclose(np.array(points(Saltelli(16, second))), expected, atol=ROUNDING)
        assert len(expected) == Saltelli(16, second).size(UNIT)


@given(st.integers(1, 80), st.integers(0, 2**63 - 1))
def test_a_latin_hypercube_has_one_value_of_each_factor_in_each_interval(number, seed):
    made = plan(small_experiment(design=LatinHypercube(number), factors=UNIT, seed=seed))
    for column in np.array(made.points).T:
        assert sorted(np.floor(column * number)) == list(range(number))


@given(st.integers(0, 7), st.integers(0, 2**63 - 1))
def test_sobol_points_are_balanced_in_each_factor_and_in_pairs(power, seed):
    number = 2**power
    sample = np.array(plan(small_experiment(design=Sobol(number), factors=UNIT[:2], seed=seed)).points)
    for column in sample.T:
        assert sorted(np.floor(column * number)) == list(range(number))
    half = 2 ** (power // 2)
    cells = np.floor(sample[:, 0] * half) * (number // half) + np.floor(sample[:, 1] * (number // half))
    assert len(set(cells)) == number  # a (0, m, 2)-net


@given(st.integers(1, 12), st.sampled_from([2, 4, 8]), st.integers(0, 2**32))
def test_a_morris_trajectory_changes_every_factor_once_by_the_same_step(trajectories, levels, seed):
    made = plan(small_experiment(design=Morris(trajectories, levels), factors=UNIT, seed=seed))
    walks = np.array(made.points).reshape(trajectories, 4, 3)
    steps = np.abs(np.diff(walks, axis=1))
    np.testing.assert_allclose(steps.sum(axis=1), levels / (2 * (levels - 1)))
    assert (np.count_nonzero(steps > ROUNDING, axis=2) == 1).all()


def test_a_sample_depends_on_the_seed_and_not_on_the_order_of_factors():
    for design in (LatinHypercube(16), Sobol(16), Halton(16), Morris(4), Saltelli(4)):
        base = points(design)
        assert points(design) == base
        assert points(design, UNIT[::-1]) == base
        other = plan(small_experiment(design=design, factors=UNIT, seed=SEED + 1)).points
        assert other != base
    assert points(Sobol(64))[:16] == points(Sobol(16))  # a longer sample goes on from a shorter one
    assert points(Halton(30))[:16] == points(Halton(16))


def test_lists_ranges_and_distributions_meet_in_one_sample():
    factors = (
        Factor("lead", ("small", "big")),
        Factor("small.cash", distribution=Normal(12, 3)),
        Factor("small.count", distribution=Uniform(1, 4)),
        Factor("small.strategy", distribution=Discrete(("nash", "random"), (3, 1))),
    )
    frame = pd.DataFrame(points(Sobol(1024), factors), columns=["lead", "cash", "count", "strategy"])
    assert frame["lead"].value_counts().to_dict() == {"small": 512, "big": 512}
    assert frame["count"].value_counts().to_dict() == dict.fromkeys((1, 2, 3, 4), 256)
    assert (frame["strategy"] == "nash").sum() == 768
    assert frame["cash"].mean() == pytest.approx(12.0, abs=0.02)
    assert frame["cash"].std() == pytest.approx(3.0, rel=0.02)


def test_nested_is_the_default_structure_by_name():
    assert plan(small_experiment(design="nested")).points == plan(small_experiment()).points
    keys = [chunk.key for chunk in plan(small_experiment(design=Nested()), 20).chunks]
    assert keys == [chunk.key for chunk in plan(small_experiment(design=Grid()), 20).chunks]


@pytest.mark.parametrize("name", DESIGNS)
def test_every_design_runs_with_its_default_settings_and_says_what_it_makes(name):
    factors = (Factor("small.cash", (3, 6, 12)), Factor("bargaining.power", (0.1, 0.5, 0.9)))
    made = plan(small_experiment(design=name, factors=factors, replicates=1))
    assert len(made.points) == made.experiment.layout.size(factors)
    assert made.experiment.design_name == name
    assert made.numbered is made.experiment.layout.sampled
    assert plan(small_experiment(design=DESIGNS[name](), factors=factors, replicates=1)).chunks == made.chunks


def test_equal_points_of_a_sample_stay_apart(tmp_path):
    factors = (Factor("small.cash", distribution=Discrete((3, 6), (3, 1))),)
    run_sweep(small_experiment(design=Sobol(16), factors=factors), tmp_path, driver=FakeDriver(), jobs=1)
    frame = load(tmp_path)
    assert list(frame.columns)[:4] == ["run", "contract", "point", "small.cash"]
    assert sorted(frame["point"].unique()) == list(range(16))
    assert (frame.drop_duplicates("point")["small.cash"] == 3).sum() == 12
    summary = pd.read_csv(tmp_path / "summary.csv")
    assert len(summary) == 16 * 3 * 4
    row = compare(tmp_path, measures=["small_value"]).rows[0]  # three in four points have a cash of 3
    assert row.pairs == 16 * 7
    means = frame.groupby("contract")["small_value"].mean()
    assert row.difference == pytest.approx(means["share and fee"] - means["share"])


def test_the_columns_of_drawn_factors_have_their_types(tmp_path):
    factors = (Factor("small.count", distribution=Uniform(1, 4)), Factor("small.cash", distribution=Normal(12, 3)))
    run_sweep(small_experiment(design=Halton(10), factors=factors), tmp_path, driver=FakeDriver(), jobs=1)
    kinds = load(tmp_path).dtypes
    assert (kinds["small.count"], kinds["small.cash"], kinds["point"]) == ("int64", "float64", "int64")


def test_a_sensitivity_sweep_can_be_analysed_from_its_folder_alone(tmp_path):
    """The fake SmallCo has cash x luck + share: a straight line in cash, and nothing in power."""
    from SALib.analyze import morris, sobol

    factors = (Factor("small.cash", distribution=Uniform(2, 12)), UNIT[0])
    for design in (Morris(8), Saltelli(64)):
        folder = tmp_path / type(design).__name__
        experiment = small_experiment(design=design, factors=factors, contracts=("share",), replicates=10)
        run_sweep(experiment, folder, driver=FakeDriver(), jobs=1)
        known = json.loads((folder / "manifest.json").read_text())["sensitivity"]
        sample = pd.read_csv(folder / known["sample"])
        outcomes = load(folder).groupby("point")["small_value"].mean().to_numpy()
        assert len(sample) == len(outcomes) == known["rows"]
        if known["method"] == "morris":
            unit = sample[known["problem"]["names"]].to_numpy()
            found = morris.analyze(known["problem"], unit, outcomes, num_levels=known["settings"]["levels"])
            luck = outcomes[0] - 0.3  # of any point: cash x mean luck
            cash = load(folder).drop_duplicates("point")["small.cash"].to_numpy()[0]
            assert found["mu_star"].tolist() == pytest.approx([0.0, 10 * luck / cash], abs=1e-9)
        else:
            found = sobol.analyze(known["problem"], outcomes, calc_second_order=False)
            assert found["S1"].tolist() == pytest.approx([0.0, 1.0], abs=0.05)
        assert known["problem"]["names"] == ["bargaining.power", "small.cash"]


def test_salib_missing_is_one_clear_line(monkeypatch):
    monkeypatch.setitem(sys.modules, "SALib.sample.morris", None)  # as if it were not installed
    with pytest.raises(AllianceError, match=r"pip install 'alliance-simulator\[sensitivity\]'") as caught:
        points(Morris(4))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Sobol(100), "Sobol.points must be a power of two.*got 100. Write points = 64 or points = 128"),
        (lambda: Saltelli(100), "Saltelli.samples must be a power of two"),
        (lambda: Saltelli(64, 3), "Saltelli.second_order must be true or false; got 3"),
        (lambda: Morris(4, 5), "Morris.levels must be even.*got 5"),
        (lambda: Morris(0), r"Morris.trajectories must be in \[1"),
        (lambda: LatinHypercube(2.5), "LatinHypercube.points must be a whole number; got 2.5"),
        (lambda: Halton(10**12), r"Halton.points must be in \[1, 1e\+06\]"),
        (lambda: points(Sobol(4), ()), "'sobol' must have factors to draw; got none"),
        (lambda: points(Morris(4), ()), "'morris' must have factors"),
        (lambda: points("grid", UNIT[:1]), "must have a list of values in the design 'grid'; got a distribution"),
        (
            lambda: points(Morris(4), (Factor("small.cash", distribution=Normal(3, 1)),)),
            "must have ends for a Morris design",
        ),
    ],
)
def test_what_a_design_cannot_do_is_refused(make, says):
    with pytest.raises(ParameterError, match=says) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_a_morris_design_takes_a_normal_distribution_with_ends():
    assert len(points(Morris(4), (Factor("small.cash", distribution=Normal(3, 1, high=6)),))) == 8


def test_a_design_too_large_is_refused_before_anything_is_made():
    many = tuple(Factor(f"{side}.{key}", tuple(range(1000))) for side in ("small", "big") for key in ("cash", "cost"))
    with pytest.raises(ParameterError, match=r"at most 1,000,000 points; got 1,000,000,000,000 from 4 factors"):
        plan(small_experiment(factors=many))
    with pytest.raises(ParameterError, match="got about 10"):
        plan(small_experiment(factors=(*many, Factor("small.burn", tuple(range(10_000))))))
    with pytest.raises(ParameterError, match=r"at most 1,000,000 points; got 4,194,304"):
        plan(small_experiment(design=Saltelli(2**20 // 2), factors=UNIT + many[:3]))
    with pytest.raises(ParameterError, match=r"at most 1,000,000,000 runs in all; got 6 points x 3 contracts x 1,0"):
        plan(small_experiment(replicates=10**12))


def test_the_manifest_says_how_points_were_drawn(tmp_path):
    experiment: Experiment = dataclasses.replace(
        small_experiment(design=Sobol(8), factors=(*UNIT[:1], Factor("lead", ("small", "big")))),
        constraints=("bargaining.power > 0.2",),
    )
    run_sweep(experiment, tmp_path, driver=FakeDriver(), jobs=1)
    known = json.loads((tmp_path / "manifest.json").read_text())["experiment"]
    assert (known["design"], known["design_settings"]) == ("sobol", {"points": 8})
    assert known["constraints"] == ["bargaining.power > 0.2"]
    assert known["factors"] == {
        "bargaining.power": {"distribution": "uniform", "low": 0, "high": 1},
        "lead": ["small", "big"],
    }
