"""Changes of face shape: a low-rank warp of the portrait's plane, and a relief that can be turned."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.domain import Floats
from pipeline.synthetic.images import Floats32, Pixels, blurred, look_up, resized
from pipeline.synthetic.portrait import Portrait

SLOPE_MAX = 1.6  # steeper reliefs fold over themselves when the head turns


@dataclass(frozen=True)
class Warp:
    """A smooth displacement (h, w, 2) mm on the depth grid: where each place of the new face comes from."""

    shift_mm: Floats32
    corner_mm: Floats
    step_mm: float

    def forward(self, points_mm: Floats) -> Floats:
        """Where places (n, 2) of the old face are in the new one."""
        moved = points_mm
        for _ in range(6):
            grid = ((moved - self.corner_mm) / self.step_mm).astype(np.float32)
            moved = points_mm - look_up(self.shift_mm, grid[:, None])[:, 0]
        return moved

    def apply(self, image: Pixels, px_per_mm: float) -> Pixels:
        """An image of the old face that covers the grid's area, drawn on the new face."""
        height, width = image.shape[:2]
        shift = resized(self.shift_mm, width, height) * np.float32(px_per_mm)
        return look_up(image, np.dstack(np.meshgrid(np.arange(width), np.arange(height))) + shift)


def sigmoid(x: Floats) -> Floats:
    """The logistic function, for soft steps."""
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -60, 60))))


def draw_warp(face: Portrait, rng: np.random.Generator, hair_volume: float) -> Warp:
    """Width, length, jaw, eye distance, nose and mouth vary, hair as told, and a smooth random rest."""
    rows, columns = face.depth_mm.shape
    x, y = np.meshgrid(
        face.corner_mm[0] + face.depth_step_mm * np.arange(columns),
        face.corner_mm[1] + face.depth_step_mm * np.arange(rows),
    )
    wide, long, jaw, apart, mouth, nose = rng.normal(0, (0.03, 0.035, 0.05, 1.0, 2.0, 0.06))
    outside = sigmoid((np.hypot(x / 66, (y - 12) / 92) - 1.15) / 0.08) * sigmoid((40 - y) / 6)
    hair = 1 / hair_volume - 1
    dx = x * (wide + jaw * sigmoid((y - 45) / 14) + hair * outside)
    dx += apart * np.tanh(x / 18) * np.exp(-((y / 30) ** 2))
    dx += nose * x * np.exp(-((x / 22) ** 2) - ((y - 40) / 16) ** 2)
    dy = y * (long + hair * outside) + mouth * np.exp(-(((y - 62) / 22) ** 2))
    rest = blurred(rng.normal(size=(rows, columns, 2)), 20 / face.depth_step_mm)
    rest *= rng.uniform(0.4, 1.1) / rest.std()
    shift = np.dstack([dx, dy]) + rest
    return Warp(shift.astype(np.float32), face.corner_mm.astype(np.float64), face.depth_step_mm)


def limit_slope(depth_mm: Floats, step_mm: float) -> Floats:
    """The deepest surface nowhere behind `depth_mm` and nowhere steeper than `SLOPE_MAX`."""
    kernel = np.ones((3, 3), np.uint8)
    while True:
        closer = np.minimum(depth_mm, cv2.erode(depth_mm, kernel) + SLOPE_MAX * step_mm)
        if np.array_equal(closer, depth_mm):
            return blurred(depth_mm, 1.0)
        depth_mm = closer
