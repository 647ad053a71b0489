"""Factors: what a sweep varies, named by the dotted path a scenario file would use.

A path leads through a `Scenario`, or starts with ``contract`` and leads through the terms of the contract being run.
The values of one point are put in place together, so that their order cannot matter, not even where two of them are
only valid jointly (the bounds of a uniform shock).
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np

from simulator.economy import terms as _terms  # noqa: F401 - registers every term
from simulator.economy.contract import TERMS, Contract, contract_of, term_name
from simulator.economy.firm import StrategyChoice
from simulator.economy.meeting import NETWORKS
from simulator.economy.scenario import Scenario
from simulator.economy.venture import REVENUES, SHOCKS, TECHNOLOGIES
from simulator.foundation.errors import ParameterError, UnknownNameError, told_by_key, told_of, unknown
from simulator.foundation.registry import Registry
from simulator.simulation.strategies import STRATEGIES
from simulator.sweeps.distributions import Discrete, Distribution

Value = bool | int | float | str | tuple[float, ...] | tuple[tuple[float, ...], ...]
Owner = TypeVar("Owner")

CONTRACT = "contract"
FACTOR = "factor"
FEW = 4
DESIGNS_KEPT = 64
RULES = ("lead", "selection")
MARKET_SECTIONS = ("small", "big", "trust", "vetting", "learning", "legitimacy", "culture", "market", "horizon")
VENTURE_SECTIONS = ("venture", "bargaining", "commitment")
KINDS: dict[str, Registry[Any]] = {
    "technology": TECHNOLOGIES,
    "revenue": REVENUES,
    "shock": SHOCKS,
    "network": NETWORKS,
}


def distinct(value: Value) -> tuple[bool, Value]:
    """Return a key under which 1 and 1.0 are one value and 1 and true are two."""
    return isinstance(value, bool), value


@dataclass(frozen=True, slots=True)
class Factor:
    """One scenario key and the values a sweep gives it, or what it draws them from.

    Parameters
    ----------
    path : str
        Dotted path, such as ``small.cash`` or ``contract.revenue_share.share``.
    values : tuple
        Numbers, words, booleans, lists of numbers or lists of these; at least two different ones. Empty where they are
        drawn from a continuous distribution. A sampled design draws from a list as if all its values weighed the same.
    distribution : Distribution, optional
        What a sampled design draws from; given in place of the values.

    Raises
    ------
    ParameterError
        If there are fewer than two different values, or a value is of no kind that a scenario key can have.

    Examples
    --------
    >>> Factor("small.cash", (3.0, 3.0))
    Traceback (most recent call last):
        ...
    simulator.foundation.errors.ParameterError: Factor 'small.cash' must vary; got 3.0 alone. Write at least two ...
    """

    path: str
    values: tuple[Value, ...] = ()
    distribution: Distribution | None = None

    def __post_init__(self) -> None:
        """Turn lists into tuples and NumPy numbers into plain ones, and refuse what does not vary."""
        if isinstance(self.distribution, Discrete):
            object.__setattr__(self, "values", self.distribution.values)
        elif self.distribution is not None:
            object.__setattr__(self, "values", ())
            return
        object.__setattr__(self, "values", tuple(_plain(self.path, value) for value in self.values))
        if len({distinct(value) for value in self.values}) < 2:
            got = f"{self.values[0]!r} alone" if self.values else "no values"
            raise ParameterError(
                f"Factor {self.path!r} must vary; got {got}. Write at least two different values, "
                "or set the key in the scenario."
            )


def _plain(path: str, value: Any, what: str = FACTOR) -> Value:
    """Return `value` as a plain Python value, lists as tuples."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, list | tuple):
        items = tuple(_plain(path, item, what) for item in value)
        if all(isinstance(item, int | float) and not isinstance(item, bool) for item in items):
            return tuple(float(item) for item in items)  # type: ignore[arg-type]
        if all(isinstance(item, tuple) and _depth(item) == 1 for item in items):
            return items  # type: ignore[return-value]
    elif isinstance(value, bool | int | float | str):
        return value
    raise ParameterError(
        f"{what.capitalize()} {path!r} must have numbers, words, true or false, lists of numbers or lists of these as "
        f"values; got {value!r}. Write one of these."
    )


@dataclass(slots=True)
class _Edit:
    """What is edited at a path: the place of its value among those given, if it has one, and edits of the parts below.

    It is made once for the paths of a design, and used for the values of every cell.
    """

    path: str = ""
    place: int | None = None
    parts: dict[str, _Edit] = field(default_factory=dict)

    def value(self, values: Sequence[Value]) -> Value | None:
        """Return the value to be put in place, if there is one."""
        return None if self.place is None else values[self.place]


class _NoSuchPathError(Exception):
    """Raised inside this module where a path leads nowhere."""


def with_value(
    scenario: Scenario, contract: Contract, path: str, value: Any, what: str = FACTOR
) -> tuple[Scenario, Contract]:
    """Return both with one value replaced; see `with_values`.

    Examples
    --------
    >>> scenario, _ = with_value(Scenario("pair"), Contract(), "small.cash", 6)
    >>> scenario.small.cash
    6.0
    """
    return with_given(scenario, contract, {path: value}, what)


def with_given(
    scenario: Scenario, contract: Contract, given: Mapping[str, Any], what: str = FACTOR
) -> tuple[Scenario, Contract]:
    """Return both with values replaced that a user gives, NumPy numbers or lists as well; see `with_values`."""
    return with_values(scenario, contract, {path: _plain(path, value, what) for path, value in given.items()}, what)


def with_values(
    scenario: Scenario, contract: Contract, values: Mapping[str, Value], what: str = FACTOR
) -> tuple[Scenario, Contract]:
    """Return the scenario and the contract with the values put in place, all at once.

    Parameters
    ----------
    scenario, contract : Scenario, Contract
        What is varied; neither is changed. The menu in `scenario.contracts` stays as it is.
    values : mapping of str to value
        By dotted path. ``venture.technology = "weakest_link"`` changes the kind and keeps the fields both kinds have;
        ``small.strategy = "nash"`` changes the strategy, with its default parameters. What a cell does not have has no
        effect on it: a term the contract lacks, a parameter of another strategy or kind than the one given with it.
    what : str
        What errors call a path.

    Raises
    ------
    UnknownNameError
        If a path leads nowhere, or a value names something unknown.
    ParameterError
        If a value is out of range or of the wrong kind, or the values contradict each other. The message names the key
        as a file has it.
    """
    given = tuple(values.values())
    try:
        edit, agreed = _edits(tuple(values), scenario.payoffs is not None, what)
        contract = contract if agreed is None else _edited_contract(contract, agreed, given)
        return _edited(scenario, edit, given) if edit.parts else scenario, contract
    except _NoSuchPathError as missing:
        raise unknown_path(scenario, next(p for p in values if f"{p}.".startswith(f"{missing}.")), what) from None


@functools.lru_cache(maxsize=DESIGNS_KEPT)
def _edits(given: tuple[str, ...], tabled: bool, what: str) -> tuple[_Edit, _Edit | None]:
    """Return what the paths edit in a scenario, whose payoffs may be given outright, and in its contract, if at all."""
    root = _Edit()
    for place, path in enumerate(given):
        _check_section(path, tabled, what)
        node = root
        for part in path.split("."):
            node = node.parts.setdefault(part, _Edit(f"{node.path}.{part}" if node.path else part))
        node.place = place
    return root, root.parts.pop(CONTRACT, None)


def unknown_path(scenario: Scenario, path: str, what: str = FACTOR) -> UnknownNameError:
    """Return the error for a path that leads nowhere; it names the nearest one, or those of the same section."""
    known = paths(scenario)
    first = path.partition(".")[0]
    section = [name for name in known if name.partition(".")[0] == first]
    if section or difflib.get_close_matches(path, known, n=1, cutoff=0.6):
        return unknown(what, path, section or known)
    near = difflib.get_close_matches(path, known, n=FEW, cutoff=0.0)
    return UnknownNameError(
        f"Unknown {what} {path!r}. The nearest are {', '.join(near)}. "
        "Write one of a scenario's keys: `alliance new` makes a file with all of them."
    )


def _check_section(path: str, tabled: bool, what: str) -> None:
    """Raise unless the path's first part can vary at all, in a scenario whose payoffs may be given outright."""
    first, _, rest = path.partition(".")
    if first in RULES:
        if rest:
            raise _NoSuchPathError(path)
    elif first not in (*MARKET_SECTIONS, *VENTURE_SECTIONS, CONTRACT) or not rest:
        raise _NoSuchPathError(path)
    elif tabled and first in (*VENTURE_SECTIONS, CONTRACT):
        raise ParameterError(
            f"{what.capitalize()} {path!r} must have an effect; got a scenario whose payoffs are given outright, in "
            f"which {first} plays no part. Leave the {what} out, or describe a venture instead of [payoffs]."
        )


def _edited(owner: Owner, edit: _Edit, values: Sequence[Value]) -> Owner:
    """Return a frozen dataclass with the edits below it made."""
    kind = type(owner)
    places, fields_of = _layout(kind)  # type: ignore[arg-type]  # a class is hashable
    fields = list(fields_of(owner))
    for name, part in edit.parts.items():
        if name not in places:
            raise _NoSuchPathError(part.path)
        current = fields[places[name]]
        if isinstance(current, StrategyChoice):
            changed: Any = _edited_strategy(current, part, values)
        elif name in KINDS:
            changed = _edited_kind(KINDS[name], current, part, values)
        elif dataclasses.is_dataclass(current):
            if part.place is not None:
                raise _NoSuchPathError(part.path)
            changed = _edited(current, part, values)
        else:
            changed = _leaf(kind, name, part, values)
        fields[places[name]] = changed
    try:
        return kind(*fields)
    except (ParameterError, UnknownNameError) as error:
        raise told_by_key(error, kind, edit.path) from None


def _edited_strategy(choice: StrategyChoice, edit: _Edit, values: Sequence[Value]) -> StrategyChoice:
    """Return the strategy with another name, or other parameters, or both."""
    name, given, named = choice.name, dict(choice.parameters), edit.value(values)
    if named is not None:
        if not isinstance(named, str):
            raise ParameterError(f"{edit.path} must be the name of a strategy; got {named!r}. Write, say, 'nash'.")
        name, given = named, {}
    known = {parameter.name: parameter.limits for parameter in STRATEGIES[name].parameters}
    for parameter, part in edit.parts.items():
        if parameter in known:
            value = part.value(values)
            if part.parts or isinstance(value, bool) or not isinstance(value, int | float):
                raise ParameterError(
                    f"{part.path} must be a number; got {value!r}. Write a number in {known[parameter]}."
                )
            if not known[parameter].admits(value):
                raise ParameterError(f"{part.path} must be in {known[parameter]}; got {value!r}. Write another number.")
            given[parameter] = float(value)
        elif named is None or not any(parameter == p.name for s in STRATEGIES.values() for p in s.parameters):
            raise _NoSuchPathError(part.path)
    return StrategyChoice(name, tuple(sorted(given.items())))


def _edited_kind(registry: Registry[Any], current: Any, edit: _Edit, values: Sequence[Value]) -> Any:
    """Return a technology, revenue, shock or network of another kind, or with other fields, or both."""
    named = edit.value(values)
    if named is None:
        return _edited(current, edit, values)
    if not isinstance(named, str):
        raise ParameterError(
            f"{edit.path} must be the name of a {registry.kind}; got {named!r}. Write, say, {next(iter(registry))!r}."
        )
    kind = registry[named]
    hints = _hints(kind)
    fields = {entry.name: getattr(current, entry.name) for entry in dataclasses.fields(current) if entry.name in hints}
    for name, part in edit.parts.items():
        if name in hints:
            fields[name] = _leaf(kind, name, part, values)
        elif not any(name in _hints(other) for other in registry.values()):
            raise _NoSuchPathError(part.path)
    with told_of(kind, edit.path):
        return kind(**fields)


def _edited_contract(contract: Contract, edit: _Edit, values: Sequence[Value]) -> Contract:
    """Return the contract with the terms it has edited; terms it lacks stay away."""
    terms = {term_name(term): term for term in contract.terms}
    for name, part in edit.parts.items():
        if name not in TERMS or part.place is not None:
            raise _NoSuchPathError(part.path)
        for entry, leaf in part.parts.items():
            if entry not in _hints(TERMS[name]):
                raise _NoSuchPathError(leaf.path)
        if name in terms:
            terms[name] = _edited(terms[name], part, values)
    return contract_of(contract.name, terms.values())


def _leaf(kind: type, name: str, edit: _Edit, values: Sequence[Value]) -> Any:
    """Return the edit's value in the type of the field, or raise ParameterError."""
    value = edit.value(values)
    if edit.parts or value is None:
        raise _NoSuchPathError(edit.path)
    options = _options(kind, name)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(value, bool) and bool in options:
        return value
    if number and float in options:
        return float(value)  # type: ignore[arg-type]
    if number and int in options and float(value).is_integer():  # type: ignore[arg-type]
        return int(value)  # type: ignore[arg-type]
    if isinstance(value, str) and any(option is str or get_origin(option) is Literal for option in options):
        return value
    if isinstance(value, tuple) and any(_depth(option) == _depth(value) for option in options):
        return value
    choice = " or ".join(dict.fromkeys(_in_words(option) for option in options if option is not type(None)))
    raise ParameterError(f"{edit.path} must be {choice}; got {value!r}. Write {choice}.")


def _in_words(hint: Any) -> str:
    """Return what a field of this type wants."""
    if get_origin(hint) is Literal or hint is str:
        return "a word"
    known = {bool: "true or false", float: "a number", int: "a whole number"}
    return known.get(hint, "a list of lists of numbers" if _depth(hint) == 2 else "a list of numbers")


def _depth(value: Any) -> int:
    """Return how many tuples stand inside each other, in a value or in the type of one; 0 for what is no tuple.

    Examples
    --------
    >>> _depth(3.0), _depth((0.0, 1.0)), _depth(tuple[tuple[int, int], ...])
    (0, 1, 2)
    """
    if isinstance(value, tuple):
        return 1 + max(map(_depth, value), default=0)
    return 1 + _depth(get_args(value)[0]) if get_origin(value) is tuple else 0


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    """Return the types of a dataclass's fields by name."""
    hints = get_type_hints(kind)
    return {entry.name: hints[entry.name] for entry in dataclasses.fields(kind)}


@functools.cache
def _options(kind: type, name: str) -> tuple[Any, ...]:
    """Return the types that a field of a dataclass can have."""
    hint = _hints(kind)[name]
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


@functools.cache
def _layout(kind: type) -> tuple[dict[str, int], Callable[[Any], Iterable[Any]]]:
    """Return the places of a dataclass's fields, and what reads all of them: in that order it is made anew from them.

    That is `dataclasses.replace` at a third of the price, which every cell of a sweep pays.
    """
    names = tuple(_hints(kind))
    return {name: place for place, name in enumerate(names)}, lambda owner: map(getattr, repeat(owner), names)


def paths(scenario: Scenario) -> list[str]:
    """Return every dotted path that can vary in this scenario, in the order of its fields.

    Examples
    --------
    >>> [path for path in paths(Scenario("pair")) if path.startswith("bargaining")]
    ['bargaining.power', 'bargaining.rule', 'bargaining.ruin_share']
    """
    found = [*RULES]
    for entry in dataclasses.fields(scenario):
        if entry.name in MARKET_SECTIONS or (entry.name in VENTURE_SECTIONS and scenario.payoffs is None):
            found += _paths_below(getattr(scenario, entry.name), entry.name)
    for contract in scenario.contracts:
        for term in contract.terms:
            found += [path for path in _paths_below(term, f"{CONTRACT}.{term_name(term)}") if path not in found]
    return found


def _paths_below(owner: Any, path: str) -> Iterator[str]:
    """Yield the paths of a section's leaves; a kind or a strategy is a leaf with leaves of its own."""
    for entry in dataclasses.fields(owner):
        current, here = getattr(owner, entry.name), f"{path}.{entry.name}"
        if isinstance(current, StrategyChoice):
            yield here
            if current.name in STRATEGIES:
                yield from (f"{here}.{parameter.name}" for parameter in STRATEGIES[current.name].parameters)
        elif entry.name in KINDS:
            yield here
            yield from _paths_below(current, here)
        else:
            yield here
