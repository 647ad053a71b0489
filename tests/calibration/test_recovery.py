"""What the program itself generates is found again: a closed form inverted, and parameters behind simulated data."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from scipy import optimize, stats

from simulator.calibration.estimate import estimate
from simulator.calibration.problem import Calibration, Moment, Parameter
from simulator.calibration.simulated import Simulator, point_of
from simulator.economy.contract import contract_of
from simulator.economy.firm import BigFirm, SmallFirm, StrategyChoice
from simulator.economy.scenario import CommitmentSpace, Horizon, Scenario, Trust
from simulator.economy.terms import RevenueShare
from simulator.economy.venture import LinearRevenue, Sum, Venture
from simulator.interfaces.files import read_calibration
from simulator.sweeps.cells import EngineDriver

STANDARD_ERRORS = 4.0
ALL_IN = StrategyChoice("all_in_pig")
CASH, DELAY = 20.0, 2
RACE = Scenario(
    "race",
    small=SmallFirm(cash=CASH, burn=1.0, strategy=ALL_IN),
    big=BigFirm(strategy=ALL_IN),
    venture=Venture(technology=Sum(), revenue=LinearRevenue(4.0), milestones=1, hazard=0.3, delay=DELAY),
    trust=Trust(small_threshold=0.0, big_threshold=0.0),
    commitment=CommitmentSpace(2),
    horizon=Horizon(60),
    contracts=(contract_of("share", [RevenueShare(0.35)]),),
)


def survival(hazard, milestones):
    """Return the chance that SmallCo's milestones come before its cash runs out, 1.5 a month being lost."""
    last = math.floor(CASH / 1.5) - DELAY
    return stats.nbinom.cdf(last - milestones, milestones, 1.0 - math.exp(-hazard))


@pytest.mark.statistical
@pytest.mark.parametrize("milestones", [1, 3])
def test_survival_alone_gives_the_hazard_that_the_negative_binomial_gives(milestones):
    """One moment, one parameter: the estimate inverts the closed form, and its error is the delta method's."""
    runs, observed, count = 4_000, 0.8, 500
    scenario = dataclasses.replace(RACE, venture=dataclasses.replace(RACE.venture, milestones=milestones))
    asked = Calibration(
        "race",
        scenario,
        (Parameter("venture.hazard", 0.02, 1.0),),
        (Moment("small_survived", "mean", observed, count=count),),
        replicates=runs,
        seed=7,
        starts=2,
    )
    fit = estimate(asked)
    (found,) = fit.estimates
    hazard = optimize.brentq(lambda h: survival(h, milestones) - observed, 0.01, 1.0)
    slope = (survival(hazard + 1e-4, milestones) - survival(hazard - 1e-4, milestones)) / 2e-4
    binomial = math.sqrt(observed * (1.0 - observed))
    assert abs(found.value - hazard) < STANDARD_ERRORS * binomial / math.sqrt(runs) / slope
    assert found.standard_error == pytest.approx(binomial * math.sqrt(1 / count + 1 / runs) / slope, rel=0.1)
    # the simulated share moves in steps of 1 / runs, and the search stops within some of them
    assert abs(fit.moments[0].fitted - observed) <= 5.0 / runs


def drawn(asked, truth, seed):
    """Return the calibration with moments of a data set simulated at the truth."""
    simulator = Simulator(asked, EngineDriver())
    columns = simulator.columns(point_of(asked.parameters, truth), seed, runs=asked.moments[0].count)
    values = simulator.values_of(columns)
    moments = (dataclasses.replace(each, value=float(v)) for each, v in zip(asked.moments, values, strict=True))
    return dataclasses.replace(asked, moments=tuple(moments))


TRUTH = (0.25, 0.8)


@pytest.mark.statistical
def test_the_shipped_calibration_finds_the_truth_behind_its_moments():
    fit = estimate(dataclasses.replace(read_calibration("runway"), starts=2), jobs=2)
    for each, truth in zip(fit.estimates, TRUTH, strict=True):
        assert abs(each.value - truth) < STANDARD_ERRORS * each.standard_error
    assert fit.test.degrees == 5
    assert fit.test.p_value > 1e-4
    assert all(abs(each.difference) < STANDARD_ERRORS for each in fit.moments)
    assert [each.noise for each in fit.moments] == pytest.approx([1.2] * 7)


@pytest.mark.statistical
@pytest.mark.slow
@pytest.mark.parametrize("weighting", ["diagonal", "optimal"])
def test_intervals_cover_the_truth_as_often_as_they_say(weighting):
    """95 % intervals, 12 data sets, two parameters: more than 6 of 24 missed has a chance of some 0.0002."""
    asked = dataclasses.replace(
        read_calibration("runway"), weighting=weighting, starts=1, replicates=600, evaluations=150
    )
    covered, p_values = [], []
    for seed in range(12):
        fit = estimate(dataclasses.replace(drawn(asked, TRUTH, 1000 + seed), seed=seed), jobs=1)
        covered += [
            each.interval[0] <= truth <= each.interval[1] for each, truth in zip(fit.estimates, TRUTH, strict=True)
        ]
        p_values.append(fit.test.p_value)
    assert np.mean(covered) >= 0.75
    assert stats.kstest(p_values, "uniform").pvalue > 1e-3
