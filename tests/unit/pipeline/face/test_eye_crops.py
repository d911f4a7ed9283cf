import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from pipeline.face import eye_crops
from pipeline.face.landmarker import Landmarker
from tests.unit.pipeline.face.scenes import portrait, scene

LEVEL_PX = (eye_crops.HEIGHT_PX - 1) / 2
ENDS_PX = (eye_crops.WIDTH_PX - 1) / 2 + np.array([-0.5, 0.5]) * eye_crops.CORNERS_APART_PX


def face(right=((100.0, 200.0), (150.0, 210.0)), left=((220.0, 208.0), (270.0, 200.0))):
    """Landmarks of which only the corners of the eyes matter."""
    landmarks = np.full((478, 3), np.nan, np.float32)
    landmarks[eye_crops.CORNERS.ravel(), :2] = np.concatenate([right, left])
    return landmarks


def test_corners_lie_level_about_the_middle_of_the_crop():
    landmarks = face(left=((220.0, 200.0), (270.99, 200.0)))  # as wide as the right one
    for (a, b), to_frame in zip(eye_crops.CORNERS, eye_crops.affines(landmarks), strict=True):
        for corner, x in zip((a, b), ENDS_PX, strict=True):
            assert to_frame @ [x, LEVEL_PX, 1.0] == pytest.approx(landmarks[corner, :2], abs=0.01)


def test_maps_turn_and_scale_but_do_not_shear():
    turns = eye_crops.affines(face())[:, :, :2]
    scales = np.linalg.norm(turns, axis=1)
    assert scales == pytest.approx(np.full((2, 2), scales[0, 0]))
    assert np.linalg.det(turns) == pytest.approx(scales[:, 0] ** 2)


def test_an_eye_turned_away_keeps_the_scale_of_the_other():
    near, away = eye_crops.affines(face(left=((220.0, 200.0), (228.0, 200.0))))
    assert near @ [ENDS_PX[1], LEVEL_PX, 1.0] == pytest.approx([150.0, 210.0], abs=0.01)
    assert np.linalg.norm(away[:, 0]) == pytest.approx(np.linalg.norm(near[:, 0]))
    assert np.isfinite(eye_crops.affines(face(left=((220.0, 200.0), (220.0, 200.0))))).all()


def test_crops_show_what_the_maps_say():
    y, x = np.mgrid[:400, :400]
    ramp = np.repeat((x / 4 + y / 4).astype(np.uint8)[:, :, None], 3, axis=2)
    maps = eye_crops.affines(face())
    crops = eye_crops.cut(ramp, maps)
    assert crops.shape == (2, eye_crops.HEIGHT_PX, eye_crops.WIDTH_PX)
    for crop, to_frame in zip(crops, maps, strict=True):
        for u, v in ((0, 0), (40, 24), (79, 47), (10, 40)):
            assert crop[v, u] == pytest.approx((to_frame @ [u, v, 1]).sum() / 4, abs=1.5)


def test_beyond_the_frame_its_edge_goes_on():
    grey = np.full((100, 100, 3), 77, np.uint8)
    assert np.all(eye_crops.cut(grey, eye_crops.affines(face())) == 77)


@pytest.mark.parametrize("scale", [1.5, 2.5])
def test_the_iris_is_dark_in_the_middle_of_a_real_crop(scale):
    frame = scene((480.0, 250.0, scale))
    with Landmarker() as landmarker:
        landmarks = landmarker.find(frame)[0]
    maps = eye_crops.affines(landmarks)
    crops = eye_crops.cut(frame, maps)
    for crop, to_frame, iris in zip(crops, maps, landmarks[[468, 473], :2], strict=True):
        u, v = np.linalg.solve(to_frame[:, :2], iris - to_frame[:, 2])
        assert abs(u - 39.5) < 10
        assert abs(v - 23.5) < 8
        at_iris = crop[round(v) - 2 : round(v) + 3, round(u) - 2 : round(u) + 3].mean()
        assert at_iris < 0.6 * crop.mean()


def test_the_subjects_right_eye_comes_first():
    with Landmarker() as landmarker:
        maps = eye_crops.affines(landmarker.find(portrait())[0])
    assert maps[0, 0, 2] < maps[1, 0, 2]


def test_a_turned_head_gives_upright_eyes():
    turn = Rotation.from_euler("z", 20, degrees=True).as_matrix()[:2, :2]
    landmarks = face()
    turned = landmarks.copy()
    turned[:, :2] = landmarks[:, :2] @ turn.T
    assert eye_crops.affines(turned)[:, :, :2] == pytest.approx(turn @ eye_crops.affines(landmarks)[:, :, :2])
