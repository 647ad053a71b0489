"""The command line called in this process, its exit code checked, and the small worlds it is called on."""

from __future__ import annotations

from click.testing import CliRunner, Result

from simulator.interfaces.cli.main import main

WORLD = """\
name = "world"
[small]
cash = 5
[big]
[venture]
technology = { name = "ces", substitution = -1.0 }
revenue = { name = "linear", price = 4.0 }
shock = { name = "uniform", low = 0.5, high = 1.5 }
[commitment]
levels = 5
[horizon]
months = 6
[[contract]]
name = "share"
revenue_share = { share = 0.4 }
[[contract]]
name = "fee"
revenue_share = { share = 0.4 }
upfront_fee = { fee = 0.5 }
"""
PROJECT = """\
name = "world"
[small]
cash = 5
[big]
[venture]
technology = { name = "ces", substitution = -1.0 }
revenue = { name = "linear", price = 4.0 }
shock = { name = "uniform", low = 0.5, high = 1.5 }
milestones = 1
hazard = 0.5
delay = 1
[commitment]
levels = 5
[horizon]
months = 12
[[contract]]
name = "share"
revenue_share = { share = 0.4 }
[[contract]]
name = "fee"
revenue_share = { share = 0.4 }
upfront_fee = { fee = 0.5 }
"""
"""A longer world, whose revenue waits for a milestone."""


def alliance(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(main, arguments, prog_name="alliance")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == code, result.output
    return result
