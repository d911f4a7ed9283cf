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
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from dashboard import exports
from dashboard.bare_video import SUFFIXES, Form, packaged
from dashboard.incoming import Upload
from pipeline.domain import Lesson, SessionHeader
from pipeline.errors import GazeboardError, InputError, StorageError
from pipeline.ingest.session_package import check_slides, open_package
from pipeline.ingest.trackers.parquet import as_text
from pipeline.storage.catalogue import Catalogue, DuplicateUpload

MEMORY_MAX_BYTES: Final = 4 * 1024**3
CPU_MAX_S: Final = 120
WAIT_MAX_S: Final = 180


def admit(content: Path, upload: Upload, catalogue: Catalogue, data: Path) -> list[str]:
    """Make an upload that has arrived sessions and return their ids; raises InputError for what is wrong.

    Only when all of it has been checked is anything of it taken in.
    """
    with _workdir(content) as workdir:
        answer = _in_child("check", content, upload, workdir, data)
        sessions = _add(catalogue, answer["packages"])
    if answer["columns"] is not None:
        catalogue.remember_columns(*answer["columns"])
    return sessions


def look_at(content: Path, upload: Upload, data: Path) -> dict[str, Any]:
    """What `exports.look` finds in another tracker's export; raises InputError where it is none."""
    with _workdir(content) as workdir:
        return _in_child("look", content, upload, workdir, data)


@contextmanager
def _workdir(content: Path) -> Iterator[Path]:
    """A folder beside what has arrived, gone afterwards."""
    workdir = content.parent / "checking"
    shutil.rmtree(workdir, ignore_errors=True)  # of a check that was interrupted
    workdir.mkdir()
    try:
        yield workdir
    finally:
        shutil.rmtree(workdir, ignore_errors=True)


def _add(catalogue: Catalogue, packages: list[dict[str, Any]]) -> list[str]:
    """The ids of the new sessions; those that are here already are passed over, unless all of them are."""
    sessions, known = [], None
    for package in packages:
        try:
            sessions.append(catalogue.add_upload(Path(package.pop("file")), kind="package", **package))
        except DuplicateUpload as error:
            known = error
    if known is not None and not sessions:
        raise known
    return sessions


def _in_child(task: str, content: Path, upload: Upload, workdir: Path, data: Path) -> dict[str, Any]:
    """`check` or `look` in a process of its own; its error is raised here."""
    request = {"task": task, "content": str(content), "name": upload.name, "form": upload.form}
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
    if "wrong" in answer:
        raise InputError(*answer["wrong"])
    return answer


def look(content: Path, name: str, form: Form, workdir: Path, data: Path) -> dict[str, Any]:
    """What another tracker's export holds."""
    export = as_text(_named(content, name, workdir), workdir)
    return exports.look(export, form, Catalogue.open(data))


def check(content: Path, name: str, form: Form, workdir: Path, data: Path) -> dict[str, Any]:
    """Read all of a package, a bare video or an export.

    Returns
    -------
    "packages" : what `Catalogue.add_upload` wants to know of each package that it is or became
    "columns" : what `Catalogue.remember_columns` is to remember, or None
    """
    catalogue = Catalogue.open(data)
    named = _named(content, name, workdir)
    kind = named.suffix.lower()
    if kind not in (".zip", *SUFFIXES, *exports.SUFFIXES):
        expected = "a session package (.zip), a video (.webm, .mp4) or another tracker's export"
        expected += f" ({', '.join(exports.SUFFIXES)})"
        raise InputError(name, expected, f"a {kind} file" if kind else "a file without an ending")
    if kind == ".zip":
        return {"packages": [_checked(named, content, catalogue, workdir)], "columns": None}
    lesson = _lesson(catalogue, form.get("course_id", ""), form.get("lesson_id", ""), "the form")
    if kind in SUFFIXES:
        package = packaged(named, form, lesson, workdir)
        return {"packages": [_checked(package, package, catalogue, workdir)], "columns": None}
    export = as_text(named, workdir)
    made = exports.packages(export, form, lesson, workdir)
    # Named after the pseudonym: exports are often called after people.
    known = [_known(package.header, package.path, package.path.name) for package in made]
    return {"packages": known, "columns": exports.told_columns(export, form)}


def _named(content: Path, name: str, workdir: Path) -> Path:
    """The file under the name that messages call it by."""
    named = workdir / plain_name(name)
    named.symlink_to(content)
    return named


def _checked(named: Path, content: Path, catalogue: Catalogue, workdir: Path) -> dict[str, Any]:
    """What is to be known of a package, once all of it has been read."""
    package = open_package(named, workdir / "unpacked")
    header = package.header
    check_slides(package.timeline, _lesson(catalogue, header.course_id, header.lesson_id, "session.json"))
    return _known(header, content, named.name)


def _known(header: SessionHeader, file: Path, name: str) -> dict[str, Any]:
    with file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    return {
        "file": str(file),
        "name": name,
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


def plain_name(name: str) -> str:
    """The name as it may be used for a file of ours: no folders, no odd characters."""
    return re.sub(r"[^A-Za-z0-9._-]", "_", name.replace("\\", "/").rsplit("/", 1)[-1]).lstrip(".") or "upload"


def main() -> None:
    """Answer the request on standard input with one line of JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MAX_BYTES, MEMORY_MAX_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_MAX_S, CPU_MAX_S))
    request = json.load(sys.stdin)
    paths = {key: Path(request[key]) for key in ("content", "workdir", "data")}
    try:
        task = {"check": check, "look": look}[request["task"]]
        answer = task(name=request["name"], form=request["form"], **paths)
    except InputError as error:
        answer = {"wrong": [error.where, error.expected, error.got]}
    except GazeboardError as error:
        answer = {"failed": str(error)}
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
