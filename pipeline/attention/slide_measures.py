"""How each student viewed one slide as a whole: how much of it, how far, how spread out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from pipeline.attention.columns import TableColumns, table
from pipeline.attention.transitions import (
    Counts,
    stationary_entropy,
    transition_counts,
    transition_entropy,
)
from pipeline.attention.viewing import Viewing, divided
from pipeline.domain import Floats, Screen, Slide

GRID_COLUMNS, GRID_ROWS = 16, 9  # of the spatial entropy: cells of about 1.5 deg on a laptop's screen
BCEA_SHARE = 0.6827  # of the fixations that the ellipse is to hold, were they normally distributed
STEP_MIN = 0.005  # slide widths; between nearer samples a scale is rounding


def student_slide_table(
    fixations: pd.DataFrame,
    exposures: pd.DataFrame,
    slide: Slide,
    scale: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Measures of each session on one slide.

    Places, distances and areas are of the fixations on the slide; a look beside it breaks the scanpath.

    Parameters
    ----------
    fixations : columns of FIXATIONS and `session_id`, of this slide only, in any order
    exposures : columns of EXPOSURES and `session_id`, of this slide only
    slide : its shape and regions
    scale : `session_id`, `width_deg`, `height_deg` that the slide took up in its session (`slide_scale`);
        without a session's row its angles are NaN

    Returns
    -------
    One row for each exposed session, sorted: `session_id`, `exposure_ms` and the measures `tracked_share`,
    `not_tracked_share`, `on_slide_share`, `off_slide_share` (of the tracked time), `fixation_count`,
    `fixation_rate_hz`, `mean_fixation_ms`, `scanpath_widths`, `scanpath_deg`, `hull_area_share`,
    `bcea_share`, `bcea_deg2`, `spatial_entropy`, `transition_entropy`, `stationary_entropy`. NaN where too
    little is known: no tracked time, no step, fewer than three fixations for an area.
    """
    viewing = Viewing(fixations, exposures)
    return table(student_slide_columns(viewing, slide, transition_counts(viewing, slide.aois), scale))


def student_slide_columns(
    viewing: Viewing, slide: Slide, transitions: Counts, scale: pd.DataFrame | None
) -> TableColumns:
    """The columns of `student_slide_table`."""
    on_slide = viewing.on_slide
    count = viewing.total(on_slide)
    tracked_share = divided(viewing.tracked_ms, viewing.exposure_ms)
    on_slide_share = divided(viewing.on_slide_ms, viewing.tracked_ms)
    width_deg, height_deg = _angles(viewing, scale)
    hull, bcea = _hull_area(viewing), _bcea(viewing)
    return {
        "session_id": viewing.sessions,
        "exposure_ms": viewing.exposure_ms,
        "tracked_share": tracked_share,
        "not_tracked_share": 1 - tracked_share,
        "on_slide_share": on_slide_share,
        "off_slide_share": 1 - on_slide_share,
        "fixation_count": count.astype(int),
        "fixation_rate_hz": divided(1000 * count, viewing.tracked_ms),
        "mean_fixation_ms": divided(viewing.total(viewing.duration_ms * on_slide), count),
        "scanpath_widths": _scanpath(viewing, np.ones(len(count)), slide.height_px / slide.width_px),
        "scanpath_deg": _scanpath(viewing, width_deg, height_deg / width_deg),
        "hull_area_share": hull,
        "bcea_share": bcea,
        "bcea_deg2": bcea * width_deg * height_deg,
        "spatial_entropy": _spatial_entropy(viewing),
        "transition_entropy": transition_entropy(transitions),
        "stationary_entropy": stationary_entropy(transitions),
    }


def slide_scale(gaze: pd.DataFrame, screen: Screen) -> pd.DataFrame:
    """Visual angle that each slide of one session took up: `slide_id`, `width_deg`, `height_deg`.

    From how far gaze moved on the slide when it moved on the screen, and the median distance of the eyes;
    NaN where gaze never moved or the distance is not known.

    Parameters
    ----------
    gaze : columns of GAZE, in order of time
    """
    gaze = gaze[gaze["valid"] & gaze["slide_id"].notna()]
    together = (gaze["slide_id"] == gaze["slide_id"].shift()).fillna(False).to_numpy(bool)
    sizes_mm = {}
    for axis, mm_per_px in zip("xy", screen.mm_per_px, strict=True):
        on_slide = gaze[f"slide_{axis}"].astype(float).diff().to_numpy()
        on_screen = gaze[f"screen_{axis}_px"].astype(float).diff().to_numpy()
        usable = together & (np.abs(on_slide) > STEP_MIN)
        size_mm = np.divide(on_screen, on_slide, out=np.full(len(gaze), np.nan), where=usable) * mm_per_px
        sizes_mm[axis] = size_mm
    per_slide = pd.DataFrame(
        {
            "slide_id": gaze["slide_id"].to_numpy(),
            **sizes_mm,
            "distance_mm": gaze["distance_mm"].to_numpy(float),
        }
    )
    medians = per_slide.groupby("slide_id").median()
    half = medians[["x", "y"]].div(2 * medians["distance_mm"], axis=0)
    width_deg, height_deg = np.degrees(2 * np.arctan(half.to_numpy(float))).T
    return pd.DataFrame({"slide_id": medians.index, "width_deg": width_deg, "height_deg": height_deg})


def _angles(viewing: Viewing, scale: pd.DataFrame | None) -> tuple[Floats, Floats]:
    """Width and height of the slide in each session, deg; NaN where not known."""
    if scale is None:
        unknown = np.full(len(viewing.sessions), np.nan)
        return unknown, unknown
    known = scale.set_index(scale["session_id"].astype(object)).reindex(viewing.sessions)
    return known["width_deg"].to_numpy(float), known["height_deg"].to_numpy(float)


def _scanpath(viewing: Viewing, width: Floats, aspect: Floats | float) -> Floats:
    """Length of the way from fixation to fixation, for slides of this width (n,) and height / width."""
    both = viewing.on_slide & np.roll(viewing.on_slide, 1) & viewing.follows
    tall = np.broadcast_to(aspect, width.shape)[viewing.session]
    step = np.hypot(np.diff(viewing.x, prepend=np.nan), np.diff(viewing.y, prepend=np.nan) * tall)
    length = viewing.total(np.where(both, step, 0.0)) * width
    return np.where(viewing.total(both) > 0, length, np.nan)


def _hull_area(viewing: Viewing) -> Floats:
    """Area of the smallest convex outline about each session's fixations, slide areas."""
    area = np.full(len(viewing.sessions), np.nan)
    place = np.column_stack([viewing.x, viewing.y])[viewing.on_slide]
    session = viewing.session[viewing.on_slide]
    known = np.flatnonzero(np.bincount(session, minlength=len(area)) >= 3)
    chosen = np.isin(session, known)
    paths = shapely.linestrings(place[chosen], indices=np.searchsorted(known, session[chosen]))
    area[known] = shapely.area(shapely.convex_hull(paths))
    return area


def _bcea(viewing: Viewing) -> Floats:
    """Bivariate contour ellipse area of each session's fixations, slide areas."""
    count = viewing.total(viewing.on_slide)
    place = np.column_stack([viewing.x, viewing.y])
    place = np.where(viewing.on_slide[:, None], place, 0.0)
    mean = divided(viewing.total(place), count[:, None])
    off = np.where(viewing.on_slide[:, None], place - mean[viewing.session], 0.0)
    xx, yy, xy = (divided(viewing.total(product), count - 1) for product in
                  (off[:, 0] ** 2, off[:, 1] ** 2, off[:, 0] * off[:, 1]))  # fmt: skip
    size = -2 * np.log(1 - BCEA_SHARE) * np.pi
    return np.where(count >= 3, size * np.sqrt(np.maximum(xx * yy - xy**2, 0.0)), np.nan)


def _spatial_entropy(viewing: Viewing) -> Floats:
    """Entropy of the fixation time over a grid, over its largest value."""
    cells = GRID_COLUMNS * GRID_ROWS
    on_slide = viewing.on_slide
    column = np.minimum(viewing.x[on_slide] * GRID_COLUMNS, GRID_COLUMNS - 1).astype(int)
    row = np.minimum(viewing.y[on_slide] * GRID_ROWS, GRID_ROWS - 1).astype(int)
    place = viewing.session[on_slide] * cells + row * GRID_COLUMNS + column
    count = len(viewing.sessions)
    time_ms = np.bincount(place, viewing.duration_ms[on_slide], minlength=count * cells).astype(float)
    time_ms = time_ms.reshape(count, cells)
    share = divided(time_ms, time_ms.sum(axis=1, keepdims=True))
    bits = 0.0 - (share * np.log2(np.where(share > 0, share, 1.0))).sum(axis=1)  # never -0
    return np.asarray(bits / np.log2(cells))
