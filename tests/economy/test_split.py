"""The split against the median of three numbers and the worked examples of the literature."""

from __future__ import annotations

import math
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.economy.split import DEAL_ME_OUT, RULES, SPLIT_THE_DIFFERENCE, pie, split

pytestmark = pytest.mark.kernels
MONEY = st.floats(-100.0, 100.0)
POWER = st.floats(0.0, 1.0)
OPTION = st.one_of(st.just(-math.inf), MONEY)


@settings(deadline=None)
@given(MONEY, MONEY, MONEY, OPTION, OPTION, POWER)
def test_deal_me_out_is_the_median(value, d_small, d_big, o_small, o_big, power) -> None:
    total = max(value, d_small + d_big)
    x_small, x_big = split(value, d_small, d_big, o_small, o_big, power, DEAL_ME_OUT)
    if o_small + o_big > total:
        assert (x_small, x_big) == (o_small, o_big)
    else:
        median = statistics.median((o_small, d_small + power * (total - d_small - d_big), total - o_big))
        assert x_small == pytest.approx(median, abs=1e-9)
        assert x_small + x_big == pytest.approx(total, abs=1e-9)


@settings(deadline=None)
@given(MONEY, MONEY, MONEY, OPTION, OPTION, POWER, st.sampled_from(sorted(RULES.values())))
def test_nobody_gets_less_than_the_option_kept_open(value, d_small, d_big, o_small, o_big, power, rule) -> None:
    x_small, x_big = split(value, d_small, d_big, o_small, o_big, power, rule)
    assert x_small >= o_small - 1e-9
    assert x_big >= o_big - 1e-9


@settings(deadline=None)
@given(MONEY, MONEY, MONEY, POWER, st.sampled_from(sorted(RULES.values())))
def test_rules_agree_without_outside_options(value, d_small, d_big, power, rule) -> None:
    x_small, x_big = split(value, d_small, d_big, -math.inf, -math.inf, power, rule)
    surplus = pie(value, d_small, d_big) - d_small - d_big
    assert x_small - d_small == pytest.approx(power * surplus, abs=1e-9)
    assert x_big - d_big == pytest.approx((1.0 - power) * surplus, abs=1e-9)


@pytest.mark.parametrize(
    ("option", "by_constraint", "by_difference"), [(30.0, 50.0, 65.0), (50.0, 50.0, 75.0), (70.0, 70.0, 85.0)]
)
def test_an_option_below_the_bargained_share_is_visible_under_one_rule_only(
    option: float, by_constraint: float, by_difference: float
) -> None:
    # Binmore, Shaked and Sutton (1989): a cake of 100, equal weights, player I can leave with the option
    assert split(100.0, 0.0, 0.0, option, -math.inf, 0.5, DEAL_ME_OUT)[0] == by_constraint
    assert split(100.0, 0.0, 0.0, option, -math.inf, 0.5, SPLIT_THE_DIFFERENCE)[0] == by_difference


def test_firms_part_when_leaving_is_worth_more() -> None:
    assert split(100.0, 0.0, 0.0, 60.0, 50.0, 0.5, DEAL_ME_OUT) == (60.0, 50.0)
    assert split(10.0, 20.0, 30.0, -math.inf, -math.inf, 0.9, DEAL_ME_OUT) == (20.0, 30.0)
