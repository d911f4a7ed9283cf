"""How good a recording is: what share was tracked, how often, how precisely."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.domain import Bools, Floats, Screen
from pipeline.events.runs import runs
from pipeline.events.visual_angle import deg_per_mm, distances_mm, to_mm
from pipeline.parameters import BlinkParameters

# A step longer than this many usual ones means that a frame is missing there.
MISSING_FRAME_STEPS = 1.5
USUAL_STEP_SAMPLES = 151  # the usual step is that of the nearest 5 s at 30 Hz: rates change with the light


def quality(
    gaze: pd.DataFrame,
    frames: pd.DataFrame,
    segments: pd.DataFrame,
    validation: dict[str, float] | None,
    *,
    screen: Screen,
    fixations: pd.DataFrame,
    blinks: BlinkParameters,
) -> dict[str, float | None]:
    """Measure the quality of one recording, over the time that slides were shown.

    A sample accounts for the time up to the next one; where frames are missing, for one usual step, so
    that gaps in the video count as loss while a camera that slows down in dim light does not. Blinks do not
    count against the tracked share; lids that seem closed for longer than a blink lasts do.

    Parameters
    ----------
    gaze, frames, fixations : columns of GAZE, FRAMES, FIXATIONS
    segments : onset_ms, duration_ms of each stretch in which a slide was shown; without any, nothing of
        it is known
    validation : `accuracy_deg` on the validation dots, None for an uncalibrated recording

    Returns
    -------
    Plain numbers by the names of the measure registry; shares 0-1; None where nothing is known.

    References
    ----------
    Holmqvist, Nyström & Mulvey (2012), Eye tracker data quality, doi:10.1145/2168556.2168563
    """
    t_ms = gaze["t_ms"].to_numpy(float)
    viewing, total_ms = _viewing_clock(t_ms, segments)
    shown = np.isfinite(viewing)
    seen = frames.set_index("t_ms").reindex(t_ms[shown])
    rms_deg, std_deg = _precision(gaze, screen, fixations)
    figures = {
        "sampling_rate_hz": 1000.0 / float(np.median(np.diff(t_ms))) if len(t_ms) > 1 else np.nan,
        **_tracking(gaze[shown], seen["blink"], viewing[shown], total_ms, blinks),
        **_faces(seen),
        "precision_rms_s2s_deg": rms_deg,
        "precision_std_deg": std_deg,
        "accuracy_deg": np.nan if validation is None else validation.get("accuracy_deg", np.nan),
    }
    return {name: float(value) if np.isfinite(value) else None for name, value in figures.items()}


def _tracking(
    gaze: pd.DataFrame, closed: pd.Series, viewing: Floats, total_ms: float, blinks: BlinkParameters
) -> dict[str, float]:
    """What share of the time was tracked; `closed` lids per sample, NULL where there was no frame."""
    covered_ms = _covered_ms(viewing, total_ms)
    valid = gaze["valid"].to_numpy(bool)
    blink, blink_count = _real_blinks(closed.eq(True).to_numpy(bool), covered_ms, blinks)
    on_slide = (gaze["slide_x"].between(0, 1) & gaze["slide_y"].between(0, 1)).to_numpy(bool)
    valid_ms = covered_ms[valid].sum()
    blink_ms = covered_ms[blink & ~valid].sum()
    lids_known = bool(closed.notna().any())
    return {
        "tracked_share": _ratio(valid_ms, total_ms - blink_ms),
        "data_loss_share": 1 - _ratio(valid_ms, total_ms),
        "longest_gap_ms": _longest_gap_ms(viewing[valid], total_ms),
        "on_slide_share": _ratio(covered_ms[valid & on_slide].sum(), valid_ms),
        "blink_rate_per_min": _ratio(60_000.0 * blink_count, (valid_ms + blink_ms) * lids_known),
        "sigma_deg": float(gaze.loc[valid, "sigma_deg"].median()),
    }


def _real_blinks(closed: Bools, covered_ms: Floats, blinks: BlinkParameters) -> tuple[Bools, int]:
    """Which samples lie in closures, padding included, that are short enough for a blink; and how many."""
    first, stop = runs(closed)
    elapsed_ms = np.concatenate([[0.0], np.cumsum(covered_ms)])
    longest_ms = blinks.duration_max_ms + blinks.pad_before_ms + blinks.pad_after_ms
    short = elapsed_ms[stop] - elapsed_ms[first] <= longest_ms
    edges = np.zeros(len(closed) + 1, dtype=np.int64)
    edges[first[short]] += 1
    edges[stop[short]] -= 1
    return np.cumsum(edges[:-1]) > 0, int(short.sum())


def _faces(frames: pd.DataFrame) -> dict[str, float]:
    """Shares of the frames; NULL rows are frames that are missing."""
    face, several = frames["face_count"].ge(1), frames["face_count"].gt(1)
    outside = frames["head_out_of_range"].eq(True) & face
    return {
        "head_out_of_range_share": _ratio(outside.sum(), face.sum()),
        "several_faces_share": _ratio(several.sum(), frames["face_count"].notna().sum()),
    }


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else np.nan


def _viewing_clock(t_ms: Floats, segments: pd.DataFrame) -> tuple[Floats, float]:
    """Time spent viewing slides up to each sample (NaN while none was shown), and in all."""
    onset = segments["onset_ms"].to_numpy(float)
    duration = segments["duration_ms"].to_numpy(float)
    if len(onset) == 0:
        return np.full(len(t_ms), np.nan), 0.0
    index = np.clip(np.searchsorted(onset, t_ms, "right") - 1, 0, None)
    since = t_ms - onset[index]
    before = np.cumsum(duration) - duration
    shown = (since >= 0) & (since < duration[index])
    return np.where(shown, before[index] + since, np.nan), float(duration.sum())


def _covered_ms(viewing: Floats, total_ms: float) -> Floats:
    """Viewing time that each sample accounts for."""
    steps = pd.Series(np.diff(viewing, append=total_ms))
    usual = steps.rolling(USUAL_STEP_SAMPLES, center=True, min_periods=1).median()
    return np.asarray(steps.where(steps <= MISSING_FRAME_STEPS * usual, usual), float)


def _longest_gap_ms(viewing: Floats, total_ms: float) -> float:
    """Longest stretch of viewing without a valid sample, as the time between the two about it."""
    return float(np.max(np.diff(viewing, prepend=0.0, append=total_ms))) if total_ms else np.nan


def _precision(gaze: pd.DataFrame, screen: Screen, fixations: pd.DataFrame) -> tuple[float, float]:
    """RMS of sample-to-sample distances, and standard deviation, of the gaze within fixations, in deg."""
    number = _fixation_of(gaze, fixations)
    inside = np.flatnonzero(number >= 0)
    if len(inside) == 0:
        return np.nan, np.nan
    place_mm = to_mm(gaze, screen)[inside]
    scale = deg_per_mm(place_mm, distances_mm(gaze)[inside])
    number = number[inside]
    together = np.diff(number) == 0
    steps = np.diff(place_mm, axis=0)[together] * scale[1:][together]
    places = pd.DataFrame(place_mm).groupby(number)
    deviations = (place_mm - places.transform("mean").to_numpy()) * scale
    freedom = len(number) - places.ngroups
    if freedom == 0:
        return np.nan, np.nan
    return float(np.sqrt(np.sum(steps**2) / len(steps))), float(np.sqrt(np.sum(deviations**2) / freedom))


def _fixation_of(gaze: pd.DataFrame, fixations: pd.DataFrame) -> NDArray[np.intp]:
    """Index of the fixation that each valid sample lies in, -1 for none."""
    if len(fixations) == 0:
        return np.full(len(gaze), -1)
    t_ms = gaze["t_ms"].to_numpy(float)
    onset = fixations["onset_ms"].to_numpy(float)
    index = np.searchsorted(onset, t_ms, "right") - 1
    inside = t_ms <= onset[index] + fixations["duration_ms"].to_numpy(float)[index]
    return np.where((index >= 0) & inside & gaze["valid"].to_numpy(bool), index, -1)
