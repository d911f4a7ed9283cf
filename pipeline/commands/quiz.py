"""Quiz results: put them beside the lesson they are about."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.console import DataPath, screen
from pipeline.errors import InputError
from pipeline.ingest.quiz import read_quiz
from pipeline.storage.catalogue import Catalogue


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(quiz)


def quiz(
    file: Annotated[Path, typer.Argument(help="CSV: student,question,correct,slide,aois.", exists=True)],
    lesson: Annotated[str, typer.Option(help="COURSE/LESSON, the ids of a lesson in the data folder.")],
    data: DataPath,
) -> None:
    """Store the quiz results of a lesson in the place of any it had."""
    course_id, slash, lesson_id = lesson.partition("/")
    if not slash:
        raise InputError("--lesson", "COURSE/LESSON", repr(lesson))
    with closing(Catalogue.open(data)) as catalogue:
        results = read_quiz(file, catalogue.lesson(course_id, lesson_id))
        catalogue.put_quiz(course_id, lesson_id, results)
    students, questions = results["student"].nunique(), results["question"].nunique()
    screen.print(f"{lesson}: {len(results)} answers of {students} students to {questions} questions")
