"""From the recordings in a tracker's export to session packages: which slide was seen when, and where.

Slides are known by the names of the stimuli, or by what a person says. What was assumed or left out is told
in the notes of the package's `session.json`.
"""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Final

import numpy as np
import pandas as pd

from pipeline.domain import (
    TIMELINE,
    FixationOrigin,
    Floats,
    Lesson,
    Screen,
    SessionHeader,
    Slide,
    TrackerSource,
)
from pipeline.errors import InputError
from pipeline.ingest.documents import TEXT_MAX, UNREADABLE, listed
from pipeline.ingest.session_package import NOTES_MAX, header_document, open_package
from pipeline.ingest.timeline import (
    DISTANCE_RANGE_MM,
    FIXATION_INPUT,
    GAZE_INPUT,
    check_slides,
    check_timeline,
)
from pipeline.ingest.trackers.recording import Rectangle, Space, TrackerRecording
from pipeline.ingest.trackers.registry import IMPORTERS

MM_PER_PX: Final = 0.277  # of a desktop screen at 92 dots per inch, where no size is known ...
DIAGONAL_MAX_MM: Final = 610.0  # ... up to 24 inches
SAME_PROPORTIONS: Final = 0.01  # difference of width / height that is a matter of rounding


@dataclass(frozen=True)
class Wanted:
    """What a person says of an export that is to become sessions of a lesson.

    `student` is the pseudonym, the beginning of several where the export has several recordings. `slides`
    maps stimuli to slides ("" leaves one out); others are matched by name. `slide` puts all of it on one
    slide. `timeline` has the columns of TIMELINE and outweighs the export. `screen_mm`: None is assumed.
    """

    student: str
    slides: Mapping[str, str] = field(default_factory=dict)
    slide: str | None = None
    timeline: pd.DataFrame | None = None
    screen_mm: tuple[float, float] | None = None
    keep_fixations: bool = True


@dataclass(frozen=True)
class Made:
    """A package that was written and found good."""

    path: Path
    header: SessionHeader
    recording: TrackerRecording


def make_packages(
    recordings: Sequence[TrackerRecording], lesson: Lesson, wanted: Wanted, folder: Path
) -> list[Made]:
    """A package in `folder` for each recording in which slides of the lesson were seen, all of them checked.

    Raises
    ------
    InputError : no recording shows a slide, or something that was said does not fit the export or the lesson
    """
    _check_wanted(recordings, lesson, wanted)
    made = []
    for recording, student in zip(recordings, students(len(recordings), wanted.student), strict=True):
        slides = match_slides(recording.stimuli, lesson, wanted.slides)
        timeline = wanted.timeline
        if timeline is None and wanted.slide is not None:
            timeline = whole_recording(recording, _slide(lesson, wanted.slide))
            note = f"All of the recording was taken to be of the slide {wanted.slide}, as large as it fits."
            recording = replace(recording, notes=(*recording.notes, note))
        elif timeline is None and not slides:
            continue
        header = header_of(recording, lesson, student, wanted)
        path = folder / f"{student}.zip"
        write_package(
            recording, path, header, slides, lesson, keep_fixations=wanted.keep_fixations, timeline=timeline
        )
        package = open_package(path, folder / "checked")
        check_slides(package.timeline, lesson)
        made.append(Made(path, package.header, recording))
    return made


def refuse_scene(recordings: Sequence[TrackerRecording]) -> None:
    """Raise InputError for gaze that is not on anything slides could have been on."""
    if any(recording.space is Space.SCENE for recording in recordings):
        expected = "gaze on a screen or a picture: export it mapped to a reference image or a surface"
        raise InputError("export", expected, "gaze in the picture of a scene camera")


def students(count: int, student: str) -> list[str]:
    """A pseudonym for each recording: the given one, or numbered ones that begin with it."""
    return [student] if count == 1 else [f"{student}-{number:02d}" for number in range(1, count + 1)]


# Slides


def match_slides(stimuli: Iterable[str], lesson: Lesson, given: Mapping[str, str]) -> dict[str, str]:
    """The slide of each stimulus that has one: the given one, else the one it is called like."""
    found = {name: given.get(name, slide_called(name, lesson) or "") for name in stimuli}
    return {name: slide_id for name, slide_id in found.items() if slide_id}


def slide_called(name: str, lesson: Lesson) -> str | None:
    """The slide with this id, title or image name, with or without an ending, in letters of any size."""
    wanted = _without_suffix(name)
    for slide in lesson.slides:
        if wanted in {_without_suffix(known) for known in (slide.slide_id, slide.title, slide.image)}:
            return slide.slide_id
    return None


def _without_suffix(name: str) -> str:
    path = PurePath(name.strip().casefold().replace("\\", "/").rsplit("/", 1)[-1])
    return path.stem if path.suffix in IMAGE_SUFFIXES else path.name


IMAGE_SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".pdf", ".html")


def _slide(lesson: Lesson, slide_id: str) -> Slide:
    for slide in lesson.slides:
        if slide.slide_id == slide_id:
            return slide
    raise InputError("slide", f"a slide of the lesson ({listed(lesson.slide_ids())})", f'"{slide_id}"')


def _check_wanted(recordings: Sequence[TrackerRecording], lesson: Lesson, wanted: Wanted) -> None:
    """Raise InputError where the export cannot be laid on the lesson's slides in this way."""
    refuse_scene(recordings)
    stimuli = list(dict.fromkeys(name for recording in recordings for name in recording.stimuli))
    for name, slide_id in wanted.slides.items():
        if name not in stimuli:
            raise InputError("slides", f"stimuli of the export ({listed(stimuli)})", f'"{name}"')
        if slide_id:
            _slide(lesson, slide_id)
    if wanted.timeline is not None or wanted.slide is not None:
        return
    if not stimuli:
        raise InputError("stimuli of the export", "some, or one slide for all of it, or a timeline", "none")
    if not match_slides(stimuli, lesson, wanted.slides):
        known = listed(lesson.slide_ids())
        expected = f"a stimulus called as a slide of the lesson ({known}), or which slide each stimulus is"
        raise InputError("stimuli of the export", expected, listed(stimuli))


# When which slide lay where


def timeline_of(recording: TrackerRecording, slides: Mapping[str, str], lesson: Lesson) -> pd.DataFrame:
    """The timeline that the stimuli tell: each run of one is a showing of its slide.

    Returns
    -------
    DataFrame with the columns of TIMELINE. A run ends where the next begins, the last with the recording.
    """
    t_ms, stimulus, end_ms = _course(recording)
    starts = np.flatnonzero(stimulus != np.append([None], stimulus[:-1]))
    rows: list[tuple[float, str, str | None, Rectangle | None]] = []
    for start in starts:
        slide_id = slides.get(stimulus[start])
        if slide_id is not None:
            place = place_of(recording, stimulus[start], _slide(lesson, slide_id))
            rows.append((t_ms[start], "slide_shown", slide_id, place))
        elif rows and rows[-1][1] == "slide_shown":
            rows.append((t_ms[start], "slide_hidden", None, None))
    if rows and rows[-1][1] == "slide_shown":
        rows.append((end_ms, "slide_hidden", None, None))
    return _table(rows)


def whole_recording(recording: TrackerRecording, slide: Slide) -> pd.DataFrame:
    """A timeline in which one slide fills the space from the first to the last moment."""
    t_ms, _, end_ms = _course(recording)
    space = (0.0, 0.0, float(recording.width_px), float(recording.height_px))
    begin_ms = float(t_ms[0]) if len(t_ms) else 0.0
    shown = (begin_ms, "slide_shown", slide.slide_id, fitted(slide, space))
    return _table([shown, (end_ms, "slide_hidden", None, None)])


def shown_from(
    moments: Iterable[tuple[str, float]], lesson: Lesson, width_px: float, height_px: float
) -> pd.DataFrame:
    """A timeline in which each slide fills a screen from its moment (ms) until the next one appears."""
    space = (0.0, 0.0, width_px, height_px)
    shown = sorted(moments, key=lambda moment: moment[1])
    return _table(
        [(t_ms, "slide_shown", slide_id, fitted(_slide(lesson, slide_id), space)) for slide_id, t_ms in shown]
    )


def place_of(recording: TrackerRecording, stimulus: str, slide: Slide) -> Rectangle:
    """Where a slide lay in the recording's space."""
    space = (0.0, 0.0, float(recording.width_px), float(recording.height_px))
    return fitted(slide, recording.stimuli.get(stimulus, space))


def fitted(slide: Slide, space: Rectangle) -> Rectangle:
    """The largest place in a rectangle, in its middle, that has the slide's proportions."""
    x, y, width, height = space
    ratio = slide.width_px / slide.height_px
    if abs(width / height / ratio - 1) <= SAME_PROPORTIONS:
        return space
    fits = min(width, height * ratio), min(height, width / ratio)
    return x + (width - fits[0]) / 2, y + (height - fits[1]) / 2, *fits


def _course(recording: TrackerRecording) -> tuple[Floats, np.ndarray, float]:
    """Time and stimulus (None for none) of each sample, or fixation where there are no samples; the end."""
    gaze, fixations = recording.gaze, recording.fixations
    end_ms = float(gaze["t_ms"].iloc[-1]) if len(gaze) else 0.0
    table, time = gaze, "t_ms"
    if fixations is not None and len(fixations):
        end_ms = max(end_ms, float((fixations["onset_ms"] + fixations["duration_ms"]).max()))
        if not len(gaze):
            table, time = fixations, "onset_ms"
    stimulus = table["stimulus"].astype(object).where(table["stimulus"].notna(), None)
    return table[time].to_numpy(float), stimulus.to_numpy(object), end_ms


def _table(rows: Sequence[tuple[float, str, str | None, Rectangle | None]]) -> pd.DataFrame:
    flat = [(t_ms, event, slide, *(place or (None,) * 4)) for t_ms, event, slide, place in rows]
    return pd.DataFrame(flat, columns=list(TIMELINE))


# The package


def header_of(recording: TrackerRecording, lesson: Lesson, student: str, wanted: Wanted) -> SessionHeader:
    """Who, on which screen, and from which export."""
    label = next((known.label for known in IMPORTERS if known.name == recording.format), recording.format)
    keep = recording.fixations is not None and (wanted.keep_fixations or recording.gaze.empty)
    origin = FixationOrigin.KEPT if keep else FixationOrigin.RECOMPUTED
    return SessionHeader(
        course_id=lesson.course_id,
        lesson_id=lesson.lesson_id,
        student=student,
        consent=None,
        screen=_screen(recording, wanted.screen_mm),
        recorder=label,
        source=TrackerSource(recording.format, label, origin, notes=recording.notes),
    )


def _screen(recording: TrackerRecording, size_mm: tuple[float, float] | None) -> Screen:
    width_px, height_px = recording.width_px, recording.height_px
    if size_mm is not None:
        return Screen(width_px, height_px, *size_mm, "stated")
    mm_per_px = min(MM_PER_PX, DIAGONAL_MAX_MM / math.hypot(width_px, height_px))
    return Screen(width_px, height_px, round(width_px * mm_per_px, 1), round(height_px * mm_per_px, 1))


def write_package(
    recording: TrackerRecording,
    target: Path,
    header: SessionHeader,
    slides: Mapping[str, str],
    lesson: Lesson,
    *,
    keep_fixations: bool,
    timeline: pd.DataFrame | None = None,
) -> None:
    """Write a recording as a session package (.zip); the same recording always gives the same bytes.

    Parameters
    ----------
    slides : slide of each stimulus, as `match_slides` returns it
    keep_fixations : whether the tracker's own fixations go into it; they always do where there is no gaze
    timeline : columns of TIMELINE; None takes what the stimuli tell

    Raises
    ------
    InputError : the timeline does not fit the screen
    """
    notes = list(header.source.notes) if header.source else []
    if timeline is None:
        timeline = timeline_of(recording, slides, lesson)
        notes += _notes_on_slides(recording, slides, lesson)
    timeline = check_timeline(timeline, header.screen, "timeline of the export")
    if header.screen.size_source == "assumed":
        width_mm, height_mm = header.screen.width_mm, header.screen.height_mm
        notes.append(f"The screen was assumed to be {width_mm:.0f} x {height_mm:.0f} mm.")
    files: dict[str, bytes] = {}
    if len(recording.gaze):
        files["gaze.parquet"] = _parquet(_gaze(recording.gaze))
    if recording.fixations is not None and (keep_fixations or not len(recording.gaze)):
        files["fixations.parquet"] = _parquet(_fixations(recording.fixations))
    if header.source:
        header = replace(header, source=replace(header.source, notes=_presentable(notes)))
    files["timeline.csv"] = timeline.to_csv(index=False).encode()
    files["session.json"] = json.dumps(header_document(header), indent=2).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)  # without a date


def _notes_on_slides(recording: TrackerRecording, slides: Mapping[str, str], lesson: Lesson) -> list[str]:
    """What was made of the stimuli, as far as it was not plain."""
    notes = []
    left_out = [name for name in recording.stimuli if name not in slides]
    if left_out:
        notes.append(f"Stimuli that are no slide of the lesson were left out: {listed(left_out)}.")
    for name, slide_id in slides.items():
        if place_of(recording, name, _slide(lesson, slide_id)) != recording.stimuli.get(name):
            notes.append(f"The slide {slide_id} was taken to lie in the middle of its place, not stretched.")
    if not len(recording.gaze):
        notes.append("When a slide appeared is not known; it counts from the first fixation on it.")
    return notes


def _presentable(notes: Iterable[str]) -> tuple[str, ...]:
    """Notes as `session.json` may hold them."""
    clean = (UNREADABLE.sub(" ", note) for note in notes)
    short = (note if len(note) <= TEXT_MAX else note[: TEXT_MAX - 3] + "..." for note in clean)
    return tuple(short)[:NOTES_MAX]


def _gaze(gaze: pd.DataFrame) -> pd.DataFrame:
    low, high = DISTANCE_RANGE_MM
    distance_mm = gaze["distance_mm"]
    return gaze.assign(distance_mm=distance_mm.where(distance_mm.between(low, high)))[list(GAZE_INPUT)]


def _fixations(fixations: pd.DataFrame) -> pd.DataFrame:
    """In order, each moment once, none before the recording's zero."""
    table = fixations.sort_values("onset_ms", kind="stable").drop_duplicates("onset_ms")
    return table.loc[(table["onset_ms"] >= 0) & (table["duration_ms"] > 0), list(FIXATION_INPUT)]


def _parquet(table: pd.DataFrame) -> bytes:
    target = io.BytesIO()
    table.to_parquet(target, compression="zstd", index=False)
    return target.getvalue()
