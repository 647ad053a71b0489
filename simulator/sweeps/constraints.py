"""Constraints between factors, such as ``small.cash > 2 * small.burn``: read as text, held at every point.

The text is parsed and only what is listed here is understood; nothing in it is ever executed. A name is a factor or any
other key of the scenario, words stand in quotes.
"""

from __future__ import annotations

import ast
import math
import operator
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from simulator.economy.firm import StrategyChoice
from simulator.economy.scenario import Scenario
from simulator.foundation.errors import ParameterError, UnknownNameError, nearest
from simulator.sweeps.factors import CONTRACT, KINDS, paths

Values = Mapping[str, Any]
Term = Callable[[Values], Any]

LONGEST = 500
DEEPEST = 50
NOUN = "Constraint"
EXAMPLE = 'Write, say, "small.cash > 2 * small.burn".'

_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: math.pow,
}
_ORDER: dict[type, Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_SAMENESS: dict[type, Callable[[Any, Any], bool]] = {ast.Eq: operator.eq, ast.NotEq: operator.ne}
_MEMBERSHIP: dict[type, Callable[[Any, Any], bool]] = {
    ast.In: lambda item, group: item in group,
    ast.NotIn: lambda item, group: item not in group,
}
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": abs, "min": min, "max": max, "sqrt": math.sqrt, "log": math.log, "exp": math.exp,
}  # fmt: skip


def _refused(text: str, what: str, noun: str = NOUN) -> ParameterError:
    return ParameterError(f"{noun} {text!r} {what}")


def parsed(text: str, noun: str = NOUN, example: str = EXAMPLE) -> ast.expr:
    """Return a constraint's text as a tree; raise ParameterError if it is not one that this module understands.

    Parameters
    ----------
    text : str
        What is to hold.
    noun, example : str
        How a refusal calls it, and what it proposes to write.

    Examples
    --------
    >>> sorted(names(parsed("small.cash > 2 * small.burn")))
    ['small.burn', 'small.cash']
    >>> parsed("__import__('os').system('true')")
    Traceback (most recent call last):
        ...
    simulator.foundation.errors.ParameterError: Constraint "__import__('os').system('true')" must compare ...
    """
    if len(text) > LONGEST:
        raise _refused(
            f"{text[:40]}...", f"must have at most {LONGEST} characters; got {len(text)}. Write two shorter.", noun
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of the parser, such as one about "1and"
            tree = ast.parse(text.strip(), mode="eval").body
        _check(text, tree, noun, example)
        if not _is_condition(tree):
            raise _refused(text, f"must compare something; got a value that is neither true nor false. {example}", noun)
    except (SyntaxError, ValueError, RecursionError, MemoryError, Warning) as error:
        if isinstance(error, ParameterError):
            raise
        raise _refused(text, f"must be a comparison; got {_reason(error)}. {example}", noun) from None
    return tree


def _reason(error: Exception) -> str:
    """Return what the parser says, in one phrase."""
    return error.msg if isinstance(error, SyntaxError) else "something that cannot be read"


def _check(text: str, node: ast.expr, noun: str, example: str, depth: int = 0) -> None:
    """Raise ParameterError at the first thing in a tree that is not understood."""
    if depth > DEEPEST:
        raise _refused(text, f"must be nested at most {DEEPEST} deep. Write it shorter, or in several.", noun)
    if isinstance(node, ast.Constant):
        fine = isinstance(node.value, bool | int | float | str)
    elif isinstance(node, ast.Name | ast.Attribute):
        fine = _path(node) is not None
    elif isinstance(node, ast.BoolOp | ast.List | ast.Tuple):
        fine = True
    elif isinstance(node, ast.UnaryOp):
        fine = isinstance(node.op, ast.Not | ast.USub | ast.UAdd)
    elif isinstance(node, ast.BinOp):
        fine = type(node.op) in _ARITHMETIC
    elif isinstance(node, ast.Compare):
        fine = all(type(op) in {**_ORDER, **_SAMENESS, **_MEMBERSHIP} for op in node.ops) and all(
            isinstance(right, ast.List | ast.Tuple)
            for op, right in zip(node.ops, node.comparators, strict=True)
            if type(op) in _MEMBERSHIP
        )
    elif isinstance(node, ast.Call):
        fine = isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS and bool(node.args) and not node.keywords
    else:
        fine = False
    if not fine:
        raise _refused(
            text,
            "must compare keys and numbers by + - * / // % ** < <= > >= == != in, and, or, not, "
            f"{', '.join(_FUNCTIONS)}; got {ast.unparse(node)!r}. {example}",
            noun,
        )
    for child in _children(node):
        _check(text, child, noun, example, depth + 1)


def _children(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the parts of an expression that are expressions; the parts of a dotted path are none."""
    if isinstance(node, ast.Attribute):
        return
    if isinstance(node, ast.Call):
        yield from node.args
        return
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child


def _is_condition(node: ast.expr) -> bool:
    """Return whether an expression is true or false."""
    if isinstance(node, ast.BoolOp):
        return all(map(_is_condition, node.values))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _is_condition(node.operand)
    return isinstance(node, ast.Compare | ast.Name | ast.Attribute)


def _path(node: ast.expr) -> str | None:
    """Return the dotted path an expression is; None if it is something else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        above = _path(node.value)
        return None if above is None else f"{above}.{node.attr}"
    return None


def names(node: ast.expr) -> set[str]:
    """Return the dotted paths in a tree."""
    path = _path(node)
    if path is not None:
        return {path}
    return set().union(*map(names, _children(node)))


def _term(node: ast.expr) -> Term:
    """Return a checked tree as a function of the values of its names."""
    path = _path(node)
    if path is not None:
        return lambda values: values[path]
    if isinstance(node, ast.Constant):
        constant = node.value
        return lambda values: constant
    parts = [_term(child) for child in _children(node)]
    if isinstance(node, ast.List | ast.Tuple):
        return lambda values: tuple(part(values) for part in parts)
    if isinstance(node, ast.BoolOp):
        every = all if isinstance(node.op, ast.And) else any
        return lambda values: every(_truth(part(values)) for part in parts)
    if isinstance(node, ast.UnaryOp):
        inner = parts[0]
        if isinstance(node.op, ast.Not):
            return lambda values: not _truth(inner(values))
        sign = -1 if isinstance(node.op, ast.USub) else 1
        return lambda values: sign * _number(inner(values))
    if isinstance(node, ast.BinOp):
        combine, left, right = _ARITHMETIC[type(node.op)], *parts
        return lambda values: combine(_number(left(values)), _number(right(values)))
    if isinstance(node, ast.Call):
        function = _FUNCTIONS[getattr(node.func, "id", "")]
        return lambda values: function(*(_number(part(values)) for part in parts))
    return _comparison([type(op) for op in getattr(node, "ops", ())], parts)


def _comparison(kinds: Sequence[type], parts: Sequence[Term]) -> Term:
    """Return a chain of comparisons, such as ``0 < a <= b``."""

    def holds(values: Values) -> bool:
        left = parts[0](values)
        for kind, part in zip(kinds, parts[1:], strict=True):
            right = part(values)
            if kind in _ORDER:
                if not _ORDER[kind](_number(left), _number(right)):
                    return False
            elif not (_SAMENESS.get(kind) or _MEMBERSHIP[kind])(left, right):
                return False
            left = right
        return True

    return holds


def _number(value: Any) -> Any:
    """Return a number; raise TypeError for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{value!r} where a number must stand")
    return value


def _truth(value: Any) -> bool:
    """Return a truth value; raise TypeError for anything else."""
    if not isinstance(value, bool):
        raise TypeError(f"{value!r} where true or false must stand")
    return value


def condition(tree: ast.expr) -> Callable[[Values], bool]:
    """Return a parsed tree as a condition on the values of its names, which raises TypeError where it makes no sense.

    Examples
    --------
    >>> fails = condition(parsed("small_survived < 0.5"))
    >>> fails({"small_survived": 0.0}), fails({"small_survived": 1.0})
    (True, False)
    """
    term = _term(tree)
    return lambda values: _truth(term(values))


class Constraints:
    """All constraints of an experiment as one condition on a point.

    Parameters
    ----------
    texts : sequence of str
        The constraints; a point must satisfy each of them.
    scenario : Scenario
        Where names that are no factors have their values.
    factors : sequence of str
        Paths of the factors, in the order of the values in a point.

    Raises
    ------
    UnknownNameError, ParameterError
        If a constraint cannot be understood, names what is no key, or names no factor.

    Examples
    --------
    >>> held = Constraints(["small.cash > 2 * small.burn"], Scenario("pair"), ["small.cash"])
    >>> held((1,)), held((6,))
    (False, True)
    """

    def __init__(self, texts: Sequence[str], scenario: Scenario, factors: Sequence[str]) -> None:
        """Resolve every name."""
        self.texts = tuple(texts)
        self.paths = tuple(factors)
        self.fixed: dict[str, Any] = {}
        self.terms: list[Term] = []
        known = paths(scenario) if texts else []
        for text in texts:
            tree = parsed(text)
            used = names(tree)
            for path in used:
                if path in self.paths:
                    continue
                if path.partition(".")[0] == CONTRACT and path in known:
                    raise _refused(text, f"must name a term only as a factor; got {path}, which is none. Make it one.")
                if path not in known:
                    near = nearest(path, dict.fromkeys([*self.paths, *known]))
                    raise UnknownNameError(f"Constraint {text!r} names an unknown key {path!r}. {near}")
                self.fixed[path] = _value_at(scenario, path)
            if not used & set(self.paths):
                raise _refused(text, f"must name a factor; got none of {', '.join(self.paths) or 'them'}. {EXAMPLE}")
            self.terms.append(_term(tree))

    def __call__(self, point: Sequence[Any]) -> bool:
        """Return whether a point satisfies every constraint; raise ParameterError where one cannot be computed."""
        if not self.terms:
            return True
        values = {**self.fixed, **dict(zip(self.paths, point, strict=True))}
        for text, term in zip(self.texts, self.terms, strict=True):
            try:
                if not _truth(term(values)):
                    return False
            except (ArithmeticError, TypeError, ValueError) as error:
                where = ", ".join(f"{path} = {value}" for path, value in values.items() if path in text)
                raise _refused(
                    text, f"must be possible to compute; got {error} at {where}. Write it otherwise."
                ) from None
        return True


def _value_at(scenario: Scenario, path: str) -> Any:
    """Return the value of a scenario's key; the name of a strategy or of a kind."""
    value: Any = scenario
    for part in path.split("."):
        if isinstance(value, StrategyChoice):
            from simulator.simulation.strategies import STRATEGIES

            defaults = {each.name: each.default for each in STRATEGIES[value.name].parameters}
            return {**defaults, **dict(value.parameters)}[part]
        value = getattr(value, part)
    if isinstance(value, StrategyChoice):
        return value.name
    last = path.rpartition(".")[2]
    if last in KINDS:
        return next(name for name, entry in KINDS[last].items() if entry is type(value))
    return value
