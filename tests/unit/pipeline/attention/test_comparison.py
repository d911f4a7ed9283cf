"""Two groups compared: the figures are those of the statistics; small groups are not shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.attention.comparison import COLUMNS, compare_groups, difference_map
from pipeline.attention.statistics import (
    bootstrap_interval,
    cliffs_delta,
    difference_interval,
    holm,
    paired_test,
    permutation_test,
)
from pipeline.domain import Aoi, Floats, Part, Role
from pipeline.parameters import AttentionParameters

QUICK = AttentionParameters(bootstrap_resamples=500, permutations=500)
AOIS = [Aoi(name, name.title(), Role.TEXT, (Part(((0, 0), (1, 1))),)) for name in ("text", "figure", "chart")]


def group(shares: Floats, names: str = "s", tracked: Floats | float = 1.0) -> pd.DataFrame:
    n, k = shares.shape
    return pd.DataFrame(
        {
            "session_id": np.repeat([f"{names}{i:02}" for i in range(n)], k),
            "aoi_id": np.tile([aoi.aoi_id for aoi in AOIS], n),
            "tracked_share": np.repeat(np.broadcast_to(tracked, n), k),
            "dwell_share": shares.ravel(),
        }
    )


RNG = np.random.default_rng(11)
A, B = RNG.random((9, 3)), RNG.random((7, 3)) * [1, 0.3, 1]


def test_the_figures_of_two_groups() -> None:
    table = compare_groups(group(A), group(B), AOIS, QUICK)
    assert tuple(table.columns) == COLUMNS
    assert table["aoi_id"].tolist() == ["text", "figure", "chart"]
    np.testing.assert_allclose(table["difference"], A.mean(axis=0) - B.mean(axis=0))
    np.testing.assert_allclose(table["p"], permutation_test(A, B, QUICK))
    np.testing.assert_allclose(table["p_holm"], holm(table["p"].to_numpy()))
    np.testing.assert_allclose(table[["delta", "delta_low", "delta_high"]].T, cliffs_delta(A, B, QUICK))
    intervals = table[["difference_low", "difference_high"]].T
    np.testing.assert_allclose(intervals, difference_interval(A, B, QUICK))
    figure = table.iloc[1]
    assert (figure.a_n, figure.b_n, figure.note) == (9, 7, "")
    assert figure.p_holm < 0.05
    assert figure.difference_low > 0


def test_the_same_students_are_compared_with_themselves() -> None:
    later = group(A[::-1] + 0.1, tracked=np.r_[np.ones(8), 0.1])
    later["session_id"] = group(A)["session_id"].to_numpy().reshape(9, 3)[::-1].ravel()
    table = compare_groups(later, group(A), AOIS, QUICK, paired=True)
    np.testing.assert_allclose(table["difference"], 0.1)
    assert (table["a_n"] == 8).all()  # one was not tracked well enough the second time
    assert table["p"][0] == pytest.approx(paired_test(np.full(8, 0.1), QUICK))
    assert table["p"][0] == pytest.approx(2 / 256)
    np.testing.assert_allclose(table["difference_low"], bootstrap_interval(np.full(8, 0.1), QUICK)[0])


def test_small_groups_are_not_compared() -> None:
    table = compare_groups(group(A), group(B[:4]), AOIS, QUICK)
    assert table["note"].tolist() == ["too few students: 4, at least 5 are needed"] * 3
    hidden = ["a_mean", "b_mean", "difference", "difference_low", "p", "p_holm", "delta", "delta_high"]
    assert table[hidden].isna().all(axis=None)
    assert (table["b_n"] == 4).all()
    with_gaps = B.copy()
    with_gaps[:3, 1] = np.nan  # too few for one region only, which does not count in Holm's correction
    table = compare_groups(group(A), group(with_gaps), AOIS, QUICK)
    assert table["b_n"].tolist() == [7, 4, 7]
    assert table["p"].isna().tolist() == [False, True, False]
    np.testing.assert_allclose(table["p_holm"][[0, 2]], holm(table["p"][[0, 2]].to_numpy()))
    untracked = compare_groups(group(A), group(B, tracked=0.2), AOIS, QUICK)
    assert (untracked["b_n"] == 0).all()
    assert len(compare_groups(group(A)[:0], group(B)[:0], [], QUICK)) == 0


def test_the_map_shows_where_the_groups_differ() -> None:
    rng = np.random.default_rng(3)
    a, b = rng.random((8, 54, 96)), rng.random((9, 54, 96))
    a[:, 20, 30] += 50
    b[0] = 0  # looked nowhere on the slide
    found = difference_map(a, b, QUICK)
    assert found.note == ""
    assert np.unravel_index(found.difference.argmax(), (54, 96)) == (20, 30)
    assert np.argwhere(found.p < 0.05).tolist() == [[20, 30]]
    assert found.difference.sum() == pytest.approx(0, abs=1e-12)  # shares: what one place has another lacks
    few = difference_map(a, b[:5], QUICK)
    assert few.note == "too few students: 4, at least 5 are needed"
    assert np.isnan(few.difference).all()


def test_the_map_of_the_same_students_twice() -> None:
    rng = np.random.default_rng(4)
    earlier = rng.random((9, 54, 96))
    later = earlier + rng.random((9, 54, 96)) * 0.1
    later[:, 40, 5] += 30
    later[2], earlier[5] = 0, 0  # looked at the slide one time only
    found = difference_map(later, earlier, QUICK, paired=True)
    kept = np.r_[0:2, 3:5, 6:9]
    shares = [each[kept] / each[kept].sum(axis=(1, 2), keepdims=True) for each in (later, earlier)]
    np.testing.assert_allclose(found.difference, (shares[0] - shares[1]).mean(axis=0))
    assert found.p[40, 5] == pytest.approx(2 / 2**7)  # all signs alike: two of the patterns
    assert found.p.min() == found.p[40, 5]
    few = difference_map(later[:6], earlier[:6], QUICK, paired=True)
    assert few.note == "too few students: 4, at least 5 are needed"
