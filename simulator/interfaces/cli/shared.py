"""What several commands share: options, and the scenario and contract they mean."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from simulator.economy.contract import Contract
    from simulator.economy.scenario import Scenario


class ShippedOrFile(click.ParamType):  # type: ignore[type-arg,unused-ignore] # generic from click 8.4 on
    """A scenario or experiment: a file, or the name of a shipped one; the shell completes both."""

    name = "file"

    def __init__(self, *kinds: str) -> None:
        self.kinds = kinds

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Return the shipped names, then whatever the shell finds."""
        from simulator.interfaces.locate import shipped

        names = [name for kind in self.kinds for name in shipped(kind) if name.startswith(incomplete)]
        return [*(CompletionItem(name) for name in names), CompletionItem(incomplete, type="file")]


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead of tables.")
contract_option = click.option("--contract", metavar="NAME", help="A contract of the menu; by default the first.")
seed_option = click.option("--seed", type=click.IntRange(0, 2**63 - 1), help="The luck; 0 is a seed.")
set_option = click.option(
    "--set",
    "settings",
    metavar="KEY=VALUE",
    multiple=True,
    help="Change one key of the scenario, such as small.cash=6; may be repeated.",
)
figure_option = click.option(
    "--figure", type=click.Path(dir_okay=False, path_type=Path), help="Draw to this file, PNG or SVG by its suffix."
)
csv_option = click.option(
    "--csv", type=click.Path(dir_okay=False, path_type=Path), help="Write the table to this file, comma-separated."
)
latex_option = click.option(
    "--latex", type=click.Path(dir_okay=False, path_type=Path), help="Write the table to this file, for LaTeX."
)
interval_option = click.option(
    "--interval",
    type=click.Choice(["percentile", "bca", "t"]),
    default="percentile",
    show_default=True,
    help="Of differences: by the bootstrap, by it corrected for bias and skewness, or Student's.",
)
confidence_option = click.option(
    "--confidence",
    type=click.FloatRange(0.0, 1.0, min_open=True, max_open=True),
    default=0.95,
    show_default=True,
    help="Of all intervals.",
)


def setting(text: str) -> tuple[str, Any]:
    """Return the key and the value of ``KEY=VALUE``, the value read as TOML, or as text if it is a bare word.

    Examples
    --------
    >>> setting("small.cash=6"), setting("small.strategy=nash"), setting("commitment.levels=[0, 1]")
    (('small.cash', 6), ('small.strategy', 'nash'), ('commitment.levels', [0, 1]))
    """
    import re
    import tomllib

    key, equals, value = (part.strip() for part in text.partition("="))
    if not key or not equals:
        raise click.BadParameter(f"{text!r} is not KEY=VALUE. Write, say, --set small.cash=6.", param_hint="--set")
    try:
        return key, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        if re.fullmatch(r"[A-Za-z][\w ]*", value):
            return key, value
        raise click.BadParameter(
            f"{value!r} is no TOML value. Write a number, true, a quoted text or a list.", param_hint="--set"
        ) from None


def chosen(name: str, contract_name: str | None, settings: tuple[str, ...]) -> tuple[Scenario, Contract]:
    """Return a scenario and one of its contracts, changed as the options say."""
    from simulator.interfaces.files import read_scenario

    scenario = read_scenario(name)
    return changed(scenario, scenario.contract(contract_name), settings)


def changed(scenario: Scenario, contract: Contract, settings: tuple[str, ...]) -> tuple[Scenario, Contract]:
    """Return the scenario and the contract with the values of ``--set``, put in place all at once."""
    if not settings:
        return scenario, contract
    from simulator.sweeps.factors import with_given

    given = dict(setting(text) for text in settings)
    for key in given:
        _must_be_signed(contract, key)
    return with_given(scenario, contract, given, "key")


def _must_be_signed(contract: Contract, key: str) -> None:
    """Refuse to set a field of a term that the contract does not have: it would change nothing."""
    from simulator.economy.contract import term_name
    from simulator.foundation.errors import ParameterError

    parts = key.split(".")
    names = [term_name(term) for term in contract.terms]
    if parts[0] == "contract" and len(parts) > 1 and parts[1] not in names:
        raise ParameterError(
            f"--set {key} must name a term of the contract {contract.name!r}; got {parts[1]!r}. "
            f"It has {', '.join(names) or 'no terms'}. Name another contract with --contract."
        )


def figure_file(path: Path | None) -> Path | None:
    """Return the file to draw to, refused before any work is done if its suffix is none we draw."""
    if path is not None:
        from simulator.interfaces.figures.save import check_suffix

        check_suffix(path)
    return path


def table_file(option: str, path: Path | None) -> Path | None:
    """Return the file to write a table to, refused before any work is done if its folder does not exist."""
    if path is not None and not path.absolute().parent.is_dir():
        from simulator.foundation.errors import StoreError

        raise StoreError(f"{option}: the folder {str(path.parent)!r} does not exist. Make it first.")
    return path


def announce_compilation() -> None:
    """Say on a terminal that the first use takes longer."""
    if sys.stderr.isatty():
        from simulator.foundation.compiled import nothing_compiled

        if nothing_compiled():
            click.echo("Compiling for the first use: up to a minute, once.", err=True)
