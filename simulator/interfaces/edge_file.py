"""Ties from a file of their own: ``[market] network = { name = "edges", file = "ties.csv" }``.

The ties take the place of the file's name before the scenario is validated. So a scenario holds what the file said, and
whoever keeps, compares or runs it needs the file no more.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from simulator.foundation.errors import Problem
from simulator.interfaces.document import Document
from simulator.interfaces.schema import shown

PLACE = ("market", "network")
PAIR = re.compile(r"([0-9]+)(?:\s*[,;]\s*|\s+)([0-9]+)")
LONGEST_INDEX = 18


def with_ties(document: Document) -> tuple[Document, list[Problem]]:
    """Return a scenario's document with the ties of its edge file in place of the file's name, and the problems.

    The text has the ties appended as comments, so that it says by itself what was run. A network at fault is left out,
    so that the rest can still be validated.

    Parameters
    ----------
    document : Document
        A scenario. Its edge file, if it names one, is found relative to it.
    """
    market = document.data.get("market")
    network = market.get("network") if isinstance(market, dict) else None
    if network == "edges":
        network = {"name": network}
    if not isinstance(market, dict) or not isinstance(network, dict) or network.get("name") != "edges":
        return document, []
    ties: list[list[int]] = []
    text = document.text
    if set(network) == {"name", "file"}:
        ties, text, problems = _read(document, network["file"])
    elif set(network) == {"name", "pairs"}:
        return document, []
    else:
        given = ", ".join(key for key in network if key != "name") or "neither"
        message = f'must have either pairs or a file; got {given}. Write pairs = [[0, 0]] or file = "ties.csv".'
        problems = [document.problem(message, *PLACE)]
    market = {key: value for key, value in market.items() if key != "network"}
    if not problems:
        market["network"] = {"name": "edges", "pairs": ties}
    return dataclasses.replace(document, data=document.data | {"market": market}, text=text), problems


def _read(document: Document, name: Any) -> tuple[list[list[int]], str, list[Problem]]:
    """Return the ties in an edge file, the document's text with them below it, and the problems."""
    if not isinstance(name, str) or not name or "\0" in name:
        message = f'must be the name of a file; got {shown(name)}. Write it in quotes, such as "ties.csv".'
        return [], document.text, [document.problem(message, *PLACE, "file")]
    path = document.path.parent / name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror or error) if isinstance(error, OSError) else "it is not text in UTF-8"
        message = f"{path} cannot be read: {reason}. Write its path relative to the scenario's file."
        return [], document.text, [document.problem(message, *PLACE, "file")]
    ties, problems = _ties(text, str(path))
    appended = "".join(f"# {small},{big}\n" for small, big in ties)
    return ties, f"{document.text.rstrip()}\n\n# {name}:\n{appended}", problems


def _ties(text: str, file: str) -> tuple[list[list[int]], list[Problem]]:
    """Return the ties in the text of an edge file, or its first problem.

    A line holds the index of a SmallCo and that of a BigCo, divided by a comma, a semicolon or space. Empty lines, what
    follows a #, and a first line without figures (the names of the columns) are left out.
    """
    ties: list[list[int]] = []
    begun = False
    for number, line in enumerate(text.splitlines(), 1):
        entry = line.partition("#")[0].strip()
        names = not begun and re.search(r"\d", entry) is None
        begun = begun or bool(entry)
        if not entry or names:
            continue
        pair = PAIR.fullmatch(entry)
        if pair is None or max(map(len, pair.groups())) > LONGEST_INDEX:
            message = (
                f"must hold a SmallCo and a BigCo in each line, counted from 0; got {entry[:60]!r}. Write, say, 0,2."
            )
            return [], [Problem(message, file, number)]
        ties.append([int(end) for end in pair.groups()])
    if not ties:
        return [], [Problem("must hold at least one tie; got none. Write, say, 0,2 for SmallCo 0 and BigCo 2.", file)]
    return ties, []
