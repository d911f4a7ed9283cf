"""Eyes are drawn where the geometry says they are, and look where the student looks."""

from dataclasses import replace

import numpy as np
import pytest

from pipeline.synthetic.camera import Lens, Pose, rotation
from pipeline.synthetic.eyeball import SIZE
from pipeline.synthetic.eyes import lid_heights, optical_axis
from pipeline.synthetic.light import Light
from pipeline.synthetic.person import draw_person
from pipeline.synthetic.renderer import Moment, Renderer

LENS = Lens(1280, 720, 65.0)
SCREEN_MM = np.array([[170.0, 10.0, 0.0], [-170.0, 200.0, 0.0]])
# Only ambient light: no glint covers what is looked for.
LIGHT = Light(np.array([0.0, 0.0, -1.0]), 0.0, 1.0, SCREEN_MM, 0.0)
POSES = [
    Pose(rotation(*turn), np.array([15.0, 20.0, 520.0])) for turn in ((0, 5, 0), (-14, 8, 4), (15, -3, -5))
]
TARGETS = np.array([(0.0, 60.0, 0.0), (120.0, 30.0, 0.0), (-120.0, 150.0, 0.0)])


@pytest.fixture(scope="module")
def marked():
    """A person with plain green discs for irises and lids far apart, so that the whole disc shows,
    corners included."""
    person = draw_person(np.random.default_rng(3))
    x, y = np.meshgrid(np.arange(SIZE) - (SIZE - 1) / 2, np.arange(SIZE) - (SIZE - 1) / 2)
    disc = (np.hypot(x, y) / 10 < person.eyes[0].iris_radius_mm).astype(np.uint8)[..., None]
    green = np.concatenate([disc * [0, 255, 0], disc * 255], axis=2).astype(np.uint8)
    eyes = tuple(
        replace(
            eye,
            iris_rgba=green,
            sclera_rgb=np.full_like(eye.sclera_rgb, 200),
            upper_mm=-9 * (1 - np.linspace(-1, 1, len(eye.upper_mm)) ** 8),
            inner_mm=eye.inner_mm - [8 * eye.temporal, 0],
            outer_mm=eye.outer_mm + [8 * eye.temporal, 0],
            lower_mm=9 * (1 - np.linspace(-1, 1, len(eye.upper_mm)) ** 8),
        )
        for eye in person.eyes
    )
    return replace(person, eyes=eyes, lash_strength=0.0, glasses=None, skin_rgb=np.zeros(3))


def draw(person, pose, targets, closure=0.0):
    room = np.zeros((LENS.height_px, LENS.width_px, 3), np.uint8)
    body = np.zeros((10, 10, 4), np.uint8)
    renderer = Renderer(person, LENS, room, body, POSES[0], LIGHT)
    return renderer.draw(Moment(pose, np.atleast_2d(targets), closure)).astype(float)


def greenness(picture):
    """0-255: how green each pixel is, whatever shadow lies on it."""
    excess = picture[..., 1] - np.maximum(picture[..., 0], picture[..., 2])
    return 255 * np.clip(excess, 0, None) / np.maximum(picture[..., 1], 30)


def centroid(weights, near_px, reach=22):
    x0, y0 = np.round(near_px).astype(int) - reach
    part = weights[y0 : y0 + 2 * reach, x0 : x0 + 2 * reach]
    y, x = np.mgrid[: 2 * reach, : 2 * reach]
    return np.array([(part * x).sum(), (part * y).sum()]) / part.sum() + (x0, y0)


@pytest.mark.parametrize("pose", POSES)
@pytest.mark.parametrize("target", TARGETS)
def test_the_drawn_iris_lies_where_the_truth_says(marked, pose, target):
    green = greenness(draw(marked, pose, target))
    for eye in marked.eyes:
        axis = optical_axis(eye, pose.to_head(target))
        true_px = LENS.project(pose.to_camera(eye.centre_mm + eye.iris_depth_mm * axis))
        assert np.abs(centroid(green, true_px) - true_px).max() < 0.3


def test_without_kappa_the_optical_axis_hits_the_target():
    person = draw_person(np.random.default_rng(1))
    target = POSES[1].to_head(TARGETS[1])
    for eye in person.eyes:
        axis = optical_axis(replace(eye, kappa_deg=(0.0, 0.0)), target)
        towards = target - eye.centre_mm
        assert np.linalg.norm(np.cross(axis, towards)) < 1e-6
        assert axis @ towards > 0


def test_kappa_turns_both_eyes_outward_and_down():
    person = draw_person(np.random.default_rng(1))
    far = np.array([0.0, 0.0, -1e6])
    right, left = (optical_axis(eye, far) for eye in person.eyes)  # the right eye is at image left
    assert right[0] < -np.sin(np.radians(2.0))
    assert left[0] > np.sin(np.radians(2.0))
    expected = [eye.kappa_deg[1] for eye in person.eyes]
    np.testing.assert_allclose(np.degrees(np.arcsin([right[1], left[1]])), expected, atol=0.01)


def test_closed_lids_hide_the_eye(marked):
    open_eyes = greenness(draw(marked, POSES[0], TARGETS[0])).sum()
    assert greenness(draw(marked, POSES[0], TARGETS[0], closure=1.0)).sum() < 0.02 * open_eyes


def test_the_upper_lid_follows_the_gaze_down_partly():
    person = draw_person(np.random.default_rng(2))
    eye = person.eyes[0]
    middle = len(eye.upper_mm) // 2
    level, _ = lid_heights(eye, person, 0.0, 0.0)
    for pitch_deg in (5.0, 10.0):
        lowered, _ = lid_heights(eye, person, pitch_deg, 0.0)
        iris_drop = eye.iris_depth_mm * np.sin(np.radians(pitch_deg))
        assert 0.5 * iris_drop < lowered[middle] - level[middle] < 1.1 * iris_drop


def test_an_eye_in_a_saccade_is_smeared(marked):
    still, moving = TARGETS[:1], TARGETS[0] + np.array([[-80.0, 0, 0], [0.0, 0, 0], [80.0, 0, 0]])
    sharp, smeared = (greenness(draw(marked, POSES[0], targets)) for targets in (still, moving))
    assert (smeared > 20).sum() > 1.1 * (sharp > 20).sum()
    assert smeared.max() <= sharp.max() + 1
