"""What surrounds the head: a blurred room behind it, neck and shoulders below it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.domain import Bytes, Floats
from pipeline.synthetic.camera import Lens, Pose
from pipeline.synthetic.person import Person
from pipeline.synthetic.portrait import Floats32

BODY_PX_PER_MM = 1.0
BODY_LEFT_MM, BODY_TOP_MM, BODY_WIDTH_MM, BODY_HEIGHT_MM = -300.0, 40.0, 600.0, 420.0
BODY_DEPTH_MM = 75.0  # behind the eyes


def draw_room(lens: Lens, rng: np.random.Generator) -> Bytes:
    """A wall with a few pieces of furniture, a window or a lamp, out of focus; (h, w, 3)."""
    height, width = 180, 180 * lens.width_px // lens.height_px
    wall = rng.uniform(70, 190) * rng.normal(1, 0.07, 3)
    fall_off = np.linspace(rng.uniform(0.7, 1.1), rng.uniform(0.7, 1.1), width)[None, :, None]
    room = np.ones((height, width, 3)) * wall * fall_off
    for _ in range(rng.integers(4, 12)):
        x, y = rng.uniform(-0.1, 1) * width, rng.uniform(0, 0.9) * height
        w, h = rng.uniform(0.04, 0.3) * width, rng.uniform(0.1, 0.6) * height
        colour = np.clip(wall * rng.uniform(0.35, 1.3) * rng.normal(1, 0.15, 3), 5, 245)
        cv2.rectangle(room, (int(x), int(y)), (int(x + w), int(y + h)), colour.tolist(), -1)
    if rng.random() < 0.5:
        x, y = int(rng.uniform(0, 0.8) * width), int(rng.uniform(0, 0.3) * height)
        cv2.rectangle(room, (x, y), (x + width // 6, y + height // 3), (236, 240, 244), -1)
    room = cv2.GaussianBlur(room, (0, 0), rng.uniform(2.0, 5.0))
    large = cv2.resize(room, (lens.width_px, lens.height_px), interpolation=cv2.INTER_CUBIC)
    return np.clip(large, 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class Body:
    """Neck, shoulders and shirt as one flat layer (h, w, 4), colours multiplied by their opacity."""

    rgba: Bytes


def draw_body(person: Person, rng: np.random.Generator) -> Body:
    """The layer below the chin, `BODY_PX_PER_MM`, in head coordinates at rest."""
    size = int(BODY_HEIGHT_MM * BODY_PX_PER_MM), int(BODY_WIDTH_MM * BODY_PX_PER_MM)
    x, y = np.meshgrid(np.arange(size[1]) + BODY_LEFT_MM, np.arange(size[0]) + BODY_TOP_MM)
    neck_half = rng.uniform(48, 58)
    round_shade = np.sqrt(np.clip(1 - (x / (neck_half * 1.15)) ** 2, 0.12, 1))
    under_chin = 0.55 + 0.35 * np.clip((y - 85) / 60, 0, 1)
    neck = person.skin_rgb * (round_shade * under_chin)[..., None]
    collar_y = rng.uniform(135, 165)
    shoulder_y = collar_y + 22 + 0.0016 * np.abs(x) ** 1.9
    shirt_top = np.where(
        np.abs(x) < neck_half + 8, collar_y + 18 * (1 - (x / (neck_half + 8)) ** 2), shoulder_y
    )
    folds = cv2.GaussianBlur(rng.normal(0, 1, size), (0, 0), 14, sigmaY=30)
    cloth = person.shirt_rgb * (np.clip(1.0 - 0.0012 * np.abs(x), 0.4, 1) * (1 + 2.5 * folds))[..., None]
    on_shirt = np.clip((y - shirt_top) / 3, 0, 1)[..., None]
    on_neck = np.clip((neck_half - np.abs(x)) / 3, 0, 1)[..., None]
    cloth *= 1 - 0.35 * np.exp(-np.clip(y - shirt_top, 0, None) / 6)[..., None]
    alpha = np.maximum(on_shirt, on_neck)
    colour = (neck * (1 - on_shirt) + cloth * on_shirt) * alpha
    return Body(np.clip(np.dstack([colour, alpha * 255]), 0, 255).astype(np.uint8))


def body_affine(lens: Lens, rest: Pose, pose: Pose) -> Floats32:
    """The 2x3 affine that lays the body below the head: it follows the head's place, not its turning."""
    middle = rest.position_mm + 0.8 * (pose.position_mm - rest.position_mm)
    depth = middle[2] + BODY_DEPTH_MM
    scale = lens.focal_px / depth / BODY_PX_PER_MM
    corner = np.array([middle[0] + BODY_LEFT_MM, middle[1] + BODY_TOP_MM, depth])
    at: Floats = lens.project(corner)
    return np.array([[scale, 0, at[0]], [0, scale, at[1]]], np.float32)
