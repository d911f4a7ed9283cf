"""The demo school: which rendered student looks at which demo lesson, and rendering them one by one."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pandas as pd

from pipeline.domain import Lesson
from pipeline.ingest.lessons import read_lesson
from pipeline.storage.catalogue import Catalogue, DuplicateUpload, GroupRow, Job
from pipeline.synthetic.gaze_behaviour import Behaviour
from pipeline.synthetic.package import render_session
from pipeline.synthetic.quiz import demo_quiz

Progress = Callable[[str, float], None]

LESSONS = Path(__file__).parent / "lessons"
STUDENTS, SECONDS, SEED = 12, 36.0, 1
RATES_HZ = (15.0, 15.0, 15.0, 20.0)
# How a class is made up; the others follow the content.
BEHAVIOURS = {
    2: Behaviour.MISSES,
    4: Behaviour.WANDERS,
    6: Behaviour.MISSES,
    8: Behaviour.LOOKS_AWAY,
    10: Behaviour.LEAVES_TAB,
}
SECOND_LESSON_SHARE = 3  # every third student also saw a lesson of another course


@dataclass(frozen=True)
class SessionPlan:
    """One session to render: everything that decides its bytes."""

    student: str
    course: str
    lesson: str
    seed: int
    person_seed: int
    seconds: float
    width_px: int
    height_px: int
    rate_hz: float
    behaviour: str

    @property
    def name(self) -> str:
        return f"{self.student}-{self.lesson}"


def demo_lessons() -> list[Path]:
    """The folders of the demo lessons, the main one first."""
    return sorted(path.parent for path in LESSONS.glob("*/*/lesson.json"))


def plan_sessions(
    students: int, seconds: float, seed: int, *, width_px: int, height_px: int, rates_hz: tuple[float, ...]
) -> list[SessionPlan]:
    """All students in the main lesson, every third one also in one of another course."""
    main = demo_lessons()[0]
    other = next(folder for folder in demo_lessons() if folder.parent != main.parent)
    seats = [(k, main) for k in range(students)] + [
        (k, other) for k in range(0, students, SECOND_LESSON_SHARE)
    ]
    return [
        SessionPlan(
            student=f"S{student + 1:02d}",
            course=folder.parent.name,
            lesson=folder.name,
            seed=_mixed(seed, number),
            person_seed=_mixed(seed, 10_000 + student),
            seconds=seconds,
            width_px=width_px,
            height_px=height_px,
            rate_hz=rates_hz[student % len(rates_hz)],
            behaviour=BEHAVIOURS.get(student % len(RATES_HZ * 3), Behaviour.FOLLOWS),
        )
        for number, (student, folder) in enumerate(seats)
    ]


def _mixed(seed: int, number: int) -> int:
    """A seed of its own for each thing that is drawn."""
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0])


def plan(students: int = STUDENTS, seconds: float = SECONDS, seed: int = SEED) -> list[dict[str, Any]]:
    """What a server's first start renders, small and quick: one job's payload for each session."""
    sessions = plan_sessions(students, seconds, seed, width_px=640, height_px=480, rates_hz=RATES_HZ)
    return [asdict(session) for session in sessions]


def quiz(sessions: Iterable[SessionPlan], seed: int = SEED) -> tuple[Lesson, pd.DataFrame]:
    """The main lesson and its students' quiz results, columns of QUIZ."""
    lesson = read_lesson(demo_lessons()[0])
    students = [(s.student, Behaviour(s.behaviour)) for s in sessions if s.lesson == lesson.lesson_id]
    return lesson, demo_quiz(lesson, students, _mixed(seed, 20_000))


def groups(sessions: Iterable[SessionPlan]) -> list[GroupRow]:
    """Two classes, each half of the students in the order of their names."""
    students = sorted({session.student for session in sessions})
    half = (len(students) + 1) // 2
    return [
        GroupRow("class-7a", "Class 7a", tuple(students[:half])),
        GroupRow("class-7b", "Class 7b", tuple(students[half:])),
    ]


def write_demo(
    out: Path,
    students: int,
    seconds: float,
    seed: int,
    progress: Progress | None = None,
) -> None:
    """Write the lessons, the quiz results of the main one, and the sessions, 720p at 30 fps.

    Below `out`: `lessons/<course>/<lesson>/`, `quiz.csv` and `sessions/<student>-<lesson>/`.
    """
    for folder in demo_lessons():
        shutil.copytree(folder, out / "lessons" / folder.parent.name / folder.name, dirs_exist_ok=True)
    sessions = plan_sessions(students, seconds, seed, width_px=1280, height_px=720, rates_hz=(30.0,))
    quiz(sessions, seed)[1].to_csv(out / "quiz.csv", index=False)
    for number, session in enumerate(sessions):

        def tell(_: str, done: float, number: int = number, session: SessionPlan = session) -> None:
            if progress is not None:
                progress(session.name, (number + done) / len(sessions))

        _render(out / "sessions" / session.name, session, tell)


def _render(folder: Path, session: SessionPlan, progress: Progress) -> None:
    render_session(
        folder,
        read_lesson(LESSONS / session.course / session.lesson),
        session.student,
        session.seed,
        session.seconds,
        person_seed=session.person_seed,
        width_px=session.width_px,
        height_px=session.height_px,
        rate_hz=session.rate_hz,
        behaviour=Behaviour(session.behaviour),
        progress=progress,
    )


def demo_job(catalogue: Catalogue, job: Job, progress: Progress) -> None:
    """Render one planned session and hand it in as an upload. May be run again: the bytes are the same."""
    cv2.setNumThreads(1)  # sessions are rendered side by side
    session = SessionPlan(**job.payload)
    with tempfile.TemporaryDirectory(prefix="render-") as scratch:
        folder = Path(scratch) / session.name
        _render(folder, session, progress)
        package = pack(folder, Path(scratch) / f"{session.name}.zip")
        digest = hashlib.sha256(package.read_bytes()).hexdigest()
        try:
            catalogue.add_upload(
                package,
                sha256=digest,
                kind="package",
                name=package.name,
                course_id=session.course,
                lesson_id=session.lesson,
                student=session.student,
            )
        except DuplicateUpload:
            return  # an earlier attempt was interrupted after this step


def pack(folder: Path, archive: Path) -> Path:
    """The package folder as a zip that is the same for the same files: stored, in order, undated."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as zipped:
        for path in sorted(folder.iterdir()):
            zipped.writestr(zipfile.ZipInfo(path.name), path.read_bytes())
    return archive
