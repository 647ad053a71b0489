"""Items of chapters F to J with other numbers, and what their sources' closed forms make of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from typing import Any

import numpy as np
from scipy.integrate import quad
from scipy.special import gammainc
from scipy.stats import binom, norm
from validation.closed_forms import Case, rows


def repeated_play() -> Iterator[Case]:
    def effort(d: float, s: float) -> float:
        inside = d * d - 2 * d * s
        return min(1, d + math.sqrt(inside)) if inside >= 0 else 0

    def rates(q: float, p: float, b: float, kept: float, spot: float) -> dict[str, float | None]:
        tempted = abs(b - (q + p) / 2)
        return {"r_employment": (kept - spot) / b, "r_outsourcing": (kept - spot) / tempted if tempted else None}

    for small, big in (((5, 3, 1), (10, 4, 2)), ((3, 3, 1), (5, 3, 1)), ((6, 5, 0), (6, 5, 4))):
        given = {"SmallCo": dict(zip("TRP", small, strict=True)), "BigCo": dict(zip("TRP", big, strict=True))}
        crit = [(T - R) / (T - P) for T, R, P in (small, big)]
        yield "F1", given, {"crit_S": crit[0], "crit_B": crit[1]}
    yield from rows(
        "F1.share",
        "V k_S k_B",
        ((10, 3, 3), (20, 4, 8), (10, 2, 6), (100, 30, 40)),
        lambda V, k, m: {"share_S": k / (k + m), "delta": 2 * (k + m) / V - 1},
        technology="V if both, V/2 if one, 0 if none",
    )
    promises = ((0.3, 0), (0.1, 0.1), (0.5, 0.2), (0.9, 0.4), (0, 0), (0.6, 0.45), (0.2, 0.2), (0.25, 0.125))
    yield from rows("F2", "delta outside_joint_surplus", promises, effort)
    spreads = ((10, 6, 3, 5, 3), (10, 2, 6, 5, 3), (4, 4, 2, 6, 1))
    yield from rows("F2.bgm", "dQ dP bonus S_relational S_spot", spreads, rates)


def learning_races() -> Iterator[Case]:
    def steady(s: float, m: float, c: float, k: float, d: float, j: float) -> dict[str, float | None]:
        end = min(1 / s if d < j else math.inf, 1 / m if c < k else math.inf)
        learned = {"S_learned": min(1, s * end), "B_learned": min(1, m * end)}
        return learned | {"alliance_end": end if end < math.inf else None}

    chances = ((1, 1), (0.1, 3))
    yield from rows("F3.poisson", "l_S l_B", chances, lambda s, b: {"p_S_first": s / (s + b), "duration": 1 / (s + b)})
    races = (
        (1, 2, 0.3, 0.5, 0.4, 0.2),
        (1, 2, 0.3, 0.5, 0.1, 0.2),
        (2, 1, 0.3, 0.5, 0.4, 0.2),
        (1, 1, 0.1, 0.2, 0.1, 0.2),
        (1, 2, 0.5, 0.5, 0.2, 0.2),
    )
    yield from rows("F3.det", "l_S l_B common_B cost_B common_S cost_S", races, steady)


def options() -> Iterator[Case]:
    def european(V: float, K: float, r: float, s: float, T: float, y: float = 0.0, n: int = 500) -> dict[str, float]:
        d = (math.log(V / K) + (r - y + s * s / 2) * T) / (s * math.sqrt(T))
        value = V * math.exp(-y * T) * norm.cdf(d) - K * math.exp(-r * T) * norm.cdf(d - s * math.sqrt(T))
        up, ups = math.exp(s * math.sqrt(T / n)), np.arange(n + 1)
        chance = (math.exp((r - y) * T / n) - 1 / up) / (up - 1 / up)
        ends = np.maximum(V * up ** (2.0 * ups - n) - K, 0)
        return {"BS": float(value), f"CRR{n}": math.exp(-r * T) * float(binom.pmf(ups, n, chance) @ ends)}

    def one_period(V: float, u: float, d: float, K: float, R: float) -> float:
        q = (R - d) / (u - d)
        return (q * max(u * V - K, 0) + (1 - q) * max(d * V - K, 0)) / R

    def perpetual(r: float, y: float, s: float, cost: float) -> dict[str, float]:
        a = 0.5 - (r - y) / s**2
        b = a + math.sqrt(a * a + 2 * r / s**2)
        return {"beta": b, "V_star": b / (b - 1) * cost}

    yield from rows(
        "F4", "V K r sigma T", ((100, 100, 0.05, 0.4, 1), (100, 80, 0, 0.3, 2), (50, 99, 0.03, 0.9, 5)), european
    )
    yield from rows("F4", "V K r sigma T payout", [(100, 100, 0.05, 0.4, 1, 0.03)], european)
    yield from rows("F4", "V K r sigma T payout steps", [(100, 100, 0.05, 0.4, 1, 0, 200)], european)
    yield from rows(
        "F4.one", "V u d K R", ((100, 2, 0.5, 100, 1.1), (50, 1.5, 0.8, 30, 1.05), (50, 1.5, 0.8, 99, 1)), one_period
    )
    triggers = ((0.04, 0.04, 0.4, 1), (0.05, 0.02, 0.3, 10), (0.03, 0.06, 0.2, 2))
    yield from rows("F4.perp", "r payout sigma I", triggers, perpetual)


def evolution() -> Iterator[Case]:
    for g, f, c, loss, x, y in ((20, 80, 5, 20, 0.5, 0.2), (10, 10, 2, 10, 0.4, 0.3), (20, 80, 5, 60, 0.1, 0.05)):
        game = {"A": [[f - c, -c], [-loss, 0]], "B": [[-f, 0], [g, 0]]}
        rest = g / (g + f), c / (f + loss)
        constant = g * math.log(x) + f * math.log(1 - x) + c * math.log(y) + (f + loss - c) * math.log(1 - y)
        yield "F5", game | {"x0": x, "y0": y}, {"x_avg": rest[0], "y_avg": rest[1], "H": constant}
        period = 2 * math.pi / math.sqrt(rest[0] * (1 - rest[0]) * (f + g) * rest[1] * (1 - rest[1]) * (f + loss))
        yield "F5", game, period
        yield "F5", {"game": game}, period
    basins = {"above": "commit", "below": "out"}
    yield from rows(
        "F5", "a_S l_S a_B l_B eps", ((1, 1, 1, 1, 0.05), (3, 2, 1, 1, 0.01), (8, 4, 3, 1, 0.03)), lambda *_: basins
    )


def survival() -> Iterator[Case]:
    def gambler(p: float, i: int, N: int) -> dict[str, float]:
        """Return the chance and the length by solving the linear equations of every state."""
        A, lost, one = np.eye(N + 1), np.zeros(N + 1), np.zeros(N + 1)
        for k in range(1, N):
            A[k, k + 1], A[k, k - 1], one[k] = -p, p - 1, 1
        lost[0] = 1
        return {"p_ruin": float(np.linalg.solve(A, lost)[i]), "duration": float(np.linalg.solve(A, one)[i])}

    def passage(x: float, m: float, s: float, T: float) -> float:
        spread = s * math.sqrt(T)
        return float(norm.cdf((-x - m * T) / spread) + math.exp(-2 * m * x / s**2) * norm.cdf((-x + m * T) / spread))

    def slow(T: float, h: float, d: float) -> float:
        return float(quad(lambda t: d * math.exp(-d * t) * -math.expm1(-h * (T - t)), 0, T, epsabs=1e-13)[0])

    yield from rows(
        "F6", "p i N", ((0.5, 10, 100), (0.4, 5, 20), (0.55, 3, 10), (0.5, 1, 2), (0.5, 0, 9), (0.3, 9, 9)), gambler
    )
    deep = ((0.5, 10), (0.4, 3), (0.6, 10), (0.9, 1))
    yield from rows("F6.inf", "p i", deep, lambda p, i: min(((1 - p) / p) ** i, 1))
    yield from rows("F6.bm", "cash mu sigma T", ((2, 0, 0.5, 3), (0.5, 0.3, 0.4, 10), (2, -0.5, 0.3, 4)), passage)
    yield from rows(
        "F6.race",
        "cash mu sigma h",
        ((2, 0, 0.5, 0.5), (3, -1, 0.5, 0.2), (1, 2, 0.5, 0.2)),
        lambda x, m, s, h: math.exp(-(m + math.sqrt(m * m + 2 * h * s * s)) / s**2 * x),
    )
    yield from rows("F6.race", "cash burn h", ((12, 1, 0.1), (5, 0.5, 0.3)), lambda x, b, h: math.exp(-h * x / b))
    yield from rows("F6.race", "cash mu sigma h", [(12, -1, 0, 0.1)], lambda x, m, s, h: math.exp(h * x / m))
    delays = ((12, 1, 3, 0.25, 0), (12, 2, 1, 0.1, 3), (6, 1, 2, 0.5, 6), (6, 1, 2, 0.5, 9))
    yield from rows(
        "F6.erlang", "cash burn stages h delay", delays, lambda x, b, k, h, D: float(gammainc(k, h * max(x / b - D, 0)))
    )
    attention = ((12, 3, 0.25, 0.25), (12, 1, 0.25, 0), (36, 3, 0.25, 0.5))
    yield from rows("F6.attention", "runway stages h c_B", attention, lambda T, k, h, c: float(gammainc(k, c * h * T)))
    yield from rows(
        "F6.slow", "runway h delay_rate", ((12, 0.25, 0.5), (12, 0.25, 0.25), (24, 0.1, 1), (0, 0.1, 0.2)), slow
    )


def stopping() -> Iterator[Case]:
    def quitting(p: float, h: float, V: float, c: float) -> dict[str, float]:
        star = c / (h * V)
        return {"p_star": star, "t_star": max(math.log(p * (1 - star) / ((1 - p) * star)) / h, 0)}

    def worth(p: float, h: float, V: float, c: float, r: float, T: float) -> dict[str, float]:
        end = min(T, quitting(p, h, V, c)["t_star"])

        def flow(t: float) -> float:
            still = p * math.exp(-h * t)
            return math.exp(-r * t) * (still * h * V - c * (still + 1 - p))

        return {"p_success": -p * math.expm1(-h * end), "value": float(quad(flow, 0, end, epsabs=1e-13)[0])}

    def abandonment(r: float, drift: float, s: float, c: float) -> float:
        a = 0.5 - drift / s**2
        b = a - math.sqrt(a * a + 2 * r / s**2)
        return b / (b - 1) * (r - drift) / r * c

    projects = ((0.4, 1, 5, 1), (0.9, 0.2, 20, 1), (0.2, 0.5, 10, 1), (0.1, 0.5, 10, 1))
    yield from rows("F7", "p0 h V c", projects, quitting, r=0.05)
    runways = ((0.4, 1, 5, 1, 0.05, 0.2), (0.6, 0.5, 10, 1, 0, 50), (0.9, 0.2, 20, 1, 0.1, 3), (0.1, 0.5, 10, 1, 0, 5))
    yield from rows("F7.runway.9", "p0 h V c r runway", (*runways, (0.6, 0.5, 10, 1, 0, 0)), worth)
    yield from rows("F7.aband", "r drift sigma c", ((0.05, 0.02, 0.2, 1), (0.08, -0.03, 0.3, 2)), abandonment)


def attrition() -> Iterator[Case]:
    def obstinate(a: float, b: float, z: float, y: float, r: float, s: float) -> dict[str, float]:
        slow, fast = s * (1 - a) / (a + b - 1), r * (1 - b) / (a + b - 1)
        end = min(-math.log(z) / slow, -math.log(y) / fast)
        F, G = 1 - z * math.exp(slow * end), 1 - y * math.exp(fast * end)
        payoffs = {"u_S": G * a + (1 - G) * (1 - b), "u_B": F * b + (1 - F) * (1 - a)}
        return payoffs | {"lambda_S": slow, "lambda_B": fast, "T0": end, "F0_S": F, "F0_B": G}

    yield from rows(
        "F8",
        "v_S v_B c_S c_B",
        ((1, 1, 0.5, 2), (2, 1, 1, 1), (10, 5, 1, 3)),
        lambda v, w, c, d: {
            "rate_S": d / w,
            "rate_B": c / v,
            "p_S_concedes": d / w / (d / w + c / v),
            "length": 1 / (d / w + c / v),
            "max_indifference_gap": 0.0,
        },
    )
    demands = ((0.6, 0.6, 0.2, 0.05, 0.1, 0.1), (0.7, 0.5, 0.1, 0.1, 0.2, 0.1), (0.9, 0.9, 0.01, 0.3, 0.1, 0.1))
    yield from rows("F8.AG", "alpha_S alpha_B z_S z_B r_S r_B", demands, obstinate)
    yield from rows(
        "F8.budget",
        "m_S m_B v_S v_B c_S c_B",
        ((1, 2, 10, 10, 1, 1), (5, 20, 3, 8, 2, 1), (0, 3, 10, 10, 1, 1)),
        lambda m, n, v, w, c, d: {"u_S": 0.0, "u_B": float(w), "unique": True, "p_S_stays": 0.0},
    )


def fairness() -> Iterator[Case]:
    yield from rows("G1.thr", "alpha", ((0,), (2,), (0.25,), (100,)), lambda a: a / (1 + 2 * a))
    offers = ((0, 0), (4, 0.6), (1, 0.9), (0.5, 0.49))
    yield from rows(
        "G1.prop", "alpha_responder beta_proposer", offers, lambda a, b: 0.5 if b > 0.5 else a / (1 + 2 * a)
    )
    outside = ((0.5, 0, 0), (0.5, 0.1, 0.3), (2, 0.3, 0.1), (0, 0.2, 0.1))
    yield from rows("G1.out", "alpha d_S d_B", outside, lambda a, s, b: (s - a * max(b - s, 0) + a) / (1 + 2 * a))
    types = {"alpha": [[0, 0.5], [1, 0.5]], "beta": [[0, 0.75], [0.9, 0.25]]}
    yield "G1.dist", types, {"mean": 0.375, "reject": 0.0, "offers": [1 / 3, 0.5]}
    sent = ((10, 0.6, 3), (2, 0.9, 3), (0, 0.9, 3), (5, 0.2, 3), (4, 0.6, 2), (4, 0.6, 1))
    yield from rows("G2", "sent beta multiplier", sent, lambda s, b, m: min((1 + m) * s / 2, m * s) if b > 0.5 else 0)
    yield from rows(
        "G5",
        "pi_A pi_B rho sigma",
        ((4, 6, 0.4, 0.02), (5, 5, 0.4, 0.02), (10, 2, 0.4, -0.2)),
        lambda a, b, r, s: b + (a - b) * (r if b > a else s),
    )


def learning() -> Iterator[Case]:
    def reinforced(q0: Sequence[float], sequence: Any, phi: float, eps: float) -> dict[str, list[float]]:
        q = np.array(q0, dtype=float)
        for action, payoff in sequence:
            learnt = np.full(len(q), eps / (len(q) - 1))
            learnt[action] = 1 - eps
            q = (1 - phi) * q + payoff * learnt
        return {"q": q.tolist(), "p": (q / q.sum()).tolist()}

    def attracted(plays: Any, delta: float, phi: float, rho: float, lam: float) -> dict[str, Any]:
        """Return the sums of the closed form, A_j = sum_t phi^(T-t) weight_j(t) payoff_j(t) / N(T)."""
        T = len(plays)
        N = sum(rho**t for t in range(T + 1))
        weights = [np.where(np.arange(len(pay)) == action, 1, delta) * np.array(pay) for action, pay in plays]
        A = sum(phi ** (T - 1 - t) * each for t, each in enumerate(weights)) / N
        odds = np.exp(lam * A)
        return {"A": A.tolist(), "N": N, "p": (odds / odds.sum()).tolist()}

    def believed(prior: Sequence[float], opp: Sequence[str]) -> dict[str, list[float]]:
        T = len(opp)
        counts = [
            0.9**T * p + sum(0.9 ** (T - 1 - t) for t in range(T) if opp[t] == o)
            for p, o in zip(prior, "LR", strict=True)
        ]
        left = counts[0] / sum(counts)
        return {"A": [3 * left, left + 2 * (1 - left)]}

    sequences = (
        ([1, 1], [[0, 2.0], [1, 1.0]], 0.1, 0),
        ([1, 1], [[0, 2.0], [1, 1.0]], 0.1, 0.2),
        ([9, 9, 9, 9], [[3, 2.0], [1, 1.0], [0, 0]], 0.1, 0.2),
        ([1, 2], [], 0, 0),
    )
    yield from rows("G3", "q0 sequence phi eps", sequences, reinforced)
    two = [[0, [3.0, 1.0]], [1, [0.0, 2.0]], [0, [3.0, 1.0]]]
    three = [[2, [3.0, 1.0, 2.0]], [0, [0.0, 2.0, 1.0]]]
    rates = ((two, 0.5, 0.9, 0.5, 1.0), (two, 0.5, 1, 0, 2.0), (two, 0.3, 0.8, 0.7, 0), (three, 0.5, 0.9, 0.5, 1.0))
    yield from rows("G4", "plays delta phi rho lam", rates, attracted)
    yield from rows("G4.fp", "prior opp", (([0.5, 0.5], ["R", "R"]), ([0.2, 0.8], ["L", "R", "L", "L"])), believed)


def networks() -> Iterator[Case]:
    def core(surplus: Sequence[Sequence[float]]) -> dict[str, Any]:
        """Return the best pairing and all marginal contributions, by trying every pairing."""

        def value(matrix: Any) -> float:
            m, n = matrix.shape
            padded = np.zeros((m, m + n))
            padded[:, :n] = np.maximum(matrix, 0)
            return max((sum(padded[i, j] for i, j in enumerate(p)) for p in permutations(range(m + n), m)), default=0.0)

        matrix = np.array(surplus)
        total = value(matrix)
        lost = [[total - value(np.delete(matrix, k, axis)) for k in range(matrix.shape[axis])] for axis in (0, 1)]
        return {"value": total, "row_optimal": lost[0], "rows_max": sum(lost[0]), "rows_min": total - sum(lost[1])}

    prefs = {"small_prefs": {"s1": ["A", "B"], "s2": ["B", "A"]}, "big_prefs": {"A": ["s2", "s1"], "B": ["s1", "s2"]}}
    ends = {"small_optimal": {"A": ["s1"], "B": ["s2"]}, "big_optimal": {"A": ["s2"], "B": ["s1"]}, "n_stable": 2}
    yield "H1", prefs | {"quota": {"A": 1, "B": 1}}, ends
    yield "H1", prefs, ends
    alone = {"small_prefs": {"s1": ["A"], "s2": ["A"]}, "big_prefs": {"A": ["s2", "s1"], "B": ["s1"]}}
    yield "H1", alone, {"small_optimal": {"A": ["s2"], "B": []}, "big_optimal": {"A": ["s2"], "B": []}, "n_stable": 1}
    matrices = (
        [[10.0], [7.0]],
        [[5.0, 3.0], [4.0, 6.0]],
        [[1.0]],
        [[3.0, 8.0, 2.0], [9.0, 4.0, 1.0]],
        [[-1.0, 2.0], [3.0, -2.0]],
    )
    yield from rows("H2", "surplus", [(matrix,) for matrix in matrices], core)
    sizes = ((3,), (7,), (10,))
    yield from rows("H3.gate", "n", sizes, lambda n: {"BigCo": n / (n + 1), "SmallCo": 1 / (n * (n + 1))})
    yield from rows("H3.apex", "n", ((2,), (5,)), lambda n: {"BigCo": (n - 1) / (n + 1), "SmallCo": 2 / (n * (n + 1))})
    yield "H3.myerson", {"edges": [["B", "0"]]}, {"BigCo": 1.0, "S0": 1.0, "S1": 0.0}
    yield "H3.myerson", {"edges": [["0", "1"], ["B", "0"]]}, {"BigCo": 5 / 3, "S0": 8 / 3, "S1": 5 / 3}
    yield "H3.myerson", {"edges": [["B", 0], ["B", 1]]}, {"BigCo": 8 / 3, "S0": 5 / 3, "S1": 5 / 3}
    triangle = [["0", "1", 1.0], ["0", "2", 1.0], ["1", "2", 1.0]]
    path = [["a", "b", 1.0], ["b", "c", 1.0], ["c", "d", 1.0]]
    yield "H4", {"graph": triangle, "node": "0"}, {"constraint": 1.125, "betweenness": 0.0}
    yield "H4", {"graph": path, "node": "b"}, {"constraint": 0.5, "betweenness": 2 / 3}
    yield "H4", {"graph": [["0", "1"], ["0", "2"]], "node": 0}, {"constraint": 0.5, "betweenness": 1.0}
    yield "H4", {"graph": [[0, 1, 2.0], [0, 2, 1.0]], "node": "0"}, {"constraint": 5 / 9, "betweenness": 1.0}
    yield from rows(
        "H5",
        "n delta c",
        ((5, 0.6, 0.3), (5, 0.5, 0.9), (3, 0.8, 0.1), (6, 0.9, 0.5), (5, 0.5, 2), (8, 0.5, 0.4)),
        lambda n, d, c: {
            "efficient": "complete" if c < d - d * d else "star" if c < d + (n - 2) * d * d / 2 else "empty",
            "star_stable": d - d * d < c < d,
            "complete_stable": c < d - d * d,
            "empty_stable": c > d,
        },
    )


def the_whole() -> Iterator[Case]:
    def pig(a: float, k: float, power: float, ruin: float, r: float, T: float, sigma: float = 1) -> dict[str, float]:
        m = 1 - sigma + power * (sigma - ruin * math.exp(-r * T))
        return {"ratio": m, "beta_eff": m, "c_S": a * m / k, "welfare_ratio": 1 - (1 - m) ** 2}

    def stake(a: float, b: float, power: float, e: float) -> dict[str, float]:
        c, d = power * a, (1 - power + e * power) * b
        return {"c_S": c, "c_B": d, "joint": a * c + b * d - (c * c + d * d) / 2}

    def milestone(k: int, h: float, r: float, T: float) -> float:
        return 100 * (h / (h + r)) ** k * float(gammainc(k, (h + r) * T))

    def pilot(t: float, G: float, L: float, q: float, c: float) -> dict[str, float]:
        tried, untried = max(t * G - (1 - t) * (1 - q) * L, 0) - c, max(t * G - (1 - t) * L, 0)
        return {"with_pilot": tried, "without": untried, "posterior": t / (t + (1 - t) * (1 - q))}

    keys = "a kappa beta_S b_B r runway_T"
    yield from rows(
        "J1",
        keys,
        ((2, 1, 0.5, 0.8, 0.1, 1), (3, 2, 0.3, 0.5, 0, 1), (2, 1, 1, 0.2, 0.1, 0), (2, 1, 0.5, 1, 0.1, 0)),
        pig,
    )
    partly = (
        (2, 1, 0.5, 0.6, 0.1, 2, 0.7),
        (2, 1, 0.5, 0.4, 0.1, 10, 0.4),
        (2, 1, 0.5, 0, 0.1, 1, 0.3),
        (2, 1, 0.5, 0.3, 0.1, 0, 0.3),
    )
    yield from rows("J1b", f"{keys} sigma_S", partly, pig)
    yield from rows("J2", "a_S a_B beta_S equity", ((1, 1, 0.5, 0), (1, 2, 0.3, 0.1), (3, 0.5, 0.9, 0.49)), stake)
    yield from rows(
        "J3", "stages h r runway", ((3, 0.25, 0.01, 24), (1, 0.1, 0, 12), (2, 0.5, 0.1, 0)), milestone, M=100
    )
    yield from rows(
        "J4",
        "stages h burn cash",
        ((1, 0.1, 1, 12), (3, 0.25, 1, 24), (2, 0.5, 3, 1), (1, 0.2, 1, 0)),
        lambda k, h, b, x: 100 * h**k * (x / b) ** (k - 1) * math.exp(-h * x / b) / math.factorial(k - 1) / b,
        V=100,
    )
    yield from rows(
        "J5",
        "n p",
        ((20, 0.2), (10, 0.5), (3, 0), (3, 1)),
        lambda n, p: {
            "p_any": 1 - (1 - p) ** n,
            "sd_B": math.sqrt(p * (1 - p) / n),
            "sd_S": math.sqrt(p * (1 - p)),
        },
    )
    fees = ((0.5, 0.3), (0.3, 0.7), (0.2, 0.9), (0.5, 0), (0, 0.3), (1, 0.4))
    yield from rows("J6", "beta_S outside", fees, lambda t, o: max(0, o - t), rule="constraint")
    yield from rows("J6", "beta_S outside", fees, lambda t, o: (1 - t) * o, rule="threat")
    yield from rows(
        "J7",
        "theta G L q cost",
        ((0.5, 10, 10, 0.5, 1), (0.1, 10, 50, 0.2, 0.5), (0.3, 9, 9, 1, 0), (0.3, 9, 9, 0, 0.5)),
        pilot,
    )
    counts = ((1, 1, 0, 0), (2, 3, 4, 5), (0.5, 0.5, 10, 0))
    yield from rows("J8", "a b kept broken", counts, lambda a, b, s, f: (a + s) / (a + b + s + f))
    yield from rows(
        "J9", "Y o_S o_B", ((1, 0.6, 0.6), (2, 1.5, 0.8), (1, 0.9, 0.2)), lambda y, s, b: {"u_S": s, "u_B": b}
    )


FAMILIES: tuple[tuple[Callable[[], Iterator[Case]], float], ...] = (
    (repeated_play, 1e-6),
    (learning_races, 1e-9),
    (options, 1e-8),
    (evolution, 1e-6),
    (survival, 1e-8),
    (stopping, 1e-9),
    (attrition, 1e-9),
    (fairness, 1e-9),
    (learning, 1e-12),
    (networks, 1e-9),
    (the_whole, 1e-6),
)
"""Families of cases with the absolute tolerance of each."""
