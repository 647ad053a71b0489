"""The README and the documents say only what works: every command and example in them is executed.

A fenced ``sh`` block is executed unless the line before it is ``<!-- not run: reason -->``. The two blocks marked
``<!-- run: main -->`` and ``<!-- run: tests -->`` install the program and are executed by ``.ci/run``.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SECONDS_PER_BLOCK = 900

MARKER = re.compile(r"<!--\s*(?P<kind>run|not run):\s*(?P<text>.*?)\s*-->")
FENCE = re.compile(r"(?P<ticks>`{3,})(?P<language>[^`\s]*)[^`]*")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language, its text, the line it starts on, and the marker before it if there is one."""

    language: str
    text: str
    line: int
    marker: tuple[str, str] | None = None


def blocks(document: str) -> list[Block]:
    """Return the fenced blocks of a Markdown text in order."""
    found: list[Block] = []
    marker: tuple[str, str] | None = None
    lines = iter(enumerate(document.splitlines(), start=1))
    for number, line in lines:
        fence = FENCE.fullmatch(line.strip())
        if fence:
            inside: list[str] = []
            for _, text in lines:
                if text.strip() == fence["ticks"]:
                    break
                inside.append(text)
            else:
                raise ValueError(f"the block opened on line {number} is never closed")
            found.append(Block(fence["language"], "\n".join(inside) + "\n", number, marker))
        if fence or line.strip():
            match = None if fence else MARKER.fullmatch(line.strip())
            marker = (match["kind"], match["text"]) if match else None
    return found


def executed(document: str) -> list[Block]:
    """Return the shell blocks that a reader in an installed environment types."""
    return [block for block in blocks(document) if block.language == "sh" and block.marker is None]


def marked(document: str, name: str) -> str:
    """Return the text of the one block marked ``<!-- run: name -->``."""
    (block,) = (block for block in blocks(document) if block.marker == ("run", name))
    return block.text


def run(arguments: list[str], folder: Path, where: str) -> str:
    """Execute a command as in the environment of this interpreter; fail with all it printed."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        arguments,
        cwd=folder,
        env=os.environ | {"PATH": path, "MPLBACKEND": "Agg"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=SECONDS_PER_BLOCK,
        check=False,
    )
    if done.returncode != 0:
        pytest.fail(f"{where} exited with {done.returncode}:\n{done.stdout}", pytrace=False)
    return done.stdout


def execute(document: str, folder: Path, name: str) -> list[str]:
    """Execute a document's shell blocks in order, then its ``>>>`` examples as one session; return what they printed.

    ``sh -e`` stops at the first command that fails and ``-x`` shows it.
    """
    printed = [run(["sh", "-exc", block.text], folder, f"{name}:{block.line}") for block in executed(document)]
    examples = [block.text for block in blocks(document) if block.language == "python" and ">>> " in block.text]
    if examples:
        (folder / "examples.txt").write_text("\n".join(examples), encoding="utf-8")
        command = [sys.executable, "-m", "doctest", "-o", "ELLIPSIS", "-o", "NORMALIZE_WHITESPACE", "examples.txt"]
        printed.append(run(command, folder, f"{name}: the examples in Python"))
    return printed


@pytest.mark.slow
@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_of_a_document_works(path: Path, tmp_path: Path) -> None:
    for name in ("scenarios", "experiments", "calibrations"):  # a reader stands at the top of a clone
        shutil.copytree(ROOT / name, tmp_path / name)
    execute(path.read_text(encoding="utf-8"), tmp_path, str(path.relative_to(ROOT)))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_command_hides_from_the_test(path: Path) -> None:
    for block in blocks(path.read_text(encoding="utf-8")):
        where = f"{path.name}:{block.line}"
        assert block.language not in {"bash", "shell", "console", "zsh"}, f"{where}: commands stand in ```sh blocks"
        if block.marker and block.marker[0] == "run":
            assert path.name == "README.md", f"{where}: only the README has commands for .ci/run"
            assert block.marker[1] in {"main", "tests"}, f"{where}: .ci/run knows main and tests"
        elif block.marker:
            assert block.marker[1], f"{where}: say why it is not run"


def shown_by_ci(name: str, readme: Path) -> str:
    command = [str(ROOT / ".ci" / "run"), "--show", name, str(readme)]
    return subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout


@pytest.mark.parametrize("name", ["main", "tests"])
def test_ci_runs_exactly_what_the_readme_says(name: str) -> None:
    command = marked((ROOT / "README.md").read_text(encoding="utf-8"), name)
    assert shown_by_ci(name, ROOT / "README.md") == command
    assert len(command.splitlines()) == 1
    assert "-c constraints.txt" in command


SAMPLE = """\
# Title

<!-- run: main -->

```sh
python3 -m venv .venv && .venv/bin/pip install .
```

<!-- run: tests -->
```sh
.venv/bin/pytest
```

Inline ```sh``` is no block, and this one is text:

```toml
name = "x"
```

```sh
# a comment, then a command over two lines
printf '%s %s\\n' one \\
    two > made_by_the_first
```

<!-- not run: it needs a browser -->
```sh
exit 1
```

<!-- a remark -->
```sh
cat made_by_the_first
```

```python
>>> from pathlib import Path
```

```python
>>> Path("made_by_the_first").read_text()
'one two\\n'
```
"""


def test_blocks_and_their_markers() -> None:
    assert [(block.language, block.marker, block.line) for block in blocks(SAMPLE)] == [
        ("sh", ("run", "main"), 5),
        ("sh", ("run", "tests"), 10),
        ("toml", None, 16),
        ("sh", None, 20),
        ("sh", ("not run", "it needs a browser"), 27),
        ("sh", None, 32),
        ("python", None, 36),
        ("python", None, 40),
    ]


def test_unmarked_blocks_run_in_order_in_one_folder(tmp_path: Path) -> None:
    first, second, examples = execute(SAMPLE, tmp_path, "sample")
    assert first.startswith("+ printf")
    assert second == "+ cat made_by_the_first\none two\n"
    assert examples == ""


@pytest.mark.parametrize(
    ("document", "seen"),
    [
        ("```sh\necho fine\necho why >&2; exit 3\necho never\n```\n", "sample:1 exited with 3:\n(?s:.*)why\n"),
        ("text\n\n```sh\nls | no_such_command\n```\n", "sample:3 exited with 127"),
        ("```python\n>>> 1 + 1\n3\n```\n", "Expected:\n    3\nGot:\n    2\n"),
    ],
)
def test_a_failing_command_shows_what_it_printed(document: str, seen: str, tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match=seen) as failure:
        execute(document, tmp_path, "sample")
    assert "never" not in str(failure.value)


def test_a_block_left_open_is_an_error() -> None:
    with pytest.raises(ValueError, match="opened on line 2 is never closed"):
        blocks("\n```sh\nls\n")


def test_ci_extracts_the_marked_blocks(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(SAMPLE, encoding="utf-8")
    assert shown_by_ci("main", readme) == marked(SAMPLE, "main") == "python3 -m venv .venv && .venv/bin/pip install .\n"
    assert shown_by_ci("tests", readme) == marked(SAMPLE, "tests") == ".venv/bin/pytest\n"


@pytest.mark.parametrize("document", ["nothing\n", "<!-- run: main -->\ntext between\n```sh\nls\n```\n"])
def test_ci_refuses_a_readme_without_the_command(document: str, tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(document, encoding="utf-8")
    done = subprocess.run(
        [str(ROOT / ".ci" / "run"), "--show", "main", str(readme)], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 1
    assert "no ```sh block follows <!-- run: main -->" in done.stderr
