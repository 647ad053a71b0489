"""The cells of a plan as a driver sees them, and the measures of the runs of a chunk."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from simulator.economy.contract import Contract, term_name
from simulator.economy.scenario import Scenario
from simulator.foundation.errors import AllianceError
from simulator.simulation.engine import simulate, simulate_with_spells
from simulator.simulation.prepare import prepare
from simulator.sweeps.factors import CONTRACT, Value, with_values
from simulator.sweeps.measures import MEASURES, Measure
from simulator.sweeps.plan import Block, Chunk, Plan

PREPARED_KEPT = 32


class Driver(Protocol):
    """Where histories come from: any deterministic function of (scenario, contract, seed, replicate).

    A driver is sent to worker processes, so it must be picklable.
    """

    @property
    def measures(self) -> Mapping[str, Measure]:
        """Return the measures of its outcomes by name."""

    def prepare(self, scenario: Scenario, contract: Contract) -> Any:
        """Return what the histories of one cell have in common."""

    def simulate(self, prepared: Any, seed: int, replicates: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the outcomes of the replicates, one row each; a row does not depend on the others."""


class Teller(Driver, Protocol):
    """A driver that can tell of alliances, too."""

    def simulate_with_spells(
        self, prepared: Any, seed: int, replicates: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], Sequence[Any]]:
        """Return the outcomes, and of each replicate its alliances: record arrays of the fields of SPELL."""


@dataclass(frozen=True, slots=True)
class EngineDriver:
    """The compiled engine with all measures."""

    @property
    def measures(self) -> Mapping[str, Measure]:
        """Return every registered measure."""
        return MEASURES

    def prepare(self, scenario: Scenario, contract: Contract) -> Any:
        """Return the tables of a scenario under a contract."""
        return prepare(scenario, contract)

    def simulate(self, prepared: Any, seed: int, replicates: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the outcomes of compiled histories."""
        return simulate(prepared, seed, replicates)

    def simulate_with_spells(
        self, prepared: Any, seed: int, replicates: NDArray[np.int64]
    ) -> tuple[NDArray[np.float64], Sequence[Any]]:
        """Return the outcomes of compiled histories, and their alliances."""
        return simulate_with_spells(prepared, seed, replicates)


class Cells:
    """The cells of a plan, of which the latest stay prepared: the chunks of a large cell share its preparation.

    They are known by the factor values that matter under their contract, which is cheaper than by the scenarios these
    make, and tells cells apart that are different. Where a value is a word, the name of a strategy or of a technology,
    it can take the meaning from the others, so the scenarios are compared then.

    Parameters
    ----------
    plan : Plan
        Whose cells they are.
    driver : Driver
        Who prepares them.
    """

    def __init__(self, plan: Plan, driver: Driver) -> None:
        """Find out which values matter to which contract; nothing is prepared yet."""
        scenario = plan.experiment.scenario
        self.plan, self.driver = plan, driver
        contracts = [scenario.contract(name) for name in plan.experiment.contracts]
        self._places = [_mattering(contract, plan.paths) for contract in contracts]
        paths = [[plan.paths[place] for place in places] for places in self._places]
        worded = any(isinstance(value, str) for factor in plan.experiment.factors for value in factor.values)
        prepare = functools.lru_cache(PREPARED_KEPT)(driver.prepare) if worded else driver.prepare

        @functools.lru_cache(PREPARED_KEPT, typed=True)
        def by_values(contract: int, *values: Value) -> Any:
            """Return the preparation of a contract under the values that matter to it."""
            return prepare(*with_values(scenario, contracts[contract], dict(zip(paths[contract], values, strict=True))))

        self._by_values = by_values  # not a method: with a reference to this object it would outlive it

    def __reduce__(self) -> tuple[type[Cells], tuple[Plan, Driver]]:
        """Travel to worker processes without what is prepared."""
        return Cells, (self.plan, self.driver)

    def prepared(self, cell: int) -> Any:
        """Return the driver's preparation of a cell.

        Raises
        ------
        AllianceError
            If its values contradict each other, or the driver cannot prepare it.
        """
        point, contract = divmod(cell, len(self._places))
        values = self.plan.points[point]
        return self._by_values(contract, *[values[place] for place in self._places[contract]])


def _mattering(contract: Contract, paths: Sequence[str]) -> list[int]:
    """Return the places of the factors that can have an effect under a contract: not those of terms it lacks."""
    terms = {term_name(term) for term in contract.terms}
    parts = [path.split(".") for path in paths]
    return [place for place, part in enumerate(parts) if part[0] != CONTRACT or part[1] in terms]


@dataclass(frozen=True, slots=True)
class Lived:
    """What became of some replicates of a cell.

    Parameters
    ----------
    block : Block
        The cell and its replicates.
    outcomes : float array, optional
        One row each; None if they failed.
    spells : sequence of record arrays
        Their alliances, where these were asked for.
    error : str or None
        Of all of them, if they failed.
    """

    block: Block
    outcomes: NDArray[np.float64] | None
    spells: Sequence[Any] = ()
    error: str | None = None


def lived(cells: Cells, chunk: Chunk, teller: Teller | None = None) -> list[Lived]:
    """Return what became of the runs of a chunk, in order, with their alliances if somebody tells of them.

    A run that fails does not touch the others.
    """
    return [each for block in cells.plan.blocks(chunk) for each in _lived(cells, block, teller)]


def _lived(cells: Cells, block: Block, teller: Teller | None) -> list[Lived]:
    """Return what became of some replicates of a cell; all fail if the cell cannot be built."""
    try:
        prepared = cells.prepared(block.cell)
    except MemoryError:
        raise
    except Exception as error:
        return [Lived(block, None, error=_line(error))]
    seed = cells.plan.experiment.seed
    replicates = np.arange(block.first, block.first + block.runs, dtype=np.int64)
    try:
        if teller is not None:
            return [Lived(block, *teller.simulate_with_spells(prepared, seed, replicates))]
        return [Lived(block, cells.driver.simulate(prepared, seed, replicates))]
    except MemoryError:
        raise
    except Exception as error:
        if block.runs == 1:
            return [Lived(block, None, error=_line(error))]
    singles = [Block(block.cell, replicate, 1) for replicate in replicates.tolist()]
    return [each for single in singles for each in _lived(cells, single, teller)]


def compute(cells: Cells, chunk: Chunk) -> tuple[NDArray[np.float64], list[str | None]]:
    """Return the measures of a chunk's runs, shape (runs, measures), and each run's error, if it had one.

    A run that fails has NaN in every measure.
    """
    return measured(cells, lived(cells, chunk))


def measured(cells: Cells, runs: Sequence[Lived]) -> tuple[NDArray[np.float64], list[str | None]]:
    """Return the measures of runs, shape (runs, measures), and each run's error; see `compute`."""
    told = [each.outcomes for each in runs if each.outcomes is not None]
    outcomes = told[0] if len(told) == 1 else np.concatenate(told) if told else np.empty((0, 0))
    if len(told) == len(runs):
        return _measured(cells, outcomes)
    errors = [each.error for each in runs for _ in range(each.block.runs)]
    values = np.full((len(errors), len(cells.plan.experiment.measures)), np.nan)
    fine = [row for row, error in enumerate(errors) if error is None]
    if fine:
        values[fine], found = _measured(cells, outcomes)
        for row, error in zip(fine, found, strict=True):
            errors[row] = error
    return values, errors


def _measured(cells: Cells, outcomes: NDArray[np.float64]) -> tuple[NDArray[np.float64], list[str | None]]:
    """Return the measures of some runs; a run with a measure that should be a number and is not has failed."""
    names, known = cells.plan.experiment.measures, cells.driver.measures
    values = np.empty((len(outcomes), len(names)))
    errors: list[str | None] = [None] * len(outcomes)
    try:
        for place, name in enumerate(names):
            measure = known[name]
            values[:, place] = column = np.asarray(measure.of(outcomes), dtype=np.float64)
            fine = np.isfinite(column) | (np.isnan(column) & measure.undefined_ok)
            for row in np.flatnonzero(~fine).tolist():
                errors[row] = errors[row] or f"{name} must be a finite number; got {column[row]}."
    except MemoryError:
        raise
    except Exception as error:
        if len(outcomes) == 1:
            return np.full_like(values, np.nan), [_line(error)]
        singles = [_measured(cells, outcomes[row : row + 1]) for row in range(len(outcomes))]
        return np.concatenate([single for single, _ in singles]), [found[0] for _, found in singles]
    if errors.count(None) < len(errors):
        values[[error is not None for error in errors]] = np.nan
    return values, errors


def _line(error: Exception) -> str:
    """Return an error as one line; one of ours speaks for itself."""
    text = " ".join(str(error).split())
    return text if isinstance(error, AllianceError) else f"{type(error).__name__}: {text}".rstrip(": ")
