"""The alliances of histories, told as columns; apart from `history`, so that who sweeps need not wait for Mesa."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.simulation.endings import ENDINGS

Columns = dict[str, NDArray[Any]]


def spell_columns(spells: Any, contracts: Sequence[str]) -> Columns:
    """Return alliances, rows of the fields of SPELL, as columns: contract and cause by name, the rest as numbers.

    small, big : indices of the firms; contract : its name; start, end : first and last month; cause : how it ended;
    months : months lived; stage : milestones passed; launched : month of the first revenue or -1; fee : paid at
    signing; *_value : present value; *_spent, *_sunk : commitment costs, and the part worthless elsewhere; *_exposure :
    mean exposure; *_kept : share of promises kept; *_trust : at the end, in the other firm; revenue; audited : spent on
    audits and checks; *_knowledge : what the firm learnt of the other's skill.
    """
    columns: Columns = {name: np.array(spells[name]) for name in spells.dtype.names}
    columns["contract"] = np.array([contracts[c] for c in columns["contract"]], dtype=object)
    columns["cause"] = np.array([ENDINGS[code] for code in columns["cause"].tolist()], dtype=object)
    return columns
