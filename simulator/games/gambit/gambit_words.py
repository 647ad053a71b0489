"""The words of Gambit's game files: numbers, texts in quotation marks and braces, each with its line.

Space and commas only separate. `Words` reads them one by one and raises a FileError with file and line where something
else should stand; the functions below write them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from simulator.foundation.errors import FileError, Problem

_TOKEN = re.compile(r'(?P<space>[\s,]+)|(?P<text>"(?:\\.|[^"\\])*")|(?P<brace>[{}])|(?P<word>[^\s{}",]+)', re.DOTALL)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?(/\d+)?")


def text_of(path: str | Path) -> str:
    """Return the text of a file."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise FileError([Problem(f"cannot be read: {error.strerror}. Name a game file.", str(path))]) from None
    except UnicodeDecodeError:
        raise FileError([Problem("is not UTF-8 text. Name a game file of Gambit.", str(path))]) from None


def write_text(path: str | Path, text: str) -> None:
    """Write the text of a file, or raise FileError."""
    try:
        Path(path).write_text(text, encoding="utf-8")
    except OSError as error:
        raise FileError([Problem(f"cannot be written: {error.strerror}. Name another file.", str(path))]) from None


def quoted(text: str) -> str:
    r"""Return a text in quotation marks, those inside escaped.

    Examples
    --------
    >>> print(quoted('the "pig"'))
    "the \"pig\""
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def listed(texts: Iterable[str]) -> str:
    """Return texts as a list in braces.

    Examples
    --------
    >>> print(listed(["a", "b"]))
    { "a" "b" }
    """
    return "{ " + " ".join(quoted(text) for text in texts) + " }"


def decimal(value: float) -> str:
    """Return the shortest decimal without exponent that reads back as the same float.

    Examples
    --------
    >>> decimal(2.0), decimal(1e-7)
    ('2', '0.0000001')
    """
    value = float(value)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(Decimal(repr(value)), "f")


class Words:
    """Walks over the words of a file and knows the line of each.

    Parameters
    ----------
    text : str
        All of the file.
    place : str
        The file named in errors.

    Examples
    --------
    >>> words = Words('{ "a", 1/2 }')
    >>> words.take("{"), words.quoted("a label"), words.number("a number")
    (None, 'a', 0.5)
    """

    def __init__(self, text: str, place: str = "") -> None:
        self.place, self.text, self.at = place, text.removeprefix("\ufeff"), 0
        self.line = self.passed = 1
        self.kind, self.word = "", ""
        self.next()

    def next(self) -> None:
        """Move to the next word; its kind is empty at the end."""
        self.passed = self.line
        self.line += self.word.count("\n")
        while self.at < len(self.text):
            match = _TOKEN.match(self.text, self.at)
            if match is None:
                message = 'has a quotation mark that is never closed. Write "..." around texts.'
                raise FileError([Problem(message, self.place, self.line)])
            self.at = match.end()
            self.kind, self.word = str(match.lastgroup), match.group()
            if self.kind != "space":
                return
            self.line += self.word.count("\n")
        self.kind, self.word = "", ""

    def error(self, message: str) -> FileError:
        """Return an error at the line of the word that was passed last."""
        return FileError([Problem(message, self.place, self.passed)])

    def wanted(self, what: str) -> FileError:
        """Return the error that something else should stand here."""
        shown = " ".join(self.word[:40].split()) or "the end of the file"
        return FileError([Problem(f"must have {what} here; got {shown}.", self.place, self.line)])

    def take(self, word: str) -> None:
        """Move past a word."""
        if self.kind == "text" or self.word != word:
            raise self.wanted(word)
        self.next()

    def quoted(self, what: str) -> str:
        """Return a quoted text and move past it."""
        if self.kind != "text":
            raise self.wanted(f"{what} in quotation marks")
        text = re.sub(r'\\(["\\])', r"\1", self.word[1:-1])
        self.next()
        return text

    def integer(self, what: str) -> int:
        """Return a whole number of at least 0 and move past it."""
        if self.kind != "word" or not re.fullmatch(r"\d{1,9}", self.word):
            raise self.wanted(what)
        number = int(self.word)
        self.next()
        return number

    def number(self, what: str) -> float:
        """Return a finite number, decimal or a fraction, and move past it."""
        if self.kind != "word" or not _NUMBER.fullmatch(self.word):
            raise self.wanted(what)
        above, _, below = self.word.partition("/")
        value = float(above) / float(below) if below and float(below) else float(above)
        if not math.isfinite(value) or (below and not float(below)):
            raise self.wanted(f"{what} that is finite")
        self.next()
        return value

    def texts(self, what: str) -> list[str]:
        """Return a list of quoted texts in braces and move past it."""
        found = []
        self.take("{")
        while self.word != "}":
            found.append(self.quoted(what))
        self.next()
        return found

    def numbers(self, count: int) -> tuple[float, ...]:
        """Return so many payoffs in braces and move past them."""
        self.take("{")
        values = tuple(self.number(f"{count} payoffs") for _ in range(count))
        self.take("}")
        return values

    def prologue(self, format_name: str, version: str) -> tuple[str, list[str]]:
        """Return the title and the players, and move past them."""
        for words in ((format_name,), (version,), ("R", "D")):
            if self.kind == "text" or self.word not in words:
                shown = " ".join(self.word[:40].split()) or "nothing"
                message = f"must begin with {format_name} {version} R; got {shown}. Name such a file of Gambit."
                raise FileError([Problem(message, self.place, self.line)])
            self.next()
        title, players = self.quoted("a title"), self.texts("a player's name")
        if not players:
            raise self.error("must name at least one player.")
        return title, players

    def end(self) -> None:
        """Check that nothing follows."""
        if self.kind:
            raise self.wanted("the end of the file")
