"""Gambit's files: written and read back exactly, read as Gambit writes them, and refused with a line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.foundation.errors import FileError, ParameterError
from simulator.games.gambit.gambit_words import decimal
from simulator.games.gambit.game_files import (
    efg_text,
    nfg_text,
    parse_efg,
    parse_nfg,
    read_efg,
    read_nfg,
    write_efg,
    write_nfg,
)
from simulator.games.information.courtship import Courtship
from simulator.games.information.extensive_form import Chance, Decision, End, ExtensiveGame, Node
from simulator.games.information.reputation import ChainStore
from simulator.games.normal_form import LARGEST_PAYOFF, NormalFormGame

finite = st.floats(allow_nan=False, allow_infinity=False)
payoffs = st.floats(-LARGEST_PAYOFF, LARGEST_PAYOFF)
labels = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=8)

PAYOFFS = """NFG 1 R "Selten (IJGT, 75), Figure 2, normal form"
{ "Player 1" "Player 2" } { 3 2 }
1 1 0 2 0 2 1 1 0 3 2 0
"""
OUTCOMES = """NFG 1 R "the same, by \\"outcomes\\"" { "Player 1" "Player 2" }
{ { "1" "2" "3" }
  { "1" "2" } }
"a comment"
{
{ "" 1, 1 }
{ "" 0, 2 }
{ "" 0, 2 }
{ "" 1, 1 }
{ "" 0, 3 }
{ "" 2, 0 }
}
1 2 3 4 5 6
"""
SHARED = """EFG 2 R "Two stages" { "Player 1" "Player 2" }
"a comment
over two lines"

c "ROOT" 1 "(0,1)" { "good" 1/4 "bad" .75 } 0
p "" 1 1 "own" { "H" "L" } 1 "fee" { -1, 1e0 }
p "" 2 1 "other" { "h" "l" } 0
t "" 2 "Outcome 2" { 10.000000 2.000000 }
t "" 3 "Outcome 3" { 0 10 }
t "out" 0
p "" 1 1 { "H" "L" } 1
p "" 2 1 0
t "" 2 "Outcome 2" { 10, 2 }
t "" 3
t "" 0
"""


def test_both_versions_hold_the_same_game() -> None:
    one, other = parse_nfg(PAYOFFS), parse_nfg(OUTCOMES)
    expected = [[1.0, 1.0], [0.0, 0.0], [0.0, 2.0]], [[1.0, 1.0], [2.0, 3.0], [2.0, 0.0]]
    for each in (one, other):
        assert (each.game.small.tolist(), each.game.big.tolist()) == expected
        assert each.players == ("Player 1", "Player 2")
        assert (each.small_actions, each.big_actions) == (("1", "2", "3"), ("1", "2"))
    assert other.title == 'the same, by "outcomes"'


def test_payoffs_beyond_what_a_game_holds_are_one_line_with_the_file() -> None:
    with pytest.raises(FileError, match=r"^huge\.nfg: NormalFormGame\.big must lie between"):
        parse_nfg('NFG 1 R "" { "a" "b" } { 1 1 } 0 1e200', "huge.nfg")


def test_the_first_player_s_actions_change_fastest() -> None:
    found = parse_nfg('NFG 1 R "" { "a" "b" } { 2 3 } 11 0 21 0 12 0 22 0 13 0 23 0')
    assert found.game.small.tolist() == [[11, 12, 13], [21, 22, 23]]


@settings(max_examples=80, deadline=None)
@given(st.data(), st.integers(1, 4), st.integers(1, 4))
def test_bimatrices_come_back_exactly(data: st.DataObject, m: int, n: int) -> None:
    A, B = (np.array(data.draw(st.lists(payoffs, min_size=m * n, max_size=m * n))).reshape(m, n) for _ in range(2))
    title, rows, columns = data.draw(labels), data.draw(st.lists(labels, min_size=m, max_size=m)), ("x",) * n
    text = nfg_text(NormalFormGame(A, B), title, players=("S", "B"), small_actions=rows, big_actions=columns)
    found = parse_nfg(text)
    assert np.array_equal(found.game.small, A)
    assert np.array_equal(found.game.big, B)
    assert (found.title, found.small_actions, found.big_actions) == (title, tuple(rows), columns)


@given(finite)
def test_numbers_come_back_exactly_without_exponents(value: float) -> None:
    text = decimal(value)
    assert float(text) == value
    assert "e" not in text.lower()


def test_a_tree_as_gambit_writes_it() -> None:
    game = parse_efg(SHARED)
    assert game.title == "Two stages"
    root = game.root
    assert isinstance(root, Chance)
    assert (root.actions, root.probabilities, root.name) == (("good", "bad"), (0.25, 0.75), "ROOT")
    good, bad = root.children
    assert isinstance(good, Decision)
    assert isinstance(bad, Decision)
    assert good.information_set == bad.information_set == "own"
    # the outcome at an inner node is paid at every end below it
    assert good.children[0] == bad.children[0]
    assert [end.payoffs for end in good.children[0].children] == [(9.0, 3.0), (-1.0, 11.0)]
    assert good.children[1] == End((-1.0, 1.0), "out")


@st.composite
def trees(draw: st.DrawFn) -> ExtensiveGame:
    """Draw trees of up to three levels with named information sets."""
    numbers = iter(range(1000))

    def node(depth: int) -> Node:
        kind = draw(st.sampled_from(["t", "c", "p"])) if depth < 3 else "t"
        if kind == "t":
            return End((draw(finite), draw(finite)), draw(labels))
        size = draw(st.integers(1, 3))
        children = tuple(node(depth + 1) for _ in range(size))
        actions = tuple(draw(labels) for _ in range(size))
        if kind == "c":
            return Chance(actions, tuple(np.full(size, 1 / size).tolist()), children, draw(labels))
        return Decision(draw(st.integers(0, 1)), f"set {next(numbers)}", actions, children, draw(labels))

    return ExtensiveGame(("SmallCo", "BigCo"), node(0), draw(labels))


@settings(max_examples=80, deadline=None)
@given(trees())
def test_trees_come_back_exactly(game: ExtensiveGame) -> None:
    found = parse_efg(efg_text(game))
    assert efg_text(found) == efg_text(game)
    ends = [[node.payoffs for node, _, _ in each.nodes() if isinstance(node, End)] for each in (found, game)]
    assert ends[0] == ends[1]


def test_the_trees_of_the_library_come_back(tmp_path: Path) -> None:
    for game in (Courtship(0.3, 10, 10).tree(6.0), ChainStore(0.5).tree(0.1, 3)):
        path = tmp_path / "game.efg"
        write_efg(path, game)
        assert read_efg(path) == game


def test_files_come_back(tmp_path: Path) -> None:
    path = tmp_path / "game.nfg"
    game = NormalFormGame([[1, 0.1], [1e-7, 1e20]], [[-2, 1 / 3], [0, 5]])
    write_nfg(path, game, "A game", small_actions=("a", "b"))
    found = read_nfg(path)
    assert np.array_equal(found.game.small, game.small)
    assert np.array_equal(found.game.big, game.big)
    assert found.small_actions == ("a", "b")


def test_sets_without_a_name_of_their_own_are_numbered() -> None:
    text = 'EFG 2 R "" { "A" "B" } p "" 1 1 "" { "x" } 0 p "" 2 1 "" { "x" } 0 t "" 1 "" { 1 2 }'
    root = parse_efg(text).root
    assert (root.information_set, root.children[0].information_set) == ("1:1", "2:1")


def test_a_tree_a_thousand_moves_deep_is_read() -> None:
    lines = [f'p "" 1 {k} "s{k}" {{ "a" }} 0' for k in range(1, 3001)]
    game = parse_efg('EFG 2 R "" { "A" }\n' + "\n".join(lines) + '\nt "" 1 "" { 1 }\n')
    assert len(game.nodes()) == 3001


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "must begin with NFG 1 R; got nothing"),
        ('{ "x": 1 }', 1, "must begin with NFG 1 R"),
        ('NFG 1 R "a" { "A" "B" "C" } { 1 1 1 }', 1, "must have two players; got 3"),
        ('NFG 1 R "a" { }', 1, "must name at least one player"),
        ('NFG 1 R "a\n', 1, "quotation mark that is never closed"),
        (
            'NFG 1 R "a" { "A" "B" }\n{ 2 2 }\n1 2 3',
            3,
            "8 payoffs, two for each profile, here; got the end of the file",
        ),
        ('NFG 1 R "a" { "A" "B" }\n{ 1 1 }\n1 2\n3', 4, "must have the end of the file here; got 3"),
        ('NFG 1 R "a" { "A" "B" }\n{ 1 1 }\n1 nan', 3, "got nan"),
        ('NFG 1 R "a" { "A" "B" }\n{ 1 1 }\n1 1e999', 3, "that is finite here; got 1e999"),
        ('NFG 1 R "a" { "A" "B" }\n{ 1 1 }\n1 1/0', 3, "that is finite here; got 1/0"),
        ('NFG 1 R "a" { "A" "B" }\n{ 0 1 }\n', 2, "must have at least one action for each player"),
        ('NFG 1 R "a" { "A" "B" }\n{ 99999 99999 }\n', 2, "must have at most 10000000 profiles"),
        ('NFG 1 R "a" { "A" "B" }\n{ { "x" } { "y" } }\n{ { "" 1 2 } }\n7\n', 4, "name an outcome from 0 to 1; got 7"),
    ],
)
def test_bad_nfg_is_one_line_with_its_place(text: str, line: int, words: str) -> None:
    with pytest.raises(FileError) as caught:
        parse_nfg(text, "bad.nfg")
    message = str(caught.value)
    assert words in message
    assert "\n" not in message
    assert message.startswith(f"bad.nfg:{line}: ")


@pytest.mark.parametrize(
    ("nodes", "line", "words"),
    [
        ("", 3, "must have a node (c, p or t) here; got the end of the file"),
        ('p "" "two\nlines" 1', 2, 'the number of a player here; got "two lines"'),
        ('x "" 1', 2, "must have a node (c, p or t) here; got x"),
        ('p "" 2 1 "s" { "a" } 0', 2, "must have a player from 1 to 1; got 2"),
        ('p "" 1 1 "s" 0', 2, "must have the actions of a new information set here; got 0"),
        ('p "" 1 1 "s" { "a" } 0\np "" 1 1 "s" { "b" } 0', 3, "the same actions everywhere"),
        ('c "" 1 "" { "a" 0.5 } 0', 2, "probabilities that sum to 1; got [0.5]"),
        ('c "" 1 "" 0', 2, "must have the actions of chance"),
        ('t "" 4', 3, "must have the payoffs of outcome 4 here; got the end of the file"),
        ('t "" 1 "" { 1 2 }', 2, "must have } here; got 2"),
        ('t "" 1 "" { 1 }\nt "" 0', 3, "must have the end of the file here; got t"),
        ('t "" 1 "" { one }', 2, "must have 1 payoffs here; got one"),
    ],
)
def test_bad_efg_is_one_line_with_its_place(nodes: str, line: int, words: str) -> None:
    with pytest.raises(FileError) as caught:
        parse_efg(f'EFG 2 R "title" {{ "only" }}\n{nodes}\n', "bad.efg")
    message = str(caught.value)
    assert words in message
    assert "\n" not in message
    assert message.startswith(f"bad.efg:{line}: ")


def test_unreadable_files_say_so(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"missing\.nfg: cannot be read: No such file"):
        read_nfg(tmp_path / "missing.nfg")
    binary = tmp_path / "binary.efg"
    binary.write_bytes(b"\xff\xfe\x00EFG")
    with pytest.raises(FileError, match="is not UTF-8 text"):
        read_efg(binary)
    with pytest.raises(FileError, match="cannot be written"):
        write_nfg(tmp_path / "no" / "folder.nfg", NormalFormGame([[1]], [[1]]))
    with pytest.raises(ParameterError, match=r"nfg_text\.small_actions must have 1 labels; got 2"):
        nfg_text(NormalFormGame([[1]], [[1]]), small_actions=("a", "b"))
    with pytest.raises(ParameterError, match=r"nfg_text\.players must be two names"):
        nfg_text(NormalFormGame([[1]], [[1]]), players=("a",))
