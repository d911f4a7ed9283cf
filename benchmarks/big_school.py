"""A school of 2,000 sessions and 100 million gaze samples, to measure the dashboard in.

    python -m benchmarks.big_school FOLDER [--share 0.01] [--workers 2]

Ten courses of biology and physics, each with its own class, watch lessons of twelve slides (the demo
lessons') for about half an hour each. No session's gaze is another's. Recordings differ as real ones do: some
badly tracked, some not calibrated, some of another tracker. The same seed gives the same school; run again
after a kill, it goes on where it was. About a second of processor time a session and 1.5 GB in all.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

import numpy as np
import sqlalchemy as sa
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pipeline.domain import Lesson, Role, Slide
from pipeline.ingest.lessons import read_lesson
from pipeline.storage import database
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.schema import session
from tests.seeded_school import LESSONS, Viewer, add_quiz, add_session

SAMPLES: Final = 100_000_000
SEED: Final = 4
LAST_DAY: Final = dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC)  # of the last lesson; the others a week apart
RATE_HZ, TRACKER_RATE_HZ = 30.0, 60.0
SECOND_VIEWINGS: Final = 16
IGNORED: Final = (("question",), ("equation", "formula"), ("axis", "table"), ("title",))


class Course(NamedTuple):
    """A class of students and how many lessons it had; `subject` is a folder of demo lessons."""

    course_id: str
    title: str
    subject: str
    students: int
    lessons: int


COURSES: Final = (
    Course("biology-6", "Biology, year 6", "biology-7", 28, 7),
    Course("biology-7", "Biology, year 7", "biology-7", 30, 7),
    Course("biology-8", "Biology, year 8", "biology-7", 32, 7),
    Course("biology-9", "Biology, year 9", "biology-7", 25, 8),
    Course("biology-10", "Biology, year 10", "biology-7", 30, 6),
    Course("physics-7", "Physics, year 7", "physics-8", 24, 8),
    Course("physics-8", "Physics, year 8", "physics-8", 29, 7),
    Course("physics-9", "Physics, year 9", "physics-8", 31, 6),
    Course("physics-10", "Physics, year 10", "physics-8", 33, 7),
    Course("physics-11", "Physics, year 11", "physics-8", 27, 6),
)


@dataclass(frozen=True)
class Plan:
    """One session: all that decides its content."""

    course: Course
    lesson: int  # from 0
    viewer: Viewer
    seed: tuple[int, ...]
    day: dt.datetime

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What tells the sessions of the plan apart; the last is which viewing it is."""
        return self.course.course_id, lesson_id(self.lesson), self.viewer.student, self.seed[-1]


def plans(courses: Sequence[Course] | None = None) -> list[Plan]:
    """Every session, by course, lesson and student; some students see the first lesson again, at the end."""
    courses = COURSES if courses is None else courses
    first = [each for number, course in enumerate(courses) for each in _of_course(number, course)]
    again = [each for each in first if each.lesson == 0][: SECOND_VIEWINGS * len(courses) // len(COURSES)]
    later = dt.timedelta(days=2)
    return first + [replace(each, seed=(*each.seed[:-1], 1), day=each.day + later) for each in again]


def slide_seconds(sessions: Iterable[Plan], samples: int, slides: int) -> float:
    """How long each slide is shown so that all sessions together hold so many samples."""
    rate_hz = sum(plan.viewer.rate_hz * plan.viewer.pace for plan in sessions)
    return samples / rate_hz / slides


def lesson_id(number: int) -> str:
    return f"lesson-{number + 1}"


def make(data: Path, *, share: float = 1.0, samples: int = SAMPLES, workers: int = 2) -> None:
    """Fill a data folder, or what is missing of it, with this share of the school's students."""
    courses = [each._replace(students=max(2, round(share * each.students))) for each in COURSES]
    wanted = plans(courses)
    with closing(Catalogue.open(data)) as catalogue:
        _put_lessons(catalogue, courses)
        slides = len(_lesson(courses[0], 0).slides)
        seconds = slide_seconds(plans(), samples, slides)
        missing = list(_missing(catalogue, wanted))
    with _progress() as progress, ProcessPoolExecutor(workers, initializer=_open, initargs=(data,)) as pool:
        task = progress.add_task("Sessions", total=len(wanted), completed=len(wanted) - len(missing))
        for _ in pool.map(_add, missing, [seconds] * len(missing), chunksize=4):
            progress.advance(task)


def _of_course(number: int, course: Course) -> Iterator[Plan]:
    people = [_person(np.random.default_rng([SEED, number, k]), k, number) for k in range(course.students)]
    for lesson in range(course.lessons):
        day = LAST_DAY - dt.timedelta(days=7 * (course.lessons - 1 - lesson) + number % 5)
        for place, person in enumerate(people):
            rng = np.random.default_rng([SEED, number, place, lesson])
            yield Plan(
                course,
                lesson,
                _today(person, rng),
                (SEED, number, lesson, place, 0),
                day + dt.timedelta(minutes=place / 2),
            )


def _person(rng: np.random.Generator, place: int, course: int) -> Viewer:
    """A student as they are in every lesson."""
    ignores = IGNORED[int(rng.integers(len(IGNORED)))] if rng.random() < 0.4 else ()
    roles = {Role.FIGURE: float(rng.lognormal(0, 0.4)), Role.TEXT: float(rng.lognormal(0, 0.3))}
    if rng.random() < 0.1:
        roles[Role.DECORATION] = 5.0
    tracker = rng.random() < 0.04
    return Viewer(
        f"K{course:02d}-{place + 1:02d}",
        error_deg=0.6 if tracker else float(np.clip(rng.gamma(9, 0.2), 0.8, 4.5)),
        jitter_deg=0.2 if tracker else float(rng.uniform(0.3, 0.9)),
        ignores=ignores,
        wander=float(rng.uniform(0.04, 0.2)),
        rate_hz=TRACKER_RATE_HZ if tracker else RATE_HZ,
        pace=float(rng.uniform(0.85, 1.15)),
        tracker=bool(tracker),
        roles=roles,
    )


def _today(person: Viewer, rng: np.random.Generator) -> Viewer:
    """The same student in one lesson: how the recording went."""
    chance = rng.random()
    tracked = float(rng.uniform(0.1, 0.48)) if chance < 0.06 else float(rng.uniform(0.75, 0.98))
    uncalibrated = not person.tracker and 0.06 <= chance < 0.11
    return replace(
        person,
        tracked=tracked,
        away=float(rng.uniform(0.01, 0.12)),
        calibrated=not uncalibrated,
        error_deg=person.error_deg * 3 if uncalibrated else person.error_deg,
    )


def _put_lessons(catalogue: Catalogue, courses: Sequence[Course]) -> None:
    """Every lesson with its pictures, the first of each course with a quiz, and each class in two groups."""
    for place, course in enumerate(courses):
        with TemporaryDirectory() as folder:
            for picture in LESSONS.glob(f"{course.subject}/*/*.png"):
                shutil.copy(picture, folder)
            for number in range(course.lessons):
                catalogue.put_lesson(_lesson(course, number), Path(folder))
        people = [plan.viewer for plan in _of_course(place, course) if plan.lesson == 0]
        add_quiz(catalogue, _lesson(course, 0), people)
        for half, words in enumerate(("a", "b")):
            students = [viewer.student for viewer in people[half::2]]
            catalogue.put_group(f"{course.course_id}-{words}", f"{course.title}, {words}", students)


@cache
def _lesson(course: Course, number: int) -> Lesson:
    """The twelve slides of a subject, beginning with another one in each lesson."""
    demo = [read_lesson(path.parent) for path in sorted(LESSONS.glob(f"{course.subject}/*/lesson.json"))]
    slides = [slide for each in demo for slide in each.slides]
    turn = (len(demo[0].slides) * number + number // len(demo)) % len(slides)
    title = f"{number + 1}. {demo[number % len(demo)].lesson_title}"
    turned = tuple(_numbered(slide, place) for place, slide in enumerate(slides[turn:] + slides[:turn]))
    return Lesson(course.course_id, course.title, lesson_id(number), title, turned)


def _numbered(slide: Slide, place: int) -> Slide:
    return replace(slide, slide_id=f"{place + 1}-{slide.slide_id.partition('-')[2]}")


def _missing(catalogue: Catalogue, wanted: Iterable[Plan]) -> Iterator[Plan]:
    """Those of the plan that are not in the catalogue, finished and dated."""
    there: dict[tuple[str | None, ...], int] = {}
    for row in catalogue.sessions():
        if row.is_readable and row.created_at <= LAST_DAY + dt.timedelta(days=7):
            key = row.course_id, row.lesson_id, row.student
            there[key] = there.get(key, 0) + 1
    return (plan for plan in wanted if there.get(plan.key[:3], 0) <= plan.key[3])


_school: dict[str, tuple[Catalogue, sa.Engine]] = {}  # of this worker process


def _open(data: Path) -> None:
    catalogue = Catalogue.open(data)
    engine = database.connect(f"sqlite:///{catalogue.data / 'catalogue.sqlite'}")
    _school["open"] = catalogue, database.for_writing(engine)


def _add(plan: Plan, seconds: float) -> None:
    """One session, dated when it was planned and not when it was made."""
    catalogue, engine = _school["open"]
    stored = catalogue.lesson(plan.course.course_id, lesson_id(plan.lesson))
    made = add_session(catalogue, stored, plan.viewer, seconds, np.random.default_rng(plan.seed))
    dates = {"created_at": plan.day, "finished_at": plan.day + dt.timedelta(minutes=4)}
    with engine.begin() as connection:
        connection.execute(sa.update(session).where(session.c.session_id == made).values(**dates))


def _progress() -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    return Progress(*columns)


def main() -> None:
    """From the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--share", type=float, default=1.0, help="of the students, for a smaller school")
    parser.add_argument("--samples", type=int, default=SAMPLES, help="of the whole school")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    make(given.folder, share=given.share, samples=given.samples, workers=given.workers)


if __name__ == "__main__":
    main()
