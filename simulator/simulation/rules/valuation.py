"""What an alliance is worth from now on: waiting until there is revenue, selling after it, discounted."""

from __future__ import annotations

import math
from typing import Any

from simulator.economy.world import World
from simulator.foundation.compiled import compiled, routine


@compiled
def annuity(rate: float, fade: float, start: float, end: float) -> float:
    """Return the present value of 1 a month from month `start` (included) to `end` (excluded), months from now.

    `fade` is what a month takes off a value, 1 - exp(-rate); it is 0 where the rate is.

    Examples
    --------
    >>> annuity(0.0, 0.0, 2.0, 12.0)
    10.0
    """
    if end <= start:
        return 0.0
    if rate == 0.0:
        return end - start
    at_start = 1.0 if start == 0.0 else math.exp(-rate * start)
    return (at_start - math.exp(-rate * end)) / fade


@compiled
def expected_launch(stages_left: int, pace: float, wait: int) -> float:
    """Return the expected months until there is revenue: milestones at `pace` a month, then the delay."""
    if stages_left == 0:
        return float(wait)
    return stages_left / pace + wait if pace > 0.0 else math.inf


@compiled
def prospects(selling: float, waiting: float, rate: float, fade: float, launch: float, months: float) -> float:
    """Return the expected present value of an alliance over `months`: waiting until `launch`, selling after it."""
    start = min(launch, months)
    if start <= 0.0:
        return selling * annuity(rate, fade, 0.0, months)
    if start == months:
        return waiting * annuity(rate, fade, 0.0, months)
    if rate == 0.0:
        return waiting * start + selling * (months - start)
    at_start = math.exp(-rate * start)
    return (waiting * (1.0 - at_start) + selling * (at_start - math.exp(-rate * months))) / fade


@compiled
def of_quality(selling: float, waiting: float, quality: float) -> float:
    """Return the payoff of a selling month at a quality: what selling adds to waiting grows with it.

    Examples
    --------
    >>> of_quality(3.0, -1.0, 0.5)
    1.0
    """
    if quality == 1.0:
        return selling
    return waiting + quality * (selling - waiting)


@routine
def deal_values(
    settings: Any, w: World, g: Any, row: Any, months: float, small_factor: float, big_factor: float
) -> tuple[float, float]:
    """Return what SmallCo and BigCo expect of a deal over `months` before any upfront fee, as present values.

    Both play the equilibrium of the stage game, `row` being that of SmallCo's runway; each has its own idea of the
    factor on output. A late-delivery penalty is expected if the launch is, and an option to acquire is exercised at
    launch if SmallCo's stream is then worth more than the strike.
    """
    launch = expected_launch(settings.milestones, row.pace * small_factor, settings.delay)
    big_launch = expected_launch(settings.milestones, row.pace * big_factor, settings.delay)
    end = min(months, launch + settings.life) if settings.life > 0 else months
    big_end = min(months, big_launch + settings.life) if settings.life > 0 else months
    small_flow = of_quality(row.small_selling, row.small_waiting, small_factor)
    big_flow = of_quality(row.big_selling, row.big_waiting, big_factor)
    small = prospects(small_flow, row.small_waiting, w.small_rate, w.small_fade, launch, end)
    big = prospects(big_flow, row.big_waiting, w.big_rate, w.big_fade, big_launch, big_end)
    if g.late_penalty > 0.0:
        due = float(g.due + g.grace)
        end_late = min(launch - settings.delay, months) if settings.milestones > 0 else 0.0
        late = g.late_penalty * annuity(w.small_rate, w.small_fade, due, end_late)
        small -= min(late, g.late_cap)
        big += min(late, g.late_cap)
    if g.strike < math.inf and launch < months and launch <= g.expiry:
        stream = small_flow * annuity(w.big_rate, w.big_fade, 0.0, end - launch)
        if stream > g.strike:
            small += (g.strike - small_flow * annuity(w.small_rate, w.small_fade, 0.0, end - launch)) * math.exp(
                -w.small_rate * launch
            )
            big += (stream - g.strike) * math.exp(-w.big_rate * launch)
    return small, big


@compiled
def alternative_flow(settings: Any, row: Any, legitimacy: float) -> float:
    """Return what a month without the alliance is worth to SmallCo: its outside option and its legitimacy."""
    return row.small_alternative + legitimacy * settings.legitimacy_option


@compiled
def alternatives(settings: Any, w: World, row: Any, legitimacy: float, months: float) -> tuple[float, float]:
    """Return what SmallCo and BigCo expect without the deal over `months`, as present values."""
    small = alternative_flow(settings, row, legitimacy)
    small_months = annuity(w.small_rate, w.small_fade, 0.0, months)
    return small * small_months, row.big_alternative * annuity(w.big_rate, w.big_fade, 0.0, months)


@compiled
def both_accept(small: float, big: float, small_else: float, big_else: float) -> bool:
    """Return whether each firm expects at least its alternative, up to rounding."""
    slack = 1e-9 * (abs(small) + abs(big) + 1.0)
    return small >= small_else - slack and big >= big_else - slack
