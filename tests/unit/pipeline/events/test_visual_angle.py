import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.events.visual_angle import DEFAULT_DISTANCE_MM, deg_per_mm, distances_mm, to_mm
from tests.unit.pipeline.events.recordings import SCREEN, gaze_at

places = st.floats(-300, 300)


def angle_deg(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(one, other)), one @ other)))


@given(places, places, st.floats(300, 1000))
def test_a_small_shift_subtends_the_angle_between_the_lines_of_sight(x: float, y: float, z: float) -> None:
    scale = deg_per_mm(np.array([[x, y]]), np.array([z]))[0]
    eye_to_place = np.array([x, y, z])
    for axis, expected in enumerate(scale):
        shift = np.zeros(3)
        shift[axis] = 0.01
        found = angle_deg(eye_to_place - shift / 2, eye_to_place + shift / 2) / 0.01
        assert found == pytest.approx(expected, rel=1e-6)


def test_millimetres_count_from_the_centre_of_the_screen() -> None:
    gaze = gaze_at(np.array([0.0]), [0.0]).assign(screen_x_px=1920.0, screen_y_px=0.0)
    np.testing.assert_allclose(to_mm(gaze, SCREEN), [[240.0, -135.0]])


def test_unknown_distances_are_the_recordings_median_or_an_arms_length() -> None:
    t_ms = np.arange(4) * 33.0
    some = gaze_at(t_ms, np.zeros(4), distance_mm=[np.nan, 500.0, 520.0, 900.0])
    none = gaze_at(t_ms, np.zeros(4), distance_mm=np.nan)
    np.testing.assert_allclose(distances_mm(some), [520.0, 500.0, 520.0, 900.0])
    np.testing.assert_allclose(distances_mm(none), DEFAULT_DISTANCE_MM)
