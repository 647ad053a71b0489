"""Bins of a factor: equally many points, labels that tell them apart, and never one bin for all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.sweeps.comparison.bins import binned


@given(
    low=st.floats(-1e6, 1e6),
    width=st.sampled_from([1e-3, 3.0, 1e6]),
    shares=st.lists(st.integers(0, 1000), min_size=8, max_size=60, unique=True),
    bins=st.integers(2, 6),
)
def test_bins_are_a_partition_with_labels_of_their_own(low, width, shares, bins):
    values = np.unique(low + width * np.array(shares) / 1000.0)
    found = binned(pd.Series(values), bins)
    assert sorted(np.concatenate([points for _, points in found])) == list(range(values.size))
    assert len({str(each) for each, _ in found}) == len(found)
    sizes = [points.size for _, points in found]
    assert len(found) == bins or values.size < 2 * bins
    assert max(sizes) - min(sizes) <= 1 + bins
    for each, points in found:
        assert each.low <= values[points].min()
        assert values[points].max() <= each.high


def test_where_nearly_all_points_share_a_value_the_others_are_still_told_apart():
    values = [1.0] * 90 + list(range(2, 12))
    found = binned(pd.Series(values), 4)
    assert [str(each) for each, _ in found] == ["1 to 3.5", "3.5 to 6", "6 to 8.5", "8.5 to 11"]
    assert [points.size for _, points in found] == [92, 2, 3, 3]


@pytest.mark.parametrize(("low", "high"), [(10000.0, 10003.0), (0.3, 0.3004), (-7.0, -6.9999)])
def test_narrow_ranges_far_from_zero_have_different_labels(low, high):
    labels = [str(each) for each, _ in binned(pd.Series(np.linspace(low, high, 41)), 4)]
    assert len(set(labels)) == 4
