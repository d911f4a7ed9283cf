"""Observations of a student who follows the geometry exactly: what the gaze stage must undo."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from pipeline.domain import Camera, Observations, Screen
from pipeline.gaze import face_points
from pipeline.gaze.engine import focal_px
from pipeline.gaze.eye_model import (
    IRIS_RADIUS_OF_ROTATION_MM,
    KAPPA_NASAL_DEG,
    KAPPA_UP_DEG,
    EyeParameters,
    direction_in_head,
    turn_in_head_deg,
)
from pipeline.gaze.head_pose import average_face_mm
from pipeline.gaze.iris import IRIS_DIAMETER_MM
from pipeline.gaze.screen import ScreenPlane

SCREEN = Screen(1920, 1080, 345.0, 194.0, "stated")
CAMERA = Camera(0.0, 10.0, 68.0, False)
FRAME_PX = (1280, 720)


def poses(n: int, seed: int = 1, turn_deg: float = 6.0, shift_mm: float = 25.0):
    """Random head poses about 600 mm before the camera: (n, 3, 3) and (n, 3)."""
    rng = np.random.default_rng(seed)
    rotation = Rotation.from_euler("yxz", rng.normal(0, turn_deg, (n, 3)), degrees=True).as_matrix()
    return rotation, np.array([0.0, 90.0, 600.0]) + rng.normal(0, shift_mm, (n, 3))


def slow_poses(t_ms, turn_deg: float = 5.0, shift_mm: float = 20.0):
    """Poses of a head that sways, turns and nods slowly: (n, 3, 3) and (n, 3)."""
    periods_ms = np.array([3100.0, 4300.0, 5900.0, 7100.0, 3700.0, 5300.0])
    sway = np.sin(2 * np.pi * np.asarray(t_ms)[:, None] / periods_ms + np.arange(6))
    rotation = Rotation.from_euler("yxz", turn_deg * sway[:, :3], degrees=True).as_matrix()
    return rotation, np.array([0.0, 90.0, 600.0]) + shift_mm * sway[:, 3:]


def observe(
    target_px,
    rotation,
    translation,
    person: EyeParameters,
    *,
    t_ms=None,
    mirrored: bool = False,
    noise_px: float = 0.0,
    seed: int = 0,
) -> Observations:
    """Landmarks of a face in these poses whose eyes meet on these targets, shape (n, 2) screen px.

    The irises are where `person` would have to be for `eye_model.gaze_points` to be right.
    """
    focal, centre = focal_px(FRAME_PX[0], CAMERA), np.array(FRAME_PX) / 2
    face = average_face_mm()
    corners = np.array([face[list(pair)].mean(axis=0) for pair in face_points.EYE_CORNERS])
    behind = corners + [0, 0, person.depth_mm]
    eyes = np.einsum("nij,kj->nki", rotation, behind) + translation[:, None]
    plane = ScreenPlane(SCREEN, CAMERA, mirrored=False)
    targets = np.concatenate(
        [plane.from_px(np.asarray(target_px, float)), np.zeros((len(rotation), 1))], axis=1
    )
    yaw, pitch = turn_in_head_deg(targets[:, None] - eyes, rotation)
    yaw = (yaw - KAPPA_NASAL_DEG * np.array([1, -1]) - person.offset_x_deg) / person.gain_x
    pitch = (pitch + KAPPA_UP_DEG - person.offset_y_deg) / person.gain_y
    axis = np.einsum("nij,nkj->nki", rotation, direction_in_head(yaw, pitch))
    iris = eyes + IRIS_RADIUS_OF_ROTATION_MM * axis
    skin = np.einsum("nij,kj->nki", rotation, face) + translation[:, None]
    landmarks = np.zeros((len(rotation), 478, 3), np.float32)
    landmarks[:, :468, :2] = focal * skin[..., :2] / skin[..., 2:] + centre
    for eye, (middle, rim) in enumerate(zip(face_points.IRIS_CENTRES, face_points.IRIS_RIMS, strict=True)):
        landmarks[:, middle, :2] = focal * iris[:, eye, :2] / iris[:, eye, 2:] + centre
        radius = focal * IRIS_DIAMETER_MM / 2 / iris[:, eye, 2]
        for point, (dx, dy) in zip(rim, ((1, 0), (0, -1), (-1, 0), (0, 1)), strict=True):
            landmarks[:, point, 0] = landmarks[:, middle, 0] + dx * radius
            landmarks[:, point, 1] = landmarks[:, middle, 1] + dy * radius
    landmarks[..., :2] += np.random.default_rng(seed).normal(0, noise_px, landmarks[..., :2].shape)
    if mirrored:
        landmarks = _mirror(landmarks)
    return wrap(landmarks, t_ms)


def wrap(landmarks, t_ms=None) -> Observations:
    n = len(landmarks)
    return Observations(
        *FRAME_PX,
        np.arange(n) * 1000 / 30 if t_ms is None else np.asarray(t_ms, float),
        landmarks,
        np.ones(n, np.int16),
        np.zeros(n, bool),
        np.full(n, 120, np.float32),
        np.full(n, 50, np.float32),
    )


def _mirror(landmarks):
    """As a mirrored picture of the same face would be labelled: image left stays image left."""
    face = average_face_mm()
    partner = np.array([np.argmin(np.linalg.norm(face * [-1, 1, 1] - v, axis=1)) for v in face])
    full = np.concatenate([partner, [473, 476, 475, 474, 477], [468, 471, 470, 469, 472]])
    swapped = landmarks[:, full].copy()
    swapped[..., 0] = FRAME_PX[0] - swapped[..., 0]
    return swapped
