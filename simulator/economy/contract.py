"""A contract is a frozen set of terms; "nothing signed" is the empty one."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from simulator.economy.clauses import Clauses
from simulator.foundation.errors import ParameterError
from simulator.foundation.parameters import Checked
from simulator.foundation.registry import Registry


class Term(Protocol):
    """One clause of a contract: an edit of D, O, K or of the game's payoffs."""

    def write(self, clauses: Clauses) -> Clauses:
        """Return `clauses` with this term written into it."""


TERMS: Registry[type[Term]] = Registry("term")
NOTHING_SIGNED = "nothing signed"


class TermBase(Checked):
    """Checks shared by every term."""

    __slots__ = ()


def term_name(term: Term) -> str:
    """Return the name under which the term's class is registered."""
    return _registered(type(term))[1]


@functools.cache
def _registered(kind: type[Term]) -> tuple[int, str]:
    """Return the place of a class of terms in the registry, and its name there."""
    return next((place, name) for place, (name, entry) in enumerate(TERMS.items()) if entry is kind)


@dataclass(frozen=True, slots=True)
class Contract:
    """A named set of terms.

    Parameters
    ----------
    name : str
        As it appears on the menu of a scenario and in tables.
    terms : tuple of Term
        At most one of each kind.

    Raises
    ------
    ParameterError
        If a kind of term appears twice, two terms set the same price, or a term lacks the one it edits.
    """

    name: str = NOTHING_SIGNED
    terms: tuple[Term, ...] = ()

    def __post_init__(self) -> None:
        """Refuse sets of terms that contradict each other; a list of them becomes a tuple."""
        object.__setattr__(self, "terms", tuple(self.terms))
        names = [term_name(term) for term in self.terms]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise ParameterError(f"Contract {self.name!r} has the term {sorted(twice)[0]!r} twice. Write it once.")
        given = set(names)
        if {"wholesale_price", "two_part_tariff"} <= given:
            raise ParameterError(
                f"Contract {self.name!r} must set one price; got wholesale_price and two_part_tariff. Keep one of them."
            )
        if not given & {"wholesale_price", "two_part_tariff"}:
            for name in ("buy_back", "quantity_flexibility", "take_or_pay", "sales_rebate"):
                if name in given:
                    raise ParameterError(
                        f"Contract {self.name!r} has the term {name!r} but no price per unit. "
                        "Add wholesale_price = { price = ... } or two_part_tariff = { price = ..., fee = ... }."
                    )
        written = self.clauses
        if {"buy_back", "quantity_flexibility"} <= given:
            raise ParameterError(
                f"Contract {self.name!r} must set one rule for unsold units; got buy_back and quantity_flexibility. "
                "Keep one of them."
            )
        for name in ("specific_performance", "damages"):
            if name in given and written.priced > 0.0:
                raise ParameterError(
                    f"Contract {self.name!r} has the term {name!r} beside one that prices the output, which leaves "
                    "nothing to perform or to pay damages for. Keep one of them."
                )
        if {"specific_performance", "damages"} <= given:
            raise ParameterError(
                f"Contract {self.name!r} must have one remedy; got specific_performance and damages. Keep one of them."
            )
        if written.buy_back > written.wholesale:
            raise ParameterError(
                f"BuyBack.price must be at most the wholesale price {written.wholesale:g}; got {written.buy_back!r}. "
                "A credit above the price would pay for returning everything."
            )

    @property
    def clauses(self) -> Clauses:
        """Return the contract as numbers."""
        clauses = Clauses()
        for term in self.terms:
            clauses = term.write(clauses)
        return clauses


def _place(term: Term) -> int:
    """Return the place of the term's class in the registry."""
    return _registered(type(term))[0]


def contract_of(name: str, terms: Iterable[Term]) -> Contract:
    """Return a contract whose terms stand in the registry's order, so that equal contracts are equal objects."""
    return Contract(name, tuple(sorted(terms, key=_place)))
