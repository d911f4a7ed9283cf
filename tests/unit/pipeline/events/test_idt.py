"""Fixations on made-up gaze whose answer is known, and against a slow plain reading of the method."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.domain import FIXATIONS, GAZE, empty
from pipeline.events.detect import fixations
from pipeline.events.idt import dispersion_limit_deg
from pipeline.events.track import noise_std_deg
from pipeline.parameters import DispersionParameters, FixationParameters
from tests.unit.pipeline.events.recordings import DISTANCE_MM, SCREEN, gaze_at, segments_of

PARAMETERS = FixationParameters(method="idt")
STEP_MS = 1000 / 30


def steps_of(*pieces: tuple[float, int]) -> tuple[np.ndarray, np.ndarray]:
    """Times at 30 Hz, and places in degrees from (place, number of samples)."""
    places = np.concatenate([np.full(count, place) for place, count in pieces])
    return np.arange(len(places)) * STEP_MS, places


def find(*pieces: tuple[float, int], segments: pd.DataFrame | None = None, **columns: object) -> pd.DataFrame:
    t_ms, places = steps_of(*pieces)
    whole = segments_of(("s1", -1000.0, 100_000.0))
    gaze = gaze_at(t_ms, places, **columns)
    return fixations(gaze, whole if segments is None else segments, SCREEN, PARAMETERS)


def test_two_places_are_two_fixations_with_exact_times_and_places() -> None:
    found = find((-5.0, 15), (5.0, 9))
    assert list(found.columns) == list(FIXATIONS)
    assert found["fixation_id"].tolist() == [0, 1]
    np.testing.assert_allclose(found["onset_ms"], [-STEP_MS / 2, 14.5 * STEP_MS])
    np.testing.assert_allclose(found["duration_ms"], [15 * STEP_MS, 9 * STEP_MS], rtol=1e-6)
    assert found["samples"].tolist() == [15, 9]
    x = 0.5 + np.array([-5, 5]) * np.radians(1) * DISTANCE_MM / SCREEN.width_mm
    np.testing.assert_allclose(found["slide_x"], x, rtol=1e-6)
    np.testing.assert_allclose(found["slide_y"], 0.5)
    np.testing.assert_allclose(found["dispersion_deg"], 0.0, atol=1e-4)


def test_the_first_and_last_half_step_do_not_leave_the_exposure() -> None:
    found = find((0.0, 30), segments=segments_of(("s1", 0.0, 29 * STEP_MS)))
    assert found["onset_ms"][0] == 0.0
    assert found["duration_ms"][0] == pytest.approx(29 * STEP_MS)


@pytest.mark.parametrize(("samples", "count"), [(4, 2), (5, 3)])
def test_at_30_hz_150_ms_are_needed(samples: int, count: int) -> None:
    assert len(find((-8.0, 10), (0.0, samples), (8.0, 10))) == count


@pytest.mark.parametrize(("samples", "count"), [(2, 2), (3, 3)])
def test_at_15_hz_three_samples_are_needed(samples: int, count: int) -> None:
    _, places = steps_of((-8.0, 10), (0.0, samples), (8.0, 10))
    t_ms = np.round(np.arange(len(places)) * 1000 / 15)  # browsers round to whole ms
    found = fixations(gaze_at(t_ms, places), segments_of(("s1", -100.0, 1e5)), SCREEN, PARAMETERS)
    assert len(found) == count


@pytest.mark.parametrize(("lost", "count"), [(2, 1), (3, 1), (4, 2)])
def test_a_loss_of_more_than_100_ms_ends_a_fixation(lost: int, count: int) -> None:
    found = find((0.0, 10), (np.nan, lost), (0.0, 10))
    assert len(found) == count
    assert found["samples"].sum() == 20


def test_missing_rows_are_a_loss_like_invalid_ones() -> None:
    t_ms, places = steps_of((0.0, 24))
    kept = (t_ms < 9.5 * STEP_MS) | (t_ms > 13.5 * STEP_MS)
    gaze = gaze_at(t_ms[kept], places[kept])
    assert len(fixations(gaze, segments_of(("s1", -100.0, 1e5)), SCREEN, PARAMETERS)) == 2


def test_a_single_outlier_does_not_end_or_move_a_fixation() -> None:
    found = find((0.0, 10), (12.0, 1), (0.0, 10))
    assert len(found) == 1
    assert found["slide_x"][0] == pytest.approx(0.5)
    assert found["duration_ms"][0] == pytest.approx(21 * STEP_MS)


def test_a_change_of_slide_ends_a_fixation() -> None:
    half_ms = 14.5 * STEP_MS
    slides = ["s1"] * 15 + ["s2"] * 15
    segments = segments_of(("s1", -100.0, half_ms + 100.0), ("s2", half_ms, 1000.0))
    found = find((0.0, 30), segments=segments, slide_id=slides)
    assert found["slide_id"].tolist() == ["s1", "s2"]
    np.testing.assert_allclose(found["duration_ms"], 15 * STEP_MS, rtol=1e-6)


def test_a_change_of_the_slides_rectangle_ends_a_fixation() -> None:
    half_ms = 14.5 * STEP_MS
    segments = segments_of(("s1", -100.0, half_ms + 100.0), ("s1", half_ms, 1000.0))
    segments.loc[1, ["width_px", "height_px"]] = [960.0, 540.0]
    found = find((0.0, 30), segments=segments)
    assert len(found) == 2
    np.testing.assert_allclose(found["sigma_x"][1], 2 * found["sigma_x"][0])  # the slide is half as wide


def test_gaze_without_a_slide_makes_no_fixation() -> None:
    assert len(find((0.0, 30), slide_id=None)) == 0
    assert len(find((0.0, 30), segments=segments_of(("s1", 5000.0, 100.0)))) == 0


@pytest.mark.parametrize(("distance_mm", "count"), [(600.0, 1), (400.0, 2)])
def test_degrees_depend_on_the_distance(distance_mm: float, count: int) -> None:
    assert len(find((0.0, 10), (1.4, 10), distance_mm=distance_mm)) == count


def test_a_noisy_distance_does_not_disturb_a_fixation_in_the_corner() -> None:
    distance = 600 + 30 * np.sin(np.arange(60) * 2.0)
    assert len(find((20.0, 60), distance_mm=distance)) == 1


def test_fixations_close_in_time_and_place_are_merged() -> None:
    # Drifting 1.9 deg is too much for one window; the centres of the two it makes are 0.95 deg apart.
    t_ms, drift = np.arange(40) * STEP_MS, np.linspace(0, 1.9, 40)
    gaze, whole = gaze_at(t_ms, drift), segments_of(("s1", -1000.0, 1e5))
    merged = fixations(gaze, whole, SCREEN, PARAMETERS)
    apart = fixations(
        gaze,
        whole,
        SCREEN,
        FixationParameters(method="idt", idt=DispersionParameters(merge_distance_deg=0.9)),
    )
    assert merged["samples"].tolist() == [40]
    assert merged["dispersion_deg"][0] == pytest.approx(1.9, rel=1e-3)
    assert len(apart) == 2
    assert apart["duration_ms"].sum() == pytest.approx(merged["duration_ms"].sum())


def test_fixations_are_not_merged_over_more_than_100_ms() -> None:
    assert len(find((0.0, 10), (12.0, 3), (0.0, 10))) == 1
    assert len(find((0.0, 10), (12.0, 4), (0.0, 10))) == 2


def test_sigma_is_that_of_a_sample_in_slide_units() -> None:
    found = find((0.0, 60), sigma_deg=[1.0] * 40 + [9.0] * 20)
    assert found["sigma_x"][0] == pytest.approx(np.radians(1) * DISTANCE_MM / SCREEN.width_mm)
    assert found["sigma_y"][0] == pytest.approx(np.radians(1) * DISTANCE_MM / SCREEN.height_mm)


def test_nothing_comes_of_nothing() -> None:
    whole = segments_of(("s1", -1000.0, 1e5))
    for gaze in (empty(GAZE), gaze_at(np.array([0.0]), [0.0]), gaze_at(np.arange(50.0), np.full(50, np.nan))):
        found = fixations(gaze, whole, SCREEN, PARAMETERS)
        assert len(found) == 0
        assert found.dtypes.astype(str).to_dict() == FIXATIONS


def test_noise_is_found_in_spite_of_saccades() -> None:
    rng = np.random.default_rng(3)
    places = np.repeat(rng.uniform(-15, 15, (400, 2)), 10, axis=0) + rng.normal(0, 0.6, (4000, 2))
    assert noise_std_deg(np.diff(places, axis=0)) == pytest.approx(0.6, rel=0.15)


@pytest.mark.parametrize(("noise_deg", "limit"), [(np.nan, 1.5), (0.1, 1.5), (0.5, 2.0), (2.0, 3.0)])
def test_the_dispersion_limit_follows_the_noise_within_bounds(noise_deg: float, limit: float) -> None:
    assert dispersion_limit_deg(noise_deg, PARAMETERS.idt) == pytest.approx(limit)


# --- against a slow reading of the method, sample by sample -------------------------------------------


def recording(
    seed: int, rate_hz: float, noise_deg: float, jitter: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Gaze that jumps and drifts, with losses, blinks, missing rows and three stretches of two slides."""
    rng = np.random.default_rng(seed)
    count = 240
    t_ms = (np.arange(count) + rng.uniform(-jitter, jitter, count)) * 1000 / rate_hz
    jumps = rng.random(count) < 2.5 / rate_hz
    places = rng.uniform(-12, 12, (count, 2))[np.maximum.accumulate(np.where(jumps, np.arange(count), 0))]
    places += np.cumsum(rng.normal(0, 0.03, (count, 2)), axis=0) + rng.normal(0, noise_deg, (count, 2))
    lost = rng.random(count) < 0.04
    blink = rng.integers(0, count)
    lost[blink : blink + int(0.3 * rate_hz)] = True
    places[lost] = np.nan
    end_ms = t_ms[-1] + 1000 / rate_hz
    cuts = np.sort(rng.uniform(0, end_ms, 3))
    segments = segments_of(
        ("s1", t_ms[0], cuts[0] - t_ms[0]),
        ("s2", cuts[0], cuts[1] - cuts[0]),
        ("s1", cuts[2], end_ms - cuts[2]),
    )
    row = np.searchsorted(segments["onset_ms"], t_ms, "right") - 1
    shown = t_ms < (segments["onset_ms"] + segments["duration_ms"]).to_numpy()[row]
    slide = np.where(shown, segments["slide_id"].to_numpy(object)[row], None)
    gaze = gaze_at(t_ms, places[:, 0], places[:, 1], slide_id=slide)
    return gaze[rng.random(count) < 0.97], segments


def slow_fixations(
    gaze: pd.DataFrame, segments: pd.DataFrame, par: DispersionParameters
) -> list[dict[str, float]]:
    """I-DT with loops over samples, for a distance of 600 mm."""
    step = float(np.median(np.diff(gaze["t_ms"])))
    runs: list[list[dict[str, float]]] = []
    before = None
    noise: list[np.ndarray] = []
    for row in gaze.itertuples():
        at = [k for k, s in segments.iterrows() if s.onset_ms <= row.t_ms < s.onset_ms + s.duration_ms]
        if not row.valid or not at:
            continue
        x, y = (row.screen_x_px - 960) * 0.25, (row.screen_y_px - 540) * 0.25
        square = x * x + y * y + DISTANCE_MM**2
        sample = {"t": row.t_ms, "x": x, "y": y, "k": at[0], "before": -1e9, "after": 1e9}
        sample["sx"] = np.degrees(np.sqrt(square - x * x) / square)
        sample["sy"] = np.degrees(np.sqrt(square - y * y) / square)
        if before is not None:
            sample["before"], before["after"] = before["t"], sample["t"]
        if before is None or at[0] != before["k"] or row.t_ms - before["t"] - step > par.gap_max_ms + 1:
            runs.append([])
        else:
            noise.append([abs(x - before["x"]) * sample["sx"], abs(y - before["y"]) * sample["sy"]])
        runs[-1].append(sample)
        before = sample
    std = 1.4826 * np.median(noise, axis=0) / np.sqrt(2)
    limit = min(max(4 * np.sqrt((std[0] ** 2 + std[1] ** 2) / 2), 1.5), 3.0)
    slow = 1000 / step < 20
    return [found for run in runs for found in slow_run(run, segments, step, limit, slow, par)]


def slow_run(
    run: list[dict[str, float]],
    segments: pd.DataFrame,
    step: float,
    limit: float,
    slow: bool,
    par: DispersionParameters,
) -> list[dict[str, float]]:
    n = len(run)
    smooth = []
    for i, sample in enumerate(run):
        near = run[i - 1 : i + 2] if 0 < i < n - 1 else [sample]
        smooth.append({key: float(np.median([s[key] for s in near])) for key in "xy"})

    def edge(i: int, side: int) -> float:
        half = min(abs(run[i]["after" if side > 0 else "before"] - run[i]["t"]), step) / 2
        segment = segments.loc[run[i]["k"]]
        return float(
            np.clip(run[i]["t"] + side * half, segment.onset_ms, segment.onset_ms + segment.duration_ms)
        )

    def dispersion(i: int, members: list[int]) -> float:
        xs, ys = [smooth[j]["x"] for j in members], [smooth[j]["y"] for j in members]
        return (max(xs) - min(xs)) * run[i]["sx"] + (max(ys) - min(ys)) * run[i]["sy"]

    windows: list[list[int]] = []
    i = 0
    while i < n:
        members = [i]
        while members[-1] + 1 < n and dispersion(i, [*members, members[-1] + 1]) <= limit:
            members.append(members[-1] + 1)
        long_enough = edge(members[-1], 1) - edge(i, -1) >= (200 if slow else 150) - 1
        if long_enough and len(members) >= (3 if slow else 4):
            windows.append(members)
            i = members[-1] + 1
        else:
            i += 1

    merged: list[list[list[int]]] = []
    for window in windows:
        if merged:
            last = merged[-1][-1]
            apart = [
                np.mean([smooth[j][key] for j in window]) - np.mean([smooth[j][key] for j in last])
                for key in "xy"
            ]
            distance = np.hypot(apart[0] * run[window[0]]["sx"], apart[1] * run[window[0]]["sy"])
            pause = edge(window[0], -1) - edge(last[-1], 1)
            if distance < par.merge_distance_deg and pause <= par.merge_gap_ms + 1:
                merged[-1].append(window)
                continue
        merged.append([window])
    found = []
    for group in merged:
        members = [j for window in group for j in window]
        onset = edge(members[0], -1)
        found.append(
            {
                "onset_ms": onset,
                "duration_ms": edge(members[-1], 1) - onset,
                "samples": len(members),
                "slide_x": np.mean([smooth[j]["x"] for j in members]) / SCREEN.width_mm + 0.5,
                "dispersion_deg": dispersion(members[0], members),
            }
        )
    return found


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10_000),
    rate_hz=st.sampled_from([12.0, 15.0, 30.0, 60.0]),
    noise_deg=st.sampled_from([0.0, 0.3, 0.8]),
    jitter=st.sampled_from([0.0, 0.3]),
)
@example(seed=1, rate_hz=30.0, noise_deg=0.5, jitter=0.2)
def test_equals_the_slow_reading_and_stays_within_the_exposure(
    seed: int, rate_hz: float, noise_deg: float, jitter: float
) -> None:
    gaze, segments = recording(seed, rate_hz, noise_deg, jitter)
    found = fixations(gaze, segments, SCREEN, PARAMETERS)
    expected = pd.DataFrame(slow_fixations(gaze, segments, PARAMETERS.idt))
    assert len(found) == len(expected)
    for name in expected:
        np.testing.assert_allclose(found[name], expected[name], rtol=1e-4, atol=1e-3)
    assert found["duration_ms"].sum() <= segments["duration_ms"].sum() + 1e-3
    offset = found["onset_ms"] + found["duration_ms"]
    assert (found["onset_ms"][1:].to_numpy() >= offset[:-1].to_numpy() - 0.01).all()
