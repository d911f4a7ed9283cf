"""Screen plane, iris, eye model: analytic cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain import Camera, Screen
from pipeline.gaze import iris
from pipeline.gaze.distance import face_scale
from pipeline.gaze.eye_model import (
    direction_in_head,
    nearest_on_sphere,
    turn_in_head_deg,
)
from pipeline.gaze.eyelids import openness
from pipeline.gaze.screen import ScreenPlane, angle_between_deg, meet_screen

SCREEN = Screen(1920, 1080, 345.0, 194.0)


def test_a_line_meets_the_screen_where_similar_triangles_say():
    point = meet_screen(np.array([[10.0, 20.0, 600.0]]), np.array([[0.1, -0.2, -1.0]]))
    np.testing.assert_allclose(point, [[70.0, -100.0]])


@pytest.mark.parametrize("direction", [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]])
def test_a_line_that_runs_away_or_along_meets_nothing(direction):
    assert np.isnan(meet_screen(np.array([[0.0, 0.0, 600.0]]), np.array([direction]))).all()


def test_the_camera_sits_above_the_middle_of_the_screen():
    plane = ScreenPlane(SCREEN, Camera(0.0, 10.0), mirrored=False)
    np.testing.assert_allclose(plane.to_px(np.array([0.0, 10.0])), [960, 0])
    # Image right is the student's left: the right edge of the screen lies at negative camera x.
    np.testing.assert_allclose(plane.to_px(np.array([-172.5, 204.0])), [1920, 1080])


@given(
    st.tuples(st.floats(-500, 2500), st.floats(-500, 1500)),
    st.tuples(st.floats(-300, 300), st.floats(-300, 300)),
    st.booleans(),
)
def test_px_to_camera_and_back(px, offset, mirrored):
    plane = ScreenPlane(SCREEN, Camera(*offset), mirrored)
    np.testing.assert_allclose(plane.to_px(plane.from_px(np.array(px))), px, atol=1e-6)


def test_one_centimetre_at_sixty_is_about_a_degree():
    eye = np.array([[0.0, 0.0, 600.0]])
    angle = angle_between_deg(eye, np.array([[0.0, 0.0]]), np.array([[10.0, 0.0]]))
    np.testing.assert_allclose(angle, np.degrees(np.arctan(1 / 60)))


def test_a_frontal_iris_tells_its_distance():
    landmarks = np.zeros((1, 478, 3), np.float32)
    radius = 950 * iris.IRIS_DIAMETER_MM / 600 / 2
    for rim in iris.IRIS_RIMS:
        landmarks[0, list(rim), :2] = radius * np.array([(1, 0), (0, -1), (-1, 0), (0, 1)])
    np.testing.assert_allclose(iris.depths_mm(landmarks, 950), [600], rtol=1e-4)


def test_a_turned_eye_and_a_tilted_head_do_not_shrink_the_iris():
    tilt = np.radians(30)
    rotate = np.array([[np.cos(tilt), -np.sin(tilt)], [np.sin(tilt), np.cos(tilt)]])
    rim = np.array([(7, 0), (0, -10), (-7, 0), (0, 10)]) @ rotate.T  # narrowed sideways by a turn
    landmarks = np.zeros((1, 478, 3), np.float32)
    landmarks[0, list(iris.IRIS_RIMS[0]), :2] = rim
    landmarks[0, list(iris.IRIS_RIMS[1]), :2] = rim
    np.testing.assert_allclose(iris.diameters_px(landmarks), [[20, 20]], rtol=1e-5)


def test_face_scale_is_the_median_and_needs_enough_frames():
    depth = np.full(50, 600.0)
    iris_depth = depth * 1.1
    iris_depth[:10] = 3000
    assert face_scale(iris_depth, depth) == pytest.approx(1.1)
    assert face_scale(iris_depth[:5], depth[:5]) == 1.0


def test_a_ray_meets_the_near_side_of_the_sphere_or_passes_it_closely():
    centre = np.array([0.0, 0.0, 600.0])
    np.testing.assert_allclose(nearest_on_sphere(np.array([0.0, 0.0, 1.0]), centre, 10), [0, 0, -1])
    past = nearest_on_sphere(np.array([0.1, 0.0, 1.0]), centre, 10)  # misses by 60 mm
    assert past[0] > 0.99


@given(st.floats(-60, 60), st.floats(-60, 60))
def test_turns_and_directions_undo_each_other(yaw, pitch):
    direction = direction_in_head(np.array([[yaw]]), np.array([[pitch]]))
    back = turn_in_head_deg(direction, np.eye(3)[None])
    np.testing.assert_allclose([back[0][0, 0], back[1][0, 0]], [yaw, pitch], atol=1e-6)


def test_openness_is_gap_over_width():
    landmarks = np.zeros((1, 478, 3), np.float32)
    for outer, up1, up2, inner, low1, low2 in ((33, 160, 158, 133, 153, 144), (263, 387, 385, 362, 380, 373)):
        landmarks[0, [outer, up1, up2, inner, low1, low2], :2] = [
            (0, 0),
            (10, -4),
            (20, -4),
            (30, 0),
            (20, 5),
            (10, 5),
        ]
    np.testing.assert_allclose(openness(landmarks), [0.3])
