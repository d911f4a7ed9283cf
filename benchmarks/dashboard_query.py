"""How long the server takes for heatmap and AOI table of a class of 30, in a lake of 10 million samples.

Nothing is remembered between the questions, and every one is about another slide than the one before.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from dashboard.figures.heatmap import picture
from dashboard.school import School
from pipeline.attention.density import density
from pipeline.domain import (
    FIXATIONS,
    FRAMES,
    GAZE,
    Aoi,
    Lesson,
    Part,
    Role,
    Screen,
    SessionHeader,
    Slide,
    typed,
)
from pipeline.mapping import exposures
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake, write_revision

SAMPLES = 10_000_000
CLASS = 30
RATE_HZ = 30.0
SESSION_S = 3600.0
SLIDES = 30
QUESTIONS = 60
FIXATION_S = 0.3
SCREEN = Screen(1920, 1080, 344.0, 194.0)
SIGMA_DEG, SIGMA_X, SIGMA_Y = 1.8, 0.055, 0.098


def run() -> dict[str, Any]:
    """Milliseconds of both together (p50, p95, worst), and the median of each part."""
    with TemporaryDirectory() as folder:
        catalogue, samples = _make_school(Path(folder))
        lake = Lake(catalogue.lake)
        school = School(catalogue, lake)
        parts = np.array([_ask(school, f"slide-{i % SLIDES:02d}") for i in range(-SLIDES, QUESTIONS)])[
            SLIDES:
        ]
        lake.close()
        catalogue.close()
    total = parts.sum(axis=1)
    table_ms, heat_ms, picture_ms = np.median(parts, axis=0)
    return {
        "samples_in_lake": samples,
        "students": CLASS,
        "questions": QUESTIONS,
        "both_ms_p50": round(float(np.median(total)), 1),
        "both_ms_p95": round(float(np.percentile(total, 95)), 1),
        "both_ms_max": round(float(total.max()), 1),
        "table_ms_p50": round(float(table_ms), 1),
        "density_ms_p50": round(float(heat_ms), 1),
        "picture_ms_p50": round(float(picture_ms), 1),
        "goal_both_ms_p95": 60.0,
    }


def _ask(school: School, slide_id: str) -> tuple[float, float, float]:
    """Milliseconds for the AOI table, the smoothed density, and the heatmap's picture of one slide."""
    school.memo.clear()
    place = ("course", "lesson-0", slide_id)
    _, table_ms = _timed(lambda: school.slide_view(*place))
    heat, heat_ms = _timed(lambda: school.heat(*place))
    _, picture_ms = _timed(lambda: picture(heat.seconds))
    return table_ms, heat_ms, picture_ms


def _timed(ask: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    answer = ask()
    return answer, 1000 * (time.perf_counter() - start)


def _make_school(data: Path) -> tuple[Catalogue, int]:
    """A catalogue and lake of as many lessons of `CLASS` hour-long sessions as hold `SAMPLES`."""
    catalogue = Catalogue.open(data)
    rng = np.random.default_rng(0)
    samples = 0
    for number in range(1000):
        lesson = _lesson(f"lesson-{number}")
        _put(catalogue, lesson, data)
        for student in range(CLASS):
            if samples >= SAMPLES and number > 0:
                return catalogue, samples
            samples += _add_session(catalogue, lesson, f"S{student:02d}", rng)
    return catalogue, samples


def _lesson(lesson_id: str) -> Lesson:
    """Slides with six regions each."""
    aois = tuple(
        Aoi(f"region-{i}", f"Region {i}", Role.TEXT,
            (Part(((0.05 + 0.31 * (i % 3), 0.1 + 0.45 * (i // 3)),
                   (0.3 + 0.31 * (i % 3), 0.45 + 0.45 * (i // 3)))),))
        for i in range(6)
    )  # fmt: skip
    slides = tuple(Slide(f"slide-{i:02d}", f"Slide {i}", "slide.png", 1280, 720, aois) for i in range(SLIDES))
    return Lesson("course", "Course", lesson_id, lesson_id, slides)


def _put(catalogue: Catalogue, lesson: Lesson, folder: Path) -> None:
    Image.new("RGB", (1280, 720), "white").save(folder / "slide.png")
    catalogue.put_lesson(lesson, folder)


def _add_session(catalogue: Catalogue, lesson: Lesson, student: str, rng: np.random.Generator) -> int:
    """A session of an hour; the number of its samples."""
    content = f"{lesson.lesson_id}/{student}".encode()
    source = catalogue.data / "work" / "upload.zip"
    source.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    session_id = catalogue.add_upload(source, sha256=digest, kind="package", name="a.zip")
    tables = _tables(rng)
    files = write_revision(catalogue.lake, session_id, 1, tables)
    header = SessionHeader(lesson.course_id, lesson.lesson_id, student, None, SCREEN, synthetic=True)
    quality = {"sigma_deg": SIGMA_DEG, "accuracy_deg": 1.5, "tracked_share": 1.0}
    catalogue.publish(session_id, files, header, quality, {}, calibrated=True)
    return len(tables["gaze"])


def _tables(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Fixations anywhere on the slides, one after the other without a gap, and the gaze they are made of."""
    count = round(SESSION_S / FIXATION_S)
    per_fixation = round(FIXATION_S * RATE_HZ)
    t_ms = np.arange(count * per_fixation) * 1000 / RATE_HZ
    onset_ms = t_ms[::per_fixation]
    slide = (onset_ms * SLIDES // (SESSION_S * 1000)).astype(int)
    place = np.clip(rng.normal(0.5, 0.25, (count, 2)), 0.01, 0.99)
    slide_id = np.array([f"slide-{i:02d}" for i in range(SLIDES)], dtype=object)[slide]
    jitter = rng.normal(0, 0.01, (len(t_ms), 2))
    gaze = pd.DataFrame({"t_ms": t_ms, "slide_id": np.repeat(slide_id, per_fixation), "valid": True})
    gaze[["slide_x", "slide_y"]] = np.repeat(place, per_fixation, axis=0) + jitter
    gaze["screen_x_px"], gaze["screen_y_px"] = gaze["slide_x"] * 1920, gaze["slide_y"] * 1080
    gaze["sigma_deg"], gaze["distance_mm"], gaze["eye_openness"] = SIGMA_DEG, 600.0, 1.0
    gaze[["head_yaw_deg", "head_pitch_deg", "head_roll_deg"]] = rng.normal(0, 3, (len(t_ms), 3))
    fixations = pd.DataFrame(
        {
            "fixation_id": np.arange(count), "slide_id": slide_id, "onset_ms": onset_ms,
            "duration_ms": 1000 * FIXATION_S, "slide_x": place[:, 0], "slide_y": place[:, 1],
            "dispersion_deg": 1.0, "samples": per_fixation, "sigma_x": SIGMA_X, "sigma_y": SIGMA_Y,
        }
    )  # fmt: skip
    frames = pd.DataFrame({"t_ms": t_ms, "face_count": 1, "face_changed": False, "blink": False,
                           "head_out_of_range": False, "brightness": 120.0, "blur": 200.0})  # fmt: skip
    gaze = typed(gaze, GAZE)
    return {
        "gaze": gaze,
        "fixations": typed(fixations, FIXATIONS),
        "density": density(gaze),
        "frames": typed(frames, FRAMES),
        "exposures": exposures(_segments(), gaze),
    }


def _segments() -> pd.DataFrame:
    """Every slide once, filling the screen."""
    length_ms = SESSION_S * 1000 / SLIDES
    return pd.DataFrame(
        {
            "slide_id": [f"slide-{i:02d}" for i in range(SLIDES)],
            "onset_ms": np.arange(SLIDES) * length_ms, "duration_ms": length_ms,
            "x_px": 0.0, "y_px": 0.0, "width_px": 1920.0, "height_px": 1080.0,
        }
    )  # fmt: skip
