"""Quasi-rents: what an asset that is already installed earns beyond what keeps it there, and how much can be taken.

References
----------
Klein, Crawford and Alchian (1978), Vertical integration, appropriable rents, and the competitive contracting process,
Journal of Law and Economics 21, pages 298-299 (the printing press).
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.foundation.parameters import check_limits, parameter


@dataclass(frozen=True, slots=True)
class SpecialisedAsset:
    """An installed asset and what it earns per period in this use and in others; its purchase price is sunk.

    Examples
    --------
    The printing press: rent 5500, operating cost 1500, salvage 1000, and a rival printer who would pay 3500.

    >>> press = SpecialisedAsset(rent=5500.0, operating_cost=1500.0, salvage=1000.0, next_bid=3500.0)
    >>> press.quasi_rent, press.appropriable
    (3000.0, 2000.0)
    """

    rent: float = parameter(unit="money/period", doc="What the present user pays.")
    operating_cost: float = parameter(unit="money/period", low=0.0, doc="What running the asset costs.")
    salvage: float = parameter(unit="money/period", doc="What it earns if it is moved elsewhere.")
    next_bid: float = parameter(0.0, unit="money/period", doc="What the next best user on the spot would pay.")

    def __post_init__(self) -> None:
        """Hold every value to its range."""
        check_limits(self)

    @property
    def quasi_rent(self) -> float:
        """Return the quasi-rent (money per period): rent less operating cost and salvage value."""
        return self.rent - self.operating_cost - self.salvage

    @property
    def appropriable(self) -> float:
        """Return the part of it that the present user could take: what the rent exceeds the next best use by.

        The next best use is the next bid, or salvage where no bid covers that and the operating cost; so the
        appropriable part is never above the quasi-rent, nor below 0.
        """
        return max(self.rent - max(self.next_bid, self.operating_cost + self.salvage), 0.0)
