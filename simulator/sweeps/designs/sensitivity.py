"""Designs for sensitivity analysis: their points belong together, and SALib reads their results in this order.

The points lie in the unit cube and are turned into values by the quantiles of each factor, so that the analysis can be
made in the cube, whatever the distributions are; `problem` is what SALib wants to know of it.

References
----------
Morris (1991), Factorial sampling plans for preliminary computational experiments, Technometrics 33.
Saltelli et al. (2010), Variance based sensitivity analysis of model output, Computer Physics Communications 181.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.foundation.errors import AllianceError, ParameterError
from simulator.foundation.parameters import parameter
from simulator.sweeps.designs.base import DESIGNS, MOST_POINTS, Allowed, Design, Point, check_size, check_varied
from simulator.sweeps.designs.sampled import check_power, check_whole, points_at, whole
from simulator.sweeps.factors import Factor
from simulator.sweeps.ranges import Marginal


def salib(module: str) -> Any:
    """Return a module of SALib; raise AllianceError that says how to install it if it is missing."""
    import importlib

    try:
        return importlib.import_module(f"SALib.{module}")
    except ModuleNotFoundError as error:
        raise AllianceError(
            "Morris and Saltelli designs must have SALib to make and analyse them; it is not installed. "
            "Run: pip install 'alliance-simulator[sensitivity]'."
        ) from error


def problem(paths: Sequence[str]) -> dict[str, Any]:
    """Return the factors as SALib names them, each in the unit interval."""
    return {"num_vars": len(paths), "names": list(paths), "bounds": [[0.0, 1.0] for _ in paths]}


class Sensitivity(Design):
    """A design all of whose points are needed."""

    __slots__ = ()
    sampled = True
    bound = True
    analysis: str

    def unit(self, paths: Sequence[str], seed: int) -> NDArray[np.float64]:
        """Return the points in the unit cube, shape (size, factors), in the order in which SALib wants the results."""
        raise NotImplementedError

    def make(
        self, factors: Sequence[Factor], marginals: Sequence[Marginal], seed: int, allowed: Allowed
    ) -> list[Point]:
        """Return the points; constraints do not reach here, because none can be left out."""
        check_varied(self, factors)
        check_size(self, factors)
        return points_at(marginals, self.unit([factor.path for factor in factors], seed))


@DESIGNS.register("morris")
@dataclass(frozen=True, slots=True)
class Morris(Sensitivity):
    """Trajectories that change one factor at a time: which factors matter, for few runs (Morris 1991)."""

    trajectories: int = whole(16, 1, MOST_POINTS, "Trajectories, each of one point more than there are factors.")
    levels: int = whole(4, 2, 1000, "Levels of each factor, an even number.")

    analysis = "morris"

    def __post_init__(self) -> None:
        """Hold the settings to their ranges."""
        check_whole(self, "trajectories")
        check_whole(self, "levels")
        if self.levels % 2:
            raise ParameterError(
                f"Morris.levels must be even, or not all of them are as likely; got {self.levels}. Write levels = 4."
            )

    def size(self, factors: Sequence[Factor]) -> int:
        """Return trajectories x (factors + 1)."""
        return self.trajectories * (len(factors) + 1)

    def unit(self, paths: Sequence[str], seed: int) -> NDArray[np.float64]:
        """Return the trajectories one after the other."""
        sample: NDArray[np.float64] = salib("sample.morris").sample(
            problem(paths), self.trajectories, num_levels=self.levels, seed=seed
        )
        return sample

    def check_marginal(self, drawn: Marginal) -> None:
        """Raise ParameterError if a factor has no value at the ends of its distribution."""
        if not drawn.bounded:
            raise ParameterError(
                f"Factor {drawn.path!r} must have ends for a Morris design, whose outer levels lie there; got a "
                "distribution without. Write low and high beside its other keys."
            )


@DESIGNS.register("saltelli")
@dataclass(frozen=True, slots=True)
class Saltelli(Sensitivity):
    """Sobol' points and their exchanges column by column: shares of the variance (Saltelli et al. 2010)."""

    samples: int = whole(256, 1, MOST_POINTS, "Base samples, a power of two; each makes some points for every factor.")
    second_order: bool = parameter(False, low=0, high=1, doc="Whether to estimate the interactions of pairs as well.")

    analysis = "sobol"

    def __post_init__(self) -> None:
        """Hold the settings to their ranges."""
        if not isinstance(self.second_order, bool):
            raise ParameterError(
                f"Saltelli.second_order must be true or false; got {self.second_order!r}. Write true or false."
            )
        check_whole(self, "samples")
        check_power(self, "samples")

    def size(self, factors: Sequence[Factor]) -> int:
        """Return samples x (factors + 2), or samples x (2 factors + 2) with the second order."""
        return self.samples * (len(factors) * (2 if self.second_order else 1) + 2)

    def unit(self, paths: Sequence[str], seed: int) -> NDArray[np.float64]:
        """Return the points sample by sample: A, the exchanges of A by B (and of B by A), B."""
        sample: NDArray[np.float64] = salib("sample.sobol").sample(
            problem(paths), self.samples, calc_second_order=self.second_order, seed=seed
        )
        return sample
