"""How far off gaze typically is, for one session and for a group, in degrees and on the slide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.domain import Screen
from pipeline.storage.rows import SessionRow

SMOOTHING_MIN_DEG = 1.0  # no webcam resolves less (METHODS section 6)
DISTANCE_MM = 600.0  # of eyes from the screen, where a recording does not say


@dataclass(frozen=True)
class TypicalError:
    """The typical error of a group: in degrees, and as radii in slide units."""

    deg: float
    radius_x: float
    radius_y: float
    source: str  # "measured" on validation dots, "estimated" by the gaze engine, "unknown" (1 deg assumed)


def typical_error(sessions: Sequence[SessionRow], fixations: pd.DataFrame) -> TypicalError | None:
    """The median error over sessions; None without any session.

    `fixations`: of these sessions, with sigma_x and sigma_y (slide units), which are the sessions' errors
    as they appear on this slide.
    """
    if not sessions:
        return None
    degrees = [deg for row in sessions if (deg := error_deg(row)) is not None]
    spread = fixations[["sigma_x", "sigma_y"]].median()
    if not degrees or spread.isna().any():
        return TypicalError(SMOOTHING_MIN_DEG, *_one_degree(sessions[0]), "unknown")
    measured = all(row.quality.get("accuracy_deg") is not None for row in sessions)
    spread = fixations.groupby("session_id")[["sigma_x", "sigma_y"]].median().median()
    source = "measured" if measured else "estimated"
    return TypicalError(float(np.median(degrees)), float(spread["sigma_x"]), float(spread["sigma_y"]), source)


def error_deg(row: SessionRow) -> float | None:
    """A session's typical error: accuracy and precision together, as the gaze engine estimates it."""
    return row.quality.get("sigma_deg")


def smoothing(sessions: Sequence[SessionRow], fixations: pd.DataFrame) -> pd.DataFrame:
    """Sigma of each session's heatmap, sigma_x and sigma_y in slide units: its error, at least 1 deg."""
    degrees = pd.Series({row.session_id: error_deg(row) for row in sessions}, dtype=float)
    spread = fixations.groupby("session_id")[["sigma_x", "sigma_y"]].median().reindex(degrees.index)
    widened = spread.mul((SMOOTHING_MIN_DEG / degrees).clip(lower=1.0).fillna(1.0), axis=0)
    floor = pd.DataFrame([_one_degree(row) for row in sessions], degrees.index, spread.columns)
    return widened.fillna(widened.median()).fillna(floor)


def _one_degree(row: SessionRow) -> tuple[float, float]:
    """One degree in slide units, for a slide that fills the screen at the usual distance."""
    mm = DISTANCE_MM * np.tan(np.radians(1.0))
    screen = row.header.screen if row.header else Screen(1920, 1080, 344.0, 194.0)
    return mm / screen.width_mm, mm / screen.height_mm
