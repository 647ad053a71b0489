"""Suitor or shark: a BigCo of unknown type signals by the commitment it posts before SmallCo accepts.

theta is the prior of a suitor; G what SmallCo gains with a suitor, L what it loses with a shark (money).

References
----------
Spence (1973), Job market signaling, QJE 87.
Cho and Kreps (1987), Signaling games and stable equilibria, QJE 102.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.foundation.errors import ParameterError
from simulator.games.information.extensive_form import Assessment, Chance, Decision, End, ExtensiveGame, assess

SLACK = 1e-12
"""Probabilities and shares of a payoff closer than this are equal."""


@dataclass(frozen=True, slots=True)
class Courtship:
    """A BigCo of unknown type may post a commitment before SmallCo accepts or rejects it.

    Accepting pays SmallCo `gain` with a suitor and `-loss` with a shark, and BigCo its `value`; what is posted costs
    BigCo its `cost` for each unit, accepted or not; rejecting pays SmallCo 0.

    Parameters
    ----------
    prior : float
        theta, in (0, 1).
    gain, loss : float
        G and L (money), above 0.
    suitor_value, shark_value : float
        V (money), above 0.
    suitor_cost, shark_cost : float
        kappa (money per unit posted), above 0.

    Raises
    ------
    ParameterError
        If a value is out of range.
    """

    prior: float
    gain: float
    loss: float
    suitor_value: float = 1.0
    shark_value: float = 1.0
    suitor_cost: float = 1.0
    shark_cost: float = 1.0

    def __post_init__(self) -> None:
        """Check the ranges."""
        if not 0.0 < self.prior < 1.0:
            raise ParameterError(f"Courtship.prior must lie between 0 and 1; got {self.prior}. Write 0.6.")
        for name in ("gain", "loss", "suitor_value", "shark_value", "suitor_cost", "shark_cost"):
            value = getattr(self, name)
            if not 0.0 < value < math.inf:
                raise ParameterError(f"Courtship.{name} must be finite and above 0; got {value}. Write 10.")

    @property
    def accepting_belief(self) -> float:
        """Return L / (G + L), the probability of a suitor from which on SmallCo accepts."""
        return self.loss / (self.gain + self.loss)

    @property
    def pooling_accepted(self) -> bool:
        """Return whether SmallCo accepts when both types act alike: theta >= L / (G + L)."""
        return self.prior >= self.accepting_belief - SLACK

    @property
    def separating_commitment(self) -> float:
        """Return K* = V_shark / kappa_shark, the least commitment that a shark would not post to be accepted."""
        return self.shark_value / self.shark_cost

    @property
    def separating_exists(self) -> bool:
        """Return whether a suitor would post K* to be accepted: V_suitor >= kappa_suitor K*."""
        return self.suitor_value >= self.suitor_cost * self.separating_commitment * (1.0 - SLACK)

    @property
    def mimicry(self) -> float:
        """Return theta G / ((1 - theta) L), at most 1: how often sharks post what suitors do below K*."""
        return min(1.0, self.prior * self.gain / ((1.0 - self.prior) * self.loss))

    def posterior(self, mimicry: float) -> float:
        """Return the probability of a suitor after a posting that all suitors and a share of the sharks make."""
        if not 0.0 <= mimicry <= 1.0:
            raise ParameterError(f"Courtship.posterior.mimicry must be in [0, 1]; got {mimicry!r}. Write a share.")
        return self.prior / (self.prior + (1.0 - self.prior) * mimicry)

    def tree(self, commitment: float) -> ExtensiveGame:
        """Return the tree in which BigCo posts `commitment` (> 0) or nothing; information sets are named."""
        if not 0.0 < commitment < math.inf:
            raise ParameterError(f"Courtship.tree.commitment must be finite and above 0; got {commitment}. Write 12.")

        def kind(payoff: float, value: float, cost: float, name: str) -> Decision:
            def reply(posted: float, seen: str) -> Decision:
                ends = End((payoff, value - cost * posted)), End((0.0, -cost * posted))
                return Decision(0, seen, ("accept", "reject"), ends)

            replies = reply(commitment, "posted"), reply(0.0, "nothing posted")
            return Decision(1, name, ("post", "post nothing"), replies)

        suitor = kind(self.gain, self.suitor_value, self.suitor_cost, "suitor")
        shark = kind(-self.loss, self.shark_value, self.shark_cost, "shark")
        root = Chance(("suitor", "shark"), (self.prior, 1.0 - self.prior), (suitor, shark))
        return ExtensiveGame(("SmallCo", "BigCo"), root, "Suitor or shark")


@dataclass(frozen=True, slots=True)
class CourtshipEquilibrium:
    """A sequential equilibrium of the tree with one commitment.

    Parameters
    ----------
    kind : str
        Which types post: "pooling on nothing", "pooling on the commitment", "separating", "sharks mix", "suitors mix".
    suitor_posts, shark_posts : float
        Probabilities of posting.
    accept_posted, accept_nothing : float
        Probabilities that SmallCo accepts after each.
    assessment : Assessment
        Beliefs, expected payoffs (SmallCo, BigCo) and the certificate.
    intuitive : bool
        Whether it passes the intuitive criterion.
    """

    kind: str
    suitor_posts: float
    shark_posts: float
    accept_posted: float
    accept_nothing: float
    assessment: Assessment
    intuitive: bool


def courtship_equilibria(game: Courtship, commitment: float) -> tuple[CourtshipEquilibrium, ...]:
    """Return the sequential equilibria of `Courtship.tree`, one of each kind there is (generically all there are).

    A type posts if being accepted that much more often is worth it: if the rise in the probability of acceptance is
    at least r = kappa K / V. Where a belief off the path has no part in it, SmallCo expects a shark.

    References
    ----------
    Cho and Kreps (1987), section II (the intuitive criterion).

    Examples
    --------
    >>> [e.kind for e in courtship_equilibria(Courtship(0.3, 10, 10, 20, 12, 0.5, 1), 12.0)]
    ['pooling on nothing', 'separating']
    >>> [e.kind for e in courtship_equilibria(Courtship(0.3, 10, 10, 20, 12, 0.5, 1), 6.0)]
    ['pooling on nothing', 'sharks mix']
    """
    tree, believed, theta = game.tree(commitment), game.accepting_belief, game.prior
    suitor = game.suitor_cost * commitment / game.suitor_value
    shark = game.shark_cost * commitment / game.shark_value
    accepted = float(game.pooling_accepted)
    found = [("pooling on nothing", 0.0, 0.0, 0.0, accepted)]
    if accepted and max(suitor, shark) <= 1.0 + SLACK:
        found.append(("pooling on the commitment", 1.0, 1.0, 1.0, 0.0))
    if suitor <= 1.0 + SLACK and shark >= 1.0 - SLACK:
        found.append(("separating", 1.0, 0.0, 1.0, 0.0))
    if suitor <= shark < 1.0 and theta < believed:
        found.append(("sharks mix", 1.0, game.mimicry, shark, 0.0))
    if suitor <= shark and suitor < 1.0 and theta > believed:
        stay = believed * (1.0 - theta) / (theta * (1.0 - believed))
        found.append(("suitors mix", 1.0 - stay, 0.0, 1.0, 1.0 - suitor))
    return tuple(_certified(tree, each, suitor, shark) for each in found)


def _certified(
    tree: ExtensiveGame, found: tuple[str, float, float, float, float], suitor: float, shark: float
) -> CourtshipEquilibrium:
    """Return an equilibrium with its assessment: off the path SmallCo expects the type that trembles first, a shark."""
    kind, suitor_posts, shark_posts, accept_posted, accept_nothing = found
    chances = {
        "suitor": suitor_posts,
        "shark": shark_posts,
        "posted": accept_posted,
        "nothing posted": accept_nothing,
    }
    behaviour = {name: (chance, 1.0 - chance) for name, chance in chances.items()}
    assessment = assess(tree, behaviour, {"suitor": ((2, 1.0), (2, 1.0))})
    gains_only_suitor = accept_nothing + suitor < 1.0 - SLACK and accept_nothing + shark > 1.0 + SLACK
    intuitive = not (kind == "pooling on nothing" and gains_only_suitor)
    return CourtshipEquilibrium(*found, assessment, intuitive)
