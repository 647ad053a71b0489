"""Which files a figure can be written to, and writing it."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from simulator.foundation.errors import ParameterError, StoreError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SUFFIXES = (".png", ".svg")
RESOLUTION = 150


def check_suffix(path: Path) -> None:
    """Raise ParameterError unless the file's suffix is one that can be drawn, in a folder that exists."""
    if path.suffix.lower() not in SUFFIXES:
        raise ParameterError(
            f"--figure must end in {' or '.join(SUFFIXES)}; got {str(path)!r}. Write, say, {path.stem or 'figure'}.png."
        )
    if not path.absolute().parent.is_dir():
        raise StoreError(f"--figure: the folder {str(path.parent)!r} does not exist. Make it first.")


def save(figure: Figure, path: Path) -> None:
    """Write a figure as PNG or SVG by the suffix; the same figure gives the same bytes."""
    check_suffix(path)
    _write(figure, path, path.suffix.lower().removeprefix("."))


def svg_text(figure: Figure) -> str:
    """Return a figure as SVG whose letters are letters, for a page that is read and searched."""
    text = io.BytesIO()
    _write(figure, text, "svg", {"svg.fonttype": "none"})
    return text.getvalue().decode("utf-8")


def _write(figure: Figure, target: Path | IO[bytes], kind: str, rules: Any = None) -> None:
    """Write a figure as PNG or SVG."""
    import matplotlib

    metadata: dict[str, Any] = {"Date": None} if kind == "svg" else {"Software": None}
    with matplotlib.rc_context({"svg.hashsalt": "alliance", **(rules or {})}), warnings.catch_warnings():
        # a letter that the font lacks is drawn as a box
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        _settle(figure)
        figure.savefig(target, format=kind, dpi=RESOLUTION, metadata=metadata)


def _settle(figure: Figure) -> None:
    """Lay the figure out once and round the places: the layout's solver differs in the last digit from call to call."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for axes in figure.axes:
        left, bottom, width, height = axes.get_position().bounds
        axes.set_position((round(left, 4), round(bottom, 4), round(width, 4), round(height, 4)))
