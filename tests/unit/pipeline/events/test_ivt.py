"""Velocities and their threshold, on motion whose answer is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.domain import Floats
from pipeline.events.detect import fixations
from pipeline.events.ivt import slow_stretches, speed_deg_s, speed_limit_deg_s
from pipeline.events.track import Track, track_of
from pipeline.parameters import FixationParameters, VelocityParameters
from tests.unit.pipeline.events.recordings import SCREEN, gaze_at, segments_of

SETTINGS = VelocityParameters()
WHOLE = segments_of(("s1", -1000.0, 1e6))


def track_at(t_ms: Floats, x_deg: Floats, y_deg: Floats | float = 0.0) -> Track:
    return track_of(gaze_at(t_ms, x_deg, y_deg), WHOLE, SCREEN, SETTINGS.gap_max_ms)


def find(t_ms: Floats, x_deg: Floats, y_deg: Floats | float = 0.0) -> pd.DataFrame:
    return fixations(gaze_at(t_ms, x_deg, y_deg), WHOLE, SCREEN, FixationParameters(method="ivt"))


@pytest.mark.parametrize("jitter", [0.0, 0.4])
def test_the_speed_of_steady_motion_is_exact_even_where_samples_are_uneven(jitter: float) -> None:
    rng = np.random.default_rng(1)
    t_ms = np.arange(200) * 4.0 + rng.uniform(-jitter, jitter, 200) * 4
    speed = speed_deg_s(track_at(t_ms, 0.003 * (t_ms - 400), -0.004 * (t_ms - 400)), 20.0)
    np.testing.assert_allclose(speed, 5.0, rtol=2e-3)  # the screen is flat, so degrees shrink outwards


def test_the_slope_reaches_into_no_other_run() -> None:
    t_ms = np.concatenate([np.arange(50), 300 + np.arange(50)]) * 4.0
    speed = speed_deg_s(track_at(t_ms, np.repeat([-5.0, 5.0], 50)), 100.0)
    np.testing.assert_allclose(speed, 0.0, atol=1e-6)


def test_a_run_of_one_sample_has_no_speed() -> None:
    places = np.full(61, 1.0)
    places[[29, 31]] = np.nan
    t_ms = np.arange(61) * 4.0
    t_ms[30:] += 500
    t_ms[31:] += 500
    speed = speed_deg_s(track_at(t_ms, places), 20.0)
    assert np.isnan(speed).tolist() == [False] * 29 + [True] + [False] * 29


@pytest.mark.parametrize(("noise_factor", "limit"), [(5.0, 20.0), (3.0, 15.0)])
def test_the_limit_is_a_multiple_of_the_median_speed_and_never_too_little(
    noise_factor: float, limit: float
) -> None:
    speed = np.array([np.nan, 1.0, 4.0, 4.0, 4.0, 400.0])
    assert speed_limit_deg_s(speed, replace(SETTINGS, noise_factor=noise_factor)) == limit


def test_without_any_speed_the_limit_is_the_least() -> None:
    assert speed_limit_deg_s(np.full(3, np.nan), SETTINGS) == SETTINGS.speed_min_deg_s


def test_stretches_end_where_it_is_fast_or_unknown_and_where_the_run_ends() -> None:
    speed = np.array([1, 1, 9, 1, 1, 1, np.nan, 1, 1, 1.0])
    run_stop = np.array([5] * 5 + [8] * 3 + [10] * 2)
    first, stop = slow_stretches(speed, 5.0, run_stop)
    assert first.tolist() == [0, 3, 5, 7, 8]
    assert stop.tolist() == [2, 5, 6, 8, 10]


def test_a_saccade_parts_two_fixations_where_it_is_fast() -> None:
    # 300 ms at rest, 10 deg in 40 ms, 300 ms at rest, at 500 Hz.
    t_ms = np.arange(320) * 2.0
    found = find(t_ms, np.clip((t_ms - 300) / 40, 0, 1) * 10 - 5)
    assert len(found) == 2
    offset = found["onset_ms"] + found["duration_ms"]
    # the slope looks 10 ms ahead and back, so it is fast from then on
    assert offset[0] == pytest.approx(291, abs=3)
    assert found["onset_ms"][1] == pytest.approx(349, abs=3)
    assert found["onset_ms"][0] == -1.0
    assert offset[1] == 639.0


def test_a_small_saccade_is_seen_in_quiet_gaze_and_not_in_noisy_gaze() -> None:
    rng = np.random.default_rng(2)
    t_ms = np.arange(2000) * 2.0
    small = np.where(t_ms < 2000, 0.0, 0.4)
    quiet, noisy = rng.normal(0, 0.02, (2, 2000)), rng.normal(0, 0.3, (2, 2000))
    assert len(find(t_ms, small + quiet[0], quiet[1])) == 2
    assert len(find(t_ms, small + noisy[0], noisy[1])) == 1
    assert len(find(t_ms, 10 * small + noisy[0], noisy[1])) == 2


@pytest.mark.parametrize(("lasts_ms", "count"), [(50, 2), (80, 3)])
def test_what_is_shorter_than_60_ms_is_no_fixation(lasts_ms: int, count: int) -> None:
    # The slope of 20 ms takes 10 ms off either side, here made up for.
    places = np.repeat([-8.0, 0.0, 8.0], [500, lasts_ms + 20, 500])
    assert len(find(np.arange(len(places), dtype=float), places)) == count


@pytest.mark.parametrize(("lost_ms", "count"), [(75, 1), (80, 2)])
def test_losses_of_up_to_75_ms_are_bridged(lost_ms: int, count: int) -> None:
    places = np.zeros(1000)
    places[500 : 500 + lost_ms] = np.nan
    assert len(find(np.arange(1000.0), places)) == count
