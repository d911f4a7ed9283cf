"""Iris centres found in drawn eyes, whose centres are known exactly."""

import cv2
import numpy as np
import pytest

from pipeline.face.eye_crops import HEIGHT_PX, WIDTH_PX
from pipeline.face.iris_finder import CENTRES, RIMS, IrisFinder

RADIUS_PX = 9.0
TO_FRAME = np.array([[2.0, 0, 100], [0, 2.0, 50]], np.float32)  # crop px to frame px
SCALE = 8  # drawn larger, so that the centre can lie between pixels


def draw(centre, *, iris=90, pupil=30, sclera=190, skin=150, upper_lid_px=-6.0, blink=False):
    """An eye: sclera between two lids, iris and pupil about `centre` (crop px), partly under a lid."""
    picture = np.full((HEIGHT_PX * SCALE, WIDTH_PX * SCALE), skin, np.uint8)
    if not blink:
        opening = np.zeros_like(picture)
        middle = np.array([(WIDTH_PX - 1) / 2, (HEIGHT_PX - 1) / 2])
        _ellipse(opening, middle, (23, 7.5), 255)
        opening[: int((middle[1] + upper_lid_px) * SCALE)] = 0
        eye = np.full_like(picture, sclera)
        _ellipse(eye, centre, (RADIUS_PX, RADIUS_PX), iris)
        _ellipse(eye, centre, (RADIUS_PX * 0.4, RADIUS_PX * 0.4), pupil)
        picture = np.where(opening > 0, eye, picture)
    blurred = cv2.GaussianBlur(picture, (0, 0), SCALE * 0.8)
    return cv2.resize(blurred, (WIDTH_PX, HEIGHT_PX), interpolation=cv2.INTER_AREA)


def _ellipse(picture, centre, axes, grey):
    place = tuple(round((c + 0.5) * SCALE * 16 - 8) for c in centre)
    cv2.ellipse(picture, place, tuple(int(a * SCALE * 16) for a in axes), 0, 0, 360, grey, -1, shift=4)


def find(left, right, guess_off=(0.0, 0.0), finder=None, **drawing):
    crops = np.stack([draw(left, **drawing), draw(right, **drawing)])
    landmarks = np.zeros((478, 3), np.float32)
    for eye, centre in enumerate((left, right)):
        guess = TO_FRAME[:, :2] @ (np.array(centre) + guess_off) + TO_FRAME[:, 2]
        landmarks[CENTRES[eye], :2] = guess
        for point, side in zip(RIMS[eye], (1, -1), strict=True):
            landmarks[point, :2] = guess + [side * RADIUS_PX * 2, 0]
    found = (finder or IrisFinder()).find(crops, np.stack([TO_FRAME] * 2), landmarks)
    return (found - TO_FRAME[:, 2]) / 2.0


@pytest.mark.parametrize("centre", [(39.5, 23.5), (42.3, 22.1), (35.7, 24.9), (45.2, 23.4)])
@pytest.mark.parametrize("colours", [{}, {"iris": 60, "pupil": 55}, {"sclera": 130, "iris": 75, "skin": 90}])
def test_the_centre_of_the_dark_disc_is_found(centre, colours):
    found = find(centre, centre, guess_off=(1.5, -1.0), **colours)
    off_px = np.abs(found - centre)  # a wrong guess does not pull it; a lid over the disc does a little
    assert off_px[:, 0].max() < 0.4
    assert off_px[:, 1].max() < 0.85


def test_the_found_centre_follows_the_eye_all_the_way():
    """MediaPipe's follows only in part; that is why this module exists."""
    moved = [find((39.5, y), (39.5, y), guess_off=(0, 0.6 * (23.5 - y)))[0, 1] for y in (21.5, 25.5)]
    assert (moved[1] - moved[0]) / 4.0 > 0.8


def test_an_eye_at_the_edge_of_the_crop_is_not_found():
    found = find((39.5, 23.5), (3.0, 3.0))
    assert np.isfinite(found[0]).all()
    assert np.isnan(found[1]).all()


def test_the_size_is_remembered():
    finder = IrisFinder()
    for _ in range(3):
        find((39.5, 23.5), (39.5, 23.5), finder=finder)
    assert finder._radius_px == pytest.approx(RADIUS_PX, rel=1e-3)
