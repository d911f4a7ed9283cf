"""Reports on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from dashboard.compared_measures import MEASURES, USUAL
from dashboard.comparison_tables import Choice
from dashboard.group import UNCALIBRATED, Rules
from dashboard.items import Item
from dashboard.report.comparison import comparison_data, comparison_report
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
    courses: Annotated[
        str, typer.Option(help="Ids of courses to compare, with commas; instead of --lesson.")
    ] = "",
    compare: Annotated[
        str,
        typer.Option(
            help="Anything to compare, as the address of the compare page names it, with commas: "
            "lesson:biology-7/cells~group:7a,lesson:biology-7/cells~group:7b"
        ),
    ] = "",
    measure: Annotated[
        str, typer.Option(help=f"What courses are compared by first: {', '.join(MEASURES)}.")
    ] = USUAL,
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
    """Write the report of a lesson, or of courses compared, as a PDF: the same figures as on the pages."""
    if uncalibrated not in UNCALIBRATED:
        raise InputError("--uncalibrated", "auto, never or count", quoted(uncalibrated))
    rules = Rules.read(
        {
            "group": group, "since": since, "until": until, "tracked": tracked, "accuracy": accuracy,
            "uncalibrated": uncalibrated,
        }
    )  # fmt: skip
    with _school(data) as school:
        if courses or compare:
            pdf = _compared(school, items_of(courses, compare), measure, rules)
        else:
            pdf = _of_lesson(school, lesson, names_of(students), rules)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(pdf)
    screen.print(f"Wrote {escape(str(out))}", highlight=False)


def items_of(courses: str, compare: str) -> tuple[Item, ...]:
    """The courses of these ids, then whatever else is to be compared. Raises InputError."""
    items = [Item((name,)) for name in names_of(courses)]
    for word in names_of(compare):
        item = Item.read(word)
        if item is None:
            wanted = "course:ID, lesson:COURSE/LESSON or slide:COURSE/LESSON/SLIDE"
            raise InputError("--compare", wanted, quoted(word))
        items.append(item)
    return tuple(dict.fromkeys(items))


def _compared(school: School, items: tuple[Item, ...], measure: str, rules: Rules) -> bytes:
    if measure not in MEASURES:
        raise InputError("--measure", ", ".join(MEASURES), quoted(measure))
    found = comparison_data(school, Choice(items, measure), rules)
    if found.first.missing:
        named = ", ".join(map(str, found.first.missing))
        raise InputError("what to compare", "courses, lessons and slides that there are", quoted(named))
    return comparison_report(found)


def _of_lesson(school: School, lesson: str, students: list[str], rules: Rules) -> bytes:
    course_id, mark, lesson_id = lesson.partition("/")
    if not mark:
        raise InputError("--lesson", "COURSE/LESSON", quoted(lesson))
    _check(school, course_id, lesson_id, students, rules.group)
    return lesson_report(lesson_data(school, course_id, lesson_id, tuple(students), rules))


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
