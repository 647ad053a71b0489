"""Matching SmallCos to BigCos with quotas: deferred acceptance, stability, and all stable matchings.

Each SmallCo allies with at most one BigCo, each BigCo with up to its quota of SmallCos, ranking them one by one
(responsive preferences). A firm that is not listed is not acceptable. A matching maps every BigCo to the SmallCos it
holds, sorted by name.

References
----------
Gale and Shapley (1962), College admissions and the stability of marriage, American Mathematical Monthly 69.
Roth (1984), The evolution of the labor market for medical interns and residents, JPE 92 (who is matched is the same).
Roth and Sotomayor (1990), Two-Sided Matching, chapters 2, 3 and 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulator.foundation.errors import ParameterError, SolverError, unknown
from simulator.foundation.numbers import whole

Matching = dict[str, tuple[str, ...]]
Rankings = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class MatchingMarket:
    """Who would ally with whom.

    Parameters
    ----------
    small : mapping from str to sequence of str
        The acceptable BigCos of each SmallCo, best first.
    big : mapping from str to sequence of str
        The acceptable SmallCos of each BigCo, best first.
    quotas : mapping from str to int
        How many alliances a BigCo can have at once, at least 0; 1 for those not named.

    Raises
    ------
    ParameterError
        If a list names a firm twice, or a quota is not a whole number of at least 0.
    UnknownNameError
        If a list or a quota names a firm that is not in the market.
    """

    small: Mapping[str, Sequence[str]]
    big: Mapping[str, Sequence[str]]
    quotas: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check names and quotas."""
        for side, lists, others in (("small", self.small, self.big), ("big", self.big, self.small)):
            for firm, listed in lists.items():
                for other in listed:
                    if other not in others:
                        raise unknown(f"partner in MatchingMarket.{side}[{firm!r}]", other, others)
                if len(set(listed)) != len(listed):
                    raise ParameterError(
                        f"MatchingMarket.{side}[{firm!r}] must name each firm once; got {list(listed)}. "
                        "Remove the repetition."
                    )
        for firm, quota in self.quotas.items():
            if firm not in self.big:
                raise unknown("BigCo in MatchingMarket.quotas", firm, self.big)
            whole(f"MatchingMarket.quotas[{firm!r}]", quota, 0, "Write 1.")

    def quota(self, firm: str) -> int:
        """Return how many alliances a BigCo can have at once."""
        return int(self.quotas.get(firm, 1))


def small_optimal_matching(market: MatchingMarket) -> Matching:
    """Return the stable matching that every SmallCo likes best: SmallCos propose, BigCos hold the best so far.

    References
    ----------
    Gale and Shapley (1962), theorems 1 and 2.

    Examples
    --------
    Both SmallCos prefer A, which has one seat and prefers s2:

    >>> market = MatchingMarket({"s1": ["A", "B"], "s2": ["A", "B"]}, {"A": ["s2", "s1"], "B": ["s1", "s2"]})
    >>> small_optimal_matching(market)
    {'A': ('s2',), 'B': ('s1',)}
    """
    ranks = _rankings(market.big)
    held: dict[str, list[str]] = {firm: [] for firm in market.big}
    proposals = {firm: iter(listed) for firm, listed in market.small.items()}
    free = list(market.small)[::-1]
    while free:
        small = free.pop()
        for big in proposals[small]:
            if small not in ranks[big]:
                continue
            held[big].append(small)
            if len(held[big]) <= market.quota(big):
                break
            worst = max(held[big], key=ranks[big].__getitem__)
            held[big].remove(worst)
            if worst != small:
                free.append(worst)
                break
    return _sorted(held)


def big_optimal_matching(market: MatchingMarket) -> Matching:
    """Return the stable matching that every BigCo likes best: BigCos propose for every free seat.

    It is the one that every SmallCo likes least among the stable ones.

    References
    ----------
    Roth (1985), The college admissions problem is not equivalent to the marriage problem, JET 36.

    Examples
    --------
    >>> market = MatchingMarket({"s1": ["A", "B"], "s2": ["B", "A"]}, {"A": ["s2", "s1"], "B": ["s1", "s2"]})
    >>> big_optimal_matching(market), small_optimal_matching(market)
    ({'A': ('s2',), 'B': ('s1',)}, {'A': ('s1',), 'B': ('s2',)})
    """
    ranks = _rankings(market.small)
    partner: dict[str, str] = {}
    seats = {firm: market.quota(firm) for firm in market.big}
    proposals = {firm: iter(listed) for firm, listed in market.big.items()}
    searching = list(market.big)[::-1]
    while searching:
        big = searching.pop()
        while seats[big]:
            small = next(proposals[big], None)
            if small is None:
                break
            if big not in ranks[small]:
                continue
            before = partner.get(small)
            if before is not None and ranks[small][before] < ranks[small][big]:
                continue
            partner[small] = big
            seats[big] -= 1
            if before is not None:
                seats[before] += 1
                searching.append(before)
    return _matching(market, partner)


def blocking_pairs(market: MatchingMarket, matching: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """Return the (SmallCo, BigCo) pairs who would both rather be together, in the market's order.

    A SmallCo prefers any acceptable BigCo to its own unacceptable one or to none; a BigCo has room if a seat is free,
    or holds somebody it ranks lower or does not accept.

    Raises
    ------
    ParameterError
        If a SmallCo is matched twice, or a BigCo above its quota.
    UnknownNameError
        If the matching names a firm that is not in the market.

    Examples
    --------
    >>> market = MatchingMarket({"s1": ["A"], "s2": ["A"]}, {"A": ["s2", "s1"]})
    >>> blocking_pairs(market, {"A": ["s1"]})
    (('s2', 'A'),)
    """
    partner = _partners(market, matching)
    small_ranks, big_ranks = _rankings(market.small), _rankings(market.big)
    found = []
    for small, listed in market.small.items():
        own = small_ranks[small].get(partner.get(small, ""), len(listed))
        for big in listed[:own]:
            rank = big_ranks[big].get(small)
            if rank is None:
                continue
            others = matching.get(big, ())
            has_room = len(others) < market.quota(big)
            if has_room or any(big_ranks[big].get(other, len(market.big[big])) > rank for other in others):
                found.append((small, big))
    return tuple(found)


def is_stable(market: MatchingMarket, matching: Mapping[str, Sequence[str]]) -> bool:
    """Return whether every match is acceptable to both and no pair blocks.

    Examples
    --------
    >>> market = MatchingMarket({"s1": ["A"], "s2": ["A"]}, {"A": ["s2", "s1"]})
    >>> is_stable(market, {"A": ["s2"]}), is_stable(market, {"A": ["s1"]}), is_stable(market, {"A": []})
    (True, False, False)
    """
    partner = _partners(market, matching)
    acceptable = all(big in market.small[small] and small in market.big[big] for small, big in partner.items())
    return acceptable and not blocking_pairs(market, matching)


def stable_matchings(market: MatchingMarket, limit: int = 10_000) -> tuple[Matching, ...]:
    """Return every stable matching, from the one SmallCos like best to the one BigCos like best.

    All are reached from the first by rotations: some SmallCos each take the seat of the next, at the best BigCo below
    their own that would rather have them than its worst; each rotation leads to a stable matching again.

    Parameters
    ----------
    market : MatchingMarket
        The market.
    limit : int
        How many are listed at most.

    Raises
    ------
    SolverError
        If there are more.

    References
    ----------
    Gusfield and Irving (1989), The Stable Marriage Problem: Structure and Algorithms, chapter 2.
    Cheng, McDermid and Suzuki (2008), A unified approach to finding good stable matchings in the hospitals/residents
    setting, Theoretical Computer Science 400 (rotations with quotas).

    Examples
    --------
    >>> market = MatchingMarket({"s1": ["A", "B"], "s2": ["B", "A"]}, {"A": ["s2", "s1"], "B": ["s1", "s2"]})
    >>> stable_matchings(market)
    ({'A': ('s1',), 'B': ('s2',)}, {'A': ('s2',), 'B': ('s1',)})
    """
    first = _partners(market, small_optimal_matching(market))
    seen = {_key(market, first)}
    found = [first]
    for partner in found:
        for moves in _rotations(market, partner):
            moved = {**partner, **moves}
            key = _key(market, moved)
            if key not in seen:
                if len(found) >= limit:
                    raise SolverError(f"There are more than {limit} stable matchings. Raise stable_matchings.limit.")
                seen.add(key)
                found.append(moved)
    return tuple(_matching(market, partner) for partner in found)


def _rotations(market: MatchingMarket, partner: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the rotations exposed in a stable matching, each as the new BigCo of every SmallCo that moves."""
    small_ranks, big_ranks = _rankings(market.small), _rankings(market.big)
    held = _matching(market, partner)
    worst = {big: max(members, key=big_ranks[big].__getitem__) for big, members in held.items() if members}
    target: dict[str, str] = {}
    for small, own in partner.items():
        for big in market.small[small][small_ranks[small][own] + 1 :]:
            rank = big_ranks[big].get(small)
            if rank is None:
                continue
            if len(held[big]) < market.quota(big):
                break  # a free seat is free in all stable matchings, and would draw whoever is moved below it
            if big in worst and rank < big_ranks[big][worst[big]]:
                target[small] = big
                break
    rotations = []
    visited: set[str] = set()
    for start in target:
        path: list[str] = []
        small = start
        while small in target and small not in visited:
            visited.add(small)
            path.append(small)
            small = worst[target[small]]
        if small in path:
            rotations.append({each: target[each] for each in path[path.index(small) :]})
    return rotations


def _key(market: MatchingMarket, partner: Mapping[str, str]) -> tuple[str | None, ...]:
    """Return the BigCo of every SmallCo, in the market's order."""
    return tuple(partner.get(small) for small in market.small)


def _rankings(lists: Mapping[str, Sequence[str]]) -> Rankings:
    """Return the rank of every listed firm, 0 best."""
    return {firm: {other: rank for rank, other in enumerate(listed)} for firm, listed in lists.items()}


def _partners(market: MatchingMarket, matching: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the BigCo of every matched SmallCo; raise unless the matching is one of the market."""
    partner: dict[str, str] = {}
    for big, members in matching.items():
        if big not in market.big:
            raise unknown("BigCo in the matching", big, market.big)
        if len(members) > market.quota(big):
            raise ParameterError(
                f"matching[{big!r}] must hold at most {market.quota(big)} SmallCos; got {len(members)}. Remove some."
            )
        for small in members:
            if small not in market.small:
                raise unknown("SmallCo in the matching", small, market.small)
            if small in partner:
                raise ParameterError(f"matching must hold {small!r} once; got it twice. Remove one.")
            partner[small] = big
    return partner


def _matching(market: MatchingMarket, partner: Mapping[str, str]) -> Matching:
    """Return the matching in which each SmallCo has its partner."""
    return _sorted({firm: [small for small, big in partner.items() if big == firm] for firm in market.big})


def _sorted(held: Mapping[str, Sequence[str]]) -> Matching:
    """Return the matching with names sorted."""
    return {big: tuple(sorted(members)) for big, members in held.items()}
