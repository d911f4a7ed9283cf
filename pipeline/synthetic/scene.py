"""What surrounds the head: a room behind it, neck and shoulders below it."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.domain import Bytes, Floats
from pipeline.synthetic.camera import Lens, Pose
from pipeline.synthetic.images import Floats32, blurred, resized, smooth_step, soft_noise
from pipeline.synthetic.light import Light
from pipeline.synthetic.person import Person

ROOM_ROWS = 360
BODY_CORNER_MM = np.array([-260.0, 55.0])
BODY_SIZE_MM = (520, 400)  # one texel a mm
BODY_DEPTH_MM = 75.0  # behind the eyes
BODY_FOLLOWS = 0.8  # share of the head's sway that the shoulders make too
# The upper rim of a shirt: how far below the eyes it lies at these distances from the middle, mm.
SHOULDERS_MM = ((0, 30, 58, 110, 165, 205, 228, 240), (163, 157, 141, 163, 184, 208, 262, 480))


def draw_room(lens: Lens, light: Light, rng: np.random.Generator) -> Bytes:
    """A wall with a window, shelves or pictures, a little out of focus; (h, w, 3)."""
    width = ROOM_ROWS * lens.width_px // lens.height_px
    wall = rng.uniform(110, 225) * np.clip(rng.normal(1, 0.06, 3), 0.85, 1.15)
    room: Floats32 = np.full((ROOM_ROWS, width, 3), wall, np.float32)
    furnish = (_window, _shelves, _pictures, _cupboard)
    for k in rng.permutation(len(furnish))[: rng.integers(1, 4)]:
        furnish[k](room, wall, rng)
    left, right = rng.uniform(0.65, 1.1, 2)
    room *= np.linspace(left, right, width, dtype=np.float32)[:, None]
    room *= 1 + 0.03 * soft_noise(rng, room.shape[:2], 40)[..., None]
    room *= np.float32(light.ambient_gain + 0.6 * light.lamp_gain)
    room = blurred(room, rng.uniform(0.8, 4.0))
    room = resized(room, lens.width_px, lens.height_px)
    return np.clip(room + rng.uniform(0, 1, room.shape), 0, 255).astype(np.uint8)  # dither: no bands


def _block(room: Floats32, left: float, top: float, width: float, height: float, colour: Floats) -> None:
    """A rectangle, given in shares of the picture's height from its top-left."""
    corner, size = np.array([left, top]) * ROOM_ROWS, np.array([width, height]) * ROOM_ROWS
    far = (corner + size).astype(int).tolist()
    cv2.rectangle(room, corner.astype(int).tolist(), far, np.clip(colour, 4, 250).tolist(), -1)


def _anywhere(room: Floats32, rng: np.random.Generator) -> float:
    return float(rng.uniform(-0.2, room.shape[1] / ROOM_ROWS - 0.2))


def _window(room: Floats32, wall: Floats, rng: np.random.Generator) -> None:
    left, top, sky = _anywhere(room, rng), rng.uniform(-0.1, 0.15), np.array([270.0, 283.0, 294.0])
    _block(room, left, top, 0.5, 0.6, wall * 1.25)
    for column in (0, 1):
        _block(room, left + 0.03 + 0.23 * column, top + 0.03, 0.21, 0.54, sky * rng.uniform(0.75, 1.0))
    if rng.random() < 0.6:
        _block(room, left - 0.12, top - 0.05, 0.15, 0.9, wall * rng.uniform(0.5, 0.9) * rng.normal(1, 0.1, 3))


def _shelves(room: Floats32, wall: Floats, rng: np.random.Generator) -> None:
    left, top, wood = (
        _anywhere(room, rng),
        rng.uniform(0.0, 0.3),
        np.array([120.0, 88.0, 60.0]) * rng.uniform(0.5, 1.3),
    )
    for row in range(int(rng.integers(2, 5))):
        bottom = top + 0.2 * (row + 1)
        _block(room, left, bottom - 0.2, 0.62, 0.2, wood * 0.45)
        place = left + 0.01
        while place < left + 0.57 and rng.random() < 0.97:
            thick, tall = rng.uniform(0.012, 0.04), rng.uniform(0.11, 0.17)
            book = rng.uniform(40, 190) * np.clip(rng.normal(1, 0.22, 3), 0.4, 1.5)
            _block(room, place, bottom - tall, thick, tall, book)
            place += thick + 0.003
        _block(room, left - 0.01, bottom, 0.64, 0.02, wood)


def _pictures(room: Floats32, wall: Floats, rng: np.random.Generator) -> None:
    for _ in range(int(rng.integers(1, 4))):
        left, top = _anywhere(room, rng), rng.uniform(0.05, 0.4)
        width, height = rng.uniform(0.12, 0.3, 2)
        _block(room, left, top, width, height, wall * rng.uniform(0.3, 0.6))
        _block(
            room,
            left + 0.015,
            top + 0.015,
            width - 0.03,
            height - 0.03,
            rng.uniform(80, 230) * rng.normal(1, 0.12, 3),
        )


def _cupboard(room: Floats32, wall: Floats, rng: np.random.Generator) -> None:
    left, top, wood = (
        _anywhere(room, rng),
        rng.uniform(0.2, 0.6),
        wall * rng.uniform(0.4, 1.2) * rng.normal(1, 0.08, 3),
    )
    _block(room, left, top, 0.5, 1.0, wood)
    _block(room, left + 0.245, top, 0.01, 1.0, wood * 0.6)


def draw_body(person: Person, light: Light, rng: np.random.Generator) -> Bytes:
    """Neck and shirt, (h, w, 4), a texel a mm from `BODY_CORNER_MM`, colours weighted by their opacity."""
    x, y = np.meshgrid(
        *(corner + np.arange(size) for corner, size in zip(BODY_CORNER_MM, BODY_SIZE_MM, strict=True))
    )
    x, y = x.astype(np.float32), y.astype(np.float32)
    neck_half = rng.uniform(45, 54) + 0.10 * np.maximum(y - 120, 0)
    rim = blurred(np.asarray(np.interp(np.abs(x), *SHOULDERS_MM), np.float32), 5) + rng.uniform(-8, 8)
    on_neck, on_shirt = smooth_step((neck_half - np.abs(x)) / 3), smooth_step((y - rim) / 3)
    under_chin = 0.5 + 0.4 * smooth_step((y - 100) / 55)
    neck = person.skin_rgb * (under_chin * _lit(light, x / neck_half, light.lamp))[..., None]
    folds = 1 + 0.02 * soft_noise(rng, x.shape, 5) + 0.06 * soft_noise(rng, x.shape, 32)
    folds *= 1 - 0.4 * np.exp(-np.maximum(y - rim, 0) / 5)
    shirt = person.shirt_rgb * (folds * _lit(light, x / 270, light.lamp))[..., None]
    colour = neck * (1 - on_shirt[..., None]) + shirt * on_shirt[..., None]
    alpha = np.maximum(on_neck, on_shirt)[..., None]
    weighted = np.concatenate([colour * alpha, alpha * 255], axis=2)
    return np.asarray(np.clip(weighted, 0, 255), np.uint8)


def _lit(light: Light, across: Floats32, lamp: Floats) -> Floats32:
    """Light on something round seen from the front, `across` -1 to 1 from its left to its right rim."""
    side = np.clip(across, -0.95, 0.95)
    facing = np.clip(side * lamp[0] - np.sqrt(1 - side**2) * lamp[2], 0, 1)
    return np.asarray((light.ambient_gain + light.lamp_gain * facing) * (1 - 0.3 * side**2), np.float32)


def body_affine(lens: Lens, rest: Pose, pose: Pose) -> Floats:
    """The 2x3 affine that lays the body below the head: it follows the head's place, not its turning."""
    middle = rest.position_mm + BODY_FOLLOWS * (pose.position_mm - rest.position_mm)
    depth = middle[2] + BODY_DEPTH_MM
    corner = lens.project(np.array([*(middle[:2] + BODY_CORNER_MM), depth]))
    scale = lens.focal_px / depth
    return np.array([[scale, 0, corner[0]], [0, scale, corner[1]]])
