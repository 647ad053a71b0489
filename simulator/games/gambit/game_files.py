"""Games as files of Gambit: bimatrices as .nfg, trees as .efg, written and read back.

Both formats are streams of words, quoted texts and braces; space and commas only separate. A .nfg file lists payoffs,
or outcomes and which profile leads to which, SmallCo's (the first player's) actions changing fastest. A .efg file
lists nodes in preorder; an outcome may stand at any node, and payoffs add up along the path.

References
----------
Savani and Turocy, Gambit: The package for computation in game theory, "Game representation formats".
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from simulator.foundation.errors import FileError, ParameterError, Problem
from simulator.games.gambit.gambit_words import Words, decimal, listed, quoted, text_of, write_text
from simulator.games.information.extensive_form import Chance, Decision, End, ExtensiveGame, Node
from simulator.games.normal_form import NormalFormGame

_LARGEST = 10_000_000
_ROUNDING = 1e-4


@dataclass(frozen=True, slots=True)
class StrategicFile:
    """What a .nfg file holds.

    Parameters
    ----------
    game : NormalFormGame
        The payoffs: the first player is SmallCo.
    title : str
        Its title.
    players : tuple of str
        The two names.
    small_actions, big_actions : tuple of str
        Labels; numbers from 1 where the file gives none.
    """

    game: NormalFormGame
    title: str
    players: tuple[str, str]
    small_actions: tuple[str, ...]
    big_actions: tuple[str, ...]


def read_nfg(path: str | Path) -> StrategicFile:
    """Return the two-player game in a .nfg file, of the payoff or the outcome version.

    Raises
    ------
    FileError
        One line with the file and the line in it, if it cannot be read or does not hold a two-player game.
    """
    return parse_nfg(text_of(path), str(path))


def parse_nfg(text: str, place: str = "") -> StrategicFile:
    """Return the two-player game in the text of a .nfg file; `place` is the file named in errors.

    Examples
    --------
    >>> parse_nfg('NFG 1 R "Pennies" { "A" "B" } { 2 2 } 1 -1 -1 1 -1 1 1 -1').game.small.tolist()
    [[1.0, -1.0], [-1.0, 1.0]]
    """
    words = Words(text, place)
    title, players = words.prologue("NFG", "1")
    if len(players) != 2:
        raise words.error(f"must have two players; got {len(players)}. Only bimatrix games are read.")
    labels = _strategies(words)
    sizes = len(labels[0]), len(labels[1])
    if sizes[0] * sizes[1] > _LARGEST:
        raise words.error(f"must have at most {_LARGEST} profiles; got {sizes[0]} x {sizes[1]}.")
    if words.kind == "text":
        words.next()
    cells = (
        _outcome_cells(words, sizes[0] * sizes[1]) if words.word == "{" else _payoff_cells(words, sizes[0] * sizes[1])
    )
    words.end()
    table = np.array(cells, dtype=np.float64).reshape(sizes[1], sizes[0], 2)
    try:
        game = NormalFormGame(table[:, :, 0].T, table[:, :, 1].T)
    except ParameterError as error:
        raise FileError([Problem(str(error), place)]) from None
    return StrategicFile(game, title, (players[0], players[1]), tuple(labels[0]), tuple(labels[1]))


def write_nfg(path: str | Path, game: NormalFormGame, title: str = "", **labels: Sequence[str]) -> None:
    """Write a bimatrix as .nfg, or raise FileError; see `nfg_text`."""
    write_text(path, nfg_text(game, title, **labels))


def nfg_text(
    game: NormalFormGame,
    title: str = "",
    *,
    players: Sequence[str] = ("SmallCo", "BigCo"),
    small_actions: Sequence[str] = (),
    big_actions: Sequence[str] = (),
) -> str:
    """Return a bimatrix in Gambit's .nfg format, payoffs exact.

    Raises
    ------
    ParameterError
        If the labels do not fit the game.

    Examples
    --------
    >>> print(nfg_text(NormalFormGame([[1, 0.5]], [[2, 3]]), "Example", big_actions=("left", "right")))
    NFG 1 R "Example" { "SmallCo" "BigCo" }
    { { "1" } { "left" "right" } }
    <BLANKLINE>
    1 2
    0.5 3
    <BLANKLINE>
    """
    m, n = game.shape
    labels = []
    for name, given, size in (("small_actions", small_actions, m), ("big_actions", big_actions, n)):
        labels.append(tuple(given) or tuple(str(k + 1) for k in range(size)))
        if len(labels[-1]) != size:
            raise ParameterError(f"nfg_text.{name} must have {size} labels; got {len(given)}. Write one per action.")
    if len(players) != 2:
        raise ParameterError(f"nfg_text.players must be two names; got {len(players)}. Write SmallCo and BigCo.")
    payoffs = "\n".join(f"{decimal(game.small[i, j])} {decimal(game.big[i, j])}" for j in range(n) for i in range(m))
    actions = f"{{ {listed(labels[0])} {listed(labels[1])} }}"
    return f"NFG 1 R {quoted(title)} {listed(players)}\n{actions}\n\n{payoffs}\n"


def read_efg(path: str | Path) -> ExtensiveGame:
    """Return the tree in a .efg file.

    Information sets get their names if these are unique and not empty, otherwise ``"<player>:<number>"``.

    Raises
    ------
    FileError
        One line with the file and the line in it, if it cannot be read or does not hold a tree.
    """
    return parse_efg(text_of(path), str(path))


def parse_efg(text: str, place: str = "") -> ExtensiveGame:
    """Return the tree in the text of a .efg file; `place` is the file named in errors.

    Examples
    --------
    >>> tree = parse_efg('EFG 2 R "Take it" { "S" } p "" 1 1 "offer" { "yes" "no" } 0 t "" 1 "" { 3 } t "" 0')
    >>> tree.root.information_set, tree.root.children[0].payoffs, tree.root.children[1].payoffs
    ('offer', (3.0,), (0.0,))
    """
    words = Words(text, place)
    title, players = words.prologue("EFG", "2")
    if words.kind == "text":
        words.next()
    reader = _TreeReader(words, len(players))
    entries = reader.entries()
    words.end()
    names = reader.names()
    built: list[Node] = []
    for entry in reversed(entries):
        below = tuple(built.pop() for _ in entry.actions)
        if entry.kind == "t":
            built.append(End(entry.payoffs, entry.name))
        elif entry.kind == "c":
            built.append(Chance(entry.actions, entry.probabilities, below, entry.name))
        else:
            built.append(Decision(entry.player, names[entry.player, entry.number], entry.actions, below, entry.name))
    try:
        return ExtensiveGame(tuple(players), built[0], title)
    except ParameterError as error:
        raise FileError([Problem(str(error), place)]) from None


def write_efg(path: str | Path, game: ExtensiveGame) -> None:
    """Write a tree as .efg, or raise FileError; see `efg_text`."""
    write_text(path, efg_text(game))


def efg_text(game: ExtensiveGame) -> str:
    """Return a tree in Gambit's .efg format, numbers exact.

    Examples
    --------
    >>> offer = Decision(0, "offer", ("yes", "no"), (End((3.0,)), End((0.0,))))
    >>> print(efg_text(ExtensiveGame(("S",), offer, "Take it")))
    EFG 2 R "Take it" { "S" }
    p "" 1 1 "offer" { "yes" "no" } 0
    t "" 1 "" { 3 }
    t "" 2 "" { 0 }
    <BLANKLINE>
    """
    lines = [f"EFG 2 R {quoted(game.title)} {listed(game.players)}"]
    chances, ends = itertools.count(1), itertools.count(1)
    numbers: dict[str, int] = {}
    counters = [itertools.count(1) for _ in game.players]
    for node, _, _ in game.nodes():
        name = quoted(node.name)
        if isinstance(node, End):
            payoffs = " ".join(decimal(value) for value in node.payoffs)
            lines.append(f't {name} {next(ends)} "" {{ {payoffs} }}')
        elif isinstance(node, Chance):
            pairs = zip(node.actions, node.probabilities, strict=True)
            moves = " ".join(f"{quoted(action)} {decimal(chance)}" for action, chance in pairs)
            lines.append(f'c {name} {next(chances)} "" {{ {moves} }} 0')
        else:
            if node.information_set not in numbers:
                numbers[node.information_set] = next(counters[node.player])
            known = f"{node.player + 1} {numbers[node.information_set]} {quoted(node.information_set)}"
            lines.append(f"p {name} {known} {listed(node.actions)} 0")
    return "\n".join(lines) + "\n"


def _strategies(words: Words) -> list[list[str]]:
    """Return the labels of both players' actions, given as lists or as numbers, and move past them."""
    words.take("{")
    labels = []
    for _ in range(2):
        labels.append(
            words.texts("an action")
            if words.word == "{"
            else [str(k + 1) for k in range(min(words.integer("a number of actions"), _LARGEST + 1))]
        )
    words.take("}")
    if not all(labels):
        raise words.error("must have at least one action for each player.")
    return labels


def _payoff_cells(words: Words, count: int) -> list[float]:
    """Return the payoffs of the payoff version."""
    return [words.number(f"{2 * count} payoffs, two for each profile,") for _ in range(2 * count)]


def _outcome_cells(words: Words, count: int) -> list[float]:
    """Return the payoffs of all profiles of the outcome version."""
    outcomes: list[tuple[float, ...]] = [(0.0, 0.0)]
    words.take("{")
    while words.word == "{":
        words.next()
        words.quoted("the name of an outcome")
        outcomes.append((words.number("two payoffs"), words.number("two payoffs")))
        words.take("}")
    words.take("}")
    cells: list[float] = []
    for _ in range(count):
        index = words.integer(f"{count} numbers of outcomes, one for each profile,")
        if index >= len(outcomes):
            raise words.error(f"must name an outcome from 0 to {len(outcomes) - 1}; got {index}.")
        cells += outcomes[index]
    return cells


@dataclass(frozen=True, slots=True)
class _Entry:
    """One node line: its kind (c, p or t), and what belongs to that kind."""

    kind: str
    name: str
    actions: tuple[str, ...] = ()
    probabilities: tuple[float, ...] = ()
    player: int = 0
    number: int = 0
    payoffs: tuple[float, ...] = ()


class _TreeReader:
    """Reads the nodes of a tree and remembers information sets and outcomes, which are spelt out once only."""

    def __init__(self, words: Words, players: int) -> None:
        self.words, self.players = words, players
        self.outcomes: dict[int, tuple[float, ...]] = {0: (0.0,) * players}
        self.chances: dict[int, tuple[tuple[str, ...], tuple[float, ...]]] = {}
        self.sets: dict[tuple[int, int], tuple[str, tuple[str, ...]]] = {}

    def entries(self) -> list[_Entry]:
        """Return all nodes in preorder; those at the ends carry the payoffs of their whole path."""
        found: list[_Entry] = []
        ahead: list[tuple[float, ...]] = [self.outcomes[0]]
        while ahead:
            earned = ahead.pop()
            kind = self.words.word if self.words.kind == "word" else ""
            if kind not in ("c", "p", "t"):
                raise self.words.wanted("a node (c, p or t)")
            self.words.next()
            name = self.words.quoted("the name of a node") if self.words.kind == "text" else ""
            entry = self._chance(name) if kind == "c" else self._decision(name) if kind == "p" else _Entry("t", name)
            total = tuple(a + b for a, b in zip(earned, self._outcome(), strict=True))
            found.append(replace(entry, payoffs=total) if kind == "t" else entry)
            ahead += [total] * len(entry.actions)
        return found

    def names(self) -> dict[tuple[int, int], str]:
        """Return the name of each information set: those in the file if they tell the sets apart."""
        given = [name for name, _ in self.sets.values()]
        if all(given) and len(set(given)) == len(given):
            return {key: name for key, (name, _) in self.sets.items()}
        return {key: f"{key[0] + 1}:{key[1]}" for key in self.sets}

    def _chance(self, name: str) -> _Entry:
        """Return a chance node."""
        words = self.words
        number = words.integer("the number of an information set")
        if words.kind == "text":
            words.next()
        if words.word == "{":
            words.next()
            actions, probabilities = [], []
            while words.word != "}":
                actions.append(words.quoted("an action"))
                probabilities.append(words.number("a probability"))
            words.next()
            total = sum(probabilities)
            if not actions or min(probabilities) < 0.0 or abs(total - 1.0) > _ROUNDING:
                raise words.error(f"must give actions of chance probabilities that sum to 1; got {probabilities}.")
            exact = abs(total - 1.0) < 1e-12
            self.chances[number] = tuple(actions), tuple(p if exact else p / total for p in probabilities)
        if number not in self.chances:
            raise words.wanted("the actions of chance and their probabilities")
        return _Entry("c", name, *self.chances[number])

    def _decision(self, name: str) -> _Entry:
        """Return a node where a player moves."""
        words = self.words
        player = words.integer("the number of a player") - 1
        if not 0 <= player < self.players:
            raise words.error(f"must have a player from 1 to {self.players}; got {player + 1}.")
        key = player, words.integer("the number of an information set")
        label = words.quoted("a name") if words.kind == "text" else ""
        if words.word == "{":
            actions = tuple(words.texts("an action"))
            if not actions or self.sets.setdefault(key, (label, actions))[1] != actions:
                raise words.error(f"must give information set {key[1]} the same actions everywhere; got {actions}.")
        if key not in self.sets:
            raise words.wanted("the actions of a new information set")
        return _Entry("p", name, self.sets[key][1], player=player, number=key[1])

    def _outcome(self) -> tuple[float, ...]:
        """Return the payoffs of the outcome at a node."""
        words = self.words
        number = words.integer("the number of an outcome, 0 for none,")
        if words.kind == "text":
            words.next()
        if words.word == "{" and number > 0:
            self.outcomes[number] = words.numbers(self.players)
        if number not in self.outcomes:
            raise words.wanted(f"the payoffs of outcome {number}")
        return self.outcomes[number]
