"""Errors, registries, parameters and the compiled-code cache."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator.foundation import compiled
from simulator.foundation.errors import AllianceError, FileError, ParameterError, Problem, UnknownNameError
from simulator.foundation.parameters import check_limits, limits_of, parameter
from simulator.foundation.registry import Registry


@dataclass(frozen=True)
class Example:
    """A dataclass with one parameter of each kind."""

    share: float = parameter(0.5, low=0.0, high=1.0, open_high=True, doc="A share.")
    amount: float = parameter(0.0, unit="money", doc="Any finite amount.")
    option: float | None = parameter(None, low=0.0, doc="Optional.")


@pytest.mark.parametrize("value", [1.0, -0.1, float("nan"), float("inf"), "0.5", True])
def test_values_out_of_range_or_of_the_wrong_kind_are_refused(value):
    """The message names the field, the range and the value."""
    with pytest.raises(ParameterError, match=r"Example\.share must be .*got"):
        check_limits(Example(share=value))


def test_infinite_amounts_are_refused_unless_the_default_is_infinite():
    """An open range has no infinite members."""
    with pytest.raises(ParameterError, match="amount"):
        check_limits(Example(amount=float("inf")))
    check_limits(Example(share=0.999, amount=-1e12, option=0.0))


def test_limits_read_as_mathematics():
    """Ranges print with open and closed ends."""
    assert [str(limits) for _, limits in limits_of(Example)] == ["[0, 1)", "(-inf, inf)", "[0, inf)"]


def test_a_registry_refuses_a_second_entry_and_names_the_nearest():
    """Misspelt names get the nearest known one."""
    registry: Registry[int] = Registry("fruit")
    registry.register("apple")(1)
    with pytest.raises(ValueError, match="twice"):
        registry.register("apple")(2)
    with pytest.raises(UnknownNameError, match="Did you mean 'apple'"):
        registry["aple"]
    assert registry["apple"] == 1
    assert list(registry) == ["apple"]


def test_file_errors_carry_their_problems_across_processes():
    """Pickling keeps every problem, for worker processes."""
    error = FileError([Problem("must be positive", "x.toml", 3, "small.cash"), Problem("broken")])
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, AllianceError)
    assert str(again) == "x.toml:3: small.cash: must be positive\nbroken"


CODE = """
from simulator.foundation.compiled import cache_directory, compiled
@compiled
def double(x): return 2 * x
print(double(21), cache_directory().name)
"""


def test_compiled_functions_run_the_same_with_the_jit_off(tmp_path):
    """One source, two ways to run it; the cache lies where it is told to."""
    script = tmp_path / "script.py"
    script.write_text(CODE)
    outputs = []
    for jit in ("0", "1"):
        environment = {**os.environ, "NUMBA_DISABLE_JIT": jit, "ALLIANCE_CACHE_DIR": str(tmp_path / "cache")}
        done = subprocess.run(
            [sys.executable, str(script)], capture_output=True, text=True, env=environment, check=True, cwd=os.getcwd()
        )
        outputs.append(done.stdout)
    assert outputs[0] == outputs[1]
    assert outputs[0].startswith("42 ")
    assert any((tmp_path / "cache").rglob("*.nbi"))


def test_nothing_is_compiled_until_machine_code_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "cache_directory", lambda: tmp_path)
    monkeypatch.setattr(compiled.config, "DISABLE_JIT", 0)
    assert compiled.nothing_compiled()
    (tmp_path / "module").mkdir()
    (tmp_path / "module" / "rule.1.nbc").touch()
    assert not compiled.nothing_compiled()
    monkeypatch.setattr(compiled.config, "DISABLE_JIT", 1)
    assert not compiled.nothing_compiled()
