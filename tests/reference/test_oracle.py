"""Published results: every shipped item passes or is data, and so do items of the same chapters with other numbers.

What an item with other numbers must give is computed here from the closed form of its source, not by the library.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import expon, norm, uniform

from simulator.validation.chapters import load_chapters
from simulator.validation.items import Item, read_items
from simulator.validation.verify import check

SHIPPED = read_items()
DEMANDS = {
    "U[0,100]": uniform(0.0, 100.0),
    "U[30,90]": uniform(30.0, 60.0),
    "Exp(mean 40)": expon(scale=40.0),
    "Normal(100,40)": norm(100.0, 40.0),
}
ABSOLUTE = 1e-6
IN_PRICES_AND_QUANTITIES = 1e-4
IN_SHARES = 1e-4
IN_EFFORTS = 1e-2  # of 60; play is on a partition of the interval
IN_VANISHING_NOISE = 2.5


@pytest.mark.parametrize("item", SHIPPED, ids=lambda item: item.id)
def test_shipped_item_passes_or_is_data(item: Item) -> None:
    result = check(item)
    assert result.status == ("data" if load_chapters()[item.chapter].data(item) else "pass"), result.message


def test_every_chapter_has_items() -> None:
    assert set(load_chapters()) == {item.chapter for item in SHIPPED}


def bargaining() -> Iterator[tuple[str, dict[str, Any], Any]]:
    for pie, small, big, power in ((100, 10, 30, 0.25), (7.5, -2, 1, 0.0), (1, 0.2, 0.3, 1), (1e6, -5e4, 2e5, 0.37)):
        given = {"pie": pie, "d_S": small, "d_B": big, "beta_S": power}
        yield "A1", given, small + power * (pie - small - big)


def hold_up() -> Iterator[tuple[str, dict[str, Any], Any]]:
    for a, k, sigma, power in ((3, 0.5, 0.7, 0.2), (0.4, 8, 0, 0.9), (11, 3, 1, 1), (2, 1, 1, 0.01)):
        expected = {
            "i": a * ((1 - sigma) + power * sigma) / k,
            "i_FB": a / k,
            "welfare_ratio": 1 - sigma**2 * (1 - power) ** 2,
        }
        yield "B1", {"a": a, "k": k, "sigma_S": sigma, "beta_S": power}, expected
    for power in (0.1, 0.75, 1):
        yield "B1.sqrt", {"beta_S": power}, {"i": power**2, "surplus": 2 * power - power**2}
    for sigma, power, ruin, r, years in ((1, 0.5, 0.8, 0.1, 3), (0.6, 0.3, 0.5, 0.25, 4), (1, 0.9, 1, 0.02, 0.1)):
        ratio = (1 - sigma) + power * (sigma - ruin * math.exp(-r * years))
        given = {"a": 3, "kappa": 1.5, "beta_S": power, "sigma_S": sigma, "b_B": ruin, "r": r, "runway_T": years}
        expected = {"c_S": ratio * 2.0, "welfare_ratio": 1 - (1 - ratio) ** 2}
        yield "J1b", given, expected | {"ratio": ratio}
        if sigma == 1:
            del given["sigma_S"]
            yield "J1", given, expected | {"beta_eff": ratio}


def ownership() -> Iterator[tuple[str, dict[str, Any], Any]]:
    uses = {"apart": (0.4, 0.6), "S owns": (0.9, 0.0), "B owns": (0.2, 1.0)}
    for a_small, a_big in ((3, 1), (1, 3), (0.5, 0.6)):
        expected: dict[str, Any] = {}
        for owner, (small, big) in uses.items():
            i, j = a_small * (1 + small) / 2, a_big * (1 + big) / 2
            expected[owner] = {"i_S": i, "i_B": j, "surplus": a_small * i - i * i / 2 + a_big * j - j * j / 2}
        best = max(uses, key=lambda owner: expected[owner]["surplus"])
        given = {"a_S": a_small, "a_B": a_big, "lambda_by_ownership": {k: list(v) for k, v in uses.items()}}
        yield "B2", given, expected | {"best": best, "FB_surplus": (a_small**2 + a_big**2) / 2}


def team_work() -> Iterator[tuple[str, dict[str, Any], Any]]:
    for p, q, m, n in ((0.5, 1.0, 2, 2.5), (0.2, 0.9, 1.5, 3), (1.2, 0.6, 2, 2)):
        a, b = p / m, q / n
        share = math.sqrt(a * (1 - b)) / (math.sqrt(a * (1 - b)) + math.sqrt(b * (1 - a)))
        given = {"A": 2, "p_S": p, "q_B": q, "m_S": m, "n_B": n, "c_S": 0.7, "c_B": 3}
        yield "C1", given, share
    for small, big in ((3, 1), (0.2, 0.7)):
        K, L = small**2, big**2
        expected = {"s": K / (K + L), "ratio": 1 - K * L / (K + L) ** 2, "ratio_at_half": 0.75}
        yield "C2", {"k_S": small, "k_B": big}, expected
        for share in (0.1, 0.45, L / (2 * (K + L)), 1 - L / (2 * (K + L))):
            target = K + L
            holds = share * target >= K / 2 * (1 - 1e-12) and (1 - share) * target >= L / 2 * (1 - 1e-12)
            yield "C3", {"k_S": small, "k_B": big, "share_S": share, "y_star": target}, {"FB_is_Nash": holds}
            bonds = {"b_S": K * (1 - share) ** 2 / 2, "b_B": L * share**2 / 2}
            yield "C3.bond", {"k_S": small, "k_B": big, "share_S": share}, bonds
    for n in (1, 4, 60):
        yield "C2.n", {"n": n}, {"e": 1 / n, "efficiency": (2 * n - 1) / n**2}


def sales(demand: Any, quantity: float, price: float = 1.0) -> float:
    """Return p S(q), S(q) = q - int_0^q F."""
    ends = (0.0, *sorted(float(end) for end in demand.support() if 0.0 < end < quantity), quantity)
    return price * (quantity - sum(quad(demand.cdf, low, high, epsabs=1e-11)[0] for low, high in pairwise(ends)))


def linear_chains() -> Iterator[tuple[str, dict[str, Any], Any]]:
    for a, b, c in ((91, 2.8, 75.7), (152, 0.68, 33.7), (12, 3, 1)):
        q = (a - c) / (4 * b)
        small, big = (a - c) ** 2 / (8 * b), (a - c) ** 2 / (16 * b)
        given = {"a": a, "b": b, "c": c}
        profits = {"profit_S": small, "profit_B": big, "efficiency": 0.75}
        yield "D1", given, {"w": (a + c) / 2, "q": q, "p": a - b * q, "q_integrated": 2 * q} | profits
        yield "D1.2pt", given, {"w": c, "q": 2 * q, "total": (a - c) ** 2 / (4 * b)}


def price_only() -> Iterator[tuple[str, dict[str, Any], Any]]:
    for name, demand in DEMANDS.items():
        p, c = 12.0, 5.0
        integrated = float(demand.ppf(1 - c / p))
        profit = sales(demand, integrated, p) - c * integrated

        def loss(q: float, demand: Any = demand, p: float = p, c: float = c) -> float:
            return float(-(p * (1 - demand.cdf(q)) - c) * q)

        points = np.linspace(0.0, integrated, 2001)
        near = int(np.argmin([loss(q) for q in points]))
        ends = points[near - 1], points[min(near + 1, 2000)]
        q = float(minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-11}).x)
        w = p * (1 - float(demand.cdf(q)))
        small, big = (w - c) * q, sales(demand, q, p) - w * q
        expected = {"q_integrated": integrated, "profit_integrated": profit, "efficiency": (small + big) / profit}
        given = {"demand": name, "p": p, "c": c}
        yield "D2", given, expected | {"w": w, "q": q, "profit_S": small, "profit_B": big}
        yield "D0", given, {"q": integrated, "profit": profit}


def coordination() -> Iterator[tuple[str, dict[str, Any], Any]]:
    for name, demand in DEMANDS.items():
        p, c = 9.0, 2.5
        given = {"demand": name, "p": p, "c": c}
        q = float(demand.ppf(1 - c / p))
        profit = sales(demand, q, p) - c * q
        for part in (0.0, 0.35, 1.0):
            split = {"q": q, "profit_B": part * profit, "profit_S": (1 - part) * profit}
            buy_back = {"w": (1 - part) * p + part * c, "b": (1 - part) * p}
            yield "D3", given | {"lambda_B": part}, split | buy_back
            yield "D4", given | {"phi_B": part}, split | {"w": part * c}
            left, returned = 1 - c / p, float(demand.cdf((1 - part) * q))
            w = p * (1 - left) / (1 - left + (1 - part) * returned)
            credit = w * (sales(demand, (1 - part) * q) + part * q - sales(demand, q))
            yield "D5", given | {"delta": part}, {"w": w, "q": q, "profit_B": sales(demand, q, p) - w * q + credit}
        salvage, credit = 1.2, 4.0
        w = p - (p - c) * (p - credit) / (p - salvage)
        order = float(demand.ppf((p - c) / (p - salvage)))
        yield "D3.salv", given | {"salvage": salvage, "credit": credit}, {"w": w, "q": order}
        naive = float(demand.ppf(1 - c / (0.6 * p)))
        efficiency = (sales(demand, naive, p) - c * naive) / profit
        yield "D4.naive", given | {"phi_B": 0.6, "w": c}, {"q": naive, "efficiency": efficiency}
        for w, least in ((3.0, 20.0), (6.0, 95.0), (8.9, 130.0)):
            order = max(least, float(demand.ppf(1 - w / p)))
            big = sales(demand, order, p) - w * order
            expected = {"q": order, "profit_B": big, "profit_S": (w - c) * order, "accepts": big >= 40.0}
            yield "D7", given | {"w": w, "q_min": least, "d_B": 40.0}, expected


def minimum_effort_mean(n: int, c: float, noise: float, length: float) -> float:
    """Return the mean of the continuous logit equilibrium on [0, length] (Anderson, Goeree and Holt 2001).

    With G = 1 - F, mu f' = f (G^(n-1) - c) integrates once to mu f = K + c G - G^n / n, so that dx = -dG / f; K is
    what makes the interval as long as it is, and the mean is the integral of G.
    """

    def density(G: float, K: float) -> float:
        return (K + c * G - G**n / n) / noise

    least = max(0.0, 1 / n - c)
    log_K = brentq(lambda x: quad(lambda G: 1 / density(G, least + math.exp(x)), 0, 1)[0] - length, -12, 12)
    return float(quad(lambda G: G / density(G, least + math.exp(log_K)), 0, 1)[0])


def coordination_games() -> Iterator[tuple[str, dict[str, Any], Any]]:
    for a, b, loss, risk in ((5, 2, 1, 3), (0.3, 4, 2, 1.5), (9, 9, 8, 8.5)):
        dominant = "commit" if a * b > loss * risk else "stay out"
        expected = {"p_S": risk / (b + risk), "p_B": loss / (a + loss), "n_equilibria": 3, "risk_dominant": dominant}
        yield "E1", {"a_S": a, "a_B": b, "l_S": loss, "l_B": risk}, expected
    yield (
        "E3.vhbb",
        {"a": 3, "b": 1, "const": 2, "efforts": [1, 4]},
        {"u44": 10, "u11": 4, "u41": 1} | {"n_pure_symmetric": 4},
    )
    yield "E3.vhbb", {"a": 1, "b": 1, "const": 0.5, "efforts": [0, 2]}, {"u22": 0.5, "u00": 0.5, "u20": -1.5}


def noisy_efforts() -> Iterator[tuple[str, dict[str, Any], Any]]:
    for n, c, noise, low, high in ((2, 0.25, 7.4, 110, 170), (2, 0.75, 7.4, 110, 170), (4, 0.3, 0.2, 0, 1)):
        given = {"n": n, "c": c, "mu": noise, "lo": low, "hi": high}
        yield "E3", given, low + minimum_effort_mean(n, c, noise, high - low)


def vanishing_noise() -> Iterator[tuple[str, dict[str, Any], Any]]:
    for n, c in ((2, 0.4), (2, 0.6), (3, 0.5), (5, 0.1)):
        yield "E3.limit", {"n": n, "c": c, "efforts": [110, 170]}, 170.0 if n * c < 1 else 110.0


def symmetric_logit() -> Iterator[tuple[str, dict[str, Any], Any]]:
    for n, a, b, precision in ((2, 0.2, 0.1, 3.0), (4, 0.2, 0.1, 2.0), (3, 1.0, 0.3, 0.5)):
        levels = np.arange(1.0, 8.0)
        p = np.full(7, 1 / 7)
        for _ in range(20_000):  # damped fixed point, in place of the library's continuation
            at_least = np.append(np.cumsum(p[::-1])[::-1] ** (n - 1), 0.0)
            payoffs = a * np.minimum.outer(levels, levels) @ -np.diff(at_least) - b * levels
            response = np.exp(precision * (payoffs - payoffs.max()))
            p = 0.9 * p + 0.1 * response / response.sum()
        yield "E3.qre7", {"n": n, "a": a, "b": b, "lam": precision}, p.tolist()


VARIANTS = [
    pytest.param(Item(f"{name}.other", given, expected, tolerance), id=f"{name}-{number}")
    for family, tolerance in (
        (bargaining, ABSOLUTE),
        (hold_up, ABSOLUTE),
        (ownership, ABSOLUTE),
        (team_work, IN_SHARES),
        (linear_chains, ABSOLUTE),
        (price_only, IN_PRICES_AND_QUANTITIES),
        (coordination, ABSOLUTE),
        (coordination_games, ABSOLUTE),
        (noisy_efforts, IN_EFFORTS),
        (vanishing_noise, IN_VANISHING_NOISE),
        (symmetric_logit, ABSOLUTE),
    )
    for number, (name, given, expected) in enumerate(family())
]


@pytest.mark.parametrize("item", VARIANTS)
def test_other_numbers_agree_with_the_closed_form(item: Item) -> None:
    result = check(item)
    assert result.status == "pass", f"{result.message} expected {item.expected}, computed {result.computed}"
