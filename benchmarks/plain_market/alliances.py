"""An alliance between a SmallCo and a BigCo, and how it lives a month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.plain_market import rules
from benchmarks.plain_market.rules import HERE
from simulator.simulation.endings import ACQUIRED, COMPLETED, CONTINUES, FAILED_PILOT

if TYPE_CHECKING:
    from benchmarks.plain_market.firms import BigCo, SmallCo
    from benchmarks.plain_market.tables import Deal

Numbers = Any


class Alliance:
    """What two firms have signed, and what has come of it.

    Parameters
    ----------
    small, big : SmallCo, BigCo
        The firms.
    deal : Deal
        The contract in force.
    fee : float
        What BigCo pays upfront, money.
    suitor, estimate : float
        SmallCo's belief that BigCo is a suitor; what BigCo thinks of SmallCo's quality.
    misfit : float
        Between the firms' cultures, in [0, 1].
    """

    __slots__ = (
        "belief", "big", "big_escrow", "big_knowledge", "blocked", "broken_by_big", "broken_by_small", "cell", "deal",
        "earned", "estimate", "factor", "feasible", "kept_by_big", "kept_by_small", "late_paid", "launched", "leaver",
        "misfit", "model", "notice", "pilot", "random", "row", "signed", "small", "small_escrow", "small_knowledge",
        "sold", "stage", "suitor", "wait",
    )  # fmt: skip

    def __init__(
        self, small: SmallCo, big: BigCo, deal: Deal, fee: float, suitor: float, estimate: float, misfit: float
    ) -> None:
        """Sign: the fee is paid and deposits go to escrow."""
        model = small.model
        settings, g = model.settings, deal.clauses
        self.model, self.random = model, model.random
        self.small, self.big, self.deal = small, big, deal
        self.suitor, self.estimate, self.misfit = suitor, estimate, misfit
        self.factor = rules.output_factor(settings, small.quality, 1.0, misfit)
        self.signed = model.month
        self.stage, self.wait, self.launched, self.sold, self.earned = 0, settings.delay, -1, 0, 0.0
        self.feasible = settings.prior >= 1.0 or self.random.random() < settings.prior
        self.belief = settings.prior
        self.kept_by_small = self.kept_by_big = settings.kept
        self.broken_by_small = self.broken_by_big = settings.broken
        self.small_knowledge = self.big_knowledge = 0.0
        self.pilot, self.notice, self.leaver, self.blocked = g.pilot_length, -1, CONTINUES, 0
        self.late_paid = 0.0
        small.slots[small.slots.index(None)] = self
        small.bound = g.small_exclusive > 0.0
        big.alliances.append(self)
        big.bound = g.big_exclusive > 0.0
        model.tally.alliances += 1
        self.pay(*rules.with_equity(fee, -fee, g.equity))
        self.small_escrow, self.big_escrow = g.small_escrow, g.big_escrow
        self.pay(-self.small_escrow, -self.big_escrow)

    def pay(self, to_small: float, to_big: float) -> None:
        """Add cash flows of the alliance to both firms' cash, and to the present values of the market."""
        model = self.model
        self.small.cash += to_small
        self.big.cash += to_big
        model.tally.small_value += model.small_discount * to_small
        model.tally.big_value += model.big_discount * to_big

    def live(self) -> float:
        """Let both firms commit, produce, settle, learn and decide; return the month's revenue."""
        deal, small, big, tally = self.deal, self.small, self.big, self.model.tally
        place = deal.place(small.cash)
        row = self.row = deal.rows[place]
        small_level, big_level = self.commit(row, place)
        cell = self.cell = deal.cells[small_level][big_level]
        tally.small_exposure += rules.exposure(cell.small_sunk, small.cash)
        tally.big_exposure += rules.exposure(cell.big_sunk, big.cash)
        regret = deal.regrets[place][small_level][big_level]
        tally.small_regret += regret[0]
        tally.big_regret += regret[1]
        stage = self.stage
        x_small, x_big, revenue = self.produce(row, cell, small_level, big_level)
        self.settle(row, cell, small_level, big_level, x_small, x_big, self.stage > stage)
        self.learn(row, small_level, big_level, revenue)
        tally.revenue += revenue
        how = self.decide(row, cell)
        if how != CONTINUES:
            self.end(how)
        return revenue

    def commit(self, row: Numbers, place: int) -> tuple[int, int]:
        """Return both firms' levels: the equilibrium, unless BigCo is a shark that stops to hide it, or is short."""
        model, settings, terms = self.model, self.model.settings, self.deal.terms
        small, big = row.small_play, row.big_play
        if small < 0:
            (small,) = self.random.choices(range(settings.small_count), self.deal.mixtures[0][place])
        if big < 0:
            (big,) = self.random.choices(range(settings.big_count), self.deal.mixtures[1][place])
        if not self.big.suitor and (
            model.month - self.signed >= settings.shark_parameters[0] or self.big_knowledge >= 1.0
        ):
            big = 0
        if self.pilot > 0:
            small, big = min(small, terms.pilot_small), min(big, terms.pilot_big)
        if self.big.cut > 0:
            big = min(big, settings.cut_level)
        return small, big

    def produce(self, row: Numbers, cell: Numbers, small: int, big: int) -> tuple[float, float, float]:
        """Return (x_S, x_B, revenue); before there is any, work on the next milestone or wait, unless in a dispute."""
        model, settings, tally = self.model, self.model.settings, self.model.tally
        if self.blocked:
            return 0.0, 0.0, 0.0
        if self.stage < settings.milestones:
            chance = rules.milestone_chance(cell, self.factor)
            if self.feasible and rules.milestone_passed(chance, self.random, *HERE):
                self.stage += 1
                self.belief = 1.0
            elif settings.prior < 1.0:
                self.belief = rules.belief_without_success(self.belief, chance)
            return 0.0, 0.0, 0.0
        if self.wait > 0:
            self.wait -= 1
            return 0.0, 0.0, 0.0
        if self.launched < 0:
            self.launched = model.month
            tally.launches += 1
            tally.launch_months += model.month - self.signed
        self.sold += 1
        tally.selling_months += 1
        tally.best_surplus += self.deal.terms.first_best
        tally.played_surplus += cell.joint - cell.small_cost - cell.big_cost
        x_small, x_big, revenue = rules.sell(
            0, model.tables.world, self.deal.clauses, row, cell, model.tables.small_levels[small],
            model.tables.big_levels[big], self.factor, model.market_state(),
        )  # fmt: skip
        self.earned += revenue
        return x_small, x_big, revenue

    def settle(
        self, row: Numbers, cell: Numbers, small: int, big: int, x_small: float, x_big: float, passed: bool
    ) -> None:
        """Pay what the contract says, and the costs of the commitments."""
        model, tally, g = self.model, self.model.tally, self.deal.clauses
        commitments = model.tables.small_levels[small], model.tables.big_levels[big]
        small_bond, big_bond = rules.bonds(g, *commitments, self.random, model.month, 0, self.signed)
        transfer, small_lost, big_lost = self.transfers(passed)
        self.pay(*rules.flows(g, cell, x_small, x_big, small_bond, big_bond, transfer, small_lost, big_lost))
        tally.alliance_months += 1
        tally.small_commitment += commitments[0]
        tally.big_commitment += commitments[1]
        tally.sunk += cell.small_sunk + cell.big_sunk
        tally.burnt += (1.0 - g.bond_to_partner) * (small_bond + big_bond) + small_lost + big_lost
        tally.small_spent += model.small_discount * cell.small_cost
        tally.big_spent += model.big_discount * cell.big_cost
        tally.small_outside += model.small_discount * rules.alternative_flow(model.settings, row, self.small.legitimacy)
        tally.big_outside += model.big_discount * row.big_alternative

    def transfers(self, passed: bool) -> tuple[float, float, float]:
        """Return what else BigCo pays SmallCo and what each loses: milestones, audits, delays and disputes."""
        model, settings, g, small = self.model, self.model.settings, self.deal.clauses, self.small
        gained, fine, audited = rules.audit(settings, g, small.honest, small.cash, self.random, *HERE)
        penalty = 0.0
        if self.stage < settings.milestones:
            age = model.month - self.signed + 1
            penalty = rules.late_penalty(g, settings, self.stage, age, self.late_paid, small.cash - fine)
            self.late_paid += penalty
        model.tally.audit_spending += audited
        transfer = gained - fine - penalty + (g.milestone_payment if passed else 0.0)
        if self.blocked:
            self.blocked -= 1
        elif rules.disputes(settings, self.misfit, self.random, *HERE):
            self.blocked = settings.deadlock
            if g.forum > 0.0:
                self.blocked = g.dispute_delay
                award = rules.verdict(
                    g, self.broken_by_small, self.broken_by_big, small.cash - fine - penalty, self.big.cash,
                    self.random, *HERE,
                )  # fmt: skip
                return transfer + award, 0.5 * g.dispute_cost, audited + 0.5 * g.dispute_cost
        return transfer, 0.0, audited

    def learn(self, row: Numbers, small_level: int, big_level: int, revenue: float) -> None:
        """Count promises, and update beliefs, knowledge and legitimacy."""
        model, settings, small, big, g = self.model, self.model.settings, self.small, self.big, self.deal.clauses
        small_promise, big_promise = row.small_promise, row.big_promise
        if self.pilot > 0:
            small_promise = min(small_promise, self.deal.terms.pilot_small)
            big_promise = min(big_promise, self.deal.terms.pilot_big)
        if small_level >= small_promise:
            self.kept_by_small += 1.0
            small.kept += 1.0
            model.tally.promises_kept += 1
        else:
            self.broken_by_small += 1.0
            small.broken += 1.0
        kept = big_level >= big_promise
        if kept:
            self.kept_by_big += 1.0
            big.kept += 1.0
            model.tally.promises_kept += 1
        else:
            self.broken_by_big += 1.0
            big.broken += 1.0
        if settings.suitors < 1.0:
            self.suitor = rules.belief_after_promise(settings, self.suitor, kept)
            newly_cut = big.cut == settings.cut_months
            if newly_cut or big.cut == 0:
                self.suitor = rules.belief_after_budget(settings, self.suitor, newly_cut)
        if settings.small_learning > 0.0 and self.small_knowledge < 1.0:
            self.small_knowledge = rules.knowledge_after(
                self.small_knowledge, settings.small_learning, model.tables.big_levels[big_level], g.big_protection
            )
            if self.small_knowledge >= 1.0:
                self.pay(settings.small_benefit, 0.0)
        if settings.big_learning > 0.0 and self.big_knowledge < 1.0:
            self.big_knowledge = rules.knowledge_after(
                self.big_knowledge, settings.big_learning, model.tables.small_levels[small_level], g.small_protection
            )
            if self.big_knowledge >= 1.0:
                self.pay(0.0, settings.big_benefit)
        if revenue > 0.0:
            small.legitimacy = rules.legitimacy_after(small.legitimacy, settings.legitimacy_rate)

    def decide(self, row: Numbers, cell: Numbers) -> int:
        """Return how the alliance ends this month, or CONTINUES; a firm bound by a notice first gives it."""
        if self.notice >= 0:
            self.notice -= 1
            return self.leaver if self.notice <= 0 else CONTINUES
        how = self.outcome(row, cell)
        if how in (ACQUIRED, COMPLETED, FAILED_PILOT):
            return how
        settings, world, month = self.model.settings, self.model.tables.world, self.model.month
        if how == CONTINUES:
            how = rules.distrusts(settings, row, self)
        if how == CONTINUES and self.belief < 1.0 and self.stage < settings.milestones:
            how = rules.doubts(settings, world, row, self, cell.progress, month)
        if how != CONTINUES and self.deal.clauses.notice > 0:
            self.notice, self.leaver = self.deal.clauses.notice, how
            return CONTINUES
        return int(how)

    def outcome(self, row: Numbers, cell: Numbers) -> int:
        """Return ACQUIRED, COMPLETED, FAILED_PILOT, how a firm that has enough leaves, or CONTINUES."""
        settings, world, month = self.model.settings, self.model.tables.world, self.model.month
        g, small, big = self.deal.clauses, self.small, self.big
        may = rules.may_acquire(g, self, big.cash, month)
        if may and rules.acquires(settings, world, g, row, self, month):
            whole = rules.whole_left(settings, world, row, cell, self, self.factor, month)
            small.bought = True
            self.pay(g.strike, whole - g.strike)
            return ACQUIRED
        if rules.completed(settings, self):
            return COMPLETED
        if self.pilot > 0:
            self.pilot -= 1
            if self.pilot == 0 and not rules.passes_pilot(
                settings, world, g, row, small, big, self, self.random, month, 0
            ):
                return FAILED_PILOT
        return int(rules.has_enough(settings, world, row, self, small.legitimacy, month))

    def taken_at_ruin(self) -> float:
        """Return what BigCo takes of the project when SmallCo fails."""
        model = self.model
        return float(
            rules.taken_at_ruin(
                model.settings, model.tables.world, self.cell, self.factor, model.month,
                model.settings.milestones - self.stage, self.wait,
            )
        )  # fmt: skip

    def end(self, how: int) -> None:
        """Settle what is left, and part."""
        tally, small, big = self.model.tally, self.small, self.big
        small_trust = rules.trust(self.kept_by_big, self.broken_by_big)
        tally.trust_end += 0.5 * (small_trust + rules.trust(self.kept_by_small, self.broken_by_small))
        tally.small_knowledge += self.small_knowledge
        tally.big_knowledge += self.big_knowledge
        tally.end(how)
        self.pay(*rules.parting(self.model.settings, self.deal.clauses, self, how, small.cash, big.cash))
        at = small.slots.index(self)
        small.slots[at], small.former[at], small.bound = None, big, False
        big.alliances.remove(self)
        big.bound = False
