"""Made-up gaze for the tests of this folder."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.domain import FRAMES, GAZE, Floats, Screen, typed

SCREEN = Screen(width_px=1920, height_px=1080, width_mm=480.0, height_mm=270.0)  # 0.25 mm a px
DISTANCE_MM = 600.0
PX_PER_DEG = np.radians(1) * DISTANCE_MM / 0.25  # at the screen's centre


def gaze_at(t_ms: Floats, x_deg: Floats, y_deg: Floats | float = 0.0, **columns: object) -> pd.DataFrame:
    """Gaze at places in degrees (of the centre's scale) from the screen's centre; NaN is lost.

    The slide fills the screen unless `columns` say otherwise.
    """
    x_px = 960 + np.asarray(x_deg, float) * PX_PER_DEG
    y_px = 540 + np.broadcast_to(y_deg, len(t_ms)) * PX_PER_DEG
    table = {
        "t_ms": t_ms,
        "screen_x_px": x_px,
        "screen_y_px": y_px,
        "slide_id": "s1",
        "slide_x": x_px / SCREEN.width_px,
        "slide_y": y_px / SCREEN.height_px,
        "valid": np.isfinite(x_px),
        "sigma_deg": 2.0,
        "distance_mm": DISTANCE_MM,
        "head_yaw_deg": 0.0,
        "head_pitch_deg": 0.0,
        "head_roll_deg": 0.0,
        "eye_openness": 0.3,
    }
    return typed(pd.DataFrame(table | columns), GAZE)


def segments_of(*stretches: tuple[str, float, float], **rectangle: float) -> pd.DataFrame:
    """Segments from (slide, onset_ms, duration_ms), filling the screen unless told otherwise."""
    table = pd.DataFrame(list(stretches), columns=["slide_id", "onset_ms", "duration_ms"])
    place = {"x_px": 0.0, "y_px": 0.0, "width_px": 1920.0, "height_px": 1080.0} | rectangle
    return table.astype({"slide_id": "string", "onset_ms": float, "duration_ms": float}).assign(**place)


def frames_of(t_ms: Floats, **columns: object) -> pd.DataFrame:
    """Frames with one face and open eyes, unless told otherwise."""
    usual = {
        "t_ms": t_ms,
        "face_count": 1,
        "face_changed": False,
        "blink": False,
        "head_out_of_range": False,
        "brightness": 120.0,
        "blur": 50.0,
    }
    return typed(pd.DataFrame(usual | columns), FRAMES)
