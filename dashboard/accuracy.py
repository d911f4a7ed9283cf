"""How far off gaze typically is, for one session and for a group, in degrees and on the slide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.storage.rows import SessionRow

SMOOTHING_MIN_DEG = 1.0  # no webcam resolves less (METHODS section 6)


@dataclass(frozen=True)
class TypicalError:
    """The typical error of a group: in degrees, and as radii in slide units."""

    deg: float
    radius_x: float
    radius_y: float
    measured: bool  # on validation dots; False where any session has the engine's own estimate


def typical_error(sessions: Sequence[SessionRow], fixations: pd.DataFrame) -> TypicalError | None:
    """The median error over sessions; None where nothing is known of how far gaze is off.

    `fixations`: of these sessions, with sigma_x and sigma_y (slide units), which are the sessions' errors
    as they appear on this slide.
    """
    degrees = [deg for row in sessions if (deg := error_deg(row)) is not None]
    if not degrees or fixations.empty:
        return None
    per_session = fixations.groupby("session_id")[["sigma_x", "sigma_y"]].median().median()
    measured = all(row.quality.get("accuracy_deg") is not None for row in sessions)
    return TypicalError(float(np.median(degrees)), per_session["sigma_x"], per_session["sigma_y"], measured)


def error_deg(row: SessionRow) -> float | None:
    """A session's typical error: accuracy and precision together, as the gaze engine attached it to samples."""
    return row.quality.get("sigma_deg")


def smoothing(sessions: Sequence[SessionRow], fixations: pd.DataFrame) -> pd.DataFrame:
    """Per session the spread of its heatmap, sigma_x and sigma_y in slide units: its error, at least 1 deg."""
    degrees = pd.Series({row.session_id: error_deg(row) for row in sessions}, dtype=float)
    spread = fixations.groupby("session_id")[["sigma_x", "sigma_y"]].median().reindex(degrees.index)
    widened = spread.mul((SMOOTHING_MIN_DEG / degrees).clip(lower=1.0).fillna(1.0), axis=0)
    return widened.fillna(widened.median())
