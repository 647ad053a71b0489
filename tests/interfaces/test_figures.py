"""Figures: written, not empty, the same bytes every time, and marking what they should."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from simulator.economy.contract import Contract
from simulator.economy.scenario import PayoffTable, Scenario
from simulator.economy.terms import RevenueShare, UpfrontFee
from simulator.foundation.errors import AllianceError, ParameterError
from simulator.games.solution import solve
from simulator.interfaces.figures.clauses import clauses_figure
from simulator.interfaces.figures.compare import compare_figure, levels_figure
from simulator.interfaces.figures.plots import FIGURES, draw
from simulator.interfaces.figures.regions import COLOURS, letter, regions_figure
from simulator.interfaces.figures.run import run_figure
from simulator.interfaces.figures.save import check_suffix, save
from simulator.interfaces.figures.solve import solve_figure
from simulator.interfaces.files import read_scenario
from simulator.interfaces.replies import best_replies
from simulator.simulation.history import history
from simulator.sweeps.comparison.clauses import ClauseRow, ClauseValues, Effect, clause_game
from simulator.sweeps.comparison.frontier import ContractMeans
from simulator.sweeps.comparison.regions import RegionCell, RegionMap

PNG = b"\x89PNG\r\n\x1a\n"
MEANS = (
    ContractMeans("one", (3.0, 2.5, 3.5), (8.0, 7.0, 9.0), baseline=True),
    ContractMeans("two", (4.0, 3.5, 4.5), (7.0, 6.0, 8.0)),
    ContractMeans("three", (2.0, 1.5, 2.5), (6.0, 5.0, 7.0), dominated_by=("one", "two"), clearly=True),
)


def regions(size: int = 3) -> RegionMap:
    """Return a map on which the first contract wins clearly to the left, and the second hardly to the right."""
    cells = [
        RegionCell("surplus", x, y, *(("one", "two") if x < 2 else ("two", "one")), 1.0, 0.1, 0.0, 0.2, x < 2, 9, {})
        for x in range(size)
        for y in ("low", "high")
    ]
    return RegionMap("small.cash", "lead", ("one", "two"), 0.95, "t", tuple(cells))


def clause_worth() -> ClauseValues:
    """Return values of two clauses, put in by hand."""
    game = clause_game(Contract("both", (RevenueShare(0.3), UpfrontFee(1.0))))
    each = Effect(1.0, 0.5, 1.5)
    rows = [
        ClauseRow(name, clause, each, each, each, 0.0) for name in ("small_value", "surplus") for clause in game.clauses
    ]
    totals = {"small_value": Effect(2.0, 1.0, 3.0), "surplus": Effect(2.0, 1.0, 3.0)}
    return ClauseValues(game, 0.95, "t", tuple(rows), totals, dict.fromkeys(totals, 9), dict.fromkeys(totals, 0))


def of_history(name: str) -> Figure:
    scenario = read_scenario(name)
    return run_figure(history(scenario, scenario.contract(), seed=7))


DRAWN: dict[str, Callable[[], Figure]] = {
    "numbers": lambda: solve_figure(solve(read_scenario("ham_and_egg"))),
    "shades": lambda: solve_figure(solve(read_scenario("runway"))),
    "one column": lambda: solve_figure(solve(read_scenario("hold_up"))),
    "actions": lambda: solve_figure(solve(read_scenario("knowledge_alliance_babson97"))),
    "best replies": lambda: draw("best-replies", solve(read_scenario("ham_and_egg"))),
    "payoffs": lambda: draw("payoffs", solve(read_scenario("ham_and_egg"))),
    "qre shades": lambda: draw("qre", solve(read_scenario("ham_and_egg"))),
    "qre lines": lambda: draw("qre", solve(read_scenario("assurance"))),
    "phase portrait": lambda: draw("replicator", solve(read_scenario("assurance"))),
    "projection": lambda: draw("replicator", solve(read_scenario("hold_up"))),
    "elimination": lambda: draw("elimination", solve(read_scenario("ham_and_egg"))),
    "history": lambda: of_history("ham_and_egg"),
    "comparison": lambda: compare_figure(MEANS, "two contracts", 0.95),
    "by level": lambda: levels_figure([(3, MEANS), (6, MEANS)], "small.cash", "by cash", 0.95),
    "five levels": lambda: levels_figure([(n, MEANS) for n in range(5)], "small.cash", "by cash", 0.95),
    "regions": lambda: regions_figure(regions(), "who wins where"),
    "clauses": lambda: clauses_figure(clause_worth(), "clauses"),
    "one contract": lambda: compare_figure(MEANS[:1], "one contract", 0.95),
}


@pytest.mark.parametrize("name", DRAWN)
def test_figures_are_written_and_show_something(name: str, tmp_path: Path) -> None:
    save(DRAWN[name](), tmp_path / "figure.png")
    assert (tmp_path / "figure.png").read_bytes().startswith(PNG)
    image = pixels(tmp_path / "figure.png")
    assert image.shape[0] > 600
    assert np.mean(np.any(image[..., :3] < 0.9, axis=-1)) > 0.01


def pixels(path: Path) -> np.ndarray:
    from matplotlib.image import imread

    return imread(path)


@pytest.mark.parametrize(
    "name",
    [
        "numbers",
        "qre shades",
        "phase portrait",
        "elimination",
        "history",
        "comparison",
        "by level",
        "regions",
        "clauses",
    ],
)
def test_the_same_figure_is_the_same_file(name: str, tmp_path: Path) -> None:
    for file in ("one.svg", "two.svg"):
        save(DRAWN[name](), tmp_path / file)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()
    assert b"<dc:date>" not in (tmp_path / "one.svg").read_bytes()


@pytest.mark.parametrize("name", ["game.pdf", "game", "game.jpeg"])
def test_other_suffixes_are_refused(name: str) -> None:
    with pytest.raises(ParameterError, match=r"must end in \.png or \.svg; got '" + name):
        check_suffix(Path(name))


def test_best_replies_are_marked_with_their_ties() -> None:
    table = PayoffTable(small=((3.0, 0.0), (3.0, 1.0)), big=((3.0, 4.0), (0.0, 1.0)))
    of_small, of_big = best_replies(solve(Scenario("ties", payoffs=table)))
    assert of_small.tolist() == [[True, False], [True, True]]
    assert of_big.tolist() == [[False, True], [False, True]]


def test_the_selected_equilibrium_is_shaded_and_framed() -> None:
    from matplotlib.patches import Rectangle

    figure = solve_figure(solve(read_scenario("assurance")))
    matrix = figure.axes[0]
    boxes = [patch for patch in matrix.patches if isinstance(patch, Rectangle)]
    shaded = [box.get_xy() for box in boxes if box.get_fill()]
    framed = [box.get_xy() for box in boxes if not box.get_fill() and box.get_linewidth() > 1.0]
    assert np.allclose(shaded, [(0.54, 0.54)])
    assert np.allclose(sorted(framed), [(-0.46, -0.46), (0.54, 0.54)])


def test_every_plot_of_the_command_can_be_drawn() -> None:
    from simulator.interfaces.cli.solve import PLOTS

    assert tuple(FIGURES) == PLOTS


def rest_points(figure: Figure) -> dict[tuple[float, float], str]:
    """Return the fill of every marker of a rest point in a phase portrait."""
    (axes,) = figure.axes
    marked = [line for line in axes.lines if line.get_markersize() == 11]
    return {(float(line.get_xdata()[0]), float(line.get_ydata()[0])): str(line.get_color()) for line in marked}


def test_stable_rest_points_are_filled_and_others_open() -> None:
    # the stag hunt with both at 1 worth 0.4 and one alone losing 0.6: the mixed equilibrium at 0.6 is a saddle
    fills = rest_points(draw("replicator", solve(read_scenario("assurance"))))
    assert {place for place, fill in fills.items() if fill != "white"} == {(0.0, 0.0), (1.0, 1.0)}
    assert len(fills) == 5
    assert any(np.allclose(place, (0.6, 0.6)) and fill == "white" for place, fill in fills.items())


def test_elimination_crosses_what_is_struck_in_each_round() -> None:
    # a prisoners' dilemma: both cooperative actions go at once
    table = PayoffTable(small=((3.0, 0.0), (5.0, 1.0)), big=((3.0, 5.0), (0.0, 1.0)))
    figure = draw("elimination", solve(Scenario("dilemma", payoffs=table)))
    first, _, left, _ = figure.axes
    assert [line.get_color() for line in first.lines if line.get_marker() == "x"] == ["#B34A00", "#005B96"]
    assert [line for line in left.lines if line.get_marker() == "x"] == []
    assert (first.get_title(loc="left"), left.get_title(loc="left")) == ("Round 1", "What is left: 1 x 1")


def test_what_cannot_be_drawn_says_why() -> None:
    n = 70
    rng = np.random.default_rng(3)
    table = PayoffTable(*(tuple(map(tuple, np.add.outer(np.arange(n), rng.random(n)).tolist())) for _ in range(2)))
    solution = solve(Scenario("large", payoffs=table))
    for name in ("qre", "replicator"):
        with pytest.raises(AllianceError, match=f"--plot {name} must have .*70 x 70 actions"):
            draw(name, solution)


def test_dominated_contracts_are_crossed_out_and_named() -> None:
    (axes,) = compare_figure(MEANS, "three contracts", 0.95).axes
    crosses = [(line.get_xdata()[0], line.get_ydata()[0]) for line in axes.lines if line.get_marker() == "x"]
    assert crosses == [(2.0, 6.0)]
    assert axes.get_legend_handles_labels()[1] == ["one (baseline)", "two", "three (clearly dominated)"]


def test_every_level_has_its_panel() -> None:
    panels = levels_figure([(n, MEANS) for n in range(5)], "small.cash", "by cash", 0.95).axes
    assert [axes.get_title(loc="left") for axes in panels if axes.get_visible()] == [
        f"small.cash = {n}" for n in range(5)
    ]
    with pytest.raises(ParameterError, match=r"at most 12 values; got 13 of 'small\.cash'"):
        levels_figure([(n, MEANS) for n in range(13)], "small.cash", "by cash", 0.95)


def test_regions_are_told_by_letters_brackets_and_hatching_not_by_colour_alone() -> None:
    (axes,) = regions_figure(regions(), "who wins where").axes
    assert [text.get_text() for text in axes.texts] == ["A", "A", "A", "A", "(B)", "(B)"]
    assert [patch.get_hatch() for patch in axes.patches] == [None] * 4 + ["////"] * 2
    assert [letter(place) for place in (0, 27, 701, 702)] == ["A", "AB", "ZZ", "AAA"]
    assert len(set(COLOURS)) == len(COLOURS)
