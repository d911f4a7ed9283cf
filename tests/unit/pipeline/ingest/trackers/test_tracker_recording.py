"""What every importer's arrays go through: order of time, validity, the vendor's fixations, groups."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from pipeline.domain import Floats
from pipeline.errors import InputError
from pipeline.ingest.trackers.recording import (
    RECORDED_FIXATIONS,
    RECORDED_GAZE,
    ReadOptions,
    fixation_table,
    gaze_table,
    groups,
    sampling_rate_hz,
    screen_size,
)


def array(*values: float) -> Floats:
    return np.array(values, dtype=np.float64)


def test_samples_in_order_stay_as_they_are() -> None:
    stimulus = pd.Categorical(["a", None, "b"])
    gaze, notes = gaze_table("f", array(0, 10, 20), array(1, 2, 3), array(4, 5, 6), stimulus=stimulus)
    assert {name: str(kind) for name, kind in gaze.dtypes.items()} == RECORDED_GAZE
    assert gaze["t_ms"].tolist() == [0, 10, 20]
    assert gaze["x_px"].tolist() == [1, 2, 3]
    assert gaze["stimulus"].fillna("none").tolist() == ["a", "none", "b"]
    assert gaze["distance_mm"].isna().all()
    assert notes == ()


def test_unsorted_repeated_and_timeless_samples_are_put_right_and_told_of() -> None:
    time, x = array(20, 0, np.nan, 10, 10), array(3, 1, 9, 2, 8)
    gaze, notes = gaze_table("f", time, x, x, distance_mm=x * 100)
    assert gaze["t_ms"].tolist() == [0, 10, 20]
    assert gaze["x_px"].tolist() == [1, 2, 3]  # of a time given twice the first counts
    assert gaze["distance_mm"].tolist() == [100, 200, 300]
    assert notes == (
        "1 row(s) without a time were left out.",
        "The samples were not in order of time and were sorted.",
        "1 sample(s) had the time of the one before and were left out.",
    )


def test_only_valid_samples_have_coordinates() -> None:
    valid = np.array([True, False, True, True])
    x, y = array(1, 2, np.nan, 1e6), array(5, 6, 7, 8)
    gaze, notes = gaze_table("f", array(0, 1, 2, 3), x, y, valid=valid)
    assert gaze["valid"].tolist() == [True, False, False, False]
    assert gaze["x_px"].notna().tolist() == gaze["y_px"].notna().tolist() == gaze["valid"].tolist()
    assert notes == ("1 sample(s) lay further than any screen reaches and count as not valid.",)


@pytest.mark.parametrize("time", [array(-5, 10), array(0, 2e9)])
def test_times_outside_any_recording_are_refused(time: Floats) -> None:
    with pytest.raises(InputError, match="times from 0 to 1000000000 ms"):
        gaze_table("f", time, time, time)


def test_fixations_that_lack_something_are_left_out() -> None:
    onset, duration = array(50, 0, 100, 150), array(20, 30, 0, 20)
    fixations, notes = fixation_table(onset, duration, array(1, 2, 3, np.nan), array(1, 2, 3, 4))
    assert {name: str(kind) for name, kind in fixations.dtypes.items()} == RECORDED_FIXATIONS
    assert fixations["onset_ms"].tolist() == [0, 50]
    assert notes == ("2 fixation(s) of the vendor lacked a time, a length or a place.",)


def test_groups_come_in_order_of_appearance() -> None:
    person = pd.Categorical(["b", "b", "a", "b", None])
    recording = pd.Categorical(["1", "2", "1", "1", "1"])
    assert [rows.tolist() for rows in groups(person, recording)] == [[0, 3], [1], [2], [4]]
    assert [rows.tolist() for rows in groups(recording[:0])] == []


@pytest.mark.parametrize(
    ("time", "rate"),
    [
        (np.arange(0, 1000, 20.0), 50.0),
        (np.delete(np.arange(0, 10_000, 20.0), slice(100, 300)), 50.0),  # a gap of four seconds
        (np.round(np.arange(0, 3000, 1000 / 60)), 60.0),  # a clock of whole milliseconds
        (np.cumsum([4.0, 4.0, 4.0, 8.0] * 50), 200.0),  # a clock that jumps by a whole step
    ],
)
def test_rate_is_that_of_unbroken_stretches(time: Floats, rate: float) -> None:
    assert sampling_rate_hz(time) == pytest.approx(rate, rel=0.01)


def test_one_sample_has_no_rate() -> None:
    assert sampling_rate_hz(array(1)) is None


def test_the_person_knows_the_screen_better_than_the_file() -> None:
    assert screen_size(ReadOptions((800, 600)), (1024.0, 768.0)) == (800, 600, True, ())
    assert screen_size(ReadOptions(), (1024.0, 768.0)) == (1024, 768, True, ())
    width, height, stated, notes = screen_size(ReadOptions(), (np.nan, 768.0))
    assert (width, height, stated) == (1920, 1080, False)
    assert "1920 x 1080 px was assumed" in notes[0]
