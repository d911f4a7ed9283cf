"""What a lesson's report is made of: the same answers of the school that the pages show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from dashboard.group import Rules
from dashboard.over_time import LessonTime
from dashboard.recordings import asked_recordings
from dashboard.school import Heat, LessonView, School, Students
from pipeline.storage.rows import SessionRow


@dataclass(frozen=True)
class LessonData:
    """A lesson as these students, or the whole class, looked at it; `heats` and `images` slide by slide."""

    view: LessonView
    heats: tuple[Heat, ...]
    images: tuple[Path, ...]
    time: LessonTime
    students: Students
    rules: Rules
    group: str | None = None  # its title
    quiz: pd.DataFrame | None = None  # `quiz_table` of the whole class, where there was one

    @property
    def readable(self) -> tuple[SessionRow, ...]:
        """The sessions that there is something to read of."""
        return tuple(row for row in self.view.sessions if row.is_readable)

    @property
    def synthetic(self) -> int:
        """How many of these are of rendered students."""
        return sum(row.synthetic for row in self.readable)


def lesson_data(
    school: School, course_id: str, lesson_id: str, students: Students, rules: Rules
) -> LessonData:
    """All of it, of the present version of each slide. Raises NotFound."""
    place, rules = (course_id, lesson_id), replace(rules, version=None)
    lesson = school.lesson(*place)
    asked = [(*place, slide_id, students, rules) for slide_id in lesson.slide_ids()]
    slides = tuple(school.slide_view(*each) for each in asked)
    return LessonData(
        view=LessonView(lesson, slides, asked_recordings(school, *place, students, rules)),
        heats=tuple(school.heat(*each) for each in asked),
        images=tuple(school.slide_image(*place, slide_id) for slide_id in lesson.slide_ids()),
        time=school.lesson_time(*place, rules),
        students=students,
        rules=rules,
        group=_group(school, rules),
        quiz=None if students else school.quiz_view(*place, rules),
    )


def _group(school: School, rules: Rules) -> str | None:
    """What the group that is asked for is called."""
    group = school.groups().get(rules.group) if rules.group else None
    return group.title if group else rules.group
