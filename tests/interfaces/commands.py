"""The command line called in this process, its exit code checked."""

from __future__ import annotations

from click.testing import CliRunner, Result

from simulator.interfaces.cli.main import main


def alliance(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, arguments, prog_name="alliance")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result
