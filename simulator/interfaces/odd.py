"""The ODD protocol of the market (overview, design concepts, details), as Markdown.

``python -m simulator.interfaces.odd > docs/odd.md`` writes it. What it lists (state variables, parameters, terms,
strategies, measures) is read off the program, so it cannot lag behind.

References
----------
Grimm et al. (2020), The ODD protocol for describing agent-based and other simulation models: a second update to improve
clarity, replication, and structural realism. Journal of Artificial Societies and Social Simulation 23(2) 7.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Iterable, Iterator

import simulator.economy.terms  # noqa: F401  (registers the terms)
from simulator.economy.contract import TERMS
from simulator.economy.meeting import NETWORKS
from simulator.economy.scenario import Scenario
from simulator.economy.venture import REVENUES, SHOCKS, TECHNOLOGIES
from simulator.foundation.parameters import limits_of
from simulator.simulation.endings import ENDINGS
from simulator.simulation.state import ALLIANCE, BIG, SMALL
from simulator.simulation.strategies import STRATEGIES
from simulator.sweeps.measures import MEASURES

OVERVIEW = """\
# The market: an ODD protocol

After Grimm et al. (2020). The lists are generated from the program by `python -m simulator.interfaces.odd`;
equations are
those of [model.md](model.md).

## 1. Purpose and patterns

To compare the contracts and strategies of alliances between a committed SmallCo and an involved BigCo: who gains, by
how much,
who survives, and how alliances end. The model is judged by patterns with a known form: survival by runway, times of
milestones,
walk-away from doubtful projects, deterrence by audits, learning races, beliefs after signals, stable matching. Each
has a test
against its closed form.

## 2. Entities, state variables, and scales

SmallCos, BigCos, and the alliances between them; a SmallCo holds the slots for its alliances. One step is a month;
money,
commitment and output have the units of the scenario. There is no space, but a network of who can meet whom.
"""
PROCESS = """
## 3. Process overview and scheduling

Each month, in this order, SmallCos in the order of their index within a step:

1. **Entry**: a SmallCo that was ruined or bought is replaced, if the scenario says so.
2. **Budgets**: alliance budgets of BigCos are cut, and cuts run out.
3. **Meet**: SmallCos with an open slot, starting with a random one, meet a BigCo with one: at a random door, by
referral in
   their network, or by deferred acceptance.
4. **Vet**: due diligence, if it says anything and can be paid for, gives each a signal of the other.
5. **Sign**: the contract in force, one from the menu, or one with a bargained fee, if both trust each other enough
and expect at
   least their alternative; fees, deposits and planning are paid.
6. **Commit**: each firm's strategy picks a level; pilots and cuts limit it.
7. **Produce**: a milestone, a month of delay, or revenue with its shock; nothing while a dispute blocks the project.
8. **Settle**: the contract or bargaining divides the revenue; costs, bonds, milestone payments, audits, fines,
penalties, checks
   and awards are paid; then equity.
9. **Learn**: promises kept or broken move trust and public records; beliefs in a suitor and in the project by Bayes'
rule;
   knowledge and legitimacy grow; strategies remember.
10. **Decide**: BigCo buys, the project is complete, the pilot is not deepened, or a firm walks away (after its notice).
11. **Tournament**: BigCos keep their best SmallCos.
12. **Exit**: bought SmallCos leave, insolvent firms fail, and what they owned is divided.

## 4. Design concepts

*Basic principles*: non-cooperative commitment under incomplete contracts, Nash bargaining with outside options, and
runway as
threat point. *Emergence*: matching, portfolios, survival, concentration, and how alliances end. *Adaptation*: levels
by the
strategies below; signing and leaving by expected value and trust. *Objectives*: present value of alliance cash flows.
*Learning*: Beta trust, Bayesian beliefs, and learning strategies. *Prediction*: firms expect the equilibrium of the
stage game
until the horizon; they leave out the chance of ruin. *Sensing*: each strategy names what it may see. *Interaction*:
through
contracts, competition for slots, and public records of promises. *Stochasticity*: every draw is a function of (seed,
run, month,
entity, purpose), so contracts and strategies meet the same luck. *Collectives*: alliances and portfolios.
*Observation*: the
measures below, a row per alliance, and a panel by alliance and month.

## 5. Initialization

Every firm is alive with its cash, no alliance and no record; quality, honesty and BigCo's type are drawn. The stage
game is
solved beforehand for every month of runway.

## 6. Input data

None but the scenario file; the ties of a network may come from a file.

## 7. Submodels

One module for each step in `simulator/simulation/rules/`; the economy in `simulator/economy/`.
"""


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    columns = list(head)
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _fields(owner: type, path: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield key, unit, range, default and meaning of every parameter of a dataclass."""
    for field, limits in limits_of(owner):
        default = field.default
        shown = (
            "required"
            if default is dataclasses.MISSING
            else "none"
            if default is None
            else default
            if limits.words
            else f"{default:g}"
        )
        if isinstance(default, bool):
            shown = str(default).lower()
        yield (
            f"`{path}{field.name}`",
            limits.unit,
            "true, false" if isinstance(default, bool) else str(limits),
            shown,
            limits.doc,
        )


def _parameters() -> Iterator[str]:
    """Yield the tables of all parameters of a scenario."""
    head = ("key", "unit", "range", "default", "meaning")
    hints = typing.get_type_hints(Scenario)
    rows: list[tuple[str, ...]] = []
    for field in dataclasses.fields(Scenario):
        owner = hints[field.name]
        if isinstance(owner, type) and dataclasses.is_dataclass(owner):
            rows += _fields(owner, f"{field.name}.")
    yield from ("### Parameters", "", *_table(head, rows))
    for title, registry in (
        ("Technologies", TECHNOLOGIES), ("Revenue", REVENUES), ("Shocks", SHOCKS), ("Networks", NETWORKS),
        ("Contract terms", TERMS),
    ):  # fmt: skip
        named = [row for name, entry in registry.items() for row in _fields(typing.cast(type, entry), f"{name}.")]
        yield from (f"### {title}", "", *_table(head, named))


def document() -> str:
    """Return the whole document as Markdown."""
    lines = [OVERVIEW]
    states = ((name, ", ".join(f"`{each}`" for each in kind.names or ())) for name, kind in (
        ("SmallCo", SMALL), ("BigCo", BIG), ("alliance", ALLIANCE)
    ))  # fmt: skip
    lines += [*_table(("entity", "state variables (defined in `simulator/simulation/state.py`)"), states), PROCESS]
    lines += _parameters()
    strategies = (
        (f"`{name}`", each.doc, each.sees, each.source, ", ".join(f"`{p.name}` {p.limits}" for p in each.parameters))
        for name, each in STRATEGIES.items()
    )
    lines += ["### Strategies", "", *_table(("strategy", "what it does", "sees", "source", "parameters"), strategies)]
    lines += ["### How alliances end", "", ", ".join(f"`{name}`" for name in ENDINGS.values()) + ".", ""]
    measures = ((f"`{name}`", each.unit, each.doc) for name, each in MEASURES.items())
    lines += ["### Measures", "", *_table(("measure", "unit", "definition"), measures)]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(document())
