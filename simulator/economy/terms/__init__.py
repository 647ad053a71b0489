"""Every kind of contract term, one file each; importing this package registers them all."""

from simulator.economy.terms.buy_back import BuyBack
from simulator.economy.terms.cost_share import CostShare
from simulator.economy.terms.equity_stake import EquityStake
from simulator.economy.terms.exclusivity import Exclusivity
from simulator.economy.terms.output_target import OutputTarget
from simulator.economy.terms.plan_of_record import PlanOfRecord
from simulator.economy.terms.quantity_flexibility import QuantityFlexibility
from simulator.economy.terms.revenue_share import RevenueShare
from simulator.economy.terms.take_or_pay import TakeOrPay
from simulator.economy.terms.two_part_tariff import TwoPartTariff
from simulator.economy.terms.upfront_fee import UpfrontFee
from simulator.economy.terms.wholesale_price import WholesalePrice

__all__ = [
    "BuyBack",
    "CostShare",
    "EquityStake",
    "Exclusivity",
    "OutputTarget",
    "PlanOfRecord",
    "QuantityFlexibility",
    "RevenueShare",
    "TakeOrPay",
    "TwoPartTariff",
    "UpfrontFee",
    "WholesalePrice",
]
