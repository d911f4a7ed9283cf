"""Quiz results: put them beside the lesson they are about."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from pipeline.commands.console import DataPath, screen, server_data
from pipeline.errors import InputError
from pipeline.ingest.documents import listed, quoted
from pipeline.ingest.quiz import read_quiz
from pipeline.storage.catalogue import Catalogue


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(quiz)


def quiz(
    file: Annotated[
        Path, typer.Argument(help="CSV: student,question,correct,slide,aois.", exists=True, dir_okay=False)
    ],
    lesson: Annotated[str, typer.Option(help="COURSE/LESSON, the ids of a lesson in the data folder.")],
    data: DataPath,
) -> None:
    """Store the quiz results of a lesson in the place of any it had."""
    course_id, slash, lesson_id = lesson.partition("/")
    if not slash:
        raise InputError("--lesson", "COURSE/LESSON", quoted(lesson))
    with closing(Catalogue.open(server_data(data))) as catalogue:
        results = read_quiz(file, catalogue.lesson(course_id, lesson_id))
        catalogue.put_quiz(course_id, lesson_id, results)
        recorded = {row.student for row in catalogue.sessions(course_id, lesson_id)}
    students, questions = results["student"].nunique(), results["question"].nunique()
    screen.print(f"{lesson}: {len(results)} answers of {students} students to {questions} questions")
    if strangers := sorted(set(results["student"]) - recorded):
        said = f"{len(strangers)} of them have no session of this lesson: {listed(strangers)}"
        screen.print(escape(said), highlight=False)
