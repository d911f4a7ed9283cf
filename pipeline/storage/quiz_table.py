"""Quiz results in the catalogue. Every function works inside the transaction of its connection."""

from __future__ import annotations

from typing import Any

import pandas as pd
import sqlalchemy as sa

from pipeline.domain import QUIZ, typed
from pipeline.storage.schema import quiz_answer, quiz_question


def replace(connection: sa.Connection, course_id: str, lesson_id: str, results: pd.DataFrame) -> None:
    """Put these results (columns of QUIZ) in the place of all that the lesson had."""
    lesson = {"course_id": course_id, "lesson_id": lesson_id}
    for table in (quiz_answer, quiz_question):
        connection.execute(sa.delete(table).where(_of(table, course_id, lesson_id)))
    questions = results.drop_duplicates("question")
    _insert(
        connection,
        quiz_question,
        [
            {**lesson, "position": position, "question": question, "slide_id": slide, "aois": aois.split("|")}
            for position, (question, slide, aois) in enumerate(_rows(questions, "question", "slide", "aois"))
        ],
    )
    _insert(
        connection,
        quiz_answer,
        [
            {**lesson, "question": question, "student": student, "correct": correct}
            for question, student, correct in _rows(results, "question", "student", "correct")
        ],
    )


def results(connection: sa.Connection, course_id: str, lesson_id: str) -> pd.DataFrame:
    """Columns of QUIZ, questions as they were first put, students by name; no rows without a quiz."""
    query = (
        sa.select(
            quiz_answer.c.student,
            quiz_answer.c.question,
            quiz_answer.c.correct,
            quiz_question.c.slide_id,
            quiz_question.c.aois,
        )
        .join_from(quiz_answer, quiz_question)
        .where(_of(quiz_answer, course_id, lesson_id))
        .order_by(quiz_question.c.position, quiz_answer.c.student)
    )
    rows = [(*row[:-1], "|".join(row.aois)) for row in connection.execute(query)]
    return typed(pd.DataFrame(rows, columns=list(QUIZ)), QUIZ)


def _of(table: sa.Table, course_id: str, lesson_id: str) -> sa.ColumnElement[bool]:
    return (table.c.course_id == course_id) & (table.c.lesson_id == lesson_id)


def _rows(frame: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    return list(frame[list(columns)].itertuples(index=False, name=None))


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict[str, object]]) -> None:
    if rows:
        connection.execute(sa.insert(table), rows)
