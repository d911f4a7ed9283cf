"""How far off the pipeline is on rendered students, whose gaze is known exactly.

Only time after the calibration counts (validation dots and slides), never a frame that was fitted.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.domain import TRUTH, Bools, Floats, Screen
from pipeline.errors import InputError
from pipeline.gaze.screen import ScreenPlane, angle_between_deg
from pipeline.ingest.session_package import SessionPackage
from pipeline.parameters import BlinkParameters
from pipeline.process import ProcessedSession

TRUTH_FILE = "truth.parquet"


def evaluate(package: SessionPackage, processed: ProcessedSession) -> dict[str, Any]:
    """Errors of one processed package against its truth.

    Returns
    -------
    Plain numbers: `error_deg_*` and `error_cm_mean` over all valid samples of validation time;
    `tracked_share` of the frames outside blinks that are valid (blinks padded as everywhere: the eyes
        are on their way, METHODS section 2); `distance_error_percent`, mean of the
    relative error; `frames_per_second` of the whole pipeline; the same errors while the student looked at
    the screen and on the validation dots only; the error of always saying the screen's centre.

    Raises
    ------
    InputError
        The package holds no truth, or one of other columns.
    """
    gaze, header = processed.tables["gaze"], package.header
    truth = _truth_at(gaze["t_ms"].to_numpy(), read_truth(package.folder / TRUTH_FILE))
    error_deg, error_cm = _errors(_place(gaze, "screen"), truth, header.screen, package)
    centre = np.tile([header.screen.width_px / 2, header.screen.height_px / 2], (len(truth), 1))
    centre_deg, _ = _errors(centre, truth, header.screen, package)
    counted = _validation_time(truth, package.calibration) & ~_near_blink(truth)
    valid = gaze["valid"].to_numpy(dtype=bool) & counted
    on_screen = valid & _on_screen(truth, header.screen)
    dots = valid & truth["slide"].isna().to_numpy()
    distance = gaze["distance_mm"].to_numpy(dtype=np.float64) / truth["distance_mm"].to_numpy() - 1
    seconds = sum(processed.report["seconds"].values())
    return {
        "data": "synthetic",
        "calibrated": processed.report["gaze"].get("calibrated", False),
        "samples": int(valid.sum()),
        "error_deg_mean": _mean(error_deg[valid]),
        "error_deg_median": _mean(np.median(error_deg[valid])),
        "error_deg_p95": _mean(np.quantile(error_deg[valid], 0.95)),
        "error_cm_mean": _mean(error_cm[valid]),
        "error_deg_mean_on_screen": _mean(error_deg[on_screen]),
        "error_deg_mean_dots": _mean(error_deg[dots]),
        "error_deg_mean_screen_centre": _mean(centre_deg[valid]),
        "tracked_share": _mean(valid.sum() / counted.sum()),
        "distance_error_percent": _mean(100 * np.abs(distance[valid])),
        "frames_per_second": _mean(len(gaze) / seconds),
        "clock_lag_ms": processed.report["gaze"].get("clock_lag_ms"),
        "mirrored": processed.report["gaze"].get("mirrored"),
    }


def read_truth(path: Path) -> pd.DataFrame:
    """The truth of a rendered session, columns TRUTH."""
    if not path.is_file():
        raise InputError(path.name, "the truth of a rendered session", "no such file in the package")
    truth = pd.read_parquet(path)
    if list(truth.columns) != list(TRUTH):
        raise InputError(path.name, f"columns {', '.join(TRUTH)}", ", ".join(truth.columns))
    return truth


def _truth_at(t_ms: Floats, truth: pd.DataFrame) -> pd.DataFrame:
    """The rows of the truth nearest to these times of the page's clock: a wrong clock is an error too."""
    known = truth["t_ms"].to_numpy(dtype=np.float64)
    after = np.clip(np.searchsorted(known, t_ms), 1, len(known) - 1)
    nearer = np.where(t_ms - known[after - 1] < known[after] - t_ms, after - 1, after)
    return truth.iloc[nearer].reset_index(drop=True)


def _near_blink(truth: pd.DataFrame) -> Bools:
    """Frames in a blink of the truth or in the padding around it."""
    t_ms, blink = truth["t_ms"].to_numpy(dtype=np.float64), truth["blink"].to_numpy(dtype=bool)
    if not blink.any():
        return blink
    closed, pad = t_ms[blink], BlinkParameters()
    next_closed = closed[np.clip(np.searchsorted(closed, t_ms), 0, len(closed) - 1)]
    last_closed = closed[np.clip(np.searchsorted(closed, t_ms, side="right") - 1, 0, None)]
    soon = (next_closed >= t_ms) & (next_closed - t_ms <= pad.pad_before_ms)
    just = (last_closed <= t_ms) & (t_ms - last_closed <= pad.pad_after_ms)
    return np.asarray(soon | just)


def _place(frame: pd.DataFrame, what: str) -> Floats:
    return frame[[f"{what}_x_px", f"{what}_y_px"]].to_numpy(dtype=np.float64)


def _errors(
    place_px: Floats, truth: pd.DataFrame, screen: Screen, package: SessionPackage
) -> tuple[Floats, Floats]:
    """Angle at the true eyes (deg) and distance on the screen (cm) between these places and the truth."""
    plane = ScreenPlane(screen, package.header.camera, mirrored=False)
    said, true = plane.from_px(place_px), plane.from_px(_place(truth, "screen"))
    eyes = truth[["head_x_mm", "head_y_mm", "head_z_mm"]].to_numpy(dtype=np.float64)
    return angle_between_deg(eyes, said, true), np.linalg.norm(said - true, axis=1) / 10


def _validation_time(truth: pd.DataFrame, calibration: pd.DataFrame) -> Bools:
    """Frames after the last row that was fitted."""
    fitted = calibration.loc[calibration["kind"].isin(["calibrate", "head_motion"]), "t_off_ms"]
    after = float(fitted.max()) if len(fitted) else -np.inf
    return np.asarray(truth["t_ms"].to_numpy() > after)


def _on_screen(truth: pd.DataFrame, screen: Screen) -> Bools:
    x, y = _place(truth, "screen").T
    return np.asarray((x >= 0) & (x <= screen.width_px) & (y >= 0) & (y <= screen.height_px))


def _mean(values: Any) -> float:
    return round(float(np.mean(values)), 4) if np.size(values) else float("nan")
