"""The head moves as people sit: small sway, slow partial following, exercise on request."""

import numpy as np
import pytest

from pipeline.synthetic.gaze_behaviour import STEP_MS
from pipeline.synthetic.head import move_head

REST_MM = np.array([0.0, 0.0, 600.0])
CENTRE_MM = np.array([0.0, 110.0, 0.0])
NEVER = (-2000.0, -1000.0)


def heads(gaze_mm, exercise_ms=NEVER, count=12):
    return [
        move_head(np.random.default_rng(k), gaze_mm, REST_MM, CENTRE_MM, exercise_ms) for k in range(count)
    ]


def steady(seconds, place_mm=CENTRE_MM):
    return np.tile(place_mm, (int(seconds * 1000 / STEP_MS), 1))


def test_a_sitting_head_sways_by_millimetres_and_a_few_degrees():
    for path in heads(steady(60)):
        places = np.array([path.at(t).position_mm for t in range(0, 60_000, 500)])
        assert (places.std(axis=0) > 1).all()
        assert (places.std(axis=0) < 45).all()
        assert 0.5 < path.turn_deg[:, :2].std(axis=0).mean() < 3


def test_the_head_follows_the_gaze_partly_and_late():
    gaze = np.vstack([steady(4), steady(4, np.array([-200.0, 110.0, 0.0]))])
    turns = np.mean([path.turn_deg[:, 0] for path in heads(gaze, count=40)], axis=0)
    eyes_turned_deg = -np.degrees(np.arctan(200 / 600))
    before, soon, later = turns[900:1000].mean(), turns[1000 + 12], turns[-100:].mean()
    assert 0.1 < (later - before) / eyes_turned_deg < 0.5
    assert abs(soon - before) < 0.25 * abs(later - before)  # 48 ms after the saccade


def test_the_head_does_what_the_eyes_cannot():
    beside = np.array([-700.0, 110.0, 0.0])  # 49 degrees
    turns = [path.turn_deg[-200:, 0].mean() for path in heads(np.vstack([steady(2), steady(4, beside)]))]
    assert np.mean(turns) < -30


def test_nodding_and_turning_happen_when_asked_for():
    quiet, asked = heads(steady(14), count=6), heads(steady(14), (4000.0, 11_000.0), count=6)
    for before, after in zip(quiet, asked, strict=True):
        added = after.turn_deg - before.turn_deg
        assert np.ptp(added[1000:2750, 0]) > 15
        assert np.ptp(added[1000:2750, 1]) > 10
        assert np.abs(added[:1000]).max() == pytest.approx(0)
