"""Output against its textbook limits, and the checks of technologies."""

from __future__ import annotations

import math

import pytest

from simulator.economy.alliance import output
from simulator.economy.venture import TECHNOLOGIES, ConstantElasticity, Sum, Uniform
from simulator.foundation.errors import ParameterError

FORMS = [(0.3, 0.7, 0.5, 2.0), (0.5, 0.5, 1.2, 0.9), (0.25, 0.75, 3.0, 0.1)]


@pytest.mark.kernels
@pytest.mark.parametrize(("small_weight", "big_weight", "small", "big"), FORMS)
def test_output_near_zero_substitution_is_cobb_douglas(
    small_weight: float, big_weight: float, small: float, big: float
) -> None:
    # with weights that sum to 1 the CES mean tends to the weighted geometric mean
    limit = output(2.0, small_weight, big_weight, 0.0, 0.8, small, big)
    assert limit == pytest.approx(2.0 * (small**small_weight * big**big_weight) ** 0.8, rel=1e-14)
    for rho in (1e-7, -1e-7):
        assert output(2.0, small_weight, big_weight, rho, 0.8, small, big) == pytest.approx(limit, rel=1e-5)


@pytest.mark.kernels
@pytest.mark.parametrize(("small_weight", "big_weight", "small", "big"), FORMS)
def test_output_tends_to_the_weakest_link(small_weight: float, big_weight: float, small: float, big: float) -> None:
    limit = output(3.0, small_weight, big_weight, -math.inf, 0.5, small, big)
    assert limit == pytest.approx(3.0 * min(small, big) ** 0.5, rel=1e-14)
    assert output(3.0, small_weight, big_weight, -250.0, 0.5, small, big) == pytest.approx(limit, rel=0.01)


@pytest.mark.kernels
@pytest.mark.parametrize(("small_weight", "big_weight", "small", "big"), FORMS)
def test_output_of_the_best_of_two_is_the_limit_above(
    small_weight: float, big_weight: float, small: float, big: float
) -> None:
    limit = output(1.0, small_weight, big_weight, math.inf, 1.0, small, big)
    assert limit == max(small, big)
    # the library refuses 1 < rho < inf in files, but the formula must still lead there
    assert output(1.0, small_weight, big_weight, 200.0, 1.0, small, big) == pytest.approx(limit, rel=0.01)


@pytest.mark.kernels
@pytest.mark.parametrize("rho", [-math.inf, -3.0, -1.0, 0.0, 0.4, 1.0, math.inf])
@pytest.mark.parametrize("returns", [0.5, 1.0])
def test_output_scales_with_its_returns(rho: float, returns: float) -> None:
    # Cobb-Douglas weights are exponents, so that Q has degree nu (a_S + a_B)
    degree = returns * (0.4 + 0.7 if rho == 0.0 else 1.0)
    once, twice = (output(1.5, 0.4, 0.7, rho, returns, t * 0.6, t * 0.9) for t in (1.0, 2.0))
    assert twice == pytest.approx(2.0**degree * once, rel=1e-12)


@pytest.mark.kernels
def test_harmonic_shortcut_is_the_general_formula() -> None:
    for small, big in ((0.3, 0.8), (1.0, 1.0), (2.0, 0.1)):
        shortcut = output(1.5, 0.4, 0.7, -1.0, 0.8, small, big)
        assert shortcut == pytest.approx(1.5 * (0.4 / small + 0.7 / big) ** -0.8, rel=1e-14)


@pytest.mark.kernels
@pytest.mark.parametrize("rho", [-math.inf, -2.0, -1.0, 0.0])
def test_complements_make_nothing_alone(rho: float) -> None:
    assert output(1.0, 0.5, 0.5, rho, 1.0, 0.0, 1.0) == 0.0
    assert output(1.0, 0.5, 0.5, rho, 1.0, 1.0, 0.0) == 0.0


@pytest.mark.kernels
@pytest.mark.parametrize("rho", [-math.inf, -2.0, -1.0, 0.5, 1.0, math.inf])
def test_a_firm_of_no_weight_does_not_count(rho: float) -> None:
    assert output(2.0, 1.0, 0.0, rho, 1.0, 0.7, 0.0) == pytest.approx(1.4, rel=1e-14)
    assert output(2.0, 0.0, 1.0, rho, 1.0, 0.0, 0.7) == pytest.approx(1.4, rel=1e-14)


@pytest.mark.parametrize("name", TECHNOLOGIES)
def test_every_technology_needs_a_firm_that_counts(name: str) -> None:
    with pytest.raises(ParameterError, match="positive weight"):
        TECHNOLOGIES[name](small_weight=0.0, big_weight=0.0)  # type: ignore[call-arg]
    with pytest.raises(ParameterError, match="small_weight must be in"):
        TECHNOLOGIES[name](small_weight=-1.0)  # type: ignore[call-arg]


def test_an_infinite_substitution_does_not_hide_another_fault() -> None:
    with pytest.raises(ParameterError, match="big_weight must be in"):
        ConstantElasticity(substitution=-math.inf, big_weight=-1.0)
    with pytest.raises(ParameterError, match="substitution must be a number"):
        ConstantElasticity(substitution="high")  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="at most 1, or inf"):
        ConstantElasticity(substitution=1.5)


def test_faults_of_one_value_are_reported_together() -> None:
    with pytest.raises(ParameterError, match=r"returns must be .*productivity must be"):
        Sum(returns=0.0, productivity=-1.0)
    with pytest.raises(ParameterError, match="high must be above low"):
        Uniform(low=2.0, high=1.0)
