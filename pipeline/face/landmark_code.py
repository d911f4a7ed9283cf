"""Landmarks as small whole numbers, and back, exactly.

Neighbours move together. So a landmark is told as its offset from a parent (a landmark near it that was
named earlier; the first one has none), in sixteenths of a px, as the change since the frame before,
zigzag-coded. Little of that is left to store: about 4 bits a number on a webcam's video.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipeline.face.landmarker import LANDMARKS, Landmarks

STEPS_PER_PX: Final = 16

Codes = NDArray[np.int32]
Parents = NDArray[np.int64]


def quantised(landmarks_px: Landmarks) -> Landmarks:
    """Rounded to what can be stored. Done when observing, so that a replay computes from the same numbers."""
    return np.asarray(np.round(landmarks_px * STEPS_PER_PX) / STEPS_PER_PX, np.float32)


def parents_of(landmarks_px: Landmarks) -> Parents:
    """For each landmark the nearest one named before it, in the mean of frames (m, 478, 3); 0 for 0."""
    mean = landmarks_px.mean(axis=0)
    parents = np.zeros(LANDMARKS, np.int64)
    for point in range(1, LANDMARKS):
        parents[point] = np.argmin(np.sum((mean[:point] - mean[point]) ** 2, axis=1))
    return parents


class Encoder:
    """Codes stretch after stretch of frames; each goes on from the last frame of the one before."""

    def __init__(self, parents: Parents) -> None:
        self._parents = parents
        self._before = np.zeros((1, LANDMARKS, 3), np.int32)

    def encode(self, landmarks_px: Landmarks) -> Codes:
        """Codes (m, 478, 3) of as many frames."""
        steps = np.round(landmarks_px * STEPS_PER_PX).astype(np.int32)
        offsets = steps - steps[:, self._parents]
        offsets[:, 0] = steps[:, 0]
        with_before = np.concatenate([self._before, offsets])
        self._before = with_before[-1:]
        change = np.diff(with_before, axis=0)
        return (change << 1) ^ (change >> 31)  # 0, -1, 1, -2 become 0, 1, 2, 3


class Decoder:
    """Undoes `Encoder`. Codes that no encoder made give wild landmarks, never an exception."""

    def __init__(self, parents: Parents) -> None:
        self._parents = parents
        self._before = np.zeros((1, LANDMARKS, 3), np.int32)

    def decode(self, codes: Codes) -> Landmarks:
        """Landmarks (m, 478, 3) in px."""
        change = (codes >> 1) ^ -(codes & 1)
        steps = np.cumsum(np.concatenate([self._before, change]), axis=0, dtype=np.int32)
        self._before = steps[-1:].copy()
        steps = steps[1:]
        for point in range(1, LANDMARKS):  # parents come before their children
            steps[:, point] += steps[:, self._parents[point]]
        return np.asarray(steps / np.float32(STEPS_PER_PX), np.float32)
