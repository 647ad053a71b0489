"""How sharply the moments tell each parameter: the least distance along it, and the moments beside their fit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import matplotlib
import numpy as np

from simulator.interfaces.figures.style import BIG, INK, MUTED, PALE, RULES, SMALL, faint_grid, new_figure, plain_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from simulator.calibration.fit import Estimate, Fit
    from simulator.calibration.profile import Profile

ACROSS = 3
NEAR = 2.0


def calibrate_figure(fit: Fit, lines: Sequence[Profile]) -> Figure:
    """Return the figure of a calibration: one panel per parameter, and one of the moments.

    Parameters
    ----------
    fit : Fit
        The calibration.
    lines : sequence of Profile
        One per parameter, in their order.
    """
    panels = len(lines) + 1
    across = min(panels, ACROSS)
    down = math.ceil(panels / across)
    with matplotlib.rc_context(RULES):
        figure = new_figure(4.2 * across, 3.7 * down + 0.3, fit.calibration.title or fit.calibration.name)
        axes = list(np.atleast_1d(figure.subplots(down, across)).flat)
        for panel, line, estimate in zip(axes, lines, fit.estimates, strict=False):
            _profile(panel, line, estimate)
        _moments(axes[len(lines)], fit)
        for panel in axes[panels:]:
            panel.remove()
    return figure


def _profile(axes: Axes, line: Profile, estimate: Estimate) -> None:
    """Draw the distance along one parameter, with its estimate and its interval."""
    if estimate.interval is not None:
        axes.axvspan(*estimate.interval, color=PALE, alpha=0.6, linewidth=0.0, label="95 % interval")
    # the distance is that of many standard errors far away; its root shows near and far alike
    axes.plot(line.values, np.sqrt(line.distance), color=BIG, marker="o", markersize=4, linewidth=1.6)
    axes.axvline(estimate.value, color=SMALL, linestyle="--", linewidth=1.4, label=f"estimate {estimate.value:.4g}")
    axes.set_title(plain_text(line.path, 40))
    axes.set_xlabel("value")
    axes.set_ylabel("root of the distance, others fitted again")
    axes.set_ylim(bottom=0.0)
    axes.legend(loc="best")
    faint_grid(axes)


def _moments(axes: Axes, fit: Fit) -> None:
    """Draw by how many standard errors each observed moment is above the fitted one."""
    names = [plain_text(each.moment.label, 34) for each in fit.moments]
    gaps = [math.nan if each.difference is None else each.difference for each in fit.moments]
    places = np.arange(len(names))[::-1]
    axes.axvspan(-NEAR, NEAR, color=PALE, alpha=0.6, linewidth=0.0)
    axes.axvline(0.0, color=MUTED, linewidth=1.0)
    axes.plot(gaps, places, marker="s", markersize=7, linestyle="", color=INK)
    axes.set_yticks(places, names)
    axes.set_ylim(-0.6, len(names) - 0.4)
    reach = max([1.5 * NEAR, *(1.15 * abs(gap) for gap in gaps if math.isfinite(gap))])
    axes.set_xlim(-reach, reach)
    axes.set_title("Moments")
    axes.set_xlabel("observed less fitted, standard errors")
    faint_grid(axes)
