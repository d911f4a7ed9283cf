"""From iris centres to lines of sight: the two-sphere eye.

The eyeball turns about a centre fixed in the head; the iris's centre moves on a sphere about it. A ray
through the iris seen in the picture meets that sphere, which gives the optical axis; the visual axis lies
kappa degrees towards the nose. Both eyes' lines meet the screen, their mean is the point of gaze.

Irises as measured move a little less or more than the real ones, and differently up and down, so the angles
are multiplied by gains. The lids follow the gaze up and down and say part of the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Floats
from pipeline.gaze.screen import meet_screen

IRIS_RADIUS_OF_ROTATION_MM = 10.2  # iris plane before the eyeball's centre of rotation [M: 9.8-10.5]
KAPPA_NASAL_DEG = 5.0  # visual axis towards the nose [M]
KAPPA_UP_DEG = 1.5


@dataclass(frozen=True)
class EyeParameters:
    """What differs from person to person, and what a calibration finds. Angles in degrees.

    `gain_x`, `gain_y` multiply the measured turn of the eyes; `lid_deg` is the turn downwards for each
    unit that the openness falls below its usual; `offset_x_deg`, `offset_y_deg` add to kappa for both eyes
    alike (downwards by the usual height of the eyeball's centre above the line between the corners of the
    eye); `depth_mm` is how far that centre lies behind that line. The defaults are means over rendered
    people [ran]; they are what an uncalibrated session is computed with.
    """

    gain_x: float = 0.95
    gain_y: float = 1.0
    lid_deg: float = 22.0
    offset_x_deg: float = 0.0
    offset_y_deg: float = 10.0
    depth_mm: float = 11.0

    def as_vector(self) -> Floats:
        return np.array([getattr(self, f.name) for f in fields(self)], dtype=np.float64)

    @classmethod
    def from_vector(cls, values: Floats) -> EyeParameters:
        return cls(*(float(v) for v in values))


@dataclass(frozen=True)
class EyeInput:
    """All that the eye model needs of n frames.

    `iris_ray` (n, 2, 3) rays through the iris centres (camera axes, z = 1); `rotation` (n, 3, 3) and
    `translation_mm` (n, 3) of the head, in true mm; `corners_mm` (2, 3) midpoints between the corners of
    the eyes in head axes, true mm; `openness` (n,) relative to its usual value, 1 = as usual.
    """

    iris_ray: Floats
    rotation: Floats
    translation_mm: Floats
    corners_mm: Floats
    openness: Floats

    def __getitem__(self, frames: NDArray[np.intp]) -> EyeInput:
        return EyeInput(
            self.iris_ray[frames],
            self.rotation[frames],
            self.translation_mm[frames],
            self.corners_mm,
            self.openness[frames],
        )

    def centres_mm(self, depth_mm: float) -> Floats:
        """Eyeball centres in camera mm, shape (n, 2, 3)."""
        behind = self.corners_mm + np.array([0.0, 0.0, depth_mm])
        return np.asarray(np.einsum("nij,kj->nki", self.rotation, behind) + self.translation_mm[:, None])


def gaze_points(eyes: EyeInput, person: EyeParameters) -> Floats:
    """Where the eyes' lines meet the plane of the screen, camera mm, shape (n, 2 eyes, 2)."""
    centres = eyes.centres_mm(person.depth_mm)
    axis = nearest_on_sphere(eyes.iris_ray, centres, IRIS_RADIUS_OF_ROTATION_MM)
    yaw, pitch = turn_in_head_deg(axis, eyes.rotation)
    nasal = KAPPA_NASAL_DEG * np.array([1.0, -1.0])  # image left eye: nasal is image right
    yaw = person.gain_x * yaw + nasal + person.offset_x_deg
    lids = person.lid_deg * (1.0 - eyes.openness)[:, None]
    pitch = person.gain_y * pitch + lids - KAPPA_UP_DEG + person.offset_y_deg
    direction = np.einsum("nij,nkj->nki", eyes.rotation, direction_in_head(yaw, pitch))
    return meet_screen(centres, direction)


def point_of_gaze(eyes: EyeInput, person: EyeParameters) -> Floats:
    """Mean of both eyes' points, or that of the one eye that was seen; camera mm, shape (n, 2)."""
    points = gaze_points(eyes, person)
    seen = np.isfinite(points)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(seen, points, 0.0).sum(axis=1) / seen.sum(axis=1))


def nearest_on_sphere(ray: Floats, centre_mm: Floats, radius_mm: float) -> Floats:
    """Unit vectors from the centre to where the ray first meets the sphere, or passes it most closely.

    Parameters
    ----------
    ray : shape (..., 3), directions from the camera
    centre_mm : shape (..., 3)
    """
    u = ray / np.linalg.norm(ray, axis=-1, keepdims=True)
    along = np.sum(u * centre_mm, axis=-1)
    missed_by2 = np.sum(centre_mm**2, axis=-1) - along**2
    reach = along - np.sqrt(np.maximum(radius_mm**2 - missed_by2, 0.0))
    offset = reach[..., None] * u - centre_mm
    return np.asarray(offset / np.linalg.norm(offset, axis=-1, keepdims=True))


def turn_in_head_deg(axis: Floats, rotation: Floats) -> tuple[Floats, Floats]:
    """Yaw (to image right) and pitch (down) of directions (n, 2, 3) in head axes, each (n, 2)."""
    x, y, z = np.moveaxis(np.einsum("nji,nkj->nki", rotation, axis), -1, 0)
    return np.degrees(np.arctan2(x, -z)), np.degrees(np.arctan2(y, np.hypot(x, z)))


def direction_in_head(yaw_deg: Floats, pitch_deg: Floats) -> Floats:
    """The inverse of `turn_in_head_deg`: unit vectors in head axes."""
    yaw, pitch = np.radians(yaw_deg), np.radians(pitch_deg)
    level = np.cos(pitch)
    return np.stack([level * np.sin(yaw), np.sin(pitch), -level * np.cos(yaw)], axis=-1)
