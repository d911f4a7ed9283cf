"""What falls on the face, and what a shiny surface shows of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.domain import Floats
from pipeline.synthetic.images import Floats32, smooth_step


@dataclass(frozen=True)
class Light:
    """A lamp or window, the rest of the room, and the screen.

    Directions and places are in camera axes; `screen_corners_mm` (2, 3) are its top-left and bottom-right.
    Gains are shares of the light the photograph was taken in.
    """

    lamp: Floats
    lamp_gain: float
    ambient_gain: float
    screen_corners_mm: Floats
    screen_gain: float


def draw_light(rng: np.random.Generator, screen_corners_mm: Floats, dim: bool) -> Light:
    """A lamp or window from some side; a dim room gets half the light and more of it from the screen."""
    lamp = np.array([rng.uniform(-0.9, 0.9), rng.uniform(-0.8, -0.1), rng.uniform(-1.0, -0.3)])
    whole = rng.uniform(0.85, 1.1) * (0.55 if dim else 1.0)
    screen = rng.uniform(0.04, 0.16)
    share = rng.uniform(0.25, 0.6)
    return Light(
        lamp=lamp / np.linalg.norm(lamp),
        lamp_gain=1.3 * share * (whole - screen),
        ambient_gain=(1 - share) * (whole - screen),
        screen_corners_mm=screen_corners_mm,
        screen_gain=screen,
    )


def mirrored_lights(out: Floats32, at_mm: Floats, light: Light) -> Floats32:
    """Brightness (h, w), 0-255, of what rays `out` (h, w, 3, camera axes) from `at_mm` meet."""
    reach = -at_mm[2] / np.minimum(out[..., 2], -1e-3)
    low, high = np.sort(light.screen_corners_mm[:, :2], axis=0)
    inside = np.ones(out.shape[:2], np.float32)
    for k in (0, 1):
        place = at_mm[k] + reach * out[..., k]
        inside *= smooth_step(np.minimum(place - low[k], high[k] - place) / 60 + 0.5)
    lamp = smooth_step((out @ light.lamp.astype(np.float32) - np.float32(0.985)) / np.float32(0.01))
    return np.asarray(light.screen_gain * 300 * inside + light.lamp_gain * 260 * lamp, np.float32)
