"""Signs and inverses of the rendered scene's geometry."""

import numpy as np
import pytest

from pipeline.domain import Camera, Screen
from pipeline.synthetic.camera import Lens, Pose, angles, direction, rotation, screen_to_camera

AHEAD = np.array([0.0, 0.0, -1.0])


def test_positive_angles_turn_right_down_and_clockwise():
    assert (rotation(10, 0, 0) @ AHEAD)[0] == pytest.approx(np.sin(np.radians(10)))
    assert (rotation(0, 10, 0) @ AHEAD)[1] == pytest.approx(np.sin(np.radians(10)))
    assert (rotation(0, 0, 10) @ [1.0, 0, 0])[1] == pytest.approx(np.sin(np.radians(10)))  # y is down


@pytest.mark.parametrize(("yaw", "pitch", "roll"), [(0, 0, 0), (20, -10, 5), (-35, 15, -20)])
def test_a_turned_head_faces_along_its_angles(yaw, pitch, roll):
    turn = rotation(yaw, pitch, roll)
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(turn @ AHEAD, direction(np.array([yaw, pitch], float)), atol=1e-12)
    np.testing.assert_allclose(angles(turn @ AHEAD), [yaw, pitch], atol=1e-9)


def test_rays_pass_through_the_pixels_they_are_for():
    lens = Lens(640, 480, 70.0)
    x, y = np.array([0.0, 100.5, 639.0], np.float32), np.array([0.0, 239.5], np.float32)
    back = lens.project(500.0 * lens.rays(x, y).astype(float))
    np.testing.assert_allclose(back[..., 0], np.tile(x, (2, 1)), atol=1e-4)
    np.testing.assert_allclose(back[..., 1], np.tile(y[:, None], (1, 3)), atol=1e-4)
    half_width_deg = np.degrees(np.arctan(320 / lens.focal_px))
    assert 2 * half_width_deg == pytest.approx(70.0)


def test_the_screen_lies_below_the_lens_and_its_right_is_the_images_left():
    screen, camera = Screen(1000, 500, 400.0, 200.0), Camera(x_mm=3.0, y_mm=8.0)
    corners = screen_to_camera(np.array([[0.0, 0.0], [1000.0, 500.0]]), screen, camera, (0.0, 0.0))
    np.testing.assert_allclose(corners, [[203.0, 8.0, 0.0], [-197.0, 208.0, 0.0]])


def test_head_and_camera_coordinates_are_inverse():
    pose = Pose(rotation(12, -5, 3), np.array([10.0, 20.0, 600.0]))
    points = np.array([[1.0, 2.0, 3.0], [-40.0, 0.0, 7.0]])
    np.testing.assert_allclose(pose.to_head(pose.to_camera(points)), points, atol=1e-10)
    np.testing.assert_allclose(pose.to_camera(pose.lens_in_head_mm), np.zeros(3), atol=1e-10)
