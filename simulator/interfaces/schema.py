"""What a file may hold: one pydantic model for each frozen dataclass, made from the unit and range of its fields.

Nothing is stated twice: keys, types, ranges and defaults come from the dataclasses and the registries, so a new field,
term or technology is read from files the day it is written. A table without faults becomes its dataclass at once, and
what the dataclass itself refuses (two fields that contradict each other) is one more fault beside the others.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Literal, NewType, Union

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationError,
    WrapValidator,
    create_model,
)
from pydantic_core import PydanticCustomError

import simulator.economy.terms  # noqa: F401  (registers the terms)
from simulator.economy.contract import TERMS, Contract, contract_of
from simulator.economy.firm import StrategyChoice
from simulator.economy.meeting import NETWORKS, Network
from simulator.economy.scenario import SELECTIONS, Scenario
from simulator.economy.venture import REVENUES, SHOCKS, TECHNOLOGIES, Revenue, Shock, Technology
from simulator.foundation.errors import AllianceError, nearest
from simulator.foundation.parameters import Limits, limits_of
from simulator.foundation.registry import Registry

OWNED = re.compile(r"^[A-Z]\w*\.([\w.]+) (?=must |has |gives )")
"""How an error of a frozen object begins: with its class and the field, in place of which a file has a key."""
FAULT = "fault"
_PLAIN_NAME = re.compile(r"(?![. ])[^/\\:*?\"<>|\x00-\x1f\x7f]+(?<![. ])")
_WORD = re.compile(r"\w+")


@dataclasses.dataclass(frozen=True, slots=True)
class Table:
    """How one table of a file is read.

    Parameters
    ----------
    type : type
        What pydantic validates, including the step to the frozen object.
    keys : tuple of str
        The known keys.
    tables : mapping
        For keys that hold tables: their `Table`, or a mapping from the value of ``name`` to one.
    """

    type: Any
    keys: tuple[str, ...]
    tables: Mapping[str, Table | Mapping[str, Table]]


def fault(message: str, key: str = "") -> PydanticCustomError:
    """Return the error that carries our own words; `key` names the dotted key inside the table that is at fault."""
    return PydanticCustomError(FAULT, "{text}", {"text": message, "key": key})


def shown(value: object) -> str:
    """Return a value as a file would show it, shortened.

    Examples
    --------
    >>> shown(True), shown("x")
    ('true', "'x'")
    """
    if isinstance(value, bool):
        return str(value).lower()
    text = "a table" if isinstance(value, dict) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def guarded(make: Callable[[Any], Any], keys: Mapping[str, str] | None = None) -> Callable[[Any], Any]:
    """Return `make` with the errors of the frozen objects turned into faults of the file.

    `keys` maps a field of the object to its key in the file, where the two differ.
    """

    def build(value: Any) -> Any:
        try:
            return make(value)
        except AllianceError as error:
            owned = OWNED.match(str(error))
            field = owned.group(1) if owned else ""
            raise fault(OWNED.sub("", str(error)), (keys or {}).get(field, field)) from error

    return build


def worded(kind: Any, wanted: str, write: str) -> Any:
    """Return the type `kind` whose every refusal reads "must be <wanted>; got ...; <write>"."""

    def check(value: Any, handler: Callable[[Any], Any]) -> Any:
        try:
            return handler(value)
        except ValidationError:
            raise fault(f"must be {wanted}; got {shown(value)}. {write}") from None

    return Annotated[kind, WrapValidator(check)]


def checked(kind: Any, check: Callable[[Any], Any]) -> Any:
    """Return the type `kind` whose values then go through `check`, which returns them or raises a `fault`."""
    return Annotated[kind, AfterValidator(check)]


def number(limits: Limits, *, whole: bool = False) -> Any:
    """Return the type of a number inside its range; whether infinity is one is left to the dataclass that holds it."""
    kind = int if whole else float

    def check(value: Any, handler: Callable[[Any], Any]) -> Any:
        try:
            given = handler(value)
        except ValidationError:
            what = "a whole number" if whole else "a number"
            raise fault(f"must be {what}; got {shown(value)}. Write {what} in {_range(limits)}.") from None
        infinite_end = math.isinf(given) and given in {limits.low, limits.high}
        if not limits.admits(given) and not infinite_end:
            raise fault(f"must be in {_range(limits)}; got {shown(value)}. Write a number in that range.")
        return given

    return Annotated[kind, Strict(), WrapValidator(check)]


def _range(limits: Limits) -> str:
    """Return the range with its unit."""
    return f"{limits}" if limits.unit == "-" else f"{limits} ({limits.unit})"


def union(*kinds: Any) -> Any:
    """Return the union of types that are known only when the program runs."""
    return functools.reduce(lambda left, right: Union[left, right], kinds)  # noqa: UP007


def _choice(hint: Any) -> Any:
    """Return the type of a field that takes one of several words."""
    words = typing.get_args(hint)

    def check(value: Any) -> Any:
        if value not in words:
            known = nearest(value, words) if isinstance(value, str) else f"Known: {', '.join(words)}."
            raise fault(f"must be one of {', '.join(words)}; got {shown(value)}. {known}")
        return value

    return Annotated[hint, BeforeValidator(check)]


def _plain_name(name: str) -> str:
    """Return a name that a folder can have, too; files and folders are called by it."""
    if not _PLAIN_NAME.fullmatch(name):
        suggested = "_".join(_WORD.findall(name)) or "my_alliance"
        raise fault(
            'must be a plain name, neither empty nor with / \\ : * ? " < > | in it, nor a dot or a space at an end; '
            f"got {shown(name)}. Write, say, {suggested!r}, and the rest in title."
        )
    return name


_REGISTRIES: dict[Any, Registry[Any]] = {
    Technology: TECHNOLOGIES,
    Revenue: REVENUES,
    Shock: SHOCKS,
    Network: NETWORKS,
}
Name = NewType("Name", str)
_WORDS: dict[type, dict[str, Any]] = {Scenario: {"selection": Literal[SELECTIONS], "name": Name}}
TEXT = worded(Annotated[str, Strict()], "text", 'Write it in quotes, "like this".')
_NUMBER = Annotated[float, Strict()]
texts = tuple[Annotated[str, Strict()], ...]
_NUMBERS = worded(tuple[_NUMBER, ...], "a list of numbers", "Write, say, [0, 0.5, 1].")
NAME = checked(TEXT, _plain_name)
_PLAIN: dict[Any, Any] = {
    str: TEXT,
    Name: NAME,
    bool: worded(Annotated[bool, Strict()], "true or false", "Write true or false, without quotes."),
    float: worded(_NUMBER, "a number", "Write a number, without quotes."),
    int: worded(Annotated[int, Strict()], "a whole number", "Write a whole number, without quotes."),
    tuple[float, ...]: _NUMBERS,
    tuple[str, ...]: worded(texts, "a list of texts", 'Write, say, ["cooperate", "defect"].'),
    tuple[tuple[float, ...], ...]: worded(
        tuple[tuple[_NUMBER, ...], ...], "a matrix: a list of rows of numbers", "Write, say, [[1, 0], [0, 1]]."
    ),
    tuple[tuple[int, int], ...]: worded(
        tuple[tuple[Annotated[int, Strict()], Annotated[int, Strict()]], ...],
        "a list of pairs of whole numbers",
        "Write, say, [[0, 0], [1, 0]]: SmallCo and BigCo, counted from 0.",
    ),
    int | tuple[float, ...] | Literal["continuous"]: worded(
        Annotated[int, Strict()] | tuple[_NUMBER, ...] | Literal["continuous"],
        'a number of levels, a list of levels or "continuous"',
        'Write levels = 11, levels = [0, 0.5, 1] or levels = "continuous".',
    ),
}


def _file_type(hint: Any, limits: Limits | None) -> tuple[Any, Table | Mapping[str, Table] | None]:
    """Return the pydantic type of a field and, where it holds a table, how that is read."""
    if hint in _REGISTRIES:
        registry = _REGISTRIES[hint]
        return named(registry.kind, {name: table_of(entry) for name, entry in registry.items()})
    if hint is StrategyChoice:
        return named("strategy", strategy_tables())
    if hint == tuple[Contract, ...]:
        table = contract_table()
        return Annotated[list[table.type], AfterValidator(tuple)], table  # type: ignore[name-defined]
    if isinstance(hint, types.UnionType) and type(None) in typing.get_args(hint):
        rest = union(*(kind for kind in typing.get_args(hint) if kind is not type(None)))
        return _file_type(rest, limits)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        table = table_of(hint)
        return table.type, table
    if limits is not None and hint in {int, float}:
        return number(limits, whole=hint is int), None
    if hint in _PLAIN:
        return _PLAIN[hint], None
    if typing.get_origin(hint) is Literal:
        return _choice(hint), None
    raise TypeError(f"no way to read {hint!r} from a file is known; add one to {__name__}._PLAIN")


@functools.cache
def table_of(owner: type) -> Table:
    """Return how a table that becomes the dataclass `owner` is read."""
    hints = typing.get_type_hints(owner) | _WORDS.get(owner, {})
    limits = {field.name: limit for field, limit in limits_of(owner)}
    fields: dict[str, Any] = {}
    tables: dict[str, Table | Mapping[str, Table]] = {}
    keys = {}
    for field in dataclasses.fields(owner):
        key = "contract" if hints[field.name] == tuple[Contract, ...] else field.name
        keys[key] = field.name
        kind, inner = _file_type(hints[field.name], limits.get(field.name))
        if inner is not None:
            tables[key] = inner
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        fields[key] = (kind, ... if required else None)
    model = new_model(owner.__name__, fields)

    def make(filled: BaseModel) -> Any:
        return owner(**{keys[key]: getattr(filled, key) for key in filled.model_fields_set & set(keys)})

    renamed = {field: key for key, field in keys.items()}
    return Table(Annotated[model, AfterValidator(guarded(make, renamed))], tuple(keys), tables)


def new_model(name: str, fields: Mapping[str, Any]) -> type[BaseModel]:
    """Return a pydantic model that refuses unknown keys."""
    made: type[BaseModel] = create_model(name, __config__=ConfigDict(extra="forbid", frozen=True), **fields)
    return made


@functools.cache
def contract_table() -> Table:
    """Return how a ``[[contract]]`` table is read: its name, and one table for each term."""
    terms = {name: table_of(entry) for name, entry in TERMS.items()}
    fields: dict[str, Any] = {"name": (_PLAIN[str], ...)}
    fields |= {name: (table.type, None) for name, table in terms.items()}

    def make(filled: Any) -> Contract:
        return contract_of(filled.name, [getattr(filled, term) for term in terms if term in filled.model_fields_set])

    return Table(Annotated[new_model("Contract", fields), AfterValidator(guarded(make))], tuple(fields), terms)


def _tagged(table: Table, name: str) -> Any:
    """Return the type of a table that also says its own ``name``."""
    model, *after = typing.get_args(table.type)
    own_name: Any = Literal[name]
    tagged = create_model(model.__name__, __base__=model, name=(own_name, ...))
    return Annotated[(tagged, *after)]


def named(kind: str, entries: Mapping[str, Table]) -> tuple[Any, Mapping[str, Table]]:
    """Return the type of ``{ name = ..., ... }``, or of the name alone, and how each entry's table is read."""

    def check(value: Any) -> Any:
        table = {"name": value} if isinstance(value, str) else value
        example = next(iter(entries))
        if not isinstance(table, dict) or "name" not in table:
            raise fault(f'must be a table with a name; got {shown(value)}. Write, say, {{ name = "{example}" }}.')
        if not isinstance(table["name"], str) or table["name"] not in entries:
            raise fault(f"unknown {kind} {shown(table['name'])}. {nearest(str(table['name']), entries)}", "name")
        return table

    kinds = [_tagged(table, name) for name, table in entries.items()]
    tagged = Annotated[union(*kinds), Field(discriminator="name")] if len(kinds) > 1 else kinds[0]
    return Annotated[tagged, BeforeValidator(check)], entries


@functools.cache
def strategy_tables() -> dict[str, Table]:
    """Return how the table of each strategy is read: its own parameters, within their ranges."""
    from simulator.simulation.strategies import STRATEGIES

    tables = {}
    for name, strategy in STRATEGIES.items():
        fields = {each.name: (number(each.limits), None) for each in strategy.parameters}

        def make(filled: BaseModel, name: str = name, keys: Iterable[str] = tuple(fields)) -> StrategyChoice:
            given = tuple((key, float(getattr(filled, key))) for key in keys if key in filled.model_fields_set)
            return StrategyChoice(name, given)

        model = new_model(name, fields)
        tables[name] = Table(Annotated[model, AfterValidator(guarded(make))], tuple(fields), {})
    return tables
