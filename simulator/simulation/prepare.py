"""From a scenario and its contracts to the tables that every driver reads, ahead of time."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.economy.clauses import Clauses, clauses_record
from simulator.economy.contract import Contract
from simulator.economy.firm import Role
from simulator.economy.luck import quantile_table
from simulator.economy.meeting import NETWORK_KEY
from simulator.economy.scenario import MATCHING, SIGNING, Scenario
from simulator.economy.world import World, world_of
from simulator.foundation.errors import ParameterError, told_of
from simulator.games.networks.meeting import meeting_links
from simulator.simulation.sizes import check_scenario
from simulator.simulation.solved_games import Question, games_of, highest
from simulator.simulation.stage_tables import Levels, rules_of
from simulator.simulation.strategies import (
    hedges,
    is_simple,
    learns,
    quantal_precision,
    reads_payoffs,
    shark_numbers,
    strategy_numbers,
)
from simulator.simulation.tables import SETTINGS, Prepared

LARGEST_TABLE = 2**31
NETWORK_SEED = 0
PLAIN, NEUTRAL = Scenario("plain"), Clauses()


def contracts_of(scenario: Scenario, contract: Contract) -> tuple[Contract, ...]:
    """Return the contracts that can be signed: the one in force, or the whole menu with it in its place."""
    if scenario.market.signing != "menu":
        return (contract,)
    others = tuple(contract if each.name == contract.name else each for each in scenario.contracts)
    return others or (contract,)


def _waits(scenario: Scenario, contract: Contract, world: World) -> bool:
    """Return whether SmallCo's runway matters for the stage game or for a bargained fee."""
    if scenario.payoffs is not None or scenario.small.burn == 0.0:
        return False
    if contract.clauses.priced > 0.0:
        return scenario.market.signing == "bargained" and bool(world.ruin_share > 0.0)
    return bool(world.ruin_share > 0.0 or world.small_wear > 0.0 or world.big_wear > 0.0)


def _levels(scenario: Scenario, contracts: tuple[Contract, ...]) -> tuple[Levels, Levels]:
    """Return both firms' levels: those of the scenario, or the grids on which `solve` shows a continuum."""
    if scenario.payoffs is not None:
        m, n = len(scenario.payoffs.small), len(scenario.payoffs.small[0])
        return np.arange(m, dtype=np.float64), np.arange(n, dtype=np.float64)
    if scenario.commitment.continuous:
        from simulator.games.solution import solve

        solutions = [solve(scenario, contract) for contract in contracts]
        return (
            np.unique(np.concatenate([each.small_levels for each in solutions])),
            np.unique(np.concatenate([each.big_levels for each in solutions])),
        )
    return scenario.commitment.grid(Role.SMALL), scenario.commitment.grid(Role.BIG)


def _has_extras(scenario: Scenario, contracts: tuple[Contract, ...]) -> bool:
    """Return whether the scenario needs more than the steps that every market has."""
    clauses = [each.clauses for each in contracts]
    over_time = (
        "milestone_payment", "audit_rate", "audit_cost", "fine", "late_penalty", "strike", "notice", "kill_fee",
        "pilot_length", "small_escrow", "big_escrow", "forum",
    )  # fmt: skip
    small, big = scenario.small, scenario.big
    return (
        any(getattr(each, name) != getattr(NEUTRAL, name) for each in clauses for name in over_time)
        or any(
            getattr(scenario, part) != getattr(PLAIN, part) for part in ("vetting", "learning", "legitimacy", "culture")
        )
        or scenario.market.signing == "bargained"
        or scenario.market.matching == "deferred_acceptance"
        or small.quality_spread > 0.0
        or small.temptation > 0.0
        or big.suitors < 1.0
        or big.cut_rate > 0.0
        or bool(big.shark_cut_rate)
        or scenario.venture.life > 0
        or scenario.venture.asset > 0.0
        or not (is_simple(small.strategy) and is_simple(big.strategy))
    )


def _settings(scenario: Scenario, contracts: tuple[Contract, ...], small_levels: Levels, big_levels: Levels) -> Any:
    """Return the scenario's counts, cash, strategies, trust and market as one record of the fields of SETTINGS."""
    small, big, venture, market = scenario.small, scenario.big, scenario.venture, scenario.market
    small_code, small_parameters = strategy_numbers(small.strategy, small)
    big_code, big_parameters = strategy_numbers(big.strategy, big)
    longest = max(small_levels.size, big_levels.size)
    values = {
        "tabled": scenario.payoffs is not None,
        "extras": _has_extras(scenario, contracts),
        "small_code": small_code,
        "big_code": big_code,
        "small_parameters": small_parameters,
        "big_parameters": big_parameters,
        "shark_parameters": shark_numbers(big.mimicry),
        "smalls": small.count,
        "bigs": big.count,
        "small_slots": small.slots,
        "big_slots": big.slots,
        "months": scenario.horizon.months,
        "milestones": venture.milestones,
        "delay": venture.delay,
        "life": venture.life,
        "asset": venture.asset,
        "prior": venture.prior,
        "entry": market.entry,
        "matching": MATCHING.index(market.matching),
        "candidates": market.candidates,
        "linked": 0,
        "signing": SIGNING.index(market.signing),
        "meeting_rate": market.meeting_rate,
        "kept": scenario.trust.prior_kept,
        "broken": scenario.trust.prior_broken,
        "small_cash": small.cash,
        "small_burn": small.burn,
        "small_income": small.income,
        "small_noise": small.cash_noise,
        "big_cash": big.cash,
        "big_burn": big.burn,
        "big_income": big.income,
        "big_noise": big.cash_noise,
        "quality_spread": small.quality_spread,
        "honest": small.honest,
        "embellishment": small.embellishment,
        "temptation": small.temptation,
        "suitors": big.suitors,
        "cut_rate": big.cut_rate,
        "shark_cut_rate": big.cut_rate if big.shark_cut_rate is None else big.shark_cut_rate,
        "cut_months": big.cut_months,
        "cut_level": highest(big_levels, (1.0 - big.cut_depth) * float(big_levels[-1])),
        "review": big.review,
        "keeps": big.keeps,
        "small_bias": small.sunk_cost_bias,
        "big_bias": big.sunk_cost_bias,
        "small_vetting": scenario.vetting.small_cost,
        "big_vetting": scenario.vetting.big_cost,
        "small_accuracy": scenario.vetting.small_accuracy,
        "big_accuracy": scenario.vetting.big_accuracy,
        "small_learning": scenario.learning.small_rate,
        "big_learning": scenario.learning.big_rate,
        "small_benefit": scenario.learning.small_benefit,
        "big_benefit": scenario.learning.big_benefit,
        "legitimacy_rate": scenario.legitimacy.rate,
        "legitimacy_option": scenario.legitimacy.option,
        "misfit": scenario.culture.misfit,
        "output_loss": scenario.culture.output_loss,
        "dispute_rate": scenario.culture.dispute_rate,
        "deadlock": scenario.culture.deadlock,
        "small_count": small_levels.size,
        "big_count": big_levels.size,
        "memory": longest if learns(small.strategy) or learns(big.strategy) else 1,
        "small_learns": learns(small.strategy),
        "big_learns": learns(big.strategy),
        "small_asked": 0,
        "big_asked": 0,
    }
    return np.array([tuple(values[name] for name in SETTINGS.names or ())], dtype=SETTINGS).view(np.recarray)[0]


def _check_size(question: Question) -> None:
    """Raise ParameterError if the solved stage games would not fit into memory."""
    if question.size > LARGEST_TABLE:
        raise ParameterError(
            f"Scenario {question.rules.name!r}: the stage games of {len(question.contracts)} contracts, "
            f"{question.runways.size} months of runway and {question.small_levels.size} x {question.big_levels.size} "
            f"levels need {question.size / 2**30:.1f} GiB; at most {LARGEST_TABLE / 2**30:g} GiB are used. "
            "Write fewer levels."
        )


def prepare(scenario: Scenario, contract: Contract) -> Prepared:
    """Return the tables for histories of `scenario` under `contract`, or under its menu where the firms choose from it.

    Raises
    ------
    AllianceError
        If a strategy is unknown, the payoffs are not finite, the tables would be too large, or the stage game has no
        equilibrium that could be found.
    """
    check_scenario(scenario)
    world, contracts = world_of(scenario), contracts_of(scenario, contract)
    small_levels, big_levels = _levels(scenario, contracts)
    question = Question(
        rules_of(scenario),
        contracts,
        world,
        small_levels,
        big_levels,
        waits=any(_waits(scenario, each, world) for each in contracts),
        precisions=(quantal_precision(scenario.small.strategy), quantal_precision(scenario.big.strategy)),
        keeps_payoffs=reads_payoffs(scenario.small.strategy) or reads_payoffs(scenario.big.strategy),
    )
    _check_size(question)
    games = games_of(question)
    settings = _settings(scenario, contracts, small_levels, big_levels)
    network = scenario.market.network
    with told_of(type(network), NETWORK_KEY):
        start, links = meeting_links(network, scenario.small.count, scenario.big.count, NETWORK_SEED)
    settings["linked"] = start.size > 0
    months = np.arange(scenario.horizon.months + 1)
    hedge = np.zeros((2, max(scenario.small.slots, scenario.big.slots) + 1), dtype=np.int64)
    hedge[0, : scenario.small.slots + 1] = hedges(scenario.small.strategy, small_levels, scenario.small.slots)
    hedge[1, : scenario.big.slots + 1] = hedges(scenario.big.strategy, big_levels, scenario.big.slots)
    return Prepared(
        world=world,
        clauses=np.concatenate([clauses_record(each.clauses).reshape(1) for each in contracts]).view(np.recarray),
        settings=settings,
        small_levels=np.array(small_levels),
        big_levels=np.array(big_levels),
        **games._asdict(),
        hedges=hedge,
        discount=np.exp(-np.outer(months, (world.small_rate, world.big_rate))),
        quantiles=quantile_table(world.shock_kind, world.shock_first, world.shock_second),
        link_start=start,
        links=links,
        contacts=np.bincount(links, minlength=scenario.big.count).astype(np.float64),
    )
