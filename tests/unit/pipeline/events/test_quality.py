import json

import numpy as np
import pandas as pd
import pytest

from pipeline.attention.registry import MEASURES
from pipeline.domain import FIXATIONS, FRAMES, GAZE, empty
from pipeline.events.quality import quality
from pipeline.parameters import BlinkParameters
from tests.unit.pipeline.events.recordings import SCREEN, frames_of, gaze_at, segments_of

STEP_MS = 1000 / 30


def measure(
    gaze: pd.DataFrame,
    frames: pd.DataFrame | None = None,
    segments: pd.DataFrame | None = None,
    fixations: pd.DataFrame | None = None,
) -> dict[str, float | None]:
    end_ms = float(gaze["t_ms"].max()) + STEP_MS
    return quality(
        gaze,
        frames_of(gaze["t_ms"].to_numpy()) if frames is None else frames,
        segments_of(("s1", 0.0, end_ms)) if segments is None else segments,
        None,
        screen=SCREEN,
        fixations=empty(FIXATIONS) if fixations is None else fixations,
        blinks=BlinkParameters(),
    )


def minute(lost: slice = slice(0), **columns: object) -> pd.DataFrame:
    """A minute of gaze at 30 Hz."""
    places = np.zeros(1800)
    places[lost] = np.nan
    return gaze_at(np.arange(1800) * STEP_MS, places, **columns)


def test_a_whole_recording_is_tracked_throughout() -> None:
    found = measure(minute())
    assert found["tracked_share"] == pytest.approx(1.0)
    assert found["data_loss_share"] == pytest.approx(0.0, abs=1e-9)
    assert found["sampling_rate_hz"] == pytest.approx(30.0)
    assert found["longest_gap_ms"] == pytest.approx(STEP_MS)
    assert found["on_slide_share"] == pytest.approx(1.0)
    assert found["sigma_deg"] == pytest.approx(2.0)


def test_lost_samples_are_not_tracked() -> None:
    found = measure(minute(slice(600, 780)))
    assert found["tracked_share"] == pytest.approx(0.9)
    assert found["data_loss_share"] == pytest.approx(0.1)
    assert found["longest_gap_ms"] == pytest.approx(181 * STEP_MS)


def test_blinks_are_loss_but_do_not_count_against_tracking() -> None:
    places = np.zeros(1800)
    places[np.arange(1800) % 150 < 15] = np.nan  # half a second, twelve times
    gaze = gaze_at(np.arange(1800) * STEP_MS, places)
    frames = frames_of(gaze["t_ms"].to_numpy(), blink=~gaze["valid"])
    found = measure(gaze, frames)
    assert found["tracked_share"] == pytest.approx(1.0)
    assert found["data_loss_share"] == pytest.approx(0.1)
    assert found["blink_rate_per_min"] == pytest.approx(12.0)


def test_lids_that_stay_closed_are_no_blink_and_not_tracked() -> None:
    gaze = minute(slice(600, 780))  # six seconds: turned away, or measured wrongly
    frames = frames_of(gaze["t_ms"].to_numpy(), blink=~gaze["valid"])
    found = measure(gaze, frames)
    assert found["tracked_share"] == pytest.approx(0.9)
    assert found["blink_rate_per_min"] == 0.0


def test_a_gap_in_the_video_is_a_loss() -> None:
    gaze = minute()
    gaze = gaze[(gaze.index < 600) | (gaze.index >= 780)]
    found = measure(gaze.reset_index(drop=True))
    assert found["tracked_share"] == pytest.approx(0.9, abs=0.001)
    assert found["longest_gap_ms"] == pytest.approx(181 * STEP_MS)


def test_a_video_that_ends_before_the_slides_is_a_loss() -> None:
    found = measure(minute(), segments=segments_of(("s1", 0.0, 120_000.0)))
    assert found["tracked_share"] == pytest.approx(0.5, abs=0.001)
    assert found["longest_gap_ms"] == pytest.approx(60_000.0 + STEP_MS)


def test_a_camera_that_slows_down_is_not_a_loss() -> None:
    t_ms = np.concatenate([np.arange(900) * STEP_MS, 30_000 + np.arange(300) * 100.0])
    found = measure(gaze_at(t_ms, np.zeros(1200)), segments=segments_of(("s1", 0.0, 60_000.0)))
    assert found["tracked_share"] == pytest.approx(1.0, abs=0.005)


def test_only_the_time_in_which_a_slide_was_shown_counts() -> None:
    gaze = minute(slice(600, 900))
    around = segments_of(("s1", 0.0, 20_000.0), ("s2", 30_000.0, 30_000.0))
    frames = frames_of(gaze["t_ms"].to_numpy(), face_count=np.where(gaze["valid"], 1, 2))
    found = measure(gaze, frames, around)
    assert found["tracked_share"] == pytest.approx(1.0)
    assert found["several_faces_share"] == 0.0
    assert measure(gaze, frames)["several_faces_share"] == pytest.approx(300 / 1800)


def test_no_share_of_the_time_is_known_where_no_slide_was_shown() -> None:
    found = measure(minute(slice(600, 780)), segments=segments_of())
    shares = ("tracked_share", "data_loss_share", "longest_gap_ms", "on_slide_share")
    assert [found[name] for name in shares] == [None] * 4


def test_gaze_beside_the_slide_is_tracked_but_not_on_it() -> None:
    found = measure(minute(slide_x=np.where(np.arange(1800) < 450, 1.2, 0.5)))
    assert found["tracked_share"] == pytest.approx(1.0)
    assert found["on_slide_share"] == pytest.approx(0.75)


def test_head_out_of_range_is_a_share_of_the_frames_with_a_face() -> None:
    gaze = minute()
    number = np.arange(1800)
    frames = frames_of(
        gaze["t_ms"].to_numpy(), face_count=(number < 900).astype(int), head_out_of_range=number < 300
    )
    assert measure(gaze, frames)["head_out_of_range_share"] == pytest.approx(1 / 3)


def test_precision_is_that_of_the_noise_within_fixations() -> None:
    # Thirty fixations to and fro, with noise of 0.4 deg per axis: the jumps between them must not count.
    rng = np.random.default_rng(7)
    number = np.arange(1800) // 60
    places = np.where(number % 2, -5.0, 5.0) + rng.normal(0, 0.4, 1800)
    gaze = gaze_at(np.arange(1800) * STEP_MS, places, rng.normal(0, 0.4, 1800))
    onset_ms = (np.arange(30) * 60 - 0.5) * STEP_MS
    found = measure(gaze, fixations=pd.DataFrame({"onset_ms": onset_ms, "duration_ms": 59.9 * STEP_MS}))
    assert found["precision_rms_s2s_deg"] == pytest.approx(0.4 * 2, rel=0.05)
    assert found["precision_std_deg"] == pytest.approx(0.4 * np.sqrt(2), rel=0.05)


def test_accuracy_is_what_the_validation_found() -> None:
    gaze = minute()
    found = quality(
        gaze,
        empty(FRAMES),
        segments_of(),
        {"accuracy_deg": 1.7},
        screen=SCREEN,
        fixations=empty(FIXATIONS),
        blinks=BlinkParameters(),
    )
    assert found["accuracy_deg"] == 1.7
    assert measure(gaze)["accuracy_deg"] is None


def test_what_is_unknown_is_none_and_all_is_json_and_in_the_registry() -> None:
    nothing = quality(
        empty(GAZE),
        empty(FRAMES),
        segments_of(),
        None,
        screen=SCREEN,
        fixations=empty(FIXATIONS),
        blinks=BlinkParameters(),
    )
    assert set(nothing.values()) == {None}
    found = measure(minute())
    assert found.keys() == nothing.keys() <= MEASURES.keys()
    json.dumps(found, allow_nan=False)
