"""Trust but verify: the inspection game between a SmallCo that may audit and a BigCo that may under-report.

An audit costs c_a, and finds under-reporting of g, which costs SmallCo L, with probability d; then SmallCo recovers L
and a fine f (money).

References
----------
Dresher (1962), A sampling inspector problem in arms control agreements.
Maschler (1966), A price leadership method for solving the inspector's non-constant-sum game, NRLQ 13.
Avenhaus, von Stengel and Zamir (2002), Inspection games, Handbook of Game Theory 3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.foundation.errors import ParameterError
from simulator.games.normal_form import NormalFormGame


@dataclass(frozen=True, slots=True)
class Audit:
    """Trust but verify: SmallCo audits or trusts, BigCo reports honestly or cheats.

    Parameters
    ----------
    gain : float
        g, what BigCo gains by an undetected false report (money), above 0.
    fine : float
        f, what it pays to SmallCo when found out (money), at least 0.
    cost : float
        c_a, of an audit (money), at least 0.
    loss : float
        L, what an undetected false report costs SmallCo (money), at least 0.
    detection : float
        d, the probability that an audit finds a false report, in (0, 1].

    Raises
    ------
    ParameterError
        If a value is out of range.
    """

    gain: float
    fine: float
    cost: float
    loss: float
    detection: float = 1.0

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not 0.0 < self.gain < math.inf:
            raise ParameterError(f"Audit.gain must be finite and above 0; got {self.gain}. Write 20.")
        for name in ("fine", "cost", "loss"):
            value = getattr(self, name)
            if not 0.0 <= value < math.inf:
                raise ParameterError(f"Audit.{name} must be finite and at least 0; got {value}. Write 5.")
        if not 0.0 < self.detection <= 1.0:
            raise ParameterError(
                f"Audit.detection must be above 0 and at most 1; got {self.detection}. Write 1 for a sure audit."
            )

    def game(self) -> NormalFormGame:
        """Return the inspection game: rows audit and trust, columns cheat and be honest.

        Examples
        --------
        >>> game = Audit(gain=20, fine=80, cost=5, loss=20).game()
        >>> game.small.tolist(), game.big.tolist()
        ([[75.0, -5.0], [-20.0, 0.0]], [[-80.0, 0.0], [20.0, 0.0]])
        """
        found, missed = self.detection, 1.0 - self.detection
        small = [[found * self.fine - missed * self.loss - self.cost, -self.cost], [-self.loss, 0.0]]
        return NormalFormGame(small, [[missed * self.gain - found * self.fine, 0.0], [self.gain, 0.0]])

    @property
    def deterring_rate(self) -> float:
        """Return g / (d (g + f)), the smallest audit probability that leaves nothing to gain by cheating.

        Above 1 nothing deters.

        References
        ----------
        Maschler (1966): the inspector who is bound to an audit rate leads, and the honest reply is the best one to it.

        Examples
        --------
        >>> Audit(gain=20, fine=80, cost=5, loss=20).deterring_rate
        0.2
        """
        return self.gain / (self.detection * (self.gain + self.fine))

    @property
    def deterring_cost(self) -> float:
        """Return what SmallCo spends per report (money) when a contract binds it to the deterring rate, at most 1."""
        return self.cost * min(self.deterring_rate, 1.0)

    def equilibrium(self) -> AuditEquilibrium:
        """Return the equilibrium when nobody is bound: mixed, unless an audit never pays or never deters.

        SmallCo audits so that BigCo gains nothing by cheating; BigCo cheats with probability c_a / (d (L + f)), so
        that an audit is just worth its cost.

        Examples
        --------
        >>> Audit(gain=20, fine=80, cost=5, loss=20).equilibrium()
        AuditEquilibrium(audit=0.2, cheat=0.05, payoffs=(-1.0, 0.0))
        """
        recovered = self.detection * (self.loss + self.fine)
        if self.cost >= recovered:
            return AuditEquilibrium(0.0, 1.0, (-self.loss, self.gain))
        if self.deterring_rate > 1.0:
            return AuditEquilibrium(1.0, 1.0, self.game().payoffs([1, 0], [1, 0]))
        cheat = self.cost / recovered
        return AuditEquilibrium(self.deterring_rate, cheat, (-self.loss * cheat, 0.0))


@dataclass(frozen=True, slots=True)
class AuditEquilibrium:
    """The probabilities of an audit and of cheating, and the payoffs (money) of SmallCo and BigCo over honest trust."""

    audit: float
    cheat: float
    payoffs: tuple[float, float]
