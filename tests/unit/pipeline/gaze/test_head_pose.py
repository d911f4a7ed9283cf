import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from pipeline.gaze.eye_model import EyeParameters
from pipeline.gaze.head_pose import HeadPoses, average_face_mm, fit_head_poses
from pipeline.parameters import HeadPoseParameters
from tests.unit.pipeline.gaze import ideal_student as ideal

FOCAL = ideal.focal_px(1280, ideal.CAMERA)
UNSHAPED = HeadPoseParameters(shape_rounds=0)


def observed(n=40, noise_px=0.0, **moving):
    rotation, translation = ideal.poses(n, **moving)
    target = np.tile([960.0, 540.0], (n, 1))
    seen = ideal.observe(target, rotation, translation, EyeParameters(), noise_px=noise_px)
    return seen.landmarks_px, rotation, translation


def turned_by_deg(a, b):
    return np.degrees(Rotation.from_matrix(np.swapaxes(a, 1, 2) @ b).magnitude())


def test_exact_landmarks_give_the_exact_pose():
    landmarks, rotation, translation = observed(turn_deg=15)
    poses, _ = fit_head_poses(landmarks, FOCAL, (640, 360), UNSHAPED)
    assert turned_by_deg(poses.rotation, rotation).max() < 0.01
    assert np.abs(poses.translation_mm - translation).max() < 0.1
    assert poses.error_px.max() < 0.01


def test_noise_of_one_pixel_turns_the_head_by_less_than_a_degree():
    landmarks, rotation, _ = observed(noise_px=1.0)
    poses, _ = fit_head_poses(landmarks, FOCAL, (640, 360), UNSHAPED)
    assert turned_by_deg(poses.rotation, rotation).max() < 1.0


def test_some_landmarks_gone_astray_hardly_matter():
    landmarks, rotation, _ = observed()
    landmarks[:, 100:130, :2] += 25
    poses, _ = fit_head_poses(landmarks, FOCAL, (640, 360), UNSHAPED)
    assert turned_by_deg(poses.rotation, rotation).max() < 1.0


def test_a_person_unlike_the_average_is_learnt_over_the_session():
    rotation, translation = ideal.poses(300, turn_deg=10)
    own = average_face_mm() * [1.06, 0.95, 1.1]
    skin = np.einsum("nij,kj->nki", rotation, own) + translation[:, None]
    landmarks = np.zeros((300, 478, 3), np.float32)
    landmarks[:, :468, :2] = FOCAL * skin[..., :2] / skin[..., 2:] + [640, 360]
    plain, _ = fit_head_poses(landmarks, FOCAL, (640, 360), UNSHAPED)
    learnt, _ = fit_head_poses(landmarks, FOCAL, (640, 360), HeadPoseParameters())
    assert learnt.error_px.mean() < 0.4 * plain.error_px.mean()
    assert turned_by_deg(learnt.rotation, rotation).std() < turned_by_deg(plain.rotation, rotation).std()


def test_frames_without_a_face_stay_missing():
    landmarks, *_ = observed(20)
    landmarks[5:9] = np.nan
    poses, _ = fit_head_poses(landmarks, FOCAL, (640, 360), UNSHAPED)
    assert np.isnan(poses.rotation[5:9]).all()
    smooth = poses.smoothed(1.5)
    assert np.isnan(smooth.translation_mm[5:9]).all()
    assert np.isfinite(smooth.translation_mm[[4, 9]]).all()


def test_no_face_at_all_is_no_error():
    poses, face = fit_head_poses(np.full((3, 478, 3), np.nan, np.float32), FOCAL, (640, 360), UNSHAPED)
    assert np.isnan(poses.translation_mm).all()
    assert face.shape == (468, 3)


@pytest.mark.parametrize(("axis", "turn", "index"), [("y", -20.0, 0), ("x", -10.0, 1), ("z", 12.0, 2)])
def test_angles_are_signed_as_the_vocabulary_says(axis, turn, index):
    # OpenCV axes: turning about +y by a negative angle brings the face (-z) to image right (+x)?
    rotation = Rotation.from_euler(axis, turn, degrees=True).as_matrix()[None]
    forward = rotation[0] @ [0, 0, -1]
    angles = HeadPoses(rotation, np.zeros((1, 3)), np.zeros(1)).angles_deg()[0]
    expected = np.zeros(3)
    expected[index] = abs(turn) if index == 2 else np.degrees(np.arcsin(forward[index]))
    np.testing.assert_allclose(angles, expected, atol=1e-9)


def test_smoothing_keeps_rotations_rotations():
    rotation, translation = ideal.poses(50)
    smooth = HeadPoses(rotation, translation, np.zeros(50)).smoothed(2.0)
    np.testing.assert_allclose(
        smooth.rotation @ np.swapaxes(smooth.rotation, 1, 2), np.tile(np.eye(3), (50, 1, 1)), atol=1e-9
    )
    assert np.std(np.diff(smooth.translation_mm, axis=0)) < 0.5 * np.std(np.diff(translation, axis=0))
