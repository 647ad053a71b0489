"""The page: its head, its contents, its sections in order."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.interfaces.report import results, setup, sources
from simulator.interfaces.report.markup import Markup, element, joined
from simulator.interfaces.report.material import Material
from simulator.interfaces.report.style import SCRIPT, STYLE, policy


def page(material: Material) -> str:
    """Return a report as one HTML document that needs nothing else; the same folder gives the same bytes."""
    sections: list[tuple[str, str, Iterable[Markup]]] = [
        ("question", "The question", setup.question(material)),
        ("answer", "The answer in short", results.answer(material)),
        ("setup", "The setup", setup.setup(material)),
        ("design", "The design", setup.design(material)),
        ("results", "The results", results.results(material)),
        ("limits", "What these numbers do not say", sources.limits(material)),
        ("provenance", "Where the numbers come from", sources.provenance(material)),
        ("reproduce", "How to reproduce them", sources.reproduce(material)),
        ("cite", "What to cite", sources.cite(material)),
    ]
    contents = element(
        "nav",
        element("ol", *(element("li", element("a", title, href=f"#{name}")) for name, title, _ in sections)),
        aria_label="Contents",
    )
    runs = f"{material.runs} of {material.manifest['runs']}" if material.missing else f"{material.runs}"
    head = element(
        "header",
        element("p", f"Sweep {material.experiment['name']}, {runs} histories", class_="kind"),
        element("h1", material.title),
    )
    body = [
        element("section", element("h2", title), *parts, id=name, aria_label=title) for name, title, parts in sections
    ]
    document = element(
        "html",
        "\n",
        element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=policy()),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="referrer", content="no-referrer"),
            element("title", f"{material.title}: a report"),
            element("style", Markup(STYLE)),
        ),
        "\n",
        element(
            "body",
            element("a", "To the results", href="#results", class_="skip"),
            head,
            *results.standing(material),
            contents,
            element("main", "\n", joined(body, "\n"), "\n"),
            element("script", Markup(SCRIPT)),
        ),
        lang="en",
    )
    return f"<!DOCTYPE html>\n{document}\n"
