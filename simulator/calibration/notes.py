"""What the reader of a fit has to know, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from simulator.calibration.fit import Bootstrap
from simulator.calibration.inference import Identification, Matrix, Overidentification
from simulator.calibration.problem import Calibration
from simulator.calibration.simulated import Simulator

SHORTEST = 4.0
"""A singular value below which 1.96 standard errors to both sides are as wide as the bounds."""

LEVEL = 0.05
"""At a p-value below this the moments speak against the model."""
TINY = 1e-4


def on_test(test: Overidentification | None, bootstrap_p: float | None = None) -> str:
    """Return what the J test asks, its numbers, and what they say.

    Parameters
    ----------
    test : Overidentification or None
        None where there is nothing to test.
    bootstrap_p : float, optional
        P-value of the bootstrap, which then decides, being no approximation for large samples.

    Examples
    --------
    >>> print(on_test(Overidentification(0.5, 2, 0.78)))
    J tests whether one vector of parameters can meet all moments at once: J = 0.5, 2 degrees of freedom, p = 0.780.
    Not refuted at 5 %: if the model is right, 78 % of samples miss its moments by at least as much.
    """
    if test is None:
        return "J: no test, as there are no more moments than free parameters, or some say the same."
    p_value = test.p_value if bootstrap_p is None else bootstrap_p
    again = "" if bootstrap_p is None else f" (bootstrap {bootstrap_p:.3f})"
    degrees = f"{test.degrees} degree{'s' if test.degrees > 1 else ''} of freedom"
    verdict = "Refuted" if p_value < LEVEL else "Not refuted"
    share = f"{100.0 * p_value:.3g}" if p_value >= TINY else f"less than {100.0 * TINY:g}"
    return (
        f"J tests whether one vector of parameters can meet all moments at once: J = {test.statistic:.4g}, {degrees}, "
        f"p = {test.p_value:.3f}{again}.\n{verdict} at {100.0 * LEVEL:.0f} %: if the model is right, "
        f"{share} % of samples miss its moments by at least as much."
    )


def notes_on(
    calibration: Calibration,
    simulator: Simulator,
    bounds: Sequence[str],
    free: Sequence[int],
    D: Matrix | None,
    covariance: Matrix | None,
    identified: Identification | None,
    agreement: int,
    drawn: Bootstrap | None,
    jumping: Sequence[str],
) -> tuple[str, ...]:
    """Return the notes: bounds reached, what is not told apart, counts assumed, searches apart, places left out."""
    notes = []
    paths = [each.path for each in calibration.parameters]
    for path, bound in zip(paths, bounds, strict=True):
        if bound:
            notes.append(
                f"{path} is at its {bound} bound: it has no standard error, and the others hold it there. "
                "Widen the bound if it can be."
            )
    if D is None:
        notes.append("Nothing can be simulated right beside the estimate, so there are no standard errors.")
    elif covariance is None and free:
        still = [paths[axis] for place, axis in enumerate(free) if not D[:, place].any()]
        said = f"{', '.join(still)} moves no moment there" if still else "the moments do not tell the parameters apart"
        notes.append(f"There are no standard errors: around the estimate {said}.")
    if identified is not None and identified.singular_values[-1] < SHORTEST:
        parts = " ".join(
            f"{share:+.2f} {paths[axis]}"
            for share, axis in zip(identified.weakest, free, strict=True)
            if abs(share) > 0.1
        )
        notes.append(
            f"Hardly identified: the moments leave {parts} open over the whole width of the bounds "
            f"(singular value {identified.singular_values[-1]:.2g})."
        )
    assumed = [each.label for each in calibration.moments if each.standard_error is None and each.count is None]
    if assumed:
        notes.append(
            f"Neither standard_error nor count is given for the {', the '.join(assumed)}: taken as from "
            f"{calibration.replicates} observations, as many as there are replicates."
        )
    if agreement == 1 and calibration.starts > 1:
        notes.append(
            f"Of {calibration.starts} searches one alone ended lowest: there are several valleys. Write more starts."
        )
    notes += [
        f"The {label} jumps: a tenth of the histories or more have that very value, so its error is not normal. "
        "Use share_above with a threshold instead."
        for label in jumping
    ]
    left = sum(simulator.failures.values())
    if left:
        message, count = simulator.failures.most_common(1)[0]
        notes.append(f"{left} vectors of parameters could not be simulated and were avoided; {count} times: {message}")
    if drawn is not None and drawn.failed:
        notes.append(f"{drawn.failed} of {drawn.draws} refits of the bootstrap came to nothing and are left out.")
    return tuple(notes)
