"""The two eyes cut out of a frame, grey, upright and of one size, with the maps back to the frame."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Bytes
from pipeline.face.landmarker import Landmarks

HEIGHT_PX: Final = 48
WIDTH_PX: Final = 80
CORNERS_APART_PX: Final = 46.0  # in the crop: 1.6 px a mm, what normalised eyes for a network are warped to
# Image-left and image-right corner of the subject's right and left eye.
CORNERS: Final = np.array([[33, 133], [362, 263]])

Affines = NDArray[np.float32]


def affines(landmarks_px: Landmarks) -> Affines:
    """Maps from crop px to frame px, shape (2, 2, 3), the subject's right eye first.

    Similarities that put the eye's corners on a level line about the middle of the crop. The wider eye
    gives both their scale, so that an eye turned away is not blown up.
    """
    left, right = landmarks_px[CORNERS[:, 0], :2], landmarks_px[CORNERS[:, 1], :2]
    across = right - left
    apart_px = np.hypot(across[:, 0], across[:, 1])
    x_axis = across * (apart_px.max() / np.maximum(apart_px, 1e-3) / CORNERS_APART_PX)[:, None]
    y_axis = np.stack([-x_axis[:, 1], x_axis[:, 0]], axis=1)
    turn = np.stack([x_axis, y_axis], axis=2)
    middle = np.array([(WIDTH_PX - 1) / 2, (HEIGHT_PX - 1) / 2])
    return np.concatenate([turn, ((left + right) / 2 - turn @ middle)[:, :, None]], axis=2).astype(np.float32)


def cut(rgb: Bytes, maps: Affines) -> Bytes:
    """Grey crops (2, HEIGHT_PX, WIDTH_PX) of an RGB frame; beyond its edge the edge goes on."""
    crops = [
        cv2.warpAffine(
            rgb,
            to_frame,
            (WIDTH_PX, HEIGHT_PX),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        for to_frame in maps
    ]
    return np.stack([cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY) for crop in crops])
