"""Scenarios shared by the tests of the economy."""

from __future__ import annotations

from simulator.economy.contract import Contract, Term
from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import Bargaining, Scenario
from simulator.economy.venture import ConstantElasticity, LinearRevenue, Newsvendor, Uniform, Venture
from simulator.games.commitment_game import StageGame, stage_game

PLAIN = Scenario(
    "plain",
    small=SmallFirm(cost=1.0, burn=1.0, cash=12.0),
    big=BigFirm(cost=2.0, specificity=0.5, redeployment=1.0),
    venture=Venture(technology=ConstantElasticity(substitution=0.5), revenue=LinearRevenue(price=4.0), unit_cost=0.25),
    bargaining=Bargaining(power=0.4),
)
STOCKED = Scenario(
    "stocked",
    small=SmallFirm(cost=1.0),
    big=BigFirm(cost=2.0, specificity=1.0),
    venture=Venture(
        technology=ConstantElasticity(substitution=0.5, productivity=20.0),
        revenue=Newsvendor(price=10.0, salvage=1.0),
        shock=Uniform(low=0.0, high=100.0),
        unit_cost=3.0,
    ),
)


def stage(scenario: Scenario, *terms: Term) -> StageGame:
    return stage_game(scenario, Contract("signed", terms))
