import cv2
import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.face import observe as module
from pipeline.face.landmark_code import quantised
from pipeline.face.observe import brightness_and_blur, observe
from tests.unit.pipeline.face.scenes import frames, portrait, scene

FACE = scene((480.0, 250.0, 2.0))
DARK = np.zeros_like(FACE)


def observed(pictures, expected=None, **options):
    return observe(frames(pictures), expected, lambda share: None, **options)


def test_a_face_is_observed_in_every_frame():
    seen = observed([FACE] * 4)
    assert len(seen) == 4
    assert seen.has_face.all()
    assert (seen.frame_width_px, seen.frame_height_px) == (960, 540)
    assert seen.t_ms.tolist() == [0, 100, 200, 300]
    assert seen.landmarks_px.shape == (4, 478, 3)
    assert seen.landmarks_px.dtype == np.float32
    assert np.array_equal(seen.landmarks_px, quantised(seen.landmarks_px))
    assert seen.eyes.shape[:2] == seen.eyes_affine.shape[:2] == (4, 2)
    assert seen.eyes.min(axis=(2, 3)).max() < 80 < seen.eyes.max(axis=(2, 3)).min()


def test_frames_without_a_face_are_missing_not_zero():
    seen = observed([DARK, FACE, FACE, DARK])
    assert seen.has_face.tolist() == [False, True, True, False]
    assert seen.face_count.tolist() == [0, 1, 1, 0]
    for values in (seen.landmarks_px, seen.brightness, seen.blur, seen.eyes_affine):
        missing = np.isnan(values.reshape(4, -1))
        assert missing[[0, 3]].all()
        assert not missing[[1, 2]].any()
    assert not seen.eyes[[0, 3]].any()


def test_a_black_video_is_observed_as_having_no_face():
    seen = observed([DARK] * 3)
    assert not seen.has_face.any()
    assert not seen.face_count.any()


def test_no_frames_are_refused():
    with pytest.raises(InputError, match="webcam video: expected at least one frame"):
        observed([])


def test_crops_can_be_left_out():
    seen = observed([FACE] * 2, eyes=False)
    assert seen.eyes is seen.eyes_affine is None
    assert np.array_equal(seen.landmarks_px, observed([FACE] * 2).landmarks_px)


@pytest.mark.parametrize(("expected", "highest"), [(100, 0.6), (20, 1.0), (None, None)])
def test_progress_never_goes_back_and_ends_at_one(expected, highest):
    told = []
    observe(frames([DARK] * 61), expected, told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert told[:-1] == ([] if expected is None else [0.0, *told[1:-2], highest])


def test_more_frames_than_one_stretch_of_memory_are_kept_in_order(monkeypatch):
    monkeypatch.setattr(module, "GROWTH_FRAMES", 2)
    seen = observed([FACE, DARK, FACE, FACE, DARK, FACE, FACE])
    assert seen.has_face.tolist() == [True, False, True, True, False, True, True]
    assert seen.t_ms.tolist() == [0, 100, 200, 300, 400, 500, 600]
    assert len(seen.eyes) == len(seen.blur) == 7


def landmarks_in(x, y):
    """Landmarks spread over this box."""
    landmarks = np.zeros((478, 3), np.float32)
    landmarks[:2, :2] = [[x[0], y[0]], [x[1], y[1]]]
    landmarks[2:, :2] = np.mean([x, y], axis=1)
    return landmarks


def test_brightness_is_the_mean_grey_of_the_face_alone():
    frame = np.full((400, 600, 3), 250, np.uint8)
    frame[100:301, 200:401] = 60
    assert brightness_and_blur(frame, landmarks_in((200, 400), (100, 300))) == (60.0, 0.0)


def test_blur_is_the_variance_of_the_laplacian():
    random = np.random.default_rng(0)
    frame = np.repeat(random.integers(0, 256, (300, 300, 1), np.uint8), 3, axis=2)
    grey = frame[50:251, 50:251, 0]
    _, blur = brightness_and_blur(frame, landmarks_in((50, 250), (50, 250)))
    assert blur == pytest.approx(cv2.Laplacian(grey, cv2.CV_64F).var(), rel=1e-6)


def test_a_defocused_face_is_less_sharp_whatever_its_size():
    for scale in (1.5, 2.4):
        frame = scene((480.0, 250.0, scale))
        face = observed([frame]).landmarks_px[0]
        _, sharp = brightness_and_blur(frame, face)
        _, soft = brightness_and_blur(cv2.GaussianBlur(frame, (0, 0), 2.0), face)
        assert soft < 0.3 * sharp


@pytest.mark.parametrize("x", [(-500, -10), (700, 900), (599, 800)])
def test_a_face_off_the_frame_has_no_light_to_measure(x):
    assert np.isnan(brightness_and_blur(np.zeros((400, 600, 3), np.uint8), landmarks_in(x, (100, 300)))).all()


def test_a_real_video_is_observed_throughout(real_observations):
    seen = real_observations
    assert len(seen) == 433
    assert seen.has_face.sum() == pytest.approx(420, abs=3)
    assert not seen.face_changed.any()
    eye_width = np.linalg.norm(seen.landmarks_px[:, 33, :2] - seen.landmarks_px[:, 133, :2], axis=1)
    assert 20 < np.nanmedian(eye_width) < 60
    assert np.nanmedian(seen.brightness) == pytest.approx(112, abs=10)


def test_the_portrait_as_it_is_gives_the_portraits_landmarks(repo_root):
    recorded = np.loadtxt(repo_root / "tests/golden/astronaut_landmarks.csv", delimiter=",", skiprows=3)[
        :, 1:
    ]
    assert np.abs(observed([portrait()]).landmarks_px[0] - recorded).max() < 0.05
