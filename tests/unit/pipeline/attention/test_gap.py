"""The gap of a class worked by hand, Kendall's tau against scipy, and how often the interval is right."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pipeline.attention.gap import Missed, gap_of, gap_table, kendall_tau, total_variation
from pipeline.attention.statistics import proportion_interval
from pipeline.domain import Aoi, Floats, Part, Role
from pipeline.parameters import AttentionParameters

BOX = (Part(((0.0, 0.0), (0.5, 0.5))),)
TITLE = Aoi("title", "Title", Role.TITLE, BOX, weight=1.0, order=1)
FIGURE = Aoi("figure", "Figure", Role.FIGURE, BOX, weight=2.0, order=2, required=True)
NOTE = Aoi("note", "Note", Role.TEXT, BOX, weight=1.0, order=3, required=True)
LOGO = Aoi("logo", "Logo", Role.DECORATION, BOX, weight=0.0)
AOIS = (TITLE, FIGURE, NOTE, LOGO)
DEFAULT = AttentionParameters()
NEVER = np.nan


def students(shares: Floats, ttff_ms: Floats, tracked: Floats | float = 1.0) -> pd.DataFrame:
    """A table of sessions from (n, k) arrays; never looked at is a TTFF of NaN."""
    n, k = np.shape(shares)
    return pd.DataFrame(
        {
            "session_id": np.repeat([f"s{i:02}" for i in range(n)], k),
            "aoi_id": np.tile([aoi.aoi_id for aoi in AOIS[:k]], n),
            "tracked_share": np.repeat(np.broadcast_to(tracked, n), k),
            "dwell_share": np.ravel(shares).astype(float),
            "ttff_ms": np.ravel(ttff_ms).astype(float),
            "fixation_count": np.isfinite(np.ravel(ttff_ms)).astype(int),
        }
    )


CLASS = students(
    np.array([[0.25, 0.5, 0.25, 0], [0.5, 0.3, 0, 0.1], [0.15, 0.4, 0.35, 0.1], [1, 0, 0, 0]]),
    np.array(
        [[100, 200, 300, NEVER], [100, 400, NEVER, 50], [900, 200, 100, 150], [10, NEVER, NEVER, NEVER]]
    ),
    np.array([1.0, 0.9, 0.5, 0.4]),  # the last was tracked for too little
)


def test_a_class_worked_by_hand() -> None:
    gap = gap_of(CLASS, AOIS, DEFAULT)
    assert gap.students_n == 3
    # Means 0.30, 0.40, 0.20, 0.067 and 0.033 beside the regions; wanted are 0.25, 0.50, 0.25, 0 and 0.
    assert gap.score == pytest.approx((0.05 + 0.10 + 0.05 + 1 / 15 + 1 / 30) / 2)
    assert gap.low <= gap.score <= gap.high
    # Medians 100, 200, 200: title before both others, which are tied. The logo has no place.
    assert gap.order_n == 3
    assert gap.order_tau == pytest.approx(2 / np.sqrt(3 * 2))
    # The students' own: 1 of three regions, 1 of two, -1 of three.
    assert gap.order_students_n == 3
    assert gap.order_tau_mean == pytest.approx(1 / 3)
    low, high = proportion_interval(np.array([0, 1]), 3, DEFAULT)
    assert gap.missed == (
        Missed("figure", "Figure", 0, 3, low[0], high[0]),
        Missed("note", "Note", 1, 3, low[1], high[1]),
    )


def test_looking_exactly_as_designed_has_no_gap() -> None:
    gap = gap_of(
        students(np.tile([0.25, 0.5, 0.25, 0], (6, 1)), np.tile([1, 2, 3, NEVER], (6, 1))), AOIS, DEFAULT
    )
    assert (gap.score, gap.low, gap.high, gap.score_as_designed) == pytest.approx((0, 0, 0, 0), abs=1e-12)
    assert (gap.order_tau, gap.order_tau_mean, gap.order_tau_low) == pytest.approx((1, 1, 1))


def test_looking_only_beside_the_regions_is_the_widest_gap() -> None:
    gap = gap_of(students(np.zeros((6, 4)), np.full((6, 4), NEVER)), AOIS, DEFAULT)
    assert (gap.score, gap.low, gap.high) == (1, 1, 1)
    assert np.isnan([gap.order_tau, gap.order_tau_mean, gap.order_tau_low]).all()
    assert (gap.order_n, gap.order_students_n) == (0, 0)
    assert [missed.missed_n for missed in gap.missed] == [6, 6]


@pytest.mark.parametrize("count", [0, 1])
def test_what_cannot_be_known_is_missing(count: int) -> None:
    gap = gap_of(CLASS[: 4 * count], AOIS, DEFAULT)
    assert gap.students_n == count
    assert np.isnan(gap.score) == (count == 0)
    assert np.isnan([gap.low, gap.high, gap.score_as_designed, gap.order_tau_low]).all()
    assert np.isnan(gap.missed[0].low) == (count == 0)
    plain = gap_of(CLASS[CLASS["aoi_id"] == "logo"], [LOGO], DEFAULT)
    assert np.isnan([plain.score, plain.low, plain.order_tau]).all()
    nothing = gap_of(CLASS[:0], [], DEFAULT)
    assert np.isnan(nothing.score)
    assert nothing.missed == ()


@pytest.mark.parametrize(
    ("looked", "truth"),
    [([0.4, 0.3, 0.2, 0.1], 0.0), ([0.36, 0.28, 0.2, 0.1], 0.06), ([0.05, 0.1, 0.2, 0.15], 0.55)],
)
def test_the_interval_holds_the_true_score(looked: list[float], truth: float) -> None:
    """Classes of 10 from a population whose gap is known; the plain percentile interval holds 0, 51, 86 %."""
    rng = np.random.default_rng(5)
    quick = AttentionParameters(bootstrap_resamples=500)
    aois = [
        Aoi(str(i), str(i), Role.TEXT, BOX, weight=weight) for i, weight in enumerate((0.4, 0.3, 0.2, 0.1))
    ]
    inside = 0
    scores, designed = [], []
    for _ in range(300):
        shares = rng.dirichlet(np.maximum([*looked, 1 - sum(looked)], 1e-3) * 4, 10)[:, :4]
        gap = gap_of(students(shares, np.ones((10, 4))), aois, quick)
        inside += gap.low - 1e-9 <= truth <= gap.high
        scores.append(gap.score)
        designed.append(gap.score_as_designed)
    assert 0.86 <= inside / 300 <= 0.98
    if truth == 0:  # all of the score is chance, and is said to be
        assert np.mean(designed) == pytest.approx(np.mean(scores), rel=0.1)


def test_total_variation_of_stacked_classes() -> None:
    expected = np.array([0.5, 0.5])
    shares = np.array([[0.5, 0.5], [1.0, 0.0], [0.0, 0.0], [0.2, 0.2]])
    np.testing.assert_allclose(total_variation(shares, expected), [0, 0.5, 1, 0.6])
    assert total_variation(np.array([1.0, 1.0]), expected) == 0.5  # overlapping regions
    assert np.isnan(total_variation(np.zeros((2, 0)), np.zeros(0))).all()


@given(st.integers(0, 10_000), st.integers(2, 8))
def test_kendalls_tau_is_scipys(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    one, two = rng.integers(0, 5, (2, count)).astype(float)
    two[rng.random(count) < 0.2] = np.nan
    known = np.isfinite(two)
    theirs = stats.kendalltau(one[known], two[known]).statistic if known.sum() > 1 else np.nan
    np.testing.assert_allclose(kendall_tau(one, two), theirs, atol=1e-12)


def test_the_table_names_what_was_missed() -> None:
    table = gap_table({"one": gap_of(CLASS, AOIS, DEFAULT), "two": gap_of(CLASS[:0], AOIS, DEFAULT)})
    assert table["slide_id"].tolist() == ["one", "two"]
    assert table["missed"].tolist() == ["Note (1 of 3)", ""]
    assert table["gap_score"][0] == pytest.approx(0.15)
    assert {"gap_score_low", "gap_score_high", "gap_score_as_designed", "order_tau", "order_count"} <= set(
        table.columns
    )
    assert "gap_score" in gap_table({}).columns
