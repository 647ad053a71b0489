"""The last sections of a report: what its numbers do not say, where they come from, how to get them, what to cite."""

from __future__ import annotations

import json
import math
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from simulator import __version__
from simulator.foundation.errors import AllianceError
from simulator.interfaces.files import read_experiment, shipped
from simulator.interfaces.locate import PACKAGE
from simulator.interfaces.report.markup import NONE, Markup, element, folded, joined, number, pairs, table, verbatim
from simulator.interfaces.report.material import Material
from simulator.interfaces.report.meaning import sources
from simulator.interfaces.template import toml
from simulator.sweeps.provenance import plain
from simulator.sweeps.record import experiment_record

METHODS = (
    "Common random numbers: Law (2015), Simulation Modeling and Analysis, section 11.2.",
    "Bootstrap over replicates: Efron and Tibshirani (1993), An Introduction to the Bootstrap; Field and Welsh (2007), "
    "Bootstrapping clustered data, Journal of the Royal Statistical Society B 69.",
    "Adjusted p-values: Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian Journal of "
    "Statistics 6.",
    "Probability of superiority: Vargha and Delaney (2000), Journal of Educational and Behavioral Statistics 25; its "
    "interval: Wilson (1927), Journal of the American Statistical Association 22.",
)
INFINITE = {str(value): value for value in (math.inf, -math.inf)}


def limits(material: Material) -> Iterator[Markup]:
    """Yield what the numbers do not say."""
    replicates = material.experiment["replicates"]
    yield element(
        "ul",
        *(
            element("li", line)
            for line in (
                "They are numbers of a model, not of firms: what follows from the scenario's assumptions, parameters "
                "and strategies. Nothing here was fitted to data unless the scenario's source says so.",
                f"Intervals and p-values tell how sure the {replicates} replicates make the model's own means. They do "
                "not cover doubts about parameters that did not vary, about strategies, or about the model.",
                "Means over all points weigh every point alike. The values of the factors are those the experiment "
                "chose, no sample of a population of firms.",
                "A mean difference says nothing of a single history: see in how many pairs the contract is better.",
                "p-values are adjusted within a table, not over several tables, measures added later, or experiments "
                "tried before.",
                "With enough replicates the smallest difference becomes significant. Whether it matters is for the "
                "reader to judge, by its size in the measure's unit.",
                "Failed runs, and pairs one of whose runs has no such measure, are left out. If failures depend on the "
                "contract, what is left is a selection.",
            )
        ),
    )


def provenance(material: Material) -> Iterator[Markup]:
    """Yield what was computed when, and with which versions."""
    manifest = material.manifest
    yield table(
        "Sessions: every call of the sweep that computed runs",
        ("started (UTC)", "finished (UTC)", "status", "version", "source", "computed", "reused", "seconds", "jobs"),
        [
            (
                _moment(session["started"]),
                _moment(session["finished"]),
                session["status"],
                session["provenance"]["version"],
                session["provenance"]["source_hash"],
                number(session["computed_runs"]),
                number(session["reused_runs"]),
                number(session["seconds"]),
                number(session["jobs"]),
            )
            for session in manifest["sessions"]
        ],
    )
    yield element(
        "p",
        "Reused runs were in the folder already; a part is reused only if everything that decides its numbers is "
        "the same. A call that found nothing to do is not listed. Neither the number of jobs nor interruptions "
        "change a number.",
        class_="small-print",
    )
    origin = manifest["provenance"]
    yield pairs(
        (
            ("Program", f"{origin['package']} {origin['version']}"),
            ("Source", f"hash {origin['source_hash']}"),
            ("Commit", origin["commit"] or "none: an installed package"),
            ("Python", origin["python"]),
            ("Libraries", ", ".join(f"{name} {version}" for name, version in origin["libraries"].items())),
            ("Seed", str(material.experiment["seed"])),
            ("Date", f"{_moment(manifest['started'])} to {_moment(manifest['finished'])}, UTC"),
            ("Page", f"made by alliance report {__version__}"),
        )
    )


def _moment(time: str | None) -> str:
    """Return a time as people write it.

    Examples
    --------
    >>> _moment("2026-01-31T20:42:17+00:00"), _moment(None)
    ('2026-01-31 20:42:17', '–')
    """
    return NONE if time is None else time.removesuffix("+00:00").replace("T", " ")


def reproduce(material: Material) -> Iterator[Markup]:
    """Yield the one command that gives the same numbers, and the files it needs."""
    manifest, name = material.manifest, str(material.experiment["name"])
    if _is_shipped(material):
        yield element("p", "The experiment comes with the program. This computes every number of this page anew:")
        yield verbatim(f"alliance sweep {shlex.quote(name)} --out again && alliance report again", "Command")
    elif material.scenario is None:
        yield element("p", "The scenario is not in a file that this version reads; run the experiment from Python.")
        return
    else:
        own = slug(name)
        yield element(
            "p", "Save the two files below side by side as ", element("code", f"{own}_experiment.toml"), " and ",
            element("code", f"{own}.toml"), ". This computes every number of this page anew:",
        )  # fmt: skip
        yield verbatim(f"alliance sweep {own}_experiment.toml --out again && alliance report again", "Command")
    text = experiment_toml(material)
    yield folded(f"{slug(name)}_experiment.toml", verbatim(text, "The experiment"))
    if not _is_shipped(material):
        yield folded(f"{slug(name)}.toml", verbatim(str(manifest["scenario"]["text"]), "The scenario"))
    yield element(
        "p",
        f"The same version of the program (source {manifest['provenance']['source_hash']}) gives the same runs to the "
        "last bit, whatever the number of jobs. The parts' names carry a hash of all that decides their content.",
        class_="small-print",
    )


def slug(name: str) -> str:
    """Return a name that is safe as a file's.

    Examples
    --------
    >>> slug("ham & egg/2"), slug("<>")
    ('ham_egg_2', 'sweep')
    """
    return re.sub(r"[^\w-]+", "_", name, flags=re.ASCII).strip("_") or "sweep"


def _is_shipped(material: Material) -> bool:
    """Return whether the experiment is one that comes with the program, as it comes."""
    name, entry = str(material.experiment["name"]), material.experiment
    if name not in shipped("experiments"):
        return False
    try:
        made = read_experiment(shipped("experiments")[name])
    except AllianceError:
        return False
    same = bool(json.loads(json.dumps(plain(experiment_record(made)))) == entry)
    return same and made.scenario_text == material.manifest["scenario"]["text"]


def experiment_toml(material: Material) -> str:
    """Return the experiment as a file, with the values that its factors took."""
    entry, rule = material.experiment, material.manifest.get("replication", {}).get("rule")
    keys = ("name", "title", "claim")
    lines = [f"{key} = {_toml(entry[key])}" for key in keys]
    lines.append(f"scenario = {_toml(slug(str(entry['name'])) + '.toml')}")
    apart = {*keys, "design", "design_settings", "factors"}
    lines += [f"{key} = {_toml(entry[key])}" for key in entry if key not in apart and entry[key] != []]
    lines.append(f"design = {_toml({'name': entry['design'], **entry['design_settings']})}")
    if rule is not None:
        lines += ["", "[replication]", *(f"{key} = {_toml(value)}" for key, value in rule.items() if value is not None)]
    lines += [
        "",
        "[factors]",
        *(f"{_toml(path)} = {_toml(_numbers(values))}" for path, values in entry["factors"].items()),
    ]
    return "\n".join(lines) + "\n"


def _numbers(values: Any) -> Any:
    """Return a factor's values with infinite ones, which JSON cannot hold, as numbers again."""
    if not isinstance(values, list) or not all(isinstance(v, int | float) or v in INFINITE for v in values):
        return values
    return [INFINITE[value] if isinstance(value, str) else value for value in values]


def _toml(value: Any) -> str:
    """Return a value of the manifest as TOML."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_toml(item)}' for key, item in value.items())} }}"
    return toml(value)


def cite(material: Material) -> Iterator[Markup]:
    """Yield what to cite: the program, the scenario, the contract terms and the methods."""
    software = citation()
    version = material.manifest["provenance"]["version"]
    released = software.get("date-released", "") if software.get("version") == version else ""
    yield element(
        "p", f"{software['authors']}{f' ({released[:4]})' if released else ''}. ", element("cite", software["title"]),
        f". Version {version}, source {material.manifest['provenance']['source_hash']}.",
    )  # fmt: skip
    scenario = material.scenario
    if scenario is None:
        return
    told = "the authors' own, not taken from a paper." if scenario.source == "own" else scenario.source
    terms = {
        type(term): sources(type(term))
        for name in material.experiment["contracts"]
        for term in scenario.contract(name).terms
    }
    listed = [text for text in dict.fromkeys(terms.values()) if text]
    yield element("p", element("b", "Scenario"), ": ", told)
    if listed:
        yield element("p", element("b", "Contract terms"), ":")
        yield element("ul", *(element("li", text) for text in listed))
    yield element("p", element("b", "Methods"), ":")
    yield joined((element("ul", *(element("li", text) for text in METHODS)),))


def citation() -> dict[str, str]:
    """Return title, version, date and authors of the program as CITATION.cff states them."""
    places = (PACKAGE / "shipped" / "CITATION.cff", PACKAGE.parent / "CITATION.cff")
    text = next((path.read_text(encoding="utf-8") for path in places if path.is_file()), "")
    found = dict(re.findall(r'^([\w-]+): "?([^"\n>]+?)"?$', text, re.MULTILINE))
    authors = re.findall(r'^\s+- name: "?(.+?)"?$', text, re.MULTILINE)
    return (
        {"title": "alliance", "version": __version__}
        | found
        | {"authors": ", ".join(authors) or "The alliance authors"}
    )


def is_page(path: Path) -> bool:
    """Return whether a file's name is that of a page."""
    return path.suffix.lower() in {".html", ".htm"}
