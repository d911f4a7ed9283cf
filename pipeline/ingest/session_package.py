"""A session package: one student's viewing of one lesson, as a folder or a zip, checked from end to end.

session.json        who, on which screen, with which camera, and the consent
timeline.csv        which slide lay where, and when
calibration.csv     the dots that were looked at (may be missing: uncalibrated)
webcam.webm | .mp4  the recording, or in its place
observations.parquet (+ eyes.mp4)   what the face stage made of it, or
gaze.csv | .parquet       gaze on the screen that another tracker measured, and, or only,
fixations.csv | .parquet  the fixations that its own program found
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from pipeline.domain import (
    CALIBRATION,
    Camera,
    Consent,
    FixationOrigin,
    Floats,
    Screen,
    SessionHeader,
    TrackerSource,
    empty,
)
from pipeline.errors import InputError
from pipeline.ingest.archive import size_limit, unpack
from pipeline.ingest.documents import Node, listed, looks_like, read_document
from pipeline.ingest.timeline import (
    TIME_MAX_MS,
    check_overlap,
    check_slides,
    check_timeline,
    read_calibration,
    read_fixations,
    read_gaze,
    read_timeline,
)
from pipeline.ingest.video import probe
from pipeline.parameters import IngestLimits

__all__ = [
    "SessionPackage",
    "bare_video_package",
    "check_slides",
    "header_document",
    "open_package",
    "read_header",
]

LIMITS: Final = IngestLimits()
HEADER: Final = "session.json"
FORMAT: Final = "gazeboard-session"
VERSION: Final = 1
NOTES_MAX: Final = 100
VIDEOS: Final = ("webcam.webm", "webcam.mp4")
OBSERVATIONS: Final = "observations.parquet"
GAZE: Final = ("gaze.csv", "gaze.parquet")
FIXATIONS: Final = ("fixations.csv", "fixations.parquet")
SOURCES: Final = (*VIDEOS, OBSERVATIONS, *GAZE)
FILES: Final = (
    HEADER,
    "timeline.csv",
    "calibration.csv",
    *VIDEOS,
    OBSERVATIONS,
    "eyes.mp4",
    "eyes.webm",
    *GAZE,
    *FIXATIONS,
    "truth.parquet",  # rendered sessions only
)
STUDENT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True)
class SessionPackage:
    """A package whose every part is valid: one of `video`, `observations` and `gaze`, or `fixations` alone.

    `timeline` has the columns of TIMELINE, `calibration` those of CALIBRATION (no rows: uncalibrated),
    `gaze` t_ms, x_px, y_px, valid and distance_mm. `observations` is the folder that holds
    observations.parquet. `fixations` (onset_ms, duration_ms, x_px, y_px) are those of another tracker,
    beside its gaze or instead of it.
    """

    folder: Path
    header: SessionHeader
    timeline: pd.DataFrame
    calibration: pd.DataFrame
    video: Path | None = None
    observations: Path | None = None
    gaze: pd.DataFrame | None = None
    fixations: pd.DataFrame | None = None


def open_package(path: Path, workdir: Path, limits: IngestLimits = LIMITS) -> SessionPackage:
    """Read and check a package; a zip is unpacked into a new folder below `workdir` first.

    Raises
    ------
    InputError : naming the file and the field or row that is wrong; nothing unpacked is left behind
    """
    if path.is_dir():
        return _read(path, limits)
    if not path.is_file():
        raise InputError(path.name, "a session package (.zip or folder)", "nothing of that name")
    folder = unpack(path, workdir, FILES, limits)
    try:
        return _read(folder, limits)
    except BaseException:
        shutil.rmtree(folder)
        raise


def bare_video_package(
    video: Path, header: SessionHeader, timeline: pd.DataFrame, workdir: Path, limits: IngestLimits = LIMITS
) -> SessionPackage:
    """A package made of a video and slide times that were typed in: uncalibrated.

    Raises
    ------
    InputError : as `open_package`; rows of the timeline count from 1
    """
    probe(video, limits)
    checked = check_timeline(timeline, header.screen)
    return SessionPackage(workdir, header, checked, empty(CALIBRATION), video=video)


def _read(folder: Path, limits: IngestLimits) -> SessionPackage:
    present = [name for name in FILES if (folder / name).is_file()]
    for name in (HEADER, "timeline.csv"):
        if name not in present:
            raise InputError(name, "this file in the package", f"only {listed(present)}")
    source = _the_source(present)
    header = read_header(folder / HEADER, limits)
    timeline = read_timeline(folder / "timeline.csv", header.screen, limits)
    calibration = empty(CALIBRATION)
    if "calibration.csv" in present:
        calibration = read_calibration(folder / "calibration.csv", header.screen, limits)
    package = SessionPackage(folder, header, timeline, calibration)
    fixations = _only_one(present, FIXATIONS, needed=False)
    _check_origin(header.source, kept=fixations is not None)
    if fixations is not None:
        package = replace(package, fixations=read_fixations(folder / fixations, limits))
    if source in GAZE:
        package = replace(package, gaze=read_gaze(folder / source, limits))
    if source is None or source in GAZE:
        check_overlap(timeline, _measured_ms(package))
        return package
    if source == OBSERVATIONS:
        _require_parquet(folder / OBSERVATIONS, limits)
        return replace(package, observations=folder)
    probe(folder / source, limits)
    return replace(package, video=folder / source)


def _measured_ms(package: SessionPackage) -> Floats:
    """The times at which another tracker knew the gaze; of fixations without it, their middles."""
    if package.gaze is not None:
        return package.gaze["t_ms"].to_numpy(float)
    assert package.fixations is not None
    return (package.fixations["onset_ms"] + package.fixations["duration_ms"] / 2).to_numpy(float)


def _the_source(present: list[str]) -> str | None:
    """The one file that gaze comes from; None where there are only fixations."""
    fixations = _only_one(present, FIXATIONS, needed=False)
    source = _only_one(present, SOURCES, needed=fixations is None)
    if fixations and source not in (None, *GAZE):
        raise InputError(fixations, "fixations beside gaze, or alone", f"them beside {source}")
    return source


def _only_one(present: list[str], names: Sequence[str], *, needed: bool) -> str | None:
    found = [name for name in names if name in present]
    if len(found) > 1 or (needed and not found):
        raise InputError("session package", f"exactly one of {', '.join(names)}", listed(found))
    return found[0] if found else None


def _check_origin(source: TrackerSource | None, *, kept: bool) -> None:
    """What the header says of fixations must be so: kept ones are there, others are not."""
    if source is not None and kept != (source.fixations is FixationOrigin.KEPT):
        expected = f'"{FixationOrigin.KEPT if kept else FixationOrigin.RECOMPUTED}"'
        got = f'"{source.fixations}", {"with" if kept else "without"} fixations in the package'
        raise InputError(f"{HEADER}, field source.fixations", expected, got)


def _require_parquet(path: Path, limits: IngestLimits) -> None:
    """Parquet's magic bytes at both ends; the face stage reads and checks the rest."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(4096)
        file.seek(max(size - 4, 0))
        end = file.read(4)
    if not start.startswith(b"PAR1"):
        raise InputError(path.name, "a Parquet file", looks_like(start))
    if end != b"PAR1" or size < 12 or size > size_limit(path.name, limits):
        raise InputError(path.name, "a whole Parquet file", f"a damaged one of {size:,} bytes")


def read_header(path: Path, limits: IngestLimits = LIMITS) -> SessionHeader:
    """`session.json`. Fields that this version does not know are left alone.

    Raises
    ------
    InputError : naming the field, what was expected and what came
    """
    node = read_document(path, FORMAT, VERSION, limits.document_bytes)
    recorder = node.child("recorder", default={})
    name = recorder.text("name", "the recorder's name", default="unknown")
    version = recorder.text("version", "the recorder's version", default="")
    return SessionHeader(
        course_id=node.slug("course"),
        lesson_id=node.slug("lesson"),
        student=node.text("student", "a pseudonym of letters, digits and . _ - (at most 64)", STUDENT),
        consent=_consent(node.child("consent")) if node.value.get("consent") is not None else None,
        screen=_screen(node.child("screen")),
        camera=_camera(node.child("camera", default={})),
        video_start_ms=node.number("video_start_ms", "milliseconds", 0, TIME_MAX_MS, default=0.0),
        recorder=f"{name} {version}".strip(),
        synthetic=node.flag("synthetic", default=False),
        source=_source(node.child("source")) if node.value.get("source") is not None else None,
    )


def header_document(header: SessionHeader) -> dict[str, Any]:
    """What `session.json` says; `read_header` reads it."""
    document = {"format": FORMAT, "version": VERSION, **asdict(header)}
    document["course"], document["lesson"] = document.pop("course_id"), document.pop("lesson_id")
    document["recorder"] = {"name": header.recorder}
    return {name: value for name, value in document.items() if value is not None}


def _source(node: Node) -> TrackerSource:
    return TrackerSource(
        format=node.text("format", "the name of the export's format"),
        label=node.text("label", "the format as people call it"),
        fixations=node.choice("fixations", FixationOrigin),
        accuracy_deg=node.number("accuracy_deg", "degrees", 0.01, 90, default=None),
        notes=node.texts("notes", "what was assumed or left out", NOTES_MAX),
    )


def _consent(node: Node) -> Consent:
    given_at = node.text("given_at", "a date and time (ISO 8601)")
    try:
        datetime.fromisoformat(given_at)
    except ValueError:
        node.refuse("given_at", "a date and time (ISO 8601)")
    return Consent(node.text("version", "the version of the wording agreed to"), given_at)


def _screen(node: Node) -> Screen:
    return Screen(
        width_px=node.whole("width_px", "px", 320, 16384),
        height_px=node.whole("height_px", "px", 200, 16384),
        width_mm=node.number("width_mm", "millimetres", 100, 3000),
        height_mm=node.number("height_mm", "millimetres", 50, 3000),
        size_source=node.text("size_source", "how the size is known", default="assumed"),
    )


def _camera(node: Node) -> Camera:
    usual = Camera()
    return Camera(
        x_mm=node.number("x_mm", "millimetres", -3000, 3000, default=usual.x_mm),
        y_mm=node.number("y_mm", "millimetres", -3000, 3000, default=usual.y_mm),
        horizontal_fov_deg=node.number("horizontal_fov_deg", "degrees", 20, 150, default=None),
        mirrored=node.flag("mirrored", default=None),
    )
