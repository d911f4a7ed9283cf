"""Rendered sessions for the benchmarks, kept between runs."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipeline.ingest.lessons import read_lesson
from pipeline.synthetic.package import render_session
from pipeline.synthetic.school import demo_lessons

OUT = Path(__file__).parent / "out"


def rendered_session(
    *, seed: int, seconds: float, width_px: int, height_px: int, rate_hz: float = 30.0
) -> Path:
    """The folder of a rendered session package; rendered if it is not there yet."""
    folder = OUT / f"{width_px}x{height_px}" / f"seed-{seed}-{seconds:.0f}s"
    if not folder.is_dir():
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        lesson = read_lesson(demo_lessons()[0])
        size = {"width_px": width_px, "height_px": height_px, "rate_hz": rate_hz}
        render_session(part, lesson, f"S{seed:03d}", seed, seconds, **size)
        part.rename(folder)
    return folder
