"""Game trees, and assessments of how they are played with a certificate of sequential equilibrium.

A tree has nodes of chance, decisions gathered in information sets, and ends. An assessment is behaviour (for each
information set the probabilities of its actions) with beliefs (for each, the probabilities of its nodes). It is a
sequential equilibrium if no player gains by changing its behaviour at an information set, given its belief, and the
beliefs are limits of Bayes' rule when every unplayed action is played with a vanishing probability w eps^k.

References
----------
Kreps and Wilson (1982), Sequential equilibria, Econometrica 50.
Hendon, Jacobsen and Sloth (1996), The one-shot-deviation principle for sequential rationality, GEB 12.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from simulator.foundation.errors import ParameterError

Behaviour = Mapping[str, Sequence[float]]
Tremble = tuple[int, float]


@dataclass(frozen=True, slots=True)
class End:
    """An end of the tree: one payoff (money) for each player."""

    payoffs: tuple[float, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Chance:
    """A move of nature: the probability of each action, and what follows each."""

    actions: tuple[str, ...]
    probabilities: tuple[float, ...]
    children: tuple[Node, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A move of a player (from 0), who knows only the information set, and what follows each action."""

    player: int
    information_set: str
    actions: tuple[str, ...]
    children: tuple[Node, ...]
    name: str = ""


Node = End | Chance | Decision


@dataclass(frozen=True, slots=True)
class ExtensiveGame:
    """A game tree.

    Parameters
    ----------
    players : tuple of str
        Names; payoffs and `Decision.player` follow their order.
    root : Node
        Where the game starts.
    title : str
        What it is.

    Raises
    ------
    ParameterError
        If payoffs, probabilities, actions or information sets do not fit together.
    """

    players: tuple[str, ...]
    root: Node
    title: str = ""

    def __post_init__(self) -> None:
        """Check every node."""
        sets: dict[str, tuple[int, tuple[str, ...]]] = {}
        for node, _, _ in self.nodes():
            problem = _problem(node, len(self.players))
            if not problem and isinstance(node, Decision):
                known = sets.setdefault(node.information_set, (node.player, node.actions))
                if known != (node.player, node.actions):
                    problem = (
                        f"have one player and the same actions in information set {node.information_set!r}; "
                        f"got {(node.player, node.actions)} after {known}"
                    )
            if problem:
                raise ParameterError(f"ExtensiveGame.root must {problem}. Mend the tree.")

    def nodes(self) -> list[tuple[Node, int, int]]:
        """Return (node, index of its parent or -1, the parent's action) in preorder."""
        found: list[tuple[Node, int, int]] = []
        ahead: list[tuple[Node, int, int]] = [(self.root, -1, -1)]
        while ahead:
            node, parent, action = ahead.pop()
            here = len(found)
            found.append((node, parent, action))
            if not isinstance(node, End):
                ahead += [(child, here, k) for k, child in reversed(list(enumerate(node.children)))]
        return found


def _problem(node: Node, players: int) -> str:
    """Return what a node must do and does not, or nothing."""
    if isinstance(node, End):
        fits = len(node.payoffs) == players and all(math.isfinite(value) for value in node.payoffs)
        return "" if fits else f"end with {players} finite payoffs; got {node.payoffs}"
    if not len(node.actions) == len(node.children) > 0:
        return f"have one child for each action; got {len(node.children)} for {node.actions}"
    if isinstance(node, Decision):
        return "" if 0 <= node.player < players else f"name players from 0 to {players - 1}; got {node.player}"
    proper = len(node.probabilities) == len(node.actions) and all(p >= 0.0 for p in node.probabilities)
    fits = proper and math.isclose(sum(node.probabilities), 1.0, abs_tol=1e-9)
    return "" if fits else f"give each action of chance a probability, summing to 1; got {node.probabilities}"


@dataclass(frozen=True, slots=True)
class Assessment:
    """Behaviour in a tree, the beliefs that go with it, and what it is worth.

    Parameters
    ----------
    beliefs : mapping from information set to tuple of float
        Probabilities of its nodes in preorder: consistent by construction.
    payoffs : tuple of float
        Expected payoff (money) of each player.
    gains : mapping from information set to float
        The largest gain (money) of who moves there from other behaviour there, given its belief.
    """

    beliefs: Mapping[str, tuple[float, ...]]
    payoffs: tuple[float, ...]
    gains: Mapping[str, float]

    @property
    def regret(self) -> float:
        """Return the largest gain (money): 0 at a sequential equilibrium of a tree with perfect recall."""
        return max(self.gains.values(), default=0.0)


def assess(
    game: ExtensiveGame, behaviour: Behaviour, trembles: Mapping[str, Sequence[Tremble]] | None = None
) -> Assessment:
    """Return the assessment that behaviour and vanishing trembles generate, with its certificate.

    Parameters
    ----------
    game : ExtensiveGame
        The tree.
    behaviour : mapping from information set to probabilities of its actions
        What everyone does everywhere.
    trembles : mapping from information set to a sequence of (k, w), optional
        Each action with probability 0 is thought to happen with probability w eps^k, k >= 1, w > 0; (1, 1) where
        nothing is given. They decide the beliefs off the path.

    Raises
    ------
    ParameterError
        If the behaviour of an information set is missing or no distribution, or a tremble is out of range.

    Examples
    --------
    SmallCo accepts without knowing whom it met; with even odds it is indifferent:

    >>> accept = lambda gain: Decision(0, "met", ("accept", "reject"), (End((gain,)), End((0.0,))))
    >>> tree = ExtensiveGame(("SmallCo",), Chance(("suitor", "shark"), (0.5, 0.5), (accept(10.0), accept(-10.0))))
    >>> found = assess(tree, {"met": (1.0, 0.0)})
    >>> found.beliefs["met"], found.payoffs, found.regret
    ((0.5, 0.5), (0.0,), 0.0)
    """
    nodes = game.nodes()
    reach: list[Tremble] = []
    sets: dict[str, list[int]] = {}
    movers: dict[str, int] = {}
    for index, (node, parent, action) in enumerate(nodes):
        if parent < 0:
            reach.append((0, 1.0))
        else:
            order, weight = reach[parent]
            step = _leading(nodes[parent][0], action, behaviour, trembles or {})
            reach.append((order + step[0], weight * step[1]))
        if isinstance(node, Decision):
            sets.setdefault(node.information_set, []).append(index)
            movers[node.information_set] = node.player
    values = np.zeros((len(nodes), len(game.players)))
    below: list[list[int]] = [[] for _ in nodes]
    for index in range(len(nodes) - 1, -1, -1):
        node, parent, action = nodes[index]
        if isinstance(node, End):
            values[index] = node.payoffs
        else:
            below[index].reverse()
            chances = node.probabilities if isinstance(node, Chance) else behaviour[node.information_set]
            values[index] = np.asarray(chances, dtype=np.float64) @ values[below[index]]
        if parent >= 0:
            below[parent].append(index)
    beliefs, gains = {}, {}
    for name, members in sets.items():
        least = min(reach[k][0] for k in members)
        weights = np.array([reach[k][1] if reach[k][0] == least else 0.0 for k in members])
        belief = weights / weights.sum() if weights.sum() > 0.0 else np.full(len(members), 1.0 / len(members))
        of_actions = belief @ np.array([values[below[k], movers[name]] for k in members])
        own = float(np.asarray(behaviour[name], dtype=np.float64) @ of_actions)
        beliefs[name] = tuple(belief.tolist())
        gains[name] = max(float(np.max(of_actions)) - own, 0.0)
    return Assessment(beliefs, tuple(values[0].tolist()), gains)


def _leading(node: Node, action: int, behaviour: Behaviour, trembles: Mapping[str, Sequence[Tremble]]) -> Tremble:
    """Return (k, w): the probability of an action at a node is w eps^k as eps vanishes."""
    if not isinstance(node, Decision):
        return 0, node.probabilities[action] if isinstance(node, Chance) else 1.0
    name = node.information_set
    chances = behaviour.get(name, ())
    if len(chances) != len(node.actions) or min(chances) < 0.0 or not math.isclose(sum(chances), 1.0, abs_tol=1e-9):
        raise ParameterError(
            f"assess.behaviour[{name!r}] must be {len(node.actions)} probabilities that sum to 1; "
            f"got {tuple(chances)}. Write one for each of {node.actions}."
        )
    if chances[action] > 0.0:
        return 0, float(chances[action])
    order, weight = trembles[name][action] if name in trembles else (1, 1.0)
    if order < 1 or not weight > 0.0:
        raise ParameterError(
            f"assess.trembles[{name!r}] must be pairs (k >= 1, w > 0); got {(order, weight)}. Write (1, 1.0)."
        )
    return order, weight
