"""Pinned runs: a change of any number of a shipped scenario is noticed, and has to be explained."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

SPEC = importlib.util.spec_from_file_location("regenerate", Path(__file__).with_name("regenerate.py"))
assert SPEC is not None
assert SPEC.loader is not None
regenerate = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(regenerate)

RELATIVE = 1e-9  # exp and log may differ in the last bit between platforms


def test_pinned_runs_have_not_moved():
    """The same scenarios, contracts, seeds and outcomes as when they were pinned."""
    pinned = json.loads(regenerate.FILE.read_text())
    now = regenerate.runs()
    assert {name: list(contracts) for name, contracts in now.items()} == {
        name: list(contracts) for name, contracts in pinned.items()
    }
    for name, contracts in pinned.items():
        for contract, rows in contracts.items():
            for expected, got in zip(rows, now[name][contract], strict=True):
                assert got == pytest.approx(expected, rel=RELATIVE, abs=RELATIVE), (name, contract)
