"""The market: one method for each step of a month."""

from __future__ import annotations

import mesa

from benchmarks.plain_market import rules
from benchmarks.plain_market.firms import BigCo, SmallCo
from benchmarks.plain_market.matching import Wish, deferred_acceptance
from benchmarks.plain_market.tables import Tables, Tally
from simulator.economy.venture import CERTAIN, LOGNORMAL
from simulator.simulation.endings import EXPIRED
from simulator.simulation.strategies import NASH
from simulator.simulation.tables import DEFERRED_ACCEPTANCE


class PlainMarket(mesa.Model):  # type: ignore[misc]
    """A market of SmallCos and BigCos, one month a step.

    Parameters
    ----------
    tables : Tables
        The scenario with its stage games solved. Firms play the equilibrium (a BigCo may be a shark by nature), the
        state of the market is lognormal or certain, and payoffs come from a venture; other scenarios are refused.
    seed : int
        Of Mesa's generator.
    """

    def __init__(self, tables: Tables, seed: int) -> None:
        """Found the firms."""
        super().__init__(rng=seed)
        _refuse_other_rules(tables)
        self.tables, self.settings, self.tally = tables, tables.settings, Tally()
        world = tables.world
        self.shock_scale, self.shock_sigma = world.shock_first, world.shock_second
        self.is_certain = world.shock_kind == CERTAIN
        self.month = 0
        self.small_discount = self.big_discount = 1.0
        self.gone: list[SmallCo] = []
        self.misfits: dict[tuple[int, int], float] = {}
        self.bigs = list(BigCo.create_agents(self, self.settings.bigs, list(range(self.settings.bigs))))
        self.contacts = None
        if tables.links is not None:
            self.contacts = [[self.bigs[number] for number in known] for known in tables.links]
        SmallCo.create_agents(self, self.settings.smalls, list(range(self.settings.smalls)))

    def step(self) -> None:
        """Live one month."""
        settings = self.settings
        self.small_discount, self.big_discount = self.tables.discount[self.month]
        smallcos, bigcos = self.agents_by_type[SmallCo], self.agents_by_type[BigCo]
        if settings.entry:
            self.replace_gone()
        if settings.cut_rate > 0.0 or settings.shark_cut_rate > 0.0:
            bigcos.do("plan_budget")
        if settings.matching == DEFERRED_ACCEPTANCE:
            self.match()
        else:
            smallcos.shuffle_do("meet")
        self.tally.portfolio_months += sum(len(big.alliances) for big in bigcos)
        self.tally.big_months += len(bigcos)
        smallcos.do("live")
        if settings.review > 0 and (self.month + 1) % settings.review == 0:
            bigcos.do("hold_tournament")
        smallcos.do("close_month")
        bigcos.do("close_month")
        self.month += 1
        self.running = self.month < settings.months

    def replace_gone(self) -> None:
        """Let a newcomer take the place of each SmallCo that has left."""
        for small in self.gone:
            SmallCo(self, small.place)
            self.tally.entrants += 1
        self.gone.clear()

    def acquaintances(self, small: SmallCo) -> list[BigCo]:
        """Return the BigCos a SmallCo can meet this month, open or not."""
        if self.contacts is not None:
            return self.contacts[small.place]
        if self.settings.matching != DEFERRED_ACCEPTANCE:
            return self.bigs
        doors = [big for big in self.bigs if big.is_open]
        at = self.random.randrange(len(doors)) if doors else 0
        return (doors[at:] + doors[:at])[: self.settings.candidates]

    def match(self) -> None:
        """Let SmallCos propose to the BigCos they can meet, and each pair that is matched negotiate."""
        seeking = self.agents_by_type[SmallCo].select(lambda small: small.is_looking and small.goes_out())
        wishes: dict[SmallCo, list[Wish]] = {}
        for small in seeking:
            row = self.tables.deals[0].rows[self.tables.deals[0].place(small.cash)]
            wishes[small] = []
            record = rules.public_record(self.settings, small)
            for big in small.candidates():
                fit = rules.fit_of(self.settings, self.misfit(small, big))
                scores = rules.pair_scores(row, record, rules.public_record(self.settings, big), fit, small.legitimacy)
                wishes[small].append((scores[0], big, scores[1]))
        pairs = deferred_acceptance(wishes, self.settings.big_slots)
        self.random.shuffle(pairs)
        for small, big in pairs:
            if big.is_open:
                small.negotiate(big)

    def misfit(self, small: SmallCo, big: BigCo) -> float:
        """Return the misfit between the cultures of a place and a BigCo, which lasts."""
        pair = small.place, big.number
        if pair not in self.misfits:
            self.misfits[pair] = self.settings.misfit * self.random.random()
        return self.misfits[pair]

    def market_state(self) -> float:
        """Return a month's state of the market of an alliance."""
        if self.is_certain:
            return float(self.shock_scale)
        sigma = self.shock_sigma
        return float(self.shock_scale * self.random.lognormvariate(-0.5 * sigma * sigma, sigma))

    def run(self) -> dict[str, float]:
        """Live to the horizon; return the outcomes under the engine's names."""
        while self.running:
            self.step()
        return self.outcomes()

    def outcomes(self) -> dict[str, float]:
        """Close the market, and return its outcomes."""
        self.small_discount, self.big_discount = self.tables.discount[self.month]
        smallcos, bigcos = list(self.agents_by_type[SmallCo]), self.agents_by_type[BigCo]
        for small in smallcos:
            for alliance in small.alliances:
                alliance.end(EXPIRED)
        purses = [max(small.cash, 0.0) for small in smallcos]
        purses += [max(small.cash, 0.0) if small.bought else 0.0 for small in self.gone]
        return {
            **self.tally.numbers(),
            "small_firms": float(self.settings.smalls + self.tally.entrants),
            "small_survivors": float(len(smallcos) + self.tally.bought),
            "big_survivors": float(len(bigcos)),
            "gini": gini(purses),
        }

    def release(self) -> None:
        """Let go of the agents, and of the counter by which Mesa 3.3 would keep the model in memory for ever."""
        self.remove_all_agents()
        getattr(mesa.Agent, "_ids", {}).pop(self, None)


def gini(values: list[float]) -> float:
    """Return the Gini coefficient of non-negative values.

    Examples
    --------
    >>> gini([0.0, 0.0, 0.0, 1.0])
    0.75
    """
    total, n = sum(values), len(values)
    weighted = sum(place * value for place, value in enumerate(sorted(values), 1))
    return 2.0 * weighted / (n * total) - (n + 1.0) / n if total > 0.0 else 0.0


def _refuse_other_rules(tables: Tables) -> None:
    """Raise ValueError if the scenario needs a rule that this model does not have."""
    settings, world = tables.settings, tables.world
    covered = {
        "firms that play the equilibrium": settings.small_code == settings.big_code == NASH,
        "lognormal or certain luck": world.shock_kind in (CERTAIN, LOGNORMAL),
        "a venture": not settings.tabled,
    }
    missing = [rule for rule, given in covered.items() if not given]
    if missing:
        raise ValueError(f"PlainMarket needs {', '.join(covered)}; got a scenario without {missing[0]}.")
