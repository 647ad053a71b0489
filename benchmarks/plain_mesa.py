"""The same market as a plain Mesa model, as one writes it without this package: agents with attributes, no arrays.

It has the rules that the ham-and-egg market follows under a revenue share with firms that play the equilibrium: meet,
sign if both expect enough, commit, reach milestones, wait for BigCo's bureaucracy, sell at a price with luck, share the
revenue, pay costs and upkeep, learn whether promises were kept, walk away when trust is gone, fail when the cash is.
The stage game is solved beforehand and its equilibrium looked up once; what the shipped experiment measures is counted
as it happens, which is faster than a DataCollector. Draws come from Mesa's own generator, so it agrees with the engine
in distribution, not run by run; a test holds the two together.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import mesa

from simulator.economy.clauses import Clauses
from simulator.economy.contract import Contract
from simulator.economy.firm import BigFirm, SmallFirm
from simulator.economy.scenario import Scenario
from simulator.economy.venture import ConstantElasticity, LinearRevenue, Lognormal
from simulator.simulation.tables import Prepared

TOLERANCE = 1e-9
COUNTED = (
    "small_value", "big_value", "alliances", "alliance_months", "launches", "launch_months", "small_exposure",
    "big_exposure", "promises_kept",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StageGame:
    """What the firms know of a month's game when it is played at its equilibrium.

    Parameters
    ----------
    small_commitment, big_commitment : float
        What each firm commits in equilibrium.
    small_promise, big_promise : float
        What each has promised at least.
    success : float
        Probability that a month's work passes a milestone.
    small_selling, big_selling, small_waiting, big_waiting : float
        Expected payoffs of a month with and without revenue.
    small_alternative, big_alternative : float
        Payoffs of a month without the alliance.
    small_threshold, big_threshold : float
        Least trust with which each stays.
    """

    small_commitment: float
    big_commitment: float
    small_promise: float
    big_promise: float
    success: float
    small_selling: float
    big_selling: float
    small_waiting: float
    big_waiting: float
    small_alternative: float
    big_alternative: float
    small_threshold: float
    big_threshold: float


def stage_game(solved: Prepared) -> StageGame:
    """Return the stage game from the tables of `prepare`, in which it has been solved."""
    row = solved.rows[0, 0]
    return StageGame(
        small_commitment=float(solved.small_levels[row.small_play]),
        big_commitment=float(solved.big_levels[row.big_play]),
        small_promise=float(solved.small_levels[row.small_promise]),
        big_promise=float(solved.big_levels[row.big_promise]),
        success=float(row.pace),
        small_selling=float(row.small_selling),
        big_selling=float(row.big_selling),
        small_waiting=float(row.small_waiting),
        big_waiting=float(row.big_waiting),
        small_alternative=float(row.small_alternative),
        big_alternative=float(row.big_alternative),
        small_threshold=float(row.small_threshold),
        big_threshold=float(row.big_threshold),
    )


def annuity(rate: float, start: float, end: float) -> float:
    """Return the present value of 1 a month from month `start` (included) to `end` (excluded)."""
    if end <= start:
        return 0.0
    if rate == 0.0:
        return end - start
    return (math.exp(-rate * start) - math.exp(-rate * end)) / (1.0 - math.exp(-rate))


class Firm(mesa.Agent):  # type: ignore[misc]
    """What both firms share: cash, upkeep, and the cost of a commitment."""

    def __init__(self, model: PlainMarket, terms: SmallFirm | BigFirm) -> None:
        """Found the firm."""
        super().__init__(model)
        self.cash = terms.cash
        self.burn = terms.burn
        self.income = terms.income
        self.cost_level = terms.cost
        self.curvature = terms.curvature
        self.specificity = terms.specificity

    def pay_upkeep(self) -> None:
        """Receive the income from other business and spend the burn."""
        self.cash += self.income - self.burn

    def cost(self, commitment: float) -> float:
        """Return what a commitment costs."""
        return float(self.cost_level * commitment**self.curvature / self.curvature)

    def exposure(self, cost: float) -> float:
        """Return the part of the cash that is at risk and worthless elsewhere, at most 1."""
        sunk = self.specificity * cost
        if sunk <= 0.0:
            return 0.0
        return sunk / self.cash if self.cash > sunk else 1.0


class BigCo(Firm):
    """The chicken: has slots for several alliances."""

    def __init__(self, model: PlainMarket, terms: BigFirm) -> None:
        """Found the firm."""
        super().__init__(model, terms)
        self.slots = terms.slots
        self.partners: list[SmallCo] = []

    @property
    def is_open(self) -> bool:
        """Return whether it can take on another SmallCo."""
        return len(self.partners) < self.slots

    def close_month(self) -> None:
        """Pay upkeep, and fail with all its alliances if the cash is gone."""
        self.pay_upkeep()
        if self.cash < 0.0:
            for small in list(self.partners):
                small.part()
            self.remove()


class SmallCo(Firm):
    """The pig: has one alliance at a time, and a runway."""

    def __init__(self, model: PlainMarket, terms: SmallFirm) -> None:
        """Found the firm."""
        super().__init__(model, terms)
        self.partner: BigCo | None = None
        self.former: BigCo | None = None

    def meet(self) -> None:
        """Knock at a BigCo with an open slot, if there is no alliance yet, and sign if both want to."""
        if self.partner is not None or self.random.random() >= self.model.meeting_rate:
            return
        doors = [big for big in self.model.agents_by_type[BigCo] if big.is_open and big is not self.former]
        if doors and self.model.both_sign():
            self.ally(self.random.choice(doors))

    def ally(self, big: BigCo) -> None:
        """Start an alliance."""
        self.partner = big
        big.partners.append(self)
        self.signed = self.model.month
        self.launched = False
        self.milestones_left = self.model.milestones
        self.wait = self.model.delay
        self.kept_by_small = self.kept_by_big = self.model.prior_kept
        self.broken_by_small = self.broken_by_big = self.model.prior_broken
        self.model.alliances += 1

    def part(self) -> None:
        """End the alliance."""
        if self.partner is not None:
            self.partner.partners.remove(self)
        self.former, self.partner = self.partner, None

    def live(self) -> None:
        """Let the alliance commit, produce, settle, learn and decide, and pay upkeep."""
        if self.partner is not None:
            small, big = self.model.stage.small_commitment, self.model.stage.big_commitment
            revenue = self.produce(small, big)
            self.settle(self.partner, small, big, revenue)
            self.learn(small, big)
            self.decide()
        self.pay_upkeep()

    def produce(self, small: float, big: float) -> float:
        """Return the month's revenue; before there is any, work on the next milestone or wait."""
        model = self.model
        output = model.output(small, big)
        if self.milestones_left > 0:
            if self.random.random() < 1.0 - math.exp(-model.hazard * output / model.full_output):
                self.milestones_left -= 1
            return 0.0
        if self.wait > 0:
            self.wait -= 1
            return 0.0
        if not self.launched:
            self.launched = True
            model.launches += 1
            model.launch_months += model.month - self.signed
        return float(model.price * output * self.random.lognormvariate(model.shock_mean, model.shock_sigma))

    def settle(self, partner: BigCo, small: float, big: float, revenue: float) -> None:
        """Share the revenue, and let both firms pay for their commitments."""
        model = self.model
        small_cost, big_cost = self.cost(small), partner.cost(big)
        model.alliance_months += 1
        model.small_exposure += self.exposure(small_cost)
        model.big_exposure += partner.exposure(big_cost)
        to_small = model.share * revenue - small_cost
        to_big = (1.0 - model.share) * revenue - big_cost
        self.cash += to_small
        partner.cash += to_big
        model.small_value += model.small_discount * to_small
        model.big_value += model.big_discount * to_big

    def learn(self, small: float, big: float) -> None:
        """Count the promises that were kept and those that were broken."""
        stage = self.model.stage
        if small >= stage.small_promise:
            self.kept_by_small += 1
            self.model.promises_kept += 1
        else:
            self.broken_by_small += 1
        if big >= stage.big_promise:
            self.kept_by_big += 1
            self.model.promises_kept += 1
        else:
            self.broken_by_big += 1

    def decide(self) -> None:
        """Walk away if either firm has lost its trust in the other."""
        small_trust = self.kept_by_big / (self.kept_by_big + self.broken_by_big)
        big_trust = self.kept_by_small / (self.kept_by_small + self.broken_by_small)
        if small_trust < self.model.stage.small_threshold or big_trust < self.model.stage.big_threshold:
            self.part()

    def close_month(self) -> None:
        """Leave the market if the cash is gone."""
        if self.cash < 0.0:
            self.part()
            self.remove()


class PlainMarket(mesa.Model):  # type: ignore[misc]
    """A market of SmallCos and BigCos under a revenue share, one month a step.

    Parameters
    ----------
    scenario : Scenario
        The world; only the rules named above are followed, and others are refused.
    contract : Contract
        A revenue share and nothing else.
    stage : StageGame
        The solved stage game.
    seed : int
        Of Mesa's generator.
    """

    def __init__(self, scenario: Scenario, contract: Contract, stage: StageGame, seed: int) -> None:
        """Found the firms."""
        super().__init__(rng=seed)
        _refuse_other_rules(scenario, contract)
        small, big, venture = scenario.small, scenario.big, scenario.venture
        self.stage = stage
        self.share = contract.clauses.revenue_share
        self.small_weight, self.big_weight = venture.technology.small_weight, venture.technology.big_weight
        self.substitution = venture.technology.exponent
        self.full_output = self.output(1.0, 1.0)
        self.price = venture.revenue.price
        self.hazard = venture.hazard
        self.milestones = venture.milestones
        self.delay = venture.delay
        _, _, self.shock_sigma = venture.shock.code
        self.shock_mean = -0.5 * self.shock_sigma**2
        self.prior_kept = scenario.trust.prior_kept
        self.prior_broken = scenario.trust.prior_broken
        self.meeting_rate = scenario.market.meeting_rate
        self.small_rate = small.discount_rate
        self.big_rate = big.discount_rate
        self.months = scenario.horizon.months
        self.month = 0
        self.alliances = 0
        self.alliance_months = 0
        self.launches = 0
        self.launch_months = 0
        self.promises_kept = 0
        self.small_exposure = 0.0
        self.big_exposure = 0.0
        self.small_value = 0.0
        self.big_value = 0.0
        SmallCo.create_agents(self, small.count, small)
        BigCo.create_agents(self, big.count, big)

    def output(self, small: float, big: float) -> float:
        """Return what two commitments make together: constant elasticity of substitution."""
        rho = self.substitution
        return float((self.small_weight * small**rho + self.big_weight * big**rho) ** (1.0 / rho))

    def step(self) -> None:
        """Live one month."""
        self.small_discount = math.exp(-self.small_rate * self.month)
        self.big_discount = math.exp(-self.big_rate * self.month)
        smallcos, bigcos = self.agents_by_type[SmallCo], self.agents_by_type[BigCo]
        smallcos.shuffle_do("meet")
        smallcos.do("live")
        smallcos.do("close_month")
        bigcos.do("close_month")
        self.month += 1
        self.running = self.month < self.months

    def both_sign(self) -> bool:
        """Return whether both firms trust each other enough and expect at least what they have without an alliance."""
        stage, left = self.stage, float(self.months - self.month)
        trust = self.prior_kept / (self.prior_kept + self.prior_broken)
        if trust < stage.small_threshold or trust < stage.big_threshold:
            return False
        launch = min(self.milestones / stage.success + self.delay, left)
        small = self._value(self.small_rate, stage.small_waiting, stage.small_selling, launch, left)
        big = self._value(self.big_rate, stage.big_waiting, stage.big_selling, launch, left)
        small_else = stage.small_alternative * annuity(self.small_rate, 0.0, left)
        big_else = stage.big_alternative * annuity(self.big_rate, 0.0, left)
        return small >= small_else - TOLERANCE and big >= big_else - TOLERANCE

    @staticmethod
    def _value(rate: float, waiting: float, selling: float, launch: float, end: float) -> float:
        """Return the present value of waiting until the launch and selling after it."""
        return waiting * annuity(rate, 0.0, launch) + selling * annuity(rate, launch, end)

    def run(self) -> dict[str, float]:
        """Live to the horizon; return the outcomes under the engine's names."""
        while self.running:
            self.step()
        counted = {name: float(getattr(self, name)) for name in COUNTED}
        return {"small_survivors": float(len(self.agents_by_type[SmallCo])), **counted}

    def release(self) -> None:
        """Let go of the agents, and of the counter by which Mesa 3.3 would keep the model in memory for ever."""
        self.remove_all_agents()
        getattr(mesa.Agent, "_ids", {}).pop(self, None)


def _refuse_other_rules(scenario: Scenario, contract: Contract) -> None:
    """Raise ValueError if the scenario or the contract needs a rule that this model does not have."""
    small, big, venture, clauses = scenario.small, scenario.big, scenario.venture, contract.clauses
    technology, shock = venture.technology, venture.shock
    covered = {
        "firms that play the equilibrium": small.strategy.name == big.strategy.name == "nash",
        "a revenue share and no other term": clauses == Clauses(priced=1.0, revenue_share=clauses.revenue_share),
        "complements": isinstance(technology, ConstantElasticity) and technology.substitution < 0.0,
        "plain returns": technology.returns == technology.productivity == 1.0,
        "linear revenue": isinstance(venture.revenue, LinearRevenue) and venture.unit_cost == 0.0,
        "mean-one lognormal luck": isinstance(shock, Lognormal) and shock.mean == 1.0,
        "a project that can succeed": venture.prior == 1.0,
        "quiet cash": small.cash_noise == big.cash_noise == 0.0,
        "no ruin share": scenario.bargaining.ruin_share == 0.0,
        "no entry": not scenario.market.entry,
        "a venture": scenario.payoffs is None,
    }
    missing = [rule for rule, given in covered.items() if not given]
    if missing:
        raise ValueError(f"PlainMarket needs {', '.join(covered)}; got a scenario without {missing[0]}.")
