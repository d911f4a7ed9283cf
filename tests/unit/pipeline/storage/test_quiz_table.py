"""Quiz results come back as they were put, whole quizzes at a time; so do the columns of files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from pipeline.domain import QUIZ, Lesson, typed
from pipeline.storage import quiz_table
from pipeline.storage.catalogue import Catalogue, NotFound


@pytest.fixture
def results() -> pd.DataFrame:
    rows = [
        ("S02", "Why?", 0.5, "s1", "lens|title"),
        ("S01", "Why?", 1.0, "s1", "lens|title"),
        ("S01", "How?", 0.0, "s1", "title"),
    ]
    return typed(pd.DataFrame(rows, columns=list(QUIZ)), QUIZ)


@pytest.fixture
def school(catalogue: Catalogue, lesson: Lesson, lesson_folder: Path) -> Catalogue:
    catalogue.put_lesson(lesson, lesson_folder)
    return catalogue


def test_results_come_back_by_question_and_student(school: Catalogue, results: pd.DataFrame) -> None:
    before = school.revision()
    school.put_quiz("physics", "optics", results)
    expected = results.iloc[[1, 0, 2]].reset_index(drop=True)
    pd.testing.assert_frame_equal(school.quiz("physics", "optics"), expected)
    assert school.revision() == before + 1


def test_new_results_replace_all_former_ones_of_that_lesson_only(
    school: Catalogue, results: pd.DataFrame, lesson: Lesson, lesson_folder: Path
) -> None:
    other = Lesson("physics", "Physics 7", "waves", "Waves", lesson.slides)
    school.put_lesson(other, lesson_folder)
    school.put_quiz("physics", "waves", results)
    school.put_quiz("physics", "optics", results)
    school.put_quiz("physics", "optics", results.iloc[2:])
    assert school.quiz("physics", "optics")["question"].tolist() == ["How?"]
    assert len(school.quiz("physics", "waves")) == 3


def test_a_lesson_without_a_quiz_has_an_empty_table_of_the_right_types(
    school: Catalogue, results: pd.DataFrame
) -> None:
    none = school.quiz("physics", "optics")
    assert none.empty
    pd.testing.assert_series_equal(none.dtypes, results.dtypes)


def test_results_that_cannot_be_stored_leave_the_former_ones(
    school: Catalogue, results: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.put_quiz("physics", "optics", results)
    revision = school.revision()
    monkeypatch.setattr(quiz_table, "_insert", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        school.put_quiz("physics", "optics", results.iloc[:1])
    assert len(school.quiz("physics", "optics")) == 3
    assert school.revision() == revision


def test_a_quiz_of_an_unknown_lesson_is_refused(catalogue: Catalogue, results: pd.DataFrame) -> None:
    with pytest.raises(NotFound, match="physics/optics"):
        catalogue.put_quiz("physics", "optics", results)


def test_a_lesson_put_anew_keeps_its_quiz(
    school: Catalogue, results: pd.DataFrame, lesson: Lesson, lesson_folder: Path
) -> None:
    school.put_quiz("physics", "optics", results)
    school.put_lesson(Lesson("physics", "Physics 8", "optics", "Light", lesson.slides[1:]), lesson_folder)
    assert len(school.quiz("physics", "optics")) == 3


def test_columns_are_remembered_by_their_header(catalogue: Catalogue) -> None:
    revision = catalogue.revision()
    assert catalogue.remembered_columns("a" * 64) is None
    catalogue.remember_columns("a" * 64, {"time": "Zeit", "unit": "s", "valid": None})
    catalogue.remember_columns("b" * 64, {"time": "t"})
    catalogue.remember_columns("a" * 64, {"time": "Zeit", "unit": "ms"})
    assert catalogue.remembered_columns("a" * 64) == {"time": "Zeit", "unit": "ms"}
    assert catalogue.remembered_columns("b" * 64) == {"time": "t"}
    assert catalogue.revision() == revision  # nothing that readers show
