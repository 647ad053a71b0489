"""The command as a process: how fast it starts, and how it ends when it is stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-c", "from simulator.interfaces.cli.main import main; main(prog_name='alliance')"]
ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT)}
PATIENCE = 120.0


def alliance(*arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, encoding="utf-8", check=False, cwd=folder, env=ENVIRONMENT
    )


@pytest.mark.parametrize("name", ["solve", "run", "sweep", "compare", "calibrate", "check", "list", "new"])
def test_help_of_a_command_imports_nothing_heavy(name: str) -> None:
    program = (
        "import sys; from simulator.interfaces.cli.main import main\n"
        f"try: main([{name!r}, '--help'])\n"
        "except SystemExit: pass\n"
        "print([each for each in ('numpy', 'numba', 'pandas', 'pydantic', 'mesa', 'rich') if each in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True, env=ENVIRONMENT
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            'name = "x"\n[small]\ncsh = 3\n[big]\n[venture]\n',
            "bad.toml:3: small.csh: unknown key. Did you mean 'cash'?\n",
        ),
        ('name = "x"\n[small\n', "bad.toml:2: not TOML"),
    ],
)
def test_bad_input_is_one_line_and_no_traceback(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "bad.toml").write_text(text, encoding="utf-8")
    done = alliance("check", "bad.toml", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(says)
    assert len(done.stderr.splitlines()) == 1


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    running = subprocess.Popen(
        [*COMMAND, "list", "terms"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=ENVIRONMENT
    )
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdout.close()
    assert running.stderr.read() == ""
    running.stderr.close()
    running.wait(PATIENCE)


def test_an_unwritable_place_is_one_line(tmp_path: Path) -> None:
    done = alliance("new", "missing_folder/mine", folder=tmp_path)
    assert done.returncode == 1
    assert done.stderr == "missing_folder/mine.toml: No such file or directory.\n"


EXPERIMENT = """\
name = "long"
scenario = "assurance"
replicates = 4000000
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupted_sweep_says_how_to_go_on_and_keeps_what_is_done(tmp_path: Path) -> None:
    (tmp_path / "long.toml").write_text(EXPERIMENT, encoding="utf-8")
    running = subprocess.Popen(
        [*COMMAND, "sweep", "long.toml", "--executor", "threads", "--jobs", "1"],
        stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, encoding="utf-8", cwd=tmp_path, env=ENVIRONMENT,
    )  # fmt: skip
    parts = tmp_path / "results" / "long" / "runs"
    began = time.monotonic()
    while not list(parts.glob("part-*.parquet")):
        assert running.poll() is None, running.communicate()
        assert time.monotonic() - began < PATIENCE
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=PATIENCE)
    assert running.returncode == 130
    assert "What is done is kept in results/long. To go on: alliance sweep long.toml" in said
    assert "Traceback" not in said
    assert list(parts.glob("part-*.parquet"))
