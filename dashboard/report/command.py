"""Reports on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from dashboard.group import UNCALIBRATED, Rules
from dashboard.report.lesson import lesson_report
from dashboard.report.lesson_data import lesson_data
from dashboard.school import School
from pipeline.commands.console import DataPath, screen
from pipeline.commands.tables import names_of
from pipeline.errors import InputError
from pipeline.ingest.documents import quoted
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake


def report(
    data: DataPath,
    out: Annotated[Path, typer.Option(help="The PDF to write.", dir_okay=False)],
    lesson: Annotated[str, typer.Option(help="COURSE/LESSON, the ids of a lesson.")] = "",
    students: Annotated[str, typer.Option(help="Pseudonyms, with commas; all students otherwise.")] = "",
    group: Annotated[str | None, typer.Option(help="The id of a group of students.")] = None,
    since: Annotated[str | None, typer.Option(help="The first day of recordings that count, ISO.")] = None,
    until: Annotated[str | None, typer.Option(help="The last day of recordings that count, ISO.")] = None,
    tracked: Annotated[
        float | None, typer.Option(help="Least share of a slide's time that has to be tracked, percent.")
    ] = None,
    accuracy: Annotated[
        float | None, typer.Option(help="Largest error on validation dots, degrees; any otherwise.")
    ] = None,
    uncalibrated: Annotated[
        str, typer.Option(help="Recordings without a calibration: auto, never or count.")
    ] = "auto",
) -> None:
    """Write the report of a lesson as a PDF: the same figures as on its pages."""
    if uncalibrated not in UNCALIBRATED:
        raise InputError("--uncalibrated", "auto, never or count", quoted(uncalibrated))
    rules = Rules.read(
        {
            "group": group, "since": since, "until": until, "tracked": tracked, "accuracy": accuracy,
            "uncalibrated": uncalibrated,
        }
    )  # fmt: skip
    course_id, mark, lesson_id = lesson.partition("/")
    if not mark:
        raise InputError("--lesson", "COURSE/LESSON", quoted(lesson))
    with _school(data) as school:
        _check(school, course_id, lesson_id, names_of(students), group)
        pdf = lesson_report(lesson_data(school, course_id, lesson_id, tuple(names_of(students)), rules))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(pdf)
    screen.print(f"Wrote {escape(str(out))}", highlight=False)


def _check(school: School, course_id: str, lesson_id: str, students: list[str], group: str | None) -> None:
    """Refuse students and groups that are not there: the report would be of nobody."""
    known = {str(row.student) for row in school.sessions(course_id, lesson_id)}
    if unknown := [name for name in students if name not in known]:
        raise InputError("--students", "students with a recording of the lesson", quoted(", ".join(unknown)))
    if group is not None and group not in school.groups():
        raise InputError("--group", "the id of a group of students", quoted(group))


@contextmanager
def _school(data: Path) -> Iterator[School]:
    """The school in a server's data folder."""
    if not data.is_dir():
        raise InputError("--data", "a server's data folder", quoted(str(data)))
    with closing(Catalogue.open(data)) as catalogue, closing(Lake(catalogue.lake)) as lake:
        yield School(catalogue, lake)
