"""The parts of a contract, and what its clauses are worth in a world whose values can be written down."""

import itertools

import numpy as np
import pytest
from sweeps.fakes import FakeDriver

from simulator.economy.contract import Contract, term_name
from simulator.economy.scenario import Market, Scenario
from simulator.economy.terms import (
    AcquisitionOption,
    Audit,
    BuyBack,
    CostShare,
    DisputeResolution,
    EquityStake,
    Escrow,
    Exclusivity,
    IntellectualProperty,
    LateDelivery,
    QuantityFlexibility,
    RevenueShare,
    SalesRebate,
    TakeOrPay,
    Termination,
    TwoPartTariff,
    UpfrontFee,
    WholesalePrice,
)
from simulator.foundation.errors import ParameterError
from simulator.interfaces.files import read_scenario, shipped
from simulator.sweeps.comparison.clauses import clause_experiment, clause_game, clause_values, clauses_of, part_of
from simulator.sweeps.comparison.runs import read_runs
from simulator.sweeps.experiment import Experiment
from simulator.sweeps.factors import Factor
from simulator.sweeps.runner import run_sweep

WHOLE = Contract("whole", (RevenueShare(0.3), UpfrontFee(2.0)))


def experiment(contract=WHOLE, **changes):
    settings = {"replicates": 9, "measures": ("small_value", "big_value", "surplus", "months")} | changes
    return Experiment("pair", Scenario("pair", contracts=(contract,)), **settings)


@pytest.mark.parametrize(
    ("terms", "clauses"),
    [
        ((RevenueShare(0.3), UpfrontFee(2.0)), {("revenue_share",), ("upfront_fee",)}),
        ((WholesalePrice(price=3.0), BuyBack(price=1.0)), {("buy_back", "wholesale_price")}),
        (
            (TwoPartTariff(price=3.0, fee=1.0), SalesRebate(threshold=0.5, rebate=0.5), RevenueShare(0.2)),
            {("sales_rebate", "two_part_tariff"), ("revenue_share",)},
        ),
        (
            (
                WholesalePrice(price=3.0),
                TakeOrPay(minimum=0.5),
                SalesRebate(threshold=0.5, rebate=0.5),
                UpfrontFee(2.0),
            ),
            {("sales_rebate", "take_or_pay", "wholesale_price"), ("upfront_fee",)},
        ),
        ((WholesalePrice(price=3.0), QuantityFlexibility(share=0.5)), {("quantity_flexibility", "wholesale_price")}),
    ],
)
def test_terms_that_are_none_alone_are_joined_with_what_they_need(terms, clauses):
    contract = Contract("any", terms)
    found = clauses_of(contract)
    assert set(found) == clauses
    for size in range(len(found) + 1):
        for union in itertools.combinations(found, size):
            part_of(contract, union)  # every part is a contract


def contracts_shipped():
    """Return every contract of every shipped scenario that has terms."""
    scenarios = [read_scenario(name) for name in shipped("scenarios")]
    return [contract for scenario in scenarios for contract in scenario.contracts if contract.terms]


def test_every_part_of_every_shipped_contract_could_be_signed():
    for contract in contracts_shipped():
        game = clause_game(contract, permutations=None if len(clauses_of(contract)) <= 10 else 4)
        assert {name for clause in game.clauses for name in clause} == {term_name(term) for term in contract.terms}
        names = [game.part(coalition).name for coalition in game.scheme.coalitions]
        assert len(set(names)) == len(names)
        assert game.part(2 ** len(game.clauses) - 1).clauses == contract.clauses


def test_parts_are_named_by_their_terms():
    game = clause_game(WHOLE)
    assert [game.part(coalition).name for coalition in game.scheme.coalitions] == [
        "nothing signed", "revenue_share", "upfront_fee", "revenue_share + upfront_fee",
    ]  # fmt: skip
    assert game.part(3).clauses == WHOLE.clauses


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clauses") / "runs"
    made = clause_experiment(experiment(factors=(Factor("small.cash", (3, 6)),)), clause_game(WHOLE))
    run_sweep(made, folder, jobs=1, driver=FakeDriver())
    return read_runs(folder, measures=["small_value", "big_value", "surplus"])


@pytest.mark.parametrize("method", ["percentile", "bca", "t"])
def test_additive_clauses_are_worth_what_they_add(runs, method):
    """In the fake world SmallCo gets cash x luck + share, BigCo luck^2 + fee."""
    values = clause_values(runs, clause_game(WHOLE), method=method)
    found = {(row.measure, row.clause): row for row in values.rows}
    for measure, share, fee in (("small_value", 0.3, 0.0), ("big_value", 0.0, 2.0), ("surplus", 0.3, 2.0)):
        for clause, worth in ((("revenue_share",), share), (("upfront_fee",), fee)):
            row = found[measure, clause]
            for effect in (row.shapley, row.left_out, row.alone):
                assert (effect.mean, effect.low, effect.high) == pytest.approx((worth, worth, worth), abs=1e-12)
        assert values.totals[measure].mean == pytest.approx(share + fee)
        assert (values.used[measure], values.dropped[measure]) == (18, 0)
    assert values.to_dict()["measures"][0]["rows"][1]["shapley"]["mean"] == 0.0


def test_values_sum_to_the_total_and_intervals_are_of_paired_runs(runs):
    """With values put in by hand: v = luck x (1, 2, 3, 7); Shapley of one player is (v1 - v0 + v3 - v2) / 2."""
    luck = np.random.default_rng(1).gamma(2.0, size=(2, 9))
    worth = dict(
        zip(
            ("nothing signed", "revenue_share", "upfront_fee", "revenue_share + upfront_fee"), (1, 2, 3, 7), strict=True
        )
    )
    for place, name in enumerate(runs.contracts):
        runs.values[2, place] = luck * worth[name]
    values = clause_values(read_runs(runs, measures=["surplus"]), clause_game(WHOLE), method="t")
    means = luck.mean(axis=0)
    for row, weight in zip(values.rows, (2.5, 3.5), strict=True):
        assert row.shapley.mean == pytest.approx(weight * luck.mean())
        error = weight * means.std(ddof=1) / 3.0
        assert row.shapley.high - row.shapley.mean == pytest.approx(2.306004 * error, rel=1e-6)  # t of 8, 97.5 %
    assert [row.left_out.mean / luck.mean() for row in values.rows] == pytest.approx([4.0, 5.0])
    assert [row.alone.mean / luck.mean() for row in values.rows] == pytest.approx([1.0, 2.0])
    assert sum(row.shapley.mean for row in values.rows) == pytest.approx(values.totals["surplus"].mean)


def test_runs_that_are_not_whole_under_every_part_are_dropped(tmp_path):
    made = clause_experiment(experiment(), clause_game(WHOLE))
    run_sweep(made, tmp_path / "runs", jobs=1, driver=FakeDriver(fails_at=3))
    values = clause_values(read_runs(tmp_path / "runs", measures=["surplus", "months"]), clause_game(WHOLE))
    assert values.dropped["surplus"] >= 1
    assert values.used["months"] < values.used["surplus"]
    assert values.used["surplus"] + values.dropped["surplus"] == 9


TWELVE = Contract(
    "long",
    (
        RevenueShare(0.3), UpfrontFee(2.0), CostShare(small_reimbursed=0.1), EquityStake(share=0.1), Exclusivity(),
        Termination(notice=1), IntellectualProperty(small_share=0.5), Escrow(small=0.1), LateDelivery(penalty=0.1),
        AcquisitionOption(strike=9.0), DisputeResolution(), Audit(rate=0.1, fine=1.0),
    ),
)  # fmt: skip


def test_too_many_clauses_are_refused_with_a_way_out():
    with pytest.raises(ParameterError, match=r"at most 10 clauses; got 12 in 'long'.*--permutations 200"):
        clause_game(TWELVE)
    game = clause_game(TWELVE, permutations=6)
    assert len(game.scheme.orders) == 6
    assert len(game.scheme.coalitions) < 2 + 24 + 6 * 11
    for coalition in game.scheme.coalitions:
        game.part(coalition)


def test_what_has_no_clauses_is_refused():
    with pytest.raises(ParameterError, match="a contract that has terms; got 'nothing signed' without any"):
        clause_game(Contract())
    chosen = Scenario("pair", contracts=(WHOLE,), market=Market(signing="menu"))
    with pytest.raises(ParameterError, match=r"one contract in force; got market\.signing"):
        clause_experiment(Experiment("pair", chosen), clause_game(WHOLE))
    made = clause_experiment(experiment(replicates=1), clause_game(WHOLE))
    assert made.baseline == "nothing signed"
