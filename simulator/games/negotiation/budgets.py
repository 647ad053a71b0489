"""Holding out on a finite budget: a war of attrition solved backwards from the period in which the first cash is gone.

In every period both firms choose at the same time to stay or to concede. If one stays it gets its prize at no further
cost; if both stay each pays and the next period comes; if both concede nobody gets anything. A firm without budget must
concede. With unequal budgets and a prize worth a period's fight to the richer firm, the poorer one concedes at once.

References
----------
Ghemawat and Nalebuff (1985), Exit, RAND Journal of Economics 16.
Fudenberg and Tirole (1991), Game Theory, section 4.5.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.foundation.parameters import Checked, parameter
from simulator.games.equilibrium import all_equilibria
from simulator.games.normal_form import NormalFormGame

MOST_PERIODS = 10_000
"""Largest budget, in periods, that is solved."""

_DIGITS = 9

Outcomes = tuple["BudgetOutcome", ...]


@dataclass(frozen=True, slots=True)
class BudgetOutcome:
    """A subgame-perfect outcome: the probabilities of staying in the first period, and the payoffs (money)."""

    small_stays: float
    big_stays: float
    payoffs: tuple[float, float]


@dataclass(frozen=True, slots=True)
class BudgetWar(Checked):
    """A war of attrition between firms that can afford a known number of periods.

    Raises
    ------
    ParameterError
        If a value is out of range or a budget is not a whole number of periods.

    Examples
    --------
    >>> war = BudgetWar(2, 5, small_prize=9.0, big_prize=4.0, small_cost=1.0, big_cost=1.0)
    >>> war.outcomes()
    (BudgetOutcome(small_stays=0.0, big_stays=1.0, payoffs=(0.0, 4.0)),)
    """

    small_budget: int = parameter(unit="periods", low=0, high=MOST_PERIODS, doc="Periods m_S SmallCo can pay for.")
    big_budget: int = parameter(unit="periods", low=0, high=MOST_PERIODS, doc="Periods m_B BigCo can pay for.")
    small_prize: float = parameter(unit="money", low=0.0, open_low=True, doc="SmallCo's prize v_S.")
    big_prize: float = parameter(unit="money", low=0.0, open_low=True, doc="BigCo's prize v_B.")
    small_cost: float = parameter(unit="money/period", low=0.0, open_low=True, doc="SmallCo's cost c_S of staying.")
    big_cost: float = parameter(unit="money/period", low=0.0, open_low=True, doc="BigCo's cost c_B of staying.")

    def outcomes(self) -> Outcomes:
        """Return the subgame-perfect outcomes, by backward induction over every equilibrium of every later period.

        One outcome means it is unique. Where an equilibrium of a period is degenerate, its extreme points are listed.
        """
        small, big = int(self.small_budget), int(self.big_budget)
        found = self._exhausted(small, big)
        for _ in range(min(small, big)):
            before = {self._key(outcome): outcome for later in found for outcome in self._period(later.payoffs)}
            settled = tuple(before[key] for key in sorted(before))
            if settled == found:  # the same continuation gives the same period for ever
                break
            found = settled
        return found

    def _exhausted(self, small: int, big: int) -> Outcomes:
        """Return what happens once the poorer firm has nothing left."""
        if small == big:
            return (BudgetOutcome(0.0, 0.0, (0.0, 0.0)),)
        if small < big:
            return (BudgetOutcome(0.0, 1.0, (0.0, float(self.big_prize))),)
        return (BudgetOutcome(1.0, 0.0, (float(self.small_prize), 0.0)),)

    def _period(self, later: tuple[float, float]) -> Outcomes:
        """Return the outcomes of a period that is followed by payoffs `later` if both stay."""
        game = NormalFormGame(
            [[0.0, 0.0], [self.small_prize, later[0] - self.small_cost]],
            [[0.0, self.big_prize], [0.0, later[1] - self.big_cost]],
        )
        return tuple(BudgetOutcome(e.small[1], e.big[1], e.payoffs) for e in all_equilibria(game).equilibria)

    def _key(self, outcome: BudgetOutcome) -> tuple[float, ...]:
        """Return what makes outcomes the same, up to rounding."""
        scale = max(self.small_prize, self.big_prize)
        numbers = (outcome.small_stays, outcome.big_stays, *(payoff / scale for payoff in outcome.payoffs))
        return tuple(round(number, _DIGITS) + 0.0 for number in numbers)
