"""Where a line of sight meets the screen, and how far apart two places on it look.

The screen is the plane z = 0 of the camera's axes: the lens sits in or near the bezel and looks straight
out. A webcam faces the student, so in an unmirrored picture image right is the student's left: screen x
runs against camera x.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.domain import Camera, Floats, Screen


def meet_screen(origin_mm: Floats, direction: Floats) -> Floats:
    """Where lines meet the plane z = 0, in camera mm.

    Parameters
    ----------
    origin_mm, direction : shape (..., 3), camera axes

    Returns
    -------
    shape (..., 2), NaN where the line runs away from the screen or along it
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        reach = -origin_mm[..., 2] / direction[..., 2]
        point = origin_mm[..., :2] + reach[..., None] * direction[..., :2]
    return np.where((reach > 0)[..., None], point, np.nan)


@dataclass(frozen=True)
class ScreenPlane:
    """The screen in the camera's axes. A mirrored video is a mirrored world: only sideways changes sign."""

    screen: Screen
    camera: Camera
    mirrored: bool

    def to_px(self, point_mm: Floats) -> Floats:
        """Camera-plane mm (..., 2) as screen px (..., 2)."""
        x = self.screen.width_mm / 2 + self.camera.x_mm + self._sideways * point_mm[..., 0]
        y = point_mm[..., 1] - self.camera.y_mm
        return np.asarray(np.stack([x, y], axis=-1) / self.screen.mm_per_px)

    def from_px(self, point_px: Floats) -> Floats:
        """Screen px (..., 2) as camera-plane mm (..., 2): the inverse of `to_px`."""
        x, y = np.moveaxis(point_px * self.screen.mm_per_px, -1, 0)
        sideways = self._sideways * (x - self.screen.width_mm / 2 - self.camera.x_mm)
        return np.stack([sideways, y + self.camera.y_mm], axis=-1)

    @property
    def _sideways(self) -> float:
        return 1.0 if self.mirrored else -1.0


def angle_between_deg(eye_mm: Floats, first_mm: Floats, second_mm: Floats) -> Floats:
    """The angle at the eye between two places of the screen plane.

    Parameters
    ----------
    eye_mm : shape (n, 3), camera axes
    first_mm, second_mm : shape (n, 2), camera-plane mm

    Returns
    -------
    shape (n,), degrees, 0-180
    """
    a, b = _line_to(eye_mm, first_mm), _line_to(eye_mm, second_mm)
    across = np.linalg.norm(np.cross(a, b), axis=-1)  # atan2 stays exact for small angles, acos does not
    return np.asarray(np.degrees(np.arctan2(across, np.sum(a * b, axis=-1))))


def _line_to(eye_mm: Floats, point_mm: Floats) -> Floats:
    flat = np.concatenate([point_mm, np.zeros_like(point_mm[..., :1])], axis=-1)
    return np.asarray(flat - eye_mm)
