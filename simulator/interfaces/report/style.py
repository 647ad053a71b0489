"""How a report looks, on a screen in light and dark, on a phone and on A4, and the one script, which sorts tables."""

from __future__ import annotations

import base64
import hashlib

STYLE = """
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1d1d1f; --muted: #595959; --line: #c9c9c9; --soft: #f4f2ee;
  --small: #b34a00; --big: #005b96; --note: #fff3c4; }
@media (prefers-color-scheme: dark) { :root { --paper: #16181b; --ink: #ececea; --muted: #b0b4ba; --line: #4a4f57;
  --soft: #22262b; --small: #ff9d5c; --big: #86c5f4; --note: #4a3f14; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 66rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  overflow-wrap: break-word; }
p, ul, ol, dl, header, nav { max-width: 46rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .2rem 0 .6rem; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 2.8rem 0 .6rem; padding-top: .7rem;
  border-top: 2px solid var(--ink); }
h3 { font-size: 1.08rem; margin: 1.9rem 0 .4rem; }
p { margin: .5rem 0; }
a { color: var(--big); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--big); outline-offset: 2px; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem 1rem; z-index: 1; }
.kind, .small-print { color: var(--muted); font-size: .9rem; margin: 0; }
.claim { font-size: 1.15rem; border-left: 4px solid var(--ink); padding-left: .9rem; margin: .8rem 0; }
.warning { background: var(--note); border-left: 4px solid var(--small); padding: .6rem .9rem; max-width: 46rem; }
.smallco { color: var(--small); font-weight: 600; }
.bigco { color: var(--big); font-weight: 600; }
nav ol { padding-left: 1.3rem; margin: .4rem 0; columns: 2 14rem; }
nav li { break-inside: avoid; }
dl > div { display: grid; grid-template-columns: minmax(7rem, 11rem) 1fr; gap: .2rem 1rem; padding: .3rem 0;
  border-bottom: 1px solid var(--line); }
dt { color: var(--muted); }
dd { margin: 0; min-width: 0; }
.box { overflow-x: auto; margin: .8rem 0 1.2rem; max-width: 100%; }
table { border-collapse: collapse; font-size: .9rem; line-height: 1.35; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 0 0 .4rem; }
caption span { display: block; max-width: calc(100vw - 2.5rem); position: sticky; left: 0; }
th, td { padding: .3rem .7rem .3rem 0; vertical-align: top; text-align: left; border-bottom: 1px solid var(--line); }
th { font-weight: 400; }
thead th { font-weight: 600; vertical-align: bottom; border-bottom: 2px solid var(--ink); }
th.number, td.number { text-align: right; white-space: nowrap; }
thead th.number { white-space: normal; }
td.word, th.word { max-width: 26rem; }
td.word:last-child { min-width: 9rem; }
td ul { margin: 0; padding-left: 1.1rem; }
.interval { color: var(--muted); }
thead button { all: unset; cursor: pointer; font: inherit; }
thead button:focus-visible { outline: 3px solid var(--big); outline-offset: 2px; }
thead button::after { content: "\\a0\\2195"; color: var(--muted); font-weight: 400; }
th[aria-sort=ascending] button::after { content: "\\a0\\2191"; color: inherit; }
th[aria-sort=descending] button::after { content: "\\a0\\2193"; color: inherit; }
figure { margin: 1.4rem 0 1.8rem; }
.plot { overflow-x: auto; background: #ffffff; border: 1px solid var(--line); border-radius: 6px; padding: .6rem; }
.plot svg { display: block; width: 100%; height: auto; }
.plot svg * { stroke-linejoin: round; stroke-linecap: butt; }
figcaption { color: var(--muted); font-size: .9rem; margin-top: .5rem; max-width: 46rem; }
figcaption b { color: var(--ink); }
details { margin: .8rem 0; }
summary { cursor: pointer; font-weight: 600; padding: .2rem 0; }
code, pre { font-family: ui-monospace, "Cascadia Mono", Menlo, "DejaVu Sans Mono", monospace; font-size: .86em; }
pre { background: var(--soft); padding: .8rem 1rem; border-radius: 6px; line-height: 1.45; tab-size: 4; }
pre code { font-size: .85rem; }
@media (max-width: 34rem) {
  body { padding: 1rem .9rem 3rem; }
  h1 { font-size: 1.5rem; }
  dl > div { grid-template-columns: 1fr; gap: 0; }
  td.word, th.word { max-width: 14rem; }
}
@page { size: A4; margin: 16mm 15mm; }
@media print {
  :root { color-scheme: light; --paper: #ffffff; --ink: #000000; --muted: #444444; --line: #bbbbbb; --soft: #f6f6f6;
    --small: #b34a00; --big: #005b96; --note: #ffffff; }
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; }
  p, ul, ol, dl, header, figcaption { max-width: none; }
  nav, .skip, .screen { display: none; }
  h1, h2, h3, caption, summary { break-after: avoid; }
  h2 { margin-top: 1.4rem; }
  .box, .plot { overflow: visible; }
  .plot { border: 0; padding: 0; }
  .plot svg { min-width: 0 !important; max-width: 100% !important; max-height: 105mm; }
  figure, tr, dl > div { break-inside: avoid; }
  table { font-size: 7.6pt; width: 100%; }
  thead { display: table-header-group; break-inside: avoid; }
  th, td { padding: .18rem .35rem .18rem 0; }
  td.word, th.word { max-width: none; overflow-wrap: break-word; }
  thead button::after { content: "" !important; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  pre code { font-size: 7.6pt; }
  details::details-content { content-visibility: visible; block-size: auto; }
  a { color: inherit; text-decoration: none; }
}
"""

SCRIPT = """
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  const key = (row, at) => { const datum = row.cells[at].querySelector("data");
    return datum ? Number(datum.value.replace("inf", "Infinity")) : row.cells[at].textContent; };
  heads.forEach((head, at) => {
    const button = document.createElement("button");
    button.type = "button"; button.append(...head.childNodes); head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach(other => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const order = (a, b) => { const x = key(a, at), y = key(b, at);
        return typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y)); };
      body.append(...[...body.rows].sort((a, b) => down ? order(b, a) : order(a, b)));
    });
  });
}
"""


def policy() -> str:
    """Return the content security policy: nothing is fetched, and no script runs but the one that sorts tables."""
    own = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode("ascii")
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{own}'; base-uri 'none'; form-action 'none'"
    )
