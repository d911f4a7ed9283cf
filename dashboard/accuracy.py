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
    """The typical error of a group: in degrees, and as radii in slide units.

    `source`: "measured" on validation dots, "estimated" by the gaze engine or stated by an export, "assumed"
    where that of any session is (`is_assumed`), "unknown" (1 deg assumed).
    """

    deg: float
    radius_x: float
    radius_y: float
    source: str


def spread_of(fixations: pd.DataFrame) -> pd.DataFrame:
    """The error of each session as it appears on a slide: sigma_x, sigma_y by session_id, slide units."""
    return fixations.groupby("session_id")[["sigma_x", "sigma_y"]].median()


def typical_error(sessions: Sequence[SessionRow], spread: pd.DataFrame) -> TypicalError | None:
    """The median error over these sessions, of which `spread` is the table; None without any session."""
    if not sessions:
        return None
    degrees = [deg for row in sessions if (deg := error_deg(row)) is not None]
    radius = spread.median()
    if not degrees or radius.isna().any():
        return TypicalError(SMOOTHING_MIN_DEG, *_one_degree(sessions[0]), "unknown")
    measured = all(row.quality.get("accuracy_deg") is not None for row in sessions)
    assumed = any(is_assumed(row) for row in sessions)
    source = "measured" if measured else "assumed" if assumed else "estimated"
    return TypicalError(float(np.median(degrees)), float(radius["sigma_x"]), float(radius["sigma_y"]), source)


def error_deg(row: SessionRow) -> float | None:
    """A session's typical error: accuracy and precision together, as the gaze engine estimates it."""
    return row.quality.get("sigma_deg")


def is_assumed(row: SessionRow) -> bool:
    """Whether a session's error is only what is usual for its format: of a tracker that states none."""
    stated = row.header.source.accuracy_deg if row.header and row.header.source else None
    return row.calibration is None and not stated


def smoothing(sessions: Sequence[SessionRow], spread: pd.DataFrame) -> pd.DataFrame:
    """Sigma of each session's heatmap, as `spread` but at least 1 deg; that of the others where unknown."""
    sigma = spread.reindex([row.session_id for row in sessions])
    degrees = np.array([error_deg(row) or np.nan for row in sessions])
    widened = sigma.mul(np.fmax(1.0, SMOOTHING_MIN_DEG / degrees), axis=0)
    floor = pd.DataFrame([_one_degree(row) for row in sessions], sigma.index, sigma.columns)
    return widened.fillna(widened.median()).fillna(floor)


def _one_degree(row: SessionRow) -> tuple[float, float]:
    """One degree in slide units, for a slide that fills the screen at the usual distance."""
    mm = DISTANCE_MM * np.tan(np.radians(1.0))
    screen = row.header.screen if row.header else Screen(1920, 1080, 344.0, 194.0)
    return mm / screen.width_mm, mm / screen.height_mm
