"""B3: cooperative investment, and when a contract cannot help."""

from __future__ import annotations

from simulator.games.investment.cooperative_investment import CooperativeInvestment
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("B3", "Cooperative investment (Che-Hausch)")
def cooperative_investment(item: Item) -> dict[str, float | str]:
    """Return investments without and with the full contract, the best contract quantity, and the first best."""
    inputs = item.inputs
    venture = CooperativeInvestment(
        marginal_return=inputs["a"],
        partner_share=inputs["gamma"],
        power=inputs.get("theta_S", 0.5),
        cost=inputs.get("k", 1.0),
    )
    low, high = venture.best_quantities
    quantity = inputs.get("q")
    asked = {} if quantity is None else {"i": venture.investment(quantity)}
    return {
        "i_null": venture.investment(0.0),
        "i_q1": venture.investment(1.0),
        "best_q": low if low == high else "any",
        "i_FB": venture.first_best,
        **asked,
    }
