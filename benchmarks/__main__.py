"""``python -m benchmarks [NAME ...] [--quick] [--json FILE] [--markdown] [--write]``."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from pathlib import Path

from benchmarks.report import Section, as_json, as_markdown, as_text, machine, write_between_markers

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = (
    "market", "alliance_market", "sweep", "sweep_peers", "sweep_cores", "compare", "start", "games", "equilibria",
    "completeness",
)  # fmt: skip


def main() -> None:
    """Run the benchmarks asked for and print what they found."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="How fast it is, as ratios of one run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)}; by default all")
    parser.add_argument("--quick", action="store_true", help="less of everything: to see that it works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write everything to a file")
    parser.add_argument("--markdown", action="store_true", help="print the small table of the README instead")
    parser.add_argument("--write", action="store_true", help="put the tables into README.md and docs/benchmarks.md")
    given = parser.parse_args()
    for name in given.names:
        if name not in BENCHMARKS:
            parser.error(f"no benchmark is called {name!r}: one of {', '.join(BENCHMARKS)}")
    about, sections = machine(), list[Section]()
    for name in given.names or BENCHMARKS:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        sections.append(importlib.import_module(f"benchmarks.{name}").measure(quick=given.quick))
    print(as_markdown(sections, about) if given.markdown else as_text(sections, about))
    if given.json:
        given.json.write_text(json.dumps(as_json(sections, about), indent=2) + "\n", encoding="utf-8")
    if given.write:
        for path, full in ((ROOT / "README.md", False), (ROOT / "docs" / "benchmarks.md", True)):
            written = write_between_markers(path, as_markdown(sections, about, full=full))
            shown = path.relative_to(ROOT)
            print(f"wrote {shown}" if written else f"{shown} has no benchmarks markers", file=sys.stderr)


if __name__ == "__main__":
    main()
