"""What is shipped: the wheel's contents, the versions that must agree, and how little a start imports."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DATA = ("scenarios", "experiments", "calibrations")
HEAVY = ("numba", "mesa", "nashpy", "networkx", "scipy", "pandas", "matplotlib", "pyarrow", "pydantic", "numpy")


def without_caches(paths: list[Path]) -> set[Path]:
    return {path for path in paths if path.is_file() and "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    builder = pytest.importorskip("hatchling.builders.wheel", reason="hatchling is not installed").WheelBuilder
    (built,) = builder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    return Path(built)


@pytest.mark.parametrize("kind", DATA)
def test_wheel_carries_the_shipped_files_unchanged(wheel: Path, kind: str) -> None:
    sources = without_caches(list((ROOT / kind).rglob("*")))
    assert any(path.suffix == ".toml" for path in sources)
    with zipfile.ZipFile(wheel) as archive:
        prefix = f"simulator/shipped/{kind}/"
        shipped = {
            name.removeprefix(prefix): archive.read(name) for name in archive.namelist() if name.startswith(prefix)
        }
    assert shipped == {path.relative_to(ROOT / kind).as_posix(): path.read_bytes() for path in sources}


def test_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    own = {name for name in names if not name.startswith(("simulator/shipped/", "alliance_simulator-"))}
    assert own == {path.relative_to(ROOT).as_posix() for path in without_caches(list((ROOT / "simulator").rglob("*")))}
    assert "simulator/py.typed" in own
    assert "simulator/shipped/CITATION.cff" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_source_distribution_can_test_itself(tmp_path: Path) -> None:
    builder = pytest.importorskip("hatchling.builders.sdist", reason="hatchling is not installed").SdistBuilder
    (built,) = builder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with tarfile.open(built) as archive:
        names = {name.split("/", maxsplit=1)[1] for name in archive.getnames()}
    wanted = {".ci/run", "constraints.txt", "LICENSE", "README.md", "CITATION.cff", "tests/test_package.py"}
    assert wanted <= names
    for folder in (*DATA, "simulator", "tests", "docs", "benchmarks"):
        sources = without_caches(list((ROOT / folder).rglob("*")))
        assert {path.relative_to(ROOT).as_posix() for path in sources} <= names


def test_every_file_that_states_the_version_agrees() -> None:
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    (cited,) = re.findall(r"^version: (.+)$", citation, flags=re.MULTILINE)
    (released,) = re.findall(r"^date-released: (.+)$", citation, flags=re.MULTILINE)
    newest = re.findall(r"^## \[(\d.+?)\] - (\S+)$", changes, flags=re.MULTILINE)[0]
    assert (cited, (cited, released)) == (PROJECT["version"], newest)


def test_constraints_pin_every_dependency_on_every_supported_python() -> None:
    requirements = pytest.importorskip("packaging.requirements")
    canonical = pytest.importorskip("packaging.utils").canonicalize_name
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [requirements.Requirement(line) for line in lines if line and not line.startswith("#")]
    extras = PROJECT["optional-dependencies"]
    asked = [requirements.Requirement(text) for text in (*PROJECT["dependencies"], *extras["test"], *extras["dev"])]
    supported = [text.rsplit(" ", 1)[1] for text in PROJECT["classifiers"] if re.search(r":: 3\.\d+$", text)]
    assert supported[0] == PROJECT["requires-python"].removeprefix(">=")
    for python in supported:
        applied = [pin for pin in pins if pin.marker is None or pin.marker.evaluate({"python_version": python})]
        versions = {canonical(pin.name): str(pin.specifier).removeprefix("==") for pin in applied}
        assert len(versions) == len(applied), f"a package is pinned twice on Python {python}"
        for requirement in asked:
            if requirement.name != PROJECT["name"]:
                assert versions[canonical(requirement.name)] in requirement.specifier


@pytest.mark.parametrize("module", ["simulator", "simulator.interfaces.cli.main"])
def test_starting_imports_nothing_heavy(module: str) -> None:
    program = f"import sys, {module}; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False)
    assert done.stdout == "[]\n", done.stderr


def test_help_imports_nothing_heavy() -> None:
    program = (
        "import sys\n"
        "from simulator.interfaces.cli.main import main\n"
        "sys.argv = ['alliance', '--help']\n"
        "try:\n"
        "    main()\n"
        "except SystemExit as end:\n"
        "    assert end.code in (0, None), end.code\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.endswith("\n[]\n"), done.stderr
    assert "Usage: alliance" in done.stdout
