"""Published results, each reproduced by configuring the model: a scenario and a contract, solved by the library.

`published.json` holds the items: what is given, what is published, how closely it is to be met and where it stands. An
adapter turns the inputs of a family of items (a prefix of their ids) into scenarios and contracts and reads the answer
off the solution; it holds no formula of the result, so other numbers of the same family work too.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq, minimize_scalar

from simulator.economy.alliance import joint_value, produce
from simulator.economy.clauses import Clauses
from simulator.economy.contract import Contract, Term
from simulator.economy.firm import BigFirm, Role, SmallFirm
from simulator.economy.luck import quantile
from simulator.economy.scenario import Bargaining, CommitmentSpace, Scenario
from simulator.economy.terms import (
    BuyBack,
    OutputTarget,
    PlanOfRecord,
    QuantityFlexibility,
    RevenueShare,
    TakeOrPay,
    TwoPartTariff,
    WholesalePrice,
)
from simulator.economy.venture import (
    CobbDouglas,
    Exponential,
    LinearDemand,
    LinearRevenue,
    Newsvendor,
    Normal,
    Shock,
    Sum,
    Uniform,
    Venture,
    WeakestLink,
)
from simulator.games.commitment_game import FirstBest, StageGame, commitment_game, stage_game
from simulator.games.continuous import (
    best_reply,
    commitment_bounds,
    continuous_equilibria,
    first_best,
    unilateral_gain,
)
from simulator.games.equilibrium import all_equilibria
from simulator.games.maximum import maximise
from simulator.games.quantal import symmetric_logit
from simulator.games.selection import select
from simulator.games.solution import Solution, solve

Inputs = Mapping[str, Any]
CONTINUOUS = CommitmentSpace(levels="continuous")
ITEMS = json.loads((Path(__file__).parent / "published.json").read_text(encoding="utf-8"))


def contract(*terms: Term) -> Contract:
    return Contract("contract of the item", terms)


def solved(scenario: Scenario, *terms: Term) -> Solution:
    return solve(scenario, contract(*terms))


def best_parameter(payoff: Callable[[float], float], low: float, high: float) -> float:
    """Return the value of a contract's parameter on [low, high] that is best for whom `payoff` says."""
    where, _ = maximise(
        lambda points: np.array([payoff(float(x)) for x in points.ravel()]).reshape(points.shape),
        high,
        low=low,
        scan=17,
        peaks=1,
        rounds=6,
    )
    return float(where[0])


def root(function: Callable[[float], float], low: float, high: float, zero: float) -> float:
    """Return the root of a function on [low, high]; an end counts if the function is at most `zero` there."""
    for end in (low, high):
        if abs(function(end)) <= zero:
            return end
    return float(brentq(function, low, high, xtol=1e-14))


# A1: the split


def nash_bargaining(inputs: Inputs) -> float:
    return solved(
        Scenario(
            "pie",
            small=SmallFirm(cost=0.0, stand_alone=inputs["d_S"]),
            big=BigFirm(cost=0.0, stand_alone=inputs["d_B"], specificity=1.0),
            venture=Venture(technology=Sum(big_weight=0.0), revenue=LinearRevenue(price=inputs["pie"])),
            bargaining=Bargaining(power=inputs["beta_S"]),
            commitment=CommitmentSpace(levels=(1.0,)),
        )
    ).outcome.payoffs[0]


# B1, J1: hold-up


def hold_up(inputs: Inputs, **small: float) -> Solution:
    return solved(
        Scenario(
            "hold-up",
            small=SmallFirm(specificity=inputs.get("sigma_S", 1.0), **small),
            venture=Venture(technology=Sum(big_weight=0.0), revenue=LinearRevenue(price=inputs["a"])),
            bargaining=Bargaining(power=inputs["beta_S"], ruin_share=inputs.get("b_B", 0.0)),
            big=BigFirm(discount_rate=inputs.get("r", 0.0) / 12.0),
            commitment=CONTINUOUS,
        )
    )


def one_sided(inputs: Inputs) -> dict[str, float | None]:
    solution = hold_up(inputs, cost=inputs["k"])
    return {
        "i": solution.outcome.small,
        "i_FB": solution.first_best.small,
        "welfare_ratio": solution.efficiency,
    }


def concave(inputs: Inputs) -> dict[str, float]:
    solution = solved(
        Scenario(
            "concave hold-up",
            small=SmallFirm(cost=1.0, curvature=1.0),
            venture=Venture(technology=Sum(big_weight=0.0, returns=0.5, productivity=2.0)),
            bargaining=Bargaining(power=inputs["beta_S"]),
            commitment=CONTINUOUS,
        )
    )
    return {"i": solution.outcome.small, "surplus": sum(solution.outcome.payoffs)}


def pig(inputs: Inputs) -> dict[str, float | None]:
    solution = hold_up(inputs, cost=inputs["kappa"], cash=12.0 * inputs["runway_T"], burn=1.0)
    ratio = solution.outcome.small / solution.first_best.small
    return {
        "beta_eff": ratio,
        "ratio": ratio,
        "c_S": solution.outcome.small,
        "welfare_ratio": solution.efficiency,
    }


# B2: property rights


def property_rights(inputs: Inputs) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for owner, (small_use, big_use) in inputs["lambda_by_ownership"].items():
        solution = solved(
            Scenario(
                owner,
                small=SmallFirm(specificity=1.0 - small_use),
                big=BigFirm(specificity=1.0 - big_use),
                venture=Venture(technology=Sum(small_weight=inputs["a_S"], big_weight=inputs["a_B"])),
                commitment=CONTINUOUS,
            )
        )
        answers[owner] = {
            "i_S": solution.outcome.small,
            "i_B": solution.outcome.big,
            "surplus": sum(solution.outcome.payoffs),
        }
        best = solution.first_best.surplus
    return answers | {"best": max(answers, key=lambda owner: answers[owner]["surplus"]), "FB_surplus": best}


# C1, C2, C3: teams


def team(inputs: Inputs) -> Scenario:
    if "p_S" in inputs or "p" in inputs:
        power, curvature, cost = (
            [inputs.get(f"{name}_{firm}", inputs.get(other, default)) for firm, other in zip("SB", others, strict=True)]
            for name, others, default in (("p", "pq", None), ("m", "mm", None), ("c", "cc", 1.0))
        )
        power[1] = inputs.get("q_B", inputs.get("q"))
        curvature[1] = inputs.get("n_B", inputs.get("m"))
        technology = CobbDouglas(small_weight=power[0], big_weight=power[1], productivity=inputs.get("A", 1.0))
        return Scenario(
            "team",
            small=SmallFirm(cost=cost[0], curvature=curvature[0]),
            big=BigFirm(cost=cost[1], curvature=curvature[1], specificity=1.0),
            venture=Venture(technology=technology),
            commitment=CONTINUOUS,
        )
    return Scenario(
        "team",
        big=BigFirm(specificity=1.0),
        venture=Venture(technology=Sum(small_weight=inputs["k_S"], big_weight=inputs["k_B"])),
        commitment=CONTINUOUS,
    )


def team_surplus(scenario: Scenario, share: float) -> float:
    found = continuous_equilibria(scenario, contract(RevenueShare(share=share)))
    return max(sum(each.payoffs) for each in found)


def optimal_share(inputs: Inputs) -> float:
    scenario = team(inputs)
    best = minimize_scalar(
        lambda share: -team_surplus(scenario, share), bounds=(0.0, 1.0), method="bounded", options={"xatol": 1e-7}
    )
    return float(best.x)


def efforts(inputs: Inputs) -> dict[str, float]:
    scenario = team(inputs)
    solution = solved(scenario, RevenueShare(share=inputs["share"]))
    outcome = solution.outcome
    return {
        "e_S": outcome.small,
        "e_B": outcome.big,
        "y": produce(stage_game(scenario, Contract()).world, outcome.small, outcome.big),
        "surplus": sum(outcome.payoffs),
        "surplus_FB": solution.first_best.surplus,
    }


def additive_team(inputs: Inputs) -> dict[str, float | None]:
    scenario = team(inputs)
    share = optimal_share(inputs)
    return {
        "s": share,
        "ratio": solved(scenario, RevenueShare(share=share)).efficiency,
        "ratio_at_half": solved(scenario, RevenueShare(share=0.5)).efficiency,
    }


def equal_partners(inputs: Inputs) -> dict[str, float]:
    scenario = team({"k_S": 1.0, "k_B": 0.0})
    stage = stage_game(scenario, contract(RevenueShare(share=1.0 / inputs["n"])))
    bounds = commitment_bounds(scenario, stage)
    effort, _ = best_reply(stage, Role.SMALL, 0.0, bounds[0])
    best = first_best(stage, bounds).surplus
    return {"e": effort, "efficiency": joint_value(stage.world, Clauses(), effort, 0.0) / best}


def team_first_best(inputs: Inputs) -> tuple[Scenario, FirstBest, tuple[float, float]]:
    scenario = team(inputs)
    stage = stage_game(scenario, contract(RevenueShare(share=inputs["share_S"])))
    bounds = commitment_bounds(scenario, stage)
    best = first_best(stage, bounds)
    return scenario, best, (2.0 * best.small, 2.0 * best.big)


def group_penalty(inputs: Inputs) -> dict[str, bool]:
    scenario, best, bounds = team_first_best(inputs)
    terms = RevenueShare(share=inputs["share_S"]), OutputTarget(quantity=inputs["y_star"])
    gains = unilateral_gain(stage_game(scenario, contract(*terms)), best.small, best.big, bounds)
    return {"FB_is_Nash": max(gains) <= 1e-9 * best.surplus}


def smallest_bonds(inputs: Inputs) -> dict[str, float]:
    scenario, best, bounds = team_first_best(inputs)

    def gain(bond: float, firm: int) -> float:
        plan = PlanOfRecord(small_floor=best.small, big_floor=best.big, bond=bond)
        stage = stage_game(scenario, contract(RevenueShare(share=inputs["share_S"]), plan))
        return unilateral_gain(stage, best.small, best.big, bounds)[firm]

    bonds = []
    for firm in (0, 1):
        low, high = 0.0, best.surplus
        while high - low > 1e-9 * best.surplus:
            middle = 0.5 * (low + high)
            low, high = (low, middle) if gain(middle, firm) <= 1e-12 * best.surplus else (middle, high)
        bonds.append(high)
    return {"b_S": bonds[0], "b_B": bonds[1]}


# D: SmallCo supplies, BigCo orders


def demand(text: str) -> Shock:
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?", text)]
    kind = text.strip().lower()
    if kind.startswith("u"):
        return Uniform(low=numbers[0], high=numbers[1])
    if kind.startswith("exp"):
        return Exponential(mean=numbers[0])
    return Normal(mean=numbers[0], deviation=numbers[1])


def supply_chain(inputs: Inputs) -> tuple[Scenario, float]:
    """Return the scenario, in which a commitment is a quantity, and the largest quantity considered."""
    if "b" in inputs:
        top = inputs["a"] / inputs["b"]
        venture = Venture(WeakestLink(), LinearDemand(inputs["a"], inputs["b"]), unit_cost=inputs["c"])
    else:
        shock = demand(inputs.get("demand", "U[0,100]"))
        top = quantile(*shock.code, 1.0 - 1e-9)
        revenue = Newsvendor(price=inputs["p"], salvage=inputs.get("salvage", 0.0))
        venture = Venture(WeakestLink(), revenue, shock, unit_cost=inputs["c"])
    return (
        Scenario(
            "supply chain",
            small=SmallFirm(cost=0.0),
            big=BigFirm(cost=0.0, specificity=1.0),
            venture=venture,
            commitment=CommitmentSpace(levels="continuous", small_upper=top, big_upper=top),
        ),
        top,
    )


class Chain:
    """The supply chain of an item: what BigCo orders under a contract, SmallCo being able to deliver anything."""

    def __init__(self, inputs: Inputs) -> None:
        self.scenario, self.top = supply_chain(inputs)
        stage = self.stage(WholesalePrice(price=inputs["c"]))
        self.integrated = first_best(stage, (self.top, self.top))

    def stage(self, *terms: Term) -> StageGame:
        return stage_game(self.scenario, contract(*terms))

    def order(self, *terms: Term) -> float:
        return best_reply(self.stage(*terms), Role.BIG, self.top, self.top)[0]

    def profits(self, quantity: float, *terms: Term) -> tuple[float, float]:
        return self.stage(*terms).payoffs(self.top, quantity)

    def slope(self, *terms: Term) -> float:
        """Return what one unit more is worth to BigCo at the integrated quantity (differences of eighth order)."""
        stage, at = self.stage(*terms), self.integrated.big
        weights = {1: 4 / 5, 2: -1 / 5, 3: 4 / 105, 4: -1 / 280}
        step = at / 64.0
        return sum(
            weight * (stage.payoffs(self.top, at + k * step)[1] - stage.payoffs(self.top, at - k * step)[1]) / step
            for k, weight in weights.items()
        )

    def coordinating_price(self, low: float, high: float, *terms: Term) -> float:
        """Return the wholesale price at which BigCo wants the integrated quantity."""
        return root(lambda price: self.slope(WholesalePrice(price=price), *terms), low, high, 1e-12 * high)

    def wanted(self, *terms: Term) -> float:
        """Return BigCo's order, or the integrated quantity where BigCo is indifferent between it and any other."""
        order, at = self.order(*terms), self.integrated.big
        payoffs = [self.profits(quantity, *terms)[1] for quantity in (0.0, 0.5 * at, at, order, self.top)]
        return at if np.ptp(payoffs) <= 1e-9 * self.integrated.surplus else order


def integrated(inputs: Inputs) -> dict[str, float]:
    best = Chain(inputs).integrated
    return {"q": min(best.small, best.big), "profit": best.surplus}


def wholesale(inputs: Inputs) -> dict[str, float]:
    chain = Chain(inputs)
    highest = inputs["a"] if "a" in inputs else inputs["p"]

    def supplier(price: float) -> float:
        terms = WholesalePrice(price=price)
        return chain.profits(chain.order(terms), terms)[0]

    price = best_parameter(supplier, inputs["c"], highest)
    quantity = chain.order(WholesalePrice(price=price))
    small, big = chain.profits(quantity, WholesalePrice(price=price))
    revenue = sum(chain.profits(quantity, WholesalePrice(price=price))) + inputs["c"] * quantity
    return {
        "w": price,
        "q": quantity,
        "p": revenue / quantity,
        "profit_S": small,
        "profit_B": big,
        "q_integrated": chain.integrated.big,
        "profit_integrated": chain.integrated.surplus,
        "efficiency": (small + big) / chain.integrated.surplus,
    }


def two_part_tariff(inputs: Inputs) -> dict[str, float]:
    chain = Chain(inputs)
    total = best_parameter(
        lambda price: sum(chain.profits(chain.order(TwoPartTariff(price=price)), TwoPartTariff(price=price))),
        0.0,
        inputs["a"],
    )
    tariff = TwoPartTariff(price=total, fee=0.3 * chain.integrated.surplus)
    quantity = chain.order(tariff)
    return {"w": total, "q": quantity, "total": sum(chain.profits(quantity, tariff))}


def buy_back(inputs: Inputs) -> dict[str, float]:
    chain, price = Chain(inputs), float(inputs["p"])
    aim = inputs["lambda_B"] * chain.integrated.surplus

    def terms(credit: float) -> tuple[Term, ...]:
        wholesale_price = chain.coordinating_price(credit, price, BuyBack(price=credit))
        return WholesalePrice(price=wholesale_price), BuyBack(price=credit)

    def surplus_of_big(credit: float) -> float:
        return chain.profits(chain.integrated.big, *terms(credit))[1] - aim

    credit = root(surplus_of_big, 0.0, price, 1e-12 * chain.integrated.surplus)
    signed = terms(credit)
    quantity = chain.wanted(*signed)
    small, big = chain.profits(quantity, *signed)
    return {"w": signed[0].price, "b": credit, "q": quantity, "profit_S": small, "profit_B": big}  # type: ignore[attr-defined]


def buy_back_with_salvage(inputs: Inputs) -> dict[str, float]:
    chain, credit = Chain(inputs), BuyBack(price=inputs["credit"])
    price = chain.coordinating_price(inputs["credit"], inputs["p"], credit)
    return {"w": price, "q": chain.order(WholesalePrice(price=price), credit)}


def revenue_sharing(inputs: Inputs) -> dict[str, float]:
    chain, share = Chain(inputs), RevenueShare(share=1.0 - inputs["phi_B"])
    price = inputs.get("w")
    if price is None:
        price = chain.coordinating_price(0.0, inputs["p"], share)
    quantity = chain.wanted(WholesalePrice(price=price), share)
    small, big = chain.profits(quantity, WholesalePrice(price=price), share)
    return {
        "w": price,
        "q": quantity,
        "profit_S": small,
        "profit_B": big,
        "efficiency": (small + big) / chain.integrated.surplus,
    }


def quantity_flexibility(inputs: Inputs) -> dict[str, float]:
    chain, flexible = Chain(inputs), QuantityFlexibility(share=float(inputs["delta"]))
    price = chain.coordinating_price(0.0, 2.0 * inputs["p"], flexible)
    quantity = chain.wanted(WholesalePrice(price=price), flexible)
    return {"w": price, "q": quantity, "profit_B": chain.profits(quantity, WholesalePrice(price=price), flexible)[1]}


def take_or_pay(inputs: Inputs) -> dict[str, float | bool]:
    chain = Chain(inputs)
    terms = WholesalePrice(price=inputs["w"]), TakeOrPay(minimum=inputs["q_min"])
    quantity = chain.order(*terms)
    small, big = chain.profits(quantity, *terms)
    return {
        "q": quantity,
        "profit_S": small,
        "profit_B": big,
        "accepts": big >= inputs["d_B"] - 1e-9 * chain.integrated.surplus,
    }


# E: coordination


def assurance(inputs: Inputs) -> dict[str, Any]:
    small, big = inputs["a_S"] + inputs["l_S"], inputs["a_B"] + inputs["l_B"]
    scenario = Scenario(
        "assurance",
        small=SmallFirm(cost=inputs["l_S"], curvature=1.0),
        big=BigFirm(cost=inputs["l_B"], curvature=1.0, specificity=1.0),
        venture=Venture(technology=WeakestLink(), revenue=LinearRevenue(price=small + big)),
        bargaining=Bargaining(power=small / (small + big)),
        commitment=CommitmentSpace(levels=(0.0, 1.0)),
    )
    game = commitment_game(scenario, Contract()).game
    found = all_equilibria(game)
    mixed = next(each for each in found.equilibria if not each.pure)
    chosen = found.equilibria[select("risk_dominance", game, found).index]
    return {
        "p_S": mixed.small[1],
        "p_B": mixed.big[1],
        "n_equilibria": len(found.equilibria),
        "risk_dominant": "commit" if chosen.small[1] == 1.0 else "stay out",
    }


def effort_game(levels: np.ndarray, benefit: float, cost: float, constant: float = 0.0) -> Any:
    """Return u = benefit min - cost own + constant; a constant is that much more effort of both from the start."""
    shift = constant / (benefit - cost) if constant else 0.0
    scenario = Scenario(
        "minimum effort",
        small=SmallFirm(cost=cost, curvature=1.0),
        big=BigFirm(cost=cost, curvature=1.0, specificity=1.0),
        venture=Venture(technology=WeakestLink(), revenue=LinearRevenue(price=2.0 * benefit)),
        commitment=CommitmentSpace(levels=tuple((levels + shift).tolist())),
    )
    return commitment_game(scenario, Contract()).game


def mean_logit_effort(inputs: Inputs, low: float, high: float, noise: float) -> float:
    """Return the mean effort on the midpoints of a fine partition: the noise stays above the step."""
    edges = np.linspace(low, high, 202)
    levels = 0.5 * (edges[1:] + edges[:-1])
    game = effort_game(levels - low, 1.0, inputs["c"])
    return float(symmetric_logit(game.small, 1.0 / noise, inputs["n"] - 1) @ levels)


def mean_effort(inputs: Inputs) -> float:
    return mean_logit_effort(inputs, inputs["lo"], inputs["hi"], inputs["mu"])


def vanishing_noise(inputs: Inputs) -> float:
    low, high = inputs["efforts"]
    return mean_logit_effort(inputs, low, high, (high - low) / 200.0)


def weak_link_cells(inputs: Inputs) -> dict[str, float]:
    low, high = inputs["efforts"]
    game = effort_game(np.arange(low, high + 1.0), inputs["a"], inputs["b"], inputs["const"])
    pure = [each for each in all_equilibria(game).equilibria if each.pure]
    return {
        f"u{high}{high}": float(game.small[-1, -1]),
        f"u{low}{low}": float(game.small[0, 0]),
        f"u{high}{low}": float(game.small[-1, 0]),
        "n_pure_symmetric": sum(each.small == each.big for each in pure),
    }


def weak_link_logit(inputs: Inputs) -> list[float]:
    game = effort_game(np.arange(1.0, 8.0), inputs["a"], inputs["b"])
    return [float(p) for p in symmetric_logit(game.small, inputs["lam"], inputs["n"] - 1)]


ADAPTERS: dict[str, Callable[[Inputs], Any]] = {
    "A1": nash_bargaining,
    "B1": one_sided,
    "B1.sqrt": concave,
    "B2": property_rights,
    "C1": optimal_share,
    "C1.eq": efforts,
    "C2": additive_team,
    "C2.n": equal_partners,
    "C3": group_penalty,
    "C3.bond": smallest_bonds,
    "D0": integrated,
    "D1": wholesale,
    "D1.2pt": two_part_tariff,
    "D2": wholesale,
    "D3": buy_back,
    "D3.salv": buy_back_with_salvage,
    "D4": revenue_sharing,
    "D5": quantity_flexibility,
    "D7": take_or_pay,
    "E1": assurance,
    "E3": mean_effort,
    "E3.limit": vanishing_noise,
    "E3.vhbb": weak_link_cells,
    "E3.qre7": weak_link_logit,
    "J1": pig,
    "J1b": pig,
}


def adapter(item: str) -> Callable[[Inputs], Any]:
    """Return the adapter of the longest prefix of the id, in whole parts between dots."""
    parts = item.split(".")
    return next(ADAPTERS[prefix] for end in range(len(parts), 0, -1) if (prefix := ".".join(parts[:end])) in ADAPTERS)


def agrees(expected: Any, computed: Any, tolerance: float) -> bool:
    """Return whether what was computed is what is published; names and truth values exactly."""
    if isinstance(expected, dict):
        return all(agrees(value, computed[name], tolerance) for name, value in expected.items())
    if isinstance(expected, list):
        return len(expected) == len(computed) and all(map(agrees, expected, computed, [tolerance] * len(expected)))
    if isinstance(expected, bool | str):
        return bool(expected == computed)
    return math.isclose(expected, computed, rel_tol=0.0, abs_tol=max(tolerance, 4e-16 * abs(expected)))


@pytest.mark.parametrize("item", ITEMS, ids=[item["id"] for item in ITEMS])
def test_item(item: dict[str, Any]) -> None:
    computed = adapter(item["id"])(item["inputs"])
    assert agrees(item["expected"], computed, item["tolerance"]), f"published {item['expected']}, computed {computed}"


def test_every_adapter_is_used() -> None:
    assert {adapter(item["id"]) for item in ITEMS} == set(ADAPTERS.values())
