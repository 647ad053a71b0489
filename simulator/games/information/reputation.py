"""The chain store: a BigCo that might be tough scares a sequence of SmallCos by fighting the first ones.

n entrants are left, the current one included; p is the belief that BigCo is tough. An entrant gets b if BigCo
acquiesces, b - 1 if it fights, 0 if it stays out (0 < b < 1). A weak BigCo gets 0 if it acquiesces, -1 if it fights and
a > 1 if nobody enters; a tough one always fights.

References
----------
Kreps and Wilson (1982), Reputation and imperfect information, JET 27 (section 3).
Selten (1978), The chain store paradox, Theory and Decision 9.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.foundation.errors import ParameterError
from simulator.foundation.numbers import whole
from simulator.games.information.extensive_form import Chance, Decision, End, ExtensiveGame, Node

_TIE = 1e-12
_MOST_STAGES_OF_A_TREE = 8
MOST_STAGES = 1_000_000
"""Largest number of entrants whose path is listed."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Equilibrium play against one entrant.

    Parameters
    ----------
    left : int
        n, entrants left including this one.
    belief : float
        p, probability that BigCo is tough as this entrant sees it.
    enters : float
        Probability that the entrant enters.
    weak_fights : float
        Probability that a weak BigCo fights if it does.
    belief_after_fight : float
        p after entry was fought; it is 0 after BigCo acquiesced and p if nobody entered.
    weak_payoff : float
        What a weak BigCo expects (money) from this entrant and all later ones.
    """

    left: int
    belief: float
    enters: float
    weak_fights: float
    belief_after_fight: float
    weak_payoff: float


@dataclass(frozen=True, slots=True)
class ChainStore:
    """The chain-store game.

    Parameters
    ----------
    entry_gain : float
        b, in (0, 1): also the belief from which on the last entrant stays out.
    deterrence_value : float
        a, above 1.
    """

    entry_gain: float
    deterrence_value: float = 2.0

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not 0.0 < self.entry_gain < 1.0:
            raise ParameterError(f"ChainStore.entry_gain must lie between 0 and 1; got {self.entry_gain}. Write 0.5.")
        if not 1.0 < self.deterrence_value < math.inf:
            raise ParameterError(
                f"ChainStore.deterrence_value must be finite and above 1; got {self.deterrence_value}. Write 2."
            )

    def first_entry(self, prior: float) -> int:
        """Return n* = max{n : p0 < b^n}, the number of entrants left when entry first occurs; 0 if it never does.

        Parameters
        ----------
        prior : float
            p0, in (0, 1). A prior equal to b^n (to 1e-12) deters with n entrants left.

        Raises
        ------
        ParameterError
            If the prior is not between 0 and 1.

        Examples
        --------
        >>> ChainStore(entry_gain=0.5).first_entry(0.1)
        3
        """
        if not 0.0 < prior < 1.0:
            raise ParameterError(f"ChainStore.first_entry.prior must lie between 0 and 1; got {prior}. Write 0.1.")
        ratio = math.log(prior) / math.log(self.entry_gain)
        return max(math.ceil(ratio - _TIE * max(ratio, 1.0)) - 1, 0)

    def stage(self, belief: float, left: int) -> Stage:
        """Return sequential-equilibrium play with `left` entrants to come and a belief.

        Raises
        ------
        ParameterError
            If the belief is not a probability or `left` not an integer of at least 1.

        References
        ----------
        Kreps and Wilson (1982), the proposition of section 3.

        Examples
        --------
        With two entrants left and p = 0.1 < b, a weak BigCo fights so often that the belief rises to b:

        >>> stage = ChainStore(entry_gain=0.5).stage(0.1, 2)
        >>> stage.enters, round(stage.weak_fights, 6), stage.belief_after_fight
        (1.0, 0.111111, 0.5)
        """
        if not 0.0 <= belief <= 1.0:
            raise ParameterError(f"ChainStore.stage.belief must be a probability; got {belief}. Write 0.1.")
        left = whole("ChainStore.stage.left", left, 1, "Write 10.")
        feared, trusted = self.entry_gain**left, self.entry_gain ** (left - 1)
        if left == 1:
            fights = 0.0
        elif belief >= trusted * (1.0 - _TIE):
            fights = 1.0
        else:
            fights = (1.0 - trusted) * belief / ((1.0 - belief) * trusted)
        if abs(belief - feared) <= _TIE * feared:
            enters = 1.0 - 1.0 / self.deterrence_value
        else:
            enters = 1.0 if belief < feared else 0.0
        after = 0.0 if belief == 0.0 else 1.0 if left == 1 else max(trusted, belief)
        return Stage(left, belief, enters, fights, after, self._weak_payoff(belief, left))

    def path(self, prior: float, stages: int) -> tuple[Stage, ...]:
        """Return play against each entrant, first to last, as long as BigCo has fought whoever entered.

        Examples
        --------
        >>> [stage.enters for stage in ChainStore(entry_gain=0.5).path(0.1, 5)]
        [0.0, 0.0, 1.0, 0.5, 0.5]
        """
        belief, found = prior, []
        stages = whole("ChainStore.path.stages", stages, 0, "Write 10.", MOST_STAGES)
        for left in range(stages, 0, -1):
            stage = self.stage(belief, left)
            found.append(stage)
            if stage.enters > 0.0:
                belief = stage.belief_after_fight
        return tuple(found)

    def tree(self, prior: float, stages: int) -> ExtensiveGame:
        """Return the game as a tree: player 0 is BigCo, player k the k-th entrant.

        Information sets are named by who moves and by what happened before, such as ``"entrant 2 after fight"``.

        Raises
        ------
        ParameterError
            If the number of stages is not between 1 and 8: the tree triples with each.
        """
        stages = whole("ChainStore.tree.stages", stages, 1, "Write 3.", _MOST_STAGES_OF_A_TREE)
        if not 0.0 < prior < 1.0:
            raise ParameterError(f"ChainStore.tree.prior must lie between 0 and 1; got {prior}. Write 0.1.")
        zero = (0.0,) * (stages + 1)
        types = tuple(self._entry(tough, 1, stages, "", zero) for tough in (True, False))
        players = ("BigCo", *(f"SmallCo {k}" for k in range(1, stages + 1)))
        return ExtensiveGame(players, Chance(("tough", "weak"), (prior, 1.0 - prior), types), "Chain store")

    def _entry(self, tough: bool, entrant: int, stages: int, before: str, payoffs: tuple[float, ...]) -> Node:
        """Return the tree from an entrant's decision on, given what everyone has earned so far."""
        if entrant > stages:
            return End(payoffs)
        b, a = self.entry_gain, self.deterrence_value

        def then(what: str, big: float, small: float) -> Node:
            earned = [*payoffs]
            earned[0] += big
            earned[entrant] = small
            return self._entry(tough, entrant + 1, stages, f"{before}, {what}".lstrip(", "), tuple(earned))

        after = f" after {before}" if before else ""
        fight, acquiesce = (0.0, -1.0) if tough else (-1.0, 0.0)
        reply = Decision(
            0,
            f"{'tough' if tough else 'weak'} against {entrant}{after}",
            ("fight", "acquiesce"),
            (then("fight", fight, b - 1.0), then("acquiesced", acquiesce, b)),
        )
        return Decision(entrant, f"entrant {entrant}{after}", ("enter", "stay out"), (reply, then("out", a, 0.0)))

    def _weak_payoff(self, belief: float, left: int) -> float:
        """Return what a weak BigCo expects (money): a for each entrant deterred, then 0.

        Once entry begins it gets 0, being ready to acquiesce. An entrant at exactly b^n, who stays out with
        probability 1/a, is worth 1.
        """
        if belief == 0.0:
            return 0.0
        if belief == 1.0:
            return self.deterrence_value * left
        first = self.first_entry(belief)
        if left <= first:
            return 0.0
        at_first = self.entry_gain ** (first + 1)
        edge = 1.0 if abs(belief - at_first) <= _TIE * at_first else self.deterrence_value
        return edge + self.deterrence_value * (left - first - 1)
