"""Answers of rendered students: about regions they looked at, or missed."""

from __future__ import annotations

import pytest

from pipeline.domain import QUIZ, Lesson
from pipeline.ingest.lessons import read_lesson
from pipeline.synthetic.gaze_behaviour import Behaviour
from pipeline.synthetic.quiz import LOOKED, MISSED, demo_quiz
from pipeline.synthetic.school import demo_lessons


@pytest.fixture(scope="module")
def cells() -> Lesson:
    return read_lesson(demo_lessons()[0])


def test_each_question_is_about_the_region_that_is_left_out(cells: Lesson) -> None:
    quiz = demo_quiz(cells, [("S01", Behaviour.FOLLOWS)], seed=1)
    assert list(quiz) == list(QUIZ)
    assert dict(zip(quiz["slide"], quiz["aois"], strict=True)) == {
        "1-under-the-microscope": "what-you-see",
        "2-two-kinds-of-cell": "the-difference",
        "3-how-big-is-a-cell": "magnification",
        "4-parts-and-their-work": "question",
    }


def test_who_misses_the_region_answers_right_as_seldom_as_chance_says(cells: Lesson) -> None:
    looked = demo_quiz(cells, [(f"S{i}", Behaviour.FOLLOWS) for i in range(500)], seed=1)
    missed = demo_quiz(cells, [(f"S{i}", Behaviour.MISSES) for i in range(500)], seed=1)
    assert looked["correct"].mean() == pytest.approx(LOOKED, abs=0.03)
    assert missed["correct"].mean() == pytest.approx(MISSED, abs=0.03)


def test_the_same_seed_gives_the_same_answers(cells: Lesson) -> None:
    students = [("S01", Behaviour.FOLLOWS), ("S02", Behaviour.MISSES)]
    first, again, other = (demo_quiz(cells, students, seed) for seed in (1, 1, 4))
    assert first.equals(again)
    assert not first.equals(other)
