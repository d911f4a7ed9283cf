"""A small school in a data folder, made without video: for tests of everything above the pipeline.

Gaze is drawn from a model of reading (not rendered, not tracked); fixations, density, exposures and quality
are the pipeline's own work on it. The same seed gives the same school. To look at one:

    python -m tests.seeded_school FOLDER
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline import mapping
from pipeline.attention.density import density
from pipeline.domain import (
    FRAMES,
    GAZE,
    QUIZ,
    TIMELINE,
    Aoi,
    Consent,
    FixationOrigin,
    Floats,
    Lesson,
    Role,
    Screen,
    SessionHeader,
    Slide,
    TrackerSource,
    empty,
    typed,
)
from pipeline.events.detect import describe, fixations
from pipeline.events.quality import quality
from pipeline.ingest.lessons import read_lesson
from pipeline.parameters import BlinkParameters, Parameters
from pipeline.storage.catalogue import Catalogue, DuplicateUpload
from pipeline.storage.lake import write_revision

LESSONS = Path(__file__).resolve().parents[1] / "pipeline/synthetic/lessons"
SCREEN = Screen(1920, 1080, 344.0, 194.0, "measured")
SLIDE_ON_SCREEN = (240.0, 90.0, 1440.0, 810.0)
PX_PER_DEG = 600 * np.tan(np.radians(1)) / SCREEN.mm_per_px[0]
LEAD_IN_MS = 2000.0


@dataclass(frozen=True)
class Viewer:
    """How one student looks: a pseudonym and how the recording went."""

    student: str
    error_deg: float = 1.6
    jitter_deg: float = 0.5
    tracked: float = 0.96
    ignores: tuple[str, ...] = ()  # words in the names of regions that are never looked at
    wander: float = 0.08  # share of fixations on no region
    away: float = 0.03  # share of fixations beside the slide
    calibrated: bool = True
    rate_hz: float = 30.0
    pace: float = 1.0
    tracker: bool = False  # measured by an eye tracker: there are no frames of a camera
    roles: dict[Role, float] = field(default_factory=dict)  # liking of a role, 1 is as intended


CLASS = (
    Viewer("S01"),
    Viewer("S02", error_deg=1.2, roles={Role.FIGURE: 1.6}),
    Viewer("S03", ignores=("equation", "formula", "question"), pace=1.2),
    Viewer("S04", error_deg=2.4, jitter_deg=0.8, roles={Role.TEXT: 1.5}),
    Viewer("S05", ignores=("equation", "formula"), wander=0.2),
    Viewer("S06", tracked=0.8, away=0.1),
    Viewer("S07", ignores=("question", "axis"), roles={Role.DECORATION: 5.0}),
    Viewer("S08", tracked=0.35),
    Viewer("S09", error_deg=1.9, pace=0.8, roles={Role.FIGURE: 0.5}),
    Viewer("S10", calibrated=False, error_deg=6.0),
)


def seed(
    data: Path,
    *,
    viewers: Sequence[Viewer] = CLASS,
    lessons: Sequence[Path] | None = None,
    slide_s: float = 20.0,
    random: int = 1,
) -> Catalogue:
    """Fill a data folder with the demo lessons (or these) and a finished session of each viewer for each."""
    catalogue = Catalogue.open(data)
    folders = (
        lessons if lessons is not None else sorted(path.parent for path in LESSONS.glob("*/*/lesson.json"))
    )
    for number, folder in enumerate(folders):
        lesson = read_lesson(folder)
        catalogue.put_lesson(lesson, folder)
        for place, viewer in enumerate(viewers):
            rng = np.random.default_rng([random, number, place])
            add_session(catalogue, lesson, viewer, slide_s, rng)
    return catalogue


def add_session(
    catalogue: Catalogue, lesson: Lesson, viewer: Viewer, slide_s: float, rng: np.random.Generator
) -> str:
    """One finished session of this viewer; returns its id. One that was cut short before is finished."""
    header = SessionHeader(
        lesson.course_id, lesson.lesson_id, viewer.student, Consent("1", "2026-11-12T09:00:00Z"), SCREEN,
        recorder="seeded", synthetic=True, source=_tracker(viewer) if viewer.tracker else None,
    )  # fmt: skip
    session_id = _upload(catalogue, lesson, viewer, rng)
    tables, figures = make_tables(lesson, viewer, slide_s, rng)
    files = write_revision(catalogue.lake, session_id, 1, tables)
    found = describe(tables["gaze"], SCREEN, Parameters().fixations)
    report = {
        "source": {"kind": "gaze" if viewer.tracker else "video"},
        "gaze": {"calibrated": None if viewer.tracker else viewer.calibrated, "mirrored": False}
        | (_calibration(viewer) if viewer.calibrated and not viewer.tracker else {}),
        "fixations": {"source": "detected", **found},
        "synthetic": True,
    }
    catalogue.publish(session_id, files, header, figures, report, calibrated=viewer.calibrated)
    return session_id


def _calibration(viewer: Viewer) -> dict[str, object]:
    """What the gaze stage tells of the dots: a grid that was fitted, and four others."""
    rng = np.random.default_rng(list(viewer.student.encode()))
    places = [("calibrate", x, y) for x in (0.1, 0.5, 0.9) for y in (0.1, 0.5, 0.9)]
    places += [("validate", x, y) for x in (0.3, 0.7) for y in (0.3, 0.7)]
    dots = []
    for kind, x, y in places:
        error_deg = viewer.error_deg * (0.6 if kind == "calibrate" else 1.0) * rng.uniform(0.6, 1.4)
        angle, off_px = rng.uniform(0, 2 * np.pi), error_deg * PX_PER_DEG
        x_px, y_px = x * SCREEN.width_px, y * SCREEN.height_px
        dots.append(
            {
                "kind": kind, "x_px": round(x_px, 1), "y_px": round(y_px, 1),
                "gaze_x_px": round(float(x_px + off_px * np.cos(angle)), 1),
                "gaze_y_px": round(float(y_px + off_px * np.sin(angle)), 1),
                "error_deg": round(float(error_deg), 3), "precision_std_deg": viewer.jitter_deg,
                "samples": 40,
            }
        )  # fmt: skip
    ranges = {"head_yaw_deg": [-3.0, 3.5], "head_pitch_deg": [-4.0, 4.0], "head_roll_deg": [-2.0, 2.0]}
    return {"dots": dots, "head_range": {**ranges, "distance_mm": [585.0, 622.0]}}


def add_quiz(
    catalogue: Catalogue, lesson: Lesson, viewers: Sequence[Viewer] = CLASS, random: int = 1
) -> pd.DataFrame:
    """A question about a required region of each slide: who never looks there mostly gets it wrong."""
    rng = np.random.default_rng(random)
    asked = [
        (slide.slide_id, next((aoi for aoi in slide.aois if aoi.required), slide.aois[0]))
        for slide in lesson.slides
    ]
    answers = [
        (viewer.student, f"{number}. {aoi.name}", float(rng.random() < chance), slide_id, aoi.aoi_id)
        for number, (slide_id, aoi) in enumerate(asked, start=1)
        for viewer in viewers
        for chance in [0.15 if _liking(aoi, viewer) == 0 else 0.8]
    ]
    quiz = typed(pd.DataFrame(answers, columns=list(QUIZ)), QUIZ)
    catalogue.put_quiz(lesson.course_id, lesson.lesson_id, quiz)
    return quiz


def make_tables(
    lesson: Lesson, viewer: Viewer, slide_s: float, rng: np.random.Generator
) -> tuple[dict[str, pd.DataFrame], dict[str, float | None]]:
    """The stored tables of a session, and its quality."""
    timeline = make_timeline(lesson, slide_s * viewer.pace)
    end_ms = float(timeline["t_ms"].iloc[-1])
    segments = mapping.segments(timeline, end_ms)
    gaze = _gaze(lesson, segments, viewer, end_ms, rng)
    frames = _frames(gaze)
    fixated = fixations(gaze, segments, SCREEN, Parameters().fixations)
    measured = viewer.calibrated and not viewer.tracker
    validation = {"accuracy_deg": viewer.error_deg} if measured else None
    figures = quality(
        gaze, frames, segments, validation, screen=SCREEN, fixations=fixated, blinks=BlinkParameters()
    )
    exposures = mapping.exposures(segments, gaze)
    tables = {
        "gaze": gaze,
        "fixations": fixated,
        "density": density(gaze),
        "frames": empty(FRAMES) if viewer.tracker else frames,
        "exposures": exposures,
    }
    return tables, figures


def _tracker(viewer: Viewer) -> TrackerSource:
    return TrackerSource("tobii-pro-lab", "Tobii Pro Lab", FixationOrigin.RECOMPUTED, viewer.error_deg)


def _upload(catalogue: Catalogue, lesson: Lesson, viewer: Viewer, rng: np.random.Generator) -> str:
    content = f"{lesson.course_id}/{lesson.lesson_id}/{viewer.student}/{rng.integers(2**31)}".encode()
    source = catalogue.data / "work" / f"{hashlib.sha256(content).hexdigest()}.zip"
    source.write_bytes(content)
    digest = hashlib.sha256(content).hexdigest()
    try:
        return catalogue.add_upload(source, sha256=digest, kind="package", name="session.zip")
    except DuplicateUpload as known:
        return known.session_id


def make_timeline(lesson: Lesson, slide_ms_each_s: float) -> pd.DataFrame:
    """Every slide once, in order, after a short lead-in."""
    shown = [
        (LEAD_IN_MS + i * slide_ms_each_s * 1000, "slide_shown", slide.slide_id, *SLIDE_ON_SCREEN)
        for i, slide in enumerate(lesson.slides)
    ]
    last = (LEAD_IN_MS + len(lesson.slides) * slide_ms_each_s * 1000, "slide_hidden", None, *[np.nan] * 4)
    return typed(pd.DataFrame([*shown, last], columns=list(TIMELINE)), TIMELINE)


def _gaze(
    lesson: Lesson, segments: pd.DataFrame, viewer: Viewer, end_ms: float, rng: np.random.Generator
) -> pd.DataFrame:
    t_ms = np.arange(0.0, end_ms, 1000 / viewer.rate_hz)
    slides = {slide.slide_id: slide for slide in lesson.slides}
    screen = np.full((len(t_ms), 2), np.nan)
    for row in segments.itertuples():
        inside = (t_ms >= row.onset_ms) & (t_ms < row.onset_ms + row.duration_ms)
        places = _looking(slides[str(row.slide_id)], viewer, t_ms[inside], rng)
        screen[inside] = places * (row.width_px, row.height_px) + (row.x_px, row.y_px)
    screen[np.isnan(screen)] = SCREEN.width_px / 2
    angle, offset_deg = rng.uniform(0, 2 * np.pi), viewer.error_deg * 0.8
    screen += np.array([np.cos(angle), np.sin(angle)]) * offset_deg * PX_PER_DEG
    screen += rng.normal(0, viewer.jitter_deg * 0.5 * PX_PER_DEG, screen.shape)
    valid = _tracked(t_ms, viewer.tracked, rng)
    screen[~valid] = np.nan
    slide_id, slide_x, slide_y = mapping.to_slides(t_ms, screen[:, 0], screen[:, 1], segments)
    sway = np.sin(t_ms / 4000)
    return typed(
        pd.DataFrame(
            {
                "t_ms": t_ms,
                "screen_x_px": screen[:, 0],
                "screen_y_px": screen[:, 1],
                "slide_id": slide_id,
                "slide_x": slide_x,
                "slide_y": slide_y,
                "valid": valid,
                "sigma_deg": np.where(valid, np.hypot(viewer.error_deg, viewer.jitter_deg), np.nan),
                "distance_mm": 600 + 25 * sway,
                "head_yaw_deg": 4 * sway,
                "head_pitch_deg": -2 * sway,
                "head_roll_deg": 0.0,
                "eye_openness": 1.0,
            }
        ),
        GAZE,
    )


def _looking(slide: Slide, viewer: Viewer, t_ms: Floats, rng: np.random.Generator) -> Floats:
    """Places in slide units, one for each time: fixations of 180-500 ms on regions in reading order."""
    aois, weights = list(slide.aois), np.array([_liking(aoi, viewer) for aoi in slide.aois])
    weights = weights / weights.sum()
    places, region = np.empty((len(t_ms), 2)), int(rng.choice(len(aois), p=weights))
    start, progress = t_ms[0], 0.0
    while start <= t_ms[-1]:
        duration_ms = rng.uniform(180, 500)
        during = (t_ms >= start) & (t_ms < start + duration_ms)
        chance = rng.random()
        if chance < viewer.away:
            places[during] = (rng.uniform(0.2, 0.8), 1.12)
        elif chance < viewer.away + viewer.wander:
            places[during] = rng.uniform(0.05, 0.95, 2)
        else:
            if rng.random() < 0.22:
                region, progress = int(rng.choice(len(aois), p=weights)), 0.0
            places[during], progress = _within(aois[region], progress, rng)
        start += duration_ms
    return places


def _liking(aoi: Aoi, viewer: Viewer) -> float:
    if any(word in aoi.name.lower() for word in viewer.ignores):
        return 0.0
    return (aoi.weight + 0.015) * viewer.roles.get(aoi.role, 1.0)


def _within(aoi: Aoi, progress: float, rng: np.random.Generator) -> tuple[Floats, float]:
    """The next place in a region: along lines in text, anywhere in a picture."""
    xs, ys = np.array(aoi.parts[0].points).T
    low, size = np.array([xs.min(), ys.min()]), np.array([np.ptp(xs), np.ptp(ys)])
    if aoi.role in (Role.TEXT, Role.TITLE):
        lines = max(1, round(size[1] / 0.07))
        place = np.array([progress * lines % 1, (np.floor(progress * lines) + 0.5) / lines])
        return low + size * (0.06 + 0.88 * place), (progress + 0.18 / lines / max(size[0], 0.2)) % 1
    return low + size * np.clip(rng.normal(0.5, 0.2, 2), 0.05, 0.95), progress


def _tracked(t_ms: Floats, share: float, rng: np.random.Generator) -> np.ndarray:
    """Blinks of 170 ms every four seconds, and long losses until only this share is left."""
    valid = np.ones(len(t_ms), bool)
    for start in np.arange(rng.uniform(0, 4000), t_ms[-1], 4000):
        valid[(t_ms >= start) & (t_ms < start + 170)] = False
    while valid.mean() > share:
        start = rng.uniform(0, t_ms[-1])
        valid[(t_ms >= start) & (t_ms < start + 3000)] = False
    return valid


def _frames(gaze: pd.DataFrame) -> pd.DataFrame:
    lost = ~gaze["valid"]
    blink = lost & ~(lost.rolling(10, center=True, min_periods=1).mean() > 0.9)
    frames = pd.DataFrame({"t_ms": gaze["t_ms"], "face_count": (~lost | blink).astype(int), "blink": blink})
    frames = frames.assign(face_changed=False, head_out_of_range=False, brightness=120.0, blur=200.0)
    return typed(frames, FRAMES)


if __name__ == "__main__":
    school = seed(Path(sys.argv[1]))
    add_quiz(school, read_lesson(LESSONS / "biology-7/photosynthesis"))
    school.close()
