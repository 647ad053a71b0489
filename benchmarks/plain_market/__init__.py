"""The market with everything in it as a plain Mesa model: agents with attributes, no arrays, Mesa's own generator.

It lives the same months as the engine under every rule of `scenarios/alliance_market.toml`: firms meet through a
network and by deferred acceptance, vet each other, sign what both prefer, work under pilots, audits, bonds, penalties
and disputes, learn, lose trust, walk away, are bought, fail and are replaced. The stage games are solved beforehand by
`prepare` and looked up; the formulas are those of the package as ordinary Python (`rules`), so that none is written
twice. It draws from Mesa's generator, hence agrees with the engine in distribution and not run by run; a test holds the
two together.
"""

from __future__ import annotations

from benchmarks.plain_market.model import PlainMarket
from benchmarks.plain_market.tables import COUNTED, Tables

__all__ = ["COUNTED", "PlainMarket", "Tables"]
