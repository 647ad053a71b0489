"""The agents: SmallCo, the pig, and BigCo, the chicken."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import mesa

from benchmarks.plain_market import rules
from benchmarks.plain_market.alliances import Alliance
from benchmarks.plain_market.rules import HERE
from simulator.simulation.endings import ACQUIRED, DROPPED, RUINED_BIG, RUINED_SMALL
from simulator.simulation.tables import BARGAINED, NETWORK

if TYPE_CHECKING:
    from benchmarks.plain_market.model import PlainMarket
    from benchmarks.plain_market.tables import Deal


class Firm(mesa.Agent):  # type: ignore[misc]
    """What both firms share: cash, and a public record of the promises they kept."""

    def __init__(self, model: PlainMarket, cash: float) -> None:
        """Found the firm."""
        super().__init__(model)
        self.cash = cash
        self.kept = self.broken = 0.0
        self.bound = False


class BigCo(Firm):
    """The chicken: a suitor or a shark, allied with several SmallCos at once."""

    def __init__(self, model: PlainMarket, number: int) -> None:
        """Found the firm."""
        settings = model.settings
        super().__init__(model, settings.big_cash)
        self.number = number
        self.suitor = settings.suitors >= 1.0 or self.random.random() < settings.suitors
        self.alive = True
        self.cut = 0
        self.alliances: list[Alliance] = []

    @property
    def is_open(self) -> bool:
        """Return whether it can take on another SmallCo."""
        return self.alive and not self.bound and len(self.alliances) < self.model.settings.big_slots

    def plan_budget(self) -> None:
        """Let a cut of the alliance budget run out, or cut it."""
        settings = self.model.settings
        if self.cut > 0:
            self.cut -= 1
        rate = settings.cut_rate if self.suitor else settings.shark_cut_rate
        if self.cut == 0 and self.random.random() < rate:
            self.cut = settings.cut_months

    def hold_tournament(self) -> None:
        """Keep the best of the alliances that have lasted since the last tournament."""
        settings, month = self.model.settings, self.model.month
        ranked = [each for each in self.alliances if month - each.signed + 1 >= settings.review]
        ranked.sort(key=lambda each: (-each.stage, -each.earned, -each.kept_by_small))
        for alliance in ranked[settings.keeps :]:
            alliance.end(DROPPED)

    def close_month(self) -> None:
        """Pay upkeep, and fail with all its alliances if the cash is gone."""
        self.cash += rules.big_upkeep(self.model.settings, self.random, *HERE)
        if self.cash < 0.0:
            self.model.tally.big_ruins += 1
            for alliance in list(self.alliances):
                alliance.end(RUINED_BIG)
            self.alive = False
            self.remove()


class SmallCo(Firm):
    """The pig: of a quality that nobody knows at first, with slots for alliances and a runway.

    Parameters
    ----------
    place : int
        Where it stands in the network; a newcomer takes the place of the firm it replaces.
    """

    def __init__(self, model: PlainMarket, place: int) -> None:
        """Found the firm."""
        settings = model.settings
        super().__init__(model, settings.small_cash)
        spread = settings.quality_spread
        self.place = place
        self.quality = math.exp(spread * self.random.gauss(0.0, 1.0) - 0.5 * spread * spread) if spread > 0.0 else 1.0
        self.honest = settings.honest >= 1.0 or self.random.random() < settings.honest
        self.legitimacy = 0.0
        self.bought = False
        self.slots: list[Alliance | None] = [None] * settings.small_slots
        self.former: list[BigCo | None] = [None] * settings.small_slots

    @property
    def alliances(self) -> list[Alliance]:
        """Return its alliances."""
        return [each for each in self.slots if each is not None]

    @property
    def is_looking(self) -> bool:
        """Return whether it can take on another BigCo."""
        return not self.bound and None in self.slots

    def goes_out(self) -> bool:
        """Return whether it meets anybody this month; legitimacy opens doors."""
        return bool(rules.goes_out(self.model.settings, self.legitimacy, self.random, *HERE))

    def candidates(self) -> list[BigCo]:
        """Return the open BigCos it can meet and does not know yet."""
        former = self.former[self.slots.index(None)]
        partners = [each.big for each in self.slots if each is not None]
        return [
            big for big in self.model.acquaintances(self) if big.is_open and big is not former and big not in partners
        ]

    def meet(self) -> None:
        """Meet a BigCo at random, or by referral, and negotiate."""
        if not self.is_looking or not self.goes_out():
            return
        known = self.candidates()
        if known and self.model.settings.matching == NETWORK:
            contacts = self.model.tables.contacts
            (big,) = self.random.choices(known, [contacts[each.number] for each in known])
            self.negotiate(big)
        elif known:
            self.negotiate(self.random.choice(known))

    def negotiate(self, big: BigCo) -> None:
        """Vet each other, and sign what both prefer if there is such a contract."""
        model = self.model
        model.tally.met += 1
        suitor, estimate = self.vet(big)
        misfit = model.misfit(self, big)
        fit = rules.fit_of(model.settings, misfit)
        deal, fee = self.agree(big, suitor, fit, estimate * fit)
        if deal is None:
            model.tally.refused += 1
        else:
            Alliance(self, big, deal, fee, suitor, estimate, misfit)

    def vet(self, big: BigCo) -> tuple[float, float]:
        """Return what due diligence shows: SmallCo's belief in a suitor, and BigCo's estimate of quality."""
        model, settings = self.model, self.model.settings
        suitor, estimate = settings.suitors, 1.0
        if rules.small_vets(settings, self.cash):
            self.cash -= settings.small_vetting
            model.tally.small_value -= model.small_discount * settings.small_vetting
            model.tally.audit_spending += settings.small_vetting
            suitor = rules.suitor_signal(settings, big.suitor, self.random, *HERE)
        if rules.big_vets(settings, big.cash):
            big.cash -= settings.big_vetting
            model.tally.big_value -= model.big_discount * settings.big_vetting
            model.tally.audit_spending += settings.big_vetting
            estimate = rules.quality_signal(settings, self, self.random, *HERE)
        return suitor, estimate

    def agree(self, big: BigCo, suitor: float, small_factor: float, big_factor: float) -> tuple[Deal | None, float]:
        """Return the contract that both prefer, or None, and its fee."""
        model, settings, world = self.model, self.model.settings, self.model.tables.world
        months = settings.months - model.month
        best, fee, largest = None, 0.0, -1.0
        for deal in model.tables.deals:
            g = deal.clauses
            if (g.small_exclusive and self.alliances) or (g.big_exclusive and big.alliances):
                continue
            upfront = 0.0 if settings.signing == BARGAINED else g.fee
            row = deal.rows[deal.place(self.cash + upfront)]
            seen = (settings, world, g, row, self.legitimacy, months, small_factor, big_factor, suitor)
            if settings.signing == BARGAINED:
                signs, upfront = rules.bargained_fee(*seen, self.cash, big.cash)
                product = 0.0
            else:
                signs, *gains = rules.offer(*seen)
                product = rules.nash_product(world, *gains) if signs else 0.0
            if signs and product > largest:
                to_small, to_big = rules.with_equity(upfront, -upfront, g.equity)
                if rules.can_deposit(g, self.cash + to_small, big.cash + to_big):
                    best, fee, largest = deal, upfront, product
        return best, fee

    def live(self) -> None:
        """Live a month with each alliance, and pay upkeep."""
        earned = squared = 0.0
        for alliance in self.slots:
            if alliance is not None:
                revenue = alliance.live()
                earned += revenue
                squared += revenue * revenue
        self.cash += rules.small_upkeep(self.model.settings, self.random, *HERE)
        if earned > 0.0:
            self.model.tally.earning_months += 1
            self.model.tally.concentration += squared / (earned * earned)

    def close_month(self) -> None:
        """Leave the market if it was bought, or fail if the cash is gone."""
        if self.bought or self.cash < 0.0:
            self.leave()

    def leave(self) -> None:
        """End all alliances and make room for a newcomer; BigCo takes its share of a ruined firm's projects."""
        model = self.model
        for alliance in self.alliances:
            if not self.bought:
                alliance.pay(0.0, alliance.taken_at_ruin())
            alliance.end(ACQUIRED if self.bought else RUINED_SMALL)
        if self.bought:
            model.tally.bought += 1
        else:
            model.tally.small_ruins += 1
        model.gone.append(self)
        self.remove()
