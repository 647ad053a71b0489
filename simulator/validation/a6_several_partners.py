"""A6: one BigCo with several SmallCos: pairwise bargaining, random rematching, playing them off."""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable
from typing import Any

from simulator.games.negotiation.several_partners import pairwise_bargaining, play_off, rematched
from simulator.validation.chapters import InputError, chapter
from simulator.validation.items import Item

MOST_PARTNERS = 100_000
_PRODUCT = re.compile(r"(?<=[0-9)])\s*(?=[a-z(])|(?<=[)])\s*(?=[0-9])|(?<=\bm)\s*(?=\()")
"""Where a product is written without its sign, as in 10 sqrt(m) or 2m."""

# The outputs behind the names of the published items, whose scales the items do not state.
_NAMED = {"sqrt": "10*sqrt(m)", "quadratic": "m**2", "linear": "m", "min(m,2)": "6*min(m,2)"}
_FUNCTIONS: dict[str, Callable[..., float]] = {
    "sqrt": math.sqrt,
    "log": math.log,
    "ln": math.log,
    "exp": math.exp,
    "min": min,
    "max": max,
}
_OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def _evaluate(node: ast.expr, m: float) -> float:
    """Return the value of an expression in m."""
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return float(node.value)
    if isinstance(node, ast.Name) and node.id in ("m", "n"):
        return m
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_evaluate(node.left, m), _evaluate(node.right, m))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_evaluate(node.operand, m)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS:
        return _FUNCTIONS[node.func.id](*(_evaluate(argument, m) for argument in node.args))
    raise InputError(f"F must be an expression in m; got {ast.unparse(node)!r}. Write one such as 10*sqrt(m).")


def _output(given: Any, count: int) -> list[float]:
    """Return F(0), ..., F(n) for a list of them, a published name, or an expression in m."""
    if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_PARTNERS:
        raise InputError(f"n must be a whole number from 0 to {MOST_PARTNERS}; got {count!r}. Write one in that range.")
    if isinstance(given, list):
        return [float(value) for value in given[: count + 1]]
    text = _PRODUCT.sub("*", str(given).strip().replace("^", "**"))
    text = text.replace(" ", "")
    named = re.fullmatch(r"min\(m,(\d+(?:\.\d+)?)\)", text)
    text = f"6*{text}" if named else _NAMED.get(text, text)
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError:
        raise InputError(f"F must be an expression in m; got {given!r}. Write one such as 10*sqrt(m).") from None
    return [_evaluate(tree, float(m)) for m in range(count + 1)]


@chapter("A6", "One BigCo, many SmallCos")
def several_partners(item: Item) -> float | dict[str, float]:
    """Return BigCo's payoff, and a SmallCo's where they bargain pairwise."""
    inputs = item.inputs
    if "F" in inputs:
        last = pairwise_bargaining(_output(inputs["F"], inputs["n"]), power=inputs.get("beta_S", 0.5))[-1]
        return {"pi_B": last.big, "w_S": last.small}
    if "delta" in inputs:
        return rematched(inputs["n"], inputs["delta"], power=inputs.get("beta_S", 0.5), pie=inputs.get("pie", 1.0)).big
    values = [float(inputs[key]) for key in sorted(inputs) if re.fullmatch(r"v\d+", key)]
    return play_off(values, power=inputs.get("beta_S", 0.5)).big
