"""On which line of a TOML file each key stands, which `tomllib` does not tell.

A path is a tuple of keys and, inside arrays, of indices from 0: ``("contract", 1, "plan_of_record", "bond")`` or
``("factors", "small.cash", 2)``.
"""

from __future__ import annotations

import bisect
import contextlib
import re
import tomllib

Path = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"[ \t]*")
_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SCALAR = re.compile(r"[^,\]}\n#]*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"""+'
    r"|'''.*?'''+"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)


class _Scanner:
    """Walks a document once and notes where each path begins."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.breaks = [match.start() for match in re.finditer("\n", text)]
        self.lines: dict[Path, int] = {}
        self.sizes: dict[Path, int] = {}
        self.given: dict[Path, int] = {}
        self.twice: tuple[Path, int, int] | None = None

    @property
    def line(self) -> int:
        """Return the line one is in, from 1."""
        return bisect.bisect_left(self.breaks, self.at) + 1

    def note(self, path: Path) -> None:
        """Note that `path` begins here, unless it has begun before."""
        self.lines.setdefault(path, self.line)

    def give(self, path: Path) -> None:
        """Note that `path` is given its value, or its table, here; a second time is a fault."""
        if path in self.given and self.twice is None:
            self.twice = path, self.given[path], self.line
        self.given.setdefault(path, self.line)

    def skip(self, pattern: re.Pattern[str]) -> str:
        """Move past what matches here, and return it."""
        match = pattern.match(self.text, self.at)
        if match is None:
            raise ValueError(f"nothing expected at character {self.at}")
        self.at = match.end()
        return match.group()

    def take(self, wanted: str) -> bool:
        """Move past `wanted` if it stands here, and return whether it did."""
        if not self.text.startswith(wanted, self.at):
            return False
        self.at += len(wanted)
        return True

    def document(self) -> None:
        """Walk headers and key-value pairs to the end."""
        table: Path = ()
        while self.skip(_BLANK) is not None and self.at < len(self.text):
            if self.take("[["):
                self.skip(_SPACE)
                table = self.header(array=True)
            elif self.take("["):
                self.skip(_SPACE)
                table = self.header(array=False)
            else:
                self.pair(table)

    def header(self, *, array: bool) -> Path:
        """Walk the rest of a table's header, and return the path of the table."""
        *outer, last = self.key()
        table: Path = ()
        for part in outer:
            table = self.newest((*table, part))
        table = (*table, last)
        if array:
            self.note(table)
            self.sizes[table] = self.sizes.get(table, 0) + 1
        table = self.newest(table)
        self.note(table)
        if not array:
            self.give(table)
        self.skip(_SPACE)
        if not self.take("]]" if array else "]"):
            raise ValueError("a header is not closed")
        return table

    def newest(self, table: Path) -> Path:
        """Return the newest element of an array of tables, or the table itself."""
        return (*table, self.sizes[table] - 1) if table in self.sizes else table

    def key(self) -> list[str]:
        """Walk a dotted key, and return its parts."""
        parts = []
        while True:
            self.skip(_SPACE)
            if self.text[self.at : self.at + 1] in {'"', "'"}:
                parts.append(str(tomllib.loads(f"key = {self.skip(_STRING)}")["key"]))
            else:
                parts.append(self.skip(_BARE))
            self.skip(_SPACE)
            if not self.take("."):
                return parts

    def pair(self, table: Path) -> None:
        """Walk ``key = value`` inside `table`."""
        start = self.at
        path = table
        for part in self.key():
            path = (*path, part)
            here, self.at = self.at, start
            self.note(path)
            self.at = here
        self.give(path)
        if not self.take("="):
            raise ValueError("a key has no value")
        self.skip(_SPACE)
        self.value(path)

    def value(self, path: Path) -> None:
        """Walk the value of `path`, noting what is inside it."""
        if self.take("["):
            index = 0
            while self.skip(_BLANK) is not None and not self.take("]"):
                self.note((*path, index))
                self.value((*path, index))
                self.skip(_BLANK)
                self.take(",")
                index += 1
        elif self.take("{"):
            while self.skip(_BLANK) is not None and not self.take("}"):
                self.pair(path)
                self.skip(_BLANK)
                self.take(",")
        elif self.text[self.at : self.at + 1] in {'"', "'"}:
            self.skip(_STRING)
        elif not self.skip(_SCALAR):
            raise ValueError("a value is missing")


def lines_of(text: str) -> dict[Path, int]:
    r"""Return the line, from 1, of every key, table and array element of a TOML document.

    Parameters
    ----------
    text : str
        The document. From the first thing that is not TOML on, nothing is noted.

    Examples
    --------
    >>> lines_of("[small]\ncash = 3\n[[contract]]\nname = 'a'")[("contract", 0, "name")]
    4
    """
    return _scanned(text).lines


def given_twice(text: str) -> tuple[Path, int, int] | None:
    r"""Return the first path that a document gives twice, with both lines, as far as the document is TOML; or None.

    Examples
    --------
    >>> given_twice("[small]\ncash = 3\n\ncash = 6\n")
    (('small', 'cash'), 2, 4)
    """
    return _scanned(text).twice


def _scanned(text: str) -> _Scanner:
    """Return the scanner of a document at its end, or at the first thing that is not TOML."""
    scanner = _Scanner(text)
    with contextlib.suppress(ValueError, IndexError):
        scanner.document()
    return scanner


def line_of(lines: dict[Path, int], path: Path) -> int | None:
    """Return the line of `path`, or of the nearest thing around it that stands in the file; None for the whole file."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return None
