import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.economy.contract import Contract
from simulator.economy.firm import StrategyChoice
from simulator.economy.meeting import Edges, ScaleFree, SmallWorld
from simulator.economy.scenario import Market, PayoffTable, Scenario
from simulator.economy.terms import BuyBack, RevenueShare, WholesalePrice
from simulator.economy.venture import ConstantElasticity, Uniform, Venture, WeakestLink
from simulator.foundation.errors import ParameterError, UnknownNameError
from simulator.sweeps.factors import KINDS, Factor, paths, with_value, with_values

SCENARIO = Scenario(
    "pair", venture=Venture(technology=ConstantElasticity(-1.0, productivity=3.0), shock=Uniform(0.0, 1.0))
)
SHARE = Contract("share", (RevenueShare(0.3),))


@pytest.mark.parametrize(
    ("path", "value", "read"),
    [
        ("small.cash", 6, lambda s, c: s.small.cash),
        ("small.cash", 6.5, lambda s, c: s.small.cash),
        ("big.slots", 3.0, lambda s, c: s.big.slots),
        ("small.redeployment", 2.0, lambda s, c: s.small.redeployment),
        ("market.entry", True, lambda s, c: s.market.entry),
        ("bargaining.rule", "split_the_difference", lambda s, c: s.bargaining.rule),
        ("lead", "big", lambda s, c: s.lead),
        ("selection", "risk_dominance", lambda s, c: s.selection),
        ("commitment.levels", 21, lambda s, c: s.commitment.levels),
        ("commitment.levels", "continuous", lambda s, c: s.commitment.levels),
        ("venture.technology.substitution", 0.5, lambda s, c: s.venture.technology.substitution),
        ("contract.revenue_share.share", 0.5, lambda s, c: c.terms[0].share),
    ],
)
def test_a_value_is_put_in_place_and_nothing_else_changes(path, value, read):
    scenario, contract = with_value(SCENARIO, SHARE, path, value)
    assert read(scenario, contract) == value
    assert type(read(scenario, contract)) is type(read(*with_value(SCENARIO, SHARE, path, read(scenario, contract))))
    back = read(SCENARIO, SHARE)
    if back is not None:
        assert with_value(scenario, contract, path, back) == (SCENARIO, SHARE)


def test_whole_numbers_become_what_the_field_holds():
    assert isinstance(with_value(SCENARIO, SHARE, "small.cash", 6)[0].small.cash, float)
    assert isinstance(with_value(SCENARIO, SHARE, "big.slots", 2.0)[0].big.slots, int)
    assert with_value(SCENARIO, SHARE, "commitment.levels", [0, 1])[0].commitment.levels == (0.0, 1.0)


def test_strategies_by_name_and_parameter():
    scenario, _ = with_values(SCENARIO, SHARE, {"small.strategy": "reciprocator", "small.strategy.patience": 3})
    assert scenario.small.strategy == StrategyChoice("reciprocator", (("patience", 3.0),))
    scenario, _ = with_values(SCENARIO, SHARE, {"small.strategy": "nash", "small.strategy.patience": 3})
    assert scenario.small.strategy == StrategyChoice("nash")
    with pytest.raises(UnknownNameError, match="Did you mean 'reciprocator'"):
        with_value(SCENARIO, SHARE, "big.strategy", "reciprocater")
    with pytest.raises(UnknownNameError, match=r"small\.strategy\.patience"):
        with_value(SCENARIO, SHARE, "small.strategy.patience", 3)
    with pytest.raises(ParameterError, match=r"patience must be in \[1, 1000\]"):
        with_values(SCENARIO, SHARE, {"small.strategy": "reciprocator", "small.strategy.patience": 0})


def test_a_kind_keeps_the_fields_both_kinds_have():
    scenario, _ = with_value(SCENARIO, SHARE, "venture.technology", "weakest_link")
    assert scenario.venture.technology == WeakestLink(productivity=3.0)
    both = with_values(SCENARIO, SHARE, {"venture.technology": "weakest_link", "venture.technology.substitution": 0.5})
    assert both[0] == scenario
    with pytest.raises(UnknownNameError, match="substitution"):
        with_value(scenario, SHARE, "venture.technology.substitution", 0.5)


def test_networks_by_name_and_parameter():
    scenario, _ = with_values(SCENARIO, SHARE, {"market.network": "small_world", "market.network.neighbours": 4})
    assert scenario.market.network == SmallWorld(4, 0.1)
    assert with_value(scenario, SHARE, "market.network", "scale_free")[0].market.network == ScaleFree()
    factor = Factor("market.network.pairs", ([[0, 0], [1, 0]], [[0, 1]]))
    found = [with_value(TIED, SHARE, factor.path, value)[0].market.network for value in factor.values]
    assert found == [Edges(((0, 0), (1, 0))), Edges(((0, 1),))]
    assert [repr(each) for each in found] == [repr(Edges(((0, 0), (1, 0)))), repr(Edges(((0, 1),)))]
    with pytest.raises(UnknownNameError, match="Did you mean 'small_world'"):
        with_value(SCENARIO, SHARE, "market.network", "smal_world")
    with pytest.raises(
        ParameterError, match=r"market\.network\.pairs must be a list of lists of numbers; got \(0.0, 1.0\)"
    ):
        with_value(TIED, SHARE, "market.network.pairs", [0, 1])
    with pytest.raises(ParameterError, match=r"market\.network\.pairs must be pairs .* got \(0.0,\)"):
        with_value(TIED, SHARE, "market.network.pairs", [[0]])
    with pytest.raises(ParameterError, match="levels must be a whole number or a list of numbers or a word"):
        with_value(TIED, SHARE, "commitment.levels", [[0, 1]])


def test_values_valid_only_together_are_put_in_place_together():
    moved = {"venture.shock.low": 2.0, "venture.shock.high": 3.0}
    for order in (moved, dict(reversed(moved.items()))):
        assert with_values(SCENARIO, SHARE, order)[0].venture.shock == Uniform(2.0, 3.0)
    with pytest.raises(ParameterError, match="above low"):
        with_value(SCENARIO, SHARE, "venture.shock.low", 2.0)


def test_a_contract_without_the_term_is_unchanged():
    plain = Contract("plain")
    assert with_value(SCENARIO, plain, "contract.revenue_share.share", 0.5) == (SCENARIO, plain)
    returns = Contract("returns", (WholesalePrice(4.0), BuyBack(1.0)))
    with pytest.raises(ParameterError, match="wholesale price"):
        with_value(SCENARIO, returns, "contract.buy_back.price", 5.0)


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("small.csh", "Did you mean 'small.cash'?"),
        ("smal.cash", "Did you mean 'small.cash'?"),
        ("small", ""),
        ("small.cash.more", ""),
        ("name", ""),
        ("contracts", ""),
        ("lead.more", ""),
        ("contract", ""),
        ("contract.revenue_share", "contract.revenue_share.share"),
        ("contract.revenue_shar.share", "contract.revenue_share.share"),
        ("contract.revenue_share.shar", "contract.revenue_share.share"),
        ("venture.technology.substitutoin", "venture.technology.substitution"),
    ],
)
def test_a_misspelt_path_names_the_nearest(path, hint):
    scenario = Scenario("pair", venture=SCENARIO.venture, contracts=(SHARE,))
    with pytest.raises(UnknownNameError) as caught:
        with_value(scenario, SHARE, path, 1.0)
    assert repr(path) in str(caught.value)
    assert hint in str(caught.value)


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("small.cash", -1.0, r"cash must be in \[0, inf\)"),
        ("small.cash", "much", "cash must be a number"),
        ("small.cash", True, "cash must be a number"),
        ("small.cash", float("nan"), "cash must be in"),
        ("big.slots", 1.5, "slots must be a whole number"),
        ("market.entry", 1, "entry must be true or false"),
        ("bargaining.rule", 3, "rule must be a word"),
        ("commitment.levels", 1, "between 2 and 1001"),
        ("commitment.levels", (1.0, 0.5), "ascending"),
        ("venture.technology", 3, "name of a technology"),
        ("small.strategy", 3, "name of a strategy"),
        ("small.cash", {"a": 1}, "numbers, words"),
        ("small.cash", [[[1]]], "numbers, words"),
        ("small.cash", [1, [2]], "numbers, words"),
        ("small.cash", [[1]], "cash must be a number"),
    ],
)
def test_a_wrong_value_is_refused(path, value, words):
    with pytest.raises(ParameterError, match=words):
        with_value(SCENARIO, SHARE, path, value)


def test_payoffs_given_outright_leave_nothing_to_vary_in_the_venture():
    scenario = Scenario("table", payoffs=PayoffTable(((1.0, 0.0),), ((1.0, 0.0),)))
    assert not [path for path in paths(scenario) if path.startswith(("venture", "bargaining", "contract"))]
    with pytest.raises(ParameterError, match="given outright"):
        with_value(scenario, Contract(), "bargaining.power", 0.2)


TIED = Scenario("pair", venture=SCENARIO.venture, market=Market(network=Edges(((0, 0),))), contracts=(SHARE,))


@given(st.sampled_from(paths(TIED)))
def test_every_listed_path_takes_its_own_value(path):
    scenario = TIED
    at = {"scenario": scenario, "contract": SHARE}
    owner = SHARE.terms[0] if path.startswith("contract") else at["scenario"]
    for part in path.split(".")[2:] if path.startswith("contract") else path.split("."):
        owner = getattr(owner, part)
    if owner is None or path.rpartition(".")[2] in {*KINDS, "strategy"}:
        return
    assert with_value(scenario, SHARE, path, owner) == (scenario, SHARE)


@pytest.mark.parametrize("values", [(), (3,), (3, 3.0), ("a", "a"), ([0, 1], (0.0, 1.0))])
def test_a_factor_must_vary(values):
    with pytest.raises(ParameterError, match="must vary"):
        Factor("small.cash", tuple(values))


def test_true_and_one_are_different():
    assert Factor("market.entry", (True, 1)).values == (True, 1)
