"""From uploaded pictures and PDFs to slides: read in a child process, then put into the lesson at once.

A reading is a folder beside the uploads it is about. What it was asked for and how it ended stands in
`reading.json`, so that any process can tell, and so that a reading that was interrupted is done again:
pages that the lesson has by then are known by their pixels. The catalogue changes in one transaction at the
end, or not at all; a file with something wrong in it brings none of its pages.
"""

from __future__ import annotations

import fcntl
import json
import logging
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from dashboard.admission import plain_name
from dashboard.incoming import Incoming
from pipeline.domain import Lesson
from pipeline.errors import GazeboardError, InputError
from pipeline.ingest.documents import TEXT_MAX, Node
from pipeline.ingest.lessons import SLIDES_MAX
from pipeline.ingest.regions import read_regions
from pipeline.storage import slides
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.rows import NotFound
from pipeline.storage.slides import NewSlide

AT_ONCE: Final = 2  # readings under way in this process; the others wait
SILENCE_S: Final = 120.0  # without a page
FILES_MAX: Final = 200
PROGRESS_S: Final = 0.25
PROPOSED: Final = "proposed"  # the author of regions that nobody has looked through
PROGRAM: Final = (sys.executable, "-m", "dashboard.slide_reading")
PNG: Final = b"\x89PNG\r\n\x1a\n"
COULD_NOT_COPE: Final = ("a picture or PDF that can be read", "one that the reader could not cope with")

log = logging.getLogger("gazeboard.readings")


@dataclass(frozen=True)
class Reading:
    """What was asked for, and what came of it.

    `state` is reading, done or failed. `slide_id` is that of the slide that gets another picture, None where
    slides are added. Of the outcome: `added` slides with `regions` proposed; `repeats` (page, slide it is the
    same as); `refused` (where, expected, got); `version` and `former` of a picture that was replaced.
    """

    reading_id: str
    course_id: str
    lesson_id: str
    uploads: list[str]
    propose: bool
    slide_id: str | None = None
    state: str = "reading"
    added: list[str] = field(default_factory=list)
    regions: int = 0
    repeats: list[list[str]] = field(default_factory=list)
    refused: list[list[str]] = field(default_factory=list)
    version: int | None = None
    former: int | None = None
    broke: bool = False  # the server itself could not finish it


class Readings:
    """The readings of one application; they go on while nobody asks."""

    def __init__(self, incoming: Incoming, catalogue: Catalogue) -> None:
        self._incoming, self._catalogue = incoming, catalogue
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._lock, self._active = threading.Lock(), set[str]()

    def start(
        self,
        course_id: str,
        lesson_id: str,
        uploads: Sequence[str],
        *,
        slide_id: str | None = None,
        propose: bool = True,
    ) -> str:
        """Begin to make slides of uploads that have arrived; returns the reading's id.

        Raises
        ------
        InputError : there is no such lesson, slide or upload, or one has not arrived in full
        """
        _slide_of(self._catalogue.lesson(course_id, lesson_id), slide_id)
        most = 1 if slide_id is not None else FILES_MAX
        if not 1 <= len(uploads) <= most:
            raise InputError("uploads", f"1 to {most} files", f"{len(uploads)}")
        for upload_id in uploads:
            self._incoming.complete(upload_id)
        reading = Reading(uuid.uuid4().hex, course_id, lesson_id, list(uploads), propose, slide_id)
        self._incoming.folder(reading.reading_id).mkdir(parents=True)
        self._write(reading)
        self._work_on(reading.reading_id)
        return reading.reading_id

    def get(self, reading_id: str) -> tuple[Reading, dict[str, Any]]:
        """A reading and how far it is (`file`, `files`, `page`, `pages`). Raises NotFound."""
        folder = self._incoming.folder(reading_id)
        try:
            reading = Reading(**json.loads((folder / "reading.json").read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise NotFound("reading", "one that is known", "one that is unknown or long over") from error
        if reading.state == "reading":
            self._work_on(reading_id)  # whoever did it may be gone
        with suppress(OSError, ValueError):
            return reading, json.loads((folder / "progress.json").read_text("utf-8"))
        return reading, {}

    def resume(self) -> None:
        """Go on with what was interrupted when the server ended."""
        for folder in self._incoming.folders():
            if (folder / "reading.json").is_file():
                with suppress(GazeboardError):
                    self.get(folder.name)

    def _work_on(self, reading_id: str) -> None:
        """Have a thread do it, unless one does."""
        with self._lock:
            if reading_id in self._active:
                return
            self._active.add(reading_id)
        threading.Thread(target=self._run, args=(reading_id,), name="reading", daemon=True).start()

    def _run(self, reading_id: str) -> None:
        try:
            with self._slots, _alone(self._incoming.folder(reading_id)) as alone:
                if alone:
                    self._finish(reading_id)
        except FileNotFoundError:
            log.info("reading %s was given up", reading_id)
        finally:
            with self._lock:
                self._active.discard(reading_id)

    def _finish(self, reading_id: str) -> None:
        folder = self._incoming.folder(reading_id)
        reading = Reading(**json.loads((folder / "reading.json").read_text("utf-8")))
        if reading.state != "reading":
            return
        try:
            done = self._read(reading, folder)
        except InputError as error:
            done = replace(reading, state="failed", refused=[[error.where, error.expected, error.got]])
        except Exception:
            log.exception("reading %s", reading_id)
            done = replace(reading, state="failed", broke=True)
        shutil.rmtree(folder / "pages", ignore_errors=True)
        self._write(done)
        for upload_id in reading.uploads:
            self._incoming.discard(upload_id)

    def _read(self, reading: Reading, folder: Path) -> Reading:
        """Read all files and change the lesson."""
        lesson = self._catalogue.lesson(reading.course_id, reading.lesson_id)
        slide = _slide_of(lesson, reading.slide_id)
        known = [(self._stored(lesson, each.slide_id), each.title) for each in lesson.slides]
        if slide is not None:
            known = [each for each, s in zip(known, lesson.slides, strict=True) if s.slide_id == slide]
        work = _Work(self._named(reading, folder), known, reading.propose and slide is None, folder)
        found = work.read()
        pages = [page for each in found for page in each.slides]
        told = {
            "repeats": [repeat for each in found for repeat in each.repeats],
            "refused": [each.wrong for each in found if each.wrong],
        }
        if slide is not None:
            return self._replace(replace(reading, **told), slide, pages)
        if len(lesson.slides) + len(pages) > SLIDES_MAX:
            got = f"{len(lesson.slides)} and {len(pages)} new ones"
            raise InputError(lesson.lesson_title, f"a lesson of at most {SLIDES_MAX} slides", got)
        place = (reading.course_id, reading.lesson_id)
        added = slides.add_slides(self._catalogue, *place, pages, author=PROPOSED) if pages else []
        regions = sum(len(page.aois) for page in pages)
        state = "done" if added or told["repeats"] else "failed"
        return replace(reading, state=state, added=added, regions=regions, **told)

    def _replace(self, reading: Reading, slide: str, pages: Sequence[NewSlide]) -> Reading:
        """Give the slide its other picture; that it has already is no change."""
        if len(pages) + len(reading.repeats) > 1:
            got = f"{len(pages) + len(reading.repeats)} pages"
            raise InputError("file", "a picture, or a PDF of a single page", got)
        if not pages:
            return replace(reading, state="done" if reading.repeats else "failed")
        place = (reading.course_id, reading.lesson_id, slide)
        former = slides.replace_picture(self._catalogue, place, pages[0])
        return replace(reading, state="done", former=former, version=former + 1)

    def _stored(self, lesson: Lesson, slide_id: str) -> str:
        return str(self._catalogue.slide_image(lesson.course_id, lesson.lesson_id, slide_id))

    def _named(self, reading: Reading, folder: Path) -> list[Path]:
        """The uploads under the names that messages call them by."""
        shutil.rmtree(folder / "pages", ignore_errors=True)  # of an attempt that was interrupted
        files = []
        for number, upload_id in enumerate(reading.uploads):
            content, upload = self._incoming.complete(upload_id), self._incoming.get(upload_id)
            file = folder / "pages" / str(number) / plain_name(upload.name)
            file.parent.mkdir(parents=True)
            file.symlink_to(content.resolve())
            files.append(file)
        return files

    def _write(self, reading: Reading) -> None:
        _put(self._incoming.folder(reading.reading_id) / "reading.json", asdict(reading))


@dataclass
class _Found:
    """What is in one file; nothing where something is wrong with it."""

    slides: list[NewSlide] = field(default_factory=list)
    repeats: list[list[str]] = field(default_factory=list)
    wrong: list[str] | None = None


@dataclass
class _Work:
    """Files to be read, by as many children as come to grief over one."""

    files: Sequence[Path]
    known: list[tuple[str, str]]
    propose: bool
    folder: Path
    found: dict[int, _Found] = field(default_factory=dict)
    told_at: float = 0.0

    def read(self) -> list[_Found]:
        """What each file holds, in their order."""
        while len(self.found) < len(self.files):
            for said in self._child(range(len(self.found), len(self.files))):
                self._hear(said)
            if len(self.found) < len(self.files):
                self._gave_up(len(self.found))
        return [self.found[index] for index in range(len(self.files))]

    def _child(self, indexes: range) -> Iterator[dict[str, Any]]:
        """What a child says that reads these files, until it ends."""
        request = {
            "files": [[index, str(self.files[index])] for index in indexes],
            "known": self.known,
            "out": str(self.folder / "pages"),
            "propose": self.propose,
        }
        with subprocess.Popen(
            PROGRAM, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, encoding="utf-8", errors="replace", start_new_session=True,
        ) as child:  # fmt: skip
            assert child.stdin is not None
            assert child.stdout is not None
            with suppress(BrokenPipeError):
                child.stdin.write(json.dumps(request) + "\n")
                child.stdin.flush()
            watch = _Watch(child)
            try:
                for line in child.stdout:
                    watch.heard()
                    with suppress(ValueError):
                        yield json.loads(line)
            finally:
                watch.stop()
                child.kill()

    def _hear(self, said: dict[str, Any]) -> None:
        if "page" in said:
            self._tell(said)
        elif "wrong" in said:
            self.found[said["file"]] = _Found(wrong=[str(part) for part in said["wrong"]])
        elif "slides" in said:
            pages = [_new_slide(each, self.folder / "pages") for each in said["slides"]]
            self.known += [(str(page.file), page.title) for page in pages]
            self.found[said["file"]] = _Found(pages, [list(map(str, each)) for each in said["repeats"]])

    def _tell(self, said: dict[str, Any]) -> None:
        """Note how far it is, a few times a second at most."""
        if time.monotonic() >= self.told_at:
            self.told_at = time.monotonic() + PROGRESS_S
            progress = {"file": said["file"] + 1, "files": len(self.files)}
            progress |= {"page": said["page"], "pages": said["pages"]}
            _put(self.folder / "progress.json", progress)

    def _gave_up(self, index: int) -> None:
        self.found[index] = _Found(wrong=[self.files[index].name, *COULD_NOT_COPE])


class _Watch:
    """Ends a child that says nothing for too long."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self._child, self._timer = child, threading.Timer(SILENCE_S, child.kill)
        self._timer.daemon = True
        self._timer.start()

    def heard(self) -> None:
        self.stop()
        self._timer = threading.Timer(SILENCE_S, self._child.kill)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        self._timer.cancel()


def _new_slide(said: dict[str, Any], folder: Path) -> NewSlide:
    """A page as the child tells of it, believed in nothing."""
    node = Node(said, "reader")
    title = node.text("title", f"a title of at most {TEXT_MAX} letters")
    file = folder / Path(node.text("file", "a file name")).name
    if file.is_symlink() or not file.is_file() or not _starts(file, PNG):
        node.refuse("file", "a picture of its own")
    sides = (node.whole(name, "px", 1, 20_000) for name in ("width_px", "height_px"))
    return NewSlide(file, *sides, wanted=node.slug("wanted"), title=title, aois=read_regions(node))


def _starts(file: Path, start: bytes) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(start)) == start


def _slide_of(lesson: Lesson, slide_id: str | None) -> str | None:
    if slide_id is not None and slide_id not in lesson.slide_ids():
        raise NotFound("slide", f"a slide of {lesson.lesson_title}", repr(slide_id[:80]))
    return slide_id


def _put(path: Path, content: dict[str, Any]) -> None:
    new = path.with_suffix(".new")
    new.write_text(json.dumps(content), encoding="utf-8")
    new.replace(path)


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Hold a reading for oneself, whichever process the others are in; False: one of them has it."""
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
