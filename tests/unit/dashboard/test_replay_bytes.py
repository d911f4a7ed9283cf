"""The block of bytes that a replay is sent, taken apart again."""

from __future__ import annotations

import struct

import numpy as np
import pandas as pd
import pytest

from dashboard.replay_bytes import (
    NOT_TRACKED,
    SAMPLES_MAX,
    packed,
    quantised,
    rate_and_window,
    slide_units,
    thinned,
    unpacked,
)


def gaze(rate_hz: float, sessions: int = 2, seconds: float = 3.0) -> pd.DataFrame:
    at_ms = np.arange(0, seconds * 1000, 1000 / rate_hz)
    one = pd.DataFrame({"at_ms": at_ms, "slide_x": at_ms / 3000, "slide_y": 1 - at_ms / 3000})
    return pd.concat([one.assign(session=i) for i in range(sessions)], ignore_index=True)


def test_the_layout_is_the_one_that_is_documented() -> None:
    block = packed(gaze(10, seconds=0.2), ["a", "b"], 3, 60_000, 15.0)
    (length,) = struct.unpack_from("<I", block, 4)
    assert block[:4] == b"GBR1"
    assert length % 4 == 0
    assert struct.unpack_from("<4i", block, 8 + length) == (0, 100, 0, 100)
    x = struct.unpack_from("<4H", block, 8 + length + 16)
    assert x[0] == round(65_534 / 3)  # the slide's left edge is a third of the way
    assert len(block) == 8 + length + 4 * 8


def test_what_was_packed_comes_back() -> None:
    sent = gaze(30)
    sent.loc[5, ["slide_x", "slide_y"]] = np.nan
    back = unpacked(packed(sent, ["a", "b"], 0, 60_000, 30.0))
    assert back.header == {
        "window": 0, "start_ms": 0, "end_ms": 60_000, "rate_hz": 30.0, "sessions": ["a", "b"],
        "samples": [90, 90],
    }  # fmt: skip
    np.testing.assert_allclose(back.x, sent["slide_x"], atol=1.6 / 65_534)
    np.testing.assert_allclose(back.y, sent["slide_y"], atol=1.6 / 65_534)
    np.testing.assert_allclose(back.t_ms, sent["at_ms"], atol=0.5)
    assert np.flatnonzero(np.isnan(back.x)).tolist() == [5]
    assert back.of_session("b") == slice(90, 180)


def test_the_same_gaze_is_the_same_bytes() -> None:
    assert packed(gaze(30), ["a", "b"], 0, 60_000, 30.0) == packed(gaze(30), ["a", "b"], 0, 60_000, 30.0)


def test_other_bytes_are_refused() -> None:
    with pytest.raises(ValueError, match="GBR1"):
        unpacked(b"PK\x03\x04")
    with pytest.raises(ValueError, match="bytes, got"):
        unpacked(packed(gaze(30), ["a", "b"], 0, 60_000, 30.0)[:-1])


@pytest.mark.parametrize("share", [-1.0, 0.0, 0.5, 1.0, 2.0])
def test_a_place_is_kept_to_a_tenth_of_a_pixel(share: float) -> None:
    assert slide_units(quantised(np.array([share])))[0] == pytest.approx(share, abs=0.1 / 1920)


def test_far_away_is_at_the_edge_and_not_tracked_is_nothing_else() -> None:
    whole = quantised(np.array([-7.0, 9.0, np.nan]))
    assert whole.tolist() == [0, NOT_TRACKED - 1, NOT_TRACKED]


def test_a_fast_tracker_is_thinned_to_samples_that_were_measured() -> None:
    fast = gaze(500)
    kept = thinned(fast, 30.0)
    assert kept.groupby("session").size().tolist() == [90, 90]
    assert set(kept.index) <= set(fast.index)
    steps = np.floor(kept["at_ms"] * 30 / 1000 + 1e-9)
    assert not pd.DataFrame({"s": kept["session"], "step": steps}).duplicated().any()


def test_a_slow_tracker_is_left_as_it_is() -> None:
    assert len(thinned(gaze(10), 30.0)) == len(gaze(10))


@pytest.mark.parametrize("sessions", [1, 6, 7, 30, 60])
def test_a_window_stays_small(sessions: int) -> None:
    rate_hz, window_ms = rate_and_window(sessions)
    assert sessions * rate_hz * window_ms / 1000 <= SAMPLES_MAX
    assert window_ms >= 20_000
    assert rate_hz == (30.0 if sessions <= 6 else 15.0)
