"""Selection by hand and by brute force; the readable rules and the compiled ones agree."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import ParameterError, UnknownNameError
from simulator.games.batch import pure_equilibria, select_pure
from simulator.games.equilibrium import Equilibrium, EquilibriumSet, all_equilibria
from simulator.games.normal_form import TIE, NormalFormGame
from simulator.games.selection import RULES, risk_defeats, select

pytestmark = pytest.mark.kernels
STAG_HUNT = NormalFormGame([[3, 2], [0, 4]], [[3, 0], [2, 4]])


def _selected(rule: str, game: NormalFormGame) -> tuple[int, int]:
    result = all_equilibria(game)
    chosen = result.equilibria[select(rule, game, result).index]
    return int(np.argmax(chosen.small)), int(np.argmax(chosen.big))


def _pure(game: NormalFormGame) -> list[Equilibrium]:
    cells = pure_equilibria(np.array(game.small), np.array(game.big), TIE)
    identity = [np.eye(size) for size in game.shape]
    return [
        Equilibrium(
            tuple(identity[0][i].tolist()),
            tuple(identity[1][j].tolist()),
            (float(game.small[i, j]), float(game.big[i, j])),
            0.0,
            True,
        )
        for i, j in cells
    ]


def test_stag_hunt_separates_payoff_and_risk_dominance() -> None:
    # deviation losses: at (1, 1) 3 - 0 each, product 9; at (2, 2) 4 - 2 each, product 4
    assert _selected("payoff_dominance", STAG_HUNT) == (1, 1)
    assert _selected("risk_dominance", STAG_HUNT) == (0, 0)


@pytest.mark.parametrize(
    ("gains", "losses", "commit"),
    [((1, 8), (1, 4), True), ((2, 1), (1, 4), False), ((3, 3), (2, 4), True), ((3, 3), (5, 2), False)],
)
def test_assurance_commits_iff_gains_multiply_to_more_than_losses(
    gains: tuple[float, float], losses: tuple[float, float], commit: bool
) -> None:
    # both commit: gains; a lone committer loses; commit is risk-dominant iff a_S a_B > l_S l_B
    game = NormalFormGame([[0, 0], [-losses[0], gains[0]]], [[0, -losses[1]], [0, gains[1]]])
    assert _selected("risk_dominance", game) == ((1, 1) if commit else (0, 0))
    assert _selected("payoff_dominance", game) == (1, 1)


def test_each_firm_picks_its_own_battle() -> None:
    battle = NormalFormGame([[3, 0], [0, 2]], [[2, 0], [0, 3]])
    assert _selected("best_for_small", battle) == (0, 0)
    assert _selected("best_for_big", battle) == (1, 1)
    assert _selected("payoff_dominance", battle) == (1, 1)  # joint payoffs tie: the larger commitment


def test_largest_joint_payoff_among_undominated() -> None:
    game = NormalFormGame(np.diag([4.0, 1.0, 2.0]), np.diag([1.0, 7.0, 2.0]))
    assert _selected("payoff_dominance", game) == (1, 1)


def test_risk_dominance_over_three_has_the_fewest_defeats() -> None:
    # on a diagonal game the product at k against l is a_k b_k: 6, 8, 5
    game = NormalFormGame(np.diag([6.0, 2.0, 1.0]), np.diag([1.0, 4.0, 5.0]))
    assert risk_defeats(game, _pure(game)) == (1, 0, 2)
    assert _selected("risk_dominance", game) == (1, 1)


def test_a_risk_tie_is_decided_by_payoff_dominance() -> None:
    # both products are 4, so neither defeats the other
    game = NormalFormGame([[4, 3], [2, 5]], [[4, 2], [3, 5]])
    assert risk_defeats(game, _pure(game)) == (0, 0)
    assert _selected("risk_dominance", game) == (1, 1)
    assert "2 tie; payoff dominance decides" in select("risk_dominance", game, all_equilibria(game)).reason


def test_pure_equilibria_come_first_and_mixed_ones_otherwise() -> None:
    result = all_equilibria(STAG_HUNT)
    assert all(result.equilibria[select(rule, STAG_HUNT, result).index].pure for rule in RULES)
    pennies = NormalFormGame([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
    selection = select("risk_dominance", pennies, all_equilibria(pennies))
    assert selection.index == 0
    assert selection.reason.startswith("The only mixed equilibrium pays SmallCo ")


def test_several_mixed_equilibria_are_compared_too() -> None:
    # two games of matching pennies side by side, the second one worth more to both
    pennies = np.array([[1.0, -1.0], [-1.0, 1.0]])
    A, B = np.full((4, 4), -9.0), np.full((4, 4), -9.0)
    A[:2, :2], A[2:, 2:], B[:2, :2], B[2:, 2:] = pennies, pennies + 2.0, -pennies, -pennies + 2.0
    game = NormalFormGame(A, B)
    result = all_equilibria(game)
    assert not any(e.pure for e in result.equilibria)
    for rule in ("payoff_dominance", "best_for_small", "best_for_big"):
        chosen = result.equilibria[select(rule, game, result).index]
        assert chosen.small == pytest.approx((0.0, 0.0, 0.5, 0.5))
        assert chosen.payoffs == pytest.approx((2.0, 2.0))


def test_reasons_are_sentences_with_numbers() -> None:
    battle = NormalFormGame([[3, 0], [0, 2]], [[2, 0], [0, 3]])
    result = all_equilibria(battle)
    assert select("best_for_small", battle, result).reason == (
        "Of 2 pure equilibria (1, 1) pays SmallCo 3 and BigCo 2: the largest payoff of SmallCo; "
        "the best other candidate pays it 2."
    )
    assert select("payoff_dominance", battle, result).reason == (
        "Of 2 pure equilibria (2, 2) pays SmallCo 2 and BigCo 3: its joint payoff 5 is the largest of those that none "
        "Pareto-dominates, and the largest commitment among ties."
    )


def test_unknown_rule_and_empty_set_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'risk_dominance'"):
        select("risk_dominence", STAG_HUNT, all_equilibria(STAG_HUNT))
    with pytest.raises(ParameterError, match=r"select\.equilibrium_set must hold an equilibrium; got none"):
        select("risk_dominance", STAG_HUNT, EquilibriumSet((), False, "nothing", ()))


def _brute_force(rule: str, A: np.ndarray, B: np.ndarray) -> tuple[int, int]:
    """Restate the rules for integer payoffs, where comparisons are exact."""
    m, n = A.shape
    cells = [(i, j) for i in range(m) for j in range(n) if A[i, j] == max(A[:, j]) and B[i, j] == max(B[i])]
    if rule == "best_for_small":
        return max(cells, key=lambda c: (A[c], B[c], c))
    if rule == "best_for_big":
        return max(cells, key=lambda c: (B[c], A[c], c))
    if rule == "risk_dominance":

        def product(c: tuple[int, int], d: tuple[int, int]) -> int:
            return (A[c] - A[d[0], c[1]]) * (B[c] - B[c[0], d[1]])

        defeats = {c: sum(product(d, c) > product(c, d) for d in cells) for c in cells}
        cells = [c for c in cells if defeats[c] == min(defeats.values())]
    best = [c for c in cells if not any(A[d] >= A[c] and B[d] >= B[c] and A[d] + B[d] > A[c] + B[c] for d in cells)]
    return max(best, key=lambda c: (A[c] + B[c], c))


@pytest.mark.parametrize("rule", list(RULES))
def test_rules_on_thousands_of_tie_rich_games(rule: str) -> None:
    rng = np.random.default_rng(12)
    checked = 0
    while checked < 1500:
        m, n = rng.integers(1, 6, size=2)
        A, B = rng.integers(0, rng.integers(2, 7), size=(2, m, n))
        game = NormalFormGame(0.1 * A - 0.7, 0.1 * B + 0.3)
        candidates = _pure(game)
        if not candidates:
            continue
        checked += 1
        cells = pure_equilibria(np.array(game.small), np.array(game.big), TIE)
        compiled = select_pure(np.array(game.small), np.array(game.big), cells, RULES[rule].code, TIE)
        assert RULES[rule](game, candidates) == compiled
        assert tuple(cells[compiled]) == _brute_force(rule, A, B)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 7), st.integers(1, 7), st.floats(0.0, 1.0))
def test_readable_and_compiled_rules_agree_on_coordination_games(seed: int, m: int, n: int, weight: float) -> None:
    rng = np.random.default_rng(seed)
    common = 3.0 * np.eye(m, n) + np.minimum.outer(np.arange(m), np.arange(n))
    A, B = common + weight * rng.normal(size=(2, m, n))
    game = NormalFormGame(A, B)
    candidates = _pure(game)
    for rule in RULES.values():
        if candidates:
            assert rule(game, candidates) == select_pure(A, B, pure_equilibria(A, B, TIE), rule.code, TIE)
