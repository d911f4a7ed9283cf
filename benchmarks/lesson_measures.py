"""All measures of a lesson: 40 slides with 8 polygons each, 30 students who saw them for a minute each."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.aoi_speed import SLIDES, hexagons
from pipeline.attention.lesson_measures import measure_lesson
from pipeline.domain import EXPOSURES, FIXATIONS, Floats, Lesson, Slide

STUDENTS = 30
SLIDE_S = 60.0
FIXATIONS_PER_S = 3.0
RUNS = 5


def run() -> dict[str, Any]:
    """Milliseconds for the tables of students, regions, slides and transitions together."""
    lesson, fixations, exposures = make_lesson()
    measure_lesson(lesson, fixations, exposures)
    took_ms = []
    for _ in range(RUNS):
        start = time.perf_counter()
        measure_lesson(lesson, fixations, exposures)
        took_ms.append(1000 * (time.perf_counter() - start))
    return {
        "slides": SLIDES,
        "students": STUDENTS,
        "fixations": len(fixations),
        "all_measures_ms": round(float(np.median(took_ms)), 1),
        "goal_ms": 500.0,
    }


def make_lesson() -> tuple[Lesson, pd.DataFrame, pd.DataFrame]:
    """The lesson with its regions, and the fixations and exposures of the class."""
    rng = np.random.default_rng(0)
    slides = tuple(
        Slide(f"slide-{i:02d}", f"Slide {i}", "slide.png", 1280, 720, hexagons(rng)) for i in range(SLIDES)
    )
    per_slide = round(SLIDE_S * FIXATIONS_PER_S)
    sessions = [f"session-{i:02d}" for i in range(STUDENTS)]
    slide_ids = [slide.slide_id for slide in slides]
    exposures = pd.DataFrame(
        {
            "session_id": np.repeat(sessions, SLIDES),
            "slide_id": np.tile(slide_ids, STUDENTS),
            "onset_ms": np.tile(np.arange(SLIDES) * SLIDE_S * 1000, STUDENTS),
        }
    ).assign(duration_ms=SLIDE_S * 1000, tracked_ms=SLIDE_S * 900, on_slide_ms=SLIDE_S * 850)
    fixations = exposures.loc[
        exposures.index.repeat(per_slide), ["session_id", "slide_id", "onset_ms"]
    ].reset_index(drop=True)
    count = len(fixations)
    within: Floats = np.tile(np.arange(per_slide) * 1000 / FIXATIONS_PER_S, STUDENTS * SLIDES)
    place = np.clip(rng.normal(0.5, 0.25, (count, 2)), -0.1, 1.1)
    sigma = np.repeat(rng.uniform(1.0, 3.0, STUDENTS), per_slide * SLIDES)
    fixations = fixations.assign(
        fixation_id=np.arange(count), onset_ms=fixations["onset_ms"] + within, duration_ms=250.0,
        slide_x=place[:, 0], slide_y=place[:, 1], dispersion_deg=1.0, samples=8,
        sigma_x=0.03 * sigma, sigma_y=0.053 * sigma,
    )  # fmt: skip
    fixations["session_id"] = fixations["session_id"].astype("category")
    return (
        Lesson("course", "Course", "lesson", "Lesson", slides),
        fixations[["session_id", *FIXATIONS]],
        exposures[["session_id", *EXPOSURES]],
    )
