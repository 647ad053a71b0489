"""``alliance list``: what exists, with units and ranges, read from the registries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import click

from simulator.interfaces.cli.shared import json_option

Row = dict[str, Any]


def _first_line(owner: object) -> str:
    return (owner.__doc__ or "").strip().split("\n")[0]


def _files(kind: str) -> Iterator[Row]:
    import tomllib

    from simulator.interfaces.locate import shipped

    for name, path in shipped(kind).items():
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        row: Row = {"name": name, "title": data.get("title", "")}
        yield row | ({"source": data.get("source", "own")} if kind == "scenarios" else {"scenario": data["scenario"]})


def _dataclasses(module: str, registry: str) -> Iterator[Row]:
    import dataclasses
    import importlib

    from simulator.foundation.parameters import limits_of

    importlib.import_module("simulator.economy.terms")
    for name, entry in getattr(importlib.import_module(module), registry).items():
        parameters = [
            {
                "name": field.name,
                "unit": limits.unit,
                "range": "true or false" if isinstance(field.default, bool) else str(limits),
                "default": "required" if field.default is dataclasses.MISSING else field.default,
                "doc": limits.doc,
            }
            for field, limits in limits_of(entry)
        ]
        yield {"name": name, "doc": _first_line(entry), "parameters": parameters}


def _strategies() -> Iterator[Row]:
    from simulator.simulation.strategies import STRATEGIES

    for name, strategy in STRATEGIES.items():
        parameters = [
            {
                "name": each.name,
                "unit": each.limits.unit,
                "range": str(each.limits),
                "default": each.default,
                "doc": each.limits.doc,
            }
            for each in strategy.parameters
        ]
        yield {
            "name": name,
            "doc": strategy.doc,
            "sees": strategy.sees,
            "source": strategy.source,
            "parameters": parameters,
        }


def _measures() -> Iterator[Row]:
    from simulator.sweeps.measures import MEASURES

    for name, measure in MEASURES.items():
        yield {"name": name, "unit": measure.unit, "doc": measure.doc}


def _statistics() -> Iterator[Row]:
    from simulator.calibration.statistics import STATISTICS

    for name, statistic in STATISTICS.items():
        yield {"name": name, "needs": statistic.needs or "-", "doc": statistic.doc}


KINDS: dict[str, Callable[[], Iterator[Row]]] = {
    "scenarios": lambda: _files("scenarios"),
    "experiments": lambda: _files("experiments"),
    "calibrations": lambda: _files("calibrations"),
    "statistics": _statistics,
    "terms": lambda: _dataclasses("simulator.economy.contract", "TERMS"),
    "technologies": lambda: _dataclasses("simulator.economy.venture", "TECHNOLOGIES"),
    "revenues": lambda: _dataclasses("simulator.economy.venture", "REVENUES"),
    "shocks": lambda: _dataclasses("simulator.economy.venture", "SHOCKS"),
    "networks": lambda: _dataclasses("simulator.economy.meeting", "NETWORKS"),
    "strategies": _strategies,
    "measures": _measures,
    "designs": lambda: _dataclasses("simulator.sweeps.designs", "DESIGNS"),
    "distributions": lambda: _dataclasses("simulator.sweeps.distributions", "DISTRIBUTIONS"),
}


@click.command(
    "list", short_help="Show what exists, with units and ranges.", epilog="Example: alliance list terms --json"
)
@click.argument("kind", type=click.Choice(list(KINDS)))
@json_option
def command(kind: str, as_json: bool) -> None:
    """Show what exists: shipped files, and everything a file can name, with units and ranges."""
    from simulator.interfaces.cli.tables import print_json, print_table

    rows = list(KINDS[kind]())
    if as_json:
        print_json(rows)
    elif rows and "parameters" in rows[0]:
        _print_parameters(rows)
    else:
        columns = list(rows[0]) if rows else ["name"]
        print_table(columns, [[row[column] for column in columns] for row in rows])


def _print_parameters(rows: list[Row]) -> None:
    """Print one block for each entry: what it does, then its parameters."""
    from simulator.interfaces.cli.tables import shown

    for row in rows:
        click.secho(row["name"], bold=True)
        click.echo(f"    {row['doc']}")
        if "sees" in row:
            click.echo(f"    Sees {row['sees']}. Source: {row['source']}.")
        for each in row["parameters"]:
            default = "required" if each["default"] == "required" else f"default {_default(shown(each['default']))}"
            unit = "" if each["unit"] == "-" else f" {each['unit']}"
            click.echo(f"    {each['name']}  {each['range']}{unit}, {default}: {each['doc']}")
        click.echo()


def _default(text: str) -> str:
    return {"-": "none", "yes": "true", "no": "false"}.get(text, text)
