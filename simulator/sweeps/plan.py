"""The plan of a sweep: from an experiment to numbered runs, in chunks keyed by everything that decides their numbers.

A *point* is one value for every factor, a *cell* a point under a contract, and a cell is run once for every replicate.
Runs are numbered point by point, within a point contract by contract, within a cell replicate by replicate; factors are
taken in alphabetical order, so the order in which a file lists them changes nothing. The replicate, not the run, is the
key of a history's luck: it is the same under every contract and at every point.
"""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from simulator.economy.contract import Contract, term_name
from simulator.economy.scenario import Scenario
from simulator.foundation.compiled import source_hash
from simulator.foundation.errors import AllianceError, ParameterError
from simulator.sweeps.design import DESIGNS, Point
from simulator.sweeps.experiment import Experiment
from simulator.sweeps.factors import CONTRACT, Factor, Value, distinct, paths, unknown_path, with_value, with_values

LARGEST_CHUNK = 8192
SMALLEST_CHUNK = 256
PARTS_AIMED_AT = 64


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive replicates of one cell: `count` of them from replicate `first`."""

    cell: int
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive runs that are computed, written and reused together.

    Parameters
    ----------
    index : int
        Its place in the plan, from 0.
    key : str
        Hash of everything that decides the content of its part.
    first_run, runs : int
        Number of its first run, and how many there are.
    """

    index: int
    key: str
    first_run: int
    runs: int

    @property
    def part(self) -> str:
        """Return the name of its file."""
        return f"part-{self.index:05d}-{self.key}.parquet"


@dataclass(frozen=True, slots=True)
class Plan:
    """An experiment expanded to cells, runs and chunks.

    Parameters
    ----------
    experiment : Experiment
        What is run.
    paths : tuple of str
        The factors, in alphabetical order; the order of the values in a point.
    points : tuple of tuple
        Values of the factors at each point.
    chunks : tuple of Chunk
        All runs, in order.
    """

    experiment: Experiment
    paths: tuple[str, ...]
    points: tuple[Point, ...]
    chunks: tuple[Chunk, ...]

    @property
    def cells(self) -> int:
        """Return the number of points times the number of contracts."""
        return len(self.points) * len(self.experiment.contracts)

    @property
    def runs(self) -> int:
        """Return the number of histories."""
        return self.cells * self.experiment.replicates

    def values(self, cell: int) -> Mapping[str, Value]:
        """Return the factor values of a cell by path."""
        return dict(zip(self.paths, self.points[cell // len(self.experiment.contracts)], strict=True))

    def contract(self, cell: int) -> str:
        """Return the name of a cell's contract."""
        return self.experiment.contracts[cell % len(self.experiment.contracts)]

    def build(self, cell: int) -> tuple[Scenario, Contract]:
        """Return the scenario and the contract of a cell, its values put in place.

        Raises
        ------
        AllianceError
            If the values contradict each other.
        """
        scenario = self.experiment.scenario
        return with_values(scenario, scenario.contract(self.contract(cell)), self.values(cell))

    def blocks(self, chunk: Chunk) -> Iterator[Block]:
        """Yield what a chunk runs, cell by cell."""
        return _blocks(chunk.first_run, chunk.runs, self.experiment.replicates)


def _blocks(first_run: int, runs: int, replicates: int) -> Iterator[Block]:
    """Yield the cells and replicates of consecutive runs."""
    run, end = first_run, first_run + runs
    while run < end:
        cell, first = divmod(run, replicates)
        count = min(replicates - first, end - run)
        yield Block(cell, first, count)
        run += count


def default_chunk_runs(runs: int) -> int:
    """Return the runs a chunk may have: a power of two that makes some dozens of parts, from 256 to 8,192.

    It depends on the number of runs only, never on the machine, so that a folder can be continued elsewhere.

    Examples
    --------
    >>> [default_chunk_runs(runs) for runs in (100, 100_000, 1_000_000)]
    [256, 2048, 8192]
    """
    aimed = -(-runs // PARTS_AIMED_AT)
    return min(max(1 << (aimed - 1).bit_length(), SMALLEST_CHUNK), LARGEST_CHUNK)


def _ranges(cells: int, replicates: int, chunk_runs: int) -> Iterator[tuple[int, int]]:
    """Yield (first run, runs) of every chunk: whole cells where several fit, else equal pieces of a cell."""
    if replicates <= chunk_runs:
        size = chunk_runs // replicates * replicates
        for first in range(0, cells * replicates, size):
            yield first, min(size, cells * replicates - first)
        return
    pieces = -(-replicates // chunk_runs)
    edges = [replicates * piece // pieces for piece in range(pieces + 1)]
    for cell in range(cells):
        for start, end in itertools.pairwise(edges):
            yield cell * replicates + start, end - start


def plan(experiment: Experiment, chunk_runs: int | None = None) -> Plan:
    """Return the plan of an experiment.

    Parameters
    ----------
    experiment : Experiment
        What is to be run.
    chunk_runs : int, optional
        Most runs in a chunk, at least 1; by default `default_chunk_runs`. Results do not depend on it.

    Raises
    ------
    UnknownNameError, ParameterError
        If there are `faults`. A combination that is not possible, of values that are, is not refused: its runs are
        recorded as failed.

    Examples
    --------
    >>> made = plan(Experiment("pair", Scenario("pair"), replicates=600), chunk_runs=256)
    >>> [(chunk.first_run, chunk.runs) for chunk in made.chunks]
    [(0, 200), (200, 200), (400, 200)]
    """
    found = faults(experiment)
    if found:
        kind = type(found[0][1]) if len(found) == 1 else ParameterError
        raise kind("\n".join(str(error) for _, error in found))
    bare = _bare(experiment)
    size = default_chunk_runs(bare.runs) if chunk_runs is None else chunk_runs
    if size < 1:
        raise ParameterError(f"plan.chunk_runs must be at least 1; got {size!r}. Write a positive number.")
    common = _common(bare)
    chunks = tuple(
        Chunk(index, _key(bare, common, first, runs), first, runs)
        for index, (first, runs) in enumerate(_ranges(bare.cells, experiment.replicates, size))
    )
    return dataclasses.replace(bare, chunks=chunks)


def _sorted(experiment: Experiment) -> tuple[Factor, ...]:
    """Return the factors in alphabetical order of their paths."""
    return tuple(sorted(experiment.factors, key=lambda factor: factor.path))


def _bare(experiment: Experiment) -> Plan:
    """Return the plan without its chunks."""
    factors = _sorted(experiment)
    points = tuple(DESIGNS[experiment.design](factors))
    return Plan(experiment, tuple(factor.path for factor in factors), points, ())


def _common(made: Plan) -> str:
    """Return what decides the numbers of every chunk: the rules, the scenario before its factors, and the seed.

    Titles and sources decide nothing, so they are left out.
    """
    experiment = made.experiment
    scenario = dataclasses.replace(experiment.scenario, title="", summary="", source="")
    return repr((source_hash(), scenario, experiment.seed, experiment.measures, made.paths))


def _key(made: Plan, common: str, first_run: int, runs: int) -> str:
    """Return the hash of what decides the content of a part."""
    digest = hashlib.sha256(common.encode())
    digest.update(str(first_run).encode())
    for block in _blocks(first_run, runs, made.experiment.replicates):
        contract = made.experiment.scenario.contract(made.contract(block.cell))
        digest.update(repr((contract, made.values(block.cell), block.first, block.count)).encode())
    return digest.hexdigest()[:16]


def faults(experiment: Experiment) -> list[tuple[str, AllianceError]]:
    """Return what is wrong with the factors of an experiment: the path of each fault, and the error.

    At most one for each factor: its path leads nowhere, it has no effect on any contract, or one of its values is
    possible neither by itself nor in any cell. Empty where the experiment can be run.

    Raises
    ------
    ParameterError
        If the design cannot combine the factors.
    """
    factors = _sorted(experiment)
    known = _known_paths(experiment)
    found = [(factor.path, _path_fault(experiment, factor, known)) for factor in factors]
    if all(error is None for _, error in found):
        bare = _bare(experiment)
        found = [(factor.path, _value_fault(bare, place, factor)) for place, factor in enumerate(factors)]
    return [(path, error) for path, error in found if error is not None]


def _known_paths(experiment: Experiment) -> set[str]:
    """Return the paths of the scenario and of every kind and strategy that a factor turns it to."""
    scenario = experiment.scenario
    known = set(paths(scenario))
    for factor in experiment.factors:
        for value in factor.values:
            if isinstance(value, str):
                try:
                    known.update(paths(with_value(scenario, Contract(), factor.path, value)[0]))
                except AllianceError:
                    continue  # reported with the value or the path
    return known


def _path_fault(experiment: Experiment, factor: Factor, known: set[str]) -> AllianceError | None:
    """Return the error of a path that leads nowhere, or to a term that no contract of the experiment has."""
    scenario = experiment.scenario
    first, _, rest = factor.path.partition(".")
    if first != CONTRACT:
        if factor.path in known:
            return None
        trouble = _trouble(scenario, Contract(), factor.path, factor.values[0])
        return trouble or unknown_path(scenario, factor.path)
    trouble = _trouble(scenario, Contract(), factor.path, factor.values[0])
    term = rest.partition(".")[0]
    if trouble or any(_has_term(scenario.contract(name), term) for name in experiment.contracts):
        return trouble
    return ParameterError(
        f"Factor {factor.path!r} must be in a contract of the experiment; got no term {term!r} in "
        f"{', '.join(repr(name) for name in experiment.contracts)}. Add a contract that has it."
    )


def _value_fault(made: Plan, position: int, factor: Factor) -> AllianceError | None:
    """Return the error of the factor's first value that is possible neither by itself nor in any cell."""
    scenario, contracts = made.experiment.scenario, made.experiment.contracts
    for value in factor.values:
        tried = (_trouble(scenario, scenario.contract(name), factor.path, value) for name in contracts)
        trouble = next((error for error in tried if error is not None), None)
        if trouble is None:
            continue
        cells = (
            cell
            for cell in range(made.cells)
            if distinct(made.points[cell // len(contracts)][position]) == distinct(value)
        )
        if not any(_possible(made, cell, factor.path) for cell in cells):
            return type(trouble)(f"Factor {factor.path!r}: {trouble}")
    return None


def _has_term(contract: Contract, term: str) -> bool:
    """Return whether the contract has a term of this name."""
    return any(term_name(entry) == term for entry in contract.terms)


def _trouble(scenario: Scenario, contract: Contract, path: str, value: Value) -> AllianceError | None:
    """Return the error of putting one value in place, if there is one."""
    try:
        with_value(scenario, contract, path, value)
    except AllianceError as error:
        return error
    return None


def _possible(made: Plan, cell: int, path: str) -> bool:
    """Return whether a cell can be built and its contract has the factor's term, if the factor is in one."""
    try:
        _, contract = made.build(cell)
    except AllianceError:
        return False
    first, _, rest = path.partition(".")
    return first != CONTRACT or _has_term(contract, rest.partition(".")[0])
