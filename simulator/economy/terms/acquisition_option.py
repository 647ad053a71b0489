"""Option to acquire: BigCo may buy SmallCo at a strike."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.economy.clauses import NEVER, Clauses
from simulator.economy.contract import TERMS, TermBase
from simulator.foundation.parameters import parameter


@TERMS.register("acquisition_option")
@dataclass(frozen=True, slots=True)
class AcquisitionOption(TermBase):
    """BigCo may replace the split by x_S = P, x_B = Y - P.

    In the stage game it does so where it gains. Over time it buys SmallCo once, for P, when the rest of SmallCo's
    stream is worth more to it; a firm that has been bought leaves the market.

    References
    ----------
    Noldeke and Schmidt (1998), RAND Journal of Economics 29.
    """

    strike: float = parameter(unit="money", low=0.0, doc="Strike P.")
    expiry: int | None = parameter(
        None, unit="months", low=0, doc="Months after signing at which the option ends, if it does."
    )

    def write(self, clauses: Clauses) -> Clauses:
        """Set the strike and when the option ends."""
        return clauses._replace(strike=self.strike, expiry=NEVER if self.expiry is None else self.expiry)
