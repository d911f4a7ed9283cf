"""Several recordings on one clock: cases that can be worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from dashboard.replay_clock import Align, aligned

SLIDES = ["first", "second", "third"]


def exposures(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["session_id", "slide_id", "onset_ms", "duration_ms"])


QUICK_AND_SLOW = exposures(
    ("quick", "first", 1000, 500),
    ("quick", "second", 1500, 300),
    ("quick", "first", 1800, 400),  # goes back to the first slide
    ("slow", "first", 9000, 700),
    ("slow", "third", 9700, 100),
)


def rows_of(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


def test_slides_begin_for_everybody_when_they_opened_them() -> None:
    clock = aligned(QUICK_AND_SLOW, SLIDES, Align.SLIDE)
    assert rows_of(clock.stretches, "slide_id", "start_ms", "end_ms") == [
        ("first", 0, 900),  # as long as quick had it open, both times together
        ("second", 900, 1200),
        ("third", 1200, 1300),
    ]
    assert rows_of(clock.pieces, "session_id", "slide_id", "at_ms") == [
        ("quick", "first", 0),
        ("quick", "second", 900),
        ("quick", "first", 500),  # goes on where it was left
        ("slow", "first", 0),
        ("slow", "third", 1200),
    ]
    assert clock.end_ms == 1300


def test_from_the_start_everybody_s_clock_runs_on() -> None:
    clock = aligned(QUICK_AND_SLOW, SLIDES, Align.START)
    assert clock.pieces["at_ms"].tolist() == [0, 500, 800, 0, 700]
    assert rows_of(clock.stretches, "slide_id", "start_ms", "end_ms") == [
        ("first", 0, 700),  # at 500 one of two has gone on: what was shown stays
        ("second", 700, 800),  # one each: the earlier of the lesson
        ("first", 800, 1200),
    ]


def test_the_slide_that_most_have_open_is_shown() -> None:
    class_of_three = exposures(
        ("a", "first", 0, 100), ("b", "first", 0, 50), ("b", "second", 50, 50), ("c", "second", 0, 100)
    )
    clock = aligned(class_of_three, SLIDES, Align.START)
    assert rows_of(clock.stretches, "slide_id", "start_ms", "end_ms") == [
        ("first", 0, 50),
        ("second", 50, 100),
    ]


def test_time_without_a_slide_is_between_stretches() -> None:
    clock = aligned(exposures(("a", "first", 0, 100), ("a", "second", 250, 100)), SLIDES, Align.START)
    assert rows_of(clock.stretches, "start_ms", "end_ms") == [(0, 100), (250, 350)]


@pytest.mark.parametrize("align", list(Align))
def test_nothing_open_is_an_empty_clock(align: Align) -> None:
    clock = aligned(exposures(), SLIDES, align)
    assert clock.pieces.empty
    assert clock.stretches.empty
    assert clock.end_ms == 0


@pytest.mark.parametrize("align", list(Align))
def test_slides_that_the_lesson_has_no_more_do_not_count(align: Align) -> None:
    clock = aligned(exposures(("a", "gone", 0, 100), ("a", "first", 100, 100)), SLIDES, align)
    assert clock.stretches["slide_id"].tolist() == ["first"]
    assert clock.end_ms == 100
