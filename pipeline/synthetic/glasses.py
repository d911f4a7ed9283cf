"""Spectacles: a frame in space before the eyes, and what its lenses mirror."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.domain import Bytes, Floats
from pipeline.synthetic.camera import Lens, Pose
from pipeline.synthetic.images import resized
from pipeline.synthetic.light import Light, mirrored_lights

OUTLINE = np.linspace(0, 2 * np.pi, 40, endpoint=False)
BASE_CURVE_MM = 110.0  # radius of a lens's front
PLANE_MM = -25.0  # of the lenses before the eyeball centres
FRAMES = ((22, 20, 22), (60, 40, 28), (96, 70, 48), (120, 118, 116), (40, 44, 70), (110, 34, 40))


@dataclass(frozen=True)
class Glasses:
    """Two rounded lenses, half axes (a, b) mm about `centres_mm` (2, 3) in head axes, and their rims."""

    centres_mm: Floats
    half_mm: Floats
    squareness: float  # 2 an ellipse, larger more rectangular
    rim_mm: float
    rim_rgb: tuple[int, int, int]
    glare: float  # share of light mirrored, against uncoated glass

    def outlines(self) -> Floats:
        """The rims as closed lines (2, 40, 3) mm."""
        bow = np.stack([np.cos(OUTLINE), np.sin(OUTLINE)], axis=1)
        flat = np.sign(bow) * np.abs(bow) ** (2 / self.squareness) * self.half_mm
        lines = np.repeat(self.centres_mm[:, None], len(OUTLINE), axis=1)
        lines[..., :2] += flat
        lines[..., 2] += 0.1 * flat[:, 1] + np.abs(lines[..., 0]) ** 2 / 450  # tilted and wrapped a little
        return lines


def draw_glasses_design(rng: np.random.Generator, eye_x_mm: float) -> Glasses:
    """A pair that fits eyes this far from the nose."""
    half = np.array([rng.uniform(23, 27), rng.uniform(16, 21)])
    x, y = eye_x_mm + rng.uniform(0, 2), rng.uniform(1, 4)
    return Glasses(
        centres_mm=np.array([[-x, y, PLANE_MM], [x, y, PLANE_MM]]),
        half_mm=half,
        squareness=rng.uniform(2.0, 4.0),
        rim_mm=rng.uniform(1.0, 3.2),
        rim_rgb=FRAMES[rng.integers(len(FRAMES))],
        glare=rng.uniform(0.2, 1.0),
    )


def put_on(frame: Bytes, glasses: Glasses, pose: Pose, lens: Lens, light: Light) -> None:
    """Draw the glasses over a face, in place."""
    rims = glasses.outlines()
    rims_px = lens.project(pose.to_camera(rims))
    px_per_mm = lens.focal_px / pose.position_mm[2]
    for side in (0, 1):
        _add_glare(frame, glasses, side, rims_px[side], pose, lens, light)
    bridge = np.array([rims[0, 0], (0, rims[0, 0, 1] - 3, PLANE_MM - 4), rims[1, len(OUTLINE) // 2]])
    lines = [rims_px[0], rims_px[1], lens.project(pose.to_camera(bridge))]
    lines += [temple for side in (0, 1) if len(temple := _temple(rims[side], side, pose, lens))]
    lit = float(np.clip(light.ambient_gain + 0.4 * light.lamp_gain, 0.2, 1.2))
    colour = [channel * lit for channel in glasses.rim_rgb]
    thickness = max(1, round(glasses.rim_mm * px_per_mm))
    for number, line in enumerate(lines):
        points = np.round(line * 16).astype(np.int32)
        cv2.polylines(frame, [points], number < 2, colour, thickness, cv2.LINE_AA, 4)


def _temple(rim_mm: Floats, side: int, pose: Pose, lens: Lens) -> Floats:
    """The visible part of the bow towards one ear (2, 2) px, nothing where the face hides it."""
    start = rim_mm[len(OUTLINE) // 2] if side == 0 else rim_mm[0]
    ends = lens.project(pose.to_camera(np.array([start, (start[0] * 1.12, start[1] - 2, 35.0)])))
    outward = (ends[1, 0] - ends[0, 0]) * (-1.0, 1.0)[side]
    return ends if outward > 0 else ends[:0]


def _add_glare(
    frame: Bytes, glasses: Glasses, side: int, rim_px: Floats, pose: Pose, lens: Lens, light: Light
) -> None:
    """Lighten one lens where it mirrors the screen or the lamp."""
    low = np.maximum(np.floor(rim_px.min(axis=0)), 0).astype(int)
    high = np.minimum(np.ceil(rim_px.max(axis=0)), (lens.width_px, lens.height_px)).astype(int)
    if (high - low).min() < 2:
        return
    x, y = (np.arange(a, b, 2, dtype=np.float32) for a, b in zip(low, high, strict=True))
    rays = lens.rays(x, y) @ pose.turn.astype(np.float32)
    centre = glasses.centres_mm[side]
    start = (pose.lens_in_head_mm - centre).astype(np.float32)
    place = start[:2] - start[2] / rays[..., 2:] * rays[..., :2]
    inside = (np.abs(place / glasses.half_mm.astype(np.float32)) ** glasses.squareness).sum(axis=2) < 1
    normal = np.dstack([place / BASE_CURVE_MM, np.full(inside.shape, -1.0)])
    normal /= np.linalg.norm(normal, axis=2, keepdims=True)
    rays /= np.linalg.norm(rays, axis=2, keepdims=True)
    out = rays - 2 * (rays * normal).sum(axis=2, keepdims=True) * normal
    glow = mirrored_lights((out @ pose.turn.T).astype(np.float32), pose.to_camera(centre), light)
    glow = glasses.glare * (0.35 * glow + 4) * inside
    patch = frame[low[1] : high[1], low[0] : high[0]]
    glow = resized(glow.astype(np.float32), patch.shape[1], patch.shape[0])
    patch[:] = np.clip(patch + glow[..., None], 0, 255)
