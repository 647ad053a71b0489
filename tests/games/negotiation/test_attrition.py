"""Wars of attrition and obstinate bargaining against integrals over the other side's concession times."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from simulator.economy.firm import Role
from simulator.foundation.errors import ParameterError
from simulator.games.negotiation.attrition import ObstinateBargaining, WarOfAttrition

stakes = st.floats(0.2, 5.0)


def fights(pace: float, rate: float, prize: float, cost: float, when: float) -> float:
    """Return what is won and spent, discounted, if the other concedes at a rate before a time."""
    return float(quad(lambda t: pace * math.exp(-(pace + rate) * t) * (prize - cost * t), 0.0, when)[0])


@settings(max_examples=30, deadline=None)
@given(stakes, stakes, stakes, stakes, st.floats(0.0, 0.9), st.booleans(), st.floats(0.01, 5.0))
def test_every_time_of_conceding_is_as_good(
    v_s: float, v_b: float, c_s: float, c_b: float, atom: float, small_first: bool, when: float
) -> None:
    atoms = (atom, 0.0) if small_first else (0.0, atom)
    war = WarOfAttrition(v_s, v_b, c_s, c_b, *atoms)
    assert war.indifference_gap <= 1e-12
    for role, prize, cost in ((Role.SMALL, v_s, c_s), (Role.BIG, v_b, c_b)):
        other = Role.BIG if role is Role.SMALL else Role.SMALL
        pace, at_once = war.rate(other), atoms[1] if role is Role.SMALL else atoms[0]
        fought = fights(pace, 0.0, prize, cost, when)
        outlasted = math.exp(-pace * when) * -cost * when
        by_hand = at_once * prize + (1.0 - at_once) * (fought + outlasted)
        assert by_hand == pytest.approx(at_once * prize, abs=1e-9)
        assert war.payoff(role, when) == pytest.approx(by_hand, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(stakes, stakes, stakes, stakes)
def test_who_concedes_and_when_by_integration(v_s: float, v_b: float, c_s: float, c_b: float) -> None:
    war = WarOfAttrition(v_s, v_b, c_s, c_b)
    both = war.rate(Role.SMALL) + war.rate(Role.BIG)
    first = quad(lambda t: war.rate(Role.SMALL) * math.exp(-both * t), 0.0, math.inf)[0]
    assert war.concedes(Role.SMALL) == pytest.approx(first)
    assert war.concedes(Role.SMALL) + war.concedes(Role.BIG) == pytest.approx(1.0)
    assert war.length == pytest.approx(quad(lambda t: math.exp(-both * t), 0.0, math.inf)[0])
    swapped = WarOfAttrition(v_b, v_s, c_b, c_s)
    assert swapped.concedes(Role.BIG) == pytest.approx(war.concedes(Role.SMALL))


def test_conceding_at_once() -> None:
    war = WarOfAttrition(2.0, 1.0, 1.0, 1.0, small_at_once=0.5)
    assert war.concedes(Role.SMALL) == pytest.approx(0.5 + 0.5 * 1.0 / 1.5)
    assert war.length == pytest.approx(0.5 / 1.5)
    assert war.payoff(Role.BIG, 0.7) == pytest.approx(0.5)
    with pytest.raises(ParameterError, match="big_at_once must be 0"):
        WarOfAttrition(1.0, 1.0, 1.0, 1.0, 0.1, 0.1)
    with pytest.raises(ParameterError, match="concession must be at least 0"):
        war.payoff(Role.BIG, math.nan)


@settings(max_examples=40, deadline=None)
@given(
    st.floats(0.3, 0.95), st.floats(0.3, 0.95), st.floats(0.01, 0.8), st.floats(0.01, 0.8),
    st.floats(0.02, 0.5), st.floats(0.02, 0.5), st.floats(0.01, 1.0),
)  # fmt: skip
def test_obstinacy(a_s: float, a_b: float, z_s: float, z_b: float, r_s: float, r_b: float, part: float) -> None:
    assume(a_s + a_b > 1.05)
    game = ObstinateBargaining(a_s, a_b, z_s, z_b, r_s, r_b)
    atoms = {role: game.at_once(role) for role in Role}
    assert min(atoms.values()) == pytest.approx(0.0, abs=1e-12)
    for role, z in ((Role.SMALL, z_s), (Role.BIG, z_b)):  # by T_0 exactly the obstinate are left
        left = (1.0 - atoms[role]) * math.exp(-game.rate(role) * game.end)
        assert left == pytest.approx(z, abs=1e-9)
    when = part * game.end
    for role, own, other, rate in ((Role.SMALL, a_s, a_b, r_s), (Role.BIG, a_b, a_s, r_b)):
        rival = Role.BIG if role is Role.SMALL else Role.SMALL
        pace, atom = game.rate(rival), atoms[rival]
        won = fights(pace, rate, own, 0.0, when)
        given_in = math.exp(-(pace + rate) * when) * (1.0 - other)
        assert game.payoff(role) == pytest.approx(atom * own + (1.0 - atom) * (won + given_in), abs=1e-9)


def test_one_side_without_or_full_of_obstinacy() -> None:
    soft = ObstinateBargaining(0.6, 0.6, 0.0, 0.1, 0.1, 0.1)
    assert (soft.at_once(Role.SMALL), soft.at_once(Role.BIG)) == (1.0, pytest.approx(0.0, abs=1e-12))
    assert (soft.payoff(Role.SMALL), soft.payoff(Role.BIG)) == pytest.approx((0.4, 0.6))
    hard = ObstinateBargaining(0.6, 0.6, 1.0, 0.1, 0.1, 0.1)
    assert hard.end == 0.0
    assert hard.at_once(Role.BIG) == pytest.approx(0.9)
    with pytest.raises(ParameterError, match="must sum to more than 1"):
        ObstinateBargaining(0.5, 0.5, 0.1, 0.1, 0.1, 0.1)
    with pytest.raises(ParameterError, match="small_obstinacy must be above 0"):
        ObstinateBargaining(0.6, 0.6, 0.0, 0.0, 0.1, 0.1)
