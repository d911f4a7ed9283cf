"""Whether an uploaded file may enter: unpacked, read and judged before anything of it is kept.

The reading happens in a child process of limited memory and time (`python -m dashboard.admission`), so
that a file made to break a reader breaks that process and nothing else.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
import os
import re
import resource
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, Final

from dashboard.incoming import Upload
from pipeline.domain import Lesson
from pipeline.errors import GazeboardError, InputError
from pipeline.ingest.session_package import check_slides, open_package
from pipeline.storage.catalogue import Catalogue

MEMORY_MAX_BYTES: Final = 4 * 1024**3
CPU_MAX_S: Final = 120
WAIT_MAX_S: Final = 180
VIDEO_SUFFIXES: Final = (".webm", ".mp4")
SCREEN_DEFAULT: Final = {"width_px": 1920, "height_px": 1080, "diagonal_inch": 15.6}
MM_PER_INCH: Final = 25.4


def admit(content: Path, upload: Upload, catalogue: Catalogue, data: Path) -> str:
    """Make an upload that has arrived a session and return its id; raises InputError for what is wrong."""
    workdir = content.parent / "checking"
    workdir.mkdir()
    try:
        checked = _in_child(content, upload, workdir, data)
        return catalogue.add_upload(Path(checked.pop("file")), kind="package", name=upload.name, **checked)
    finally:
        shutil.rmtree(workdir, ignore_errors=True)


def _in_child(content: Path, upload: Upload, workdir: Path, data: Path) -> dict[str, Any]:
    """`check` in a process of its own; its error is raised here."""
    request = {"content": str(content), "name": upload.name, "form": upload.form}
    request |= {"workdir": str(workdir), "data": str(data)}
    try:
        child = subprocess.run(
            [sys.executable, "-m", "dashboard.admission"],
            input=json.dumps(request), capture_output=True, text=True, timeout=WAIT_MAX_S, check=False,
        )  # fmt: skip
        answer: dict[str, Any] = json.loads(child.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise InputError(
            upload.name, "a file that can be read", "one that the reader could not cope with"
        ) from None
    if "refused" in answer:
        raise InputError(*answer["refused"])
    return answer


def check(content: Path, name: str, form: dict[str, str], workdir: Path, data: Path) -> dict[str, Any]:
    """Read all of a package or a bare video; what `Catalogue.add_upload` wants to know of it."""
    catalogue = Catalogue.open(data)
    source = workdir / _plain(name)
    os.link(content, source)
    if source.suffix.lower() in VIDEO_SUFFIXES:
        source = _packaged(source, form, catalogue, workdir)
    elif source.suffix.lower() != ".zip":
        raise InputError(
            name, "a session package (.zip) or a video (.webm, .mp4)", f"a {source.suffix or 'nameless'} file"
        )
    package = open_package(source, workdir / "unpacked")
    header = package.header
    check_slides(package.timeline, _lesson(catalogue, header.course_id, header.lesson_id))
    with source.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "file": str(source),
        "sha256": sha256,
        "course_id": header.course_id,
        "lesson_id": header.lesson_id,
        "student": header.student,
    }


def _lesson(catalogue: Catalogue, course_id: str, lesson_id: str) -> Lesson:
    known = [(lesson.course_id, lesson.lesson_id) for lesson in catalogue.lessons()]
    if (course_id, lesson_id) not in known:
        names = ", ".join(f"{course}/{lesson}" for course, lesson in known) or "none yet"
        raise InputError(
            "session.json, fields course and lesson",
            f"a lesson of this school ({names})",
            f"{course_id}/{lesson_id}",
        )
    return catalogue.lesson(course_id, lesson_id)


def _packaged(video: Path, form: dict[str, str], catalogue: Catalogue, workdir: Path) -> Path:
    """A bare video and what the form says, as the package that a recorder would have written."""
    lesson = _lesson(catalogue, form.get("course_id", ""), form.get("lesson_id", ""))
    screen = _screen(form.get("screen"))
    package = workdir / f"{video.stem}.zip"
    with zipfile.ZipFile(package, "w", zipfile.ZIP_STORED) as archive:
        for name, text in (
            ("session.json", json.dumps(_session_document(lesson, form.get("student", ""), screen))),
            ("timeline.csv", form.get("timeline") or _timeline(form.get("slide_times"), lesson, screen)),
        ):
            archive.writestr(zipfile.ZipInfo(name), text)  # no date: the same upload gives the same bytes
        with (
            archive.open(zipfile.ZipInfo(f"webcam{video.suffix.lower()}"), "w", force_zip64=True) as target,
            video.open("rb") as source,
        ):
            shutil.copyfileobj(source, target, 1024 * 1024)
    return package


def _screen(text: str | None) -> dict[str, Any]:
    """The student's screen as `session.json` describes it, from its px and its diagonal."""
    given = json.loads(text) if text else SCREEN_DEFAULT
    try:
        width_px, height_px, diagonal = (float(given[key]) for key in SCREEN_DEFAULT)
    except (KeyError, TypeError, ValueError):
        raise InputError(
            "screen", "its width and height in px and its diagonal in inches", str(text)[:80]
        ) from None
    mm_per_px = diagonal * MM_PER_INCH / math.hypot(width_px, height_px) if width_px > 0 < height_px else 0
    return {
        "width_px": round(width_px),
        "height_px": round(height_px),
        "width_mm": round(width_px * mm_per_px, 1),
        "height_mm": round(height_px * mm_per_px, 1),
        "size_source": "stated" if text else "assumed",
    }


def _session_document(lesson: Lesson, student: str, screen: dict[str, Any]) -> dict[str, Any]:
    return {
        "format": "gazeboard-session",
        "version": 1,
        "course": lesson.course_id,
        "lesson": lesson.lesson_id,
        "student": student,
        "consent": None,
        "screen": screen,
        "recorder": {"name": "bare video"},
    }


def _timeline(slide_times: str | None, lesson: Lesson, screen: dict[str, Any]) -> str:
    """`timeline.csv` from a JSON list of [slide, shown at (s)]: each slide fills the screen until the next."""
    try:
        shown = sorted((float(seconds), str(slide)) for slide, seconds in json.loads(slide_times or "[]"))
    except (TypeError, ValueError):
        raise InputError(
            "slide times", "pairs of a slide and the second it appeared", str(slide_times)[:80]
        ) from None
    if not shown:
        raise InputError("slide times", "when at least one slide appeared", "none")
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["t_ms", "event", "slide", "x_px", "y_px", "width_px", "height_px"])
    for seconds, slide in shown:
        rows.writerow([round(1000 * seconds), "slide_shown", slide, *_fitted(slide, lesson, screen)])
    return table.getvalue()


def _fitted(slide_id: str, lesson: Lesson, screen: dict[str, Any]) -> tuple[float, float, float, float]:
    """The largest rectangle of the slide's proportions in the middle of the screen: x, y, width, height in px."""
    ratio = next((s.width_px / s.height_px for s in lesson.slides if s.slide_id == slide_id), 16 / 9)
    width = min(screen["width_px"], screen["height_px"] * ratio)
    height = width / ratio
    return (screen["width_px"] - width) / 2, (screen["height_px"] - height) / 2, width, height


def _plain(name: str) -> str:
    """The name as it may be used for a file of ours: no folders, no odd characters."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).lstrip(".") or "upload"


def main() -> None:
    """Answer the request on standard input with one line of JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX_BYTES, MEMORY_MAX_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_MAX_S, CPU_MAX_S))
    request = json.load(sys.stdin)
    paths = {key: Path(request[key]) for key in ("content", "workdir", "data")}
    try:
        answer = check(name=request["name"], form=request["form"], **paths)
    except InputError as error:
        answer = {"refused": [error.where, error.expected, error.got]}
    except GazeboardError as error:
        answer = {"refused": [request["name"], "a server in order", str(error)]}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
