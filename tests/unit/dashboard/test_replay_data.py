"""What the browser is sent to play a session back."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dashboard.replay import RATE_HZ, replay_of

STRETCHES = pd.DataFrame({"slide_id": ["a", "b"], "t_s": [0.0, 1.0], "end_s": [1.0, 2.5]})


def gaze(rate_hz: float) -> pd.DataFrame:
    t_ms = 5000 + np.arange(0, 2500, 1000 / rate_hz)
    x = np.where(t_ms < 5500, np.nan, 0.25)
    slide = np.where(t_ms > 7400, None, "a")
    return pd.DataFrame({"t_ms": t_ms, "slide_id": slide, "slide_x": x, "slide_y": 2 * x})


def test_times_count_from_the_first_slide_and_places_are_whole_numbers() -> None:
    sent = replay_of(gaze(30), STRETCHES, 5000.0)
    assert (sent.t_ms[0], sent.x[-1], sent.y[-1]) == (0, 2500, 5000)
    assert sent.slides[1] == {"slide_id": "b", "start_ms": 1000, "end_ms": 2500}


def test_what_was_not_tracked_is_sent_as_nothing() -> None:
    sent = replay_of(gaze(30), STRETCHES, 5000.0)
    assert [x is None for x in sent.x] == [t < 500 for t in sent.t_ms]


def test_time_without_a_slide_is_not_sent() -> None:
    assert max(replay_of(gaze(30), STRETCHES, 5000.0).t_ms) <= 2400


def test_a_fast_tracker_is_thinned_to_what_can_be_seen() -> None:
    sent = replay_of(gaze(500), STRETCHES, 5000.0)
    assert len(sent.t_ms) <= 2.4 * RATE_HZ + 1
    assert min(np.diff(sent.t_ms)) >= 1000 / RATE_HZ - 3
