"""Textures of iris and sclera, drawn by rule from a seed."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.domain import Bytes
from pipeline.synthetic.images import blurred
from pipeline.synthetic.shape import sigmoid

SIZE = 160
IRIS_PX_PER_MM, SCLERA_PX_PER_MM = 10.0, 5.0
IRIS_TONES = ((74, 48, 30), (56, 36, 24), (42, 28, 20), (84, 96, 104), (84, 92, 70), (86, 68, 42))


def iris_texture(rng: np.random.Generator, radius_mm: float, pupil_mm: float, blur_mm: float) -> Bytes:
    """Iris and pupil from the front, (160, 160, 4): fibres, a darker rim, a limbus `blur_mm` wide."""
    axis = (np.arange(SIZE) - (SIZE - 1) / 2) / IRIS_PX_PER_MM
    x, y = np.meshgrid(axis, axis)
    r, angle = np.hypot(x, y), np.arctan2(y, x)
    fibres = np.zeros_like(r)
    for waves in rng.integers(5, 60, 24):
        bend = 0.5 * np.sin(r * rng.uniform(0.5, 2))
        fibres += rng.normal(0, 0.03) * np.cos(waves * angle + rng.uniform(0, 6.3) + bend)
    tone = (1 + fibres) * (1.15 - 0.25 * np.exp(-(((r - pupil_mm / 2 - 1) / 0.8) ** 2)))
    tone *= 1 - 0.55 * sigmoid((r - radius_mm + 0.7) / 0.25)
    base = np.array(IRIS_TONES[rng.integers(len(IRIS_TONES))]) * rng.normal(1, 0.06, 3)
    outside_pupil = sigmoid((r - pupil_mm / 2) / 0.08)[..., None]
    rgb = base * tone[..., None] * outside_pupil + 9 * (1 - outside_pupil)
    alpha = 1 - sigmoid((r - radius_mm) / (blur_mm / 2.5))
    return np.asarray(np.clip(np.dstack([rgb, alpha * 255]), 0, 255), np.uint8)


def sclera_texture(rng: np.random.Generator, tone: float) -> Bytes:
    """The white of an eye with veins, seen along its axis, (160, 160, 3)."""
    veins = np.zeros((SIZE, SIZE), np.uint8)
    for start in rng.uniform(0, 2 * np.pi, rng.integers(14, 26)):
        turns = start + np.cumsum(rng.normal(0, 0.05, 12))
        radii = np.linspace(78, rng.uniform(42, 60), 12)
        path = SIZE / 2 + radii[:, None] * np.column_stack([np.cos(turns), np.sin(turns)])
        strength = int(rng.integers(60, 160))
        cv2.polylines(veins, [(path * 8).astype(np.int32)], False, strength, 1, cv2.LINE_AA, 3)
    soft = blurred(veins, 0.7)[..., None] / 255.0
    white = np.array([186.0, 176.0, 169.0]) * tone * rng.normal(1, 0.012, 3)
    return np.asarray(np.clip(white * (1 - soft * np.array([0.15, 0.5, 0.5])), 0, 255), np.uint8)
