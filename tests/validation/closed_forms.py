"""Items of chapters A to E with other numbers, and what their sources' closed forms make of them.

Nothing here calls the library: closed forms are written out, and where there is none a game is solved by brute force.
Corner solutions, zeros, ones and swapped sides are among the numbers on purpose.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from scipy.optimize import brentq, minimize_scalar

Case = tuple[str, dict[str, Any], Any]


def rows(
    name: str, keys: str, numbers: Sequence[Sequence[Any]], form: Callable[..., Any], **more: Any
) -> Iterator[Case]:
    """Return one case for each row of numbers, the expectation being a function of the row."""
    for row in numbers:
        yield name, dict(zip(keys.split(), row, strict=True)) | more, form(*row)


def root(function: Callable[[float], float], high: float) -> float:
    return float(brentq(function, 0.0, high, xtol=1e-15))


def risk_aversion() -> Iterator[Case]:
    def nash(rho: float, power: float = 0.5, pie: float = 1.0) -> float:
        return pie * power * (1 - rho) / (power * (1 - rho) + 1 - power)

    def disagreed(rho: float, pie: float, small: float, big: float, power: float) -> float:
        def utility(x: float) -> float:
            return math.log(x) if rho == 1 else x ** (1 - rho) / (1 - rho)

        def loss(x: float) -> float:
            gains = utility(x) - utility(small), pie - x - big
            return -power * math.log(gains[0]) - (1 - power) * math.log(gains[1])

        ends = small + 1e-12, pie - big - 1e-12
        return float(minimize_scalar(loss, bounds=ends, method="bounded", options={"xatol": 1e-12}).x)

    every = ((0.25, 0.5, 1), (0.75, 0.5, 1), (0.9, 0.3, 10), (0, 0.2, 5), (0.5, 0, 1), (0.5, 1, 1))
    yield from rows("A2.nash", "rho_S beta_S pie", every, nash)
    yield from rows("A2.nash", "rho_S beta_S", [(0.25, 0.5)], nash)
    yield from rows("A2.nash", "rho_S", [(0.25,)], nash)
    ks = ((0.5, 1), (0.9, 1), (0.5, 10), (0.25, 0.4))
    yield from rows("A2.ks", "rho_S pie", ks, lambda r, p: root(lambda x: (x / p) ** (1 - r) - 1 + x / p, p))
    yield from rows("A2.ks", "rho_S", [(0.5,)], lambda r: (3 - math.sqrt(5)) / 2)
    equal = ((0.25, 1), (0.5, 10), (0.75, 1), (0.9, 0.3))
    yield from rows(
        "A2.egal",
        "rho_S pie",
        equal,
        lambda r, p: root(lambda x: x ** (1 - r) / (1 - r) - p + x, p),
        utility="x^(1-rho)/(1-rho)",
    )
    plain = "x^(1-rho)"
    yield from rows("A2.egal", "rho_S pie", equal, lambda r, p: root(lambda x: x ** (1 - r) - p + x, p), utility=plain)
    yield from rows("A2.egal", "rho_S", [(0.5,)], lambda r: (math.sqrt(2) - 1) ** 2)
    yield from rows("A2.util", "rho_S pie", ((0.5, 1), (0.5, 0.2), (0.75, 10)), lambda r, p: min(1, p))
    yield from rows("A2.util", "rho_S pie", [(0.5, 10)], lambda r, p: min((1 - r) ** (1 / r), p), utility=plain)
    apart = (
        (0.5, 10, 1, 2, 0.5),
        (0.25, 10, 2, 3, 0.6),
        (0.9, 1, 0.1, 0.2, 0.5),
        (2, 10, 1, 2, 0.5),
        (1, 10, 1, 2, 0.5),
    )
    yield from rows("A2.nashd", "rho_S pie d_S_money d_B_money beta_S", apart, disagreed)


def alternating_offers() -> Iterator[Case]:
    def both(h: float, r: float, s: float, b: float, c: float) -> float:
        small, big, weight = h * b / (r + h), h * c / (s + h), (s + h) / (r + s + 2 * h)
        return small + weight * (1 - small - big)

    def burning(r: float, s: float, k: float, m: float) -> float:
        return -k / r + s / (r + s) * (1 + k / r + m / s)

    patience = ((0.9, 0.95), (0.5, 0.5), (0, 0.5), (0.5, 0), (1, 0.9), (0.9, 1))
    yield from rows("A3", "delta_S delta_B", patience, lambda s, b: (1 - b) / (1 - s * b), first="S")
    yield from rows("A3", "delta_S delta_B", patience, lambda s, b: s * (1 - b) / (1 - s * b), first="B")
    yield from rows("A3", "delta", [(0.9,)], lambda d: 1 / (1 + d))
    rates = ((0.1, 0.1), (0.3, 0.02), (0, 0.1), (0.1, 0))
    yield from rows("A3.limit", "r_S r_B", rates, lambda s, b: b / (s + b), unit="per year")
    risks = ((0.1, 0, 0.3), (0.5, 0.2, 0.1), (1, 0.2, 0.3), (0.01, 0, 0), (0.1, -0.2, 0.5))
    yield from rows("A3.risk", "p b_S b_B", risks, lambda p, s, b: (1 - b + (1 - p) * s) / (2 - p))
    hazards = ((0.2, 0.4, 0.1, 0.1, 0.3), (1, 0.1, 0.2, 0.2, 0.3), (0, 0.1, 0.2, 0.5, 0.5), (0.1, 0, 0.3, -0.1, 0.2))
    yield from rows("A3.riskdisc", "h r_S r_B b_S b_B", hazards, both)
    burns = ((0.1, 0.1, 0, 0), (0.1, 0.1, 0.02, 0.05), (0.2, 0.1, 0.05, 0.03), (0.1, 0.1, 0.3, 0))
    yield from rows("A3.flow", "r_S r_B burn_S burn_B", burns, burning)
    options = ((0.9, 0.5), (0.9, 4 / 7), (0.5, 0.2), (0.5, 0.9), (0, 0.1), (0.9, 0.999))
    yield from rows("A4", "delta outside_S", options, lambda d, o: max(d / (1 + d), o), proposer="B")
    unequal = ((0.95, 0.8, 0.3), (0.95, 0.8, 0.9), (0.5, 0.5, 0.1))
    yield from rows(
        "A4.uneq", "delta_S delta_B outside_S", unequal, lambda s, b, o: max(s * (1 - b) / (1 - s * b), o), proposer="B"
    )
    rules = ((0,), (0.2,), (0.5,), (0.9,), (1,))
    yield from rows(
        "A4.contrast",
        "outside_S",
        rules,
        lambda o: {"deal_me_out": max(0.5, o), "split_the_difference": o + (1 - o) / 2},
    )


def last_rounds() -> Iterator[Case]:
    def stahl(rounds: int, s: float, b: float) -> float:
        k, q = rounds // 2, s * b
        return (1 - b) * (1 - q**k) / (1 - q) + (q**k if rounds % 2 else 0)

    def cell(rounds: int, one: float, two: float, pie: float) -> float:
        return pie * two * (1 if rounds == 2 else 1 - one)

    def theorem(n: int, d: float, power: float, k: float, m: float, b: float, c: float) -> dict[str, float]:
        periods = n if d == 1 else (1 - d**n) / (1 - d)
        small, big = d**n * b - k * periods, d**n * c - m * periods
        return {"x_S": small + power * (1 - small - big), "D_S": small, "D_B": big}

    def random_end(h: float, r: float, power: float, k: float, m: float, b: float, c: float) -> float:
        small, big = (h * b - k) / (r + h), (h * c - m) / (r + h)
        return small + power * (1 - small - big)

    def runway(rounds: int, s: float, b: float, fire_sale: float, first: str) -> float:
        small, big = 0.0, fire_sale
        for left in range(rounds, 0, -1):
            small_proposes = (first == "S") == (left % 2 == 1)
            small, big = (1 - b * big, b * big) if small_proposes else (s * small, 1 - s * small)
        return small

    stages = ((1, 0.5, 0.9), (4, 0.9, 0.95), (5, 0.9, 0.95), (100, 0.9, 0.95), (2, 0, 0), (7, 1, 0.9))
    yield from rows("A5", "T delta_S delta_B", stages, stahl)
    cells = ((2, 0.6, 0.6, 30), (2, 0.4, 0.6, 30), (3, 0.6, 0.6, 30), (3, 0.5, 0.7, 10))
    yield from rows("A5.OR", "rounds delta_1 delta_2 pie", cells, cell)
    ends = (
        (12, 0.95, 0.3, 0.01, 0, 0, 0.5),
        (24, 0.98, 0.5, 0.02, 0.005, 0.1, 0.5),
        (6, 1, 0.2, 0.05, 0.01, -0.2, 0.3),
    )
    yield from rows("A5.prop1", "n delta beta_S burn_S burn_B end_S end_B", ends, theorem)
    dates = ((0.5, 0.1, 0.5, 0.05, 0, 0, 0.5), (1, 0.05, 0.3, 0.1, 0.02, 0.1, 0.8), (0.2, 0, 0.5, 0.01, 0, 0, 1))
    yield from rows("A5.prop1h", "h r beta_S burn_S burn_B end_S end_B", dates, random_end)
    runways = ((3, 0.9, 0.95, 0.2, "B"), (4, 0.9, 0.95, 0.2, "S"), (5, 0.8, 0.95, 1, "B"), (1, 0.9, 0.9, 0.5, "S"))
    yield from rows("A5.runway", "rounds_of_runway delta_S delta_B fire_sale_B first", runways, runway)


def several_partners() -> Iterator[Case]:
    outputs: tuple[tuple[Any, int, Callable[[int], float]], ...] = (
        ("sqrt", 2, lambda m: 10 * math.sqrt(m)),
        ("quadratic", 5, lambda m: m**2),
        ("min(m,2)", 2, lambda m: 6 * min(m, 2)),
        ("linear", 4, lambda m: m),
        ("10 sqrt(m)", 3, lambda m: 10 * math.sqrt(m)),
        ("2m + m^2/3", 4, lambda m: 2 * m + m**2 / 3),
        ("3 ln(1 + m)", 4, lambda m: 3 * math.log(1 + m)),
        ("1 - exp(-m)", 3, lambda m: 1 - math.exp(-m)),
        ([0, 6, 9], 2, lambda m: [0.0, 6.0, 9.0][m]),
        ("m", 0, lambda m: 0.0),
    )
    for name, n, F in outputs:
        big = sum(F(m) for m in range(n + 1)) / (n + 1)
        yield "A6.SZ", {"F": name, "n": n}, {"pi_B": big} | ({"w_S": (F(n) - big) / n} if n else {})
    markets = ((1, 0.9), (3, 0.9), (2, 0.5), (100, 0.99), (4, 0), (2, 1))
    yield from rows("A6.rematch", "n delta", markets, lambda n, d: (n - d) / (2 * n - d * (n + 1)))
    rivals = ((10, 7), (10, 0), (4, 10), (10, 10))
    yield from rows("A6.auction", "v1 v2", rivals, lambda v, w: max(max(v, w) / 2, min(v, w)))
    yield from rows("A6.auction", "v1 v2 v3", [(4, 10, 7)], lambda u, v, w: 7.0)


def investments() -> Iterator[Case]:
    def cooperative(a: float, gamma: float, theta: float) -> dict[str, Any]:
        gain = 1 - gamma - theta
        best: Any = "any" if abs(gain) < 1e-12 else float(gain > 0)
        return {"i_null": a * theta, "i_q1": a * (1 - gamma), "best_q": best, "i_FB": a}

    def welfare(value: float, s: float, b: float, F: float, share: float = 1.0) -> tuple[float, float, float]:
        """Return both investments if each firm earns a share of what its own adds, F of the time, and the surplus."""
        small, big = share * s * F, share * b * F
        z = value + s * small + b * big
        return small, big, (z * z / 2 if z < 1 else z - 0.5) - (small**2 + big**2) / 2

    yield from rows(
        "B3",
        "a gamma theta_S",
        ((2, 0.8, 0.5), (2, 1, 0.5), (3, 0.2, 0.9), (1, 0, 1), (2, 0.5, 0.2), (2, 0.7, 0.3)),
        cooperative,
    )
    for v, s, b in ((0.3, 0.2, 0.6), (0.1, 0.8, 0.3), (0.5, 0.5, 0.4), (0.8, 0.6, 0.6), (0.3, 0.5, 0), (0.3, 0, 0.5)):
        F = min(v / (1 - s * s - b * b), 1.0)
        best = welfare(v, s, b, F)
        null = welfare(v, s, b, min(v / (1 - (s * s + b * b) / 2), 1.0), 0.5)
        given = {"v0": v, "s": s, "b": b}
        signed = {"k": v + b * best[1], "beta_S": best[0], "sigma_B": best[1], "W_option": best[2], "W_FB": best[2]}
        yield "B4", given, signed | {"W_null": null[2]}
        yield "B4.null", given, dict(zip(("beta_S", "sigma_B", "W"), null, strict=True))
    bought = {"P": 9.0, "a": 4.0, "exercised": True, "u_S": 5.0, "surplus": 5.0}
    for phi in (0, 0.2, 0.8, 1):
        yield "B4.own", {"phi": phi, "renegotiation_after_lapse": False, "theta_S": 0.5}, bought
        m = (1 + phi) / 2
        again = {"best_surplus": 8 * m - 4 * m * m + 1}
        yield "B4.own", {"phi": phi, "renegotiation_after_lapse": True, "theta_S": 0.5}, again
    yield from rows(
        "B5",
        "m_value kappa lambda_S q",
        ((0.5, 0.5, 0.5, 0.5), (0.5, 0.5, 0.5, 1.5), (0.4, 0.3, 0.2, 0.9), (0.5, 0.5, 1, 0), (1, 0, 0.5, 1)),
        lambda m, k, t, q: {
            "i": k * ((1 - t) * q + t * m) / (1 - k * t),
            "i_FB": k * m / (1 - k),
            "q_star": m / (1 - k),
        },
        m="v-E theta",
    )
    yield from rows(
        "B5b",
        "v0 b",
        ((0.4, 0.3), (0.3, 0.7), (0.6, 0.2), (0.2, 0.5), (0, 0.5), (0.5, 0)),
        lambda v, b: {
            "FB": b * v / (1 - b * b),
            "expectation_damages": b,
            "specific_performance": b * (1 + v) / (2 - b * b),
            "no_contract": b * v / (2 - b * b),
        },
    )
    yield from rows(
        "B6",
        "pie I beta_S",
        ((100, 60, 0.6), (100, 60, 0.59), (100, 120, 0.7), (100, 0, 0.5), (100, 100, 1)),
        lambda p, c, t: {
            "invest": t * p >= c,
            "net_S": max(t * p - c, 0),
            "efficient": p >= c,
            "fair_offer": (p + c) / 2,
        },
    )
    yield from rows(
        "B7",
        "rent variable salvage second_bid",
        ((5000, 1000, 500, 4000), (100, 20, 10, 50), (100, 0, 0, 0)),
        lambda r, v, s, b: {"quasi_rent": r - v - s, "appropriable": r - b},
    )
    yield from rows(
        "B8",
        "a o_S o_B",
        ((2, 0.3, 0.6), (2, 0.3, 0.7), (1, 0.1, 0.2), (3, 0.6, 0.4), (2, 0, 0), (2, 0, 1)),
        lambda a, s, b: {"i_deal_me_out": a * min(max(0.5, s), 1 - b), "i_split": a * (s + (1 - s - b) / 2)},
    )


def shared_output() -> Iterator[Case]:
    def played(p: float, q: float, m: float, s: float) -> dict[str, float]:
        def output(small: float, big: float) -> float:
            return float(((small * p) ** (p / m) * (big * q) ** (q / m)) ** (1 / (1 - (p + q) / m)))

        y = output(s, 1 - s)
        efforts = (s * p * y) ** (1 / m), ((1 - s) * q * y) ** (1 / m)
        surplus = y - (efforts[0] ** m + efforts[1] ** m) / m
        best = output(1, 1) * (1 - (p + q) / m)
        return {"e_S": efforts[0], "e_B": efforts[1], "y": y, "surplus": surplus, "surplus_FB": best}

    teams = ((1, 1, 3, 0.4), (0.5, 0.8, 2, 0.5), (0.6, 0.6, 2, 0.7), (1, 1, 4, 0.5), (1, 1, 2.5, 0.9))
    yield from rows("C1.eq", "p q m share", teams, played)
    bonds = ((1, 1, 0), (1, 3, 1), (0.5, 0.2, 0.3))
    yield from rows(
        "C3.bond",
        "k_S k_B share_S",
        bonds,
        lambda k, m, s: {"b_S": (k * (1 - s)) ** 2 / 2, "b_B": (m * s) ** 2 / 2},
    )


def uniform_demand() -> Iterator[Case]:
    """Demand is uniform on [0, 100], so that expected sales are q - q^2/200."""
    demand = "U[0,100]"

    def sales(q: float) -> float:
        return q - q * q / 200 if q < 100 else 50.0

    def flexible(d: float) -> dict[str, float]:
        q, F = 70.0, 0.7
        w = 10 * (1 - F) / (1 - F + (1 - d) ** 2 * F)
        refunded = w * (q * q - ((1 - d) * q) ** 2) / 200
        return {"w": w, "q": q, "profit_B": 10 * sales(q) - w * q + refunded}

    def rebate(p: float, c: float, r: float, t: float) -> dict[str, float]:
        w = c * (p + r) / p

        def big(q: float) -> float:
            return p * sales(q) - w * q + r * max(sales(q) - sales(t), 0)

        q = max((100 * (1 - c / p), min(t, max(100 * (1 - w / p), 0))), key=big)
        return {"w": w, "q": q, "profit_B": big(q), "profit_S": p * sales(q) - c * q - big(q)}

    def naive(phi: float, w: float) -> dict[str, float]:
        q = max(100 * (1 - w / (phi * 10)), 0)
        return {"q": q, "efficiency": (10 * sales(q) - 3 * q) / 245}

    def minimum(w: float, least: float, alone: float) -> dict[str, Any]:
        q = max(least, 100 * (1 - w / 10))
        big = 10 * sales(q) - w * q
        return {"q": q, "profit_B": big, "profit_S": (w - 3) * q, "accepts": big >= alone}

    def risk(phi: float, aversion: float, q: float) -> dict[str, float]:
        mean = (1 - phi) * (10 * sales(q) - 3 * q)
        variance = ((1 - phi) * 10) ** 2 * (q * q - q**3 / 150 - sales(q) ** 2)
        return {"mean": mean, "var": variance, "CE": mean - aversion / 2 * variance}

    chain = {"p": 10.0, "c": 3.0}
    for part in (0.0, 0.2, 0.9, 1.0):
        split = {"q": 70.0, "profit_B": part * 245, "profit_S": (1 - part) * 245}
        given = chain | {"demand": demand}
        yield "D3", given | {"lambda_B": part}, split | {"w": (1 - part) * 10 + part * 3, "b": (1 - part) * 10}
        yield "D4", given | {"phi_B": part}, split | {"w": part * 3}
    yield from rows(
        "D3.salv",
        "p c salvage credit",
        ((10, 4, 0, 5), (10, 4, 2, 8), (10, 4, 1, 1), (10, 4, 1, 0), (10, 4, 1, 10)),
        lambda p, c, v, b: {"w": p - (p - c) * (p - b) / (p - v), "q": 100 * (p - c) / (p - v)},
        demand=demand,
    )
    yield from rows("D4.naive", "phi_B w", ((0.5, 3.0), (0.9, 3.0), (0.3, 3.0), (0.2, 3.0)), naive, **chain)
    yield from rows("D5", "delta", ((0.2,), (0.9,)), flexible, demand=demand, **chain)
    bonuses = ((10, 3, 1, 30), (10, 3, 2, 60), (10, 3, 5, 60), (10, 3, 3, 0), (8, 2, 2, 50))
    yield from rows("D6", "p c r t", bonuses, rebate, demand=demand)
    plans = ((8, 70, 0), (5, 20, 0), (5, 70, 110), (5, 70, 100), (3, 0, 0), (2, 120, 0))
    yield from rows("D7", "w q_min d_B", plans, minimum, **chain)
    yield from rows("D7", "w q_min", ((8, 70), (5, 70)), lambda w, least: minimum(w, least, 0), **chain)
    risks = ((1.0, 0.01, 70), (0.2, 0.01, 70), (0.5, 0, 50), (0, 0.001, 100))
    yield from rows("D8", "phi_B r_CARA q", risks, risk, **chain)


def information() -> Iterator[Case]:
    def pennies(own: float, precision: float) -> dict[str, float]:
        def left(p: float) -> float:
            return 1 / (1 + math.exp(-precision * (0.4 * (1 - 2 * p))))

        def top(q: float) -> float:
            return 1 / (1 + math.exp(-precision * (q * own + 0.4 - 0.4 * q - 0.8 + 0.4 * q)))

        p = root(lambda p: p - top(left(p)), 1.0)
        return {"p_top": p, "q_left": left(p)}

    def courtship(theta: float, G: float, L: float, V: float, v: float, k: float, m: float) -> dict[str, Any]:
        return {"K_sep": v / m, "separating_exists": k * v / m <= V, "pool_accept": theta >= L / (G + L)}

    ties = ((1, 1, 1, 1), (2, 2, 2, 2), (3, 7, 3, 7), (0.1, 0.3, 0.3, 0.1))
    yield from rows(
        "E1",
        "a_S a_B l_S l_B",
        (*ties, (2, 2, 4, 1.5), (5, 1, 1, 2)),
        lambda a, b, k, m: {
            "p_S": m / (b + m),
            "p_B": k / (a + k),
            "n_equilibria": 3,
            "risk_dominant": "commit" if a * b > k * m else "stay out",
        },
    )
    yield from rows("E2", "t_S t_B", ((2, 2), (0.5, 0.1), (1, 9)), lambda s, b: s * b / (s + b), noise_sd_check=0.01)
    yield from rows("E2.regime", "c", ((0.5,), (0.1,), (0.95,)), lambda c: 1 - c)
    for own in (0.8, 3.2, 0.44, 1.2):
        for precision in (0.5, 2, 10, 30):
            game = {"row": [[own, 0.4], [0.4, 0.8]], "col": [[0.4, 0.8], [0.8, 0.4]]}
            yield "E4.mp", game | {"lam": precision}, pennies(own, precision)
    yield from rows(
        "E5",
        "gain fine audit_cost loss",
        ((20, 80, 10, 20), (10, 0, 5, 10), (5, 5, 1, 20)),
        lambda g, f, c, loss: {"p_audit": g / (g + f), "p_cheat": c / (loss + f)},
    )
    yield from rows(
        "E5.lead",
        "gain fine audit_cost",
        ((10, 10, 2), (10, 0, 2)),
        lambda g, f, c: {"p_audit": g / (g + f), "cost": c * g / (g + f)},
    )
    yield from rows(
        "E6",
        "p0 b",
        ((0.05, 0.5), (0.3, 0.6), (0.6, 0.5), (0.001, 0.9), (0.25, 0.5), (0.5, 0.5)),
        lambda p, b: {"first_possible_entry_n": max((n for n in range(1, 200) if p < b**n), default=0)},
    )
    yield from rows(
        "E7",
        "theta G L V_suitor V_shark kappa_suitor kappa_shark",
        (
            (0.5, 10, 10, 20, 12, 0.5, 1),
            (0.3, 10, 5, 5, 12, 1, 1),
            (0.9, 1, 10, 12, 12, 1, 1),
            (0.2, 9, 9, 5, 20, 0.5, 0.5),
        ),
        courtship,
    )
    yield from rows(
        "E7.semi",
        "theta G L",
        ((0.2, 10, 10), (0.4, 10, 20), (0.1, 5, 1)),
        lambda t, G, L: {"mimic": t * G / ((1 - t) * L), "posterior": L / (G + L)},
    )


FAMILIES: tuple[tuple[Callable[[], Iterator[Case]], float], ...] = (
    (risk_aversion, 1e-5),
    (alternating_offers, 1e-8),
    (last_rounds, 1e-9),
    (several_partners, 1e-9),
    (investments, 1e-6),
    (shared_output, 1e-8),
    (uniform_demand, 1e-8),
    (information, 1e-8),
)
"""Families of cases with the absolute tolerance of each."""
