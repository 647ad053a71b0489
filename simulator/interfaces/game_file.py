"""Files of Gambit at the command line: a game read as a scenario whose payoffs are given outright, and written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from simulator.economy.scenario import PayoffTable, Scenario
from simulator.foundation.errors import FileError, ParameterError, Problem, StoreError

if TYPE_CHECKING:
    from simulator.games.normal_form import NormalFormGame
    from simulator.games.solution import Solution

SUFFIXES = (".nfg", ".efg")
MOST_BYTES = 64 * 2**20
MOST_ACTIONS = 1_001


def is_game_file(name_or_path: str | Path) -> bool:
    """Return whether a name is that of a file of Gambit, by its suffix.

    Examples
    --------
    >>> is_game_file("pennies.nfg"), is_game_file("ham_and_egg")
    (True, False)
    """
    return Path(name_or_path).suffix.lower() in SUFFIXES


def game_scenario(path: Path) -> Scenario:
    """Return the two-player game in a .nfg or .efg file; a tree in its reduced strategic form.

    Raises
    ------
    FileError
        One line with the file, and the line in it where one is known.
    """
    from simulator.games.gambit.game_files import read_efg, read_nfg

    try:
        if path.stat().st_size > MOST_BYTES:
            message = f"must have at most {MOST_BYTES >> 20} MiB; got {path.stat().st_size >> 20}. Name a smaller game."
            raise FileError([Problem(message, str(path))])
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}. Name a game file."
        raise FileError([Problem(message, str(path))]) from None
    if path.suffix.lower() == ".nfg":
        found = read_nfg(path)
        return _scenario(path, found.title, found.game, found.small_actions, found.big_actions)
    from simulator.games.information.reduced_form import reduced_form

    tree = read_efg(path)
    try:
        form = reduced_form(tree)
    except ParameterError as error:
        raise FileError([Problem(str(error), str(path))]) from None
    return _scenario(path, tree.title, form.game, form.small_strategies, form.big_strategies)


def _scenario(
    path: Path, title: str, game: NormalFormGame, small_actions: tuple[str, ...], big_actions: tuple[str, ...]
) -> Scenario:
    """Return a scenario that holds these payoffs."""
    if max(game.shape) > MOST_ACTIONS:
        message = (
            f"must have at most {MOST_ACTIONS} actions for each player; got {game.shape[0]} x {game.shape[1]}. "
            "Name a smaller game."
        )
        raise FileError([Problem(message, str(path))])
    small, big = (
        tuple(name or str(number) for number, name in enumerate(names, start=1))
        for names in (small_actions, big_actions)
    )
    try:
        table = PayoffTable(tuple(map(tuple, game.small.tolist())), tuple(map(tuple, game.big.tolist())), small, big)
    except ParameterError as error:
        raise FileError([Problem(str(error), str(path))]) from None
    return Scenario(path.stem, title=title, source=str(path), payoffs=table)


def check_game_suffix(path: Path) -> None:
    """Raise ParameterError unless the file's suffix is one of Gambit's, in a folder that exists."""
    if not is_game_file(path):
        raise ParameterError(
            f"--write must end in {' or '.join(SUFFIXES)}; got {str(path)!r}. Write, say, {path.stem or 'game'}.nfg."
        )
    if not path.absolute().parent.is_dir():
        raise StoreError(f"--write: the folder {str(path.parent)!r} does not exist. Make it first.")


def of_tree(scenario: Scenario) -> bool:
    """Return whether a scenario is the strategic form of a tree that was read from a file."""
    return scenario.payoffs is not None and Path(scenario.source).suffix.lower() == ".efg"


def check_no_tree(path: Path, scenario: Scenario) -> None:
    """Raise ParameterError where the strategic form of a tree would be written as if it were the tree."""
    if path.suffix.lower() == ".efg" and of_tree(scenario):
        raise ParameterError(
            f"--write must end in .nfg for the strategic form of {scenario.source}; got {str(path)!r}. "
            f"Write {path.stem}.nfg, or copy the tree."
        )


def write_game(path: Path, solution: Solution) -> str:
    """Write a solved game: its matrix as .nfg, or the tree of its moves, in their order, as .efg.

    What is returned is empty unless the tree is too large to be read back.
    """
    from simulator.games.gambit.game_files import write_efg, write_nfg
    from simulator.games.information.reduced_form import MOST_STRATEGIES, MOST_WORK, bimatrix_tree
    from simulator.games.normal_form import NormalFormGame

    game = NormalFormGame(solution.small_payoffs, solution.big_payoffs)
    title = solution.scenario.title or solution.scenario.name
    if solution.contract.terms or solution.scenario.payoffs is None:
        title += f": {solution.contract.name}"
    labels = {"small_actions": solution.small_actions, "big_actions": solution.big_actions}
    if path.suffix.lower() == ".nfg":
        write_nfg(path, game, title, **labels)
    else:
        write_efg(path, bimatrix_tree(game, **labels, lead=solution.lead, title=title))
        leads, follows = game.shape if solution.lead == "small" else game.shape[::-1]
        if solution.lead != "simultaneous" and (
            follows**leads > MOST_STRATEGIES or leads * follows**leads * (1 + leads + leads * follows) > MOST_WORK
        ):
            return f"{path} cannot be read back: it gives who follows {follows}^{leads} strategies. Write .nfg instead."
    return ""
