"""The plan of a sweep: from an experiment to numbered runs, in chunks keyed by everything that decides their numbers.

A *point* is one value for every factor, a *cell* a point under a contract, and a cell is run once for every replicate.
Runs are numbered point by point, within a point contract by contract, within a cell replicate by replicate; factors are
taken in alphabetical order, so the order in which a file lists them changes nothing. The replicate, not the run, is the
key of a history's luck: it is the same under every contract and at every point.

With adaptive replication, rounds of further replicates follow (`extended`), numbered on from the last run.
"""

from __future__ import annotations

import bisect
import dataclasses
import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.economy.contract import Contract
from simulator.economy.scenario import Scenario
from simulator.foundation.compiled import source_hash
from simulator.foundation.errors import AllianceError, ParameterError
from simulator.sweeps.checks import known_paths, path_fault, range_fault, value_fault
from simulator.sweeps.constraints import Constraints
from simulator.sweeps.designs import Point
from simulator.sweeps.experiment import Experiment
from simulator.sweeps.factors import Factor, Value, with_values
from simulator.sweeps.ranges import marginal

LARGEST_CHUNK = 8192
SMALLEST_CHUNK = 256
PARTS_AIMED_AT = 64
MOST_RUNS = 10**9


class Block(NamedTuple):
    """Consecutive replicates of one cell: so many `runs` from replicate `first`."""

    cell: int
    first: int
    runs: int


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
class Round:
    """Replicates added to some points, the same for every contract of a point.

    Parameters
    ----------
    first_run : int
        Number of its first run.
    points, firsts, counts : tuple of int
        The points, in order; for each its first replicate and how many there are.
    """

    first_run: int
    points: tuple[int, ...]
    firsts: tuple[int, ...]
    counts: tuple[int, ...]

    def blocks(self, first_run: int, runs: int, contracts: int) -> Iterator[Block]:
        """Yield the cells and replicates of consecutive runs of the round."""
        ends = list(itertools.accumulate(count * contracts for count in self.counts))
        run, end = first_run - self.first_run, first_run - self.first_run + runs
        place = bisect.bisect_right(ends, run)
        while run < end:
            count = self.counts[place]
            contract, done = divmod(run - ends[place] + count * contracts, count)
            block = min(count - done, end - run)
            yield Block(self.points[place] * contracts + contract, self.firsts[place] + done, block)
            run += block
            place += run == ends[place]


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
    rounds : tuple of Round
        What adaptive replication has added to the replicates of the experiment.
    """

    experiment: Experiment
    paths: tuple[str, ...]
    points: tuple[Point, ...]
    chunks: tuple[Chunk, ...]
    rounds: tuple[Round, ...] = ()

    @property
    def numbered(self) -> bool:
        """Return whether the points carry a number, because two of a sample may be the same."""
        return self.experiment.layout.sampled

    @property
    def cells(self) -> int:
        """Return the number of points times the number of contracts."""
        return len(self.points) * len(self.experiment.contracts)

    @property
    def runs(self) -> int:
        """Return the number of histories."""
        added = sum(sum(each.counts) for each in self.rounds)
        return self.cells * self.experiment.replicates + added * len(self.experiment.contracts)

    def at(self, point: int) -> dict[str, Value]:
        """Return the factor values of a point by path."""
        return dict(zip(self.paths, self.points[point], strict=True))

    def values(self, cell: int) -> Mapping[str, Value]:
        """Return the factor values of a cell by path."""
        return self.at(cell // len(self.experiment.contracts))

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
        for each in reversed(self.rounds):
            if chunk.first_run >= each.first_run:
                return each.blocks(chunk.first_run, chunk.runs, len(self.experiment.contracts))
        return _blocks(chunk.first_run, chunk.runs, self.experiment.replicates)

    def located(self, chunk: Chunk) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the cell and the replicate of each run of a chunk.

        Examples
        --------
        >>> made = plan(Experiment("pair", Scenario("pair"), contracts=("nothing signed",), replicates=3))
        >>> [each.tolist() for each in made.located(made.chunks[0])]
        [[0, 0, 0], [0, 1, 2]]
        """
        if chunk.first_run < self.cells * self.experiment.replicates:
            runs = np.arange(chunk.first_run, chunk.first_run + chunk.runs)
            return np.divmod(runs, self.experiment.replicates)
        cells, firsts, counts = np.array(list(self.blocks(chunk))).T
        starts = np.cumsum(counts) - counts
        return np.repeat(cells, counts), np.arange(chunk.runs) + np.repeat(firsts - starts, counts)


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

    It depends on the number of runs only, never on the machine or on what runs are measured to cost, so that a folder
    can be continued elsewhere; where parts are cheap, Dask's tasks hold several (`executors.batches`).

    Examples
    --------
    >>> [default_chunk_runs(runs) for runs in (100, 100_000, 1_000_000)]
    [256, 2048, 8192]
    """
    aimed = -(-runs // PARTS_AIMED_AT)
    return min(max(1 << (aimed - 1).bit_length(), SMALLEST_CHUNK), LARGEST_CHUNK)


def _ranges(counts: Iterable[int], chunk_runs: int) -> Iterator[tuple[int, int]]:
    """Yield (first run, runs) of every chunk from the runs of each cell: whole cells, or equal pieces of one."""
    first = size = 0
    for count in counts:
        if size and size + count > chunk_runs:
            yield first, size
            first, size = first + size, 0
        if count <= chunk_runs:
            size += count
            continue
        pieces = -(-count // chunk_runs)
        for start, end in itertools.pairwise(count * piece // pieces for piece in range(pieces + 1)):
            yield first + start, end - start
        first += count
    if size:
        yield first, size


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
    found, bare = _examined(experiment)
    if found or bare is None:
        kind = type(found[0][1]) if len(found) == 1 else ParameterError
        raise kind("\n".join(str(error) for _, error in found))
    return _chunked(bare, 0, itertools.repeat(experiment.replicates, bare.cells), chunk_runs)


def extended(made: Plan, added: Mapping[int, int], chunk_runs: int | None = None) -> Plan:
    """Return a plan with one more round: for some points, how many replicates are added under every contract.

    Examples
    --------
    >>> made = plan(Experiment("pair", Scenario("pair"), replicates=100))
    >>> more = extended(made, {0: 50})
    >>> more.runs, list(more.blocks(more.chunks[-1]))
    (150, [Block(cell=0, first=100, runs=50)])
    """
    points = tuple(sorted(added))
    before = dict.fromkeys(points, made.experiment.replicates)
    for each in made.rounds:
        before |= {
            point: before[point] + n for point, n in zip(each.points, each.counts, strict=True) if point in before
        }
    counts = tuple(added[point] for point in points)
    latest = Round(made.runs, points, tuple(before[point] for point in points), counts)
    contracts = len(made.experiment.contracts)
    cells = [count for count in counts for _ in range(contracts)]
    return _chunked(dataclasses.replace(made, rounds=(*made.rounds, latest)), made.runs, cells, chunk_runs)


def _chunked(made: Plan, start: int, counts: Iterable[int], chunk_runs: int | None) -> Plan:
    """Return the plan with the chunks of the runs from `start` on, given the runs of each of their cells."""
    size = default_chunk_runs(made.runs - start) if chunk_runs is None else chunk_runs
    if size < 1:
        raise ParameterError(f"plan.chunk_runs must be at least 1; got {size!r}. Write a positive number.")
    common = _common(made)
    contracts = [repr(made.experiment.scenario.contract(name)) for name in made.experiment.contracts]
    chunks = tuple(
        Chunk(index, _key(made, common, contracts, start + first, runs), start + first, runs)
        for index, (first, runs) in enumerate(_ranges(counts, size), len(made.chunks))
    )
    return dataclasses.replace(made, chunks=(*made.chunks, *chunks))


def _sorted(experiment: Experiment) -> tuple[Factor, ...]:
    """Return the factors in alphabetical order of their paths."""
    return tuple(sorted(experiment.factors, key=lambda factor: factor.path))


def _bare(experiment: Experiment) -> Plan:
    """Return the plan without its chunks; raise ParameterError where there is no point, or too much to run."""
    factors = _sorted(experiment)
    layout, scenario = experiment.layout, experiment.scenario
    marginals = [marginal(factor, scenario) for factor in factors] if layout.sampled else []
    held = Constraints(experiment.constraints, scenario, [factor.path for factor in factors])
    if layout.bound and experiment.constraints:
        raise ParameterError(
            f"Experiment.constraints must be empty for the design {experiment.design_name!r}, which cannot leave out "
            f"or move a point; got {experiment.constraints[0]!r}. Narrow the factors, or write design = "
            '"latin_hypercube".'
        )
    points = tuple(layout.make(factors, marginals, experiment.seed, held))
    if not points:
        raise ParameterError(
            f"Experiment.constraints must leave at least one point; got none of {layout.size(factors):,} that "
            f"satisfies {' and '.join(map(repr, experiment.constraints))}. Relax one, or move the factors."
        )
    made = Plan(experiment, tuple(factor.path for factor in factors), points, ())
    most = experiment.replicates if experiment.replication is None else experiment.replication.most
    if made.cells * most > MOST_RUNS:
        key = "Experiment.replicates" if experiment.replication is None else "Replication.most"
        raise ParameterError(
            f"{key} must make at most {MOST_RUNS:,} runs in all; got {len(points):,} points x "
            f"{len(experiment.contracts)} contracts x {most:,} replicates. Write fewer of them."
        )
    return made


def _common(made: Plan) -> str:
    """Return what decides the numbers of every chunk: the rules, the scenario before its factors, and the seed.

    Titles and sources decide nothing, so they are left out.
    """
    experiment = made.experiment
    scenario = dataclasses.replace(experiment.scenario, title="", summary="", source="")
    numbered = ("point",) if made.numbered else ()
    return repr((source_hash(), scenario, experiment.seed, experiment.measures, made.paths, *numbered))


def _key(made: Plan, common: str, contracts: Sequence[str], first_run: int, runs: int) -> str:
    """Return the hash of what decides the content of a part; the contracts are given as text, made once."""
    digest = hashlib.sha256(common.encode())
    digest.update(str(first_run).encode())
    for cell, first, count in made.blocks(Chunk(0, "", first_run, runs)):
        digest.update(f"({contracts[cell % len(contracts)]}, {made.values(cell)!r}, {first}, {count})".encode())
    return digest.hexdigest()[:16]


def faults(experiment: Experiment) -> list[tuple[str, AllianceError]]:
    """Return what is wrong with the factors of an experiment: the path of each fault, and the error.

    At most one for each factor: its path leads nowhere, it has no effect on any contract, its distribution does not fit
    its key, or one of its values is possible neither by itself nor in any cell. Empty where the experiment can be run.

    Raises
    ------
    ParameterError, UnknownNameError
        If the design cannot combine the factors, a constraint cannot be held, or there is too much to run.
    """
    return _examined(experiment)[0]


def _examined(experiment: Experiment) -> tuple[list[tuple[str, AllianceError]], Plan | None]:
    """Return the `faults`, and the plan without its chunks as far as it can be made."""
    factors = _sorted(experiment)
    known = known_paths(experiment)
    found = [
        (factor.path, path_fault(experiment, factor, known) or range_fault(experiment, factor)) for factor in factors
    ]
    bare = None
    if all(error is None for _, error in found):
        bare = _bare(experiment)
        found = [(factor.path, value_fault(bare, place, factor)) for place, factor in enumerate(factors)]
    return [(path, error) for path, error in found if error is not None], bare
