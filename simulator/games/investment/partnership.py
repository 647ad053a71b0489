"""Double-sided moral hazard: the linear share, teams, and bonds that restore what sharing loses.

Both firms put in an effort that cannot be contracted on; a contract can only share output. SmallCo gets the share s of
it, BigCo the rest, so each effort is too small. A penalty or a bond that is burnt breaks the budget and repairs it.

References
----------
Holmstrom (1982), Moral hazard in teams, Bell Journal of Economics 13 (free riding, group penalties, bonds).
Bhattacharyya and Lafontaine (1995), Double-sided moral hazard and the nature of share contracts, RAND Journal of
Economics 26 (the optimal share is linear and does not depend on scale).
Demirezen, Kumar and Shetty (2016), Managing co-creation in information technology projects, ISR 27, lemma 5.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.economy.firm import Role
from simulator.foundation.errors import ParameterError
from simulator.foundation.numbers import whole
from simulator.foundation.parameters import check_limits, parameter

_TIE = 1e-12


def optimal_share(small_elasticity: float, big_elasticity: float) -> float:
    """Return SmallCo's optimal share of output A e_S^p e_B^q at effort costs c e_S^m/m and d e_B^n/n.

    Parameters
    ----------
    small_elasticity, big_elasticity : float
        a = p/m and b = q/n, elasticities of output in the cost of each effort: at least 0, a + b below 1, not both 0.

    Returns
    -------
    float
        s with s/(1 - s) = sqrt([a/(1 - a)]/[b/(1 - b)]); independent of A, c and d.

    Raises
    ------
    ParameterError
        If an elasticity is negative, both are 0, or they do not sum to less than 1: output would then pay for any cost.

    References
    ----------
    Bhattacharyya and Lafontaine (1995); the closed form as lemma 5 of Demirezen, Kumar and Shetty (2016).

    Examples
    --------
    >>> optimal_share(0.25, 0.25), optimal_share(0.5, 0.0)
    (0.5, 1.0)
    >>> round(optimal_share(0.5, 0.1), 12)  # sqrt(1) to sqrt(1/9)
    0.75
    """
    a, b = small_elasticity, big_elasticity
    if not (a >= 0.0 and b >= 0.0 and 0.0 < a + b < 1.0):
        raise ParameterError(
            "optimal_share.small_elasticity and big_elasticity must be at least 0 with a sum above 0 and below 1; "
            f"got {a!r} and {b!r}. Write output elasticities over cost curvatures."
        )
    small, big = math.sqrt(a * (1.0 - b)), math.sqrt(b * (1.0 - a))
    return small / (small + big)


def equal_partners_efficiency(partners: int) -> float:
    """Return (2n - 1)/n^2, the share of first-best surplus that n equal partners of an additive team make.

    Each of them gets 1/n of output and exerts 1/n of the first-best effort, at quadratic cost.

    Raises
    ------
    ParameterError
        If the number of partners is not a whole number of at least 1.

    References
    ----------
    Holmstrom (1982), section 2.

    Examples
    --------
    >>> equal_partners_efficiency(1), equal_partners_efficiency(2)
    (1.0, 0.75)
    """
    count = whole("equal_partners_efficiency.partners", partners, 1)
    return (2.0 - 1.0 / count) / count


@dataclass(frozen=True, slots=True)
class Team:
    """Two firms whose efforts add up to output y = k_S e_S + k_B e_B, each effort at cost e^2/2.

    Examples
    --------
    >>> team = Team(small_product=2.0, big_product=1.0)
    >>> team.best_share, team.efficiency(0.8), team.first_best_output
    (0.8, 0.84, 5.0)
    >>> team.smallest_bond(Role.SMALL, 0.5), team.penalty_works(0.5)
    (0.5, True)
    """

    small_product: float = parameter(unit="money", low=0.0, doc="Marginal product k_S of SmallCo's effort.")
    big_product: float = parameter(unit="money", low=0.0, doc="Marginal product k_B of BigCo's effort.")

    def __post_init__(self) -> None:
        """Hold every value to its range; somebody must be productive."""
        check_limits(self)
        if not 0.0 < self.first_best_output < math.inf:
            raise ParameterError(
                "Team.small_product must be above 0 if big_product is 0, and their squares finite; got "
                f"{self.small_product!r} and {self.big_product!r}. Write marginal products such as 1."
            )

    @property
    def first_best_output(self) -> float:
        """Return y* = k_S^2 + k_B^2 (money), at the efforts k_S and k_B."""
        return self.small_product * self.small_product + self.big_product * self.big_product

    @property
    def best_share(self) -> float:
        """Return SmallCo's share of output with the largest surplus, k_S^2/(k_S^2 + k_B^2)."""
        return self._weight(Role.SMALL)

    def effort(self, role: Role, share: float) -> float:
        """Return a firm's effort when SmallCo's share of output is `share`: its own share times its product.

        Raises
        ------
        ParameterError
            If the share is outside [0, 1].
        """
        return _own(role, share) * (self.small_product if role is Role.SMALL else self.big_product)

    def efficiency(self, share: float) -> float:
        """Return the surplus under a share of output over the first-best surplus.

        At `best_share` it is 1 - K_S K_B/(K_S + K_B)^2 with K_i = k_i^2; each firm loses the square of what it is short
        of all of its product.

        References
        ----------
        Holmstrom (1982), section 2.
        """
        return 1.0 - sum(self._weight(role) * (1.0 - _own(role, share)) ** 2 for role in Role)

    def penalty_works(self, share: float) -> bool:
        """Return whether the first best is an equilibrium if all output short of y* is forfeited: s_i y* >= k_i^2/2.

        References
        ----------
        Holmstrom (1982), theorem 2.
        """
        return all(_own(role, share) >= 0.5 * self._weight(role) - _TIE for role in Role)

    def smallest_bond(self, role: Role, share: float) -> float:
        """Return the smallest bond (money), lost if effort is short, that makes a firm's first-best effort its best.

        k_i^2 (1 - s_i)^2/2: what it gains by the effort that its share alone pays for.

        References
        ----------
        Holmstrom (1982), on bonding.
        """
        short = (1.0 - _own(role, share)) * (self.small_product if role is Role.SMALL else self.big_product)
        return 0.5 * short * short

    def _weight(self, role: Role) -> float:
        """Return the firm's part of the first-best output."""
        product = self.small_product if role is Role.SMALL else self.big_product
        return product * product / self.first_best_output


def _own(role: Role, share: float) -> float:
    """Return the firm's share of output, or raise ParameterError."""
    if not 0.0 <= share <= 1.0:
        raise ParameterError(f"Team.share must be in [0, 1]; got {share!r}. Write SmallCo's share of output.")
    return share if role is Role.SMALL else 1.0 - share
