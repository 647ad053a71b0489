"""The steps of a month that only some markets have: vetting, types, budgets, portfolios, networks, learning."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulation.worlds import FULL_CONTRACT, RICH, SHARE

from simulator.economy.contract import Contract, contract_of
from simulator.economy.firm import BigFirm, Role, SmallFirm, StrategyChoice
from simulator.economy.meeting import Edges
from simulator.economy.relations import Culture, Learning, Legitimacy, Vetting
from simulator.economy.scenario import CommitmentSpace, Horizon, Market, PayoffTable, Scenario, Trust
from simulator.economy.terms import Exclusivity, Pilot, PlanOfRecord, RevenueShare
from simulator.economy.venture import LinearRevenue, Sum, Venture
from simulator.foundation.errors import UnknownNameError
from simulator.games.dynamics.learning_race import DeterministicRace
from simulator.games.information import pilots
from simulator.games.solution import solve
from simulator.simulation.engine import gini, simulate
from simulator.simulation.history import history
from simulator.simulation.model import market
from simulator.simulation.prepare import prepare
from simulator.simulation.record import OUTCOMES
from simulator.simulation.rules.experience import (
    belief_after_budget,
    belief_after_pilot,
    belief_without_success,
    perceived_quality,
    posterior,
)
from simulator.sweeps.measures import MEASURES

ALL_IN = StrategyChoice("all_in_pig")
OPEN = Scenario(
    "open",
    small=SmallFirm(cash=1000.0, burn=0.0, discount_rate=0.0, strategy=ALL_IN),
    big=BigFirm(cash=1000.0, discount_rate=0.0, strategy=ALL_IN),
    venture=Venture(technology=Sum(), revenue=LinearRevenue(4.0)),
    trust=Trust(small_threshold=0.0, big_threshold=0.0),
    commitment=CommitmentSpace(2),
    horizon=Horizon(12),
)
STANDARD_ERRORS = 4.0


def changed(scenario=OPEN, **parts):
    """Return a scenario with some fields of its parts changed."""
    return dataclasses.replace(
        scenario,
        **{
            name: dataclasses.replace(getattr(scenario, name), **fields) if isinstance(fields, dict) else fields
            for name, fields in parts.items()
        },
    )


def run(scenario, contract=SHARE, runs=1):
    """Return outcomes by name, each of shape (runs,)."""
    return dict(zip(OUTCOMES, simulate(prepare(scenario, contract), 0, np.arange(runs)).T, strict=True))


def test_beliefs_follow_bayes_by_hand():
    """A signal that is right nine times in ten; a cut twice as likely at sharks; a pilot that finds half of them."""
    assert posterior(0.6, 0.9, 0.1) == pytest.approx(0.54 / 0.58)
    settings = prepare(changed(big={"suitors": 0.6, "cut_rate": 0.1, "shark_cut_rate": 0.2}), SHARE).settings
    assert belief_after_budget(settings, 0.6, True) == pytest.approx(0.06 / 0.14)
    assert belief_after_budget(settings, 0.6, False) == pytest.approx(0.54 / 0.86)
    assert belief_after_pilot(0.6, 0.5) == pytest.approx(0.6 / 0.8)


def test_perceived_quality_is_the_mean_of_the_belief():
    """E[q | signal] of a normal logarithm by hand; a perfect signal shows the truth, and embellishment adds to it."""
    spread, truth = 0.5, -0.3
    assert perceived_quality(truth, spread, 1.0, 0.0, 2.0) == pytest.approx(math.exp(truth))
    assert perceived_quality(truth, spread, 1.0, math.log(1.3), 0.0) == pytest.approx(1.3 * math.exp(truth))
    reliability, noise = 0.25, 0.7
    signal = truth + spread * math.sqrt(3.0) * noise
    mean = 0.75 * (-(spread**2) / 2) + 0.25 * signal
    expected = math.exp(mean + 0.5 * 0.75 * spread**2)
    assert perceived_quality(truth, spread, reliability, 0.0, noise) == pytest.approx(expected)


@pytest.mark.statistical
def test_vetting_lets_suitors_through_as_often_as_it_is_accurate():
    """Prior 0.5, accuracy 0.8: belief 0.8 after a good signal, enough for 0.7, 0.2 after a bad one; half are good."""
    runs = 8000
    world = changed(
        big={"suitors": 0.5, "mimicry": 100},
        trust=Trust(9.0, 1.0, small_threshold=0.7, big_threshold=0.0),
        vetting=Vetting(small_cost=0.5, small_accuracy=0.8),
        horizon=Horizon(1),
    )
    out = run(world, runs=runs)
    assert abs(out["alliances"].mean() - 0.5) < STANDARD_ERRORS * 0.5 / math.sqrt(runs)
    assert np.all(out["audit_spending"] == 0.5)
    assert np.all(np.abs(out["imbalance"]) < 1e-9)


@pytest.mark.statistical
def test_the_share_of_types_and_the_mean_of_quality():
    """A share of 0.3 suitors and of 0.6 honest firms; quality has mean 1."""
    world = changed(RICH, small={"count": 3000}, big={"count": 2000, "suitors": 0.3}, horizon=Horizon(1))
    with market(world, SHARE, seed=1) as model:
        assert abs(model.state.bigs.suitor.mean() - 0.3) < STANDARD_ERRORS * math.sqrt(0.21 / 2000)
        assert abs(model.state.smalls.honest.mean() - 0.5) < STANDARD_ERRORS * math.sqrt(0.25 / 3000)
        spread = math.sqrt(math.expm1(0.4**2) / 3000)
        assert abs(model.state.smalls.quality.mean() - 1.0) < STANDARD_ERRORS * spread


@pytest.mark.statistical
def test_a_clean_pilot_leaves_suitors_as_often_as_bayes_says():
    """J7: a pilot exposes q of 1 - theta sharks; then theta / (theta + (1 - theta)(1 - q)) are suitors."""
    runs, theta, detection = 6000, 0.4, 0.7
    world = changed(
        small={"count": runs},
        big={"count": runs, "suitors": theta, "mimicry": 100},
        trust=Trust(9.0, 1.0, small_threshold=0.01, big_threshold=0.0),
        horizon=Horizon(4),
    )
    with market(world, contract_of("pilot", [RevenueShare(0.5), Pilot(1.0, 2, detection)]), seed=5) as model:
        while model.month < 2:
            model.step()
        alliances, bigs = model.state.alliances, model.state.bigs
        tried = alliances.signed == 0
        clean = tried & (alliances.partner >= 0)
        suitor = bigs.suitor[np.where(clean, alliances.partner, 0)].astype(bool)
    exposed = (1.0 - theta) * detection
    share = 1.0 - clean.sum() / tried.sum()
    assert abs(share - exposed) < STANDARD_ERRORS * math.sqrt(exposed * (1.0 - exposed) / tried.sum())
    believed = alliances.suitor[clean]
    clear = pilots.Pilot(theta, 10.0, 10.0, detection, 0.5).posterior
    assert believed == pytest.approx(clear)
    assert abs(suitor[clean].mean() - clear) < STANDARD_ERRORS * math.sqrt(clear * (1.0 - clear) / clean.sum())


def test_a_shark_defects_when_its_mimicry_is_over():
    """Months 0 to 3 with both all in, then BigCo commits nothing."""
    world = changed(
        small={"strategy": StrategyChoice("nash")},
        big={"strategy": StrategyChoice("shark", (("mimics", 4.0),))},
        horizon=Horizon(6),
    )
    commitments = history(world, SHARE).months["big_commitment"]
    assert commitments.tolist() == [1.0, 1.0, 1.0, 1.0, 0.0, 0.0]


def test_small_leaves_a_shark_after_a_broken_promise():
    """Prior 0.9 of a suitor, who keeps promises with 0.9: after a broken one the belief is 0.09 / (0.09 + 0.1)."""
    world = changed(
        big={"suitors": 0.9},
        trust=Trust(9.0, 1.0, small_threshold=0.6, big_threshold=0.0),
        small={"strategy": StrategyChoice("nash")},
    )
    idle = changed(world, big={"strategy": StrategyChoice("hedging_chicken", (("budget", 0.0),))})
    told = history(idle, contract_of("plan", [RevenueShare(0.35), PlanOfRecord(big_floor=0.5)]))
    ended = next(event for event in told.events if event.kind == "ended")
    assert "suitor with only 0.47 (it needs 0.60)" in ended.text
    assert ended.month == 0


def test_a_budget_cut_limits_commitment_and_is_told():
    """A cut every month halves what BigCo can commit of three levels."""
    world = changed(commitment=CommitmentSpace(3), big={"cut_rate": 1.0, "cut_depth": 0.5, "cut_months": 2})
    told = history(world, SHARE)
    assert set(told.months["big_commitment"]) == {0.5}
    assert told.events[0].kind == "cut"


def test_slots_of_both_kinds_are_filled_and_exclusive_firms_have_one():
    """Two SmallCos of two slots and two BigCos of two slots make four alliances, two if SmallCos are bound."""
    world = changed(small={"count": 2, "slots": 2}, big={"count": 2, "slots": 2})
    assert run(world)["alliances"][0] == 4.0
    bound = contract_of("bound", [RevenueShare(0.35), Exclusivity(small=True)])
    assert run(world, bound)["alliances"][0] == 2.0
    both = contract_of("both", [RevenueShare(0.35), Exclusivity(small=True, big=True)])
    assert run(world, both)["alliances"][0] == 2.0


def test_only_linked_firms_meet():
    """SmallCo 0 knows BigCo 1, SmallCo 2 knows BigCo 0, SmallCo 1 knows nobody."""
    for matching in ("random", "network", "deferred_acceptance"):
        world = changed(
            small={"count": 3}, big={"count": 2},
            market=Market(matching=matching, network=Edges(((0, 1), (2, 0)))),
        )  # fmt: skip
        rows = history(world, SHARE).alliances
        assert sorted(zip(rows["small"].tolist(), rows["big"].tolist(), strict=True)) == [(0, 1), (2, 0)]


def test_a_tournament_keeps_the_best():
    """Three SmallCos of different quality work for one BigCo; after half a year it keeps the one that earned most."""
    world = changed(
        small={"count": 3, "quality_spread": 0.5}, big={"slots": 3, "review": 6, "keeps": 1}, horizon=Horizon(7)
    )
    with market(world, SHARE, seed=4) as model:
        best = int(np.argmax(model.state.smalls.quality))
    rows = history(world, SHARE, seed=4).alliances
    causes = dict(zip(rows["small"].tolist(), rows["cause"].tolist(), strict=False))
    first = {
        small: cause for small, cause, end in zip(rows["small"], rows["cause"], rows["end"], strict=True) if end == 5
    }
    assert set(first) == {0, 1, 2} - {best}
    assert set(first.values()) == {"dropped"}
    assert causes[best] == "expired"


def test_the_learning_race_ends_as_in_theory():
    """SmallCo has learnt all after 1 / l months and leaves if the flow is below its alternative (F3, whole months)."""
    world = changed(
        small={"strategy": StrategyChoice("nash"), "outside_option": -math.inf, "outside_share": 0.0},
        big={"strategy": StrategyChoice("nash")},
        learning=Learning(small_rate=0.2, big_rate=0.1, small_benefit=3.0, big_benefit=5.0),
    )
    bare, out = run(dataclasses.replace(world, learning=Learning())), run(world)
    assert out["expired"][0] == 1.0
    assert out["small_value"][0] - bare["small_value"][0] == pytest.approx(3.0)
    assert out["big_value"][0] - bare["big_value"][0] == pytest.approx(5.0)
    leaving = changed(world, small={"outside_option": 2.25})  # its payoff a month is 2.3; below 2.4 it leaves
    assert run(leaving)["expired"][0] == 1.0
    race = DeterministicRace(0.2, 0.1, small_common=2.3, small_cost=2.4, big_common=4.7, big_cost=0.0).outcome()
    gone = history(changed(world, small={"strategy": StrategyChoice("nash")}, legitimacy=Legitimacy(1.0, 2.4)), SHARE)
    assert gone.alliances["cause"][0] == "walked_small"
    assert gone.alliances["months"][0] == math.ceil(race.end)
    assert gone.alliances["big_knowledge"][0] == pytest.approx(race.big_knowledge)
    assert race.leaver is Role.SMALL


def test_legitimacy_grows_with_revenue_by_hand():
    """1 - (1 - rate)^n after n months of revenue."""
    world = changed(legitimacy=Legitimacy(rate=0.1))
    with market(world, SHARE) as model:
        for _ in range(5):
            model.step()
        assert model.smallcos[0].legitimacy == pytest.approx(1.0 - 0.9**5)


def test_misfit_lowers_output_by_its_own_share():
    """Each pair draws its misfit up to the largest; revenue is lower by misfit times the loss."""
    world = changed(culture=Culture(misfit=0.8, output_loss=0.5))
    with market(world, SHARE) as model:
        model.step()
        misfit = float(model.state.alliances[0].misfit)
        assert 0.0 < misfit < 0.8
        assert model.alliances[0].revenue == pytest.approx(8.0 * (1.0 - 0.5 * misfit))


def test_a_project_is_complete_after_its_life():
    """Four months of revenue, then the next alliance begins with another BigCo."""
    out = run(changed(venture={"life": 4}, big={"count": 2}))
    assert (out["completed"][0], out["alliances"][0]) == (3.0, 3.0)


@pytest.mark.parametrize(("rule", "near"), [("matching", "network"), ("signing", "bargained")])
def test_unknown_rules_of_the_market_are_refused(rule, near):
    """One clear line that names the nearest rule, also where no file was read."""
    with pytest.raises(UnknownNameError, match=f"Unknown {rule} rule '{near}s'. Did you mean '{near}'"):
        Market(**{rule: f"{near}s"})


def test_of_a_menu_the_contract_with_the_largest_nash_product_is_signed():
    """Shares of 0.1, 0.5 and 0.9 of a pie of 8 for equals: the middle one."""
    menu = tuple(contract_of(f"{share}", [RevenueShare(share)]) for share in (0.1, 0.5, 0.9))
    world = dataclasses.replace(changed(market=Market(signing="menu")), contracts=menu)
    assert history(world, menu[0]).alliances["contract"].tolist() == ["0.5"]


def test_a_bargained_fee_divides_the_value_by_bargaining_power():
    """Of 12 x 7 in all SmallCo gets beta, whatever its share of revenue says."""
    for share in (0.1, 0.6):
        world = changed(
            small={"strategy": StrategyChoice("nash")}, big={"strategy": StrategyChoice("nash")},
            bargaining={"power": 0.3}, market=Market(signing="bargained"),
        )  # fmt: skip
        contract = contract_of("share", [RevenueShare(share)])
        prepared = prepare(world, contract)
        row = prepared.rows[0, 0]
        total = 12 * (row.small_selling + row.big_selling)
        assert run(world, contract)["small_value"][0] == pytest.approx(0.3 * total)


def test_every_measure_of_a_rich_run_is_a_number_with_its_definition():
    """Measures that other numbers of the run determine."""
    outcomes = simulate(prepare(RICH, FULL_CONTRACT), 3, np.arange(20))
    values = {name: measure.of(outcomes) for name, measure in MEASURES.items()}
    causes = ("completed", "acquired", "dropped", "failed_pilot", "expired", "walked_small", "walked_big", "ruined")
    assert sum(values[cause] for cause in causes) == pytest.approx(1.0)
    assert values["surplus"] == pytest.approx(values["small_value"] + values["big_value"])
    assert np.nanmax(values["efficiency"]) <= 1.0 + 1e-12
    for name, measure in MEASURES.items():
        low, high = measure.limits
        known = values[name][~np.isnan(values[name])]
        assert np.all((known >= low - 1e-12) & (known <= high + 1e-12)), name
    assert np.all(values["small_regret"] >= 0.0)
    assert np.all((values["leaked"] >= 0.0) & (values["leaked"] <= 1.0))
    assert np.all((values["concentration"] >= 0.5 - 1e-12) & (values["concentration"] <= 1.0 + 1e-12))


def test_the_gini_coefficient_against_its_definition():
    """The mean absolute difference over twice the mean."""
    values = np.array([0.0, 1.0, 4.0, 2.5, 9.0])
    expected = np.abs(values[:, None] - values[None, :]).mean() / (2.0 * values.mean())
    assert gini(values) == pytest.approx(expected)
    assert gini(np.zeros(3)) == 0.0


@pytest.mark.statistical
def test_mean_commitments_are_those_of_the_equilibrium():
    """A game whose only equilibrium is mixed: the engine plays each level as often as `solve` says, month by month."""
    table = PayoffTable(small=((4.0, 1.0), (2.0, 3.0)), big=((1.0, 3.0), (4.0, 2.0)))
    world = changed(small={"strategy": StrategyChoice("nash")}, big={"strategy": StrategyChoice("nash")}, payoffs=table)
    solution = solve(world)
    assert len(solution.equilibria.equilibria) == 1
    (equilibrium,) = solution.equilibria.equilibria
    runs = 2000
    out = run(world, world.contract(), runs=runs)
    months = 12 * runs
    for name, mixture in (("small", equilibrium.small), ("big", equilibrium.big)):
        share = float(mixture[1])
        assert 0.0 < share < 1.0
        mean = out[f"{name}_commitment"].sum() / months
        assert abs(mean - share) < STANDARD_ERRORS * math.sqrt(share * (1.0 - share) / months)


@given(chance=st.floats(0.0, 1.0), belief=st.floats(0.0, 1.0))
def test_a_month_without_success_never_helps_a_belief_and_cannot_shake_a_proof(chance, belief):
    """Bayes' rule by probabilities of both hypotheses; what is proved stays exactly 1, whatever rounding does."""
    assert belief_without_success(1.0, chance) == 1.0
    after = belief_without_success(belief, chance)
    assert 0.0 <= after <= belief * (1.0 + 1e-15)
    if belief < 1.0:
        assert after == pytest.approx(posterior(belief, 1.0 - chance, 1.0), rel=1e-12, abs=1e-300)


def test_tables_and_contracts_may_be_written_as_lists():
    """They are kept as tuples, so that stage games of one question can be found again."""
    table = PayoffTable(small=[[1.0, 2.0], [3.0, 4.0]], big=[[1.0, 0.0], [0.0, 1.0]])
    assert (table.small, hash(table)) == (((1.0, 2.0), (3.0, 4.0)), hash(table))
    scenario = Scenario("table", payoffs=table, horizon=Horizon(3))
    listed = prepare(scenario, Contract("share", [RevenueShare(0.4)]))
    assert listed.cells.shape == (1, 2, 2)
