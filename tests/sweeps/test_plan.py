import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sweeps.fakes import SCENARIO, small_experiment

from simulator.economy.contract import Contract
from simulator.economy.scenario import Scenario
from simulator.economy.terms import BuyBack, WholesalePrice
from simulator.economy.venture import Sum, Uniform, Venture
from simulator.foundation.errors import ParameterError, UnknownNameError
from simulator.sweeps.designs import DESIGNS
from simulator.sweeps.experiment import Experiment
from simulator.sweeps.factors import Factor
from simulator.sweeps.plan import faults, plan


@given(st.integers(1, 40), st.integers(1, 5), st.integers(1, 60), st.integers(0, 2))
def test_every_replicate_of_every_cell_is_run_once(replicates, levels, chunk_runs, contracts):
    factors = (Factor("small.cash", tuple(range(levels + 1))),)
    names = tuple(contract.name for contract in SCENARIO.contracts)[: contracts + 1]
    made = plan(small_experiment(replicates=replicates, factors=factors, contracts=names), chunk_runs)
    seen = [
        (block.cell, replicate)
        for chunk in made.chunks
        for block in made.blocks(chunk)
        for replicate in range(block.first, block.first + block.runs)
    ]
    assert seen == [(cell, replicate) for cell in range(made.cells) for replicate in range(replicates)]
    assert all(chunk.runs <= max(chunk_runs, 1) for chunk in made.chunks)
    assert len({chunk.key for chunk in made.chunks}) == len(made.chunks)
    assert made.runs == (levels + 1) * len(names) * replicates == sum(chunk.runs for chunk in made.chunks)


def test_contracts_lie_side_by_side_at_each_point():
    made = plan(small_experiment())
    assert made.paths == ("lead", "small.cash")
    assert [(made.values(cell)["small.cash"], made.contract(cell)) for cell in range(4)] == [
        (3, "share"), (3, "share and fee"), (3, "nothing signed"), (6, "share"),
    ]  # fmt: skip


def test_keys_change_with_whatever_decides_the_numbers_and_with_nothing_else():
    base = small_experiment()
    keys = [chunk.key for chunk in plan(base, 20).chunks]

    def changed(**changes):
        return [chunk.key for chunk in plan(dataclasses.replace(base, **changes), 20).chunks]

    assert changed(title="Other", claim="c", scenario_text="x", baseline="share and fee") == keys
    assert changed(scenario=dataclasses.replace(SCENARIO, title="t", summary="s", source="o")) == keys
    assert changed(factors=base.factors[::-1]) == keys
    for different in (
        changed(seed=1),
        changed(measures=("surplus",)),
        changed(scenario=dataclasses.replace(SCENARIO, lead="big")),
        changed(replicates=8),
    ):
        assert not set(different) & set(keys)
    fewer = changed(contracts=("share", "share and fee"))
    assert [key in keys for key in fewer] == [True] + [False] * 5  # the first two cells are the same runs
    longer = changed(factors=(Factor("lead", ("small", "big")), Factor("small.cash", (3, 6, 12, 24))))
    assert longer[:4] == keys[:4]  # 14 runs a chunk, 63 runs for the first level of lead


def test_what_a_factor_cannot_do_is_refused_before_anything_runs():
    def refused(error, words, *factors, **changes):
        experiment = small_experiment(factors=factors, **changes)
        with pytest.raises(error, match=words) as caught:
            plan(experiment)
        assert "\n" not in str(caught.value)
        assert [path for path, _ in faults(experiment)]

    refused(UnknownNameError, "Did you mean 'small.cash'", Factor("small.csh", (1, 2)))
    refused(ParameterError, r"'small.cash'.*must be in \[0, inf\)", Factor("small.cash", (1, -2)))
    refused(ParameterError, r"^Factor .small\.cash. must be a number; got .two.", Factor("small.cash", (1, "two")))
    refused(UnknownNameError, "Unknown strategy 'nsh'", Factor("small.strategy", ("nash", "nsh")))
    refused(UnknownNameError, "Did you mean 'small'", Factor("lead", ("smal", "big")))
    refused(ParameterError, "no term 'upfront_fee'", Factor("contract.upfront_fee.fee", (1, 2)), contracts=("share",))
    refused(UnknownNameError, "revenue_share.share", Factor("contract.revenue_share.shar", (0.1, 0.2)))
    with pytest.raises(ParameterError) as caught:
        plan(small_experiment(factors=(Factor("small.cash", (1, -2)), Factor("big.cash", (1, -2)))))
    assert str(caught.value).count("\n") == 1


def test_values_that_are_possible_together_are_not_refused():
    scenario = Scenario("u", venture=Venture(technology=Sum(), shock=Uniform(0.0, 1.0)))
    moved = (Factor("venture.shock.low", (0.0, 2.0)), Factor("venture.shock.high", (1.0, 3.0)))
    assert plan(Experiment("u", scenario, factors=moved)).cells == 4
    assert plan(Experiment("u", scenario, factors=moved, design="list")).cells == 2
    kinds = (Factor("venture.technology", ("sum", "ces")), Factor("venture.technology.substitution", (-1.0, 0.5)))
    assert plan(Experiment("u", scenario, factors=kinds)).cells == 4
    with pytest.raises(UnknownNameError, match="substitution"):
        plan(Experiment("u", scenario, factors=kinds[1:]))
    prices = Scenario("p", contracts=(Contract("returns", (WholesalePrice(4.0), BuyBack(1.0))),))
    credit = Factor("contract.buy_back.price", (1.0, 5.0))
    with pytest.raises(ParameterError, match="at most the wholesale price"):
        plan(Experiment("p", prices, factors=(credit,)))
    assert (
        plan(Experiment("p", prices, factors=(credit, Factor("contract.wholesale_price.price", (4.0, 6.0))))).cells == 4
    )


def test_designs():
    assert {"grid", "list"} <= set(DESIGNS)
    with pytest.raises(UnknownNameError, match=r"Unknown design 'gird'\. Did you mean 'grid'"):
        small_experiment(design="gird")
    two = (Factor("small.cash", (3, 6)), Factor("lead", ("small", "big")))
    made = plan(small_experiment(design="list", factors=two))
    assert made.points == (("small", 3), ("big", 6))
    with pytest.raises(ParameterError, match=r"as many values; got 2 for big\.cash, 3 for small\.cash"):
        plan(small_experiment(design="list", factors=(Factor("small.cash", (1, 2, 3)), Factor("big.cash", (1, 2)))))
    with pytest.raises(ParameterError, match="must not repeat"):
        plan(small_experiment(factors=(Factor("small.cash", (1, 2, 1)),)))
    assert plan(small_experiment(factors=())).points == ((),)
    assert plan(small_experiment(factors=(), design="list")).points == ((),)


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"name": " "}, ParameterError, "name must not be empty"),
        ({"replicates": 0}, ParameterError, "replicates must be a whole number, 1 or more; got 0"),
        ({"replicates": 2.5}, ParameterError, "replicates must be a whole number"),
        ({"seed": -1}, ParameterError, "seed must be a whole number, 0 or more"),
        ({"seed": True}, ParameterError, "seed must be"),
        ({"contracts": ("shar",)}, UnknownNameError, "Unknown contract 'shar'. Did you mean 'share'"),
        ({"contracts": ("share", "share")}, ParameterError, "contracts must name each once; got 'share' twice"),
        ({"baseline": "fee"}, UnknownNameError, "Unknown baseline"),
        ({"measures": ()}, ParameterError, "at least one"),
        ({"measures": ("surplus", "surplus")}, ParameterError, "twice"),
        ({"factors": (Factor("lead", ("small", "big")),) * 2}, ParameterError, "twice"),
    ],
)
def test_an_impossible_experiment_is_refused(changes, error, words):
    with pytest.raises(error, match=words):
        small_experiment(**changes)


def test_all_contracts_and_the_default_baseline():
    experiment = small_experiment(contracts=("all",))
    assert experiment.contracts == ("share", "share and fee", "nothing signed")
    assert experiment.baseline == "share"
    with pytest.raises(ParameterError, match="chunk_runs must be at least 1"):
        plan(experiment, 0)
