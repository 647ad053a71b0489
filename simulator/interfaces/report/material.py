"""What a report is made of, read from a sweep's folder once: the manifest, the scenario, and what the runs say."""

from __future__ import annotations

import dataclasses
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from simulator.economy.scenario import Scenario
from simulator.foundation.errors import AllianceError, ParameterError, unknown
from simulator.interfaces.document import Document
from simulator.interfaces.scenario_file import scenario_of
from simulator.interfaces.toml_lines import lines_of
from simulator.sweeps.bootstrap import CONFIDENCE
from simulator.sweeps.compare import Comparison, compare
from simulator.sweeps.comparison.bins import numeric
from simulator.sweeps.comparison.frontier import VALUES, ContractMeans, contract_means
from simulator.sweeps.comparison.means import MeasureMean, measure_means
from simulator.sweeps.comparison.regions import RegionMap, region_map
from simulator.sweeps.comparison.runs import MEASURES_SHOWN, Runs, read_runs
from simulator.sweeps.folder import Folder
from simulator.sweeps.provenance import Json, read_manifest
from simulator.sweeps.store import load, read_part

MOST_ERRORS = 5
MOST_LEVELS = 24
MOST_CELLS = 400

ByLevel = tuple[tuple[Any, tuple[MeasureMean, ...]], ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """What the runs of a finished sweep say.

    Parameters
    ----------
    means : tuple of MeasureMean
        Every measure that was kept, under every contract.
    worth : tuple of ContractMeans
        Both firms' values; empty if they were not kept.
    comparison, by_level : Comparison or None
        Differences from the baseline over all points, and at each level of the factor asked for.
    worth_by : tuple of (level, tuple of ContractMeans)
        Both firms' values at each level of that factor.
    lines : dict of str to tuple of (level, tuple of MeasureMean)
        By factor, the chosen measures at each of its levels.
    regions : RegionMap or None
        Who wins where, if two numeric factors form a grid.
    notes : tuple of str
        What could not be said, and why.
    """

    means: tuple[MeasureMean, ...]
    worth: tuple[ContractMeans, ...]
    comparison: Comparison | None
    by_level: Comparison | None
    worth_by: tuple[tuple[Any, tuple[ContractMeans, ...]], ...]
    lines: dict[str, ByLevel]
    regions: RegionMap | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Material:
    """A sweep's folder as read.

    Parameters
    ----------
    manifest : dict
        As `provenance.read_manifest` returns it.
    scenario : Scenario or None
        The scenario that was run; None if this version cannot read its text.
    data : dict
        What stands in the scenario's text.
    measures : tuple of str
        Those that contracts are compared in.
    by : str or None
        The factor to compare by.
    runs, failed : int
        Runs that are there, and those among them that are recorded with an error.
    missing : tuple of int
        Numbers of the parts that are not there.
    errors : tuple of (str, int)
        The most frequent errors and how many runs had them.
    findings : Findings or None
        None if the sweep is not finished.
    """

    manifest: Json
    scenario: Scenario | None
    data: Json
    measures: tuple[str, ...]
    by: str | None
    runs: int
    failed: int
    missing: tuple[int, ...]
    errors: tuple[tuple[str, int], ...]
    findings: Findings | None

    @property
    def experiment(self) -> Json:
        """Return the experiment as the manifest has it."""
        entry: Json = self.manifest["experiment"]
        return entry

    @property
    def title(self) -> str:
        """Return the experiment's title, or its name if it has none."""
        return str(self.experiment["title"] or self.experiment["name"])

    @property
    def points(self) -> int:
        """Return the number of points of the experiment."""
        per_point = len(self.experiment["contracts"]) * int(self.experiment["replicates"])
        return int(self.manifest["runs"]) // per_point


def gather(folder: Folder, measures: Sequence[str] = (), by: str | None = None) -> Material:
    """Return what a report of a sweep's folder is made of.

    Parameters
    ----------
    folder : Path or Remote
        Of a sweep, finished or not.
    measures : sequence of str
        To compare in; by default both values and surplus, as far as they were kept.
    by : str, optional
        A factor to compare by.

    Raises
    ------
    StoreError
        If the folder is not a sweep's, or a part is damaged, or missing although the sweep is finished.
    UnknownNameError, ParameterError
        If there is no such measure or factor, or the factor never varies.
    """
    manifest = read_manifest(folder)
    kept = tuple(manifest["experiment"]["measures"])
    for name in measures:
        if name not in kept:
            raise unknown("measure", name, kept)
    if by is not None and by not in manifest["factors"]:
        raise unknown("factor", by, manifest["factors"])
    chosen = tuple(dict.fromkeys(measures)) or tuple(name for name in MEASURES_SHOWN if name in kept) or kept
    findings = _findings(folder, manifest, chosen, by) if manifest["status"] == "finished" else None
    runs, missing, errors = _parts(folder, manifest)
    scenario, data = _scenario(manifest)
    return Material(
        manifest=manifest,
        scenario=scenario,
        data=data,
        measures=chosen,
        by=by,
        runs=runs,
        failed=sum(errors.values()),
        missing=missing,
        errors=tuple(sorted(errors.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_ERRORS]),
        findings=findings,
    )


def _parts(folder: Folder, manifest: Json) -> tuple[int, tuple[int, ...], Counter[str]]:
    """Return the runs that are there, the parts that are not, and how many runs had which error."""
    runs, missing, errors = 0, [], Counter[str]()
    for entry in manifest["plan"]:
        path = folder / "runs" / entry["part"]
        if not path.exists():
            missing.append(int(entry["index"]))
            continue
        column = read_part(path, ["error"])["error"]
        runs += len(column)
        errors.update(error for error in column.to_pylist() if error is not None)
    return runs, tuple(missing), errors


def _scenario(manifest: Json) -> tuple[Scenario | None, Json]:
    """Return the scenario and its text as data; None and nothing if it is no text that this version reads."""
    text = str(manifest["scenario"]["text"])
    try:
        data = tomllib.loads(text)
        return scenario_of(Document(Path("scenario.toml"), text, data, lines_of(text))), data
    except (AllianceError, tomllib.TOMLDecodeError):
        return None, {}


def _findings(folder: Folder, manifest: Json, measures: tuple[str, ...], by: str | None) -> Findings:
    """Return what the runs of a finished sweep say, and what they cannot say and why."""
    kept = tuple(manifest["experiment"]["measures"])
    several = len(manifest["experiment"]["contracts"]) > 1
    runs = read_runs(folder, measures=kept) if several else _alone(folder, manifest, kept)
    if by is not None:
        runs.check_factor(by)
    notes: list[str] = []
    comparison = by_level = regions = None
    if several:
        chosen = read_runs(runs, measures=measures)
        try:
            comparison = compare(chosen)
            by_level = compare(chosen, by=by) if by is not None else None
        except ParameterError as error:
            notes.append(f"Contracts are not compared. {error}")
        axes = _axes(manifest, runs)
        if axes:
            try:
                regions = region_map(chosen, *axes, measures=measures)
            except ParameterError as error:
                notes.append(f"There is no map. {error}")
    else:
        notes.append("There is one contract only, so none is compared with another.")
    both = set(VALUES) <= set(kept)
    levels = runs.levels(by) if by is not None and both else []
    lines = dict(_lines(runs, measures, notes))
    return Findings(
        means=measure_means(runs),
        worth=contract_means(runs) if both else (),
        comparison=comparison,
        by_level=by_level,
        worth_by=tuple((level, contract_means(runs, points)) for level, points in levels),
        lines=lines,
        regions=regions,
        notes=tuple(notes),
    )


def _alone(folder: Folder, manifest: Json, measures: tuple[str, ...]) -> Runs:
    """Return the runs of the one contract of a sweep."""
    paths = list(manifest["factors"])
    frame = load(folder, [*paths, *measures])
    count = int(manifest["experiment"]["replicates"])
    values = np.stack([frame[name].to_numpy(np.float64).reshape(1, -1, count) for name in measures])
    (contract,) = manifest["experiment"]["contracts"]
    points = frame[paths].iloc[::count].reset_index(drop=True)
    return Runs((contract,), contract, measures, points, values, np.broadcast_to(True, values.shape[1:]))


def _axes(manifest: Json, runs: Runs) -> tuple[str, str] | None:
    """Return the first two numeric factors of a grid, in the order of the experiment; None where there is no map."""
    design = manifest["experiment"]["design"]
    if (design.get("name") if isinstance(design, dict) else design) != "grid":
        return None
    ordered = [path for path in manifest["experiment"]["factors"] if numeric(runs.points[path])]
    if len(ordered) < 2:
        return None
    x, y = ordered[:2]
    return (x, y) if runs.points[x].nunique() * runs.points[y].nunique() <= MOST_CELLS else None


def _lines(runs: Runs, measures: tuple[str, ...], notes: list[str]) -> Iterator[tuple[str, ByLevel]]:
    """Yield the measures at each level of every factor that has few enough; note the others."""
    places = [runs.measures.index(name) for name in measures]
    chosen = dataclasses.replace(runs, measures=measures, values=runs.values[places])
    for factor in runs.points.columns:
        if runs.points[factor].nunique() < 2:
            continue
        levels = runs.levels(factor)
        if len(levels) > MOST_LEVELS:
            notes.append(f"No lines are drawn by {factor}: it takes {len(levels)} values, more than {MOST_LEVELS}.")
        else:
            yield str(factor), tuple((level, measure_means(chosen, points, CONFIDENCE)) for level, points in levels)
