"""The reference driver: the same Mesa agents deciding one by one in Python, by calling the same scalar rules.

It is what one steps through to understand the market, takes any Python function as a strategy, and is the oracle of the
compiled driver, with which it agrees to the last bit. It also runs with the JIT switched off.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from simulator.economy.firm import Role
from simulator.simulation import endings
from simulator.simulation import record as r
from simulator.simulation.agents import Alliance, SmallCo
from simulator.simulation.model import AllianceMarket
from simulator.simulation.month.end import write_spell
from simulator.simulation.reference.leave import cut_budget, enter, grown_up, hold_tournament, leave, pay_upkeep
from simulator.simulation.reference.live import live
from simulator.simulation.reference.meet import meet
from simulator.simulation.rules import departure
from simulator.simulation.rules.signing import runway_row
from simulator.simulation.state import part
from simulator.simulation.strategies.own import PythonStrategies


class ReferenceMarket(AllianceMarket):
    """An `AllianceMarket` whose agents act one by one.

    Parameters
    ----------
    strategies : mapping of Role to a function from Observation to a level index, optional
        Python strategies in place of the scenario's; a shark follows its own.
    """

    def __init__(self, *args: Any, strategies: PythonStrategies | None = None, **kwargs: Any) -> None:
        """Found the firms and take the strategies."""
        super().__init__(*args, **kwargs)
        self.strategies = dict(strategies or {})
        self.settings = self.prepared.settings
        self.sums: defaultdict[int, float] = defaultdict(float)

    def step(self) -> None:
        """Live one month: every step of a period for every agent in turn."""
        if self.settings.entry and self.month > 0:
            for small in self.smallcos:
                if not small.alive:
                    enter(self, small)
        if self.settings.cut_rate > 0.0 or self.settings.shark_cut_rate > 0.0:
            for big in self.bigcos:
                cut_budget(self, big)
        meet(self)
        for big in self.bigcos:
            big.portfolio = big.active
        self.add(r.PORTFOLIO_MONTHS, float(sum(big.active for big in self.bigcos)))
        self.add(r.BIG_MONTHS, float(sum(big.alive for big in self.bigcos)))
        self.sums = defaultdict(float)
        for small in self.smallcos:
            if small.alive:
                live(self, small)
            else:
                small.record.upkeep = 0.0
        for column, value in self.sums.items():
            self.add(column, float(value))
        if self.settings.review > 0 and (self.month + 1) % self.settings.review == 0:
            for ranked in [grown_up(self, big) for big in self.bigcos]:
                hold_tournament(self, ranked)
        for small in self.smallcos:
            if small.alive and (small.record.bought or small.cash < 0.0):
                leave(self, small)
        for big in self.bigcos:
            if big.alive:
                pay_upkeep(self, big)
            else:
                big.record.upkeep = 0.0
        for alliance in self.alliances:
            if alliance.big is not None and not alliance.big.alive:
                self.end(alliance, endings.RUINED_BIG)
        self._count_month()

    def add(self, column: int, value: float) -> None:
        """Add to a total of the run."""
        self.tally[column] += value

    def now(self, small: SmallCo) -> int:
        """Return the row of the stage game for a SmallCo's cash."""
        return int(runway_row(self.prepared.rows.shape[1], self.settings.small_burn, small.cash))

    def pay(self, alliance: Alliance, to_small: float, to_big: float) -> None:
        """Add flows of an alliance to both firms' cash and present value."""
        firms = (alliance.small, self.bigcos[alliance.partner_index])
        for firm, role, flow, factor in zip(
            firms, Role, (to_small, to_big), self.prepared.discount[self.month], strict=True
        ):
            firm.cash = firm.cash + flow
            worth = factor * flow
            firm.value = firm.value + worth
            alliance.record[f"{role.value}_value"] += worth

    def end(self, alliance: Alliance, how: int) -> None:
        """End an alliance and note how, with the mean of both firms' trust."""
        settings, record, small = self.settings, alliance.record, alliance.small
        big = self.bigcos[alliance.partner_index]
        self.add(r.TRUST_END, 0.5 * (alliance.small_trust + alliance.big_trust))
        self.add(r.FIRST_END + how, 1.0)
        self.add(r.SMALL_KNOWLEDGE, alliance.small_knowledge)
        self.add(r.BIG_KNOWLEDGE, alliance.big_knowledge)
        if settings.extras:
            g = self.prepared.clauses[alliance.contract_index]
            self.pay(alliance, *departure.parting(settings, g, record, how, small.cash, big.cash))
            if departure.leaves_asset(settings, record, how):
                self.add(r.EXTERNAL, settings.asset)
            record.small_escrow = record.big_escrow = 0.0
        trusts = (alliance.small_trust, alliance.big_trust)
        ended = int(self.tally[r.ENDED])
        write_spell(self.state.spells, ended, record, settings, small.index, self.month, how, *trusts)
        self.add(r.ENDED, 1.0)
        part(record, small.record, big.record, how)
