"""An experiment: one scenario, some of its contracts, the factors to vary, and how often each history is run."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.scenario import Scenario
from simulator.foundation.errors import ParameterError, unknown
from simulator.sweeps.constraints import parsed
from simulator.sweeps.designs import DESIGNS, Design, design_name
from simulator.sweeps.factors import Factor
from simulator.sweeps.replication import Replication

ALL = ("all",)
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Experiment:
    """What a sweep runs.

    Parameters
    ----------
    name, title, claim : str
        What it is called (a sweep's folder belongs to a name), its title, and what it is to show.
    scenario : Scenario
        The world whose keys are varied.
    scenario_text : str
        The scenario as written, kept for provenance.
    contracts : tuple of str
        Names from the scenario's menu; empty or ("all",) is the whole menu.
    baseline : str
        The contract the others are compared with; by default the first.
    design : str or Design
        How the factors become points: one of DESIGNS, or its name where it keeps its default settings.
    replicates : int
        Histories per point and contract, at least 1; replicate k has the same luck everywhere. With `replication`,
        those of the first round.
    seed : int
        Non-negative; 0 is a seed.
    measures : tuple of str
        What is kept of each history.
    factors : tuple of Factor
        What varies; empty runs the scenario as it is.
    constraints : tuple of str
        What must hold at every point, such as ``small.cash > 2 * small.burn`` (see `constraints`).
    replication : Replication, optional
        Until when runs are added; by default every point has `replicates`.

    Raises
    ------
    ParameterError, UnknownNameError
        If a number is out of range, or a name is unknown or given twice.

    Examples
    --------
    >>> Experiment("pair", Scenario("pair"), replicates=10).contracts
    ('nothing signed',)
    """

    name: str
    scenario: Scenario
    scenario_text: str = ""
    title: str = ""
    claim: str = ""
    contracts: tuple[str, ...] = ALL
    baseline: str = ""
    design: str | Design = "grid"
    replicates: int = 100
    seed: int = 0
    measures: tuple[str, ...] = ("small_value", "big_value", "surplus")
    factors: tuple[Factor, ...] = ()
    constraints: tuple[str, ...] = ()
    replication: Replication | None = None

    def __post_init__(self) -> None:
        """Resolve "all" and the default baseline, and refuse what cannot be run."""
        if not self.name.strip():
            raise ParameterError("Experiment.name must not be empty; got ''. Write a short name.")
        _check_whole("replicates", self.replicates, 1)
        _check_whole("seed", self.seed, 0)
        if tuple(self.contracts) in ((), ALL):
            menu = tuple(contract.name for contract in self.scenario.contracts)
            object.__setattr__(self, "contracts", menu or (self.scenario.contract().name,))
        for contract in self.contracts:
            self.scenario.contract(contract)
        object.__setattr__(self, "baseline", self.baseline or self.contracts[0])
        if self.baseline not in self.contracts:
            raise unknown("baseline", self.baseline, self.contracts)
        if not self.measures:
            raise ParameterError("Experiment.measures must name at least one; got none. Write, say, ['surplus'].")
        for what, names in (
            ("contracts", self.contracts),
            ("measures", self.measures),
            ("factors", tuple(factor.path for factor in self.factors)),
        ):
            for name in names:
                if names.count(name) > 1:
                    raise ParameterError(f"Experiment.{what} must name each once; got {name!r} twice. Write it once.")
        _ = self.layout
        for text in self.constraints:
            parsed(text)
        if self.replication is not None:
            self.replication.check(self.measures, self.contracts, self.replicates)

    @property
    def layout(self) -> Design:
        """Return the design with its settings."""
        if isinstance(self.design, str):
            default: Design = DESIGNS[self.design]()
            return default
        return self.design

    @property
    def design_name(self) -> str:
        """Return the name of the design."""
        return self.design if isinstance(self.design, str) else design_name(self.design)


def _check_whole(name: str, value: int, low: int) -> None:
    """Raise ParameterError unless the value is a whole number from `low` to the largest of 64 bits."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= LARGEST:
        raise ParameterError(
            f"Experiment.{name} must be a whole number, {low} or more; got {value!r}. Write {name} = 200."
        )
