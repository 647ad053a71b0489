"""What is wrong with a factor of an experiment: its path, its distribution, or one of its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.economy.contract import Contract, term_name
from simulator.economy.meeting import NETWORK_KEY
from simulator.economy.scenario import Scenario
from simulator.foundation.errors import AllianceError, ParameterError, UnknownNameError, told_of
from simulator.sweeps.designs.base import check_lists
from simulator.sweeps.experiment import Experiment
from simulator.sweeps.factors import CONTRACT, Factor, Value, distinct, paths, unknown_path, with_value
from simulator.sweeps.ranges import marginal

if TYPE_CHECKING:
    from simulator.sweeps.plan import Plan

CELLS_TRIED = 100


def range_fault(experiment: Experiment, factor: Factor) -> AllianceError | None:
    """Return the error of a distribution that the design cannot draw, or the key not hold."""
    try:
        if experiment.layout.sampled:
            experiment.layout.check_marginal(marginal(factor, experiment.scenario))
        else:
            check_lists(experiment.layout, [factor])
    except ParameterError as error:
        return error
    return None


def known_paths(experiment: Experiment) -> set[str]:
    """Return the paths of the scenario and of every kind and strategy that a factor turns it to."""
    scenario = experiment.scenario
    known = set(paths(scenario))
    for factor in experiment.factors:
        for value in factor.values:
            if isinstance(value, str):
                try:
                    known.update(paths(with_value(scenario, Contract(), factor.path, value)[0]))
                except AllianceError:
                    continue  # reported with the value or the path
    return known


def path_fault(experiment: Experiment, factor: Factor, known: set[str]) -> AllianceError | None:
    """Return the error of a path that leads nowhere, or to a term that no contract of the experiment has."""
    scenario = experiment.scenario
    first, _, rest = factor.path.partition(".")
    probe = factor.values[0] if factor.values else 0
    if first != CONTRACT:
        if factor.path in known:
            return None
        trouble = _trouble(scenario, Contract(), factor.path, probe)
        return trouble or unknown_path(scenario, factor.path)
    trouble = _trouble(scenario, Contract(), factor.path, probe)
    if not factor.values and not isinstance(trouble, UnknownNameError):
        trouble = None  # it is about the probe
    term = rest.partition(".")[0]
    if trouble or any(_has_term(scenario.contract(name), term) for name in experiment.contracts):
        return trouble
    return ParameterError(
        f"Factor {factor.path!r} must be in a contract of the experiment; got no term {term!r} in "
        f"{', '.join(repr(name) for name in experiment.contracts)}. Add a contract that has it."
    )


def value_fault(made: Plan, position: int, factor: Factor) -> AllianceError | None:
    """Return the error of the factor's first value that is possible neither by itself nor in any cell."""
    scenario, contracts = made.experiment.scenario, made.experiment.contracts
    if not factor.values:
        return _drawn_fault(made, factor)
    for value in factor.values:
        tried = (_refusal(scenario, scenario.contract(name), factor.path, value) for name in contracts)
        trouble = next((error for error in tried if error is not None), None)
        if trouble is None:
            continue
        cells = (
            cell
            for cell in range(made.cells)
            if distinct(made.points[cell // len(contracts)][position]) == distinct(value)
        )
        if not any(_possible(made, cell, factor.path) for cell in cells):
            return _of_factor(factor, trouble)
    return None


def _of_factor(factor: Factor, trouble: AllianceError) -> AllianceError:
    """Return an error that names the factor, once."""
    said = str(trouble)
    own = said.startswith(f"{factor.path} ")
    return type(trouble)(f"Factor {factor.path!r}{said.removeprefix(factor.path) if own else f': {said}'}")


def _drawn_fault(made: Plan, factor: Factor) -> AllianceError | None:
    """Return the error of a value drawn from a range if the factor is possible in none of some cells.

    A value that is drawn need not be possible at every point: the runs where it is not are recorded as failed.
    """
    cells = range(0, made.cells, max(made.cells // CELLS_TRIED, 1))
    if any(_possible(made, cell, factor.path) for cell in cells):
        return None
    scenario = made.experiment.scenario
    for cell in cells:
        value = made.values(cell)[factor.path]
        trouble = _refusal(scenario, scenario.contract(made.contract(cell)), factor.path, value)
        if trouble is not None:
            return _of_factor(factor, trouble)
    return None


def _has_term(contract: Contract, term: str) -> bool:
    """Return whether the contract has a term of this name."""
    return any(term_name(entry) == term for entry in contract.terms)


def _trouble(scenario: Scenario, contract: Contract, path: str, value: Value) -> AllianceError | None:
    """Return the error of putting one value in place, if there is one."""
    try:
        with_value(scenario, contract, path, value)
    except AllianceError as error:
        return error
    return None


def _refusal(scenario: Scenario, contract: Contract, path: str, value: Value) -> AllianceError | None:
    """Return the error of putting one value in place, or of a network that then does not fit the firms."""
    try:
        _check_network(with_value(scenario, contract, path, value)[0])
    except AllianceError as error:
        return error
    return None


def _check_network(scenario: Scenario) -> None:
    """Raise ParameterError if there are too few firms for the network."""
    network = scenario.market.network
    with told_of(type(network), NETWORK_KEY):
        network.check_firms(scenario.small.count, scenario.big.count)


def _possible(made: Plan, cell: int, path: str) -> bool:
    """Return whether a cell can be built and run, and its contract has the factor's term, if the factor is in one."""
    try:
        scenario, contract = made.build(cell)
        _check_network(scenario)
    except AllianceError:
        return False
    first, _, rest = path.partition(".")
    return first != CONTRACT or _has_term(contract, rest.partition(".")[0])
