"""``alliance report``: a page that is whole, needs nothing else, escapes every text, and says what the runs say."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from interfaces.commands import alliance
from interfaces.test_compare_command import EXPERIMENT, SCENARIO

from simulator.interfaces.files import read_experiment
from simulator.interfaces.report.markup import VOID
from simulator.interfaces.report.style import SCRIPT, policy
from simulator.sweeps.plan import plan
from simulator.sweeps.provenance import read_manifest, write_manifest
from simulator.sweeps.runner import run_sweep

RENDERED_ALIKE = 1e-12
WILD = "<script>alert(1)</script>"
TITLE = 'Is <b>this</b> & "that" \\"escaped\\"?'
CHROMIUM = shutil.which("chromium")


@dataclass
class Cell:
    tag: str
    text: str = ""
    values: list[float] = field(default_factory=list)


@dataclass
class Table:
    caption: str = ""
    rows: list[list[Cell]] = field(default_factory=list)


class Page(HTMLParser):
    """A page as read: every element closed where it must be, its tables, its identifiers, what it points to."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[Table] = []
        self.texts: dict[str, str] = {}
        self.inside: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert len(given) == len(attrs), f"<{tag}> has an attribute twice"
        self.tags.append((tag, given))
        if tag not in VOID:
            self.open.append(tag)
            self.inside.append(str(given.get("aria-label") or ""))
        if tag == "table":
            self.tables.append(Table())
        elif tag == "tr":
            self.tables[-1].rows.append([])
        elif tag in {"td", "th"}:
            self.tables[-1].rows[-1].append(Cell(tag))
        elif tag == "data" and {"td", "th"} & set(self.open):
            self.tables[-1].rows[-1][-1].values.append(float(str(given["value"])))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert "svg" in self.open, f"<{tag}/> outside of SVG"
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.inside.pop()

    def handle_data(self, data: str) -> None:
        for name in {*self.open, *filter(None, self.inside)}:
            self.texts[name] = self.texts.get(name, "") + data
        if "caption" in self.open:
            self.tables[-1].caption += data
        elif self.tables and self.tables[-1].rows and {"td", "th"} & set(self.open):
            self.tables[-1].rows[-1][-1].text += data

    def table(self, caption: str) -> list[list[Cell]]:
        """Return the rows of the one table whose caption begins so, without its head."""
        (found,) = (each for each in self.tables if each.caption.startswith(caption))
        return found.rows[1:]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with an experiment whose names are hostile, and its finished sweep."""
    folder = tmp_path_factory.mktemp("report")
    wild = json.dumps(WILD)
    (folder / "world.toml").write_text(SCENARIO.replace('"worse & wilder_50%"', wild), encoding="utf-8")
    text = EXPERIMENT.replace('"worse & wilder_50%"', wild).replace(
        'name = "trial"', f'name = "trial"\ntitle = {json.dumps(TITLE)}\nclaim = "1 < 2"'
    )
    (folder / "trial.toml").write_text(text, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        alliance("sweep", "trial.toml", "--executor", "threads", "--jobs", "1")
    return folder


@pytest.fixture
def here(made: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(made)
    return made


@pytest.fixture(scope="module")
def text(made: Path) -> str:
    out = made / "by.html"
    printed = alliance("report", str(made / "results/trial"), "--by", "small.cash", "--out", str(out)).stdout
    assert printed == f"{out}\n"
    return out.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def as_json(*arguments: str) -> Any:
    return json.loads(alliance(*arguments, "--json").stdout)


def test_the_page_is_whole_and_says_its_language(text: str, page: Page) -> None:
    assert text.startswith("<!DOCTYPE html>\n")
    assert next(given for tag, given in page.tags if tag == "html")["lang"] == "en"
    names = [given["id"] for _, given in page.tags if "id" in given]
    assert len(names) == len(set(names))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    for tag, given in page.tags:
        for key in ("aria-labelledby", "aria-describedby"):
            assert given.get(key) is None or given[key] in names
        if str(given.get("href", "")).startswith("#"):
            assert str(given["href"])[1:] in names, tag


def test_nothing_is_fetched(text: str, page: Page) -> None:
    for tag, given in page.tags:
        assert tag not in {"link", "img", "iframe", "object", "embed", "image", "base"}
        assert "src" not in given
        assert all(str(value).startswith("#") for key, value in given.items() if key.endswith("href"))
        assert all(found == "#" for value in given.values() for found in re.findall(r"url\((.)", str(value)))
    assert not re.search(r"https?:|@import|//[a-z]+\.", text)
    assert "default-src 'none'" in policy()
    assert policy() in [given.get("content") for _, given in page.tags]


def test_every_text_of_the_files_is_escaped(text: str, page: Page) -> None:
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert page.texts["script"] == SCRIPT
    assert page.texts["h1"] == json.loads(json.dumps(TITLE))
    assert "<b>this" not in text
    assert "1 < 2" in page.texts["main"]
    assert any(row[0].text == WILD for row in page.table("Differences from share, under"))
    assert WILD in page.texts["desc"]
    assert not [key for _, given in page.tags for key in given if key.startswith("on")]


def test_tables_have_captions_and_heads_with_scope(page: Page) -> None:
    assert all(table.caption for table in page.tables)
    assert all(given.get("scope") in {"col", "row"} for tag, given in page.tags if tag == "th")
    for table in page.tables:
        assert {cell.tag for cell in table.rows[0]} == {"th"}
        assert all(row[0].tag == "th" for row in table.rows[1:])
        assert {len(row) for row in table.rows} == {len(table.rows[0])}


def test_every_figure_has_a_text_alternative_and_a_caption(page: Page) -> None:
    drawn = [given for tag, given in page.tags if tag == "svg"]
    counts = {name: sum(tag == name for tag, _ in page.tags) for name in ("figure", "figcaption", "svg", "desc")}
    assert len(drawn) == 8  # who gains, differences, by level, two factors, and a map for each of three measures
    assert set(counts.values()) == {len(drawn)}
    assert all(given["role"] == "img" and given["aria-describedby"] for given in drawn)


def _said(row: dict[str, Any]) -> list[float]:
    keys = (
        "difference", "low", "high", "p_adjusted", "share_better", "superiority", "superiority_low", "superiority_high",
        "variance_ratio", "pairs",
    )  # fmt: skip
    return [row[key] for key in keys if row[key] is not None]


def _values(cells: list[Cell]) -> list[float]:
    return [value for cell in cells for value in cell.values if abs(value) != float("inf")]


def test_differences_are_those_of_compare(here: Path, page: Page) -> None:
    rows = as_json("compare", "results/trial")["rows"]
    table = page.table("Differences from share, under the same luck")
    assert [(row[0].text, row[1].text) for row in table] == [(row["contract"], row["measure"]) for row in rows]
    assert [_values(row) for row in table] == [_said(row) for row in rows]
    assert table[0][2].text == f"{rows[0]['difference']:.4g}"


def test_differences_by_level_are_those_of_compare(here: Path, page: Page) -> None:
    rows = as_json("compare", "results/trial", "--by", "small.cash")["rows"]
    table = page.table("Differences from share at each value of small.cash")
    assert [row[0].text for row in table] == [str(row["level"]) for row in rows]
    assert [_values(row[1:]) for row in table] == [_said(row) for row in rows]


def test_means_are_those_of_compare_and_of_the_runs(here: Path, page: Page) -> None:
    found = {each["contract"]: each for each in as_json("compare", "results/trial")["means"]}
    table = {row[0].text: row[2:] for row in page.table("Means over all points")}
    for measure in ("small_value", "big_value"):
        for cell, each in zip(table[measure], found.values(), strict=True):
            assert cell.values == pytest.approx(each[measure], rel=RENDERED_ALIKE)
    runs = pd.read_parquet("results/trial/runs").groupby("contract")
    for measure in ("surplus", "small_survived"):
        means = [cell.values[0] for cell in table[measure]]
        assert means == pytest.approx([runs[measure].mean()[name] for name in found], rel=RENDERED_ALIKE)


def test_the_map_is_that_of_compare(here: Path, page: Page) -> None:
    measures = [text for name in ("small_value", "big_value", "surplus") for text in ("--measure", name)]
    cells = as_json("compare", "results/trial", *measures, "--map", "small.cash", "bargaining.power")["map"]["cells"]
    table = page.table("Best contract by small.cash and bargaining.power")
    assert [(row[0].text, row[3].text, row[8].text) for row in table] == [
        (cell["measure"], cell["best"], "yes" if cell["clear"] else "no") for cell in cells
    ]
    said = [[cell[key] for key in ("x", "y", "mean", "lead", "low", "high")] for cell in cells]
    assert [_values(row) for row in table] == said


def test_who_gains_and_the_terms_are_told_in_words(here: Path, page: Page) -> None:
    found = as_json("compare", "results/trial")
    for contract, verdict in found["who_gains"].items():
        assert f"{contract}: {verdict}." in page.texts["The answer in short"]
    setup = page.texts["The setup"]
    assert "SmallCo gets the share phi of revenue" in setup
    assert "fee 0.5 money: Paid by BigCo to SmallCo" in setup
    assert 'technology = { name = "ces", substitution = -1.0 }' in setup


def test_the_same_folder_gives_the_same_bytes_wherever_it_lies(here: Path, tmp_path: Path, text: str) -> None:
    shutil.copytree("results/trial", tmp_path / "elsewhere")
    alliance("report", str(tmp_path / "elsewhere"), "--by", "small.cash")
    assert (tmp_path / "elsewhere" / "report.html").read_text(encoding="utf-8") == text


def test_the_page_holds_what_reproduces_its_runs(here: Path, tmp_path: Path, page: Page) -> None:
    (tmp_path / "trial_experiment.toml").write_text(page.texts["The experiment"], encoding="utf-8")
    (tmp_path / "trial.toml").write_text(page.texts["The scenario"], encoding="utf-8")
    again = plan(read_experiment(tmp_path / "trial_experiment.toml"))
    assert [chunk.key for chunk in again.chunks] == [
        part["key"] for part in read_manifest(Path("results/trial"))["plan"]
    ]
    assert "alliance sweep trial_experiment.toml" in page.texts["Command"]


def test_a_shipped_experiment_is_named(tmp_path: Path) -> None:
    from simulator.interfaces.report.material import gather
    from simulator.interfaces.report.sources import reproduce

    class StopError(Exception):
        pass

    def stop(done: int, runs: int) -> None:
        raise StopError

    with pytest.raises(StopError):
        run_sweep(read_experiment("ham_and_egg"), tmp_path / "it", executor="threads", jobs=1, progress=stop)
    told = "".join(reproduce(gather(tmp_path / "it")))
    assert "alliance sweep ham_and_egg --out again" in told
    manifest = read_manifest(tmp_path / "it")
    manifest["experiment"]["seed"] = 7
    write_manifest(tmp_path / "it", manifest)
    assert "alliance sweep ham_and_egg_experiment.toml" in "".join(reproduce(gather(tmp_path / "it")))


def test_an_experiment_is_swept_or_its_sweep_taken_up(here: Path) -> None:
    alliance("report", "results/trial", "--out", "of_folder.html")
    assert alliance("report", "trial.toml").stdout == "results/trial/report.html\n"
    assert (here / "results/trial/report.html").read_bytes() == (here / "of_folder.html").read_bytes()


def test_an_interrupted_sweep_says_what_is_missing(here: Path, tmp_path: Path) -> None:
    def stop(done: int, runs: int) -> None:
        if done >= 48:
            raise KeyboardInterrupt

    folder = tmp_path / "part"
    with pytest.raises(KeyboardInterrupt):
        run_sweep(read_experiment("trial.toml"), folder, executor="threads", jobs=1, chunk_runs=24, progress=stop)
    kept = len(list((folder / "runs").glob("*.parquet")))
    alliance("report", str(folder))
    page = Page((folder / "report.html").read_text(encoding="utf-8"))
    assert "This sweep was interrupted." in page.texts["body"]
    assert f"It holds {24 * kept} of 216 runs; {9 - kept} of 9 parts are missing" in page.texts["body"]
    assert "not a fair sample" in page.texts["body"]
    assert not any(table.caption.startswith(("Means", "Differences")) for table in page.tables)
    alliance("report", str(folder), "--measure", "surplis", code=1)


def test_failed_runs_are_counted_with_their_errors(here: Path, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = tmp_path / "failed"
    shutil.copytree("results/trial", folder)
    part = next((folder / "runs").glob("*.parquet"))
    table = pq.read_table(part)
    errors = ["no <root>"] * 2 + [None] * (table.num_rows - 2)
    place = table.schema.get_field_index("error")
    pq.write_table(table.set_column(place, "error", pa.array(errors, pa.string())), part)
    alliance("report", str(folder))
    page = Page((folder / "report.html").read_text(encoding="utf-8"))
    ((error, count),) = page.table("The most frequent errors")
    assert (error.text, count.values) == ("no <root>", [2.0])


def test_one_contract_and_words_as_factors(here: Path, tmp_path: Path) -> None:
    one = EXPERIMENT.replace('["share", "fee", "worse & wilder_50%"]', '["fee"]')
    one = one[: one.index('"small.cash"')] + '"lead" = ["small", "big"]\n'
    (here / "one.toml").write_text(one, encoding="utf-8")
    run_sweep(read_experiment("one.toml"), tmp_path / "one", executor="threads", jobs=1)
    alliance("report", str(tmp_path / "one"), "--measure", "surplus")
    page = Page((tmp_path / "one" / "report.html").read_text(encoding="utf-8"))
    assert "There is one contract only" in page.texts["The answer in short"]
    means = {row[0].text: row[2].values[0] for row in page.table("Means over all points")}
    assert means["surplus"] == pytest.approx(pd.read_parquet(tmp_path / "one" / "runs")["surplus"].mean())
    assert sum(tag == "svg" for tag, _ in page.tags) == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("report", "nowhere"), "nowhere: no such experiment file"),
        (("report", "."), "must be the folder of a sweep"),
        (("report", "world.toml"), "world.toml must be an experiment, whose factors say what varies"),
        (("report", "results/trial", "--measure", "surplis"), "Unknown measure 'surplis'. Did you mean 'surplus'?"),
        (("report", "results/trial", "--by", "small.csh"), "Unknown factor 'small.csh'. Did you mean 'small.cash'?"),
        (("report", "results/trial", "--out", "page.pdf"), "--out must end in .html; got 'page.pdf'."),
        (("report", "results/trial", "--out", "no/where.html"), "--out: the folder 'no' does not exist."),
    ],
)
def test_what_the_user_can_put_right_is_one_line_and_1(here: Path, arguments: tuple[str, ...], says: str) -> None:
    result = alliance(*arguments, code=1)
    assert result.stdout == ""
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")
def test_a_browser_runs_our_script_and_no_other(made: Path, text: str, tmp_path: Path) -> None:
    hostile = made / "hostile.html"
    hostile.write_text(text.replace("</main>", "</main><script>document.title = 'run'</script>"), encoding="utf-8")
    command = [
        str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        f"--user-data-dir={tmp_path / 'profile'}", "--dump-dom", hostile.as_uri(),
    ]  # fmt: skip
    seen = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=True).stdout
    assert '<button type="button">difference</button>' in seen
    assert "<title>run</title>" not in seen
