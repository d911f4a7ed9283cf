"""A rendered session, as the tests want it."""

from __future__ import annotations

from pathlib import Path

from pipeline.ingest.lessons import read_lesson
from pipeline.synthetic.package import render_session
from pipeline.synthetic.school import demo_lessons


def rendered_session(
    folder: Path, *, seed: int, seconds: float, width_px: int = 1280, height_px: int = 720
) -> Path:
    """Render into this folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    lesson = read_lesson(demo_lessons()[0])
    size = {"width_px": width_px, "height_px": height_px, "rate_hz": 30.0}
    render_session(folder, lesson, f"S{seed:02d}", seed, seconds, **size)
    return folder
