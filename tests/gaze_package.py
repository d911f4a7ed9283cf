"""Session packages made in a moment: gaze of seeded students, as another tracker would write it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from pipeline.domain import Lesson
from tests.seeded_school import SCREEN, Viewer, make_tables, make_timeline

SLIDE_S = 8.0


def package_files(lesson: Lesson, student: str = "N01", seed: int = 7) -> dict[str, bytes]:
    """The files of a package, by name; change one to make it wrong."""
    viewer = Viewer(student)
    tables, _ = make_tables(lesson, viewer, SLIDE_S, np.random.default_rng(seed))
    gaze = tables["gaze"][["t_ms", "screen_x_px", "screen_y_px", "valid"]].round(1)
    gaze = gaze.set_axis(["t_ms", "x_px", "y_px", "valid"], axis="columns").astype({"valid": int})
    return {
        "session.json": json.dumps(header(lesson, student)).encode(),
        "timeline.csv": make_timeline(lesson, SLIDE_S).to_csv(index=False).encode(),
        "gaze.csv": gaze.to_csv(index=False).encode(),
    }


def header(lesson: Lesson, student: str) -> dict[str, object]:
    """What `session.json` says."""
    return {
        "format": "gazeboard-session",
        "version": 1,
        "course": lesson.course_id,
        "lesson": lesson.lesson_id,
        "student": student,
        "consent": {"version": "1", "given_at": "2026-11-12T09:00:00Z"},
        "screen": {
            "width_px": SCREEN.width_px,
            "height_px": SCREEN.height_px,
            "width_mm": SCREEN.width_mm,
            "height_mm": SCREEN.height_mm,
            "size_source": SCREEN.size_source,
        },
        "synthetic": True,
    }


def zipped(files: Mapping[str, bytes], path: Path) -> Path:
    """The files as a zip, the same bytes every time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return path
