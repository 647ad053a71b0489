"""B4: an option to deliver, and an option to acquire."""

from __future__ import annotations

from simulator.games.investment.acquisition_option import AcquisitionOption
from simulator.games.investment.option_contracts import DeliveryOption
from simulator.validation.chapters import chapter
from simulator.validation.items import Item


@chapter("B4", "Option contracts")
def option_contracts(item: Item) -> dict[str, float | bool]:
    """Return investments and surpluses under the option and without it, or what an option to acquire leads to."""
    return acquisition(item) if "renegotiation_after_lapse" in item.inputs else delivery(item)


def delivery(item: Item) -> dict[str, float | bool]:
    """Return the equilibrium of the option to deliver; that of the null contract where the id says so."""
    inputs = item.inputs
    power = inputs.get("lambda_S", 0.5)
    option = DeliveryOption(base_value=inputs["v0"], small_return=inputs["s"], big_return=inputs["b"], power=power)
    null, best = option.null_contract, option.first_best
    if item.id.split(".")[1:2] == ["null"]:
        return {"beta_S": null.small, "sigma_B": null.big, "W": null.surplus}
    strike = inputs.get("k", option.first_best_strike)
    signed = option.equilibrium(strike)
    return {
        "k": strike,
        "beta_S": signed.small,
        "sigma_B": signed.big,
        "W_option": signed.surplus,
        "W_null": null.surplus,
        "W_FB": best.surplus,
    }


def acquisition(item: Item) -> dict[str, float | bool]:
    """Return what the best strike, or the one given, leads to; V = 4 sqrt(a) + 2 sqrt(b) as in the published items."""
    inputs = item.inputs
    deal = AcquisitionOption(
        small_scale=inputs.get("A", 4.0),
        big_scale=inputs.get("B", 2.0),
        stand_alone=inputs["phi"],
        power=inputs.get("theta_S", 0.5),
        big_alone=inputs.get("d_B", 0.0),
    )
    again = inputs["renegotiation_after_lapse"]
    play = deal.with_renegotiation if again else deal.without_renegotiation
    best = deal.renegotiated_strike if again else deal.first_best_strike
    outcome = play(inputs.get("P", best))
    return {
        "P": outcome.strike,
        "a": outcome.investment,
        "exercised": outcome.exercised,
        "u_S": outcome.small,
        "u_B": outcome.big,
        "surplus": outcome.surplus,
        "best_surplus": play(best).surplus,
    }
