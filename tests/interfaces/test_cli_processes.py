"""The command as a process: how fast it starts, and how it ends when it is stopped."""

from __future__ import annotations

import contextlib
import json
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


def on_a_terminal(program: str, folder: Path, until: str = "", **environment: str) -> tuple[str, str]:
    """Return what a program prints into a file, and what it says to a terminal, at least until it says something."""
    pty = pytest.importorskip("pty")
    terminal, end = pty.openpty()
    printed = folder / "printed"
    with printed.open("wb") as out:
        running = subprocess.Popen(
            [sys.executable, "-c", program], stdout=out, stderr=end, env=ENVIRONMENT | {"TERM": "xterm"} | environment
        )
    os.close(end)
    said = b""
    with contextlib.suppress(OSError):  # the terminal is gone when the program is
        while not until or until.encode() not in said:
            said += os.read(terminal, 65536)
    if until:
        running.kill()
    running.wait(PATIENCE)
    os.close(terminal)
    return printed.read_text(encoding="utf-8"), said.decode("utf-8", errors="replace")


CALLED = "from simulator.interfaces.cli import main, progress; progress.PATIENCE = {patience}; main.main({arguments!r})"


@pytest.mark.parametrize("command", ["solve", "run"])
def test_a_terminal_is_told_of_the_first_compilation_where_json_goes_into_a_pipe(tmp_path: Path, command: str) -> None:
    program = CALLED.format(patience=PATIENCE, arguments=[command, "ham_and_egg", "--json"])
    printed, said = on_a_terminal(program, tmp_path, until="once.", ALLIANCE_CACHE_DIR=str(tmp_path))
    assert printed == ""
    assert said.startswith("Compiling for the first use: up to a minute, once.")


@pytest.mark.parametrize(
    ("command", "says"),
    [("solve", ["solving the game under 'revenue share'"]), ("run", ["simulating a history under 'revenue share'"])],
)
def test_long_work_says_on_a_terminal_what_it_is_doing(tmp_path: Path, command: str, says: list[str]) -> None:
    program = CALLED.format(patience=0.0, arguments=[command, "ham_and_egg", "--json"])
    printed, said = on_a_terminal(program, tmp_path)
    assert json.loads(printed)["contract"] == "revenue share"
    assert all(each in said for each in says)


def test_a_spinner_follows_the_work_and_a_pipe_never_sees_it(tmp_path: Path) -> None:
    program = (
        "import sys, time; from simulator.interfaces.cli import progress; progress.PATIENCE = 0.0\n"
        "with progress.Spinner('first') as spinner:\n"
        "    time.sleep(0.5); spinner('second'); time.sleep(0.5)\n"
    )
    said = on_a_terminal(program, tmp_path)[1]
    assert said.index("first") < said.index("second")
    piped = subprocess.run([sys.executable, "-c", program], capture_output=True, env=ENVIRONMENT, check=True)
    assert piped.stderr == piped.stdout == b""
