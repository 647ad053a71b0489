"""What a benchmark found, and how it is printed: a table for people, Markdown for the README, JSON for programs."""

from __future__ import annotations

import math
import operator
import os
import platform
import re
import sys
from dataclasses import asdict, dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.timing import available_cores

MARKED = re.compile(r"(<!-- benchmarks -->\n).*?(<!-- /?benchmarks -->)", re.DOTALL)
SIGNS = {">=": operator.ge, "<=": operator.le, "<": operator.lt, ">": operator.gt}
LIBRARIES = ("alliance-simulator", "numpy", "numba", "mesa", "pyarrow")


@dataclass(frozen=True, slots=True)
class Line:
    """One number.

    Parameters
    ----------
    what : str
        What was measured.
    value : float
        The number; NaN if there is none.
    unit : str
        Its unit; "times" for a ratio. Without a number, the reason, such as "not installed".
    target : str
        What it should be, such as ">= 100" or "< 0.3"; empty if nothing is asked.
    shown : bool
        Whether it belongs to the small table of the README.
    """

    what: str
    value: float
    unit: str
    target: str = ""
    shown: bool = False

    @property
    def met(self) -> bool | None:
        """Return whether the target is met; None without one."""
        if not self.target:
            return None
        sign, bound = self.target.split()
        return SIGNS[sign](self.value, float(bound))

    @property
    def amount(self) -> str:
        """Return the number with its unit, rounded to three digits."""
        return self.unit if math.isnan(self.value) else f"{rounded(self.value)} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Section:
    """The numbers of one benchmark: a title, how they were taken, and the lines."""

    name: str
    title: str
    method: str
    lines: tuple[Line, ...]


def rounded(value: float) -> str:
    """Return a number with three significant digits.

    Examples
    --------
    >>> [rounded(value) for value in (31279843.5, 1234.5, 105.2, 0.25551, 2.0)]
    ['31.3 million', '1,230', '105', '0.256', '2.00']
    """
    if abs(value) >= 1e6:
        return f"{rounded(value / 1e6)} million"
    if value == 0.0:
        return "0"
    digits = 2 - int(f"{value:.2e}".partition("e")[2])
    return f"{round(value, digits):,.{max(digits, 0)}f}"


def machine() -> dict[str, str]:
    """Return what the numbers were taken on and with."""
    return {
        "date": date.today().isoformat(),
        "processor": _processor(),
        "cores": str(available_cores()),
        "system": f"{platform.system()} {platform.machine()}",
        "load": f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown",
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }


def _processor() -> str:
    """Return the name of the processor as the system gives it."""
    try:
        listed = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        listed = ""
    named = re.search(r"model name\s*: (.*)", listed)
    return named[1].strip() if named else platform.processor() or platform.machine()


def as_text(sections: list[Section], about: dict[str, str]) -> str:
    """Return the tables for people."""
    head = [f"{key:<20} {value}" for key, value in about.items()]
    parts = ["\n".join(head)]
    for section in sections:
        width = max(len(line.what) for line in section.lines)
        rows = [f"  {line.what:<{width}}  {line.amount:>32}  {_verdict(line)}".rstrip() for line in section.lines]
        parts.append("\n".join([section.title, f"  ({section.method})", *rows]))
    return "\n\n".join(parts)


def _verdict(line: Line) -> str:
    """Return the target and whether it is met."""
    return f"target {line.target}: {'met' if line.met else 'MISSED'}" if line.target else ""


def as_markdown(sections: list[Section], about: dict[str, str], *, full: bool = False) -> str:
    """Return a Markdown table: the lines for the README, or all of them with how they were taken."""
    taken = (
        f"Taken on {about['date']} on {about['cores']} cores ({about['processor']}) with Python {about['python']}, "
        f"numba {about['numba']}, NumPy {about['numpy']} and Mesa {about['mesa']}, by `python -m benchmarks`."
    )
    if not full:
        rows = [line for section in sections for line in section.lines if line.shown]
        return f"{_table(rows)}\n\n{taken}\n"
    parts = [f"## {each.title}\n\nHow: {each.method}.\n\n{_table(each.lines)}" for each in sections]
    return "\n\n".join([taken, *parts]) + "\n"


def _table(lines: list[Line] | tuple[Line, ...]) -> str:
    """Return lines as a Markdown table."""
    rows = [f"| {line.what} | {line.amount} | {line.target}{_missed(line)} |" for line in lines]
    return "\n".join(["| what | measured | target |", "|---|---:|---:|", *rows])


def _missed(line: Line) -> str:
    """Return a note where a target is missed."""
    return " (missed)" if line.met is False else ""


def as_json(sections: list[Section], about: dict[str, str]) -> dict[str, Any]:
    """Return everything as plain values."""
    found = [asdict(section) for section in sections]
    for section, values in zip(sections, found, strict=True):
        for line, entry in zip(section.lines, values["lines"], strict=True):
            entry["met"] = line.met
            entry["value"] = None if math.isnan(line.value) else line.value
    return {"machine": about, "argv": sys.argv[1:], "benchmarks": found}


def write_between_markers(path: Path, text: str) -> bool:
    """Put a text between the two ``<!-- benchmarks -->`` markers of a file; return whether it has them.

    The second may be written ``<!-- /benchmarks -->``.
    """
    if not path.exists():
        return False
    before = path.read_text(encoding="utf-8")
    after, found = MARKED.subn(lambda match: f"{match[1]}\n{text}\n{match[2]}", before, count=1)
    if found and after != before:
        path.write_text(after, encoding="utf-8")
    return bool(found)
