"""From places on the screen to degrees of visual angle."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.domain import Floats, Screen

DEFAULT_DISTANCE_MM = 600.0  # an arm's length; only where a recording knows no distance at all


def to_mm(gaze: pd.DataFrame, screen: Screen) -> Floats:
    """Gaze in mm from the screen's centre, shape (n, 2)."""
    pixels = gaze[["screen_x_px", "screen_y_px"]].to_numpy(float)
    return (pixels - (screen.width_px / 2, screen.height_px / 2)) * screen.mm_per_px


def distances_mm(gaze: pd.DataFrame) -> Floats:
    """Distance from eye to screen at each sample; where unknown, the recording's median."""
    distance = gaze["distance_mm"].to_numpy(float)
    known = distance[np.isfinite(distance)]
    return np.where(np.isfinite(distance), distance, np.median(known) if len(known) else DEFAULT_DISTANCE_MM)


def deg_per_mm(place_mm: Floats, distance_mm: Floats) -> Floats:
    """Degrees that one mm to the side and one mm down subtend at a place on the screen, shape (n, 2).

    The first derivative of the visual angle for an eye straight in front of the screen's centre, hence
    exact for small shifts anywhere on a flat screen: 0.095 deg at the centre from 60 cm, less towards
    the edges. Multiplying *differences* by it, rather than turning places into angles, keeps the noise
    of the distance out of fixations far from the centre.

    Parameters
    ----------
    place_mm : (n, 2), from the screen's centre
    distance_mm : (n,), eye to screen
    """
    x, y = place_mm.T
    square = x**2 + y**2 + distance_mm**2
    across = np.sqrt(square - x**2) / square
    down = np.sqrt(square - y**2) / square
    return np.asarray(np.degrees(np.column_stack([across, down])))
