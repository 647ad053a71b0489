"""Tools that run one tiny model many times, behind one signature: runs, jobs and an empty folder in, outcomes out.

Ours keeps every run with its provenance. joblib's Memory keeps a folder a run, EMA workbench's file callback appends to
text files; the others hold everything in memory. Each is called as its documentation says, in the way that suits
it best: where a tool has a special case for one job, it gets it.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import math
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

POINTS = 16
CHUNK = 4_096
"""Runs of a part: what a sweep of the most runs below takes by itself."""
LEAST, MOST = 1.0, 9.0
REPLICATES_DRAWN = 1_000

Outcome = tuple[float, float]


def history(cash: float, replicate: int) -> Outcome:
    """Return what SmallCo and BigCo get: a few operations, so that nearly all time is the tool's."""
    luck = (replicate * 7919 % 1009 + 0.5) / 1009
    return cash * luck + 0.3, luck * luck + 2.0


def on(start: tuple[float, int]) -> Outcome:
    """Return the outcome of a start."""
    return history(*start)


def many(starts: list[tuple[float, int]]) -> list[Outcome]:
    """Return the outcomes of several starts."""
    return [history(*start) for start in starts]


def levels(points: int) -> list[float]:
    """Return values of cash, evenly spread."""
    return [LEAST + (MOST - LEAST) * point / points for point in range(points)]


def inputs(runs: int) -> list[tuple[float, int]]:
    """Return the starts of so many runs: cash, and the number of the replicate."""
    return [(cash, replicate) for cash in levels(POINTS) for replicate in range(-(-runs // POINTS))][:runs]


@dataclass(frozen=True)
class Pair:
    """Our driver of the tiny model: a Python call for each run, as for every other tool."""

    @property
    def measures(self) -> Mapping[str, Any]:
        """Return both values."""
        from simulator.sweeps.measures import Measure

        columns = enumerate(("small_value", "big_value"))
        return {name: Measure(name, "money", name, lambda o, at=at: o[:, at].copy()) for at, name in columns}

    def prepare(self, scenario: Any, contract: Any) -> float:
        """Return the cash."""
        return float(scenario.small.cash)

    def simulate(self, prepared: float, seed: int, replicates: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the outcomes, one row a run."""
        outcomes = itertools.chain.from_iterable(history(prepared, replicate) for replicate in replicates.tolist())
        return np.fromiter(outcomes, np.float64, 2 * replicates.size).reshape(-1, 2)


def _ours(*, sampled: bool) -> Tool:
    """Return our sweep over a few points, or over a Latin hypercube with a point for each run."""

    def tool(runs: int, jobs: int, folder: Path) -> list[Outcome]:
        from simulator.economy.scenario import Scenario
        from simulator.sweeps.designs import Grid, LatinHypercube
        from simulator.sweeps.distributions import Uniform
        from simulator.sweeps.experiment import Experiment
        from simulator.sweeps.factors import Factor
        from simulator.sweeps.runner import run_sweep

        cash, drawn = Factor("small.cash", tuple(levels(POINTS))), Factor("small.cash", (), Uniform(LEAST, MOST))
        experiment = Experiment(
            "pair",
            Scenario("pair"),
            replicates=1 if sampled else runs // POINTS,
            measures=("small_value", "big_value"),
            factors=(drawn if sampled else cash,),
            design=LatinHypercube(runs) if sampled else Grid(),
        )
        result = run_sweep(experiment, folder / "sweep", jobs=jobs, chunk_runs=CHUNK, driver=Pair())
        if result.failed:
            raise RuntimeError(f"{result.failed} of {result.runs} runs failed: {result.failures[0][0]}")
        return [(math.nan, math.nan)] * result.runs  # they lie in the folder, for whoever wants them

    return tool


def plain_loop(runs: int, jobs: int, folder: Path) -> list[Outcome]:
    """Return the outcomes of a loop: the model by itself."""
    return many(inputs(runs))


def mesa_batch(runs: int, jobs: int, folder: Path) -> list[Outcome]:
    """Return the outcomes of Mesa's batch_run."""
    from benchmarks.mesa_pair import batch

    return batch(runs, jobs)


def ema_pair(cash: float, replicate: int) -> dict[str, float]:
    """Return the outcome as EMA workbench wants it."""
    small, big = history(cash, int(replicate))
    return {"small": small, "big": big}


def _ema(*, to_files: bool) -> Tool:
    """Return EMA workbench's evaluators, with or without its file callback."""

    def tool(runs: int, jobs: int, folder: Path) -> list[Outcome]:
        import ema_workbench as ema
        from ema_workbench.em_framework.callbacks import FileBasedCallback

        model = ema.Model("pair", function=ema_pair)
        model.uncertainties = [
            ema.RealParameter("cash", 0.0, 2.0 * MOST),
            ema.IntegerParameter("replicate", 0, runs),
        ]
        model.outcomes = [ema.ScalarOutcome("small"), ema.ScalarOutcome("big")]
        starts = [
            ema.Scenario(str(run), cash=cash, replicate=replicate) for run, (cash, replicate) in enumerate(inputs(runs))
        ]
        evaluator = ema.SequentialEvaluator(model) if jobs == 1 else ema.MultiprocessingEvaluator(model, jobs)

        class ToFiles(FileBasedCallback):  # type: ignore[misc]
            """The callback, which refuses an argument that 2.5.3 always gives it."""

            def __init__(self, *given: Any, log_progress: bool = False, **named: Any) -> None:
                """Open the files."""
                super().__init__(*given, **named)

        callback = ToFiles if to_files else None
        with contextlib.chdir(folder), evaluator:
            found = ema.perform_experiments(
                model, scenarios=starts, evaluator=evaluator, callback=callback, log_progress=True
            )
        if to_files:
            columns = [np.loadtxt(Path(found) / f"{name}.csv", ndmin=1).tolist() for name in ("small", "big")]
        else:
            columns = [found[1][name].tolist() for name in ("small", "big")]
        return list(zip(*columns, strict=True))

    return tool


def salib_rows(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return SmallCo's outcome of each row of a sample."""
    return np.array([history(cash, int(replicate))[0] for cash, replicate in rows.tolist()])


def salib(runs: int, jobs: int, folder: Path) -> list[Outcome]:
    """Return the outcomes of SALib's Sobol' sample; its size is 4 times a power of two, at most `runs`."""
    from SALib import ProblemSpec
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    problem = {"num_vars": 2, "names": ["cash", "replicate"], "bounds": [[LEAST, MOST], [0.0, REPLICATES_DRAWN]]}
    base = 1 << (max(runs // 4, 2).bit_length() - 1)
    if jobs == 1:
        rows = sampling.sample(problem, base, calc_second_order=False)
        results = salib_rows(rows)
        analysis.analyze(problem, results, calc_second_order=False)
    else:
        spec = ProblemSpec(problem).sample_sobol(base, calc_second_order=False)
        spec = spec.evaluate(salib_rows, nprocs=jobs)
        spec.analyze_sobol(calc_second_order=False)
        rows, results = spec.samples, spec.results
    return [(float(small), history(cash, int(number))[1]) for small, (cash, number) in zip(results, rows, strict=True)]


def joblib_parallel(runs: int, jobs: int, folder: Path) -> list[Outcome]:
    """Return the outcomes of joblib's Parallel."""
    from joblib import Parallel, delayed

    return list(Parallel(n_jobs=jobs)(delayed(history)(*start) for start in inputs(runs)))


def joblib_memory(runs: int, jobs: int, folder: Path) -> list[Outcome]:
    """Return the outcomes of joblib's Parallel of a function whose results Memory keeps on disk."""
    from joblib import Memory, Parallel, delayed

    kept = Memory(folder, verbose=0).cache(history)
    return list(Parallel(n_jobs=jobs)(delayed(kept)(*start) for start in inputs(runs)))


def _dask(*, chunked: bool, cluster: bool = False) -> Tool:
    """Return Dask's delayed calls: one a run or one a chunk, by its local schedulers or on a cluster of processes."""

    def tool(runs: int, jobs: int, folder: Path) -> list[Outcome]:
        import dask

        starts = inputs(runs)
        if chunked:
            parts = [starts[first : first + CHUNK] for first in range(0, len(starts), CHUNK)]
            tasks = [dask.delayed(many)(part) for part in parts]
        else:
            tasks = [dask.delayed(on)(start) for start in starts]
        if not cluster:
            scheduler: dict[str, Any] = {"scheduler": "sync"} if jobs == 1 else {"scheduler": "processes"}
            found = dask.compute(*tasks, num_workers=jobs, **scheduler)
        else:
            from distributed import Client

            with Client(
                n_workers=jobs, threads_per_worker=1, dashboard_address=None, local_directory=str(folder)
            ) as client:
                found = client.gather(client.compute(tasks))
        return list(itertools.chain.from_iterable(found)) if chunked else list(found)

    return tool


Tool = Callable[[int, int, Path], list[Outcome]]


@dataclass(frozen=True, slots=True)
class Measured:
    """A tool as it is measured.

    Parameters
    ----------
    tool : callable
        Runs the tiny model `runs` times on `jobs` cores.
    few, runs : int
        How many runs it is given, at first and then: fewer where one takes longer.
    needs : str
        The module it is, if it may be absent.
    keeps : bool
        Whether its finished runs are on disk when the sweep is killed.
    """

    tool: Tool
    few: int
    runs: int
    needs: str = ""
    keeps: bool = False

    @property
    def installed(self) -> bool:
        """Return whether it is installed here."""
        return not self.needs or importlib.util.find_spec(self.needs) is not None


LOOP, OURS, OURS_POINTS = "the model in a plain loop", "alliance", "alliance, every run a point of its own"
EMA, EMA_FILES = "EMA workbench", "EMA workbench, to files"
TOOLS: dict[str, Measured] = {
    LOOP: Measured(plain_loop, 20_480, 48 * CHUNK),
    OURS: Measured(_ours(sampled=False), 20_480, 48 * CHUNK, keeps=True),
    OURS_POINTS: Measured(_ours(sampled=True), 2 * CHUNK, 10 * CHUNK, keeps=True),
    "Mesa batch_run": Measured(mesa_batch, 2_048, 20_480, "mesa"),
    EMA: Measured(_ema(to_files=False), 2_048, 20_480, "ema_workbench"),
    EMA_FILES: Measured(_ema(to_files=True), 2_048, 20_480, "ema_workbench", keeps=True),
    "SALib sample, loop, analyze": Measured(salib, 2_048, 65_536, "SALib"),
    "joblib Parallel": Measured(joblib_parallel, 2_048, 20_480, "joblib"),
    "joblib Parallel with Memory": Measured(joblib_memory, 256, 2_048, "joblib", keeps=True),
    "Dask, a task a run": Measured(_dask(chunked=False), 2_048, 8_192, "dask"),
    "Dask, a task a chunk": Measured(_dask(chunked=True), 20_480, 48 * CHUNK, "dask"),
    "Dask cluster, a task a run": Measured(_dask(chunked=False, cluster=True), 512, 4_096, "distributed"),
    "Dask cluster, a task a chunk": Measured(_dask(chunked=True, cluster=True), 20_480, 48 * CHUNK, "distributed"),
}


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Let the peers' warnings pass unseen."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
