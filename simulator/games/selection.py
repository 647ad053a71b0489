"""Which of several equilibria is played, and why: rules of selection by name.

Pure equilibria are the candidates whenever there are any, otherwise the mixed ones: a firm has no strict reason to
mix as prescribed, and the compiled market driver, which uses `batch.select_pure`, does the same. All comparisons of
payoffs allow for ties of `equilibrium.TIE` times the payoff range. What a rule leaves tied is decided by payoff
dominance, and last by the larger commitment: the larger (mean) action of SmallCo, then of BigCo.

References
----------
Harsanyi and Selten (1988), A General Theory of Equilibrium Selection in Games, chapters 3 and 5.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from simulator.foundation.errors import ParameterError
from simulator.foundation.registry import Registry
from simulator.games import batch
from simulator.games.equilibrium import Equilibrium, EquilibriumSet
from simulator.games.normal_form import TIE, NormalFormGame

Candidates = Sequence[Equilibrium]


@dataclass(frozen=True, slots=True)
class SelectionRule:
    """A rule of selection: call it with a game and the candidates to get the index of the one selected.

    Parameters
    ----------
    choose : callable
        Returns the index of the selected candidate.
    code : int
        The rule's number in `batch.select_pure`.
    because : callable
        Returns the words that follow "... pays BigCo 2: " in the reason of a selection.
    """

    choose: Callable[[NormalFormGame, Candidates], int]
    code: int
    because: Callable[[NormalFormGame, Candidates, int], str]

    def __call__(self, game: NormalFormGame, equilibria: Candidates) -> int:
        """Return the index in `equilibria` (not empty) of the one selected."""
        return self.choose(game, equilibria)


@dataclass(frozen=True, slots=True)
class Selection:
    """The equilibrium selected.

    Parameters
    ----------
    index : int
        Its index in the set's `equilibria`.
    rule : str
        Name of the rule.
    reason : str
        One readable sentence with the numbers that decided.
    """

    index: int
    rule: str
    reason: str


ActionNames = tuple[Sequence[str], Sequence[str]]
RULES: Registry[SelectionRule] = Registry("selection rule")


def select(
    rule: str, game: NormalFormGame, equilibrium_set: EquilibriumSet, actions: ActionNames | None = None
) -> Selection:
    """Return the equilibrium a rule selects, and why.

    Parameters
    ----------
    rule : str
        A name in `RULES`.
    game : NormalFormGame
        The game.
    equilibrium_set : EquilibriumSet
        Its equilibria, from `all_equilibria`.
    actions : (names of SmallCo's actions, names of BigCo's), optional
        What the reason calls the actions; by default they are counted from 1.

    Raises
    ------
    UnknownNameError
        If there is no such rule.
    ParameterError
        If the set is empty.

    Examples
    --------
    >>> from simulator.games.equilibrium import all_equilibria
    >>> hunt = NormalFormGame([[3, 2], [0, 4]], [[3, 0], [2, 4]])
    >>> select("payoff_dominance", hunt, all_equilibria(hunt)).reason
    'Of 2 pure equilibria (2, 2) pays SmallCo 4 and BigCo 4: no other pays one firm more and the other as much.'
    >>> select("risk_dominance", hunt, all_equilibria(hunt)).reason
    'Of 2 pure equilibria (1, 1) pays SmallCo 3 and BigCo 3: it is risk-dominated by 0 of the others, the fewest.'
    """
    chosen_rule = RULES[rule]
    every = equilibrium_set.equilibria
    if not every:
        raise ParameterError("select.equilibrium_set must hold an equilibrium; got none. Use all_equilibria.")
    indices = [k for k, e in enumerate(every) if e.pure] or list(range(len(every)))
    candidates = [every[k] for k in indices]
    chosen = chosen_rule(game, candidates)
    one = candidates[chosen]
    kind = "pure" if one.pure else "mixed"
    pays = f"pays SmallCo {one.payoffs[0]:.4g} and BigCo {one.payoffs[1]:.4g}"
    name = f"{_name(one, actions)} " if one.pure else ""
    if len(candidates) == 1:
        reason = f"The only {kind} equilibrium {name}{pays}."
    else:
        name = name or f"number {indices[chosen] + 1} of the list "
        reason = (
            f"Of {len(candidates)} {kind} equilibria {name}{pays}: {chosen_rule.because(game, candidates, chosen)}."
        )
    return Selection(indices[chosen], rule, reason)


def _name(equilibrium: Equilibrium, actions: ActionNames | None) -> str:
    """Return the pair of actions of a pure equilibrium, counted from 1 where they have no names."""
    small, big = _commitment(equilibrium)
    if actions is None:
        return f"({1.0 + small:.4g}, {1.0 + big:.4g})"
    return f"({actions[0][round(small)]}, {actions[1][round(big)]})"


def _commitment(equilibrium: Equilibrium) -> tuple[float, float]:
    """Return the mean index of SmallCo's and of BigCo's action."""
    small, big = (float(np.arange(len(p)) @ p) for p in (equilibrium.small, equilibrium.big))
    return small, big


def _slacks(game: NormalFormGame) -> tuple[float, float]:
    """Return the payoff differences (money) up to which SmallCo and BigCo are indifferent."""
    small, big = game.payoff_range
    return TIE * small, TIE * big


def _largest(kept: list[int], scores: Sequence[float], slack: float) -> list[int]:
    """Return those kept whose score is the largest, up to slack."""
    best = max(scores[k] for k in kept)
    return [k for k in kept if scores[k] >= best - slack]


def _most_committed(candidates: Candidates, kept: list[int]) -> int:
    """Return the one kept with the largest commitment of SmallCo, then of BigCo."""
    return max(kept, key=lambda k: _commitment(candidates[k]))


def _payoff_dominant(game: NormalFormGame, candidates: Candidates, kept: list[int]) -> int:
    """Return the one kept that none of them Pareto-dominates; of several, the one with the largest joint payoff."""
    slack = _slacks(game)

    def dominates(winner: int, loser: int) -> bool:
        gains = [w - v for w, v in zip(candidates[winner].payoffs, candidates[loser].payoffs, strict=True)]
        no_worse = all(gain >= -s for gain, s in zip(gains, slack, strict=True))
        return no_worse and any(gain > s for gain, s in zip(gains, slack, strict=True))

    undominated = [k for k in kept if not any(dominates(other, k) for other in kept)] or kept
    joint = [sum(candidate.payoffs) for candidate in candidates]
    return _most_committed(candidates, _largest(undominated, joint, sum(slack)))


def risk_defeats(game: NormalFormGame, candidates: Candidates) -> tuple[int, ...]:
    """Return, for each candidate, how many of the others risk-dominate it.

    One equilibrium risk-dominates another if the product of the two firms' losses from deviating alone to the other
    is the larger of the two products, in the 2 x 2 game restricted to the two equilibria.

    Examples
    --------
    >>> from simulator.games.equilibrium import all_equilibria
    >>> hunt = NormalFormGame([[3, 2], [0, 4]], [[3, 0], [2, 4]])
    >>> risk_defeats(hunt, [e for e in all_equilibria(hunt).equilibria if e.pure])
    (1, 0)
    """
    scales = tuple(spread or 1.0 for spread in game.payoff_range)
    defeats = [0] * len(candidates)

    def losses(stay: Equilibrium, leave: Equilibrium) -> tuple[float, float]:
        small = stay.payoffs[0] - game.payoffs(leave.small, stay.big)[0]
        big = stay.payoffs[1] - game.payoffs(stay.small, leave.big)[1]
        return max(small / scales[0], 0.0), max(big / scales[1], 0.0)

    for k, one in enumerate(candidates):
        for j, other in enumerate(candidates[:k]):
            mine, yours = losses(one, other), losses(other, one)
            difference = mine[0] * mine[1] - yours[0] * yours[1]
            slack = TIE * (sum(mine) + sum(yours))
            if abs(difference) > slack:
                defeats[j if difference > 0.0 else k] += 1
    return tuple(defeats)


def _by_payoff(game: NormalFormGame, candidates: Candidates) -> int:
    """Return the payoff-dominant candidate."""
    return _payoff_dominant(game, candidates, list(range(len(candidates))))


def _by_risk(game: NormalFormGame, candidates: Candidates) -> int:
    """Return the candidate with the fewest defeats by risk dominance: the one that dominates all others, if any."""
    defeats = risk_defeats(game, candidates)
    return _payoff_dominant(game, candidates, [k for k, d in enumerate(defeats) if d == min(defeats)])


def _by_firm(first: int) -> Callable[[NormalFormGame, Candidates], int]:
    """Return the rule of the candidate best for one firm (0 SmallCo, 1 BigCo), ties by the other firm's payoff."""

    def choose(game: NormalFormGame, candidates: Candidates) -> int:
        kept = list(range(len(candidates)))
        for firm in (first, 1 - first):
            kept = _largest(kept, [candidate.payoffs[firm] for candidate in candidates], _slacks(game)[firm])
        return _most_committed(candidates, kept)

    return choose


def _payoff_reason(game: NormalFormGame, candidates: Candidates, chosen: int) -> str:
    """Return why payoff dominance selects this one."""
    joint = sum(candidates[chosen].payoffs)
    slack = sum(_slacks(game))
    one = candidates[chosen].payoffs
    rivals = [c for c in candidates if all(u < v - s for u, v, s in zip(c.payoffs, one, _slacks(game), strict=True))]
    if len(rivals) == len(candidates) - 1:
        return "no other pays one firm more and the other as much"
    others = max(sum(c.payoffs) for k, c in enumerate(candidates) if k != chosen)
    tie = ", and the largest commitment among ties" if others >= joint - slack else ""
    return f"its joint payoff {joint:.4g} is the largest of those that none Pareto-dominates{tie}"


def _risk_reason(game: NormalFormGame, candidates: Candidates, chosen: int) -> str:
    """Return why risk dominance selects this one."""
    defeats = risk_defeats(game, candidates)
    tied = sum(d == min(defeats) for d in defeats)
    also = f" ({tied} tie; payoff dominance decides)" if tied > 1 else ""
    return f"it is risk-dominated by {defeats[chosen]} of the others, the fewest{also}"


def _firm_reason(firm: int) -> Callable[[NormalFormGame, Candidates, int], str]:
    """Return the explanation of the rule that is best for one firm."""

    def because(game: NormalFormGame, candidates: Candidates, chosen: int) -> str:
        others = max(c.payoffs[firm] for k, c in enumerate(candidates) if k != chosen)
        return f"the largest payoff of {('SmallCo', 'BigCo')[firm]}; the best other candidate pays it {others:.4g}"

    return because


RULES.register("payoff_dominance")(SelectionRule(_by_payoff, batch.PAYOFF_DOMINANCE, _payoff_reason))
RULES.register("risk_dominance")(SelectionRule(_by_risk, batch.RISK_DOMINANCE, _risk_reason))
RULES.register("best_for_small")(SelectionRule(_by_firm(0), batch.BEST_FOR_SMALL, _firm_reason(0)))
RULES.register("best_for_big")(SelectionRule(_by_firm(1), batch.BEST_FOR_BIG, _firm_reason(1)))
