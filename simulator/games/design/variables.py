"""What a design may choose: fields of contract terms, each with a range or a list of choices.

Written as ``TERM.FIELD=LOW:HIGH`` (whole numbers where the field holds whole numbers) or ``TERM.FIELD=a|b|c``, several
separated by commas.
"""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from simulator.economy import terms as _terms  # noqa: F401 - registers every term
from simulator.economy.contract import TERMS, Contract, Term, contract_of, term_name
from simulator.foundation.errors import ParameterError, unknown
from simulator.foundation.parameters import Limits, limits_of

Value = bool | int | float | str
PREFIX = "contract."
CONTINUOUS, WHOLE, CHOICE = "continuous", "whole", "choice"
TRANSFERS = ("upfront_fee.fee", "two_part_tariff.fee")
"""Money at signing: it moves payoffs one to one and, unless it buys runway, nothing else."""


@dataclass(frozen=True, slots=True)
class Variable:
    """One field of a term that the design chooses.

    Parameters
    ----------
    key : str
        Such as ``revenue_share.share``.
    kind : {"continuous", "whole", "choice"}
        What its values are.
    low, high : float
        The range; of a choice, the first and the last index.
    choices : tuple of bool, int, float or str
        The values of a choice; empty otherwise.
    unit : str
        Of the field.
    """

    key: str
    kind: str
    low: float
    high: float
    choices: tuple[Value, ...] = ()
    unit: str = "-"

    @property
    def continuous(self) -> bool:
        """Return whether every number in the range is a value."""
        return self.kind == CONTINUOUS

    @property
    def count(self) -> int:
        """Return the number of values of a whole number or a choice; 0 of a continuum."""
        return 0 if self.continuous else int(self.high - self.low) + 1

    def value(self, place: float) -> Value:
        """Return the value at a place in [0, 1], to thirteen digits, so that a number written in a few is met.

        Examples
        --------
        >>> Variable("pilot.length", WHOLE, 1, 4).value(0.6)
        3
        """
        if self.continuous:
            return min(max(float(f"{self.low + place * (self.high - self.low):.13g}"), self.low), self.high)
        index = min(max(math.floor(place * self.count), 0), self.count - 1)
        return self.choices[index] if self.kind == CHOICE else int(self.low) + index

    def place(self, value: Value) -> float | None:
        """Return the place of a value in [0, 1], the middle of its cell if discrete; None if it is not among them."""
        if self.kind == CHOICE:
            return (self.choices.index(value) + 0.5) / self.count if value in self.choices else None
        if isinstance(value, str) or not self.low <= value <= self.high:
            return None
        if self.continuous:
            return (value - self.low) / (self.high - self.low)
        return (int(value) - self.low + 0.5) / self.count


def variables_of(text: str) -> tuple[Variable, ...]:
    """Return the variables written in one line.

    Raises
    ------
    UnknownNameError
        If a key names no field of a term; says the nearest.
    ParameterError
        If there is nothing to design, a key is given twice, or a range is empty or outside what the field admits.

    Examples
    --------
    >>> [(v.key, v.low, v.high) for v in variables_of("revenue_share.share=0:1, upfront_fee.fee=-5:5")]
    [('revenue_share.share', 0.0, 1.0), ('upfront_fee.fee', -5.0, 5.0)]
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts:
        raise ParameterError("--terms must name what to design; got nothing. Write, say, revenue_share.share=0:1.")
    found = tuple(_variable(part) for part in parts)
    keys = [variable.key for variable in found]
    for key in keys:
        if keys.count(key) > 1:
            raise ParameterError(f"--terms must name each key once; got {key!r} twice. Write it once.")
    return found


def _variable(text: str) -> Variable:
    """Return the variable written as KEY=LOW:HIGH or KEY=a|b|c."""
    key, equals, written = (part.strip() for part in text.partition("="))
    key = key.removeprefix(PREFIX)
    if not equals or not key:
        raise ParameterError(
            f"--terms must be KEY=LOW:HIGH or KEY=a|b|c; got {text!r}. Write, say, revenue_share.share=0:1."
        )
    limits, hint = _field(key)
    if ":" in written:
        return _range(key, written, limits, hint)
    if "|" in written:
        return _choice(key, written, limits, hint)
    raise ParameterError(
        f"--terms {key} must have a range or choices; got {written!r}. Write {key}=LOW:HIGH, or {key}=a|b."
    )


def _field(key: str) -> tuple[Limits | None, tuple[Any, ...]]:
    """Return the limits of a term's field, and the types it may have."""
    term, _, name = key.partition(".")
    known = [f"{each}.{entry.name}" for each, kind in TERMS.items() for entry in dataclasses.fields(kind)]  # type: ignore[arg-type]
    if key not in known:
        same = [each for each in known if each.startswith(f"{term}.")]
        raise unknown("contract term", key, same or known)
    hint = get_type_hints(TERMS[term])[name]
    limits = next((limits for entry, limits in limits_of(TERMS[term]) if entry.name == name), None)
    return limits, get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def _range(key: str, written: str, limits: Limits | None, hint: tuple[Any, ...]) -> Variable:
    """Return a variable with a range, held to what the field admits."""
    words = [word.strip() for word in written.split(":")]
    if limits is None or limits.words or not {int, float} & set(hint):
        raise ParameterError(f"--terms {key} holds no number; got the range {written!r}. Write choices, such as a|b.")
    try:
        low, high = (float(word) for word in words)
    except ValueError:
        raise ParameterError(f"--terms {key} must be LOW:HIGH; got {written!r}. Write, say, {key}=0:1.") from None
    for end in (low, high):
        if not (math.isfinite(end) and limits.admits(end)):
            raise ParameterError(
                f"--terms {key} must stay in {limits}; got the bound {end:g}. Write a finite bound in that range."
            )
    if not low < high:
        raise ParameterError(f"--terms {key} must have LOW below HIGH; got {written!r}, which is no range.")
    whole = float not in hint
    if whole and not (low.is_integer() and high.is_integer()):
        raise ParameterError(f"--terms {key} must have whole numbers as bounds; got {written!r}. Write, say, 1:6.")
    return Variable(key, WHOLE if whole else CONTINUOUS, low, high, (), limits.unit)


def _choice(key: str, written: str, limits: Limits | None, hint: tuple[Any, ...]) -> Variable:
    """Return a variable with choices, each held to what the field admits."""
    words = [word.strip() for word in written.split("|")]
    values: list[Value] = []
    for word in words:
        value: Value = word
        if bool in hint and word in {"true", "false"}:
            value = word == "true"
        elif limits is not None and not limits.words and {int, float} & set(hint):
            try:
                value = float(word) if float in hint else int(word)
            except ValueError:
                raise ParameterError(
                    f"--terms {key} must have numbers as choices; got {word!r}. Write numbers in {limits}."
                ) from None
            if not limits.admits(value):
                raise ParameterError(f"--terms {key} must stay in {limits}; got {word}. Write choices in that range.")
        elif word not in (allowed := _words(limits, hint)):
            raise unknown(key, word, allowed)
        values.append(value)
    if len(set(values)) < max(len(values), 2):
        raise ParameterError(f"--terms {key} must have two different choices or more; got {written!r}.")
    return Variable(key, CHOICE, 0.0, len(values) - 1.0, tuple(values), "-" if limits is None else limits.unit)


def _words(limits: Limits | None, hint: tuple[Any, ...]) -> tuple[str, ...]:
    """Return the words a field may hold."""
    if bool in hint:
        return "true", "false"
    if limits is not None and limits.words:
        return limits.words
    literal = [get_args(option) for option in hint if get_origin(option) is Literal]
    return tuple(str(word) for words in literal for word in words)


def contract_with(contract: Contract, values: Mapping[str, Value]) -> Contract:
    """Return the contract with these fields of its terms set; terms that it lacks are added.

    Raises
    ------
    ParameterError
        If an added term lacks a field that has no default, or the terms contradict each other.

    Examples
    --------
    >>> contract_with(Contract("new"), {"revenue_share.share": 0.4}).clauses.revenue_share
    0.4
    """
    terms: dict[str, Term] = {term_name(term): term for term in contract.terms}
    edits: dict[str, dict[str, Value]] = {}
    for key, value in values.items():
        name, _, field = key.partition(".")
        edits.setdefault(name, {})[field] = value
    for name, fields in edits.items():
        if name in terms:
            terms[name] = dataclasses.replace(terms[name], **fields)  # type: ignore[type-var]
            continue
        missing = [
            entry.name
            for entry in dataclasses.fields(TERMS[name])  # type: ignore[arg-type]
            if entry.default is dataclasses.MISSING and entry.name not in fields
        ]
        if missing:
            raise ParameterError(
                f"--terms adds {name} to the contract {contract.name!r}, which needs {name}.{missing[0]} too. "
                f"Add {name}.{missing[0]}=LOW:HIGH, or name a contract that has the term."
            )
        terms[name] = TERMS[name](**fields)
    return contract_of(contract.name, terms.values())


def values_at(variables: Sequence[Variable], places: Sequence[float]) -> dict[str, Value]:
    """Return the values at places in [0, 1], by key."""
    return {variable.key: variable.value(float(place)) for variable, place in zip(variables, places, strict=True)}


def places_of(variables: Sequence[Variable], contract: Contract) -> list[float] | None:
    """Return where a contract stands in the ranges, or None if it lacks one of the terms or is out of range."""
    terms = {term_name(term): term for term in contract.terms}
    places = []
    for variable in variables:
        name, _, field = variable.key.partition(".")
        value = getattr(terms[name], field) if name in terms else None
        place = None if value is None else variable.place(value)
        if place is None:
            return None
        places.append(place)
    return places
