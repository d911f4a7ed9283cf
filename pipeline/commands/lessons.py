"""Lessons: put them where a server finds them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.console import DataPath, screen
from pipeline.ingest.lessons import read_lesson
from pipeline.storage.catalogue import Catalogue


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(add_lesson)


def add_lesson(
    folder: Annotated[Path, typer.Argument(help="A folder with lesson.json and its images.", exists=True)],
    data: DataPath,
) -> None:
    """Put a lesson into a server's data folder, or bring it up to date there."""
    lesson = read_lesson(folder)
    catalogue = Catalogue.open(data)
    catalogue.put_lesson(lesson, folder)
    catalogue.close()
    screen.print(f"{lesson.course_title}: {lesson.lesson_title}, {len(lesson.slides)} slides")
