"""A scenario: one world of firms, venture, bargaining, market and a menu of contracts, as one frozen value."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.economy.contract import NOTHING_SIGNED, Contract
from simulator.economy.firm import BigFirm, Role, SmallFirm
from simulator.economy.meeting import Complete, Network
from simulator.economy.relations import Culture, Learning, Legitimacy, Vetting
from simulator.economy.split import RULES
from simulator.economy.venture import Venture
from simulator.foundation.errors import ParameterError, unknown
from simulator.foundation.parameters import Checked, check_limits, parameter

CONTINUOUS = "continuous"
LEADS = ("simultaneous", "small", "big")
MATCHING = ("random", "deferred_acceptance", "network")
SIGNING = ("given", "menu", "bargained")
SELECTIONS = ("payoff_dominance", "risk_dominance", "best_for_small", "best_for_big")
ROUNDING = 1e-12
"""By how much shares that are written as decimals may sum to more than 1."""


@dataclass(frozen=True, slots=True)
class Bargaining:
    """How the firms divide what no contract has divided."""

    power: float = parameter(0.5, low=0.0, high=1.0, doc="SmallCo's bargaining weight beta.")
    rule: Literal["deal_me_out", "split_the_difference"] = "deal_me_out"
    ruin_share: float = parameter(
        0.0, low=0.0, high=1.0, doc="Fraction b_B of the joint value that BigCo takes when SmallCo's runway ends."
    )

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)
        if self.rule not in RULES:
            raise unknown("bargaining rule", str(self.rule), RULES)


@dataclass(frozen=True, slots=True)
class CommitmentSpace:
    """The commitments each firm can choose.

    Parameters
    ----------
    levels : int, tuple of float or "continuous"
        A number of equally spaced levels from 0 to the upper bound, the levels themselves, or the whole interval.
    small_levels, big_levels : tuple of float, optional
        Levels of one firm, where they differ.
    small_upper, big_upper : float, optional
        Upper bounds. By default 1 for a number of levels; for a continuum as far as either firm could want to go.
    """

    levels: int | tuple[float, ...] | Literal["continuous"] = 11
    small_levels: tuple[float, ...] | None = None
    big_levels: tuple[float, ...] | None = None
    small_upper: float | None = parameter(None, unit="commitment", low=0.0, open_low=True, doc="SmallCo's upper bound.")
    big_upper: float | None = parameter(None, unit="commitment", low=0.0, open_low=True, doc="BigCo's upper bound.")

    def __post_init__(self) -> None:
        """Refuse grids that are empty, negative, unordered or too short."""
        check_limits(self)
        if isinstance(self.levels, str):
            if self.levels != CONTINUOUS:
                raise ParameterError(
                    f"CommitmentSpace.levels must be a number, a list or {CONTINUOUS!r}; got {self.levels!r}."
                    f" Write levels = 11 or levels = {CONTINUOUS!r}."
                )
        elif isinstance(self.levels, int):
            if isinstance(self.levels, bool) or not 2 <= self.levels <= 1001:
                raise ParameterError(
                    f"CommitmentSpace.levels must be between 2 and 1001; got {self.levels!r}. Write levels = 11."
                )
        else:
            _check_levels("levels", self.levels)
        for name in ("small_levels", "big_levels"):
            given = getattr(self, name)
            if given is not None:
                _check_levels(name, given)

    @property
    def continuous(self) -> bool:
        """Return whether the commitments form an interval."""
        return self.levels == CONTINUOUS

    def upper(self, role: Role) -> float | None:
        """Return the firm's upper bound, or None where it is to be found."""
        return self.small_upper if role is Role.SMALL else self.big_upper

    def grid(self, role: Role) -> NDArray[np.float64]:
        """Return the firm's levels, ascending; not for a continuum.

        Examples
        --------
        >>> CommitmentSpace(3).grid(Role.SMALL).tolist()
        [0.0, 0.5, 1.0]
        """
        own = self.small_levels if role is Role.SMALL else self.big_levels
        chosen = own if own is not None else self.levels
        if isinstance(chosen, str):
            raise ParameterError(
                "CommitmentSpace.grid needs levels; got 'continuous'. Use a commitment game on the interval."
            )
        if isinstance(chosen, int):
            return np.linspace(0.0, self.upper(role) or 1.0, chosen)
        return np.asarray(chosen, dtype=np.float64)


def _check_levels(name: str, levels: tuple[float, ...]) -> None:
    """Raise ParameterError unless the levels are finite, non-negative and ascending."""
    values = np.asarray(levels, dtype=np.float64)
    if values.size == 0 or not np.all(np.isfinite(values)) or values[0] < 0.0 or np.any(np.diff(values) <= 0.0):
        raise ParameterError(
            f"CommitmentSpace.{name} must be non-negative and ascending; got {list(levels)!r}. Write, say, [0, 0.5, 1]."
        )


@dataclass(frozen=True, slots=True)
class Trust(Checked):
    """What each firm believes of the other's promises: a Beta(kept, broken) prior, updated every month.

    A firm signs, and stays, as long as its mean trust is at least its threshold; by default the threshold is the
    rational one, L / (G + L), with the gain G from a partner that keeps its promise and the loss L from one that does
    not, both read off the stage game.
    """

    prior_kept: float = parameter(3.0, low=0.0, open_low=True, doc="Kept promises a believed in at the start.")
    prior_broken: float = parameter(2.0, low=0.0, open_low=True, doc="Broken promises b believed in at the start.")
    small_threshold: float | None = parameter(
        None, low=0.0, high=1.0, doc="SmallCo's threshold, if not the rational one."
    )
    big_threshold: float | None = parameter(None, low=0.0, high=1.0, doc="BigCo's threshold, if not the rational one.")


@dataclass(frozen=True, slots=True)
class Market:
    """Who meets whom, what they sign, and who comes in when a firm has failed.

    `matching` is "random" (a SmallCo knocks at a random open BigCo it can meet), "deferred_acceptance" (SmallCos
    propose, BigCos keep the best), or "network" (a SmallCo is referred to an open BigCo in proportion to its contacts).
    `signing` is "given" (the contract in force), "menu" (of the scenario's contracts the one with the largest Nash
    product of gains), or "bargained" (the contract in force, with an upfront fee that divides the expected value by
    bargaining, SmallCo's runway being its threat).
    """

    meeting_rate: float = parameter(
        1.0, low=0.0, high=1.0, doc="Chance that an unattached SmallCo meets a BigCo in a month."
    )
    entry: bool = parameter(
        False, doc="Whether a SmallCo that is ruined or bought is replaced by a new one in the next month."
    )
    matching: Literal["random", "deferred_acceptance", "network"] = "random"
    candidates: int = parameter(
        8, unit="firms", low=1, doc="How many BigCos a SmallCo considers in a month under deferred acceptance."
    )
    network: Network = field(default_factory=Complete)
    signing: Literal["given", "menu", "bargained"] = "given"

    def __post_init__(self) -> None:
        """Hold every value to its range; refuse unknown rules of matching and signing."""
        check_limits(self)
        if self.matching not in MATCHING:
            raise unknown("matching rule", str(self.matching), MATCHING)
        if self.signing not in SIGNING:
            raise unknown("signing rule", str(self.signing), SIGNING)


@dataclass(frozen=True, slots=True)
class Horizon(Checked):
    """How long the market lasts."""

    months: int = parameter(60, unit="months", low=1, high=100_000, doc="Length of a history.")


@dataclass(frozen=True, slots=True)
class PayoffTable:
    """Payoff matrices given outright, in place of a venture.

    Parameters
    ----------
    small, big : tuple of tuple of float, shape (m, n)
        Payoffs, money per month; rows are SmallCo's actions, columns BigCo's.
    small_actions, big_actions : tuple of str
        Names of the actions, in the order of the source.
    most_committed_first : bool
        Whether the first action is the most committed one; by default it is the least. It decides what strategies that
        commit "everything" or "nothing" play, and which actions keep a promise.
    """

    small: tuple[tuple[float, ...], ...]
    big: tuple[tuple[float, ...], ...]
    small_actions: tuple[str, ...] = ()
    big_actions: tuple[str, ...] = ()
    most_committed_first: bool = False

    def __post_init__(self) -> None:
        """Refuse matrices that are ragged, empty, of different shapes or not finite, and names used twice.

        Lists become tuples.
        """
        for matrix in ("small", "big"):
            object.__setattr__(self, matrix, tuple(tuple(row) for row in getattr(self, matrix)))
        for names in ("small_actions", "big_actions"):
            object.__setattr__(self, names, tuple(getattr(self, names)))
        shapes = {(len(rows), len(row)) for rows in (self.small, self.big) for row in rows}
        if len(shapes) != 1 or len(self.small) != len(self.big) or not self.small[0]:
            raise ParameterError(
                "PayoffTable.small and PayoffTable.big must be matrices of one shape; "
                f"got rows of {sorted({len(r) for r in (*self.small, *self.big)})} numbers, "
                f"{len(self.small)} and {len(self.big)} rows. Write one row per action of SmallCo."
            )
        if not all(math.isfinite(value) for rows in (self.small, self.big) for row in rows for value in row):
            raise ParameterError("PayoffTable must hold finite numbers; got inf or nan. Write a number for every cell.")
        for name, labels, size in (
            ("small_actions", self.small_actions, len(self.small)),
            ("big_actions", self.big_actions, len(self.small[0])),
        ):
            if labels and len(labels) != size:
                raise ParameterError(f"PayoffTable.{name} must name {size} actions; got {len(labels)}. Name every one.")
            twice = next((label for place, label in enumerate(labels) if label in labels[:place]), None)
            if twice is not None:
                raise ParameterError(
                    f"PayoffTable.{name} must tell the actions apart; got {twice!r} twice. Give each its own name."
                )


@dataclass(frozen=True, slots=True)
class Scenario:
    """A world: every command is a lens on one of these.

    Parameters
    ----------
    name, title, summary, source : str
        What it is called, and where it comes from ("own" or a citation).
    lead : {"simultaneous", "small", "big"}
        Who commits first.
    selection : str
        Which equilibrium is played when there are several: one of SELECTIONS.
    contracts : tuple of Contract
        The menu; the first is the default; empty means nothing is ever signed.
    payoffs : PayoffTable, optional
        Payoffs given outright; venture, bargaining and contracts then play no part.
    """

    name: str
    title: str = ""
    summary: str = ""
    source: str = "own"
    lead: Literal["simultaneous", "small", "big"] = "simultaneous"
    selection: str = "payoff_dominance"
    small: SmallFirm = field(default_factory=SmallFirm)
    big: BigFirm = field(default_factory=BigFirm)
    venture: Venture = field(default_factory=Venture)
    bargaining: Bargaining = field(default_factory=Bargaining)
    commitment: CommitmentSpace = field(default_factory=CommitmentSpace)
    trust: Trust = field(default_factory=Trust)
    vetting: Vetting = field(default_factory=Vetting)
    learning: Learning = field(default_factory=Learning)
    legitimacy: Legitimacy = field(default_factory=Legitimacy)
    culture: Culture = field(default_factory=Culture)
    market: Market = field(default_factory=Market)
    horizon: Horizon = field(default_factory=Horizon)
    contracts: tuple[Contract, ...] = ()
    payoffs: PayoffTable | None = None

    def __post_init__(self) -> None:
        """Refuse unknown rules, doubled contract names, contracts beside payoffs, and shares of more than there is."""
        if self.lead not in LEADS:
            raise unknown("order of moves", str(self.lead), LEADS)
        if self.selection not in SELECTIONS:
            raise unknown("selection rule", self.selection, SELECTIONS)
        names = [contract.name for contract in self.contracts]
        for name in names:
            if names.count(name) > 1:
                raise ParameterError(f"Scenario.contracts has two named {name!r}. Give each its own name.")
        left = 1.0 - self.small.outside_share
        if self.big.outside_share > left + ROUNDING:
            raise ParameterError(
                f"Scenario.big.outside_share must be at most 1 - small.outside_share = {left:g}, or parting always "
                f"yields more than the joint value they are shares of; got {self.big.outside_share:g}. Lower one."
            )
        if self.payoffs is not None and any(contract.terms for contract in self.contracts):
            raise ParameterError(
                "Scenario.payoffs gives the payoffs outright, so contracts have nothing to edit; "
                f"got {len(self.contracts)} contracts. Leave out the [[contract]] tables or the [payoffs] table."
            )

    def contract(self, name: str | None = None) -> Contract:
        """Return the contract called `name`, or the default one (the first; "nothing signed" on an empty menu).

        Raises
        ------
        UnknownNameError
            If the menu has no such contract.
        """
        if name is None:
            return self.contracts[0] if self.contracts else Contract()
        for contract in self.contracts:
            if contract.name == name:
                return contract
        if name == NOTHING_SIGNED:
            return Contract()
        raise unknown("contract", name, [contract.name for contract in self.contracts] or [NOTHING_SIGNED])
