"""Regenerate the pinned runs: ``python tests/golden/regenerate.py``. State in the commit why the numbers moved."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from simulator.interfaces.files import read_scenario
from simulator.interfaces.locate import shipped
from simulator.simulation.engine import simulate
from simulator.simulation.prepare import prepare
from simulator.simulation.record import OUTCOMES

FILE = Path(__file__).with_name("runs.json")
SEED = 20260101
REPLICATES = (0, 1, 7)


def runs() -> dict[str, dict[str, list[dict[str, float]]]]:
    """Return the outcomes of a few runs of every shipped scenario under every contract of its menu."""
    pinned: dict[str, dict[str, list[dict[str, float]]]] = {}
    for name in sorted(shipped("scenarios")):
        scenario = read_scenario(name)
        for contract in scenario.contracts or (scenario.contract(),):
            table = simulate(prepare(scenario, contract), SEED, np.array(REPLICATES))
            pinned.setdefault(name, {})[contract.name] = [
                dict(zip(OUTCOMES, row, strict=True)) for row in table.tolist()
            ]
    return pinned


if __name__ == "__main__":
    FILE.write_text(json.dumps(runs(), indent=1) + "\n")
