"""The lessons of a school in a list: how many sessions each has, how good they are; which are asked for."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Any

from dashboard.accuracy import error_deg, is_assumed
from dashboard.group import Rules
from dashboard.memo import remembered
from dashboard.school import School
from pipeline.storage.rows import LessonRow, SessionRow, State


@dataclass(frozen=True)
class Listed:
    """A lesson in the list. `last` is when its latest session came, None without any."""

    row: LessonRow
    sessions: int
    unfinished: int
    students: int
    tracked_share: float | None  # mean over its readable sessions
    error_deg: float | None  # median
    error_assumed: bool
    last: dt.datetime | None
    last_readable: dt.datetime | None
    groups: tuple[str, ...]  # titles of the groups that any of its students is in

    @property
    def place(self) -> tuple[str, str]:
        return self.row.course_id, self.row.lesson_id


@dataclass(frozen=True)
class Filter:
    """Which lessons are asked for: of a course, seen last in a period, with these words in their titles."""

    course: str | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    words: str = ""

    @classmethod
    def read(cls, query: Mapping[str, Any] | None) -> Filter:
        """As addresses and forms write it; what cannot be understood is as if it were not there."""
        asked = query or {}
        rules = Rules.read(asked)
        return cls(
            str(asked["course"]) if asked.get("course") else None,
            rules.since,
            rules.until,
            str(asked.get("q") or "").strip(),
        )

    def query(self) -> dict[str, str | None]:
        """What `read` makes this of."""
        return {
            "course": self.course,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "q": self.words or None,
        }

    def fits(self, lesson: Listed) -> bool:
        """Whether a lesson is asked for."""
        if self.course is not None and lesson.row.course_id != self.course:
            return False
        title = f"{lesson.row.course_title} {lesson.row.lesson_title}".casefold()
        return all(word in title for word in self.words.casefold().split()) and self._in_time(lesson)

    def _in_time(self, lesson: Listed) -> bool:
        """By its latest session, on the calendar of the server."""
        if self.since is None and self.until is None:
            return True
        day = lesson.last.astimezone().date() if lesson.last else None
        after = day is not None and (self.since is None or self.since <= day)
        return after and day is not None and (self.until is None or day <= self.until)


@remembered
def lesson_list(school: School) -> tuple[Listed, ...]:
    """Every lesson, by course and title."""
    sessions: dict[tuple[str | None, str | None], list[SessionRow]] = defaultdict(list)
    for row in school.sessions():
        sessions[row.course_id, row.lesson_id].append(row)
    members: dict[str, list[str]] = defaultdict(list)
    for group in school.groups().values():
        for student in group.students:
            members[student].append(group.title)
    return tuple(_listed(row, sessions[row.course_id, row.lesson_id], members) for row in school.lessons())


def latest(lessons: Sequence[Listed], most: int) -> list[Listed]:
    """The lessons with something to see whose sessions came last."""
    seen = [each for each in lessons if each.last_readable is not None]
    return sorted(seen, key=lambda each: each.last_readable or dt.datetime.min, reverse=True)[:most]


def _listed(row: LessonRow, sessions: Sequence[SessionRow], members: Mapping[str, list[str]]) -> Listed:
    readable = [each for each in sessions if each.is_readable]
    students = {str(each.student) for each in readable}
    shares = [share for each in readable if (share := each.quality.get("tracked_share")) is not None]
    errors = [error for each in readable if (error := error_deg(each)) is not None]
    return Listed(
        row=row,
        sessions=len(sessions),
        unfinished=sum(each.state in (State.QUEUED, State.RUNNING) for each in sessions),
        students=len(students),
        tracked_share=fmean(shares) if shares else None,
        error_deg=median(errors) if errors else None,
        error_assumed=any(is_assumed(each) for each in readable),
        last=max((each.created_at for each in sessions), default=None),
        last_readable=max((each.created_at for each in readable), default=None),
        groups=tuple(sorted({title for name in students for title in members.get(name, ())})),
    )
