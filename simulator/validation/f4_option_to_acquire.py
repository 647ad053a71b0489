"""Chapter F4: the option to acquire, by formula, on a tree, in one period and without expiry."""

from __future__ import annotations

from simulator.games.dynamics.options import AcquisitionOption, PerpetualOption, one_period_option
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("F4", "Option to acquire")
def option_to_acquire(item: Item) -> float | dict[str, float]:
    """Return the option's value, or when to use it."""
    given = item.inputs
    if "u" in given:
        return one_period_option(given["V"], given["u"], given["d"], given["K"], given["R"])
    if "I" in given:
        perpetual = PerpetualOption(given["r"], given["payout"], given["sigma"], given["I"])
        answer = {"beta": perpetual.elasticity, "V_star": perpetual.trigger}
        return answer | {"value": perpetual.worth(given["V"])} if "V" in given else answer
    option = AcquisitionOption(
        given["V"], given["K"], given["r"], given["sigma"], given["T"], payout=given.get("payout", 0.0)
    )
    steps = given.get("steps", 500)
    return {"BS": option.black_scholes(), f"CRR{steps}": option.binomial(steps)}
