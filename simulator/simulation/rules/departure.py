"""Exit: upkeep, what is paid when an alliance ends, and what BigCo takes at SmallCo's ruin."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulator.economy.world import World
from simulator.foundation.compiled import compiled, routine
from simulator.foundation.draws import BIG_CASH, SMALL_CASH, normal
from simulator.simulation.endings import ACQUIRED, DROPPED, RUINED_BIG, RUINED_SMALL, WALKED_BIG, WALKED_SMALL
from simulator.simulation.rules.settlement import affordable
from simulator.simulation.rules.valuation import annuity, expected_launch


@compiled
def taken_at_ruin(settings: Any, w: World, cell: Any, factor: float, month: int, stages_left: int, wait: int) -> float:
    """Return what BigCo takes at SmallCo's ruin: the fraction b_B of the project's expected value to the horizon."""
    if w.ruin_share == 0.0 or settings.tabled:
        return 0.0
    left = float(settings.months - 1 - month)
    launch = expected_launch(stages_left, cell.progress, wait)
    return w.ruin_share * max(cell.joint * factor, 0.0) * annuity(w.big_rate, w.big_fade, min(launch, left), left)


@routine
def parting(settings: Any, g: Any, alliance: Any, how: int, small_cash: float, big_cash: float) -> tuple[float, float]:
    """Return what SmallCo and BigCo receive when an alliance ends, deposits that stood in escrow included.

    Who walks away, or drops the other, pays the kill fee as far as it can and leaves its deposit to the partner; the
    deposit of a ruined firm is the partner's too. Otherwise deposits go back. A project whose milestones are passed
    leaves a joint asset, which the firms own as the contract says, unless one of them is ruined or bought.
    """
    small, big = alliance.small_escrow, alliance.big_escrow
    if how in (WALKED_SMALL, RUINED_SMALL):
        small, big = 0.0, big + small
    elif how in (WALKED_BIG, RUINED_BIG, DROPPED):
        small, big = small + big, 0.0
    if how == WALKED_SMALL:
        fee = affordable(g.kill_fee, small_cash)
        small -= fee
        big += fee
    elif how in (WALKED_BIG, DROPPED):
        fee = affordable(g.kill_fee, big_cash)
        small += fee
        big -= fee
    if leaves_asset(settings, alliance, how):
        small += g.asset_share * settings.asset
        big += (1.0 - g.asset_share) * settings.asset
    return small, big


@compiled
def leaves_asset(settings: Any, alliance: Any, how: int) -> bool:
    """Return whether the firms take a joint asset with them: the milestones are passed, neither is ruined or bought."""
    passed = settings.asset > 0.0 and alliance.stage >= settings.milestones
    return passed and how not in (RUINED_SMALL, RUINED_BIG, ACQUIRED)


@compiled
def upkeep(net: float, noise: float, luck: float) -> float:
    """Return a firm's cash flow outside its alliances: income less burn, with noise by a standard normal, equation (8).

    Examples
    --------
    >>> upkeep(-1.0, 0.5, 2.0)
    0.0
    """
    return net + noise * luck


@compiled
def small_upkeep(settings: Any, key: np.uint64, month: int, small: int) -> float:
    """Return SmallCo's cash flow outside its alliances this month."""
    net, noise = settings.small_income - settings.small_burn, settings.small_noise
    return upkeep(net, noise, normal(key, month, small, SMALL_CASH)) if noise > 0.0 else net


@compiled
def big_upkeep(settings: Any, key: np.uint64, month: int, big: int) -> float:
    """Return BigCo's cash flow outside its alliances this month."""
    net, noise = settings.big_income - settings.big_burn, settings.big_noise
    return upkeep(net, noise, normal(key, month, big, BIG_CASH)) if noise > 0.0 else net
