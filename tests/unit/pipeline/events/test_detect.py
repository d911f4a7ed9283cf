"""What holds for every method, and which one is chosen when."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain import FIXATIONS, GAZE, Screen, empty
from pipeline.errors import InputError
from pipeline.events.detect import METHODS, chosen_method, describe, fixations
from pipeline.parameters import FixationParameters, VelocityParameters
from tests.unit.pipeline.events.recordings import SCREEN, gaze_at, segments_of

WHOLE = segments_of(("s1", -1000.0, 1e6))
RATES_HZ = (15.0, 30.0, 120.0)


def looking(seed: int, rate_hz: float, noise_deg: float = 0.1, seconds: float = 8.0) -> pd.DataFrame:
    """Gaze that rests 0.2-0.6 s at places 3 deg or more apart; now and then it is lost for 50-300 ms."""
    rng = np.random.default_rng(seed)
    t_ms = np.arange(0, 1000 * seconds, 1000 / rate_hz)
    onset = np.cumsum(rng.uniform(200, 600, 60))
    angle, length = rng.uniform(0, 2 * np.pi, 61), rng.uniform(3, 9, 61)
    places = length[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
    x, y = places[np.searchsorted(onset, t_ms)].T + rng.normal(0, noise_deg, (2, len(t_ms)))
    for begin in rng.uniform(0, 1000 * seconds, 3):
        x[(t_ms >= begin) & (t_ms < begin + rng.uniform(50, 300))] = np.nan
    return gaze_at(t_ms, x, y)


def find(gaze: pd.DataFrame, method: str, screen: Screen = SCREEN, **where: pd.DataFrame) -> pd.DataFrame:
    return fixations(gaze, where.get("segments", WHOLE), screen, FixationParameters(method=method))


cases = given(seed=st.integers(0, 10_000), rate_hz=st.sampled_from(RATES_HZ), method=st.sampled_from(METHODS))


@settings(max_examples=20)
@cases
def test_none_overlap_reach_over_a_long_loss_or_leave_the_exposure(
    seed: int, rate_hz: float, method: str
) -> None:
    gaze = looking(seed, rate_hz)
    cut = np.random.default_rng(seed).uniform(2000, 6000)
    gaze["slide_id"] = pd.array(np.where(gaze["t_ms"] < cut, "s1", "s2"), dtype="string")
    segments = segments_of(("s1", 0.0, cut), ("s2", cut, 8000.0 - cut))
    found = find(gaze, method, segments=segments)
    assert found.dtypes.astype(str).to_dict() == FIXATIONS
    onset = found["onset_ms"].to_numpy()
    offset = onset + found["duration_ms"].to_numpy(float)
    assert (onset[1:] >= offset[:-1] - 0.01).all()
    assert not ((onset < cut - 0.01) & (offset > cut + 0.01)).any()
    assert found["duration_ms"].sum() <= 8000.0
    t_ms = gaze.loc[gaze["valid"], "t_ms"].to_numpy()
    long = np.flatnonzero(np.diff(t_ms) > 101 + 1000 / rate_hz)
    for before, after in zip(t_ms[long], t_ms[long + 1], strict=True):
        assert not ((onset < before) & (offset > after)).any()


@settings(max_examples=12)
@cases
def test_later_is_only_later(seed: int, rate_hz: float, method: str) -> None:
    gaze = looking(seed, rate_hz)
    late = gaze.assign(t_ms=gaze["t_ms"] + 65536.0)  # whole in binary, so that nothing is rounded otherwise
    found, later = find(gaze, method), find(late, method)
    np.testing.assert_allclose(later["onset_ms"], found["onset_ms"] + 65536.0, atol=1e-6)
    pd.testing.assert_frame_equal(later.drop(columns="onset_ms"), found.drop(columns="onset_ms"), rtol=1e-5)


@settings(max_examples=12)
@cases
def test_twice_the_pixels_on_the_same_glass_change_nothing(seed: int, rate_hz: float, method: str) -> None:
    gaze = looking(seed, rate_hz)
    fine = gaze.assign(screen_x_px=2 * gaze["screen_x_px"], screen_y_px=2 * gaze["screen_y_px"])
    screen = replace(SCREEN, width_px=2 * SCREEN.width_px, height_px=2 * SCREEN.height_px)
    segments = segments_of(("s1", -1000.0, 1e6), width_px=3840.0, height_px=2160.0)
    found, finer = find(gaze, method), find(fine, method, screen, segments=segments)
    pd.testing.assert_frame_equal(finer, found, rtol=1e-5)


@settings(max_examples=12)
@cases
def test_a_mirrored_screen_mirrors_the_fixations(seed: int, rate_hz: float, method: str) -> None:
    gaze = looking(seed, rate_hz)
    mirrored = gaze.assign(screen_x_px=SCREEN.width_px - gaze["screen_x_px"], slide_x=1 - gaze["slide_x"])
    found, other = find(gaze, method), find(mirrored, method)
    np.testing.assert_allclose(other["onset_ms"], found["onset_ms"])
    np.testing.assert_allclose(other["slide_x"], 1 - found["slide_x"], atol=1e-5)


@pytest.mark.parametrize("method", METHODS)
def test_places_at_rest_are_found_at_every_rate(method: str) -> None:
    """Five places for half a second each: five fixations, as long as that but for the blur of a method."""
    for rate_hz in RATES_HZ:
        t_ms = np.arange(0, 2500, 1000 / rate_hz)
        rng = np.random.default_rng(3)
        x, y = rng.normal(0, 0.05, (2, len(t_ms)))
        x += np.array([-12.0, -6.0, 0.0, 6.0, 12.0])[(t_ms // 500).astype(int)]
        if method == "ivt" and rate_hz < 55:
            continue  # its slope of 100 ms for webcams blurs half a second too much
        found = find(gaze_at(t_ms, x, y), method)
        assert len(found) == 5, rate_hz
        np.testing.assert_allclose(found["duration_ms"], 500, atol=2.5 * 1000 / rate_hz + 100)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_comes_of_nothing(method: str) -> None:
    lost = gaze_at(np.arange(50.0), np.full(50, np.nan))
    for gaze in (empty(GAZE), gaze_at(np.array([0.0]), [0.0]), lost, gaze_at(np.arange(2.0), np.zeros(2))):
        found = find(gaze, method)
        assert len(found) == 0
        assert found.dtypes.astype(str).to_dict() == FIXATIONS


@pytest.mark.parametrize(
    ("rate_hz", "noise_deg", "method", "reason"),
    [
        (15.0, 0.8, "idt", "fewer samples than 20 Hz"),
        (30.0, 0.8, "clustering", "20 Hz or more, but under 55 Hz"),
        (30.0, 0.0, "clustering", "20 Hz or more, but under 55 Hz"),
        (60.0, 0.05, "ivt", "55 Hz or more, noise up to 0.15 deg"),
        (60.0, 0.5, "clustering", "noise over 0.15 deg"),
        (500.0, 0.02, "ivt", "55 Hz or more, noise up to 0.15 deg"),
    ],
)
def test_the_method_goes_by_rate_and_noise(
    rate_hz: float, noise_deg: float, method: str, reason: str
) -> None:
    gaze = looking(1, rate_hz, noise_deg)
    assert chosen_method(gaze, SCREEN, FixationParameters()) == method
    assert describe(gaze, SCREEN, FixationParameters())["reason"] == reason
    assert describe(gaze, SCREEN, FixationParameters())["noise_deg"] == pytest.approx(noise_deg, rel=0.35)
    pd.testing.assert_frame_equal(find(gaze, "auto"), find(gaze, method))


def test_60_hz_in_whole_milliseconds_is_a_tracker() -> None:
    gaze = looking(1, 60.0, 0.05)
    assert chosen_method(gaze.assign(t_ms=gaze["t_ms"].round()), SCREEN, FixationParameters()) == "ivt"


def test_a_method_that_is_asked_for_is_taken_and_an_unknown_one_refused() -> None:
    gaze = looking(1, 15.0)
    assert chosen_method(gaze, SCREEN, FixationParameters(method="ivt")) == "ivt"
    with pytest.raises(InputError, match="idt, ivt, clustering"):
        chosen_method(gaze, SCREEN, FixationParameters(method="ihmm"))


def test_the_defaults_of_trackers_are_not_applied_to_webcams() -> None:
    told = describe(looking(1, 30.0), SCREEN, FixationParameters(method="ivt"))
    assert told["parameters"]["window_ms"] == 100.0
    assert told["parameters"]["speed_min_deg_s"] == 40.0
    assert told["parameters"]["duration_min_ms"] == 100.0
    assert told["notes"] == []
    assert told["reason"] == "asked for"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("rate_hz", [3.0, 6.0, 10.0, 24.0])
def test_no_rate_is_too_low_to_try(method: str, rate_hz: float) -> None:
    found = find(looking(1, rate_hz, seconds=30.0), method)
    assert (found["samples"] >= 3).all()


@pytest.mark.parametrize("rate_hz", [15.0, 25.0, 30.0, 60.0, 120.0, 1000.0])
@pytest.mark.parametrize("noise_deg", [0.05, 0.5])
def test_the_defaults_need_no_warning(rate_hz: float, noise_deg: float) -> None:
    assert describe(looking(1, rate_hz, noise_deg), SCREEN, FixationParameters())["notes"] == []


def test_thresholds_shorter_than_one_sample_are_named() -> None:
    commercial = FixationParameters(method="ivt", ivt_webcam=VelocityParameters())
    told = describe(looking(1, 30.0), SCREEN, commercial)
    assert told["notes"] == ["window_ms is 20 ms, shorter than one sample (33.3 ms)"]
    told = describe(looking(1, 10.0), SCREEN, FixationParameters(method="ivt"))
    assert [note.split()[0] for note in told["notes"]] == ["gap_max_ms", "merge_gap_ms"]


def test_the_description_fits_into_json_even_for_no_gaze() -> None:
    told = describe(empty(GAZE), SCREEN, FixationParameters())
    assert json.loads(json.dumps(told, allow_nan=False))["rate_hz"] is None
