"""Iris centres from the picture itself: the place that the dark disc's edges point away from.

MediaPipe's own iris centres follow the true ones only in part, least of all up and down, and by a share
that differs from person to person (models/MODEL_CARD.md). Pupil and iris are dark discs about one centre,
so around it the grey gradient points outwards at every distance; lids and brows have no such centre. That
radial symmetry is looked for near MediaPipe's centre, and its peak is found to a fraction of a pixel.

References
----------
Loy & Zelinsky (2003), Fast radial symmetry for detecting points of interest, doi:10.1109/TPAMI.2003.1217601
Timm & Barth (2011), Accurate eye centre localisation by means of gradients, doi:10.5220/0003326101010107
"""

from __future__ import annotations

from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Bytes, Floats
from pipeline.face.landmarker import Landmarks

Image = NDArray[np.float32]

CENTRES: Final = (468, 473)
RIMS: Final = ((469, 471), (474, 476))  # the ends of each iris's horizontal diameter
INNER, OUTER = 0.25, 1.15  # of the iris's radius: from within the pupil to just beyond the limbus
SEARCH_X_PX, SEARCH_Y_PX = 7, 5  # crop px around MediaPipe's centre
NEARER_PX: Final = 10.0  # a peak this far from MediaPipe's centre must be half as strong again
RADIUS_STEPS_PER_PX: Final = 4
RADIUS_MEMORY: Final = 0.95  # an iris does not change its size from frame to frame
LOWEST_LIGHT: Final = 8.0  # grey levels; keeps the logarithm of noise in the dark small

# How far each place of the search window lies from its middle, as a loss of strength.
_ACROSS, _DOWN = np.meshgrid(
    np.arange(-SEARCH_X_PX, SEARCH_X_PX + 1), np.arange(-SEARCH_Y_PX, SEARCH_Y_PX + 1)
)
_FARTHER: Final = (_ACROSS**2 + _DOWN**2) / (2 * NEARER_PX**2)


class IrisFinder:
    """Finds the irises of one person in frame after frame; remembers how large they look."""

    def __init__(self) -> None:
        self._radius_px = np.nan

    def find(
        self, crops: Bytes, to_frame: NDArray[np.float32], landmarks_px: Landmarks
    ) -> NDArray[np.float32]:
        """Iris centres in frame px, shape (2, 2); NaN where an eye has no peak inside the search window.

        Parameters
        ----------
        crops : shape (2, height, width), grey
        to_frame : shape (2, 2, 3), maps from crop px to frame px
        landmarks_px : shape (478, 3)
        """
        scale = float(np.hypot(*to_frame[0, :, 0]))  # frame px per crop px, the same for both eyes
        radius = self._remember(_radius_px(landmarks_px) / scale)
        found = np.full((2, 2), np.nan, np.float32)
        for eye, (crop, affine) in enumerate(zip(crops, to_frame.astype(np.float64), strict=True)):
            start = np.linalg.solve(affine[:, :2], landmarks_px[CENTRES[eye], :2] - affine[:, 2])
            peak = _peak(radial_symmetry(crop, radius), start)
            if peak is not None:
                found[eye] = affine[:, :2] @ peak + affine[:, 2]
        return found

    def _remember(self, radius_px: float) -> float:
        known = self._radius_px if np.isfinite(self._radius_px) else radius_px
        self._radius_px = RADIUS_MEMORY * known + (1 - RADIUS_MEMORY) * radius_px
        return self._radius_px


def _radius_px(landmarks_px: Landmarks) -> float:
    across = [landmarks_px[a, :2] - landmarks_px[b, :2] for a, b in RIMS]
    return float(np.mean([np.hypot(*d) for d in across])) / 2


def radial_symmetry(crop: Bytes, radius_px: float) -> Image:
    """How strongly the logarithmic grey of each place's surroundings brightens outwards, (height, width)."""
    light = cv2.GaussianBlur(np.log(crop.astype(np.float32) + LOWEST_LIGHT), (0, 0), 0.8)
    across, down = _kernels(round(radius_px * RADIUS_STEPS_PER_PX))
    edge = cv2.BORDER_REPLICATE
    sideways = cv2.filter2D(cv2.Sobel(light, cv2.CV_32F, 1, 0), -1, across, borderType=edge)
    downwards = cv2.filter2D(cv2.Sobel(light, cv2.CV_32F, 0, 1), -1, down, borderType=edge)
    return np.asarray(sideways + downwards, np.float32)


@cache
def _kernels(radius_steps: int) -> tuple[Image, Image]:
    """Outward unit vectors over the disc, every ring of equal weight, as two correlation kernels."""
    radius = max(radius_steps / RADIUS_STEPS_PER_PX, 2.0)
    half = int(np.ceil(OUTER * radius)) + 2
    y, x = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float64)
    distance = np.hypot(x, y)
    beyond_inner = 1 / (1 + np.exp(-2 * (distance - INNER * radius)))
    within_outer = 1 / (1 + np.exp(2 * (distance - OUTER * radius)))
    weight = beyond_inner * within_outer / np.maximum(distance, 1.0)
    weight /= weight.sum() * np.maximum(distance, 1e-9)
    return (weight * x).astype(np.float32), (weight * y).astype(np.float32)


def _peak(symmetry: Image, start: Floats) -> Floats | None:
    """The strongest place near `start`, crop px (x, y), by a parabola through its neighbours."""
    middle = np.round(start).astype(int)
    low = middle - (SEARCH_X_PX, SEARCH_Y_PX)
    high = middle + (SEARCH_X_PX + 1, SEARCH_Y_PX + 1)
    if (low < 0).any() or (high > symmetry.shape[::-1]).any():
        return None
    window = symmetry[low[1] : high[1], low[0] : high[0]].astype(np.float64)
    strength = window / (window.max() - np.median(window) + 1e-6) - _FARTHER
    y, x = np.unravel_index(np.argmax(strength), strength.shape)
    if not (0 < x < strength.shape[1] - 1 and 0 < y < strength.shape[0] - 1):
        return None
    offset = (_vertex(strength[y, x - 1 : x + 2]), _vertex(strength[y - 1 : y + 2, x]))
    return np.asarray(low + (x, y) + offset, np.float64)


def _vertex(three: Floats) -> float:
    """Where the parabola through three equally spaced values has its top, from the middle one."""
    bend = three[0] - 2 * three[1] + three[2]
    return float(np.clip((three[0] - three[2]) / (2 * bend), -0.5, 0.5)) if bend < 0 else 0.0
