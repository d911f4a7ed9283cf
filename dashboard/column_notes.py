"""What every column of a download means: for the files, the README beside raw tables, and docs/export.md.

Measures stand in `pipeline.attention.registry`; here is everything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pipeline.attention.registry import MEASURES
from pipeline.domain import EXPOSURES, FIXATIONS, FRAMES, GAZE, Columns


@dataclass(frozen=True)
class Note:
    """A column's unit ("" where it has none) and meaning."""

    unit: str
    meaning: str


_GAZE: Final[Mapping[str, Note]] = {
    "t_ms": Note("ms", "Time on the clock of the page that showed the slides."),
    "screen_x_px": Note("px", "Gaze on the screen, from its left edge; empty where not tracked."),
    "screen_y_px": Note("px", "Gaze on the screen, from its top edge, downwards; empty where not tracked."),
    "slide_id": Note("", "The slide on the screen; empty while there was none."),
    "slide_x": Note("slide widths", "Gaze on the slide: 0 its left edge, 1 its right; outside of it beyond."),
    "slide_y": Note("slide heights", "Gaze on the slide: 0 its top edge, 1 its bottom; outside beyond."),
    "valid": Note("", "false: not tracked (no face, blink, lids closed), which is not looking away."),
    "sigma_deg": Note("deg", "Typical error of this sample, of visual angle."),
    "distance_mm": Note("mm", "From between the eyes to the camera; other trackers: to the screen."),
    "head_yaw_deg": Note("deg", "Turn of the head; positive: towards the right of the camera's image."),
    "head_pitch_deg": Note("deg", "Nod of the head; positive: the face down."),
    "head_roll_deg": Note("deg", "Tilt of the head; positive: clockwise in the camera's image."),
    "eye_openness": Note("", "How far the lids are open; 1 is the person's usual."),
}
_FIXATIONS: Final[Mapping[str, Note]] = {
    "fixation_id": Note("", "Number of the fixation in the session, in order of time."),
    "slide_id": Note("", "The slide on the screen."),
    "onset_ms": Note("ms", "When it began, on the clock of the gaze's t_ms."),
    "duration_ms": Note("ms", "How long it lasted."),
    "slide_x": Note("slide widths", "Its place on the slide, as in the gaze."),
    "slide_y": Note("slide heights", "Its place on the slide, as in the gaze."),
    "dispersion_deg": Note("deg", "How far its samples are spread, of visual angle: width plus height."),
    "samples": Note("", "How many valid samples fell into it."),
    "sigma_x": Note("slide widths", "Typical error of its place, across."),
    "sigma_y": Note("slide heights", "Typical error of its place, down."),
}
_EXPOSURES: Final[Mapping[str, Note]] = {
    "slide_id": Note("", "The slide; a line for each time that it was shown."),
    "onset_ms": Note("ms", "When it appeared, on the clock of the gaze's t_ms."),
    "duration_ms": Note("ms", "How long it could be seen."),
    "tracked_ms": Note("ms", "Of that, how long gaze was tracked, wherever it went."),
    "on_slide_ms": Note("ms", "Of that, how long gaze was on the slide."),
}
_FRAMES: Final[Mapping[str, Note]] = {
    "t_ms": Note("ms", "Time of the image, on the clock of the gaze's t_ms."),
    "face_count": Note("", "Faces in it."),
    "face_changed": Note("", "true: the face that is followed is not that of the image before."),
    "blink": Note("", "true: during a blink, or right beside one."),
    "head_out_of_range": Note("", "true: the head was placed as it never was while calibrating."),
    "brightness": Note("", "Mean grey of the face, 0 to 255."),
    "blur": Note("", "Variance of the Laplacian of the face: the smaller, the more blurred."),
}
RAW_TABLES: Final[Mapping[str, tuple[str, Columns, Mapping[str, Note]]]] = {
    "gaze": ("Every gaze sample, in order of time.", GAZE, _GAZE),
    "fixations": ("Every fixation on a slide, slide by slide.", FIXATIONS, _FIXATIONS),
    "exposures": ("When which slide was shown, and how much of that was tracked.", EXPOSURES, _EXPOSURES),
    "frames": ("Every image of the camera, for the quality; empty for another tracker's.", FRAMES, _FRAMES),
}
SESSIONS: Final[Mapping[str, Note]] = {
    "session_id": Note("", "The session, and the name of its folder."),
    "student": Note("", "Pseudonym."),
    "latest": Note("", "true: the student's last recording of this lesson, the one that the pages count."),
    "created_at": Note("", "When it was uploaded, UTC."),
    "synthetic": Note("", "true: a rendered student, not a person."),
    "calibrated": Note("", "false: without a personal calibration; the error is several times larger."),
    "screen_width_px": Note("px", "Width of the screen."),
    "screen_height_px": Note("px", "Height of the screen."),
    "screen_width_mm": Note("mm", "Width of the screen."),
    "screen_height_mm": Note("mm", "Height of the screen."),
    "screen_size_source": Note("", "How the millimetres are known; “assumed” marks every cm and degree."),
    "tracked_share": Note("share", "Of the time that slides were shown, blinks aside: how much was tracked."),
    "accuracy_deg": Note("deg", "Error on validation dots; empty where there were none."),
    "precision_std_deg": Note("deg", "How far single samples scatter while the eye rests."),
    "sigma_deg": Note("deg", "Typical error: accuracy and precision together."),
    "sampling_rate_hz": Note("Hz", "Samples a second."),
}
REGIONS: Final[Mapping[str, Note]] = {
    "slide_id": Note("", "The slide."),
    "aoi_version": Note("", "Which set of the slide's regions this is, counted from 1."),
    "aoi_id": Note("", "The region."),
    "name": Note("", "What it is called."),
    "role": Note("", "What it is there for."),
    "expected_share": Note("share", "Of all looking, that the design intends for it."),
    "required": Note("", "true: everybody should look at it."),
    "order": Note("", "Intended place in the order of looking, from 1; empty where it does not matter."),
    "part": Note("", "Number of the part, from 1: a region may have several."),
    "shape": Note("", "rectangle or ellipse (two opposite corners), polygon (all corners)."),
    "points": Note("slide units", "The corners as “x,y x,y”: 0 to 1 from the slide's upper left."),
    "from_ms": Note("ms", "From when the part is to be seen, counted from each opening of the slide."),
    "until_ms": Note("ms", "Until when; empty: to the end."),
}


_CHARTS: Final[Mapping[str, Note]] = {
    "name": Note("", "What the region is called."),
    "role": Note("", "What the region is there for."),
    "aoi_id": Note("", "The region."),
    "aoi_version": Note("", "Which set of the slide's regions this is, counted from 1."),
    "overlap": Note("", "Whether gaze counts for all regions it is in, or for the topmost."),
    "required": Note("", "true: everybody should look at it."),
    "slide_id": Note("", "The slide."),
    "seconds_within_typical_error": Note(
        "s", "Looking within the typical error of this place, mean over the students."
    ),
    "student": Note("", "Pseudonym."),
    "session_id": Note("", "The session."),
    "onset_ms": Note("ms", "When the fixation began, counted from the first opening of the slide."),
    "duration_ms": Note("ms", "How long it lasted."),
    "slide_x": Note("slide widths", "Place on the slide: 0 its left edge, 1 its right."),
    "slide_y": Note("slide heights", "Place on the slide: 0 its top edge, 1 its bottom."),
    "dispersion_deg": Note("deg", "How far its samples are spread: width plus height."),
    "map": Note("", "Which map is compared: centre of the slide, content, saliency, rest of the class."),
    "metric": Note("", "How it is compared with looking: see the measure of that name."),
    "value": Note("", "Mean over the students, in the metric's unit."),
    "low": Note("", "Lower end of the 95 % interval."),
    "high": Note("", "Upper end of the 95 % interval."),
    "step": Note("", "What is counted: from fixation to fixation, or from visit to visit."),
    "from_aoi": Note("", "The region that gaze left; “elsewhere” is outside of all."),
    "to_aoi": Note("", "The region that it went to."),
    "question": Note("", "The question of the quiz."),
    "note": Note("", "Why there are no figures."),
    "t_s": Note("s", "Time in the lesson: the beginning of a step."),
    "on_slide": Note("share", "Of the students, with gaze on the slide."),
    "elsewhere": Note("share", "Of the students, with gaze tracked beside it."),
    "not_tracked": Note("share", "Of the students, without tracked gaze; it says nothing about looking."),
    "students": Note("", "How many had the slide open."),
    "state": Note("", "How far the session is: queued, running, done or failed."),
    "synthetic": Note("", "true: a rendered student, not a person."),
    "calibrated": Note("", "false: without a personal calibration; empty: another tracker's."),
    "course_id": Note("", "The course."),
    "course": Note("", "What the course is called."),
    "lesson_id": Note("", "The lesson."),
    "lesson": Note("", "What the lesson is called."),
    "slide": Note("", "What the slide is called."),
    "number": Note("", "Number of the slide in its lesson."),
    "version": Note("", "Version of the slide's picture, counted from 1."),
    "group_id": Note("", "The group of students; empty: in no group."),
    "clear": Note("", "true: the gap score stands clear of what chance alone gives."),
    "region": Note("", "The region that it is about; empty where it is about none."),
    "missed_n": Note("students", "Of tracked_n, without a fixation in the region."),
    "missed_share": Note("share", "missed_n of tracked_n."),
    "missed_low": Note("share", "Lower end of Wilson's 95 % interval of missed_share."),
    "missed_high": Note("share", "Upper end of Wilson's 95 % interval of missed_share."),
    "sigma_x": Note("slide widths", "Typical error of gaze on the slide, across."),
    "sigma_y": Note("slide heights", "Typical error of gaze on the slide, down."),
    "item": Note("", "What is compared, as the address of the page names it."),
    "measure": Note("", "What it is compared by."),
    "lessons_n": Note("lessons", "On which anything was seen."),
    "slides_n": Note("slides", "On which anything was seen."),
    "median_error_deg": Note("deg", "Typical error, median of the recordings that count."),
    "value_low": Note("", "Lower end of the 95 % interval of the value."),
    "value_high": Note("", "Upper end of the 95 % interval of the value."),
    "required_share": Note("share", "Of the required regions that a student had open: reached; mean."),
    "against": Note("", "What an item is compared with: the first, or all others together."),
    "paired_n": Note("students", "Who are in both and were compared with themselves; 0: different students."),
    "paired": Note("", "true: students who are in both were compared with themselves."),
    "distance_mm_low": Note("mm", "From the eyes to the camera: a tenth of the step was below."),
    "distance_mm_high": Note("mm", "From the eyes to the camera: a tenth of the step was above."),
    "hidden_groups_n": Note("groups", "Of too few students to be shown."),
    "left_out": Note("", "How many viewings are left out, and why."),
    "column": Note("", "Column of the cell, from 0 at the left, of 96."),
    "row": Note("", "Row of the cell, from 0 at the top, of 54."),
    "difference_points": Note(
        "points", "Share of looking within the typical error: the first minus the second."
    ),
    "a_seconds": Note("s", "Looking within the typical error of the cell: the first, mean of students."),
    "b_seconds": Note("s", "The same of the second."),
    "rate_hz": Note("Hz", "Samples a second in this step."),
    "out_of_range_share": Note("share", "Of the images: the head placed as it never was while calibrating."),
    "brightness": Note("", "Mean grey of the face, 0 to 255."),
    "kind": Note("", "What the dot was for: to calibrate, or to validate."),
    "x_px": Note("px", "Where the dot was on the screen."),
    "y_px": Note("px", "Where the dot was on the screen."),
    "gaze_x_px": Note("px", "Where gaze was measured while it was looked at."),
    "gaze_y_px": Note("px", "Where gaze was measured while it was looked at."),
    "error_deg": Note("deg", "Between the two, of visual angle."),
    "place": Note("", "1 for the region that was looked at first; empty: never looked at."),
}


# Columns that mean something else in one table than elsewhere, by table and column.
_OF_TABLE: Final[Mapping[tuple[str, str], Note]] = {
    ("over-time", "tracked_n"): Note("students", "Of those who count, with tracked gaze in this step."),
    ("over-time", "away_n"): Note("students", "Of tracked_n, with gaze mostly beside the slide."),
    ("slides", "required"): Note("regions", "How many regions of the slide are required."),
    ("slides", "missed"): Note("regions", "Of these, how many at least a quarter of the students missed."),
    ("required-regions", "region"): Note("", "What the region is called."),
    ("comparison", "name"): Note("", "What the item is called."),
    ("comparison", "value"): Note("", "Of all of its students; in the unit of the measure."),
    ("comparison-dots", "name"): Note("", "What the item is called."),
    ("comparison-dots", "value"): Note("", "Of the class, the slide or the student that the dot is."),
    ("comparison-dots", "students"): Note("students", "Of how many it is."),
    ("session-timeline", "t_s"): Note("s", "Time in the recording: the beginning of a step."),
    ("session-timeline", "on_slide"): Note("share", "Of the step, with gaze on the slide."),
    ("session-timeline", "elsewhere"): Note("share", "Of the step, with gaze tracked beside it."),
    ("session-timeline", "not_tracked"): Note("share", "Of the step, without tracked gaze."),
    ("session-quality", "t_s"): Note("s", "Time in the recording: the beginning of a step."),
    ("session-dots", "samples"): Note("", "How many samples it was measured with."),
}


def note_of(column: str, table: str = "") -> Note | None:
    """What a column of a chart's (this one's) or a raw table means; None where nobody has said."""
    if (table, column) in _OF_TABLE:
        return _OF_TABLE[table, column]
    measure = MEASURES.get(column)
    if measure is not None:
        return Note(measure.unit, measure.definition)
    return _CHARTS.get(column) or _GAZE.get(column)


def described(title: str, columns: Mapping[str, Note]) -> str:
    """A table's columns as lines of text."""
    lines = [title, ""]
    for name, note in columns.items():
        unit = f" [{note.unit}]" if note.unit else ""
        lines.append(f"  {name}{unit}: {note.meaning}")
    return "\n".join(lines)


def markdown(columns: Mapping[str, Note]) -> str:
    """A table's columns as a table of Markdown."""
    rows = [f"| `{name}` | {note.unit} | {note.meaning} |" for name, note in columns.items()]
    return "\n".join(["| column | unit | meaning |", "|---|---|---|", *rows])
