"""``alliance design``: what it prints, draws and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from interfaces.commands import alliance

import simulator.sweeps.recheck as recheck_module

SHARE = ("design", "ham_and_egg", "--for", "big", "--terms", "revenue_share.share=0:1,upfront_fee.fee=-10:10")


def test_the_report_says_what_binds_and_how_sure_it_is() -> None:
    text = alliance(*SHARE, "--replicates", "50").stdout
    assert "Binding: participation of SmallCo." in text
    assert "One more of SmallCo's outside option changes the value by -1 (envelope: -1)." in text
    assert "a lower bound" in text
    assert "`solve` under this contract plays the same." in text
    assert "50 histories of 60 months under the same luck" in text


def test_json_holds_everything() -> None:
    found = json.loads(alliance(*SHARE, "--replicates", "20", "--seed", "3", "--json").stdout)
    assert found["for"] == "big"
    assert found["payoffs"]["small"] == pytest.approx(0.0, abs=1e-9)
    assert found["value"] == found["payoffs"]["big"]
    assert found["shadow_prices"][0]["price"] == pytest.approx(-1.0)
    assert found["certificate"]["checked"]
    assert found["simulation"]["seed"] == 3
    assert [mean["measure"] for mean in found["simulation"]["means"]] == ["small_value", "big_value", "surplus"]
    assert not found["interrupted"]


def test_the_simulation_of_one_month_is_the_game() -> None:
    command = ("design", "double_marginalisation", "--for", "small", "--terms", "wholesale_price.price=0:100")
    found = json.loads(alliance(*command, "--replicates", "2", "--json").stdout)
    means = {mean["measure"]: mean["designed"] for mean in found["simulation"]["means"]}
    assert means["small_value"] == pytest.approx(found["payoffs"]["small"])
    assert means["big_value"] == pytest.approx(found["payoffs"]["big"])


def test_a_figure_draws_the_frontier(tmp_path: Path) -> None:
    drawn = tmp_path / "frontier.svg"
    command = ("design", "double_marginalisation", "--for", "nash", "--terms", "wholesale_price.price=20:80")
    text = alliance(*command, "--replicates", "0", "--figure", str(drawn)).stdout
    assert "Pareto frontier" in text
    assert "#B34A00" in drawn.read_text(encoding="utf-8").upper()


def test_what_cannot_be_designed_is_one_line() -> None:
    refused = alliance("design", "hold_up", "--for", "small", "--terms", "revenue_shar.share=0:1", code=1)
    assert refused.stderr == "Unknown contract term 'revenue_shar.share'. Did you mean 'revenue_share.share'?\n"
    assert "--terms" in alliance("design", "hold_up", "--for", "small", code=2).stderr
    assert "0, or 2 or more" in alliance(*SHARE, "--replicates", "1", code=2).stderr


def test_an_interruption_shows_the_best_so_far_and_exits_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(recheck_module, "recheck", stop)
    stopped = alliance(*SHARE, "--json", code=130)
    assert json.loads(stopped.stdout)["interrupted"]
    assert "best so far" in stopped.stderr
