"""What a sweep's manifest says of the experiment: what was run, by which design, and how its runs are laid out."""

from __future__ import annotations

import csv
import dataclasses
import io
from importlib.metadata import version
from typing import Any

from simulator.sweeps.designs.sensitivity import Sensitivity, problem
from simulator.sweeps.distributions import Discrete, distribution_name, settings_of
from simulator.sweeps.experiment import Experiment
from simulator.sweeps.factors import Factor
from simulator.sweeps.plan import Plan
from simulator.sweeps.provenance import FORMAT, Json
from simulator.sweeps.replication import Precision
from simulator.sweeps.store import POINT, SAMPLE, columns_of, point_columns

UNREACHED_KEPT = 1000


def factor_record(factor: Factor) -> Any:
    """Return the values of a factor, or its distribution as it stands in a file."""
    if factor.distribution is None:
        return factor.values
    settings = settings_of(factor.distribution)
    if isinstance(factor.distribution, Discrete):
        settings["values"] = factor.values
    return {"distribution": distribution_name(factor.distribution), **settings}


def experiment_record(experiment: Experiment) -> Json:
    """Return an experiment but for its scenario: names, design with settings, constraints, factors, seed."""
    return {
        "name": experiment.name,
        "title": experiment.title,
        "claim": experiment.claim,
        "contracts": experiment.contracts,
        "baseline": experiment.baseline,
        "design": experiment.design_name,
        "design_settings": settings_of(experiment.layout),
        "constraints": experiment.constraints,
        "replicates": experiment.replicates,
        "seed": experiment.seed,
        "measures": experiment.measures,
        "factors": {factor.path: factor_record(factor) for factor in experiment.factors},
    }


def manifest_of(made: Plan, before: Json | None, session: Json) -> Json:
    """Return the manifest of a sweep that is being run, with the sessions that have contributed to it.

    Parameters
    ----------
    made : Plan
        As far as it is known.
    before : dict or None
        The manifest the folder had.
    session : dict
        The session under way; it is changed as it goes on.
    """
    experiment = made.experiment
    earlier = [_settled(entry) for entry in (before or {}).get("sessions", [])]
    manifest: Json = {
        "format": FORMAT,
        "status": "running",
        "experiment": experiment_record(experiment),
        "scenario": {"name": experiment.scenario.name, "text": experiment.scenario_text or repr(experiment.scenario)},
        "structure": {
            "points": len(made.points),
            "contracts": len(experiment.contracts),
            "replicates": experiment.replicates,
        },
        "runs": made.runs,
        "failed": None,
        "columns": columns_of(made),
        "factors": point_columns(made),
        "provenance": session["provenance"],
        "started": earlier[0]["started"] if earlier else session["started"],
        "finished": None,
        "seconds": None,
        "sessions": [*earlier, session],
        "plan": [
            {"index": each.index, "key": each.key, "first_run": each.first_run, "runs": each.runs, "part": each.part}
            for each in made.chunks
        ],
    }
    layout = experiment.layout
    if isinstance(layout, Sensitivity):
        manifest["sensitivity"] = {
            "method": layout.analysis,
            "SALib": version("SALib"),
            "problem": problem(made.paths),
            "settings": settings_of(layout),
            "sample": SAMPLE,
            "rows": len(made.points),
        }
    if experiment.replication is not None:
        added = [
            {"runs": sum(each.counts) * len(experiment.contracts), "points": len(each.points)} for each in made.rounds
        ]
        first = {"runs": made.cells * experiment.replicates, "points": len(made.points)}
        manifest["replication"] = {"rule": dataclasses.asdict(experiment.replication), "rounds": [first, *added]}
    return manifest


def _settled(session: Json) -> Json:
    """Return an earlier session; one that still says it is running was killed, and what it computed is not known."""
    return session | {"status": "killed", "computed_runs": None} if session["status"] == "running" else session


def replication_record(made: Plan, precision: Precision) -> Json:
    """Return what adaptive replication reached: the replicates of every point, and the intervals still too wide."""
    unreached = precision.unreached()
    return {
        "replicates": precision.replicates.tolist(),
        "unreached": len(unreached),
        "widest": [dataclasses.asdict(each) | {"factors": made.at(each.point)} for each in unreached[:UNREACHED_KEPT]],
    }


def sample_table(made: Plan) -> bytes | None:
    """Return the points of a sensitivity design in the unit cube as CSV, in the order its analysis wants; else None."""
    layout = made.experiment.layout
    if not isinstance(layout, Sensitivity):
        return None
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([POINT, *made.paths])
    unit = layout.unit(made.paths, made.experiment.seed)
    writer.writerows([number, *map(repr, row)] for number, row in enumerate(unit.tolist()))
    return text.getvalue().encode()
