"""Where camera, screen and head lie in space, and how a rotation is told in angles.

Camera axes (mm): x right and y down in the unmirrored image, z away from the lens. Head axes equal them
when the face looks straight into the camera. Yaw is positive when the face turns to image right, pitch
when it turns down, roll when it turns clockwise in the image; roll is applied first, then pitch, then yaw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.domain import Camera, Floats, Screen
from pipeline.synthetic.images import Floats32


@dataclass(frozen=True)
class Lens:
    """A pinhole in the middle of an image of `width_px` x `height_px` px."""

    width_px: int
    height_px: int
    horizontal_fov_deg: float

    @property
    def focal_px(self) -> float:
        return float(self.width_px / 2 / np.tan(np.radians(self.horizontal_fov_deg) / 2))

    def project(self, points_mm: Floats) -> Floats:
        """Camera mm (..., 3) to px (..., 2); pixel centres lie at whole numbers."""
        middle = np.array([(self.width_px - 1) / 2, (self.height_px - 1) / 2])
        return np.asarray(points_mm[..., :2] / points_mm[..., 2:] * self.focal_px + middle)

    def rays(self, x_px: Floats32, y_px: Floats32) -> Floats32:
        """Viewing rays (h, w, 3) of these columns (w,) and rows (h,), with z = 1."""
        rays = np.ones((len(y_px), len(x_px), 3), np.float32)
        rays[..., 0] = (x_px - (self.width_px - 1) / 2) / self.focal_px
        rays[..., 1] = ((y_px - (self.height_px - 1) / 2) / self.focal_px)[:, None]
        return rays


@dataclass(frozen=True)
class Pose:
    """Where the head is: `turn` (3, 3) takes head axes to camera axes, `position_mm` (3,) is its origin."""

    turn: Floats
    position_mm: Floats

    @property
    def lens_in_head_mm(self) -> Floats:
        return np.asarray(-self.turn.T @ self.position_mm)

    def to_camera(self, points_mm: Floats) -> Floats:
        return np.asarray(points_mm @ self.turn.T + self.position_mm)

    def to_head(self, points_mm: Floats) -> Floats:
        return np.asarray((points_mm - self.position_mm) @ self.turn)


def rotation(yaw_deg: float, pitch_deg: float, roll_deg: float) -> Floats:
    """The (3, 3) matrix that takes head axes to camera axes."""
    yaw, pitch, roll = np.radians([-yaw_deg, pitch_deg, roll_deg])
    about_y = [[np.cos(yaw), 0, np.sin(yaw)], [0, 1, 0], [-np.sin(yaw), 0, np.cos(yaw)]]
    about_x = [[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]]
    about_z = [[np.cos(roll), -np.sin(roll), 0], [np.sin(roll), np.cos(roll), 0], [0, 0, 1]]
    return np.asarray(np.array(about_y) @ np.array(about_x) @ np.array(about_z))


def direction(yaw_pitch_deg: Floats) -> Floats:
    """Unit vectors (..., 3) along which a face or an eye with these angles (..., 2) looks."""
    yaw, pitch = np.moveaxis(np.radians(yaw_pitch_deg), -1, 0)
    return np.stack([np.sin(yaw) * np.cos(pitch), np.sin(pitch), -np.cos(yaw) * np.cos(pitch)], axis=-1)


def angles(vectors: Floats) -> Floats:
    """Yaw and pitch in degrees (..., 2) of directions (..., 3): the inverse of `direction`."""
    unit: Floats = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    yaw = np.arctan2(unit[..., 0], -unit[..., 2])
    return np.asarray(np.degrees(np.stack([yaw, np.arcsin(unit[..., 1])], axis=-1)))


def screen_to_camera(
    points_px: Floats, screen: Screen, camera: Camera, tilt_deg: tuple[float, float]
) -> Floats:
    """Places on the screen (..., 2) px in camera mm (..., 3).

    `tilt_deg` is how far (yaw, pitch) the screen's plane is turned about the lens against the image plane:
    a webcam never sits quite square.
    """
    mm = points_px * np.array(screen.mm_per_px)
    flat = np.stack(
        [screen.width_mm / 2 + camera.x_mm - mm[..., 0], mm[..., 1] + camera.y_mm, np.zeros(mm.shape[:-1])],
        axis=-1,
    )
    return np.asarray(flat @ rotation(*tilt_deg, 0.0).T)
