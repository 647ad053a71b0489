"""The reduced strategic form of a tree with two players.

A strategy says what a player does at each of its information sets; what it does at those that its own earlier moves
rule out makes no difference, and in the reduced form is left open, so each plan stands there once.

References
----------
Kuhn (1953), Extensive games and the problem of information, Contributions to the Theory of Games II.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from simulator.foundation.errors import ParameterError
from simulator.games.information.extensive_form import Chance, Decision, End, ExtensiveGame, Node
from simulator.games.normal_form import NormalFormGame

MOST_STRATEGIES = 1_001
MOST_WORK = 20_000_000

Plan = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ReducedForm:
    """A tree as a bimatrix.

    Parameters
    ----------
    game : NormalFormGame
        Expected payoffs: the first player is SmallCo.
    small_strategies, big_strategies : tuple of str
        Named by their moves; with the information set where the moves alone do not tell them apart.
    """

    game: NormalFormGame
    small_strategies: tuple[str, ...]
    big_strategies: tuple[str, ...]


def reduced_form(tree: ExtensiveGame) -> ReducedForm:
    """Return the reduced strategic form of a tree with two players.

    Raises
    ------
    ParameterError
        If there are not two players, or more strategies than can be listed.

    Examples
    --------
    An entrant stays out or comes in; the incumbent fights or yields:

    >>> yields = Decision(1, "met", ("fight", "yield"), (End((-1.0, -1.0)), End((1.0, 1.0))))
    >>> form = reduced_form(ExtensiveGame(("S", "B"), Decision(0, "door", ("out", "in"), (End((0.0, 2.0)), yields))))
    >>> form.small_strategies, form.big_strategies, form.game.small.tolist()
    (('out', 'in'), ('fight', 'yield'), [[0.0, 0.0], [-1.0, 1.0]])
    """
    if len(tree.players) != 2:
        raise ParameterError(
            f"must have two players; got {len(tree.players)}. Only games of two are turned into a bimatrix."
        )
    plans = _plans(tree, 0), _plans(tree, 1)
    sizes = len(plans[0]), len(plans[1])
    work = sizes[0] * sizes[1] * len(tree.nodes())
    if work > MOST_WORK:
        raise ParameterError(
            f"must be smaller to be turned into a bimatrix; got {sizes[0]} x {sizes[1]} strategies in a tree of "
            f"{len(tree.nodes())} nodes. Leave out moves."
        )
    payoffs = np.array([[_expected(tree.root, {**one, **other}) for other in plans[1]] for one in plans[0]])
    actions = {node.information_set: node.actions for node, _, _ in tree.nodes() if isinstance(node, Decision)}
    small, big = (_named(each, actions) for each in plans)
    return ReducedForm(NormalFormGame(payoffs[:, :, 0], payoffs[:, :, 1]), small, big)


def _plans(tree: ExtensiveGame, player: int) -> list[Plan]:
    """Return the player's strategies, each a choice at every information set that its own choices leave possible."""
    finished: list[Plan] = []
    ahead: list[Plan] = [{}]
    while ahead:
        plan = ahead.pop()
        open_set = _undecided(tree.root, player, plan)
        if open_set is None:
            finished.append(plan)
        else:
            ahead += [{**plan, open_set.information_set: move} for move in range(len(open_set.actions) - 1, -1, -1)]
        if len(finished) + len(ahead) > MOST_STRATEGIES:
            raise ParameterError(
                f"must have at most {MOST_STRATEGIES} strategies for {tree.players[player]!r} to be turned into a "
                "bimatrix; got more. Leave out moves."
            )
    return finished


def _undecided(root: Node, player: int, plan: Plan) -> Decision | None:
    """Return the first node, in preorder, that the plan can reach and at which it says nothing."""
    ahead = [root]
    while ahead:
        node = ahead.pop()
        if isinstance(node, End):
            continue
        if isinstance(node, Decision) and node.player == player:
            if node.information_set not in plan:
                return node
            ahead.append(node.children[plan[node.information_set]])
        else:
            ahead += reversed(node.children)
    return None


def _expected(root: Node, plan: Plan) -> tuple[float, float]:
    """Return the expected payoffs when both play as planned."""
    small = big = 0.0
    ahead: list[tuple[Node, float]] = [(root, 1.0)]
    while ahead:
        node, chance = ahead.pop()
        if isinstance(node, End):
            small, big = small + chance * node.payoffs[0], big + chance * node.payoffs[1]
        elif isinstance(node, Chance):
            ahead += [
                (child, chance * p) for child, p in zip(node.children, node.probabilities, strict=True) if p > 0.0
            ]
        else:
            ahead.append((node.children[plan[node.information_set]], chance))
    return small, big


def _named(plans: list[Plan], actions: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Return names that tell the plans apart: their moves, with the information sets if the moves do not do."""
    moves = [", ".join(actions[at][move] for at, move in plan.items()) or "no move" for plan in plans]
    if len(set(moves)) == len(moves):
        return tuple(moves)
    return tuple(", ".join(f"{at}: {actions[at][move]}" for at, move in plan.items()) for plan in plans)


def bimatrix_tree(
    game: NormalFormGame,
    small_actions: tuple[str, ...],
    big_actions: tuple[str, ...],
    lead: str = "simultaneous",
    title: str = "",
) -> ExtensiveGame:
    """Return a bimatrix as a tree: who moves second sees the first move only if the other leads.

    Parameters
    ----------
    game : NormalFormGame
        The payoffs.
    small_actions, big_actions : tuple of str
        Labels.
    lead : {"simultaneous", "small", "big"}
        Who moves first, seen by the other.
    title : str
        What it is.

    Examples
    --------
    >>> hunt = NormalFormGame([[3, 2], [0, 4]], [[3, 0], [2, 4]])
    >>> tree = bimatrix_tree(hunt, ("hare", "stag"), ("hare", "stag"), "small")
    >>> tree.root.children[0].information_set, tree.root.children[1].information_set
    ('BigCo after hare', 'BigCo after stag')
    >>> reduced_form(bimatrix_tree(hunt, ("hare", "stag"), ("hare", "stag"))).game.small.tolist()
    [[3.0, 2.0], [0.0, 4.0]]
    """
    first = 1 if lead == "big" else 0
    players, actions = ("SmallCo", "BigCo"), (small_actions, big_actions)
    after = []
    for one, name in enumerate(actions[first]):
        ends = []
        for other in range(len(actions[1 - first])):
            cell = (one, other) if first == 0 else (other, one)
            ends.append(End((float(game.small[cell]), float(game.big[cell]))))
        known = players[1 - first] if lead == "simultaneous" else f"{players[1 - first]} after {name}"
        after.append(Decision(1 - first, known, actions[1 - first], tuple(ends)))
    return ExtensiveGame(players, Decision(first, players[first], actions[first], tuple(after)), title)
