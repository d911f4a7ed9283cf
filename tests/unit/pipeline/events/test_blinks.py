import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.events.blinks import blink_events, blinks
from pipeline.events.runs import runs
from pipeline.parameters import BlinkParameters

PARAMETERS = BlinkParameters()
STEP_MS = 20.0


def eyes(*closures: tuple[float, float], seconds: float = 30.0) -> tuple[np.ndarray, np.ndarray]:
    """Times at 50 Hz and an openness of 0.3, 0.05 from each onset for each duration in ms."""
    t_ms = np.arange(0, seconds * 1000, STEP_MS)
    openness = np.full(len(t_ms), 0.3)
    for onset, duration in closures:
        openness[(t_ms >= onset) & (t_ms < onset + duration)] = 0.05
    return t_ms, openness


def test_a_blink_is_found_with_its_times_and_its_padding() -> None:
    t_ms, openness = eyes((12_000, 200))
    events = blink_events(t_ms, openness, PARAMETERS)
    assert events["onset_ms"].tolist() == [12_000 - STEP_MS / 2]
    assert events["duration_ms"].tolist() == [200.0]
    padded = t_ms[blinks(t_ms, openness, PARAMETERS)]
    # From 70 ms before 11,990 to 130 ms after 12,190.
    assert (padded.min(), padded.max()) == (11_920, 12_320)
    assert len(padded) == 21


@pytest.mark.parametrize(
    ("duration_ms", "is_blink", "is_masked"),
    [(60, False, False), (80, True, True), (500, True, True), (600, False, True), (3000, False, True)],
)
def test_only_70_to_500_ms_are_a_blink_but_longer_closures_give_no_gaze(
    duration_ms: float, is_blink: bool, is_masked: bool
) -> None:
    t_ms, openness = eyes((15_000, duration_ms))
    assert len(blink_events(t_ms, openness, PARAMETERS)) == is_blink
    assert blinks(t_ms, openness, PARAMETERS).any() == is_masked


def test_lowered_lids_are_no_blink_and_blinks_are_found_while_they_are() -> None:
    # Reading further down lowers the lids slowly by a third, below 0.75 of what they were at first.
    t_ms, openness = eyes((6_000, 200), (36_000, 200), seconds=40)
    openness = openness * np.interp(t_ms, [8_000, 32_000], [1.0, 0.65])
    np.testing.assert_allclose(blink_events(t_ms, openness, PARAMETERS)["onset_ms"], [5_990, 35_990])
    assert blinks(t_ms, openness, PARAMETERS).sum() == 2 * 21


def test_a_blink_at_the_very_start_is_found() -> None:
    assert len(blink_events(*eyes((0, 300)), PARAMETERS)) == 1


def test_frames_without_a_face_are_no_blink() -> None:
    t_ms, openness = eyes((12_000, 200))
    openness[(t_ms > 5_000) & (t_ms < 6_000)] = np.nan
    openness[t_ms == 12_240] = np.nan  # inside the padding
    mask = blinks(t_ms, openness, PARAMETERS)
    assert not mask[np.isnan(openness)].any()
    assert t_ms[mask].min() == 11_920


@pytest.mark.parametrize("openness", [[], [0.3], [np.nan, np.nan, np.nan]])
def test_too_little_to_tell_is_no_blink(openness: list[float]) -> None:
    t_ms = np.arange(len(openness)) * STEP_MS
    assert not blinks(t_ms, np.array(openness), PARAMETERS).any()


@given(st.lists(st.booleans()))
def test_runs_are_the_stretches_of_true(states: list[bool]) -> None:
    rebuilt = np.zeros(len(states), bool)
    first, stop = runs(np.array(states, dtype=bool))
    for start, end in zip(first, stop, strict=True):
        rebuilt[start:end] = True
        assert start == 0 or not states[start - 1]
        assert end == len(states) or not states[end]
    assert rebuilt.tolist() == states
