"""Further analyses of games that are solved by hand, and of games too large for them."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import CommitmentSpace, PayoffTable, Scenario
from simulator.foundation.errors import UnknownNameError
from simulator.games.adaptation.stability import classified
from simulator.games.analysis.analysis import NAMES, QUICK, Analysis, analyse
from simulator.games.analysis.applies import NotApplicable
from simulator.games.normal_form import NormalFormGame
from simulator.games.solution import Solution, solve


def solved(small: list[list[float]], big: list[list[float]], **more: object) -> Solution:
    table = PayoffTable(tuple(tuple(map(float, row)) for row in small), tuple(tuple(map(float, row)) for row in big))
    return solve(Scenario("game", payoffs=table, **more))


BATTLE = solved([[2, 0], [0, 1]], [[1, 0], [0, 2]])
PENNIES = solved([[1, -1], [-1, 1]], [[-1, 1], [1, -1]])
DILEMMA = solved([[3, 0], [5, 1]], [[3, 5], [0, 1]])
HUNT = solved([[3, 2], [0, 4]], [[3, 0], [2, 4]])
GAMES = {"battle": BATTLE, "pennies": PENNIES, "dilemma": DILEMMA, "hunt": HUNT}


def index_of(solution: Solution, payoffs: tuple[float, float]) -> int:
    (found,) = (
        k for k, each in enumerate(solution.equilibria.equilibria) if each.payoffs == pytest.approx(payoffs, abs=1e-9)
    )
    return found


def test_prisoners_dilemma_by_hand() -> None:
    found = analyse(DILEMMA)
    assert found.elimination is not None
    steps = [(s.round, s.role.value, s.action, s.margin) for s in found.elimination.eliminations]
    assert steps == [(1, "small", 0, pytest.approx(1.0)), (1, "big", 0, pytest.approx(1.0))]
    assert found.repeated.critical.common == pytest.approx(0.5)
    assert found.repeated.sustained  # 1 % a month is patient
    assert (found.anarchy.anarchy, found.anarchy.stability) == (3.0, 3.0)
    assert found.correlated.surplus.payoffs == pytest.approx((1.0, 1.0))
    assert found.potential.kind == "exact"
    assert found.potential.maximisers == ((1, 1),)
    assert [level.value for level in found.security] == [1.0, 1.0]
    choosing = found.bargaining_solutions.choosing
    for point in (choosing.nash, choosing.kalai_smorodinsky, choosing.egalitarian, choosing.utilitarian):
        assert point == pytest.approx((3.0, 3.0))
    assert found.qre.selected
    assert found.replicator.equilibria[0].kind == "stable"
    assert found.risk_dominance == NotApplicable("there is one pure equilibrium, so none to compare")


def test_impatient_firms_do_not_sustain_the_first_best() -> None:
    impatient = replace(DILEMMA.scenario, small=SmallFirm(discount_rate=0.8), big=BigFirm(discount_rate=0.01))
    found = analyse(solve(impatient), ["repeated"]).repeated
    assert found.own[0] == pytest.approx(math.exp(-0.8))
    assert not found.sustained


def test_battle_of_the_sexes_by_hand() -> None:
    found = analyse(BATTLE)
    # both equilibria make 3; mixing (2/3, 1/3) with (1/3, 2/3) pays 2/3 each, so 4/3 together
    assert found.anarchy.anarchy == pytest.approx(9.0 / 4.0)
    assert found.anarchy.stability == pytest.approx(1.0)
    assert found.risk_dominance.defeats == (0, 0)  # both products of losses are 2
    assert found.risk_dominance.dominant is None
    assert found.correlated.small.payoffs == pytest.approx((2.0, 1.0))
    assert found.correlated.big.payoffs == pytest.approx((1.0, 2.0))
    assert [level.value for level in found.security] == pytest.approx([2 / 3, 2 / 3])
    assert found.subsets.subsets == ((0,), (1,), (2,))
    kinds = {BATTLE.equilibria.equilibria[k].pure: p.kind for k, p in enumerate(found.replicator.equilibria)}
    assert kinds == {True: "stable", False: "saddle"}
    assert isinstance(found.repeated, NotApplicable)
    # by role symmetry logit play stays at equal odds of one's favourite, so it ends in the mixed equilibrium
    assert found.qre.equilibrium == index_of(BATTLE, (2 / 3, 2 / 3))


def test_matching_pennies_by_hand() -> None:
    found = analyse(PENNIES)
    assert found.replicator.equilibria[0].kind == "centre"
    assert [point.kind for point in found.replicator.square] == ["saddle"] * 4 + ["centre"]
    assert found.potential.kind is None
    assert found.elimination.eliminations == ()
    assert found.risk_dominance == NotApplicable("there is no pure equilibrium, so none to compare")
    assert found.anarchy == NotApplicable("the first best makes no surplus")
    assert found.qre.surplus is None


def test_stag_hunt_by_hand() -> None:
    found = analyse(HUNT)
    hare, stag = index_of(HUNT, (3.0, 3.0)), index_of(HUNT, (4.0, 4.0))
    assert HUNT.selected == stag
    assert found.risk_dominance.dominant == hare  # 3 * 3 against 2 * 2
    assert found.qre.equilibrium == hare
    assert not found.qre.selected
    assert found.replicator.rows == (0, 1)
    inside = found.replicator.square[-1]  # indifferent at 3 p + 2 (1 - p) = 4 (1 - p)
    assert (inside.small[0], inside.big[0], inside.kind) == (pytest.approx(0.4), pytest.approx(0.4), "saddle")


def test_the_bargains_of_an_asymmetric_game_by_hand() -> None:
    # status quo (0, 0); frontier from (0, 4) straight to (2, 0): u_B = 4 - 2 u_S
    from simulator.games.analysis.agreements import agreements
    from simulator.games.bargaining import table_picture

    game = NormalFormGame([[0.0, 0.0], [2.0, 0.0]], [[0.0, 4.0], [0.0, 0.0]])
    found = agreements(table_picture(game, (0.0, 0.0), 0.5), (0.0, 0.0), 0.5)
    choosing, sharing = found.choosing, found.sharing
    assert choosing.nash == pytest.approx((1.0, 2.0))
    assert choosing.kalai_smorodinsky == pytest.approx((1.0, 2.0))
    assert choosing.egalitarian == pytest.approx((4 / 3, 4 / 3))
    assert choosing.utilitarian == pytest.approx((0.0, 4.0))
    assert sharing.nash == pytest.approx((2.0, 2.0))  # the pie is 4
    assert sharing.utilitarian is None


def test_stability_counts_actions_that_nobody_plays() -> None:
    # against the first column SmallCo's unplayed rows earn 1 less and 2 more than the first
    game = NormalFormGame([[1, 0], [0, 0], [3, 0]], [[2, 1], [0, 0], [0, 0]])
    point = classified(game, [1, 0, 0], [1, 0])
    assert point.growth == (2.0, -1.0, -1.0)
    assert point.kind == "saddle"


def test_eigenvalues_agree_with_finite_differences() -> None:
    rng = np.random.default_rng(6)
    A, B = rng.normal(size=(2, 3, 3))
    game = NormalFormGame(A, B)
    x, y = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0])

    def flow(free: np.ndarray) -> np.ndarray:  # shares of the first two rows, and of the first two columns
        p, q = np.append(free[:2], 1 - free[:2].sum()), np.append(free[2:], 1 - free[2:].sum())
        rates = p * (A @ q - p @ A @ q), q * (p @ B - p @ B @ q)
        return np.concatenate((rates[0][:2], rates[1][:2]))

    at = np.array([0.0, 1.0, 0.0, 0.0])
    steps = 1e-6 * np.eye(4)
    jacobian = np.array([(flow(at + h) - flow(at - h)) / 2e-6 for h in steps]).T
    expected = np.sort(np.linalg.eigvals(jacobian).real)[::-1]
    np.testing.assert_allclose(classified(game, x, y).growth, expected, atol=1e-6)


@pytest.mark.parametrize("name", GAMES)
def test_everything_is_plain_data(name: str) -> None:
    document = json.loads(json.dumps(analyse(GAMES[name]).to_dict(), allow_nan=False))
    assert set(document) == set(NAMES)
    assert all(section["applies"] or section["reason"] for section in document.values())


def test_only_what_is_asked_for_is_computed() -> None:
    assert set(analyse(HUNT, QUICK).to_dict()) == set(QUICK)
    assert analyse(HUNT, []) == Analysis()
    with pytest.raises(UnknownNameError, match="Did you mean 'security'"):
        analyse(HUNT, ["securty"])


def test_large_games_are_skipped_with_a_reason() -> None:
    n = 111
    rng = np.random.default_rng(8)
    small, big = (
        np.add.outer(np.arange(n, 0.0, -1.0), rng.normal(size=n)),
        np.add.outer(rng.normal(size=n), np.arange(n)),
    )
    solution = solved(small.tolist(), big.tolist())
    found = analyse(solution, ["elimination", "correlated", "qre", "replicator"]).to_dict()
    assert all("111 x 111 actions" in found[name]["reason"] for name in found)


def test_continuous_commitments_are_analysed_on_their_grid() -> None:
    from simulator.interfaces.files import read_scenario

    scenario = replace(read_scenario("hold_up"), commitment=CommitmentSpace(levels="continuous"))
    found = analyse(solve(scenario))
    assert isinstance(found.subsets, NotApplicable)
    assert found.elimination.solves
    assert found.qre.selected


def test_the_first_round_of_elimination_agrees_with_quantecon() -> None:
    from quantecon.game_theory import Player

    rng = np.random.default_rng(12)
    for _ in range(10):
        A, B = rng.integers(0, 6, size=(2, 4, 5)).astype(float)
        steps = analyse(solved(A.tolist(), B.tolist()), ["elimination"]).elimination.eliminations
        for role, payoffs in (("small", A), ("big", B.T)):
            struck = {step.action for step in steps if step.round == 1 and step.role.value == role}
            assert struck == set(Player(payoffs).dominated_actions())


def test_what_is_called_stable_attracts_the_paths_of_nashpy() -> None:
    import nashpy

    for solution in (HUNT, BATTLE, DILEMMA):
        game = nashpy.Game(solution.small_payoffs, solution.big_payoffs)
        found = analyse(solution, ["replicator"]).replicator
        for each, point in zip(solution.equilibria.equilibria, found.equilibria, strict=True):
            near = [0.99 * np.array(mixed) + 0.005 for mixed in (each.small, each.big)]
            near[0] = near[0] + np.array([0.004, -0.004])
            x, y = game.asymmetric_replicator_dynamics(x0=near[0], y0=near[1], timepoints=np.linspace(0.0, 60.0, 601))
            attracted = max(np.abs(x[-1] - each.small).max(), np.abs(y[-1] - each.big).max()) < 1e-3
            assert attracted == (point.kind == "stable")


def test_the_component_of_the_end_of_the_logit_path_is_that_of_its_equilibrium() -> None:
    for solution in (HUNT, BATTLE, PENNIES):
        found = analyse(solution, ["qre"]).qre
        assert found.equilibrium in solution.equilibria.components[found.component]


def test_an_end_between_extreme_equilibria_is_told_by_its_component() -> None:
    # rows 1 and 2 are alike, and columns: (1/3, 1/3, 1/3) twice is an equilibrium inside a component of four
    solution = solved([[1, 1, 0], [1, 1, 0], [0, 0, 2]], [[1, 1, 0], [1, 1, 0], [0, 0, 2]])
    found = analyse(solution, ["qre"]).qre
    np.testing.assert_allclose(found.path.small[-1], 1.0 / 3.0, atol=1e-9)
    assert found.equilibrium is None
    members = solution.equilibria.components[found.component]
    assert len(members) == 4
    assert not any(solution.equilibria.equilibria[k].pure for k in members)
