"""Quiz results: what each answer counts, what its question is tied to, and messages that name the place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from pipeline.domain import QUIZ, Aoi, Lesson, Part, Role, Slide
from pipeline.errors import InputError
from pipeline.ingest.quiz import read_quiz

Write = Callable[[str], Path]
BOX = (Part(((0.1, 0.1), (0.4, 0.4))),)
AOIS = tuple(Aoi(aoi_id, aoi_id, Role.TEXT, BOX) for aoi_id in ("title", "lens", "law"))
LESSON = Lesson(
    "physics",
    "Physics",
    "optics",
    "Light",
    (Slide("s1", "One", "1.png", 800, 600, AOIS), Slide("s2", "Two", "2.png", 800, 600)),
)
HEADER = "student,question,correct,slide,aois\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(text: str) -> Path:
        path = tmp_path / "quiz.csv"
        path.write_text(text)
        return path

    return to_file


def _rows(frame: pd.DataFrame) -> list[tuple[object, ...]]:
    return list(frame.itertuples(index=False, name=None))


def test_every_row_is_an_answer_with_the_tie_of_its_question(write: Write) -> None:
    text = HEADER + 'S01,Why?,1,s1,lens|title\nS02,Why?,0.25,s1,lens|title\nS01,"How, then?",0,s1,law\n'
    results = read_quiz(write(text), LESSON)
    assert dict(results.dtypes.astype(str)) == QUIZ
    assert _rows(results) == [
        ("S01", "Why?", 1.0, "s1", "title|lens"),
        ("S02", "Why?", 0.25, "s1", "title|lens"),
        ("S01", "How, then?", 0.0, "s1", "law"),
    ]


def test_a_tie_may_be_given_once_and_in_any_row_and_order(write: Write) -> None:
    text = HEADER + "S01,Q,1,,\nS02,Q,0,s1,lens | law\nS03,Q,1,,\nS04,Q,1,s1,law|lens|law\n"
    assert read_quiz(write(text), LESSON)["aois"].tolist() == ["lens|law"] * 4


@pytest.mark.parametrize(
    ("stated", "correct"), [("true", 1.0), ("False", 0.0), ("1", 1.0), ("0", 0.0), ("0.5", 0.5)]
)
def test_ways_to_say_how_right_an_answer_was(write: Write, stated: str, correct: float) -> None:
    assert read_quiz(write(f"{HEADER}S01,Q,{stated},s1,law\n"), LESSON)["correct"].tolist() == [correct]


def test_points_count_relative_to_the_most_there_were(write: Write) -> None:
    text = "question,student,points,max_points,aois,slide,note\nQ,S01,3,4,law,s1,x\nR,S01,0,2.5,law,s1,y\n"
    assert read_quiz(write(text), LESSON)["correct"].tolist() == [0.75, 0.0]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("S 1,Q,1,s1,law", 'row 2, column student: expected a pseudonym .*, got "S 1"'),
        (",Q,1,s1,law", "row 2, column student: .* got nothing"),
        ("S01,,1,s1,law", "row 2, column question: expected a readable text .* got nothing"),
        (f"S01,{'q' * 201},1,s1,law", "row 2, column question: expected a readable text of 1 to 200"),
        ("S01,Q,2,s1,law", r'row 2, column correct: expected a number .* from 0 to 1, got "2"'),
        ("S01,Q,yes,s1,law", 'row 2, column correct: .* got "yes"'),
        ("S01,Q,,s1,law", "row 2, column correct: .* got nothing"),
        ("S01,Q,1,s1,law\nS02,Q,1,,\nS01,Q,0,,", 'row 4, column question: .*no row above.* got "Q"'),
        ("S01,Q,1,s9,law", r'row 2, column slide: .*optics \(s1, s2\), got "s9"'),
        ("S01,Q,1,,law", "row 2, column slide: .* got nothing"),
        ("S01,Q,1,s1,", r"row 2, column aois: .*s1 \(title, lens, law\).* got nothing"),
        ("S01,Q,1,s1,law|lenz", r'row 2, column aois: .*\(title, lens, law\).* got "lenz"'),
        ("S01,Q,1,s2,law", r'row 2, column aois: .*s2 \(it has none\).* got "law"'),
        ("S01,Q,1,,\nS02,Q,1,,", "row 2, column slide: .*in at least one row.* got nothing"),
        ("S01,Q,1,s1,law\nS02,Q,1,s1,lens", 'row 3, column aois: expected the same .* got "lens"'),
    ],
)
def test_the_first_thing_that_is_wrong_is_named(write: Write, rows: str, message: str) -> None:
    with pytest.raises(InputError, match=f"quiz.csv, {message}"):
        read_quiz(write(HEADER + rows + "\n"), LESSON)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("S01,Q,5,4,s1,law", "row 2, column points: expected no more .*, got \"5\""),
        ("S01,Q,0,0,s1,law", "row 2, column max_points: expected more than 0"),
        ("S01,Q,-1,4,s1,law", "row 2, column points: expected a number of points"),
    ],
)  # fmt: skip
def test_points_that_cannot_be_are_refused(write: Write, row: str, message: str) -> None:
    with pytest.raises(InputError, match=f"quiz.csv, {message}"):
        read_quiz(write(f"student,question,points,max_points,slide,aois\n{row}\n"), LESSON)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected content, got an empty file"),
        (HEADER, "expected at least one answer"),
        ("student,question,correct\nS01,Q,1\n", "row 1: expected the columns student,question,slide,aois"),
        ("student,question,slide,aois\nS01,Q,s1,law\n", "row 1: expected a column correct, or points and"),
        (HEADER + "S01,Q,1,s1\n", "row 2: expected 5 fields, got 4"),
    ],
)
def test_a_file_that_is_no_quiz_is_refused(write: Write, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_quiz(write(text), LESSON)
