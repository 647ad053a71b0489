"""The Mesa model: a real `mesa.Model` whose agents are views of arrays and whose step is one compiled month."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import mesa
import numpy as np
from numpy.typing import NDArray

from simulator.economy.contract import Contract
from simulator.economy.scenario import Scenario
from simulator.foundation.draws import key_of
from simulator.foundation.errors import ParameterError
from simulator.simulation.agents import BigCo, SmallCo
from simulator.simulation.engine import close
from simulator.simulation.month import step
from simulator.simulation.prepare import prepare
from simulator.simulation.record import OUTCOMES, TALLIES
from simulator.simulation.state import new_state
from simulator.simulation.tables import Prepared


class AllianceMarket(mesa.Model):
    """A market of SmallCos and BigCos, one month a step.

    Parameters
    ----------
    scenario : Scenario
        The world.
    contract : Contract, optional
        The contract in force; by default the first of the scenario's menu.
    seed : int
        Non-negative; 0 is a seed. All luck is a function of (seed, replicate, month, firm, purpose), so the model never
        draws from `self.random` or `self.rng`.
    replicate : int
        Number of the run under this seed.
    prepared : Prepared, optional
        From `prepare`, where many models share one scenario and contract.

    Attributes
    ----------
    smallcos, bigcos : list of agents, in the order of their index
    month : int
        Months lived so far.
    tally : float array, shape (len(TALLIES),)
        Running totals of the run.
    """

    def __init__(
        self,
        scenario: Scenario,
        contract: Contract | None = None,
        seed: int = 0,
        replicate: int = 0,
        prepared: Prepared | None = None,
    ) -> None:
        """Found the firms."""
        if seed < 0 or replicate < 0:
            raise ParameterError(f"AllianceMarket.seed and replicate must be at least 0; got {seed}, {replicate}.")
        super().__init__(rng=int(seed))
        self.world = scenario  # Mesa 3.5 has an attribute `scenario` of its own
        self.contract = scenario.contract() if contract is None else contract
        self.prepared = prepare(scenario, self.contract) if prepared is None else prepared
        self.state = new_state(self.prepared)
        self.tally: NDArray[np.float64] = np.zeros(len(TALLIES))
        self.key = key_of(int(seed), int(replicate))
        self.month = 0
        self.smallcos = [SmallCo(self, i, self.state.smalls[i]) for i in range(len(self.state.smalls))]
        self.bigcos = [BigCo(self, j, self.state.bigs[j]) for j in range(len(self.state.bigs))]

    def step(self) -> None:
        """Live one month."""
        step(*self.prepared, *self.state, self.tally, self.key, self.month)
        self._count_month()

    def _count_month(self) -> None:
        """Note that a month has passed, and stop at the horizon."""
        self.month += 1
        if self.month >= self.prepared.settings.months:
            self.running = False

    def run(self) -> NDArray[np.float64]:
        """Live to the horizon; return the outcomes, shape (len(OUTCOMES),)."""
        while self.month < self.prepared.settings.months:
            self.step()
        return self.outcomes()

    def outcomes(self) -> NDArray[np.float64]:
        """Return the outcomes as if the market closed now, without closing it."""
        smalls, bigs, tally, out = (
            self.state.smalls.copy(),
            self.state.bigs.copy(),
            self.tally.copy(),
            np.empty(len(OUTCOMES)),
        )
        close(self.prepared.settings, smalls, bigs, tally, out)
        return out

    def release(self) -> None:
        """Let go of the agents, and of the counter by which Mesa 3.3 would keep the model in memory for ever."""
        for agent in [*self.smallcos, *self.bigcos]:
            agent.remove()
        self.smallcos, self.bigcos = [], []
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
