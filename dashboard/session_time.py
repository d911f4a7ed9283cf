"""One session over its time, in steps that a chart can show: gaze, and what it was measured under.

Every function is of the page's quick kind: it reads the few columns that it needs, once a session.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard.accuracy import DISTANCE_MM
from dashboard.group import version_seen
from dashboard.memo import remembered
from dashboard.replay import session_replay, tracked
from dashboard.school import School, SessionView
from dashboard.tables import Asked, table
from pipeline.attention.measures import student_aoi_table
from pipeline.domain import Floats
from pipeline.storage.rows import NotFound, SessionRow

STEPS: Final = 400  # of a chart over a session
SHARE_STEPS: Final = 180  # of the chart of shares, whose steps are to be seen
STEP_MIN_S: Final = 1.0
APART: Final = 0.02  # of a slide's width or height
HEAD: Final = ("head_yaw_deg", "head_pitch_deg", "head_roll_deg")
DOT_COLUMNS: Final = (
    "kind", "x_px", "y_px", "gaze_x_px", "gaze_y_px", "error_deg", "precision_std_deg", "samples",
)  # fmt: skip


@remembered
def session_shares(school: School, session_id: str) -> pd.DataFrame:
    """What share of each step gaze was on the slide, elsewhere and not tracked, while a slide was open.

    t_s since the first slide was opened, on_slide, elsewhere, not_tracked (0-1, together 1; NaN in steps
    without a slide), students (1). Raises NotFound.
    """
    line = tracked(school, session_replay(school, session_id), SHARE_STEPS, 1000 * STEP_MIN_S)
    open_ = line["open"].where(line["open"] > 0)
    on_slide, seen = line["on_slide"] / open_, line["tracked"] / open_
    shares = {"on_slide": on_slide, "elsewhere": seen - on_slide, "not_tracked": 1 - seen}
    return pd.DataFrame({"t_s": line["at_ms"] / 1000, **shares, "students": 1})


@remembered
def session_quality(school: School, session_id: str) -> pd.DataFrame:
    """What gaze was measured under, from the first slide to the last, in steps. Raises NotFound.

    t_s, tracked_share (of the samples), rate_hz; medians of head_yaw_deg, head_pitch_deg, head_roll_deg and
    of distance_mm, with its 10th and 90th percentile (`..._low`, `..._high`); brightness (0-255) and
    out_of_range_share of the frames. NaN where nothing is known.
    """
    row = readable(school, session_id)
    exposures = school.lake.exposures({session_id: row.files["exposures"].path})
    gaze = school.lake.table([row.files["gaze"].path])
    if gaze.empty or exposures.empty:
        return pd.DataFrame({"t_s": pd.Series(dtype=float)})
    start_ms = float(exposures["onset_ms"].min())
    end_ms = float((exposures["onset_ms"] + exposures["duration_ms"]).max())
    step_s = max(STEP_MIN_S, (end_ms - start_ms) / 1000 / STEPS)
    steps = int(np.ceil((end_ms - start_ms) / 1000 / step_s))
    in_steps = _binned(gaze, start_ms, step_s, steps)
    values = {"tracked_share": in_steps["valid"].mean(), "rate_hz": in_steps.size() / step_s}
    for suffix, share in (("_low", 0.1), ("_high", 0.9)):
        values[f"distance_mm{suffix}"] = in_steps["distance_mm"].quantile(share)
    values |= dict(in_steps[["distance_mm", *HEAD]].median())
    frames = _binned(school.lake.table([row.files["frames"].path]), start_ms, step_s, steps)
    values |= {
        "brightness": frames["brightness"].median(),
        "out_of_range_share": frames["head_out_of_range"].mean(),
    }
    told = pd.DataFrame(values).reindex(range(steps))
    told.insert(0, "t_s", np.arange(steps) * step_s)
    last_s = (end_ms - start_ms) / 1000 - (steps - 1) * step_s  # the last step may be cut short
    told.loc[steps - 1, "rate_hz"] *= step_s / last_s
    return told


def _binned(frame: pd.DataFrame, start_ms: float, step_s: float, steps: int) -> Any:
    """The rows grouped by the step of time that they are in."""
    step = np.floor((frame["t_ms"].to_numpy(float) - start_ms) / 1000 / step_s)
    inside = (step >= 0) & (step < steps)
    return frame[inside].groupby(step[inside].astype(int))


def dots_of(row: SessionRow) -> pd.DataFrame:
    """The dots of the calibration with the error on each, DOT_COLUMNS; NaN where it was not kept.

    Sessions of earlier versions kept the dots that calibration did not use, or none.
    """
    gaze = row.report.get("gaze", {})
    dots = gaze.get("dots")
    if dots is None:
        kept = (gaze.get("validation") or {}).get("by_dot", [])
        dots = [{**dot, "kind": "validate", "error_deg": dot.get("accuracy_deg")} for dot in kept]
    return pd.DataFrame(dots, columns=list(DOT_COLUMNS))


@remembered
def first_looks(school: School, session_id: str) -> pd.DataFrame:
    """When this student first looked at each region of each slide, by the regions of the version they saw.

    slide_id, aoi_id, name, required, ttff_ms (NaN: never), dwell_ms, place (1 for what was looked at first,
    NaN: never). Raises NotFound.
    """
    row = readable(school, session_id)
    exposures = school.lake.exposures({session_id: row.files["exposures"].path})
    fixations = school.lake.table([row.files["fixations"].path]).assign(session_id=session_id)
    found = []
    for slide in session_replay(school, session_id).slides:
        here = exposures[exposures["slide_id"] == slide.slide_id]
        if here.empty or not slide.aois:
            continue
        on = fixations[fixations["slide_id"] == slide.slide_id]
        own = student_aoi_table(on, here, slide.aois, probable=False, overlap=slide.overlap)
        names = {aoi.aoi_id: (aoi.name, aoi.required) for aoi in slide.aois}
        own = own[["aoi_id", "ttff_ms", "dwell_ms"]].assign(
            slide_id=slide.slide_id,
            name=[names[each][0] for each in own["aoi_id"]],
            required=[names[each][1] for each in own["aoi_id"]],
            place=own["ttff_ms"].rank(method="first"),
        )
        found.append(own)
    columns = ["slide_id", "aoi_id", "name", "required", "ttff_ms", "dwell_ms", "place"]
    return pd.concat(found, ignore_index=True)[columns] if found else pd.DataFrame(columns=columns)


def versions_seen(school: School, row: SessionRow) -> dict[str, int]:
    """Which version of each slide was in use when a recording came."""
    versions = school.slide_versions(str(row.course_id), str(row.lesson_id))
    return {slide_id: version_seen(row, each) for slide_id, each in versions.items()}


def readable(school: School, session_id: str) -> SessionRow:
    """A session that there is something to read of. Raises NotFound."""
    row = school.session(session_id)
    if not row.is_readable:
        raise NotFound("session", "a session that has been processed", f"{session_id}, {row.state}")
    return row


def dot_radii_px(view: SessionView) -> Floats:
    """The error of each dot as px on the student's screen, at the distance they usually had."""
    error_deg = dots_of(view.row)["error_deg"].to_numpy(float)
    if view.row.header is None:
        return np.full(len(error_deg), np.nan)
    mm = (view.distance_mm or DISTANCE_MM) * np.tan(np.radians(error_deg))
    return np.asarray(mm / view.row.header.screen.mm_per_px[0])


@remembered
def slide_on_screen(school: School, session_id: str) -> tuple[float, float, float, float] | None:
    """Left, top, right and bottom px of where slides lay most of the time; None where that is not known."""
    gaze = school.lake.table([readable(school, session_id).files["gaze"].path])
    gaze = gaze[gaze["valid"] & gaze["slide_x"].notna()]
    corners = []
    for slide, screen in (("slide_x", "screen_x_px"), ("slide_y", "screen_y_px")):
        apart = gaze[slide].diff().abs() > APART  # two samples give the slide's place and size
        size = (gaze[screen].diff() / gaze[slide].diff())[apart].median()
        start = (gaze[screen] - size * gaze[slide]).median()
        corners.append((float(start), float(start + size)))
    (left, right), (top, bottom) = corners
    return (left, top, right, bottom) if np.isfinite([left, top, right, bottom]).all() else None


@table("session-timeline")
def timeline_table(asked: Asked) -> pd.DataFrame:
    """What share of each step of a session gaze was on the slide, elsewhere, not tracked."""
    return session_shares(asked.school, *asked.ids(1)).drop(columns="students")


@table("session-quality")
def quality_table(asked: Asked) -> pd.DataFrame:
    """What gaze of a session was measured under, in steps."""
    return session_quality(asked.school, *asked.ids(1))


@table("session-dots")
def dots_table(asked: Asked) -> pd.DataFrame:
    """The dots of a session's calibration with the error on each."""
    return dots_of(readable(asked.school, *asked.ids(1)))


@table("session-looks")
def looks_table(asked: Asked) -> pd.DataFrame:
    """When a student first looked at each region."""
    return first_looks(asked.school, *asked.ids(1))
