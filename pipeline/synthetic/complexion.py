"""The photographed face with another skin, hair, brows, beard and mouth."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.domain import Bytes, Floats
from pipeline.synthetic.images import Floats32, blurred, look_up, soft_noise
from pipeline.synthetic.portrait import Portrait
from pipeline.synthetic.shape import sigmoid

# Factors on the photograph's red, green and blue, from fair to dark.
SKIN_TONES = np.array(
    [(1.0, 0.99, 0.97), (0.98, 0.93, 0.87), (0.9, 0.82, 0.73), (0.76, 0.66, 0.56), (0.56, 0.46, 0.39)]
)
HAIR_TONES = np.array(
    [
        (1.0, 1.0, 1.0),
        (0.62, 0.56, 0.52),
        (0.42, 0.38, 0.37),
        (0.28, 0.26, 0.27),
        (0.8, 0.6, 0.47),
        (1.0, 1.08, 1.25),
    ]
)
DARK_SKIN, DARK_HAIR = 2.6, 3
TEETH_GAIN = 0.85
LIPS_INNER_UPPER = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)
LIPS_INNER_LOWER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
LIPS_OUTER = (61, 40, 37, 0, 267, 270, 291, 321, 314, 17, 84, 91)
BROWS = ((70, 63, 105, 66, 107, 55, 65, 52, 53, 46), (300, 293, 334, 296, 336, 285, 295, 282, 283, 276))


@dataclass(frozen=True)
class Complexion:
    """What varies from person to person apart from the shape. Tones are places in the lists above."""

    skin_tone: float
    hair_tone: int
    brow: float  # darkness 0-1
    stubble: float  # darkness 0-1
    mouth_closed: float  # 0 the photograph's smile, 1 closed
    tint: Floats  # factor on red, green and blue of the skin

    @staticmethod
    def draw(rng: np.random.Generator) -> Complexion:
        skin = rng.uniform(0, len(SKIN_TONES) - 1)
        return Complexion(
            skin_tone=skin,
            hair_tone=DARK_HAIR if skin > DARK_SKIN else int(rng.integers(len(HAIR_TONES))),
            brow=rng.uniform(0.0, 0.75),
            stubble=rng.uniform(0.15, 0.5) if rng.random() < 0.4 else 0.0,
            mouth_closed=rng.uniform(0.75, 1.0) if rng.random() < 0.7 else rng.uniform(0, 0.4),
            tint=rng.normal(1, 0.02, 3),
        )

    @property
    def skin_gain(self) -> Floats:
        steps = np.arange(len(SKIN_TONES))
        return np.array([np.interp(self.skin_tone, steps, SKIN_TONES[:, k]) for k in range(3)]) * self.tint


def recolour(face: Portrait, look: Complexion, rng: np.random.Generator) -> Bytes:
    """The portrait's colours (h, w, 3) with this complexion."""
    mouth = close_mouth(face, look.mouth_closed).astype(np.float32)
    rgb, teeth = mouth[..., :3].copy(), mouth[..., 3:] / 255
    hair = face.hair.astype(np.float32)[..., None] / 255
    grain = 0.025 * soft_noise(rng, hair.shape[:2], 1.0) + 0.02 * soft_noise(rng, hair.shape[:2], 7.0)
    gain = (look.skin_gain * (1 - teeth) + TEETH_GAIN * teeth) * (1 - hair) + HAIR_TONES[
        look.hair_tone
    ] * hair
    rgb *= (gain * (1 + grain[..., None] * (1 - hair))).astype(np.float32)
    rgb *= 1 - look.brow * _brows(face, rng)[..., None] * np.array([0.75, 0.85, 0.9], np.float32)
    rgb *= 1 - look.stubble * _beard(face, rng)[..., None] * np.array([1.0, 0.92, 0.8], np.float32)
    return np.clip(rgb, 0, 255).astype(np.uint8)


def mean_skin(face: Portrait, rgb: Bytes) -> Floats:
    """The mean colour (3,) of a cheek."""
    x, y = ((np.array([-35.0, 42.0]) - face.corner_mm) * face.px_per_mm).astype(int)
    return np.asarray(rgb[y - 15 : y + 15, x - 15 : x + 15].reshape(-1, 3).mean(axis=0))


def close_mouth(face: Portrait, amount: float) -> Bytes:
    """The portrait with its lips drawn over the teeth and the corners of the mouth in and down.

    Returns (h, w, 4): colours, and how far (0-255) each texel lies between the lips.
    """
    upper, lower = (face.landmarks_mm[list(points), :2] for points in (LIPS_INNER_UPPER, LIPS_INNER_LOWER))
    height, width = face.rgb.shape[:2]
    x = np.arange(width) / face.px_per_mm + face.corner_mm[0]
    y = np.arange(height)[:, None] / face.px_per_mm + face.corner_mm[1]
    middle = float(upper[:, 0].mean())
    half = float(np.ptp(upper[:, 0])) / 2
    narrow = 1 + 0.16 * amount * np.exp(
        -(((y - upper[:, 1].mean()) / 14) ** 2) - ((x - middle) / (1.6 * half)) ** 2
    )
    from_x = middle + (x - middle) * narrow
    corners = (
        4.0
        * amount
        * np.exp(-(((np.abs(x - middle) - 0.85 * half) / 9) ** 2) - ((y - upper[:, 1].mean()) / 16) ** 2)
    )
    from_y = y - corners
    top, bottom = np.interp(from_x, *upper.T), np.interp(from_x, *lower.T)
    line = 0.6 * top + 0.4 * bottom
    above = from_y < line
    pull = np.where(above, top - line, bottom - line) * np.exp(-((np.abs(from_y - line) / 13) ** 2))
    source = (
        np.dstack([from_x - face.corner_mm[0], from_y + amount * pull - face.corner_mm[1]]) * face.px_per_mm
    )
    between = _filled(face, LIPS_INNER_UPPER + LIPS_INNER_LOWER[::-1], (height, width)) * 255
    return look_up(np.dstack([face.rgb, blurred(between, 1.5).astype(np.uint8)]), source)


def _filled(face: Portrait, points: tuple[int, ...], shape: tuple[int, int]) -> Floats32:
    outline = ((face.landmarks_mm[list(points), :2] - face.corner_mm) * face.px_per_mm).astype(np.int32)
    return np.asarray(cv2.fillPoly(np.zeros(shape, np.uint8), [outline], 1), np.float32)


def _brows(face: Portrait, rng: np.random.Generator) -> Floats32:
    """Where brows are, 0-1, with single hairs."""
    shape = face.rgb.shape[:2]
    area = _filled(face, BROWS[0], shape) + _filled(face, BROWS[1], shape)
    hairs = 0.75 + 0.3 * soft_noise(rng, shape, 1.3)
    return np.asarray(np.clip(blurred(area, 3.5) * hairs, 0, 1), np.float32)


def _beard(face: Portrait, rng: np.random.Generator) -> Floats32:
    """Where a beard would grow, 0-1: jaw, chin and upper lip, not the lips."""
    height, width = face.rgb.shape[:2]
    x = np.arange(width) / face.px_per_mm + face.corner_mm[0]
    y = np.arange(height)[:, None] / face.px_per_mm + face.corner_mm[1]
    area = sigmoid((y - 52 + 0.35 * np.maximum(np.abs(x) - 25, 0) * (np.abs(x) < 75)) / 4)
    lips = blurred(_filled(face, LIPS_OUTER, (height, width)), 4)
    dots = 0.8 + 0.25 * soft_noise(rng, (height, width), 1.0)
    return np.asarray(np.clip(area * (1 - lips) * dots, 0, 1) * (face.hair < 128), np.float32)
