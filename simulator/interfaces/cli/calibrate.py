"""``alliance calibrate``: parameters of a scenario fitted to observed moments by simulation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.interfaces.cli.shared import ShippedOrFile, figure_file, figure_option, json_option

if TYPE_CHECKING:
    from simulator.calibration.fit import Fit, Interrupted
    from simulator.calibration.problem import Calibration


@click.command(
    "calibrate",
    short_help="Fit parameters to observed moments.",
    epilog="Example: alliance calibrate runway --figure profiles.png",
)
@click.argument("file", type=ShippedOrFile("calibrations"))
@click.option("--bootstrap", type=click.IntRange(min=2), metavar="N", help="Refit N data sets drawn at the estimate.")
@click.option("--jobs", type=click.IntRange(min=1), help="Searches side by side; by default one for each core.")
@figure_option
@json_option
def command(file: str, bootstrap: int | None, jobs: int | None, figure: Path | None, as_json: bool) -> None:
    """Fit parameters of a scenario to a table of observed moments, by the method of simulated moments.

    Every vector of parameters meets the same luck. Standard errors hold the noise of simulation; J tests whether the
    moments can be met together. The figure shows how the distance grows as each parameter leaves its estimate, the
    others fitted again. Ctrl-C gives the best parameters so far.
    """
    drawn = figure_file(figure)
    from simulator.calibration.estimate import estimate
    from simulator.calibration.fit import Interrupted
    from simulator.interfaces.cli.progress import ProgressBar
    from simulator.interfaces.cli.tables import print_json
    from simulator.interfaces.files import read_calibration
    from simulator.sweeps.executors import available_cores

    asked, jobs = read_calibration(file), jobs or available_cores()
    try:
        with ProgressBar("vectors of parameters") as bar:
            fit = estimate(asked, jobs=jobs, bootstrap=bootstrap or 0, progress=bar)
    except Interrupted as stop:
        report_best(asked, stop, as_json)
        raise KeyboardInterrupt(
            f"Interrupted after {stop.evaluations} vectors of parameters; "
            + ("these are the best so far, without standard errors." if stop.best else "nothing was found yet.")
        ) from None
    if as_json:
        print_json(document(fit))
    else:
        report(fit)
    if drawn is not None:
        from simulator.calibration.profile import profiles
        from simulator.interfaces.figures.calibrate import calibrate_figure
        from simulator.interfaces.figures.save import save

        try:
            with ProgressBar("vectors of parameters for the figure") as bar:
                lines = profiles(fit, jobs=jobs, progress=bar)
        except KeyboardInterrupt:
            raise KeyboardInterrupt("Interrupted; the figure was not drawn.") from None
        save(calibrate_figure(fit, lines), drawn)
        click.echo(f"wrote {drawn}", err=True)


def report_best(asked: Calibration, stop: Interrupted, as_json: bool) -> None:
    """Print the best parameters of an interrupted calibration."""
    from simulator.interfaces.cli.tables import print_json, print_table

    if as_json:
        best = {"best": stop.best, "objective": stop.objective, "evaluations": stop.evaluations}
        print_json({"calibration": asked.name, "status": "interrupted", **best})
    elif stop.best:
        title = f"{asked.title or asked.name}: interrupted; distance {stop.objective:.6g}"
        print_table(("parameter", "best so far"), stop.best.items(), title)


def document(fit: Fit) -> dict[str, Any]:
    """Return what ``--json`` prints."""
    from simulator.calibration.simulated import theta_of

    asked, drawn = fit.calibration, fit.bootstrap
    paths = [each.path for each in asked.parameters]

    def named(point: Any) -> dict[str, float]:
        return dict(zip(paths, map(float, theta_of(asked.parameters, point)), strict=True))

    return {
        "calibration": asked.name,
        "status": "finished",
        "scenario": asked.scenario.name,
        "contract": asked.contract,
        "replicates": asked.replicates,
        "seed": asked.seed,
        "weighting": asked.weighting,
        "samples": asked.samples,
        "optimiser": asked.optimiser,
        "parameters": [
            {
                "path": each.path,
                "estimate": each.value,
                "standard_error": each.standard_error,
                "interval": each.interval,
                "bound": each.bound or None,
                "bootstrap_standard_error": each.bootstrap_error,
                "bootstrap_interval": each.bootstrap_interval,
            }
            for each in fit.estimates
        ],
        "moments": [
            {
                "moment": each.moment.label,
                "measure": each.moment.measure,
                "statistic": each.moment.statistic,
                "observed": each.moment.value,
                "fitted": each.fitted,
                "standard_error": each.standard_error,
                "difference_in_standard_errors": each.difference,
                "simulation_factor": each.noise,
                "weight": each.weight,
            }
            for each in fit.moments
        ],
        "objective": fit.objective,
        "j_test": None
        if fit.test is None
        else {
            "statistic": fit.test.statistic,
            "degrees": fit.test.degrees,
            "p_value": fit.test.p_value,
            "bootstrap_p_value": None if drawn is None else drawn.p_value,
        },
        "identification": None
        if fit.identified is None
        else {
            "singular_values": fit.identified.singular_values,
            "condition": fit.identified.condition,
            "weakest": dict(zip([paths[axis] for axis in fit.free], fit.identified.weakest.tolist(), strict=True)),
        },
        "bootstrap": None
        if drawn is None
        else {"draws": drawn.draws, "failed": drawn.failed, "resampled": drawn.resampled},
        "searches": [
            {
                "start": named(each.start),
                "end": named(each.point),
                "objective": each.objective,
                "evaluations": each.evaluations,
            }
            for each in fit.searches
        ],
        "agreement": fit.agreement,
        "evaluations": fit.evaluations,
        "notes": fit.notes,
    }


def report(fit: Fit) -> None:
    """Print the fit for people."""
    from simulator.calibration.notes import on_test
    from simulator.interfaces.cli.tables import print_table

    asked, drawn = fit.calibration, fit.bootstrap
    columns: tuple[str, ...] = ("parameter", "estimate", "standard error", "low", "high")
    if drawn is not None:
        columns += ("bootstrap error", "low", "high")
    rows = []
    for each in fit.estimates:
        row: tuple[object, ...] = (each.path, each.value, each.standard_error, *(each.interval or (None, None)))
        if drawn is not None:
            row += (each.bootstrap_error, *(each.bootstrap_interval or (None, None)))
        rows.append((*row, each.bound or "no"))
    about = f"{asked.contract!r}, {asked.replicates} replicates, {asked.weighting} weights, 95% intervals"
    print_table((*columns, "at a bound"), rows, f"{asked.title or asked.name}: {about}")
    print_table(
        ("moment", "observed", "standard error", "fitted", "difference in s.e.", "1 + 1/tau"),
        [
            (each.moment.label, each.moment.value, each.standard_error, each.fitted, each.difference, each.noise)
            for each in fit.moments
        ],
    )
    click.echo(on_test(fit.test, None if drawn is None else drawn.p_value))
    if fit.identified is not None:
        values = ", ".join(f"{value:.3g}" for value in fit.identified.singular_values)
        click.echo(f"identification: singular values {values}; condition {fit.identified.condition:.3g}")
    click.echo(
        f"{fit.agreement} of {len(fit.searches)} searches ended lowest, at a distance of {fit.objective:.4g}; "
        f"{fit.evaluations} vectors of parameters simulated"
    )
    if drawn is not None:
        how = "data sets simulated" if drawn.resampled else "moments drawn"
        click.echo(f"bootstrap: {drawn.draws - drawn.failed} refits of {how} at the estimate")
    for note in fit.notes:
        click.echo(f"Note: {note}")
