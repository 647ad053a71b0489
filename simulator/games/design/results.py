"""What a design reports."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from simulator.economy.contract import Contract
from simulator.games.design.variables import Value, Variable
from simulator.games.solution import Solution


@dataclass(frozen=True, slots=True)
class ShadowPrice:
    """What one unit more of a firm's outside option does to the value of the aim.

    Parameters
    ----------
    side : {"small", "big"}
        Whose requirement is moved.
    price : float
        The change of the value per unit of money, between a little more and a little less; NaN if neither is feasible.
    up, down : float
        The same for a little more and for a little less alone; NaN where no contract is feasible.
    step : float
        How far (money) the requirement was moved each way.
    envelope : float or None
        What the envelope theorem says, where it says it: 0 for a requirement that does not bind, -1 for a firm's payoff
        where money at signing is unrestricted, minus the other gain for the Nash product.
    """

    side: str
    price: float
    up: float
    down: float
    step: float
    envelope: float | None


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """The most BigCo can get (money) while SmallCo gets as much as here: terms, payoffs and commitments."""

    terms: dict[str, Value]
    payoffs: tuple[float, float]
    commitments: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Certificate:
    """How far to trust the search.

    Parameters
    ----------
    searches, agreed : int
        Local searches from different starts, and how many of them ended as good as the best.
    spread : float
        Between the best and the worst of their ends, in the unit of the aim; NaN where none is feasible.
    points : int
        Points spread over the ranges before, and drawn at random after the search.
    sampled : float
        The best value among those points: the true optimum is at least this, whatever the searches did.
    evaluations : int
        Different contracts solved.
    ranges : dict of str to (float, float)
        The lowest and highest value of each numeric term among the ends that agree: wide where the optimum is flat.
    checked : bool
        Whether `solve` plays the same under the contract found.
    surrogate : bool
        Whether the global search was on levels that stand for continuous commitments.
    """

    searches: int
    agreed: int
    spread: float
    points: int
    sampled: float
    evaluations: int
    ranges: dict[str, tuple[float, float]]
    checked: bool
    surrogate: bool


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The contract that is best for an aim.

    Parameters
    ----------
    aim, rule : str
        What is largest, and which of several equilibria counts.
    variables : tuple of Variable
        What was chosen, in which ranges.
    terms : dict of str to value
        The terms chosen, by key.
    contract, baseline : Contract
        With these terms, and as it was.
    value : float
        Of the aim: money, or money squared for the Nash product.
    commitments, payoffs, options, gains : tuple of float
        What SmallCo and BigCo play and get, their outside options, and the gains over them.
    baseline_payoffs : tuple of float
        What they get under the baseline.
    efficiency : float or None
        Surplus as a share of the first best.
    binding : tuple of str
        What keeps the value from being larger, in words.
    shadow : tuple of ShadowPrice
        Of participation.
    replies : dict of str to (float, float)
        Payoffs of the best and the worst equilibrium for the aim under the contract, with their number.
    certificate : Certificate
        How far to trust it.
    solution : Solution
        From `solve`, of the contract.
    frontier : tuple of FrontierPoint
        Empty unless asked for.
    interrupted : bool
        Whether this is only the best until the search was stopped.
    """

    aim: str
    rule: str
    variables: tuple[Variable, ...]
    terms: dict[str, Value]
    contract: Contract
    baseline: Contract
    value: float
    commitments: tuple[float, float]
    payoffs: tuple[float, float]
    options: tuple[float, float]
    gains: tuple[float, float]
    baseline_payoffs: tuple[float, float]
    efficiency: float | None
    binding: tuple[str, ...]
    shadow: tuple[ShadowPrice, ...]
    replies: dict[str, Any]
    certificate: Certificate
    solution: Solution
    frontier: tuple[FrontierPoint, ...] = ()
    interrupted: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the design as plain lists, numbers and text, ready for JSON; what is not a number is None."""
        return {
            "scenario": self.solution.scenario.name,
            "contract": self.baseline.name,
            "for": self.aim,
            "reply": self.rule,
            "selection": self.solution.scenario.selection,
            "variables": [
                {"key": each.key, "kind": each.kind, "unit": each.unit, "choices": list(each.choices)}
                | ({} if each.choices else {"low": each.low, "high": each.high})
                for each in self.variables
            ],
            "terms": dict(self.terms),
            "value": self.value,
            "commitments": _sides(self.commitments),
            "payoffs": _sides(self.payoffs),
            "outside": _sides(self.options),
            "gains": _sides(self.gains),
            "baseline_payoffs": _sides(self.baseline_payoffs),
            "surplus": sum(self.payoffs),
            "efficiency": self.efficiency,
            "first_best": asdict(self.solution.first_best),
            "binding": list(self.binding),
            "shadow_prices": [_finite(asdict(each)) for each in self.shadow],
            "replies": self.replies,
            "certificate": _finite(asdict(self.certificate)),
            "frontier": [
                asdict(each) | {"payoffs": _sides(each.payoffs), "commitments": _sides(each.commitments)}
                for each in self.frontier
            ],
            "interrupted": self.interrupted,
        }


def _sides(pair: tuple[float, float]) -> dict[str, float]:
    """Return a pair by firm."""
    return {"small": pair[0], "big": pair[1]}


def _finite(entries: dict[str, Any]) -> dict[str, Any]:
    """Return the entries with None for numbers that are not finite."""
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in entries.items()}
