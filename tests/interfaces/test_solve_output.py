"""What ``alliance solve`` says of mixed play, incomplete lists, numbers of any size, and options that do nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from interfaces.commands import alliance

from simulator.games.adaptation.stability import classified
from simulator.games.analysis.anarchy import Anarchy, anarchy
from simulator.games.analysis.replicator_stability import replicator_stability
from simulator.games.concepts.rationalisable import rationalisable
from simulator.games.equilibrium import Equilibrium, EquilibriumSet
from simulator.games.normal_form import NormalFormGame

CYCLE = {"small": [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "big": [[0, 1, 0], [0, 0, 1], [1, 0, 0]]}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(name: str, payoffs: dict[str, Any], head: str = "") -> str:
    lines = [f'name = "{name}"', head, "[payoffs]"]
    lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in payoffs.items()]
    Path(f"{name}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return f"{name}.toml"


def test_a_plot_without_a_file_is_refused() -> None:
    assert "Write, say, --plot qre --figure qre.png." in alliance("solve", "assurance", "--plot", "qre", code=2).stderr


def test_a_mixture_whose_mean_is_the_number_of_an_action_is_called_mixed() -> None:
    text = alliance("solve", written("cycle", CYCLE), "--show", "efficiency").stdout
    assert re.search(r"^played +mixed +mixed +0\.6667", text, re.MULTILINE)
    led = alliance("solve", "cycle.toml", "--lead", "small", "--show", "efficiency").stdout
    assert "mixed" not in led


def test_prices_and_stability_say_whether_all_equilibria_were_known(monkeypatch: pytest.MonkeyPatch) -> None:
    one = [Equilibrium((0.0, 1.0), (0.0, 1.0), (1.0, 1.0), 0.0, True)]
    price = anarchy(6.0, one, complete=False)
    assert isinstance(price, Anarchy)
    assert not price.complete
    dilemma = NormalFormGame([[3, 0], [5, 1]], [[3, 5], [0, 1]])
    left = rationalisable(dilemma)
    judged = replicator_stability(dilemma, EquilibriumSet(tuple(one), False, "some", ((0,),)), left)
    assert judged.complete is False  # type: ignore[union-attr]
    found = json.loads(alliance("solve", "assurance", "--json", "--show", "anarchy,replicator").stdout)
    assert found["anarchy"]["complete"] is found["replicator"]["complete"] is True
    from simulator.games import solution

    search = solution.all_equilibria

    def cut_short(*arguments: Any, **options: Any) -> EquilibriumSet:
        found = search(*arguments, **options)
        return EquilibriumSet(found.equilibria, False, found.method, found.components)

    monkeypatch.setattr(solution, "all_equilibria", cut_short)
    text = alliance("solve", "assurance", "--show", "anarchy,replicator").stdout
    assert "Prices of anarchy and stability, of the equilibria found" in text
    assert re.search(r"\d of \d equilibria found (is|are) asymptotically stable", text)


def test_what_the_eigenvalues_do_not_decide_is_undecided_and_only_circling_is_a_centre() -> None:
    third = [1 / 3] * 3
    scissors = [[0, -1, 1], [1, 0, -1], [-1, 1, 0]]
    zero_sum = NormalFormGame(scissors, [[-value for value in line] for line in scissors])
    assert classified(zero_sum, third, third).kind == "centre"
    flat = NormalFormGame([[1, 1], [1, 1]], [[1, 1], [1, 1]])
    assert classified(flat, [1, 0], [1, 0]).kind == "undecided"
    text = alliance("solve", written("flat", {"small": [[1, 1]] * 2, "big": [[1, 1]] * 2}), "--show", "replicator")
    assert "undecided: the eigenvalues do not decide." in text.stdout
    assert "neutral" not in text.stdout


def coordination(best: float, other: float) -> dict[str, Any]:
    return {"small": [[best, 0.0], [0.0, other]], "big": [[other, 0.0], [0.0, best]]}


def test_tables_print_payoffs_of_any_size_and_rounding_beside_them_as_0() -> None:
    text = alliance("solve", written("tiny", coordination(2e-300, 1e-300)), "--all").stdout
    assert re.search(r"^\* +1 +1 +1e-300 +2e-300 +3e-300 +pure", text, re.MULTILINE)
    assert re.search(r"^SmallCo +1e-300 +0 +1e-300 +yes", text, re.MULTILINE)
    noisy = {"small": [[1.0, 0.0]], "big": [[1e-17, 1e-18]]}
    text = alliance("solve", written("noisy", noisy), "--show", "security,bargaining").stdout
    assert "e-1" not in text


@pytest.mark.parametrize(("best", "power"), [(2e140, 140), (2e-300, -300)])
def test_matrices_stay_readable_for_payoffs_of_any_size(best: float, power: int, here: Path) -> None:
    text = alliance("solve", written("pair", coordination(best, best / 2)), "--latex").stdout
    cell = rf"\underline{{2 \times 10^{{{power}}}}},\; \underline{{1 \times 10^{{{power}}}}}"
    assert rf"\fbox{{${cell}$}} & $0,\; 0$" in text
    assert f"2e{power:+d}" in drawn("pair.toml", "overview")
    drawn("pair.toml", "replicator")


def test_a_tie_is_no_wider_than_the_payoffs_compared() -> None:
    text = alliance("solve", written("scales", coordination(1e12, 1.0)), "--latex").stdout
    assert r"\underline{0}" not in text
    assert r"\underline{1}" in text


def drawn(name: str, plot: str) -> str:
    """Return the texts of a figure; a warning of matplotlib's would be an error here."""
    from simulator.games.solution import solve
    from simulator.interfaces.figures.plots import draw
    from simulator.interfaces.files import read_scenario

    figure = draw(plot, solve(read_scenario(name)))
    figure.draw_without_rendering()
    from matplotlib.text import Text

    return "\n".join(each.get_text() for each in figure.findobj(Text))  # type: ignore[attr-defined]


def test_long_labels_are_shortened_and_every_row_of_a_matrix_of_twelve_has_its_label() -> None:
    long = "a name that goes on and on and is far too long to stand beside a matrix in full"
    payoffs = coordination(2.0, 1.0) | {"small_actions": ["$a$", long], "big_actions": [long, "b"]}
    text = drawn(written("long", payoffs), "overview")
    assert long not in text
    assert "a name that goes" in text
    twelve = [[float(i == j) for j in range(12)] for i in range(12)]
    seen = drawn(written("twelve", {"small": twelve, "big": twelve}), "overview").splitlines()
    assert all(seen.count(str(number)) >= 2 for number in range(12))


def test_letters_that_the_font_lacks_print_no_warning(here: Path) -> None:
    payoffs = coordination(2.0, 1.0) | {"small_actions": ["合作", "b"], "big_actions": ["$", "$x$"]}
    result = alliance("solve", written("letters", payoffs), "--figure", "letters.png")
    assert result.stderr == "wrote letters.png\n"
    assert (here / "letters.png").stat().st_size > 0
