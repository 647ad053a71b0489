"""How sure the estimates are, whether the model fits at all, and what the moments can tell.

Observed moments m have covariance S; simulated ones, of R runs each, have Sigma / R, so at the true parameters the
difference g = m - m(theta) has covariance V = S + Sigma / R. Where S = Sigma / n, that is (1 + 1 / tau) S with
tau = R / n (McFadden 1989; Duffie and Singleton 1993). With the Jacobian D of m(theta), weights W, and
H = (D' W D)^-1, the estimate has covariance H D' W V W D H. With B a basis of what is orthogonal to D, B' g does not
depend, to first order, on the estimate, so J = g' B (B' V B)^-1 B' g is chi-squared with k - p degrees of freedom for
any weights, and g' V^-1 g for W = V^-1 (Hansen 1982; Newey 1985).

References
----------
McFadden (1989), A method of simulated moments for estimation of discrete response models without numerical integration,
Econometrica 57.
Duffie and Singleton (1993), Simulated moments estimation of Markov models of asset prices, Econometrica 61.
Hansen (1982), Large sample properties of generalized method of moments estimators, Econometrica 50.
Newey (1985), Generalized method of moments specification testing, Journal of Econometrics 29.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import null_space
from scipy.stats import chi2

from simulator.calibration.problem import Calibration
from simulator.calibration.simulated import Simulator, Vector
from simulator.foundation.errors import ParameterError

Matrix = NDArray[np.float64]

WIDE_STEP = 0.05
LEAST_STEP = 0.002
LARGEST_STEP = 0.1
HALVINGS = 4
SINGULAR = 1e-10


def observed_covariance(calibration: Calibration, covariance: Matrix) -> Matrix:
    """Return S, the covariance of the observed moments, shape (k, k).

    Parameters
    ----------
    calibration : Calibration
        A moment without a standard error has that of `count` observations of the model; without either, that of as many
        observations as there are replicates.
    covariance : float array, shape (k, k)
        n times the covariance of moments of n runs.
    """
    own = np.diag(covariance)
    variances = np.array(
        [
            each.standard_error**2
            if each.standard_error is not None
            else own[j] / (each.count or calibration.replicates)
            for j, each in enumerate(calibration.moments)
        ]
    )
    errors = np.sqrt(variances)
    if calibration.samples == "separate":
        return np.asarray(np.diag(variances))
    return np.asarray(correlation(covariance) * np.outer(errors, errors))


def correlation(covariance: Matrix) -> Matrix:
    """Return the correlations of a covariance matrix; 0 beside what does not vary."""
    errors = np.sqrt(np.diag(covariance))
    scale = np.outer(errors, errors)
    result: Matrix = np.divide(covariance, scale, out=np.zeros_like(covariance), where=scale > 0.0)
    np.fill_diagonal(result, 1.0)
    return result


def weights_of(calibration: Calibration, covariance: Matrix, *, optimal: bool) -> Matrix:
    """Return W: given weights and inverse variances on the diagonal, or the inverse of V.

    Raises
    ------
    ParameterError
        If the moments say the same in other words, so that V cannot be inverted.
    """
    observed = observed_covariance(calibration, covariance)
    if not optimal:
        given = [each.weight for each in calibration.moments]
        return np.diag([1.0 / observed[j, j] if w is None else w for j, w in enumerate(given)])
    total = observed + covariance / calibration.replicates
    if not invertible(total):
        raise ParameterError(
            f"Calibration.weighting must be 'diagonal' for these moments; got 'optimal', and "
            f"{_same(calibration, total)} say the same in other words. Leave one out, or write 'diagonal'."
        )
    return np.asarray(np.linalg.inv(total))


def invertible(covariance: Matrix) -> bool:
    """Return whether a covariance matrix is far enough from singular, whatever the units."""
    return bool(np.linalg.eigvalsh(correlation(covariance))[0] > SINGULAR)


def _same(calibration: Calibration, covariance: Matrix) -> str:
    """Return the names of two moments that say the same, or of all."""
    distance = 1.0 - np.abs(correlation(covariance))
    np.fill_diagonal(distance, 1.0)
    i, j = np.unravel_index(np.argmin(distance), distance.shape)
    if distance[i, j] < 1e-6:
        return f"the {calibration.moments[i].label} and the {calibration.moments[j].label}"
    return "some of them together"


def jacobian(simulator: Simulator, point: Vector, free: list[int], steps: Vector) -> Matrix | None:
    """Return how the moments move with each free coordinate of the cube, shape (k, len(free)); None if they cannot.

    Central differences under common luck; near a wall the step is cut on that side, and where nothing can be simulated
    it is halved.
    """
    columns = []
    for axis, step in zip(free, steps, strict=True):
        for halving in range(HALVINGS):
            ahead, behind = point.copy(), point.copy()
            ahead[axis] = min(point[axis] + step / 2**halving, 1.0)
            behind[axis] = max(point[axis] - step / 2**halving, 0.0)
            up, down = simulator.values(ahead), simulator.values(behind)
            if up is not None and down is not None:
                columns.append((up - down) / (ahead[axis] - behind[axis]))
                break
        else:
            return None
    return np.array(columns).T.reshape(len(simulator.calibration.moments), len(free))


def sandwich(D: Matrix, W: Matrix, V: Matrix) -> Matrix | None:
    """Return the covariance of the estimate, shape (p, p); None if the moments do not tell the parameters apart.

    Examples
    --------
    Two equally good observations of one number, with variance 1 each: half of that.

    >>> sandwich(np.ones((2, 1)), np.eye(2), np.eye(2)).tolist()
    [[0.5]]
    """
    scale = np.sqrt(np.diag(D.T @ W @ D))
    if D.shape[1] == 0 or not (scale > 0.0).all():
        return None
    scaled = D / scale
    information = scaled.T @ W @ scaled
    if np.linalg.eigvalsh(information)[0] < SINGULAR:
        return None
    H = np.linalg.inv(information) @ scaled.T @ W
    return np.asarray(H @ V @ H.T / np.outer(scale, scale))


def settled_jacobian(
    simulator: Simulator, point: Vector, free: list[int], W: Matrix, V: Matrix
) -> tuple[Matrix | None, Matrix | None]:
    """Return the Jacobian, with steps of about one standard error, and the covariance of the estimate.

    The moments are straight enough over the region in which the estimate lies if the asymptotics hold at all, and over
    smaller steps a measure of few values shows its steps and not its slope.
    """
    steps = np.full(len(free), WIDE_STEP)
    D = jacobian(simulator, point, free, steps)
    covariance = None if D is None else sandwich(D, W, V)
    if covariance is None:
        return D, None
    steps = np.clip(np.sqrt(np.diag(covariance)), LEAST_STEP, LARGEST_STEP)
    D = jacobian(simulator, point, free, steps)
    return D, None if D is None else sandwich(D, W, V)


@dataclass(frozen=True, slots=True)
class Overidentification:
    """The test of whether the moments can be met together.

    Parameters
    ----------
    statistic : float
        J.
    degrees : int
        Moments less free parameters, at least 1.
    p_value : float
        Probability of a larger J if the model is right.
    """

    statistic: float
    degrees: int
    p_value: float


def overidentification(gap: Vector, D: Matrix, V: Matrix) -> Overidentification | None:
    """Return the J test; None without degrees of freedom, or where V is singular.

    Parameters
    ----------
    gap : float array, shape (k,)
        Observed less fitted moments.
    D : float array, shape (k, p)
        Jacobian.
    V : float array, shape (k, k)
        Covariance of the gap at the true parameters.

    Examples
    --------
    Two observations of one number, 2 apart, each with variance 1: J = 2^2 / 2.

    >>> overidentification(np.array([1.0, -1.0]), np.ones((2, 1)), np.eye(2)).statistic
    2.0
    """
    errors = np.sqrt(np.diag(V))
    if not (errors > 0.0).all():
        return None
    B = null_space((D / errors[:, None]).T) if D.shape[1] else np.eye(len(gap))
    degrees = B.shape[1]
    middle = B.T @ correlation(V) @ B
    if degrees == 0 or np.linalg.eigvalsh(middle)[0] < SINGULAR:
        return None
    projected = B.T @ (gap / errors)
    statistic = float(projected @ np.linalg.solve(middle, projected))
    return Overidentification(round(statistic, 12), degrees, float(chi2.sf(statistic, degrees)))


@dataclass(frozen=True, slots=True)
class Identification:
    """What the moments can tell of the parameters, by the Jacobian in standard errors per width of the bounds.

    Parameters
    ----------
    singular_values : float array, shape (p,)
        Largest first. The inverse of one is the standard error along its direction, as a share of the bounds' width.
    condition : float
        The largest over the smallest; infinite if a direction moves nothing.
    weakest : float array, shape (p,)
        The direction of the smallest, of length 1.
    """

    singular_values: Vector
    condition: float
    weakest: Vector


def identification(D: Matrix, V: Matrix) -> Identification | None:
    """Return what the moments can tell; None if one of them has no variance or no parameter is free."""
    errors = np.sqrt(np.diag(V))
    if D.shape[1] == 0 or not (errors > 0.0).all():
        return None
    _, values, directions = np.linalg.svd(D / errors[:, None], full_matrices=False)
    condition = float(values[0] / values[-1]) if values[-1] > 0.0 else math.inf
    weakest = directions[-1] * np.sign(directions[-1][np.argmax(np.abs(directions[-1]))])
    return Identification(values, condition, weakest)
