"""Who is left out of a lesson: never for a slide that was not shown to them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from dashboard.components.filmstrip import filmstrip
from dashboard.components.rules import NAMED_MAX, LeftOut, left_out_list
from dashboard.group import NOT_EXPOSED, Excluded, Rules
from dashboard.school import LessonView, School
from dashboard.sentences import left_out_of_lesson, lesson_lead
from dashboard.words import ranges
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake

PLACE = ("biology-7", "photosynthesis")
Reopened = Callable[[dict[str, dict[int, str]]], LessonView]


@pytest.fixture
def reopened(catalogue: Catalogue) -> Iterator[Reopened]:
    """A lesson of two students; by student and number of a slide, why not to count there."""
    lake = Lake(catalogue.lake)
    whole = School(catalogue, lake).lesson_view(*PLACE)
    two = [row for row in whole.sessions if row.student in ("S01", "S02")]

    def lesson(why: dict[str, dict[int, str]]) -> LessonView:
        slides = []
        for view in whole.slides:
            out = [(row, why.get(str(row.student), {}).get(view.number)) for row in two]
            excluded = tuple(Excluded(str(row.student), row.session_id, said) for row, said in out if said)
            exposed = len(two) - sum(each.reason == NOT_EXPOSED for each in excluded)
            shown = tuple(row for row, said in out if not said)
            slides.append(
                replace(view, group=replace(view.group, shown=shown, excluded=excluded, exposed=exposed))
            )
        return LessonView(whole.lesson, tuple(slides), tuple(two))

    yield lesson
    lake.close()


def test_a_slide_that_was_not_shown_leaves_nobody_out(reopened: Reopened) -> None:
    view = reopened({"S01": dict.fromkeys((2, 3, 4), NOT_EXPOSED)})
    assert left_out_of_lesson(view) == []
    assert "2 of them count on every slide that they had open." in lesson_lead(view)


def test_slides_are_told_as_ranges_and_of_those_that_were_open(reopened: Reopened) -> None:
    often = dict.fromkeys((1, 2, 3), "not calibrated")
    assert left_out_of_lesson(reopened({"S01": often})) == ["S01 (slides 1 to 3: not calibrated)"]
    view = reopened({"S01": often | {4: NOT_EXPOSED}})
    assert left_out_of_lesson(view) == ["S01 (not calibrated)"]
    assert "1 of them count" in lesson_lead(view)


def test_who_had_no_slide_open_does_not_count(reopened: Reopened) -> None:
    view = reopened({"S01": dict.fromkeys((1, 2, 3, 4), NOT_EXPOSED)})
    assert "1 of them count" in lesson_lead(view)


def test_a_card_of_a_slide_that_nobody_was_shown_says_so_and_has_no_bars(reopened: Reopened) -> None:
    view = reopened({student: {2: NOT_EXPOSED} for student in ("S01", "S02")})
    cards = json.dumps(filmstrip(view, Rules()).to_plotly_json(), default=lambda part: part.to_plotly_json())
    assert cards.count("Nobody was shown this slide.") == 1
    assert cards.count('"bars"') == 3


def test_whoever_is_left_out_is_named_and_many_are_counted() -> None:
    few = left_out_list(LeftOut(("S1", "S2", "S3"), ("S1, S2 (not calibrated)", "S3 (not tracked)")))
    assert few[0].children[0].children == "3 left out: S1, S2, S3"
    many = tuple(f"S{number}" for number in range(NAMED_MAX + 2))
    folded = left_out_list(LeftOut(many, ("all of them",)))[0].children
    assert folded[0].children.startswith(f"{len(many)} left out: S0, S1")
    assert folded[0].children.endswith("and 2 more")
    assert [line.children for line in folded[1].children] == ["all of them"]


@pytest.mark.parametrize(
    ("numbers", "words"),
    [([1, 2, 3, 5], "1 to 3, 5"), ([7], "7"), ([], ""), ([1, 2, 8, 9], "1 to 2, 8 to 9")],
)
def test_numbers_that_follow_one_another_are_one_range(numbers: list[int], words: str) -> None:
    assert ranges(numbers) == words
