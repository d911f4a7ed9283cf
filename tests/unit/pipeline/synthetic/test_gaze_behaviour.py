"""Eye movements are human: the figures of METHODS section 8 and of the main sequence."""

import numpy as np
import pytest
from scipy.ndimage import label

from pipeline.synthetic.gaze_behaviour import (
    STEP_MS,
    Behaviour,
    Scan,
    blink_closure,
    dot_scan,
    fixation_durations,
    follow,
    in_blink,
    slide_scan,
)

PX_PER_DEG = 40.0


def rng():
    return np.random.default_rng(7)


def test_fixations_last_200_to_400_ms():
    durations = fixation_durations(rng(), 4000)
    assert 250 < durations.mean() < 320
    assert (np.quantile(durations, [0.1, 0.9]) > [150, 300]).all()
    assert (np.quantile(durations, [0.1, 0.9]) < [230, 450]).all()


@pytest.mark.parametrize("size_deg", [2.0, 8.0, 20.0])
def test_saccades_lie_on_the_main_sequence(size_deg):
    places = np.array([[100.0, 300.0], [100.0 + size_deg * PX_PER_DEG, 300.0]])
    moving, still = (
        follow(rng(), Scan(np.array([0.0, 400.0]), there), 1000.0, PX_PER_DEG).places_px[:, 0]
        for there in (places, places[[0, 0]])
    )
    path = moving - still  # the drift is the same in both
    share, t_ms = path / (size_deg * PX_PER_DEG), np.arange(len(path)) * STEP_MS
    lasts = np.interp(0.99, share[90:130], t_ms[90:130]) - np.interp(0.01, share[90:130], t_ms[90:130])
    expected = 2.2 * size_deg + 21  # Carpenter 1988
    assert 0.7 * expected < lasts < 1.05 * expected
    assert share.max() == pytest.approx(1)
    peak_deg_s = np.diff(path).max() / PX_PER_DEG / STEP_MS * 1000
    assert peak_deg_s == pytest.approx(1.875 * size_deg / expected * 1000, rel=0.1)  # minimum jerk


def test_the_eyes_drift_and_jitter_within_a_fixation():
    scan = Scan(np.array([0.0]), np.array([[500.0, 400.0]]))
    wander = follow(rng(), scan, 60_000.0, PX_PER_DEG).places_px - [500.0, 400.0]
    assert (wander.std(axis=0) / PX_PER_DEG > 0.1).all()
    assert (wander.std(axis=0) / PX_PER_DEG < 0.5).all()


def test_people_blink_about_15_times_a_minute_for_a_fifth_of_a_second():
    grid = np.arange(0, 20 * 60_000, STEP_MS)
    blinks, count = label(in_blink(blink_closure(rng(), grid)))
    lasts_ms = np.bincount(blinks)[1:] * STEP_MS
    assert 12 < count / 20 < 17
    assert (lasts_ms > 70).all()
    assert (lasts_ms < 500).all()


def test_dots_are_fixated_with_half_a_degree_of_error_after_a_reaction_time():
    dot, generator = np.array([800.0, 500.0]), rng()
    scans = [dot_scan(generator, 1000.0, 2900.0, dot, PX_PER_DEG) for _ in range(300)]
    errors_deg = np.vstack([scan.places_px - dot for scan in scans]) / PX_PER_DEG
    assert np.sqrt((errors_deg**2).sum(axis=1).mean()) == pytest.approx(0.5, abs=0.05)
    onsets = np.array([scan.onset_ms[0] for scan in scans]) - 1000
    assert onsets.min() > 150
    assert onsets.max() < 350


def share_in(places, aoi):
    low, high = np.array(aoi.parts[0].points)
    return ((places >= low - 0.02) & (places <= high + 0.02)).all(axis=1).mean()


def test_who_follows_the_content_looks_where_the_weight_is_and_in_order(lesson):
    slide = lesson.slides[0]
    scans = [slide_scan(np.random.default_rng(k), slide, Behaviour.FOLLOWS, 0.0, 20_000.0) for k in range(20)]
    places = np.vstack([scan.places_px for scan in scans])
    title, figure, text = (share_in(places, aoi) for aoi in slide.aois)
    assert figure > text > title > 0.02
    assert title + figure + text > 0.95
    assert all(share_in(scan.places_px[:2], slide.aois[0]) == 1 for scan in scans)


def test_who_misses_a_region_never_fixates_it_and_who_wanders_leaves_the_regions(lesson):
    slide = lesson.slides[0]
    missed = slide_scan(rng(), slide, Behaviour.MISSES, 0.0, 30_000.0)
    low, high = np.array(slide.aois[2].parts[0].points)
    assert not ((missed.places_px > low) & (missed.places_px < high)).all(axis=1).any()
    wandering = slide_scan(rng(), slide, Behaviour.WANDERS, 0.0, 60_000.0)
    assert sum(share_in(wandering.places_px, aoi) for aoi in slide.aois) < 0.9
