"""Which Python functions of a user's can become machine code that does what Python does, to the last bit.

What is listed here is compiled: arithmetic, conditions, loops, lists, numbers and functions of the same file, and the
functions of `math` and the builtins below. Everything else stays Python, for a reason that is told: libraries, objects
and state, and what numba computes otherwise than Python does (powers, sums, sets, whole numbers beyond 2^31).
Where Python raises and machine code would go on (the logarithm of 0, the whole part of infinity), the functions of this
module raise as well.
"""

from __future__ import annotations

import builtins
import dis
import math
import types
from collections.abc import Callable, Collection, Iterator
from typing import Any

from simulator.foundation.compiled import NotCompiledError, translated

LARGEST = 2**31
OTHERWISE = {
    "**": "powers differ from Python's in the last bit; write x * x",
    "<<": "shifts leave 64 bits; write a multiplication",
    "BUILD_SET": "sets have another order; write a tuple",
    "PUSH_EXC_INFO": "it uses try or with",
    "STORE_GLOBAL": "it keeps state in a global variable",
    "STORE_ATTR": "it keeps state in an attribute",
}
KEPT = (abs, bool, enumerate, float, len, max, min, range, zip)


def _whole(raw: Callable[[Any], int]) -> Callable[[Any], int]:
    """Return a rounding function that raises where the result is not a whole number of machine size."""

    def checked(x: Any) -> int:
        if not -LARGEST < x < LARGEST:
            raise OverflowError
        return raw(x + 0)  # a truth value becomes a number

    return translated(checked)


def _finite(raw: Callable[[Any], float]) -> Callable[[Any], float]:
    """Return a function of `math` that raises where the result is not finite."""

    def checked(x: Any) -> float:
        y = raw(x)
        if not -math.inf < y < math.inf:
            raise ArithmeticError
        return y

    return translated(checked)


WHOLE = (int, round, math.floor, math.ceil, math.trunc)
FINITE = (
    math.sqrt, math.exp, math.expm1, math.log, math.log1p, math.sin, math.cos, math.tan, math.atan, math.tanh,
    math.fabs,
)  # fmt: skip
CHECKED = {raw: _whole(raw) for raw in WHOLE} | {raw: _finite(raw) for raw in FINITE}
MATH = types.ModuleType("math")
vars(MATH).update(
    {name: CHECKED[raw] for name, raw in vars(math).items() if callable(raw) and raw in CHECKED}
    | {name: getattr(math, name) for name in ("pi", "e", "tau", "inf", "isnan", "isinf", "isfinite")}
)


def translation(function: Callable[..., Any], fields: Collection[str]) -> Callable[..., Any]:
    """Return a copy of a user's function that compiles to what Python does.

    Parameters
    ----------
    function : callable
        The user's.
    fields : collection of str
        The attributes that it may read of what it is called with.

    Raises
    ------
    NotCompiledError
        If there is something in it that is not known to do the same: the message says what, and in which line.
    """
    copy: Callable[..., Any] = _copy(function, {*fields, *vars(MATH), "append"}, {})
    return copy


def _copy(function: Any, attributes: set[str], made: dict[Any, Any]) -> Any:
    """Return the copy of a function and, by way of its names, of those that it calls; `made` holds what is done."""
    if not isinstance(function, types.FunctionType):
        raise NotCompiledError("it is not a plain function")
    if function in made:
        if made[function] is None:
            raise NotCompiledError(f"{function.__name__} calls itself")
        return made[function]
    made[function] = None
    known: dict[str, Any] = {}
    if function.__code__.co_freevars:
        raise NotCompiledError(
            f"{function.__name__} reads {function.__code__.co_freevars[0]} of the function around it"
        )
    for line, operation, name in _instructions(function.__code__):
        try:
            if operation in OTHERWISE:
                raise NotCompiledError(OTHERWISE[operation])
            if operation in ("LOAD_ATTR", "LOAD_METHOD") and name not in attributes:
                raise NotCompiledError(f"it uses .{name}")
            if operation in ("LOAD_GLOBAL", "LOAD_NAME"):
                known[name] = _meaning(name, function.__globals__, attributes, made)
            if operation == "LOAD_CONST" and isinstance(name, int) and abs(name) >= LARGEST:
                raise NotCompiledError("it uses whole numbers beyond 2^31")
        except NotCompiledError as error:
            raise NotCompiledError(str(error) if str(error).startswith("line") else f"line {line}: {error}") from None
    copy = types.FunctionType(function.__code__, known, function.__name__)
    copy.__defaults__ = tuple(_constant("a default", value) for value in function.__defaults__ or ())
    copy.__kwdefaults__ = {name: _constant(name, value) for name, value in (function.__kwdefaults__ or {}).items()}
    made[function] = translated(copy)
    return made[function]


def _instructions(code: types.CodeType) -> Iterator[tuple[int, str, Any]]:
    """Yield line, operation (an operator's sign where there is one) and argument, nested functions included."""
    line = code.co_firstlineno
    for each in dis.get_instructions(code):
        if each.positions is not None and each.positions.lineno is not None:
            line = each.positions.lineno
        operator = each.opname in ("BINARY_OP", "BINARY_POWER", "INPLACE_POWER", "BINARY_LSHIFT", "INPLACE_LSHIFT")
        yield line, each.argrepr.removesuffix("=") if operator else each.opname, each.argval
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _instructions(constant)


def _meaning(name: str, names: dict[str, Any], attributes: set[str], made: dict[Any, Any]) -> Any:
    """Return what a name stands for in the compiled copy."""
    if name not in names and not hasattr(builtins, name):
        raise NotCompiledError(f"{name} is not defined")
    value = names.get(name, getattr(builtins, name, None))
    if value is math:
        return MATH
    if isinstance(value, types.FunctionType):
        return _copy(value, attributes, made)
    if isinstance(value, type | types.BuiltinFunctionType):
        if value in CHECKED:
            return CHECKED[value]
        if value in KEPT or value in (math.isnan, math.isinf, math.isfinite):
            return value
        if isinstance(value, type) and issubclass(value, Exception):
            return value
        raise NotCompiledError(f"{name} is not among the functions that are compiled")
    return _constant(name, value)


def _constant(name: str, value: Any) -> Any:
    """Return a number, or a tuple of numbers, as it is; a list of them as a tuple, so that nobody changes it."""
    if isinstance(value, tuple | list):
        return tuple(_constant(name, each) for each in value)
    if type(value) not in (bool, int, float):
        what = "a module" if isinstance(value, types.ModuleType) else f"a {type(value).__name__}"
        raise NotCompiledError(f"{name} is {what}; only math, numbers and plain functions are compiled")
    if isinstance(value, int) and abs(value) >= LARGEST:
        raise NotCompiledError(f"{name} is a whole number beyond 2^31")
    return value
