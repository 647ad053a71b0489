"""What a calibration finds."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.calibration.inference import Identification, Matrix, Overidentification
from simulator.calibration.problem import Calibration, Moment
from simulator.calibration.search import Search
from simulator.calibration.simulated import Vector

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """One parameter's estimate.

    Parameters
    ----------
    path : str
        The scenario key.
    value : float
        The estimate.
    standard_error : float or None
        By the asymptotic covariance; None at a bound, or where the moments do not tell it.
    interval : (float, float) or None
        The estimate and 1.96 standard errors to both sides, cut at the bounds.
    bound : str
        ``low`` or ``high`` if the estimate stands there, else "".
    bootstrap_error : float or None
        Standard deviation over the refits of the bootstrap.
    bootstrap_interval : (float, float) or None
        The middle 95 % of the refits.
    """

    path: str
    value: float
    standard_error: float | None
    interval: tuple[float, float] | None
    bound: str
    bootstrap_error: float | None = None
    bootstrap_interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class FittedMoment:
    """One moment, observed and fitted.

    Parameters
    ----------
    moment : Moment
        What was observed.
    fitted : float
        The simulated moment at the estimate.
    standard_error : float or None
        Of the observed value, given or implied by the model.
    difference : float or None
        Observed less fitted, in standard errors of the difference; None without any.
    noise : float or None
        1 + 1 / tau: by how much simulation inflates the variance of the difference.
    weight : float
        Its weight, on the diagonal of W.
    """

    moment: Moment
    fitted: float
    standard_error: float | None
    difference: float | None
    noise: float | None
    weight: float


@dataclass(frozen=True, slots=True)
class Bootstrap:
    """What refits of data drawn at the estimate say.

    Parameters
    ----------
    draws, failed : int
        Refits, and those among them that came to nothing and are left out.
    resampled : bool
        Whether data sets were simulated anew; otherwise moments were drawn from a normal distribution.
    estimates : float array, shape (draws - failed, p)
        The refitted parameters.
    p_value : float or None
        Share of the refits whose J is at least the observed one.
    """

    draws: int
    failed: int
    resampled: bool
    estimates: Matrix
    p_value: float | None


@dataclass(frozen=True, slots=True)
class Fit:
    """The estimates, how sure they are, and how well they fit.

    Parameters
    ----------
    calibration : Calibration
        What was asked.
    estimates : tuple of Estimate
        In the order of the parameters.
    moments : tuple of FittedMoment
        In the order of the moments.
    point : float array, shape (p,)
        The estimate in the unit cube of the bounds.
    free : tuple of int
        Parameters that do not stand at a bound.
    objective : float
        The weighted squared distance at the estimate.
    weights, covariance, jacobian : float array or None
        W (k, k), V (k, k), and how the moments move with each free parameter over the width of its bounds.
    test : Overidentification or None
        The J test.
    identified : Identification or None
        What the moments can tell.
    searches : tuple of Search
        One for each start, in their order.
    agreement : int
        Searches that ended as low as the best one.
    evaluations : int
        Vectors of parameters simulated in all.
    notes : tuple of str
        What the reader has to know, a sentence or two each.
    bootstrap : Bootstrap or None
        If it was asked for.
    """

    calibration: Calibration
    estimates: tuple[Estimate, ...]
    moments: tuple[FittedMoment, ...]
    point: Vector
    free: tuple[int, ...]
    objective: float
    weights: Matrix
    covariance: Matrix
    jacobian: Matrix | None
    test: Overidentification | None
    identified: Identification | None
    searches: tuple[Search, ...]
    agreement: int
    evaluations: int
    notes: tuple[str, ...]
    bootstrap: Bootstrap | None = None


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a calibration; carries the best parameters so far.

    Parameters
    ----------
    best : dict of str to float
        By path; empty if nothing had been tried.
    objective : float
        Their weighted squared distance.
    evaluations : int
        Vectors of parameters simulated so far.
    """

    def __init__(self, best: dict[str, float], objective: float, evaluations: int) -> None:
        """Keep what is known."""
        self.best, self.objective, self.evaluations = best, objective, evaluations
        super().__init__()
