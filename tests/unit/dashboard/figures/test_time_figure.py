"""Charts over time: everybody is accounted for, and not tracked is never mistaken for looking away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashboard.figures.time import class_over_time, clock, gaze_over_time, missing_stretches

SHARES = pd.DataFrame(
    {
        "t_s": np.arange(4.0),
        "on_slide": [0.5, 0.75, 1.0, 0.0],
        "elsewhere": [0.25, 0.25, 0.0, 0.25],
        "not_tracked": [0.25, 0.0, 0.0, 0.75],
        "students": 8,
    }
)
STARTS = pd.DataFrame({"t_s": [0.0, 2.0], "number": [1, 2]})


def gaze(lost: slice) -> pd.DataFrame:
    t_s = np.arange(0, 10, 0.1)
    x = np.linspace(0, 1, len(t_s))
    x[lost] = np.nan
    return pd.DataFrame({"t_s": t_s, "slide_x": x, "slide_y": 1 - x})


SLIDES = pd.DataFrame({"t_s": [0.0, 5.0], "end_s": [5.0, 10.0], "number": [1, 2], "slide_id": ["a", "b"]})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_class_is_stacked_to_all_of_it(scheme: str) -> None:
    figure = class_over_time(SHARES, STARTS, scheme=scheme)
    np.testing.assert_allclose(np.sum([trace.y for trace in figure.data], axis=0), 1)
    assert [trace.name for trace in figure.data][:2] == ["on the slide", "elsewhere"]
    assert list(figure.layout.yaxis.range) == [0, 1]


def test_only_what_was_not_tracked_is_hatched() -> None:
    on, elsewhere, lost = class_over_time(SHARES, STARTS, scheme="light").data
    assert lost.fillpattern.shape == "/"
    assert on.fillpattern.shape is elsewhere.fillpattern.shape is None


def test_slides_are_marked_where_they_begin() -> None:
    figure = class_over_time(SHARES, STARTS, scheme="light")
    assert [line.x0 for line in figure.layout.shapes] == [0.0, 2.0]
    assert [note.text.strip() for note in figure.layout.annotations] == ["1", "2"]


def test_an_empty_class_says_so() -> None:
    figure = class_over_time(SHARES.iloc[:0], STARTS.iloc[:0], scheme="light")
    assert not figure.data
    assert "No session" in figure.layout.annotations[0].text


def test_gaze_is_broken_and_hatched_where_it_was_lost() -> None:
    figure = gaze_over_time(gaze(slice(30, 50)), SLIDES, scheme="light")
    hatch, line = figure.data[:2]
    assert not line.connectgaps
    assert np.isnan(line.y[30:50]).all()
    assert list(hatch.x[:4]) == pytest.approx([3.0, 5.0, 5.0, 3.0])
    assert hatch.fillpattern.shape == "/"


def test_down_the_slide_is_down_the_chart() -> None:
    assert list(gaze_over_time(gaze(slice(0)), SLIDES, scheme="dark").layout.yaxis2.range) == [1, 0]


def test_a_session_without_gaze_says_so() -> None:
    figure = gaze_over_time(gaze(slice(0)).iloc[:0], SLIDES, scheme="light")
    assert "No gaze" in figure.layout.annotations[0].text


def test_an_hour_stays_small() -> None:
    t_s = np.linspace(0, 3600, 3000)
    hour = pd.DataFrame({"t_s": t_s, "slide_x": np.sin(t_s), "slide_y": np.cos(t_s)})
    assert len(gaze_over_time(hour, SLIDES, scheme="light").to_json()) < 300_000


def test_blinks_are_too_short_to_be_hatched() -> None:
    t_s = np.arange(0, 2, 0.1)
    missing = np.zeros(20, bool)
    missing[[3, 4, 10, 11, 12, 13, 14]] = True
    assert missing_stretches(t_s, missing) == [pytest.approx((1.0, 1.5))]


def test_a_clock_reads_minutes_and_seconds() -> None:
    assert [clock(s) for s in (0, 9.6, 60, 3725)] == ["0:00", "0:10", "1:00", "62:05"]
