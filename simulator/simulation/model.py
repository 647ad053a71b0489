"""The Mesa model: a real `mesa.Model` whose agents are views of arrays and whose step is one compiled month."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import mesa
import numpy as np
from numpy.typing import NDArray

from simulator.economy.contract import Contract
from simulator.economy.scenario import Scenario
from simulator.foundation.draws import key_of
from simulator.foundation.errors import ParameterError
from simulator.simulation.agents import Alliance, BigCo, SmallCo
from simulator.simulation.engine import close
from simulator.simulation.month import months
from simulator.simulation.prepare import prepare
from simulator.simulation.record import OUTCOMES, TALLIES
from simulator.simulation.state import new_state, reset
from simulator.simulation.tables import Prepared

MARKET_REPORTERS = {
    "month": lambda model: model.month,
    "alliances": lambda model: int((model.state.alliances.partner >= 0).sum()),
    "small_alive": lambda model: int(model.state.smalls.alive.sum()),
    "big_alive": lambda model: int(model.state.bigs.alive.sum()),
    "small_cash": lambda model: float(model.state.smalls.cash.mean()),
    "big_cash": lambda model: float(model.state.bigs.cash.mean()),
    "revenue": lambda model: float(model.state.alliances.revenue.sum()),
    "small_value": lambda model: float(model.state.smalls.value.sum()),
    "big_value": lambda model: float(model.state.bigs.value.sum()),
}
FIRM_REPORTERS = {name: name for name in ("index", "cash", "value", "alive", "active")}


class Closed(NamedTuple):
    """What a run leaves: its outcomes, shape (len(OUTCOMES),), and a row per alliance, shape (S,)."""

    outcomes: NDArray[np.float64]
    spells: Any


class AllianceMarket(mesa.Model):
    """A market of SmallCos and BigCos, one month a step.

    Parameters
    ----------
    scenario : Scenario
        The world.
    contract : Contract, optional
        The contract in force; by default the first of the scenario's menu.
    seed : int
        Non-negative; 0 is a seed, and the one taken for None, which Mesa's batch tools pass where none is given. All
        luck is a function of (seed, replicate, month, firm, purpose), so the model never draws from `self.random` or
        `self.rng`.
    replicate : int
        Number of the run under this seed.
    prepared : Prepared, optional
        From `prepare`, where many models share one scenario and contract.
    spells : int
        For how many ended alliances there is room in `state.spells`.
    collect : bool
        Whether `datacollector` collects after every month, as Mesa's batch tools expect.

    Attributes
    ----------
    smallcos, bigcos : list of agents, in the order of their index
    alliances : list of Alliance
        One for each slot of a SmallCo, in their order.
    month : int
        Months lived so far.
    datacollector : mesa.DataCollector
        Reporters of the market (alliances, firms alive, mean cash, revenue) and of each firm (cash, value, alliances).
    tally : float array, shape (len(TALLIES),)
        Running totals of the run.
    """

    def __init__(
        self,
        scenario: Scenario,
        contract: Contract | None = None,
        seed: int | None = 0,
        replicate: int = 0,
        prepared: Prepared | None = None,
        spells: int = 0,
        collect: bool = False,
    ) -> None:
        """Found the firms."""
        seed = 0 if seed is None else seed
        if seed < 0 or replicate < 0:
            raise ParameterError(f"AllianceMarket.seed and replicate must be at least 0; got {seed}, {replicate}.")
        super().__init__(rng=int(seed))
        self.world = scenario  # Mesa 3.5 has an attribute `scenario` of its own
        self.contract = scenario.contract() if contract is None else contract
        self.prepared = prepare(scenario, self.contract) if prepared is None else prepared
        self.state = new_state(self.prepared, spells)
        self.tally: NDArray[np.float64] = np.zeros(len(TALLIES))
        self.key = key_of(int(seed), int(replicate))
        self.month = 0
        state = self.state
        reset(self.prepared.settings, state.smalls, state.bigs, state.alliances, state.doors, self.key)
        self.alliances = [Alliance(self, k, state.alliances[k]) for k in range(len(state.alliances))]
        self.smallcos = [SmallCo(self, i, self.state.smalls[i]) for i in range(len(self.state.smalls))]
        self.bigcos = [BigCo(self, j, self.state.bigs[j]) for j in range(len(self.state.bigs))]
        self.collects = collect
        self.datacollector = mesa.DataCollector(model_reporters=MARKET_REPORTERS, agent_reporters=FIRM_REPORTERS)

    def step(self) -> None:
        """Live one month."""
        months(self.prepared, self.state, self.tally, self.key, self.month, self.month + 1)
        self._count_month()

    def _count_month(self) -> None:
        """Note that a month has passed, and stop at the horizon."""
        self.month += 1
        if self.collects:
            self.datacollector.collect(self)
        if self.month >= self.prepared.settings.months:
            self.running = False

    def run(self) -> NDArray[np.float64]:
        """Live to the horizon; return the outcomes, shape (len(OUTCOMES),)."""
        while self.month < self.prepared.settings.months:
            self.step()
        return self.outcomes()

    def outcomes(self) -> NDArray[np.float64]:
        """Return the outcomes as if the market closed now, shape (len(OUTCOMES),), without closing it."""
        return self.closed().outcomes

    def closed(self) -> Closed:
        """Return what the run would leave if the market closed now, without closing it."""
        state, t = self.state, self.prepared
        smalls, bigs, alliances, spells, tally = (
            each.copy() for each in (state.smalls, state.bigs, state.alliances, state.spells, self.tally)
        )
        out = np.empty(len(OUTCOMES))
        close(t.clauses, t.settings, t.discount, smalls, bigs, alliances, spells, tally, out)
        return Closed(out, spells[: int(out[OUTCOMES.index("ended")])])

    def release(self) -> None:
        """Let go of the agents, and of the counter by which Mesa 3.3 would keep the model in memory for ever."""
        for agent in [*self.smallcos, *self.bigcos]:
            agent.remove()
        self.smallcos, self.bigcos, self.alliances = [], [], []
        counters: dict[Any, Any] = getattr(mesa.Agent, "_ids", {})
        counters.pop(self, None)


@contextmanager
def market(*args: Any, **kwargs: Any) -> Iterator[AllianceMarket]:
    """Yield an `AllianceMarket` made from the arguments, and release it afterwards."""
    model = AllianceMarket(*args, **kwargs)
    try:
        yield model
    finally:
        model.release()
