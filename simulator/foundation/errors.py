"""The one tree of errors: each is a clear line that says what, where, and what to write instead."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass


class AllianceError(Exception):
    """Anything the user can put right; the command line prints its one line and exits 1."""


class ParameterError(AllianceError, ValueError):
    """A value outside its range or of the wrong kind."""


class UnknownNameError(AllianceError, KeyError):
    """A name that no registry or scenario holds; carries the nearest known one."""

    def __str__(self) -> str:
        """Return the line itself (`KeyError` would quote it)."""
        return str(self.args[0])


def told_by_key(error: ParameterError | UnknownNameError, owner: type, path: str) -> ParameterError | UnknownNameError:
    """Return an error that names a class and its field as one that names the key, such as ``small.cash``."""
    return type(error)(str(error).replace(f"{owner.__name__}.", f"{path}." if path else ""))


@contextlib.contextmanager
def told_of(owner: type, path: str) -> Iterator[None]:
    """Turn errors that name a class and its field into errors that name the key."""
    try:
        yield
    except (ParameterError, UnknownNameError) as error:
        raise told_by_key(error, owner, path) from None


class AnswerError(AllianceError):
    """An answer of a user's compiled strategy that is no level; the reference driver says what is wrong with it."""


class SolverError(AllianceError):
    """A game that a solver cannot treat, or a profile that failed its certificate."""


class StoreError(AllianceError):
    """A sweep's folder that cannot be read, written or continued."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a file: where it stands and what to write instead.

    Parameters
    ----------
    message : str
        What is wrong and what to write instead.
    file : str
        The file's path as the user gave it.
    line : int or None
        Line in the file, from 1; None where no line can be named.
    key : str
        Dotted key, such as ``small.cash``; empty where no key can be named.
    """

    message: str
    file: str = ""
    line: int | None = None
    key: str = ""

    def __str__(self) -> str:
        """Return ``file:line: key: message``, leaving out what is not known."""
        place = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (place, self.key, self.message) if part)


class FileError(AllianceError):
    """One or more problems found in a file, all reported together."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep the problems; the message has one line for each."""
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[type[FileError], tuple[tuple[Problem, ...]]]:
        """Let worker processes send the error back."""
        return type(self), (self.problems,)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return a hint that names the nearest known name, or lists the known ones.

    Examples
    --------
    >>> nearest("revenu_share", ["revenue_share", "equity"])
    "Did you mean 'revenue_share'?"
    >>> nearest("xyz", ["nash", "random"])
    'Known: nash, random.'
    """
    names = list(known)
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"Did you mean {close[0]!r}?"
    return f"Known: {', '.join(names)}." if names else "None are known here."


def unknown(kind: str, name: str, known: Iterable[str]) -> UnknownNameError:
    """Return the error for a name that is not among the known ones.

    Examples
    --------
    >>> str(unknown("strategy", "nsh", ["nash"]))
    "Unknown strategy 'nsh'. Did you mean 'nash'?"
    """
    return UnknownNameError(f"Unknown {kind} {name!r}. {nearest(name, known)}")
