"""Experiments written beside a small world, and the problems that are found when they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.foundation.errors import FileError
from simulator.interfaces.files import read_experiment

SCENARIO = """\
name = "world"
[small]
[big]
[venture]
shock = { name = "uniform", low = 0.5, high = 1.5 }
[[contract]]
name = "share"
revenue_share = { share = 0.4 }
[[contract]]
name = "nothing"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "experiment.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems(folder: Path, text: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(FileError) as caught:
        read_experiment(written(folder, text))
    return [(problem.line, problem.key, problem.message) for problem in caught.value.problems]
