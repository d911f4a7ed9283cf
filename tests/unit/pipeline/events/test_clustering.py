"""The two-means split against trying every split, and cuts on gaze whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain import Floats
from pipeline.events.clustering import cut_weights, in_second_cluster
from pipeline.events.detect import fixations
from pipeline.events.track import track_of
from pipeline.parameters import ClusteringParameters, FixationParameters
from tests.unit.pipeline.events.recordings import SCREEN, gaze_at, segments_of

SETTINGS = ClusteringParameters()
PARAMETERS = FixationParameters(method="clustering")
WHOLE = segments_of(("s1", -1000.0, 1e6))
STEP_MS = 1000 / 30


def find(
    x_deg: Floats, parameters: FixationParameters = PARAMETERS, y_deg: Floats | float = 0.0
) -> pd.DataFrame:
    return fixations(gaze_at(np.arange(len(x_deg)) * STEP_MS, x_deg, y_deg), WHOLE, SCREEN, parameters)


def spread_within(values: Floats, second: np.ndarray) -> float:
    parts = [values[second], values[~second]]
    return sum(float(((part - part.mean()) ** 2).sum()) for part in parts if len(part))


@given(seed=st.integers(0, 10_000), samples=st.integers(2, 9))
def test_no_split_along_a_line_is_tighter(seed: int, samples: int) -> None:
    values = np.random.default_rng(seed).normal(size=samples)
    angle = seed * 0.01
    second = in_second_cluster((values[:, None] * [np.cos(angle), np.sin(angle)])[None])[0]
    every = ((np.arange(2**samples)[:, None] >> np.arange(samples)) & 1).astype(bool)
    best = min(spread_within(values, split) for split in every)
    assert spread_within(values, second) == pytest.approx(best, abs=1e-12)


@given(seed=st.integers(0, 10_000))
def test_two_places_apart_are_told_apart_in_any_direction(seed: int) -> None:
    rng = np.random.default_rng(seed)
    member = np.arange(10) >= rng.integers(1, 10)
    jump = 8 * np.array([np.cos(seed), np.sin(seed)])
    second = in_second_cluster((member[:, None] * jump + rng.normal(0, 0.3, (10, 2)))[None])[0]
    assert (second == member).all() or (second == ~member).all()


def test_samples_in_one_place_are_one_cluster() -> None:
    assert not in_second_cluster(np.full((2, 5, 2), 3.7)).any()


def test_a_jump_between_still_places_weighs_all_and_everything_else_nothing() -> None:
    places = np.repeat([0.0, 5.0], 30)
    track = track_of(gaze_at(np.arange(60) * STEP_MS, places), WHOLE, SCREEN, 100.0)
    one = cut_weights(track, ClusteringParameters(factors=(1,)))
    assert np.flatnonzero(one > 0).tolist() == [29]
    assert one[29] == 1.0
    assert np.isnan(one[59])  # nothing comes after the last


def test_runs_shorter_than_a_window_have_no_weights() -> None:
    places = np.zeros(60)
    places[8:13] = np.nan
    track = track_of(gaze_at(np.arange(60) * STEP_MS, places), WHOLE, SCREEN, 100.0)
    weight = cut_weights(track, SETTINGS)
    assert np.isnan(weight[:8]).all()
    assert np.isfinite(weight[8:-1]).all()


def slow_weights(places: Floats, size: int, step: int, factors: tuple[int, ...]) -> Floats:
    """The weights of one run, window by window and change by change."""
    total, windows = np.zeros(len(places)), np.zeros(len(places))
    last = len(places) - size
    for start in sorted({*range(0, last + 1, step), last}):
        windows[start : start + size - 1] += 1
        for factor in factors:
            looked_at = np.arange(start, start + size, factor)
            second = in_second_cluster(places[None, looked_at])[0]
            changes = np.flatnonzero(second[1:] != second[:-1])
            for change in changes:
                total[looked_at[change] : looked_at[change + 1]] += 1 / len(changes)
    with np.errstate(invalid="ignore"):
        return total / windows / len(factors)


@pytest.mark.parametrize("step", [1, 4])
def test_the_weights_equal_a_slow_reading(step: int) -> None:
    rng = np.random.default_rng(6)
    x_deg, y_deg = np.repeat(rng.uniform(-9, 9, (2, 7)), 10, axis=1) + rng.normal(0, 0.5, (2, 70))
    track = track_of(gaze_at(np.arange(70) * STEP_MS, x_deg, y_deg), WHOLE, SCREEN, 100.0)
    found = cut_weights(track, ClusteringParameters(step_ms=step * STEP_MS))
    expected = slow_weights(track.place_mm, 9, step, SETTINGS.factors)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert np.isfinite(found[:-1]).all()


def test_still_places_are_fixations_with_exact_times() -> None:
    exact = FixationParameters(method="clustering", clustering=ClusteringParameters(factors=(1,)))
    found = find(np.repeat([-5.0, 5.0, 0.0], [15, 19, 12]), exact)
    np.testing.assert_allclose(found["onset_ms"], np.array([-0.5, 14.5, 33.5]) * STEP_MS)
    np.testing.assert_allclose(found["duration_ms"], np.array([15, 19, 12]) * STEP_MS, rtol=1e-6)


def test_coarser_looks_blur_the_cuts_by_one_sample_at_most() -> None:
    found = find(np.repeat([-5.0, 5.0, 0.0], [15, 19, 12]))
    np.testing.assert_allclose(found["onset_ms"], np.array([-0.5, 14.5, 33.5]) * STEP_MS, atol=1.01 * STEP_MS)
    assert len(found) == 3


@pytest.mark.parametrize("noise_deg", [0.5, 1.0, 2.0])
def test_large_jumps_are_found_in_much_noise(noise_deg: float) -> None:
    rng = np.random.default_rng(4)
    places = np.tile(np.repeat([-8.0, 0.0, 8.0], 15), 20)
    found = find(places + rng.normal(0, noise_deg, 900), y_deg=rng.normal(0, noise_deg, 900))
    assert 54 <= len(found) <= 66  # 60 places, half a second each
    assert found["duration_ms"].median() == pytest.approx(500, abs=50)


def test_noise_alone_is_few_fixations_that_take_most_of_the_time() -> None:
    x_deg, y_deg = np.random.default_rng(5).normal(0, 0.8, (2, 900))
    found = find(x_deg, y_deg=y_deg)
    assert found["duration_ms"].sum() > 0.8 * 900 * STEP_MS
    assert found["duration_ms"].median() > 400
