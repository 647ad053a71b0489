"""Where scenarios, experiments and calibrations are found: a file of the user's, or a shipped one by its name."""

from __future__ import annotations

import difflib
from pathlib import Path

from simulator.foundation.errors import FileError, Problem

PACKAGE = Path(__file__).resolve().parent.parent
SINGULAR = {"scenarios": "scenario", "experiments": "experiment", "calibrations": "calibration"}


def folder(kind: str) -> Path:
    """Return the folder of the shipped ``"scenarios"``, ``"experiments"`` or ``"calibrations"``.

    A wheel carries them inside the package; a source tree, or an editable install, has them at its top.
    """
    inside = PACKAGE / "shipped" / kind
    return inside if inside.is_dir() else PACKAGE.parent / kind


def shipped(kind: str) -> dict[str, Path]:
    """Return the files of the shipped ``"scenarios"``, or of another kind, by name, in alphabetical order."""
    return {path.stem: path for path in sorted(folder(kind).glob("*.toml"))}


def locate(name_or_path: str | Path, kind: str, beside: Path | None = None) -> Path:
    """Return the file that is meant.

    Parameters
    ----------
    name_or_path : str or Path
        A path, or the name of a shipped file. An existing file goes before a shipped one.
    kind : {"scenarios", "experiments", "calibrations"}
        What is looked for.
    beside : Path, optional
        Folder from which a relative path is resolved; the current one by default.

    Raises
    ------
    FileError
        If there is no such file, naming the nearest one there is.
    """
    given = str(name_or_path)
    path = Path(given) if beside is None else beside / given
    if path.is_file():
        return path
    known = shipped(kind)
    if given in known:
        return known[given]
    word = SINGULAR[kind]
    if path.is_dir():
        raise FileError([Problem(f"is a folder. Write the {word}'s file, or the name of a shipped {word}.", given)])
    raise FileError([Problem(f"no such {word} file{_hint(path, known, word)}", given)])


def _hint(path: Path, known: dict[str, Path], word: str) -> str:
    """Return what to write instead of a path that does not exist."""
    near = [
        str(other) for other in sorted(path.parent.glob("*.toml")) if other.stem == path.stem or other.name == path.name
    ]
    if path.parent.is_dir() and not near:
        files = {other.name: str(other) for other in sorted(path.parent.glob("*.toml"))}
        near = [files[name] for name in difflib.get_close_matches(path.name, files, n=1)]
    near += difflib.get_close_matches(path.stem, known, n=1)
    if near:
        return f". Did you mean {near[0]!r}?"
    return f", and no shipped {word} of that name. Shipped: {', '.join(known)}." if known else "."
