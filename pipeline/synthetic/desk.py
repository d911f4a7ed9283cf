"""How a student sits before a screen: the geometry of one session."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.domain import Camera, Floats, Screen
from pipeline.synthetic.camera import Lens, screen_to_camera

SCREENS_PX = ((1366, 768), (1440, 900), (1536, 864), (1920, 1080), (1920, 1200), (2560, 1440))
FOV_STATED_SHARE = 0.3


@dataclass(frozen=True)
class Desk:
    """Screen, webcam and where the eyes are on average (`rest_mm`, camera axes)."""

    screen: Screen
    camera: Camera
    lens: Lens
    tilt_deg: tuple[float, float]
    rest_mm: Floats

    @property
    def size_px(self) -> Floats:
        return np.array([self.screen.width_px, self.screen.height_px], np.float64)

    @property
    def px_per_deg(self) -> float:
        """Screen px for one degree straight ahead."""
        return float(self.rest_mm[2] * np.tan(np.radians(1.0)) / self.screen.mm_per_px[0])

    @property
    def screen_corners_mm(self) -> Floats:
        """The screen's top-left and bottom-right corner (2, 3)."""
        return self.to_camera(np.vstack([np.zeros(2), self.size_px]))

    def to_camera(self, points_px: Floats) -> Floats:
        """Places on the screen (..., 2) px in camera mm (..., 3)."""
        return screen_to_camera(points_px, self.screen, self.camera, self.tilt_deg)


def draw_desk(rng: np.random.Generator, width_px: int, height_px: int) -> Desk:
    """A screen of 14-24 inch, a webcam in its upper rim and a distance that fits them."""
    size_px = SCREENS_PX[rng.integers(len(SCREENS_PX))]
    diagonal_mm = rng.uniform(14, 24) * 25.4
    size_mm = np.round(np.array(size_px) * diagonal_mm / np.hypot(*size_px), 1)
    fov_deg = float(np.clip(rng.normal(68, 7), 55, 85))
    stated_deg = round(fov_deg, 1) if rng.random() < FOV_STATED_SHARE else None
    distance_mm = np.clip(rng.normal(430 + 0.35 * diagonal_mm, 45), 450, 750)
    return Desk(
        screen=Screen(*size_px, float(size_mm[0]), float(size_mm[1]), "stated"),
        camera=Camera(round(float(rng.normal(0, 3)), 1), round(float(rng.uniform(6, 14)), 1), stated_deg),
        lens=Lens(width_px, height_px, fov_deg),
        tilt_deg=(float(rng.normal(0, 0.5)), float(rng.normal(0, 0.7))),
        rest_mm=np.array([rng.normal(0, 18), rng.normal(2, 25), distance_mm]),
    )
