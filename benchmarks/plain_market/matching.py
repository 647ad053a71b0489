"""Deferred acceptance as in the textbook: SmallCos propose down their lists, BigCos keep the best.

References
----------
Gale and Shapley (1962), American Mathematical Monthly 69.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.plain_market.firms import BigCo, SmallCo

Wish = tuple[float, "BigCo", float]
"""What a SmallCo expects of a BigCo, the BigCo, and what it expects of the SmallCo."""


def deferred_acceptance(wishes: Mapping[SmallCo, Sequence[Wish]], slots: int) -> list[tuple[SmallCo, BigCo]]:
    """Return the pairs of the stable matching that is best for SmallCos.

    Parameters
    ----------
    wishes : mapping of SmallCo to wishes
        The BigCos each SmallCo can meet; a pair in which somebody expects less than 0 is not formed.
    slots : int
        How many alliances a BigCo may have.
    """
    lists = {
        small: sorted((wish for wish in each if wish[0] >= 0.0 and wish[2] >= 0.0), key=lambda wish: wish[0])
        for small, each in wishes.items()
    }
    held: dict[BigCo, list[tuple[float, SmallCo]]] = {}
    proposing = list(lists)
    while proposing:
        small = proposing.pop()
        if not lists[small]:
            continue
        _, big, score = lists[small].pop()
        kept = held.setdefault(big, [])
        kept.append((score, small))
        if len(kept) > slots - len(big.alliances):
            worst = min(kept, key=lambda one: one[0])
            kept.remove(worst)
            proposing.append(worst[1])
    return [(small, big) for big, kept in held.items() for _, small in kept]
