"""What is being worked on just now, in words and shares that a person can follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboard.context import current
from dashboard.school import current_school
from dashboard.texts import t
from pipeline.storage.rows import Job, State

# Where each stage lies in the whole of the work, as seen on an ordinary laptop.
STAGES: Final[dict[str | None, tuple[float, float]]] = {
    None: (0.0, 0.0),
    "render": (0.0, 1.0),  # a job of its own, before the session exists
    "ingest": (0.0, 0.03),
    "face": (0.03, 0.9),
    "gaze": (0.9, 0.96),
    "events": (0.96, 0.99),
    "store": (0.99, 1.0),
}


@dataclass(frozen=True)
class Item:
    """One session in work. `share` is that of the whole work, 0-1."""

    student: str | None
    lesson: str | None
    doing: str
    share: float


@dataclass(frozen=True)
class Work:
    """Everything in work. `total` counts the finished sessions too."""

    running: tuple[Item, ...]
    waiting: int
    total: int

    @property
    def unfinished(self) -> int:
        return len(self.running) + self.waiting

    @property
    def ready_share(self) -> float:
        """Of all work, 0-1; what is half done counts half."""
        done = self.total - self.unfinished + sum(item.share for item in self.running)
        return done / self.total if self.total else 1.0


def current_work() -> Work:
    """The queue as it is this moment."""
    jobs = current().catalogue.queue()
    running = tuple(_item(job) for job in jobs if job.state is State.RUNNING)
    yet_without_session = sum(job.session_id is None for job in jobs)
    total = current().catalogue.count_sessions() + yet_without_session
    return Work(running, len(jobs) - len(running), total)


def doing(stage: str | None, progress: float) -> tuple[str, float]:
    """A stage in words, and how much of the whole work is done (0-1)."""
    start, end = STAGES.get(stage, (0.0, 0.0))
    words = t(f"work-stage-{stage or 'start'}") if stage in STAGES else str(stage).capitalize()
    return words, start + (end - start) * progress


def _item(job: Job) -> Item:
    words, share = doing(job.stage, job.progress)
    if job.session_id is None:
        student, course_id, lesson_id = (job.payload.get(name) for name in ("student", "course", "lesson"))
    else:
        row = current().catalogue.session(job.session_id)
        student, course_id, lesson_id = row.student, row.course_id, row.lesson_id
    return Item(student, _lesson_title(course_id, lesson_id), words, share)


def _lesson_title(course_id: str | None, lesson_id: str | None) -> str | None:
    for lesson in current_school().lessons():
        if (lesson.course_id, lesson.lesson_id) == (course_id, lesson_id):
            return lesson.lesson_title
    return lesson_id
