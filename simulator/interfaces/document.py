"""A TOML file as read: its text, its data, where each key stands, and its faults in words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from simulator.foundation.errors import FileError, Problem, nearest
from simulator.interfaces.schema import FAULT, Table, shown
from simulator.interfaces.toml_lines import given_twice, line_of, lines_of

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Document:
    """A TOML file.

    Parameters
    ----------
    path : Path
        As the user gave it.
    text : str
        What stands in it.
    data : dict
        What that says.
    lines : dict
        Line of each key (see `toml_lines`).
    """

    path: Path
    text: str
    data: dict[str, Any]
    lines: dict[tuple[str | int, ...], int]

    def problem(self, message: str, *path: str | int) -> Problem:
        """Return a problem at a path of keys and indices."""
        return Problem(message, str(self.path), line_of(self.lines, path), dotted(path))

    def problems(self, error: ValidationError, table: Table) -> list[Problem]:
        """Return what pydantic found in a table of the file, in our words and in the order of the file."""
        found = []
        for fault in error.errors(include_url=False):
            path = list(self._written(fault["loc"]))
            context, got = fault.get("ctx", {}), shown(fault["input"])
            if fault["type"] == FAULT:
                message = context["text"]
                path += context["key"].split(".") if context["key"] else []
            elif fault["type"] == "extra_forbidden":
                message = f"unknown key. {nearest(str(path[-1]), keys_at(table, fault['loc'][:-1]))}"
            elif fault["type"] == "missing":
                message = f"is missing. Write {path[-1]} = ..."
            elif fault["type"] == "list_type":
                message = f"must be an array of tables; got {got}. Write [[{path[-1]}]], in double brackets."
            elif fault["type"] in {"model_type", "dict_type", "model_attributes_type"}:
                message = f"must be a table; got {got}. Write [{path[-1] if path else 'table'}], then its keys."
            else:
                message = f"{fault['msg']}; got {got}."
            found.append(self.problem(message, *path))
        return sorted(found, key=lambda problem: problem.line or 0)

    def _written(self, location: tuple[str | int, ...]) -> list[str | int]:
        """Return a location without the names of entries that pydantic puts into it and the file does not hold."""
        inside: Any = self.data
        path: list[str | int] = []
        for position, part in enumerate(location):
            last = position == len(location) - 1
            held = (isinstance(inside, dict) and part in inside) or (isinstance(inside, list) and isinstance(part, int))
            if held or (last and not _is_name(inside, part)):
                path.append(part)
                inside = inside[part] if held else None
        return path


def _is_name(inside: Any, part: str | int) -> bool:
    """Return whether `part` is the name of the entry whose table (or mere name) is `inside`."""
    return inside == part or (isinstance(inside, dict) and inside.get("name") == part)


def dotted(path: Sequence[str | int]) -> str:
    """Return a path of keys and indices as a file would write its key.

    Examples
    --------
    >>> dotted(("factors", "small.cash", 2))
    'factors."small.cash"'
    """
    return ".".join(str(part) if _bare(part) else f'"{part}"' for part in path if not isinstance(part, int))


def _bare(part: str | int) -> bool:
    """Return whether a key needs no quotes."""
    return isinstance(part, str) and re.fullmatch(r"[A-Za-z0-9_-]+", part) is not None


def keys_at(table: Table, location: tuple[str | int, ...]) -> tuple[str, ...]:
    """Return the keys known in the table at a location as pydantic gives it."""
    inside: Table | Mapping[str, Table] = table
    for part in location:
        if isinstance(part, str):
            inside = inside.tables[part] if isinstance(inside, Table) else inside[part]
    return inside.keys if isinstance(inside, Table) else ()


def open_document(path: Path) -> Document:
    """Return a TOML file.

    Raises
    ------
    FileError
        If it cannot be read, is not text, or is not TOML; with the line.
    """
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        got = f"{error.object[error.start]:#x}"
        raise FileError([Problem(f"must be text in UTF-8; got byte {got}. Save it as UTF-8.", str(path))]) from None
    except OSError as error:
        raise FileError([Problem(f"cannot be read: {error.strerror or error}.", str(path))]) from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FileError([_not_toml(path, text, str(error))]) from None
    return Document(path, text, data, lines_of(text))


def _not_toml(path: Path, text: str, said: str) -> Problem:
    """Return what is wrong with a file that is not TOML, given what the parser says of it."""
    place = _PLACE.search(said)
    line = int(place.group(1)) if place and place.group(1) else text.count("\n") + 1
    twice = given_twice(text)
    if twice is not None and twice[2] <= line:
        key, first, second = twice
        message = f"must be given once; got it on line {first} as well. Remove one of the two."
        return Problem(message, str(path), second, dotted(key))
    return Problem(f"not TOML: {_PLACE.sub('', said)}. Text needs quotes, and each key its own line.", str(path), line)


def validated(document: Document, table: Table) -> tuple[Any, list[Problem]]:
    """Return what the whole document becomes (None if it has faults) and its problems."""
    try:
        return TypeAdapter(table.type).validate_python(document.data), []
    except ValidationError as error:
        return None, document.problems(error, table)
