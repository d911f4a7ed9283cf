"""A bare video and what was said of it in a form, made into the package that a recorder would have written.

So there is one way in: whatever holds for packages holds for it, and it needs no code of its own later.
"""

from __future__ import annotations

import csv
import io
import json
import math
import shutil
import zipfile
from pathlib import Path
from typing import Any, Final

from pipeline.domain import TIMELINE, Lesson
from pipeline.errors import InputError
from pipeline.ingest.video import probe

SUFFIXES: Final = (".webm", ".mp4")
SCREEN_DEFAULT: Final = {"width_px": 1920, "height_px": 1080, "diagonal_inch": 15.6}
MM_PER_INCH: Final = 25.4
COPY_BYTES: Final = 1024 * 1024

Form = dict[str, str]


def packaged(video: Path, form: Form, lesson: Lesson, workdir: Path) -> Path:
    """The video as a session package in `workdir`.

    Parameters
    ----------
    form : "student"; "screen", JSON with the fields of `SCREEN_DEFAULT`; and either "timeline", the text
        of a timeline.csv, or "slide_times", JSON pairs of a slide and the second at which it appeared

    Raises
    ------
    InputError : the file is no video, or a field of the form makes no sense
    """
    probe(video)  # here already, so that the message names the file as the person knows it
    screen = _screen(form.get("screen"))
    package = workdir / f"{video.name}.zip"
    with zipfile.ZipFile(package, "w", zipfile.ZIP_STORED) as archive:
        # Entries without a date: the same video and form give the same bytes, known as a duplicate.
        archive.writestr(zipfile.ZipInfo("session.json"), _session(lesson, form.get("student", ""), screen))
        timeline = form.get("timeline") or _timeline(form.get("slide_times"), lesson, screen)
        archive.writestr(zipfile.ZipInfo("timeline.csv"), timeline)
        entry = zipfile.ZipInfo(f"webcam{video.suffix.lower()}")
        with archive.open(entry, "w", force_zip64=True) as target, video.open("rb") as source:
            shutil.copyfileobj(source, target, COPY_BYTES)
    return package


def _session(lesson: Lesson, student: str, screen: dict[str, Any]) -> str:
    """`session.json`."""
    return json.dumps(
        {
            "format": "gazeboard-session",
            "version": 1,
            "course": lesson.course_id,
            "lesson": lesson.lesson_id,
            "student": student,
            "screen": screen,
            "recorder": {"name": "bare video"},
        }
    )


def _screen(text: str | None) -> dict[str, Any]:
    """The screen as `session.json` describes it, from its px and its diagonal."""
    try:
        given = json.loads(text) if text else SCREEN_DEFAULT
        width_px, height_px, diagonal_inch = (float(given[name]) for name in SCREEN_DEFAULT)
        mm_per_px = diagonal_inch * MM_PER_INCH / math.hypot(width_px, height_px)
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        expected = "its width and height in px and its diagonal in inches"
        raise InputError("screen", expected, str(text)[:80]) from None
    return {
        "width_px": width_px,
        "height_px": height_px,
        "width_mm": round(width_px * mm_per_px, 1),
        "height_mm": round(height_px * mm_per_px, 1),
        "size_source": "assumed" if given == SCREEN_DEFAULT else "stated",
    }


def moments(slide_times: str | None) -> list[tuple[str, float]]:
    """Slides and the ms at which they appeared, from JSON pairs of a slide and a second."""
    try:
        pairs = [(str(slide), float(seconds)) for slide, seconds in json.loads(slide_times or "[]")]
        found = [(slide, float(round(1000 * seconds))) for slide, seconds in pairs]
    except (TypeError, ValueError, OverflowError):
        expected = "pairs of a slide and the second at which it appeared"
        raise InputError("slide times", expected, str(slide_times)[:80]) from None
    if not found:
        raise InputError("slide times", "the second at which at least one slide appeared", "none")
    return found


def _timeline(slide_times: str | None, lesson: Lesson, screen: dict[str, Any]) -> str:
    """`timeline.csv`, in which each slide fills the screen until the next one appears."""
    shown = sorted((t_ms, slide) for slide, t_ms in moments(slide_times))
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(TIMELINE)
    for t_ms, slide in shown:
        rows.writerow([t_ms, "slide_shown", slide, *_fitted(slide, lesson, screen)])
    return table.getvalue()


def _fitted(slide_id: str, lesson: Lesson, screen: dict[str, Any]) -> tuple[float, float, float, float]:
    """Where a slide lies that fills the screen: x, y, width, height in px."""
    ratio = next((s.width_px / s.height_px for s in lesson.slides if s.slide_id == slide_id), 16 / 9)
    width = min(screen["width_px"], screen["height_px"] * ratio)
    height = width / ratio
    return (screen["width_px"] - width) / 2, (screen["height_px"] - height) / 2, width, height
