"""Every kind of contract term, one file each; importing this package registers them all."""

from simulator.economy.terms.acquisition_option import AcquisitionOption
from simulator.economy.terms.audit import Audit
from simulator.economy.terms.buy_back import BuyBack
from simulator.economy.terms.cost_share import CostShare
from simulator.economy.terms.damages import Damages
from simulator.economy.terms.dispute_resolution import DisputeResolution
from simulator.economy.terms.equity_stake import EquityStake
from simulator.economy.terms.escrow import Escrow
from simulator.economy.terms.exclusivity import Exclusivity
from simulator.economy.terms.intellectual_property import IntellectualProperty
from simulator.economy.terms.late_delivery import LateDelivery
from simulator.economy.terms.milestone_payment import MilestonePayment
from simulator.economy.terms.output_target import OutputTarget
from simulator.economy.terms.pilot import Pilot
from simulator.economy.terms.plan_of_record import PlanOfRecord
from simulator.economy.terms.quantity_flexibility import QuantityFlexibility
from simulator.economy.terms.revenue_share import RevenueShare
from simulator.economy.terms.sales_rebate import SalesRebate
from simulator.economy.terms.specific_performance import SpecificPerformance
from simulator.economy.terms.take_or_pay import TakeOrPay
from simulator.economy.terms.termination import Termination
from simulator.economy.terms.two_part_tariff import TwoPartTariff
from simulator.economy.terms.upfront_fee import UpfrontFee
from simulator.economy.terms.wholesale_price import WholesalePrice

__all__ = [
    "AcquisitionOption",
    "Audit",
    "BuyBack",
    "CostShare",
    "Damages",
    "DisputeResolution",
    "EquityStake",
    "Escrow",
    "Exclusivity",
    "IntellectualProperty",
    "LateDelivery",
    "MilestonePayment",
    "OutputTarget",
    "Pilot",
    "PlanOfRecord",
    "QuantityFlexibility",
    "RevenueShare",
    "SalesRebate",
    "SpecificPerformance",
    "TakeOrPay",
    "Termination",
    "TwoPartTariff",
    "UpfrontFee",
    "WholesalePrice",
]
