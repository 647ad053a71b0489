"""Networks in scenario files: their keys, ties in a file of their own, and how every mistake is told."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from simulator.economy.meeting import Complete, Edges, ScaleFree, SmallWorld
from simulator.foundation.errors import FileError
from simulator.interfaces.document import open_document
from simulator.interfaces.files import read_experiment, read_scenario
from simulator.interfaces.template import scenario_text
from simulator.sweeps.plan import plan

WORLD = """\
name = "world"
[small]
count = 4
[big]
count = 3
[venture]
[market]
network = {network}
"""
LINE = 8
TIES = ((0, 1), (3, 2), (0, 0))
BY_FILE = '{ name = "edges", file = "ties.csv" }'


def written(folder: Path, network: str, ties: str | bytes | None = None) -> Path:
    path = folder / "world.toml"
    path.write_text(WORLD.replace("{network}", network), encoding="utf-8")
    if ties is not None:
        (folder / "ties.csv").write_bytes(ties.encode() if isinstance(ties, str) else ties)
    return path


def problems(path: Path) -> list[tuple[str, int | None, str, str]]:
    with pytest.raises(FileError) as caught:
        read_scenario(path)
    return [(Path(each.file).name, each.line, each.key, each.message) for each in caught.value.problems]


@pytest.mark.parametrize(
    ("network", "read"),
    [
        ('"complete"', Complete()),
        ('{ name = "complete" }', Complete()),
        ('{ name = "small_world", neighbours = 4, rewiring = 0.2 }', SmallWorld(4, 0.2)),
        ('{ name = "small_world", rewiring = 1 }', SmallWorld(6, 1.0)),
        ('{ name = "scale_free", links = 3 }', ScaleFree(3)),
        ('"scale_free"', ScaleFree(2)),
        ('{ name = "edges", pairs = [[0, 1], [3, 2], [0, 0]] }', Edges(TIES)),
    ],
)
def test_every_network_is_read(tmp_path: Path, network: str, read: object) -> None:
    assert read_scenario(written(tmp_path, network)).market.network == read


def test_without_a_network_everybody_can_meet_everybody(tmp_path: Path) -> None:
    path = written(tmp_path, '"complete"')
    path.write_text(path.read_text().replace("[market]\nnetwork", "[market]\n# network"), encoding="utf-8")
    assert read_scenario(path).market.network == Complete()


@pytest.mark.parametrize(
    "ties",
    [
        "0,1\n3,2\n0,0\n",
        "0,1\r\n3,2\r\n0,0",
        "small,big\n0, 1\n3 ,2\n0 , 0\n",
        "# who knows whom\n\nSmallCo;BigCo\n0;1\n\n3;2  # since 2019\n0;0\n",
        "0 1\n3\t2\n  0   0  \n",
        b"\xef\xbb\xbf0,1\n3,2\n0,0\n",
        b"\xef\xbb\xbfsmall,big\n0,1\n3,2\n0,0\n",
    ],
)
def test_ties_are_read_from_a_file(tmp_path: Path, ties: str | bytes) -> None:
    assert read_scenario(written(tmp_path, BY_FILE, ties)).market.network == Edges(TIES)


def test_the_file_is_relative_to_the_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "worlds").mkdir()
    (tmp_path / "data" / "ties.txt").write_text("2 1\n")
    path = written(tmp_path / "worlds", '{ name = "edges", file = "../data/ties.txt" }')
    monkeypatch.chdir(tmp_path)
    assert read_scenario(path).market.network == Edges(((2, 1),))
    assert read_scenario(path.relative_to(tmp_path)).market.network == Edges(((2, 1),))


def test_the_scenario_needs_the_file_no_more(tmp_path: Path) -> None:
    by_file = read_scenario(written(tmp_path, BY_FILE, "0,1\n3,2\n0,0\n"))
    (tmp_path / "ties.csv").unlink()
    assert pickle.loads(pickle.dumps(by_file)) == by_file
    assert "ties.csv" not in repr(by_file)
    assert by_file == read_scenario(written(tmp_path, '{ name = "edges", pairs = [[0, 1], [3, 2], [0, 0]] }'))
    again = tmp_path / "again.toml"
    again.write_text(scenario_text(by_file), encoding="utf-8")
    assert read_scenario(again) == by_file


def experiment(folder: Path, network: str, ties: str) -> tuple[list[str], str]:
    """Return the keys of the parts of a sweep, and the scenario's text as it is kept beside them."""
    written(folder, network, ties)
    path = folder / "experiment.toml"
    path.write_text('name = "e"\nscenario = "world.toml"\n[factors]\n"small.cash" = [3, 6]\n', encoding="utf-8")
    read = read_experiment(path)
    return [chunk.key for chunk in plan(read).chunks], read.scenario_text


def test_a_sweep_is_keyed_by_the_ties_and_not_by_their_file(tmp_path: Path) -> None:
    keys, _ = experiment(tmp_path, BY_FILE, "0,1\n3,2\n")
    assert experiment(tmp_path, BY_FILE, "# the same\nsmall big\n0 1\n3 2\n")[0] == keys
    assert experiment(tmp_path, '{ name = "edges", pairs = [[0, 1], [3, 2]] }', "")[0] == keys
    assert not set(experiment(tmp_path, BY_FILE, "0,1\n3,1\n")[0]) & set(keys)


def test_a_sweep_keeps_the_ties_beside_the_scenario(tmp_path: Path) -> None:
    _, text = experiment(tmp_path, BY_FILE, "0,1\n3,2\n")
    assert text == WORLD.replace("{network}", BY_FILE) + "\n# ties.csv:\n# 0,1\n# 3,2\n"
    _, text = experiment(tmp_path, '{ name = "edges", pairs = [[0, 1]] }', "")
    assert text == open_document(tmp_path / "world.toml").text


@pytest.mark.parametrize(
    ("network", "key", "says"),
    [
        ('"smallworld"', "network.name", "unknown network 'smallworld'. Did you mean 'small_world'?"),
        ("3", "network", "must be a table with a name; got 3"),
        ('{ name = "small_world", neighbors = 4 }', "network.neighbors", "Did you mean 'neighbours'?"),
        ('{ name = "small_world", neighbours = 3 }', "network.neighbours", "must be even; got 3. Write 4"),
        ('{ name = "small_world", neighbours = 2.0 }', "network.neighbours", "must be a whole number; got 2.0"),
        ('{ name = "small_world", neighbours = 8 }', "network.neighbours", "below the number of firms; got 8 and 7"),
        ('{ name = "small_world", rewiring = 2 }', "network.rewiring", "must be in [0, 1]; got 2"),
        ('{ name = "small_world", file = "ties.csv" }', "network.file", "unknown key. Known: neighbours, rewiring."),
        ('{ name = "scale_free", links = 0 }', "network.links", "must be in [1, inf) (ties); got 0"),
        ('{ name = "scale_free", links = 7 }', "network.links", "below the number of firms; got 7 and 7"),
        ('"edges"', "network", "must have either pairs or a file; got neither. Write pairs = [[0, 0]] or"),
        ('{ name = "edges", pairs = [[0, 1]], file = "a" }', "network", "either pairs or a file; got pairs, file."),
        ('{ name = "edges", fil = "ties.csv" }', "network", "must have either pairs or a file; got fil."),
        ('{ name = "edges", pairs = [] }', "network.pairs", "must name at least one tie"),
        ('{ name = "edges", pairs = [0, 1] }', "network.pairs", "must be a list of pairs of whole numbers; got [0, 1]"),
        ('{ name = "edges", pairs = [[0, 1.5]] }', "network.pairs", "must be a list of pairs of whole numbers"),
        ('{ name = "edges", pairs = [[0, -1]] }', "network.pairs", "counted from 0; got (0, -1)"),
        ('{ name = "edges", pairs = [[4, 0]] }', "network.pairs", "got SmallCo 4, and there are 4"),
        ('{ name = "edges", pairs = [[0, 3]] }', "network.pairs", "got BigCo 3, and there are 3"),
        ('{ name = "edges", file = 3 }', "network.file", "must be the name of a file; got 3."),
        ('{ name = "edges", file = "" }', "network.file", "must be the name of a file; got ''."),
        ('{ name = "edges", file = "a\\u0000" }', "network.file", "must be the name of a file; got 'a\\x00'."),
        ('{ name = "edges", file = "none.csv" }', "network.file", "none.csv cannot be read: No such file"),
        ('{ name = "edges", file = "." }', "network.file", "cannot be read: "),
    ],
)
def test_every_mistake_in_the_scenario_has_its_line_key_and_remedy(
    tmp_path: Path, network: str, key: str, says: str
) -> None:
    ((file, line, where, message),) = problems(written(tmp_path, network))
    assert (file, line, where) == ("world.toml", LINE, f"market.{key}")
    assert says in message


@pytest.mark.parametrize(
    ("ties", "line", "says"),
    [
        ("0,1\n2,x\n", 2, "must hold a SmallCo and a BigCo in each line, counted from 0; got '2,x'. Write, say, 0,2."),
        ("small,big\nsmall,big\n0,1\n", 2, "got 'small,big'"),
        ("0,1\nsmall,big\n", 2, "got 'small,big'"),
        ("0,1,5\n", 1, "got '0,1,5'"),
        ("# all\n\n0\n", 3, "got '0'"),
        ("01\n", 1, "got '01'"),
        ("0,\n", 1, "got '0,'"),
        ("0,-1\n", 1, "got '0,-1'"),
        ("0,1.0\n", 1, "got '0,1.0'"),
        ("0,99999999999999999999\n", 1, "got '0,99999999999999999999'"),
        ("0,\u0661\n", 1, "got '0,\u0661'"),
        ("", None, "must hold at least one tie; got none."),
        ("small,big\n# nobody\n", None, "must hold at least one tie; got none."),
    ],
)
def test_every_mistake_in_the_file_has_its_line(tmp_path: Path, ties: str, line: int | None, says: str) -> None:
    ((file, where, key, message),) = problems(written(tmp_path, BY_FILE, ties))
    assert (file, where, key) == ("ties.csv", line, "")
    assert says in message


def test_a_file_that_is_no_text_and_ties_beyond_the_market(tmp_path: Path) -> None:
    ((file, line, key, message),) = problems(written(tmp_path, BY_FILE, b"0,\xff\n"))
    assert (file, line, key) == ("world.toml", LINE, "market.network.file")
    assert "it is not text in UTF-8" in message
    ((file, line, key, message),) = problems(written(tmp_path, BY_FILE, "0,1\n0,3\n"))
    assert (file, line, key) == ("world.toml", LINE, "market.network.file")
    assert "got BigCo 3, and there are 3" in message


def test_all_problems_are_reported_together(tmp_path: Path) -> None:
    path = written(tmp_path, BY_FILE, "x\ny\n")
    path.write_text(path.read_text().replace("[venture]", "csh = 1\n[venture]"), encoding="utf-8")
    assert [each[:3] for each in problems(path)] == [("world.toml", 6, "big.csh"), ("ties.csv", 2, "")]
    path = written(tmp_path, '"edges"')
    path.write_text(path.read_text() + "entry = 3\n", encoding="utf-8")
    assert [each[1:3] for each in problems(path)] == [(8, "market.network"), (9, "market.entry")]


def test_an_experiment_names_the_line_of_the_edge_file(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"ties\.csv:2: must hold a SmallCo and a BigCo"):
        experiment(tmp_path, BY_FILE, "0,1\n0;x\n")
