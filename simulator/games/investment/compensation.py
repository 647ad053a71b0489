"""What a clause is worth to SmallCo: the smallest upfront fee for which it signs the contract that has it."""

from __future__ import annotations

from dataclasses import replace

from scipy.optimize import brentq

from simulator.economy.contract import Contract, contract_of
from simulator.economy.scenario import Scenario
from simulator.economy.terms import UpfrontFee
from simulator.foundation.errors import SolverError
from simulator.games.solution import solve

_MOST_DOUBLINGS = 60


def compensating_fee(scenario: Scenario, without: Contract, signed: Contract) -> float:
    """Return the smallest fee (money, at least 0) that leaves SmallCo no worse off under one contract than another.

    Parameters
    ----------
    scenario : Scenario
        The world; what is played under each contract is its solution.
    without, signed : Contract
        The contract it has, and the one it is asked to sign; a fee in `signed` is raised, not replaced.

    Raises
    ------
    SolverError
        If no fee is enough.

    References
    ----------
    Hicks (1943), The four consumer's surpluses, Review of Economic Studies 11 (compensating variation).

    Examples
    --------
    SmallCo, of equal power, gives up an outside option of 0.7 in a pie of 1, and with it 0.7 - 0.5.

    >>> from simulator.economy.firm import SmallFirm
    >>> from simulator.economy.scenario import CommitmentSpace
    >>> from simulator.economy.terms import Exclusivity
    >>> from simulator.economy.venture import Sum, Venture
    >>> pie = Scenario(
    ...     "pie",
    ...     small=SmallFirm(cost=0.0, outside_option=0.7),
    ...     venture=Venture(technology=Sum(big_weight=0.0)),
    ...     commitment=CommitmentSpace(levels=(1.0,)),
    ... )
    >>> round(compensating_fee(pie, Contract(), Contract("exclusive", (Exclusivity(),))), 12)
    0.2
    """
    wanted = solve(scenario, without).outcome.payoffs[0]

    def short(fee: float) -> float:
        return wanted - solve(scenario, _raised(signed, fee)).outcome.payoffs[0]

    if short(0.0) <= 0.0:
        return 0.0
    high = max(short(0.0), 1e-12 * abs(wanted))
    for _ in range(_MOST_DOUBLINGS):
        gap = short(high)
        if gap <= 0.0:
            break
        high *= 2.0
    else:
        raise SolverError(
            f"No fee makes SmallCo accept the contract {signed.name!r}: its payoff does not rise with the fee. "
            "Write an equity stake below 1."
        )
    return float(brentq(short, 0.0, high, xtol=1e-15 * high, rtol=1e-15)) if gap < 0.0 else high


def _raised(contract: Contract, fee: float) -> Contract:
    """Return the contract with its upfront fee raised."""
    paid = next((term for term in contract.terms if isinstance(term, UpfrontFee)), UpfrontFee(fee=0.0))
    others = [term for term in contract.terms if not isinstance(term, UpfrontFee)]
    return contract_of(contract.name, [*others, replace(paid, fee=paid.fee + fee)])
