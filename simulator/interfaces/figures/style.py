"""How every figure looks: two colours that the colour-blind can tell apart, each with its own marker and line."""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SMALL = "#B34A00"
BIG = "#005B96"
INK = "#222222"
MUTED = "#767676"
PALE = "#D9D9D9"
CHOSEN = "#FFF3C4"

SMALL_LINE: dict[str, Any] = {"color": SMALL, "linestyle": "-", "marker": "s"}
BIG_LINE: dict[str, Any] = {"color": BIG, "linestyle": "--", "marker": "o", "markerfacecolor": "white"}

RULES: Any = {
    "font.size": 10.0,
    "axes.titlesize": 11.0,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "legend.fontsize": 9.0,
    "figure.facecolor": "white",
}


def new_figure(width: float, height: float, title: str) -> Figure:
    """Return an empty figure of this size (inches), with a title, that needs no display."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    figure.suptitle(plain_text(title, int(9.0 * width)), fontsize=14, fontweight="bold", x=0.01, ha="left")
    return figure


def faint_grid(axes: Axes) -> None:
    """Lay a grid behind what is drawn."""
    axes.grid(color=PALE, linewidth=0.6, alpha=0.7)
    axes.set_axisbelow(True)


def short(value: float) -> str:
    """Return a level or a label's number in few characters.

    Examples
    --------
    >>> short(0.30000000000000004), short(1200.0)
    ('0.3', '1200')
    """
    return f"{value + 0.0:.4g}"


def plain_text(text: str, most: int) -> str:
    r"""Return a text of at most so many characters, wide ones counted twice, none with a meaning to the figure.

    Examples
    --------
    >>> plain_text("a very long name", 7), plain_text("$1", 7)
    ('a very…', '\\$1')
    """
    words = " ".join(text.split())
    widths = [2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in words]
    if sum(widths) > most:
        fit = sum(width <= most - 1 for width in itertools.accumulate(widths))
        words = f"{words[:fit].rstrip()}…"
    return words.replace("$", r"\$")


def in_cells(values: Iterable[float]) -> Callable[[float], str]:
    """Return how numbers that stand in one matrix are written: all with as many decimals, or in powers of ten.

    Examples
    --------
    >>> [in_cells([0.0, 1.35])(each) for each in (0.0, 1.35)]
    ['0.00', '1.35']
    >>> [in_cells([2e140, 0.0])(each) for each in (2e140, 1.0)]
    ['2e+140', '0']
    """
    numbers = list(values)
    top = max(abs(number) for number in numbers)
    if top == 0.0 or 0.01 <= top < 1e6:
        places = decimals(numbers)
        return lambda number: f"{number:z.{places}f}"
    spread = max(numbers) - min(numbers)
    finer = math.floor(math.log10(top / spread)) if spread > 0.0 else 0
    digits = min(max(4 + finer, 4), 9)
    return lambda number: f"{0.0 if abs(number) < 1e-12 * top else number:.{digits}g}"


def decimals(values: Iterable[float]) -> int:
    """Return how many decimals tell these numbers apart: two for a range of 1 to 10, none for whole numbers.

    Examples
    --------
    >>> decimals([0.0, 1.35]), decimals([20.0, -5.0]), decimals([0.5, 400.0])
    (2, 0, 0)
    """
    numbers = list(values)
    if all(float(number).is_integer() for number in numbers):
        return 0
    spread = max(numbers) - min(numbers)
    return 2 if spread <= 0.0 else max(0, min(4, 2 - math.floor(math.log10(spread))))
