"""The list of lessons, against the sessions it is made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from dashboard.lesson_list import Filter, Listed, latest, lesson_list
from dashboard.memo import Memo
from pipeline.storage.rows import GroupRow, LessonRow, SessionRow, State

DAY = dt.datetime(2026, 11, 12, 9, tzinfo=dt.UTC)
LESSONS = [
    LessonRow("bio", "Biology 7", "leaf", "The leaf", 4, "s1"),
    LessonRow("bio", "Biology 7", "pond", "Life in a pond", 3, "s1"),
    LessonRow("phy", "Physics 8", "light", "Light", 2, "s1"),
]
Make = Callable[..., SessionRow]


class Fake:
    """A school of these sessions."""

    def __init__(self, rows: list[SessionRow]) -> None:
        self.rows, self.memo = rows, Memo()

    def revision(self) -> int:
        return 1

    def lessons(self) -> list[LessonRow]:
        return LESSONS

    def sessions(self) -> list[SessionRow]:
        return self.rows

    def groups(self) -> dict[str, GroupRow]:
        return {"a": GroupRow("a", "7a", ("S01", "S09")), "b": GroupRow("b", "7b", ("S03",))}


@pytest.fixture
def listed(make_row: Make) -> tuple[Listed, ...]:
    def of(
        student: str, lesson: tuple[str, str], days: int, tracked: float | None, **more: object
    ) -> SessionRow:
        quality = {"tracked_share": tracked, "sigma_deg": 2.0 + days}
        place = {"course_id": lesson[0], "lesson_id": lesson[1], "created_at": DAY + dt.timedelta(days=days)}
        return make_row(student, session_id=f"{student}{days}", quality=quality, **place, **more)

    rows = [
        of("S01", ("bio", "leaf"), 0, 0.9),
        of("S01", ("bio", "leaf"), 1, 0.5),
        of("S02", ("bio", "leaf"), 0, None),
        of("S03", ("bio", "leaf"), 9, None, revision=0, state=State.QUEUED),
        of("S03", ("phy", "light"), 5, 1.0),
    ]
    return lesson_list(Fake(rows))  # all of a school that it asks


def test_a_lesson_is_summed_up_from_its_sessions(listed: tuple[Listed, ...]) -> None:
    leaf, pond, light = listed
    assert (leaf.sessions, leaf.unfinished, leaf.students) == (4, 1, 2)
    assert leaf.tracked_share == pytest.approx(0.7)
    assert leaf.error_deg == 2.0
    assert (leaf.last, leaf.last_readable) == (DAY + dt.timedelta(days=9), DAY + dt.timedelta(days=1))
    assert leaf.groups == ("7a",)  # whose recording waits is not in the class yet
    assert (pond.sessions, pond.tracked_share, pond.last) == (0, None, None)
    assert light.groups == ("7b",)


def test_what_happened_last_is_what_can_be_looked_at(listed: tuple[Listed, ...]) -> None:
    assert [each.row.lesson_id for each in latest(listed, 5)] == ["light", "leaf"]
    assert [each.row.lesson_id for each in latest(listed, 1)] == ["light"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["leaf", "pond", "light"]),
        ({"course": "bio"}, ["leaf", "pond"]),
        ({"q": "POND life"}, ["pond"]),
        ({"q": "biology leaf"}, ["leaf"]),
        ({"since": "2026-11-20"}, ["leaf"]),
        ({"since": "2026-11-13", "until": "2026-11-18"}, ["light"]),
        ({"since": "nonsense", "course": ""}, ["leaf", "pond", "light"]),
        ({"course": "nothing"}, []),
    ],
)
def test_a_search_finds_what_its_words_and_days_say(
    listed: tuple[Listed, ...], query: dict[str, str], found: list[str]
) -> None:
    asked = Filter.read(query)
    assert [each.row.lesson_id for each in listed if asked.fits(each)] == found
    assert Filter.read(asked.query()) == asked
    assert replace(asked) == asked
