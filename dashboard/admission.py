"""Whether an uploaded file may enter: unpacked, read and judged before anything of it is kept.

The reading happens in a child process of limited memory and time (`python -m dashboard.admission`), so
that a file made to break a reader breaks that process and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from dashboard.bare_video import SUFFIXES, Form, packaged
from dashboard.incoming import Upload
from pipeline.domain import Lesson
from pipeline.errors import GazeboardError, InputError, StorageError
from pipeline.ingest.session_package import check_slides, open_package
from pipeline.storage.catalogue import Catalogue

MEMORY_MAX_BYTES: Final = 4 * 1024**3
CPU_MAX_S: Final = 120
WAIT_MAX_S: Final = 180


def admit(content: Path, upload: Upload, catalogue: Catalogue, data: Path) -> str:
    """Make an upload that has arrived a session and return its id; raises InputError for what is wrong."""
    workdir = content.parent / "checking"
    shutil.rmtree(workdir, ignore_errors=True)  # of a check that was interrupted
    workdir.mkdir()
    try:
        checked = _in_child(content, upload, workdir, data)
        return catalogue.add_upload(Path(checked.pop("file")), kind="package", **checked)
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
        expected, got = "a file that can be read", "one that the reader could not cope with"
        raise InputError(upload.name, expected, got) from None
    if "failed" in answer:
        raise StorageError(answer["failed"])
    if "refused" in answer:
        raise InputError(*answer["refused"])
    return answer


def check(content: Path, name: str, form: Form, workdir: Path, data: Path) -> dict[str, Any]:
    """Read all of a package or a bare video; what `Catalogue.add_upload` wants to know of it."""
    catalogue = Catalogue.open(data)
    named = workdir / _plain(name)  # what messages call it
    named.symlink_to(content)
    kind = named.suffix.lower()
    if kind not in (".zip", *SUFFIXES):
        expected = "a session package (.zip) or a video (.webm, .mp4)"
        raise InputError(name, expected, f"a {kind} file" if kind else "a file without an ending")
    if kind in SUFFIXES:
        lesson = _lesson(catalogue, form.get("course_id", ""), form.get("lesson_id", ""), "the form")
        named = content = packaged(named, form, lesson, workdir)
    package = open_package(named, workdir / "unpacked")
    header = package.header
    check_slides(package.timeline, _lesson(catalogue, header.course_id, header.lesson_id, "session.json"))
    with content.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "file": str(content),
        "name": named.name,
        "sha256": sha256,
        "course_id": header.course_id,
        "lesson_id": header.lesson_id,
        "student": header.student,
    }


def _lesson(catalogue: Catalogue, course_id: str, lesson_id: str, where: str) -> Lesson:
    known = [(lesson.course_id, lesson.lesson_id) for lesson in catalogue.lessons()]
    if (course_id, lesson_id) not in known:
        names = ", ".join(f"{course}/{lesson}" for course, lesson in known) or "there are none yet"
        expected, got = f"a lesson of this school ({names})", f"{course_id}/{lesson_id}"
        raise InputError(f"{where}, course and lesson", expected, got)
    return catalogue.lesson(course_id, lesson_id)


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
        answer = {"failed": str(error)}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
