"""Mapping against hand-worked timelines and against properties that hold for every timeline."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain import (
    EXPOSURES,
    FIXATIONS,
    GAZE,
    TIMELINE,
    TIMELINE_EVENTS,
    Screen,
    empty,
    typed,
)
from pipeline.events.quality import quality
from pipeline.mapping import SEGMENTS, exposures, segments, to_slides
from pipeline.parameters import BlinkParameters

WIDE = (160.0, 40.0, 960.0, 540.0)
SMALL = (0.0, 0.0, 640.0, 360.0)
NOWHERE = (np.nan,) * 4


def timeline(*rows: tuple[object, ...]) -> pd.DataFrame:
    return typed(pd.DataFrame(list(rows), columns=list(TIMELINE)), TIMELINE)


def gaze(
    t_ms: np.ndarray, slide_x: float | np.ndarray = 0.5, valid: bool | np.ndarray = True
) -> pd.DataFrame:
    columns = dict.fromkeys(GAZE, np.nan) | {"slide_id": pd.NA, "slide_y": 0.5}
    table = pd.DataFrame(columns, index=range(len(t_ms)))
    return typed(table.assign(t_ms=t_ms, slide_x=slide_x, valid=valid), GAZE)


LESSON = timeline(
    (100, "slide_shown", "a", *WIDE),
    (1000, "window_resized", None, *SMALL),
    (2000, "page_hidden", None, *NOWHERE),
    (3000, "page_visible", None, *NOWHERE),
    (4000, "slide_shown", "b", *WIDE),
    (5000, "slide_hidden", None, *NOWHERE),
    (6000, "slide_shown", "a", *WIDE),
)


def test_each_stretch_of_one_slide_in_one_place_is_a_segment() -> None:
    table = segments(LESSON, end_ms=6500)
    assert list(table) == list(SEGMENTS)
    assert table["slide_id"].tolist() == ["a", "a", "a", "b", "a"]
    assert table["onset_ms"].tolist() == [100, 1000, 3000, 4000, 6000]
    assert table["duration_ms"].tolist() == [900, 1000, 1000, 1000, 500]
    assert table["width_px"].tolist() == [960, 640, 640, 960, 960]


def test_what_lies_beyond_the_end_of_the_recording_is_cut_off() -> None:
    table = segments(LESSON, end_ms=1500)
    assert (table["onset_ms"] + table["duration_ms"]).max() == 1500
    assert len(table) == 2
    assert segments(LESSON, end_ms=100).empty


def test_a_slide_shown_while_the_page_is_hidden_appears_with_the_page() -> None:
    table = segments(
        timeline(
            (0, "page_hidden", None, *NOWHERE),
            (50, "slide_shown", "a", *WIDE),
            (80, "page_visible", None, *NOWHERE),
        ),
        end_ms=100,
    )
    assert table[["onset_ms", "duration_ms"]].to_numpy().tolist() == [[80, 20]]


def test_an_event_that_changes_nothing_splits_nothing() -> None:
    table = segments(
        timeline(
            (0, "slide_shown", "a", *WIDE),
            (50, "page_visible", None, *NOWHERE),
            (60, "window_resized", "a", *WIDE),
        ),
        end_ms=100,
    )
    assert table["duration_ms"].tolist() == [100]


def test_gaze_goes_to_the_slide_under_it() -> None:
    t_ms = np.array([0.0, 99.9, 100.0, 999.9, 1000.0, 2500.0, 4500.0, 5500.0, 6500.0])
    x, y = np.full(9, 640.0), np.full(9, 310.0)
    slide_id, slide_x, slide_y = to_slides(t_ms, x, y, segments(LESSON, end_ms=6500))
    assert slide_id.tolist() == [None, None, "a", "a", "a", None, "b", None, None]
    np.testing.assert_allclose(slide_x[2:5], [0.5, 0.5, 1.0])
    np.testing.assert_allclose(slide_y[2:5], [0.5, 0.5, 310 / 360])
    assert np.isnan(slide_x[[0, 1, 5, 7, 8]]).all()


def test_a_sample_that_is_not_tracked_keeps_its_slide_and_has_no_place() -> None:
    slide_id, slide_x, _ = to_slides(
        np.array([200.0]), np.array([np.nan]), np.array([5.0]), segments(LESSON, end_ms=500)
    )
    assert slide_id.tolist() == ["a"]
    assert np.isnan(slide_x[0])


def test_exposure_counts_time_on_screen_tracked_and_on_the_slide() -> None:
    t_ms = np.arange(0.0, 6500.0, 20.0)
    looked = gaze(t_ms, slide_x=np.where(t_ms < 1100, 0.5, 1.5), valid=(t_ms < 1600) | (t_ms >= 3500))
    table = exposures(segments(LESSON, end_ms=6500), looked)
    assert list(table) == list(EXPOSURES)
    assert table["slide_id"].tolist() == ["a", "a", "b", "a"]  # the resize did not split the first
    assert table["duration_ms"].tolist() == [1900, 1000, 1000, 500]
    assert table["tracked_ms"].tolist() == [1500, 500, 1000, 500]
    assert table["on_slide_ms"].tolist() == [1000, 0, 0, 0]


def test_a_loss_of_samples_is_not_counted_as_tracked() -> None:
    table = exposures(
        segments(timeline((0, "slide_shown", "a", *WIDE)), end_ms=5000),
        gaze(np.array([0.0, 20.0, 4000.0, 4020.0])),
    )
    assert table["tracked_ms"].tolist() == pytest.approx([20 + 100 + 20 + 20])


@pytest.mark.parametrize("rate_hz", [30.0, 9.0, 6.0, 2.0])
def test_a_slow_camera_tracks_as_large_a_share_as_the_quality_report_says(rate_hz: float) -> None:
    t_ms = np.arange(0.0, 60_000.0, 1000 / rate_hz)
    looked = gaze(t_ms, valid=t_ms < 36_000)
    shown = segments(timeline((0, "slide_shown", "a", *WIDE)), end_ms=60_000)
    share = exposures(shown, looked)["tracked_ms"].sum() / 60_000
    assert share == pytest.approx(0.6, abs=0.005)
    frames = pd.DataFrame({"t_ms": t_ms, "blink": False, "face_count": 1, "head_out_of_range": False})
    report = quality(
        looked, frames, shown, None,
        screen=Screen(1920, 1080, 480.0, 270.0), fixations=empty(FIXATIONS), blinks=BlinkParameters(),
    )  # fmt: skip
    assert share == pytest.approx(report["tracked_share"])


def test_nothing_shown_and_nothing_tracked_are_empty_tables() -> None:
    none = segments(empty(TIMELINE), end_ms=100)
    assert list(none) == list(SEGMENTS)
    assert none.empty
    assert exposures(none, gaze(np.arange(5.0))).empty
    shown = segments(LESSON, end_ms=6500)
    assert exposures(shown, empty(GAZE))["tracked_ms"].tolist() == [0, 0, 0, 0]
    slide_id, slide_x, _ = to_slides(np.arange(3.0), np.zeros(3), np.zeros(3), none)
    assert slide_id.tolist() == [None] * 3
    assert np.isnan(slide_x).all()


few = settings(max_examples=50)  # building a table is the slow part


# A timeline that is valid in every respect but may do anything in any order.
rectangles = st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000), st.floats(1, 4000), st.floats(1, 4000))
events = st.tuples(
    st.floats(0, 500), st.sampled_from(TIMELINE_EVENTS), st.sampled_from(["a", "b", "c"]), rectangles
)


@st.composite
def timelines(draw: st.DrawFn) -> pd.DataFrame:
    rows, now_ms, shown = [], 0.0, False
    for step_ms, event, slide, rectangle in draw(st.lists(events, max_size=12)):
        now_ms += step_ms
        if event == "slide_hidden" and not shown:
            continue
        shown = event == "slide_shown" or (shown and event != "slide_hidden")
        is_shown = event == "slide_shown"
        placed = rectangle if is_shown or event == "window_resized" else NOWHERE
        rows.append((now_ms, event, slide if is_shown else None, *placed))
    return timeline(*rows) if rows else empty(TIMELINE)


def replay(table: pd.DataFrame, at_ms: float) -> tuple[str | None, tuple[float, ...]]:
    """What was on screen, told event by event: the plain meaning of a timeline."""
    slide, place, visible = None, NOWHERE, True
    for row in table[table["t_ms"] <= at_ms].itertuples():
        if row.event == "slide_shown":
            slide = row.slide
        if row.event == "slide_hidden":
            slide = None
        if row.event in ("slide_shown", "window_resized"):
            place = (row.x_px, row.y_px, row.width_px, row.height_px)
        if row.event in ("page_hidden", "page_visible"):
            visible = row.event == "page_visible"
    return (slide, place) if slide is not None and visible else (None, NOWHERE)


@few
@given(timelines(), st.lists(st.floats(-10, 13_000), max_size=20), st.floats(0, 13_000))
def test_any_moment_maps_as_the_timeline_tells_it_event_by_event(
    table: pd.DataFrame, moments: list[float], end_ms: float
) -> None:
    edges = table["t_ms"].tolist()
    t_ms = np.array(moments + edges)
    slide_id, slide_x, _ = to_slides(t_ms, t_ms * 0 + 100, t_ms * 0 + 100, segments(table, end_ms))
    for i, moment in enumerate(t_ms):
        slide, (x_px, _, width_px, _) = replay(table, moment) if moment < end_ms else (None, NOWHERE)
        assert slide_id[i] == slide
        if slide is not None:
            assert slide_x[i] == pytest.approx((100 - x_px) / width_px)


@few
@given(timelines(), st.floats(0, 13_000))
def test_segments_never_overlap_and_never_last_longer_than_the_recording(
    table: pd.DataFrame, end_ms: float
) -> None:
    found = segments(table, end_ms)
    onset_ms, duration_ms = found["onset_ms"].to_numpy(), found["duration_ms"].to_numpy()
    assert (duration_ms > 0).all()
    assert (onset_ms[:-1] + duration_ms[:-1] <= onset_ms[1:] + 1e-6).all()
    assert duration_ms.sum() <= end_ms + 1e-6


@few
@given(timelines(), st.floats(100, 13_000), st.floats(5, 60))
def test_exposure_is_conserved(table: pd.DataFrame, end_ms: float, step_ms: float) -> None:
    found = segments(table, end_ms)
    shown = exposures(found, gaze(np.arange(0, end_ms, step_ms)))
    assert shown["duration_ms"].sum() == pytest.approx(found["duration_ms"].sum())
    assert (shown["tracked_ms"] <= shown["duration_ms"] + 1e-6).all()
    assert (shown["tracked_ms"] >= shown["duration_ms"] - step_ms - 1e-6).all()  # all samples were valid
    assert shown["on_slide_ms"].tolist() == shown["tracked_ms"].tolist()


@few
@given(rectangles, st.floats(0, 1), st.floats(0, 1))
def test_a_point_in_the_rectangle_maps_into_the_slide_and_back(
    rectangle: tuple[float, float, float, float], u: float, v: float
) -> None:
    x_px, y_px, width_px, height_px = rectangle
    x, y = np.array([x_px + u * width_px]), np.array([y_px + v * height_px])
    found = segments(timeline((0, "slide_shown", "a", *rectangle)), end_ms=10)
    _, slide_x, slide_y = to_slides(np.array([5.0]), x, y, found)
    assert -1e-9 <= slide_x[0] <= 1 + 1e-9
    assert -1e-9 <= slide_y[0] <= 1 + 1e-9
    assert x_px + slide_x[0] * width_px == pytest.approx(x[0], abs=1e-6)
    assert y_px + slide_y[0] * height_px == pytest.approx(y[0], abs=1e-6)


@few
@given(timelines(), rectangles, st.floats(0, 13_000))
def test_resizing_keeps_the_slide(
    table: pd.DataFrame, rectangle: tuple[float, float, float, float], at_ms: float
) -> None:
    resize = timeline((at_ms, "window_resized", None, *rectangle))
    resized = typed(pd.concat([table, resize]).sort_values("t_ms", kind="stable"), TIMELINE)
    t_ms = np.linspace(0, 13_000, 50)
    before, _, _ = to_slides(t_ms, t_ms, t_ms, segments(table, 13_000))
    after, _, _ = to_slides(t_ms, t_ms, t_ms, segments(resized, 13_000))
    assert before.tolist() == after.tolist()
