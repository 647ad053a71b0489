"""Who decides the commitment, month by month, and what each strategy may see: one module for each family.

Every strategy is one branch of the compiled function `choose`; its entry in the registry says in words what it does,
which parameters it takes, what it may see, and where it comes from.
"""

# The order of these is the order in which strategies are listed everywhere: the equilibrium first.
# isort: off
from simulator.simulation.strategies.equilibrium import NASH, insight, planning_cost, quantal_precision
from simulator.simulation.strategies.fixed import hedges
from simulator.simulation.strategies.reciprocity import verification_cost, verifies
from simulator.simulation.strategies.learning import begin, remember
from simulator.simulation.strategies.character import SHARK, defects, shark_numbers, stays
from simulator.simulation.strategies.quitting import quits, sunk_cost_bias

# isort: on
from simulator.simulation.strategies.choice import choose
from simulator.simulation.strategies.own import asked
from simulator.simulation.strategies.registry import (
    STRATEGIES,
    Strategy,
    StrategyParameter,
    is_simple,
    learns,
    reads_payoffs,
    strategy_numbers,
)

__all__ = [
    "NASH",
    "SHARK",
    "STRATEGIES",
    "Strategy",
    "StrategyParameter",
    "asked",
    "begin",
    "choose",
    "defects",
    "hedges",
    "insight",
    "is_simple",
    "learns",
    "planning_cost",
    "quantal_precision",
    "quits",
    "reads_payoffs",
    "remember",
    "shark_numbers",
    "stays",
    "strategy_numbers",
    "sunk_cost_bias",
    "verification_cost",
    "verifies",
]
