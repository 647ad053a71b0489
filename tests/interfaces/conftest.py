"""What tests of files share."""

from pathlib import Path

import pytest
from interfaces.experiments import SCENARIO


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder that holds ``world.toml``."""
    (tmp_path / "world.toml").write_text(SCENARIO, encoding="utf-8")
    return tmp_path
