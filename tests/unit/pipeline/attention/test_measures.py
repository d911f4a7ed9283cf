"""Measures of students and classes on examples worked by hand, and their general properties."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, norm

from pipeline.attention.measures import MEASURES, class_aoi_table, gap_score, student_aoi_table
from pipeline.domain import EXPOSURES, FIXATIONS, Aoi, Overlap, Part, Role, Shape
from pipeline.parameters import AttentionParameters

LEFT = Aoi(
    "left", "Left half", Role.FIGURE, (Part(((0.0, 0.0), (0.5, 1.0))),), weight=3.0, required=True, order=2
)
TOP = Aoi("top", "Top right", Role.TEXT, (Part(((0.5, 0.0), (1.0, 0.5))),), weight=1.0, order=1)
INSET = Aoi("inset", "Inset", Role.FORMULA, (Part(((0.1, 0.1), (0.3, 0.3))),), weight=0.0, required=True)
AOIS = (LEFT, TOP, INSET)
# One place in each region, the rest of the slide, and beside it. The inset lies in the left half.
PLACES = {"left": (0.2, 0.8), "top": (0.7, 0.2), "inset": (0.2, 0.2), "rest": (0.7, 0.8), "off": (1.2, 0.2)}
NO_ERROR = (0.0, 0.0)


def looks(session: str, *fixated: tuple[str, float, float]) -> pd.DataFrame:
    """Fixations from (place, onset_ms, duration_ms)."""
    table = pd.DataFrame(
        [(PLACES[place][0], PLACES[place][1], onset, duration) for place, onset, duration in fixated],
        columns=["slide_x", "slide_y", "onset_ms", "duration_ms"],
    )
    table = table.assign(session_id=session, slide_id="s", sigma_x=1e-6, sigma_y=1e-6).reset_index(
        names="fixation_id"
    )
    return table.reindex(columns=[*FIXATIONS, "session_id"])


def shown(session: str, *stretches: tuple[float, float], tracked_share: float = 1.0) -> pd.DataFrame:
    """Exposures from (onset_ms, duration_ms)."""
    table = pd.DataFrame(list(stretches), columns=["onset_ms", "duration_ms"])
    tracked = table["duration_ms"] * tracked_share
    table = table.assign(session_id=session, slide_id="s", tracked_ms=tracked, on_slide_ms=tracked)
    return table[[*EXPOSURES, "session_id"]]


def row(table: pd.DataFrame, aoi_id: str, session: str | None = None) -> pd.Series:
    found = table[table["aoi_id"] == aoi_id]
    return (found if session is None else found[found["session_id"] == session]).iloc[0]


ANN = looks(
    "ann",
    ("top", 1200, 300),
    ("rest", 1600, 200),
    ("left", 2000, 100),
    ("inset", 2200, 400),
    ("top", 3000, 500),
    ("off", 4000, 900),
)
SHOWN_ANN = shown("ann", (1000, 5000))


def test_one_student_worked_by_hand() -> None:
    table = student_aoi_table(ANN, SHOWN_ANN, AOIS)
    assert table["aoi_id"].tolist() == ["left", "top", "inset"]
    left, top, inset = (row(table, aoi.aoi_id) for aoi in AOIS)
    # 1,500 ms on the slide; the 900 ms beside it count nowhere.
    assert (left.dwell_ms, top.dwell_ms, inset.dwell_ms) == (500, 800, 400)
    np.testing.assert_allclose(
        [left.dwell_share, top.dwell_share, inset.dwell_share], np.array([5, 8, 4]) / 15
    )
    assert (left.fixation_count, top.fixation_count, inset.fixation_count) == (2, 2, 1)
    assert (left.ttff_ms, top.ttff_ms, inset.ttff_ms) == (1000, 200, 1200)
    assert (left.visits, top.visits, inset.visits) == (1, 2, 1)
    assert (left.revisits, top.revisits, inset.revisits) == (0, 1, 0)
    assert (left.first_fixation_ms, top.first_fixation_ms) == (100, 300)
    assert (left.mean_fixation_ms, top.mean_fixation_ms) == (250, 400)
    assert (table["exposure_ms"] == 5000).all()
    np.testing.assert_allclose(table["expected_dwell_ms"], table["dwell_ms"], rtol=1e-6)


def test_never_looked_is_missing_and_not_a_number() -> None:
    table = student_aoi_table(looks("bob", ("rest", 0, 300)), shown("bob", (0, 1000)), AOIS)
    assert (table["dwell_ms"] == 0).all()
    assert (table["dwell_share"] == 0).all()
    assert (table[["fixation_count", "visits", "revisits"]] == 0).all(axis=None)
    assert table[["ttff_ms", "first_fixation_ms", "mean_fixation_ms"]].isna().all(axis=None)


def test_without_any_fixation_there_is_no_share() -> None:
    table = student_aoi_table(ANN[:0], SHOWN_ANN, AOIS)
    assert len(table) == 3
    assert table["dwell_share"].isna().all()
    assert (table["dwell_ms"] == 0).all()


def test_a_slide_shown_twice_counts_from_its_first_showing_and_a_return_is_a_new_visit() -> None:
    fixated = looks("ann", ("left", 9000, 200), ("left", 9300, 300), ("left", 500, 100))
    table = student_aoi_table(fixated, shown("ann", (8000, 2000), (0, 1000)), [LEFT])
    assert table.loc[0, ["dwell_ms", "ttff_ms", "visits", "exposure_ms"]].tolist() == [600, 500, 2, 3000]


def test_sessions_are_kept_apart() -> None:
    fixations = pd.concat([ANN, looks("bob", ("left", 100, 250)), looks("eve", ("left", 100, 250))])
    exposures = pd.concat([shown("bob", (0, 1000)), SHOWN_ANN, shown("cat", (0, 1000))])
    table = student_aoi_table(fixations, exposures, AOIS)
    assert table["session_id"].tolist() == ["ann"] * 3 + ["bob"] * 3 + ["cat"] * 3  # eve was not shown it
    alone = student_aoi_table(ANN, SHOWN_ANN, AOIS)
    pd.testing.assert_frame_equal(table[:3], alone)
    assert row(table, "left", "bob").visits == 1
    assert row(table, "left", "bob").dwell_share == 1.0


def test_the_order_of_rows_does_not_matter() -> None:
    fixations = pd.concat([ANN, looks("bob", ("left", 100, 250), ("top", 500, 250))])
    exposures = pd.concat([SHOWN_ANN, shown("bob", (0, 1000))])
    pd.testing.assert_frame_equal(
        student_aoi_table(fixations, exposures, AOIS),
        student_aoi_table(fixations.sample(frac=1, random_state=1), exposures[::-1], AOIS),
    )


def test_fixations_beside_the_slide_only_have_no_share_of_it() -> None:
    fixated = looks("ann", ("off", 0, 1000)).assign(sigma_x=0.05, sigma_y=0.05)
    table = student_aoi_table(fixated, SHOWN_ANN, AOIS)
    assert table[["dwell_share", "probable_share"]].isna().all(axis=None)
    assert table["expected_dwell_ms"].between(0, 1).all()


def test_probable_dwell_time_follows_the_error() -> None:
    # Sigma 0.1 about x 0.2: the left half's edge is three sigmas away, the slide's left edge two.
    fixated = looks("ann", ("left", 0, 1000)).assign(sigma_x=0.1, sigma_y=1e-6)
    table = student_aoi_table(fixated, SHOWN_ANN, [LEFT])
    assert table["expected_dwell_ms"][0] == pytest.approx(1000 * (norm.cdf(3) - norm.cdf(-2)))


@given(st.integers(0, 1000))
def test_shares_of_regions_that_cover_the_slide_add_up_to_one(seed: int) -> None:
    rng = np.random.default_rng(seed)
    count = 40
    fixations = pd.DataFrame(
        {
            "session_id": rng.choice(["a", "b", "c"], count),
            "slide_x": rng.uniform(-0.2, 1.2, count),
            "slide_y": rng.uniform(-0.2, 1.2, count),
            "onset_ms": rng.permutation(count) * 400.0,
            "duration_ms": rng.uniform(100, 400, count),
        }
    ).reindex(columns=[*FIXATIONS, "session_id"])
    halves = [
        Aoi("one", "One", Role.TEXT, (Part(((0, 0), (1, 0), (0, 1)), Shape.POLYGON),)),
        Aoi("two", "Two", Role.TEXT, (Part(((1, 0), (1, 1), (0, 1)), Shape.POLYGON),)),
    ]
    exposures = pd.concat([shown(session, (0, 16_000)) for session in "abc"])
    table = student_aoi_table(fixations, exposures, halves)
    np.testing.assert_allclose(table.groupby("session_id")["dwell_share"].sum(), 1.0)
    visits = table.groupby("session_id")[["visits", "fixation_count"]].sum()
    assert (visits["visits"] <= visits["fixation_count"]).all()


def class_of(*students: tuple[pd.DataFrame, pd.DataFrame]) -> pd.DataFrame:
    fixations, exposures = (pd.concat(tables, ignore_index=True) for tables in zip(*students, strict=True))
    return student_aoi_table(fixations, exposures, AOIS)


FOUR = class_of(
    (looks("a", ("left", 0, 300), ("top", 400, 100)), shown("a", (0, 1000))),
    (looks("b", ("left", 200, 100), ("rest", 400, 100)), shown("b", (0, 1000))),
    (looks("c"), shown("c", (0, 1000))),  # tracked, but fixated nothing
    (looks("d", ("inset", 0, 900)), shown("d", (0, 1000), tracked_share=0.3)),  # tracked for too little
)


def test_a_class_worked_by_hand() -> None:
    table = class_aoi_table(FOUR, AOIS, NO_ERROR)
    assert table["aoi_id"].tolist() == ["top", "left", "inset"]  # the intended order; none comes last
    left, top, inset = (row(table, aoi.aoi_id) for aoi in AOIS)
    assert (table["exposed_n"] == 4).all()
    assert (table["tracked_n"] == 3).all()
    assert (left.reach_n, top.reach_n, inset.reach_n) == (2, 1, 0)
    assert left.reach_share == pytest.approx(2 / 3)
    np.testing.assert_allclose(
        [left.expected_share, top.expected_share, inset.expected_share], [0.75, 0.25, 0]
    )
    np.testing.assert_allclose([left.observed_share, top.observed_share], [(0.75 + 0.5) / 2, 0.25 / 2])
    np.testing.assert_allclose([left.gap, top.gap], [0.625 - 0.75, 0.125 - 0.25])
    assert (left.ttff_ms, top.ttff_ms) == (100, 400)
    assert np.isnan(inset.ttff_ms)
    assert left.dwell_ms == pytest.approx(400 / 3)
    assert (left.required, top.required) == (True, False)
    assert (left.observed_low, left.observed_high) == (0.5, 0.75)  # of two students, all there is
    # 0.125 too little on either, 0.25 on the rest of the slide.
    assert gap_score(table) == pytest.approx(0.25)


def test_every_column_that_is_a_measure_is_in_the_registry() -> None:
    described = {"session_id", "aoi_id", "aoi_version", "overlap", "name", "role", "required"}
    table = class_aoi_table(FOUR, AOIS, NO_ERROR)
    assert set(FOUR.columns) | set(table.columns) <= described | MEASURES.keys()


def test_who_counts_as_tracked_is_a_parameter() -> None:
    table = class_aoi_table(FOUR, AOIS, NO_ERROR, AttentionParameters(tracked_share_min=0.2))
    assert row(table, "inset").reach_n == 1
    assert (table["tracked_n"] == 4).all()


@pytest.mark.parametrize("students", [0, 1])
def test_without_students_or_with_one_what_is_unknown_is_missing(students: int) -> None:
    table = class_aoi_table(FOUR[: 3 * students], AOIS, NO_ERROR)
    assert (table["exposed_n"] == students).all()
    assert table[["observed_low", "observed_high"]].isna().all(axis=None)
    assert table["observed_share"].isna().all() == (students == 0)
    assert np.isnan(gap_score(table)) == (students == 0)


def test_without_weights_or_regions_there_is_no_gap() -> None:
    plain = [INSET]
    table = class_aoi_table(student_aoi_table(ANN, SHOWN_ANN, plain), plain, NO_ERROR)
    assert table["gap"].isna().all()
    assert np.isnan(gap_score(table))
    nothing = class_aoi_table(student_aoi_table(ANN, SHOWN_ANN, []), [], NO_ERROR)
    assert len(nothing) == 0
    assert np.isnan(gap_score(nothing))


def test_the_interval_is_over_students_and_always_the_same() -> None:
    rng = np.random.default_rng(5)
    shares = np.clip(rng.normal(0.4, 0.1, 40), 0.05, 0.95)
    students = [
        (
            looks(f"s{i:02}", ("left", 0, 1000 * share), ("rest", 2000, 1000 * (1 - share))),
            shown(f"s{i:02}", (0, 5000)),
        )
        for i, share in enumerate(shares)
    ]
    left = row(class_aoi_table(class_of(*students), AOIS, NO_ERROR), "left")
    half = 1.96 * shares.std() / np.sqrt(40)
    assert left.observed_low == pytest.approx(shares.mean() - half, abs=0.1 * half)
    assert left.observed_high == pytest.approx(shares.mean() + half, abs=0.1 * half)
    again = row(class_aoi_table(class_of(*students[::-1]), AOIS, NO_ERROR), "left")
    assert (again.observed_low, again.observed_high) == (left.observed_low, left.observed_high)


@pytest.mark.parametrize(
    ("sigma", "small"),
    [
        ((0.05, 0.05), []),
        ((0.15, 0.15), ["inset"]),
        ((np.nan, np.nan), []),
        ((0.6, 0.6), ["top", "left", "inset"]),
    ],
)
def test_regions_smaller_than_the_error_are_flagged(sigma: tuple[float, float], small: list[str]) -> None:
    table = class_aoi_table(FOUR, AOIS, sigma)
    assert table.loc[table["smaller_than_error"], "aoi_id"].tolist() == small


def test_which_regions_and_how_they_counted_is_part_of_the_result() -> None:
    how = {"overlap": Overlap.TOPMOST, "aoi_version": 3}
    students = student_aoi_table(ANN, SHOWN_ANN, AOIS, **how)
    regions = class_aoi_table(students, AOIS, NO_ERROR, **how)
    for table in (students, regions):
        assert (table["overlap"] == "topmost").all()
        assert (table["aoi_version"] == 3).all()
    assert class_aoi_table(FOUR, AOIS, NO_ERROR)["aoi_version"].isna().all()
    assert (row(students, "left").dwell_ms, row(students, "inset").dwell_ms) == (100, 400)
    assert row(students, "left").visits == 1


def test_a_part_that_appears_later_counts_from_then_on_in_each_showing() -> None:
    late = Aoi("late", "Late", Role.TEXT, (Part(((0.0, 0.0), (0.5, 1.0)), from_ms=1000.0),))
    fixated = looks("ann", ("left", 100, 200), ("left", 850, 400), ("left", 5100, 300), ("left", 6100, 500))
    table = student_aoi_table(fixated, shown("ann", (0, 2000), (5000, 3000)), [late])
    assert table.loc[0, ["dwell_ms", "fixation_count"]].tolist() == [900, 2]  # the middles at 1050, 1350
    assert table.loc[0, "expected_dwell_ms"] == pytest.approx(900)


def test_probable_shares_of_regions_that_cover_the_slide_add_up_to_one() -> None:
    halves = [LEFT, Aoi("right", "Right", Role.TEXT, (Part(((0.5, 0.0), (1.0, 1.0))),))]
    fixated = ANN.assign(sigma_x=0.2, sigma_y=0.3)
    table = student_aoi_table(fixated, SHOWN_ANN, halves)
    assert table["probable_share"].sum() == pytest.approx(1.0)
    assert table["dwell_share"].sum() == pytest.approx(1.0)
    left = row(table, "left")
    at_edge = norm.cdf((0.5 - 0.2) / 0.2) - norm.cdf(-0.2 / 0.2)
    heights = [norm.cdf((1 - y) / 0.3) - norm.cdf(-y / 0.3) for y in (0.8, 0.2)]
    assert left.hit_probability == pytest.approx(at_edge * np.mean(heights))


def test_the_probable_share_of_the_class_stands_beside_the_observed_one() -> None:
    table = class_aoi_table(FOUR, AOIS, NO_ERROR)
    for end in ("share", "low", "high"):  # without error they are the same
        np.testing.assert_allclose(table[f"probable_{end}"], table[f"observed_{end}"], atol=1e-6)
    rough = class_aoi_table(FOUR.drop(columns=["probable_share"]), AOIS, NO_ERROR)
    assert rough[["probable_share", "probable_low"]].isna().all(axis=None)
    np.testing.assert_allclose(rough["observed_low"], table["observed_low"])


def test_intervals_of_gap_and_reach() -> None:
    table = class_aoi_table(FOUR, AOIS, NO_ERROR)
    np.testing.assert_allclose(table["gap_low"], table["observed_low"] - table["expected_share"])
    np.testing.assert_allclose(table["gap_high"], table["observed_high"] - table["expected_share"])
    for reached in table.itertuples():  # scipy's own
        interval = binomtest(int(reached.reach_n), 3).proportion_ci(method="wilson")
        assert (reached.reach_low, reached.reach_high) == pytest.approx((interval.low, interval.high))


@pytest.mark.parametrize("students", [1, 5, 6, 9, 10, 25])
def test_the_interval_of_the_median_covers_it_as_often_as_it_says(students: int) -> None:
    times = np.arange(students) * 10.0
    each = [(looks(f"s{i:02}", ("left", t, 100)), shown(f"s{i:02}", (0, 5000))) for i, t in enumerate(times)]
    left = row(class_aoi_table(class_of(*each), AOIS, NO_ERROR), "left")
    if students < 6:
        assert np.isnan([left.ttff_low_ms, left.ttff_high_ms]).all()
        return
    rank = int(left.ttff_low_ms / 10)  # so many are below the interval, and as many above
    assert left.ttff_high_ms == times[-1] - left.ttff_low_ms
    covered = 1 - 2 * binom.cdf(rank, students, 0.5)
    narrower = 1 - 2 * binom.cdf(rank + 1, students, 0.5)
    assert narrower < 0.95 <= covered
