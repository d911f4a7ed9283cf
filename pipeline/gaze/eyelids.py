"""How far the eyes are open.

The eye aspect ratio (Soukupova & Cech 2016): the lids' gap over the eye's width.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Floats
from pipeline.gaze.face_points import LIDS


def openness(landmarks_px: NDArray[np.float32]) -> Floats:
    """Eye aspect ratio, mean of both eyes, shape (n,); about 0.3 open and 0.1 closed, NaN without a face."""
    return np.asarray(openness_of_each(landmarks_px).mean(axis=1))


def openness_of_each(landmarks_px: NDArray[np.float32]) -> Floats:
    """Eye aspect ratio of each eye, shape (n, 2 eyes): image left first."""
    return np.stack([_aspect_ratio(landmarks_px[:, eye, :2]) for eye in LIDS], axis=1)


def _aspect_ratio(points: NDArray[np.float32]) -> Floats:
    p = points.astype(np.float64)
    gap = np.linalg.norm(p[:, 1] - p[:, 5], axis=-1) + np.linalg.norm(p[:, 2] - p[:, 4], axis=-1)
    width = np.linalg.norm(p[:, 0] - p[:, 3], axis=-1)
    return np.asarray(gap / (2 * np.maximum(width, 1e-6)))
