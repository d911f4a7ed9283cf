"""Gaze and fixations that another tracker measured, as our tables.

What an export does not tell (head pose, blinks, the camera's frames) stays missing. Where there are only
fixations, they also say for what time the eyes were tracked: theirs, and the short gaps between them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline import mapping
from pipeline.domain import EXPOSURES, FIXATIONS, FRAMES, GAZE, Floats, Screen, empty, typed
from pipeline.events.visual_angle import DEFAULT_DISTANCE_MM, deg_per_mm, to_mm
from pipeline.ingest.timeline import FIXATION_INPUT
from pipeline.parameters import ImportParameters

SCREEN_COLUMNS: Final = [name for name in GAZE if not name.startswith("slide")]
TYPICAL: Final = "typical of the format"  # the source of an error that no export stated


def typical_sigma_deg(format: str | None, parameters: ImportParameters) -> float:
    """The error that gaze of an importer's format usually has."""
    if format in ("webgazer", "gorilla"):
        return parameters.webgazer_sigma_deg
    return parameters.realeye_sigma_deg if format == "realeye" else parameters.sigma_deg


def samples_of(gaze: pd.DataFrame, sigma_deg: float) -> pd.DataFrame:
    """Gaze of a package in the columns of GAZE, but for those of the slide."""
    valid = gaze["valid"].to_numpy(dtype=bool)
    return pd.DataFrame(
        {
            "t_ms": gaze["t_ms"],
            "screen_x_px": gaze["x_px"].where(valid),
            "screen_y_px": gaze["y_px"].where(valid),
            "valid": valid,
            "sigma_deg": np.where(valid, sigma_deg, np.nan),
            "distance_mm": gaze["distance_mm"],
        }
    ).reindex(columns=SCREEN_COLUMNS)


def no_samples() -> pd.DataFrame:
    """The gaze of a session of which only fixations are known."""
    return empty(GAZE)[SCREEN_COLUMNS]


def no_frames() -> pd.DataFrame:
    """The frames of a session without a camera."""
    return empty(FRAMES)


def end_ms(fixations: pd.DataFrame) -> float:
    """When the last fixation of a package ended; 0 without any."""
    return float((fixations["onset_ms"] + fixations["duration_ms"]).max()) if len(fixations) else 0.0


def kept_fixations(
    fixations: pd.DataFrame, gaze: pd.DataFrame, segments: pd.DataFrame, screen: Screen, sigma_deg: float
) -> pd.DataFrame:
    """The tracker's own fixations on the slides.

    One belongs to the slide that was on screen at its middle; its time before and after the showing is cut
    off, and it ends where the next begins at the latest. So durations never exceed the time that slides
    were shown. What lies between showings is left out.

    Parameters
    ----------
    fixations : onset_ms (strictly increasing), duration_ms, x_px and y_px on the screen
    gaze : columns of GAZE; may have no rows. Its samples are counted, its distances give degrees
    segments : as `mapping.segments` returns them
    sigma_deg : error of the tracker

    Returns
    -------
    Columns of FIXATIONS; the dispersion is not known.
    """
    onset_ms, duration_ms, x_px, y_px = fixations[list(FIXATION_INPUT)].to_numpy(float).T
    until_ms = np.minimum(onset_ms + duration_ms, np.append(onset_ms[1:], np.inf))
    middle_ms = (onset_ms + until_ms) / 2
    slide_id, slide_x, slide_y = mapping.to_slides(middle_ms, x_px, y_px, segments)
    place = pd.DataFrame({"screen_x_px": x_px, "screen_y_px": y_px})
    table = pd.DataFrame({"slide_id": slide_id, "slide_x": slide_x, "slide_y": slide_y})
    kept = np.flatnonzero(table["slide_id"].notna())
    shown = segments.iloc[np.searchsorted(segments["onset_ms"], middle_ms[kept], "right") - 1]
    from_ms, to_ms = _within(onset_ms[kept], until_ms[kept], shown)
    sigma = _sigma_on_slide(place.iloc[kept], gaze, shown, screen, sigma_deg)
    return typed(
        table.iloc[kept].assign(
            fixation_id=np.arange(len(kept)),
            onset_ms=from_ms,
            duration_ms=to_ms - from_ms,
            dispersion_deg=np.nan,
            samples=_samples_within(gaze, from_ms, to_ms),
            sigma_x=sigma[:, 0],
            sigma_y=sigma[:, 1],
        ),
        FIXATIONS,
    )


def _within(from_ms: Floats, to_ms: Floats, shown: pd.DataFrame) -> tuple[Floats, Floats]:
    """What of each stretch of time lies in the segment beside it."""
    onset_ms, duration_ms = shown["onset_ms"].to_numpy(float), shown["duration_ms"].to_numpy(float)
    return np.maximum(from_ms, onset_ms), np.minimum(to_ms, onset_ms + duration_ms)


def _sigma_on_slide(
    place: pd.DataFrame, gaze: pd.DataFrame, shown: pd.DataFrame, screen: Screen, sigma_deg: float
) -> Floats:
    """The tracker's error in units of each fixation's slide, shape (n, 2)."""
    distance_mm = gaze["distance_mm"].median() if gaze["distance_mm"].notna().any() else DEFAULT_DISTANCE_MM
    scale = deg_per_mm(to_mm(place, screen), np.full(len(place), float(distance_mm)))
    return sigma_deg / scale / (shown[["width_px", "height_px"]].to_numpy(float) * screen.mm_per_px)


def _samples_within(gaze: pd.DataFrame, from_ms: Floats, to_ms: Floats) -> NDArray[np.intp]:
    """Number of valid samples in each stretch of time."""
    t_ms = gaze.loc[gaze["valid"], "t_ms"].to_numpy(float)
    return np.searchsorted(t_ms, to_ms, "left") - np.searchsorted(t_ms, from_ms, "left")


def exposures_of_fixations(
    segments: pd.DataFrame, fixations: pd.DataFrame, parameters: ImportParameters
) -> pd.DataFrame:
    """`mapping.exposures` where only fixations are known: EXPOSURES, tracked for `_stands_for_ms` of each."""
    exposures = mapping.exposures(segments, empty(GAZE))
    showing = _showing(fixations, exposures)
    stands_for_ms = _stands_for_ms(fixations, showing, parameters)
    x, y = fixations["slide_x"], fixations["slide_y"]
    on_slide = (x.between(0, 1) & y.between(0, 1)).to_numpy(bool)
    count = len(exposures)
    return typed(
        exposures.assign(
            tracked_ms=np.bincount(showing, stands_for_ms, count),
            on_slide_ms=np.bincount(showing, stands_for_ms * on_slide, count),
        ),
        EXPOSURES,
    )


def quality_of_fixations(
    exposures: pd.DataFrame, fixations: pd.DataFrame, sigma_deg: float, parameters: ImportParameters
) -> dict[str, float | None]:
    """The figures of `events.quality` that can be known where only fixations are."""
    shown_ms, tracked_ms, on_slide_ms = exposures[["duration_ms", "tracked_ms", "on_slide_ms"]].sum()
    tracked_share = tracked_ms / shown_ms if shown_ms else None
    showing = _showing(fixations, exposures)
    clock_ms = exposures["duration_ms"].cumsum() - exposures["duration_ms"] - exposures["onset_ms"]
    begin_ms = fixations["onset_ms"].to_numpy(float) + clock_ms.to_numpy(float)[showing]
    end_ms = begin_ms + _stands_for_ms(fixations, showing, parameters)
    gaps_ms = np.append(begin_ms, shown_ms) - np.insert(end_ms, 0, 0.0)
    return {
        "tracked_share": tracked_share,
        "data_loss_share": None if tracked_share is None else 1 - tracked_share,
        "longest_gap_ms": float(gaps_ms.max()) if shown_ms else None,
        "on_slide_share": on_slide_ms / tracked_ms if tracked_ms else None,
        "sigma_deg": sigma_deg,
    }


def _showing(fixations: pd.DataFrame, exposures: pd.DataFrame) -> NDArray[np.intp]:
    """Index of the showing that each fixation lies in."""
    return np.searchsorted(exposures["onset_ms"], fixations["onset_ms"], "right") - 1


def _stands_for_ms(
    fixations: pd.DataFrame, showing: NDArray[np.intp], parameters: ImportParameters
) -> Floats:
    """The time each fixation tells of: its own, and that until the next of the showing if it is short."""
    onset_ms, duration_ms = (fixations[name].to_numpy(float) for name in ("onset_ms", "duration_ms"))
    pause_ms = np.append(onset_ms[1:], np.inf) - onset_ms - duration_ms
    goes_on = np.append(showing[1:] == showing[:-1], False) & (pause_ms <= parameters.tracked_gap_max_ms)
    return duration_ms + np.where(goes_on, np.maximum(pause_ms, 0.0), 0.0)
