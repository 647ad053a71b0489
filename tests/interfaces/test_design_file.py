"""Designs, distributions, constraints and replication as files: what is read, and how every kind of mistake is told."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from interfaces.experiments import problems, written

from simulator.interfaces.files import read_experiment
from simulator.sweeps.designs import DESIGNS, Sobol
from simulator.sweeps.distributions import DISTRIBUTIONS, Discrete, Normal, Uniform
from simulator.sweeps.factors import Factor
from simulator.sweeps.plan import plan
from simulator.sweeps.replication import Replication

GOOD = """\
name = "test"
scenario = "world.toml"
design = { name = "sobol", points = 64 }
replicates = 20
constraints = ["small.cash > 2 * small.burn",
    "small.cash < 30"]
[factors]
"small.cash" = { distribution = "normal", mean = 12, deviation = 3 }
"small.count" = { low = 1, high = 6 }
"bargaining.power" = { low = 0.1, high = 0.5, steps = 5 }
"contract.revenue_share.share" = { distribution = "discrete", values = [0.2, 0.4], weights = [3, 1] }
lead = ["small", "big"]
[replication]
measure = "surplus"
half_width = 0.05
relative = true
most = 500
"""


def test_values_arrive(folder: Path) -> None:
    experiment = read_experiment(written(folder, GOOD))
    assert experiment.design == Sobol(64)
    assert experiment.constraints == ("small.cash > 2 * small.burn", "small.cash < 30")
    assert experiment.replication == Replication("surplus", half_width=0.05, relative=True, most=500)
    assert experiment.factors == (
        Factor("small.cash", distribution=Normal(12, 3)),
        Factor("small.count", distribution=Uniform(1, 6)),
        Factor("bargaining.power", (0.1, 0.2, 0.3, 0.4, 0.5)),
        Factor("contract.revenue_share.share", distribution=Discrete((0.2, 0.4), (3, 1))),
        Factor("lead", ("small", "big")),
    )
    points = plan(experiment).points
    assert len(points) == 64
    assert all(2 < point[4 - 1] < 30 for point in points)


@pytest.mark.parametrize("name", DESIGNS)
def test_every_design_can_be_named_with_its_default_settings(folder: Path, name: str) -> None:
    text = GOOD.partition("constraints")[0] + '[factors]\n"small.cash" = [3, 6]\n'
    named = read_experiment(written(folder, text.replace('{ name = "sobol", points = 64 }', f'"{name}"')))
    table = read_experiment(written(folder, text.replace('{ name = "sobol", points = 64 }', f'{{ name = "{name}" }}')))
    assert named.design == table.design == name
    assert named.layout == DESIGNS[name]()


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_every_distribution_says_what_it_needs(folder: Path, name: str) -> None:
    text = GOOD.replace('{ distribution = "normal", mean = 12, deviation = 3 }', f'{{ distribution = "{name}" }}')
    found = problems(folder, text)
    assert any(line == 8 and key.startswith('factors."small.cash".') for line, key, _ in found)


@pytest.mark.parametrize(
    ("was", "becomes", "line", "key", "says"),
    [
        ('"sobol"', '"sobl"', 3, "design.name", "unknown design 'sobl'. Did you mean 'sobol'?"),
        ('{ name = "sobol", points = 64 }', '"sobl"', 3, "design.name", "unknown design 'sobl'. Did you mean 'sobol'?"),
        ('{ name = "sobol", points = 64 }', "3", 3, "design", 'Write, say, { name = "grid" }.'),
        ("points", "pints", 3, "design.pints", "unknown key. Did you mean 'points'?"),
        ("64", "100", 3, "design.points", "must be a power of two, or the points are not balanced; got 100."),
        ("64", "0.5", 3, "design.points", "must be a whole number; got 0.5."),
        ("64", "1000000000000", 3, "design.points", "must be in [1, 1e+06]"),
        ('"sobol", points = 64', '"morris", levels = 3', 3, "design.levels", "must be even"),
        ('"sobol", points = 64', '"saltelli"', 5, "constraints", "must be empty for the design 'saltelli'"),
        ('"sobol", points = 64', '"morris"', 8, 'factors."small.cash"', "must have ends for a Morris design"),
        ('"sobol", points = 64', '"grid"', 8, 'factors."small.cash"', "must have a list of values in the design"),
        ('"sobol", points = 64', '"grid"', 9, 'factors."small.count".steps', "is missing."),
        ('"normal"', '"norml"', 8, 'factors."small.cash".distribution', "Did you mean 'normal'?"),
        ("mean = 12", "men = 12", 8, 'factors."small.cash".mean', "is missing. A normal distribution has mean"),
        ("mean = 12", "mean = 12, men = 3", 8, 'factors."small.cash".men', "unknown key. Did you mean 'mean'?"),
        ("mean = 12", 'mean = "x"', 8, 'factors."small.cash".mean', "must be a number; got 'x'."),
        ("deviation = 3", "deviation = 0", 8, 'factors."small.cash".deviation', "must be in (0, inf); got 0."),
        ("mean = 12", "mean = -90", 8, 'factors."small.cash"', "at least 1% of its normal distribution in 0 to inf"),
        ("mean = 12", "mean = 12, low = -1", 8, 'factors."small.cash"', "low must be in [0, inf), the range"),
        ("low = 1,", "low = 7,", 9, 'factors."small.count".high', "must be above low = 7; got 6."),
        ("low = 1,", "low = 0,", 9, 'factors."small.count"', "low must be in [1, 1e+06], the range of the key; got 0"),
        ("low = 1,", 'low = "x",', 9, 'factors."small.count".low', "must be a finite number; got 'x'."),
        ('"small.count"', '"small.strategy"', 9, 'factors."small.strategy"', "must hold a number to be drawn"),
        ('"small.count"', '"small.cont"', 9, 'factors."small.cont"', "Did you mean 'small.count'?"),
        ("[3, 1]", "[3]", 11, 'factors."contract.revenue_share.share".weights', "one for each of the 2 values; got 1."),
        ("[3, 1]", "3", 11, 'factors."contract.revenue_share.share".weights', "must be a list; got 3."),
        ("values", "vales", 11, 'factors."contract.revenue_share.share".vales', "unknown key. Did you mean 'values'?"),
        ("0.2, 0.4", "0.2, 1.4", 11, 'factors."contract.revenue_share.share"', "must be in [0, 1]; got 1.4."),
        ("2 * small.burn", "2 * small.brn", 5, "constraints", "Did you mean 'small.burn'?"),
        ("small.cash < 30", "small.cash <", 6, "constraints", "must be a comparison; got invalid syntax"),
        ("small.cash < 30", "open('x') < 3", 6, "constraints", "must compare keys and numbers by"),
        ("small.cash < 30", "small.cash < 2", 5, "constraints", "must allow at least 1% of what"),
        ('"small.cash < 30"', "3", 5, "constraints", "must be a list of texts"),
        ('"surplus"', '"surpls"', 14, "replication.measure", "Did you mean 'surplus'?"),
        ("half_width", "half_widt", 15, "replication.half_widt", "unknown key. Did you mean 'half_width'?"),
        ("0.05", "-1", 15, "replication.half_width", "must be in (0, inf); got -1."),
        ("relative = true", "relative = 1", 16, "replication.relative", "must be true or false; got 1."),
        ("most = 500", "most = 5", 17, "replication.most", "must be in [10, 1e+09]"),
        ("most = 500", "most = 900000000", 17, "replication.most", "at most 1,000,000,000 runs in all; got 64 points"),
        ("replicates = 20", "replicates = 2", 4, "replicates", "must be from 10 to most = 500"),
        ("relative = true", 'contrast = true\n', 13, "replication.contrast", "must compare two contracts"),
    ],
)  # fmt: skip
def test_every_mistake_has_its_line_key_and_remedy(
    folder: Path, was: str, becomes: str, line: int | None, key: str, says: str
) -> None:
    text = GOOD
    if "contrast" in becomes:
        text = text.replace("replicates", 'contracts = ["share"]\nreplicates')
        line = 17
    assert was in text
    found = problems(folder, text.replace(was, becomes, 1))
    assert all("\n" not in each[2] for each in found)
    if key:
        assert any((each[0], each[1]) == (line, key) and says in each[2] for each in found), found
    else:
        assert any(says in each[2] for each in found), found


def test_a_grid_too_large_names_the_line_and_makes_nothing(folder: Path) -> None:
    ranges = [
        f'"{key}" = {{ low = 1, high = 2, steps = 1000 }}'
        for key in ("small.cash", "big.cash", "small.cost", "big.cost")
    ]
    head = 'name = "test"\nscenario = "world.toml"\n'
    found = problems(folder, head + "[factors]\n" + "\n".join(ranges))
    assert [(line, key) for line, key, _ in found] == [(3, "factors")]
    assert "at most 1,000,000 points; got 1,000,000,000,000 from 4 factors" in found[0][2]
    found = problems(folder, f'{head}design = "grid"\n[factors]\n' + "\n".join(ranges))
    assert [(line, key) for line, key, _ in found] == [(3, "design")]
    found = problems(folder, f"{head}replicates = 1000000000000\n")
    assert [(line, key) for line, key, _ in found] == [(3, "replicates")]


def test_all_problems_are_reported_together(folder: Path) -> None:
    text = GOOD.replace("30", "small.csh").replace("deviation = 3", "deviation = 0").replace("0.05", "-1")
    assert [(line, key) for line, key, _ in problems(folder, text)] == [
        (6, "constraints"),
        (8, 'factors."small.cash".deviation'),
        (15, "replication.half_width"),
    ]


def test_constraints_that_contradict_are_one_line(folder: Path) -> None:
    text = (
        GOOD.partition("design")[0]
        + 'constraints = ["small.cash > 5", "small.cash < 4"]\n[factors]\n"small.cash" = [3, 6]\n'
    )
    assert problems(folder, text) == [
        (3, "constraints", "must leave at least one point; got none of 2 that satisfies 'small.cash > 5' and "
        "'small.cash < 4'. Relax one, or move the factors."),
    ]  # fmt: skip


def test_salib_missing_is_one_line_of_the_design(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib.sample.sobol", None)  # as if it were not installed
    text = GOOD.partition("constraints")[0].replace('"sobol", points = 64', '"saltelli"')
    ((line, key, says),) = problems(folder, text + '[factors]\n"small.cash" = [3, 6]\n')
    assert (line, key) == (3, "design")
    assert says.endswith("it is not installed. Run: pip install 'alliance-simulator[sensitivity]'.")
