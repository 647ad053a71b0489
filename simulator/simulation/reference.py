"""The reference driver: the same Mesa agents deciding one by one in Python, by calling the same scalar rules.

It is what one steps through to understand the market, takes any Python function as a strategy, and is the oracle of the
compiled driver, with which it agrees to the last bit. It also runs with the JIT switched off.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from simulator.economy.alliance import with_equity
from simulator.economy.firm import Role
from simulator.foundation.draws import BIG_CHOICE, SMALL_CHOICE, categorical
from simulator.foundation.errors import ParameterError
from simulator.simulation import record as r
from simulator.simulation import rules
from simulator.simulation.agents import BigCo, SmallCo
from simulator.simulation.model import AllianceMarket
from simulator.simulation.state import ally, clear_month, found, part
from simulator.simulation.strategies import choose


@dataclass(frozen=True, slots=True)
class Observation:
    """What a Python strategy may see when it chooses; levels are indices, from 0.

    Parameters
    ----------
    month : int
        Months since the market opened.
    top : int
        The highest level.
    equilibrium, reply, hedge, first_best, promise : int
        The level played in the current equilibrium, the best reply to the partner's last commitment, an even split of
        the budget, the joint optimum, the own promise.
    partner_level : int
        The partner's last level, or -1.
    partner_breaks : int
        Promises the partner has broken in a row.
    cash, trust : float
        The firm's own.
    """

    month: int
    top: int
    equilibrium: int
    reply: int
    hedge: int
    first_best: int
    promise: int
    partner_level: int
    partner_breaks: int
    cash: float
    trust: float


PythonStrategy = Callable[[Observation], int]


class ReferenceMarket(AllianceMarket):
    """An `AllianceMarket` whose agents act one by one.

    Parameters
    ----------
    strategies : mapping of Role to a function from Observation to a level index, optional
        Python strategies in place of the scenario's.
    """

    def __init__(self, *args: Any, strategies: Mapping[Role, PythonStrategy] | None = None, **kwargs: Any) -> None:
        """Found the firms and take the strategies."""
        super().__init__(*args, **kwargs)
        self.strategies = dict(strategies or {})

    def step(self) -> None:
        """Live one month: every step of a period for every agent in turn."""
        if self.prepared.settings.entry:
            self._enter()
        self._meet_and_sign()
        for big in self.bigcos:
            big.portfolio = big.active
        sums = dict.fromkeys(
            ("months", "selling", "kept", "small_commitment", "big_commitment", "small_exposure", "big_exposure",
             "sunk", "burnt", "revenue", "external"), 0.0
        )  # fmt: skip
        for small in self.smallcos:
            if small.alive:
                self._live(small, sums)
        self._add_up(sums)
        for small in self.smallcos:
            if small.alive and small.cash < 0.0:
                self._ruin(small)
        for big in self.bigcos:
            if big.alive:
                self._upkeep(big)
        self._count_month()

    def _enter(self) -> None:
        """Replace every ruined SmallCo by a new one; what it owed is written off."""
        for small in self.smallcos:
            if not small.alive:
                self.tally[r.ENTRANTS] += 1.0
                self.tally[r.EXTERNAL] += self.prepared.settings.small_cash - small.cash
                found(self.prepared.settings, small.record)

    def _meet_and_sign(self) -> None:
        """Let unattached SmallCos knock at BigCos with an open slot, and sign where both accept."""
        settings = self.prepared.settings
        doors = [big for big in self.bigcos if big.alive and big.active < settings.slots]
        if not doors:
            return
        first = rules.first_to_meet(settings.smalls, self.key, self.month)
        for small in self.smallcos[first:] + self.smallcos[:first]:
            if not small.alive or small.partner is not None:
                continue
            if not rules.meeting(settings, self.key, self.month, small.index):
                continue
            at = rules.door(self.key, self.month, small.index, len(doors))
            if doors[at].index == small.record.former:
                at = at + 1 if at + 1 < len(doors) else 0
            big = doors[at]
            if big.index == small.record.former or not self._sign(small, big):
                continue
            if big.active == settings.slots:
                doors[at] = doors[-1]
                doors.pop()
                if not doors:
                    return

    def _sign(self, small: SmallCo, big: BigCo) -> bool:
        """Sign if both firms want to; return whether they did."""
        t = self.prepared
        fee = t.clauses.fee
        row = rules.runway_row(len(t.rows), t.settings.small_burn, small.cash + fee)
        if not rules.both_sign(t.settings, t.world, t.clauses, t.rows[row], t.settings.months - self.month):
            return False
        can_succeed = rules.feasible(t.settings.prior, self.key, self.month, small.index)
        ally(t.settings, small.record, big.record, big.index, self.month, can_succeed)
        self.tally[r.ALLIANCES] += 1.0
        if fee != 0.0:
            to_small, to_big = with_equity(fee, -fee, t.clauses.equity)
            self._pay(small, big, to_small, to_big)
        return True

    def _pay(self, small: SmallCo, big: BigCo, to_small: float, to_big: float) -> None:
        """Add flows of the alliance to both firms' cash and value."""
        small.cash = small.cash + to_small
        big.cash = big.cash + to_big
        small.value = small.value + self.prepared.discount[self.month, 0] * to_small
        big.value = big.value + self.prepared.discount[self.month, 1] * to_big

    def _choose(self, role: Role, small: SmallCo, now: int, portfolio: int) -> int:
        """Return the level a firm commits: by its Python strategy if it has one, else by the scenario's."""
        t, record, row = self.prepared, small.record, self.prepared.rows[now]
        if role is Role.SMALL:
            code, parameter, levels, mixture, purpose = (
                t.settings.small_code, t.settings.small_parameter, t.small_levels, t.small_mixture, SMALL_CHOICE,
            )  # fmt: skip
            equilibrium, promise, first_best = row.small_play, row.small_promise, t.settings.small_first_best
            seen, expected, replies, hedge = small.big_level, row.big_promise, t.small_replies, t.small_hedge[portfolio]
            breaks, cash, trust = record.big_breaks, small.cash, small.trust
        else:
            code, parameter, levels, mixture, purpose = (
                t.settings.big_code, t.settings.big_parameter, t.big_levels, t.big_mixture, BIG_CHOICE,
            )  # fmt: skip
            equilibrium, promise, first_best = row.big_play, row.big_promise, t.settings.big_first_best
            seen, expected, replies, hedge = small.small_level, row.small_promise, t.big_replies, t.big_hedge[portfolio]
            breaks, cash = record.small_breaks, self.bigcos[small.partner_index].cash
            trust = float(rules.trust(record.kept_by_small, record.broken_by_small))
        if equilibrium < 0:
            equilibrium = categorical(self.key, self.month, small.index, purpose, mixture[now])
        reply = replies[now, seen if seen >= 0 else expected]
        top = len(levels) - 1
        if role not in self.strategies:
            return int(
                choose(
                    code,
                    parameter,
                    top,
                    equilibrium,
                    reply,
                    hedge,
                    first_best,
                    promise,
                    breaks,
                    self.key,
                    self.month,
                    small.index,
                    purpose,
                )
            )
        level = self.strategies[role](
            Observation(
                self.month,
                top,
                int(equilibrium),
                int(reply),
                int(hedge),
                int(first_best),
                int(promise),
                int(seen),
                int(breaks),
                float(cash),
                float(trust),
            )
        )
        if isinstance(level, bool) or not isinstance(level, int | np.integer) or not 0 <= level <= top:
            raise ParameterError(f"A strategy must return a level from 0 to {top}; got {level!r}. Return an int.")
        return int(level)

    def _live(self, small: SmallCo, sums: dict[str, float]) -> None:
        """Let one SmallCo and its alliance commit, produce, settle, learn and decide; pay its upkeep."""
        t, record, month = self.prepared, small.record, self.month
        upkeep = rules.small_upkeep(t.settings, self.key, month, small.index)
        sums["external"] += upkeep
        big = small.partner
        if big is None:
            clear_month(record)
            small.cash = small.cash + upkeep
            return
        now = rules.runway_row(len(t.rows), t.settings.small_burn, small.cash)
        row = t.rows[now]
        x = self._choose(Role.SMALL, small, now, 1)
        y = self._choose(Role.BIG, small, now, big.portfolio)
        small.small_level, small.big_level = x, y
        cell, c_small, c_big = t.cells[x, y], t.small_levels[x], t.big_levels[y]
        sums["small_exposure"] += rules.exposure(cell.small_sunk, small.cash)
        sums["big_exposure"] += rules.exposure(cell.big_sunk, big.cash)
        x_small = x_big = revenue = 0.0
        if record.stage >= t.settings.milestones and record.wait <= 0:
            omega = rules.state(t.world, t.quantiles, self.key, month, small.index)
            x_small, x_big, revenue = rules.sell(
                t.settings.tabled, t.world, t.clauses, row, cell, c_small, c_big, omega
            )
            sums["selling"] += 1
            if record.launched < 0:
                record.launched = month
                self.tally[r.LAUNCHES] += 1.0
                self.tally[r.LAUNCH_MONTHS] += float(month - record.signed)
        else:
            self._progress(small, cell)
        small_bond, big_bond = rules.bonds(t.clauses, c_small, c_big, self.key, month, small.index, record.signed)
        to_small, to_big = rules.flows(t.clauses, cell, x_small, x_big, small_bond, big_bond)
        small.cash = small.cash + (to_small + upkeep)
        big.cash = big.cash + to_big
        small.value = small.value + t.discount[month, 0] * to_small
        big.value = big.value + t.discount[month, 1] * to_big
        small.income, small.partner_income, small.revenue = to_small, to_big, revenue
        record.small_bond, record.big_bond = small_bond, big_bond
        lost = (1.0 - t.clauses.bond_to_partner) * (small_bond + big_bond)
        sums["months"] += 1
        sums["small_commitment"] += c_small
        sums["big_commitment"] += c_big
        sums["sunk"] += cell.small_sunk + cell.big_sunk
        sums["burnt"] += lost
        sums["revenue"] += revenue
        sums["external"] += x_small + x_big - (cell.small_cost + cell.big_cost) - lost
        sums["kept"] += self._learn(small, row, x, y)
        how = rules.decision(
            t.settings, t.world, row, cell.progress, month, t.settings.milestones - record.stage, record.wait,
            record.belief, record.kept_by_small, record.broken_by_small, record.kept_by_big, record.broken_by_big,
        )  # fmt: skip
        if how != rules.CONTINUES:
            self._end(small, big, how)

    def _progress(self, small: SmallCo, cell: Any) -> None:
        """Advance the project by a month without revenue."""
        settings, record = self.prepared.settings, small.record
        if record.stage >= settings.milestones:
            record.wait -= 1
        elif record.feasible == 1 and rules.milestone_passed(cell, self.key, self.month, small.index):
            record.stage += 1
            record.belief = 1.0
        elif settings.prior < 1.0:
            record.belief = rules.belief_without_success(record.belief, cell.hazard)

    def _learn(self, small: SmallCo, row: Any, x: int, y: int) -> int:
        """Update both firms' trust; return how many of the two promises were kept."""
        kept = 0
        for firm, level, promise in (("small", x, row.small_promise), ("big", y, row.big_promise)):
            if level >= promise:
                small.record[f"kept_by_{firm}"] += 1.0
                small.record[f"{firm}_breaks"] = 0
                kept += 1
            else:
                small.record[f"broken_by_{firm}"] += 1.0
                small.record[f"{firm}_breaks"] += 1
        return kept

    def _end(self, small: SmallCo, big: BigCo, how: int) -> None:
        """End an alliance and note how, with the mean of both firms' trust."""
        big_trust = rules.trust(small.record.kept_by_small, small.record.broken_by_small)
        self.tally[r.TRUST_END] += 0.5 * (small.trust + big_trust)
        self.tally[r.FIRST_END + how] += 1.0
        part(small.record, big.record, how)

    def _ruin(self, small: SmallCo) -> None:
        """Let an insolvent SmallCo fail; BigCo takes its share of the project."""
        t, record = self.prepared, small.record
        small.alive = False
        self.tally[r.SMALL_RUINS] += 1.0
        big = small.partner
        if big is not None:
            taken = rules.taken_at_ruin(
                t.settings, t.world, t.cells[small.small_level, small.big_level], self.month,
                t.settings.milestones - record.stage, record.wait,
            )  # fmt: skip
            big.cash = big.cash + taken
            big.value = big.value + t.discount[self.month, 1] * taken
            self.tally[r.EXTERNAL] += taken
            self._end(small, big, rules.RUINED_SMALL)

    def _upkeep(self, big: BigCo) -> None:
        """Let a BigCo pay its upkeep, and fail with all its alliances if it is insolvent."""
        upkeep = rules.big_upkeep(self.prepared.settings, self.key, self.month, big.index)
        big.cash = big.cash + upkeep
        self.tally[r.EXTERNAL] += upkeep
        if big.cash < 0.0:
            big.alive = False
            self.tally[r.BIG_RUINS] += 1.0
            for small in big.partners:
                self._end(small, big, rules.RUINED_BIG)

    def _add_up(self, sums: dict[str, float]) -> None:
        """Add a month's sums to the run's totals."""
        for name, column in (
            ("months", r.ALLIANCE_MONTHS), ("selling", r.SELLING_MONTHS), ("kept", r.PROMISES_KEPT),
            ("small_commitment", r.SMALL_COMMITMENT), ("big_commitment", r.BIG_COMMITMENT),
            ("small_exposure", r.SMALL_EXPOSURE), ("big_exposure", r.BIG_EXPOSURE), ("sunk", r.SUNK),
            ("burnt", r.BURNT), ("revenue", r.REVENUE), ("external", r.EXTERNAL),
        ):  # fmt: skip
            self.tally[column] += sums[name]
        self.tally[r.PROMISES] += 2.0 * sums["months"]
