"""Lessons: make them from slides, propose their regions, put them where a server finds them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from pipeline.attention.proposals import propose as propose_regions
from pipeline.commands.console import DataPath, screen
from pipeline.domain import Lesson, Slide
from pipeline.errors import InputError
from pipeline.ingest.documents import SLUG, SLUG_MEANING, quoted
from pipeline.ingest.lessons import read_lesson, write_lesson
from pipeline.ingest.pictures import read_picture
from pipeline.ingest.slides import make_lesson as write_slides
from pipeline.parameters import IngestLimits
from pipeline.storage.catalogue import Catalogue

KEPT: Final = "has regions, which are kept (--replace proposes anew)"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(make_lesson)
    app.command()(propose)
    app.command()(add_lesson)


def make_lesson(
    files: Annotated[
        list[Path], typer.Argument(help="PNG, JPEG, WebP pictures, or PDFs.", exists=True, dir_okay=False)
    ],
    course: Annotated[str, typer.Option(help="Id of the course, such as physics-8.")],
    lesson: Annotated[str, typer.Option(help="Id of the lesson, such as light-and-colour.")],
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    course_title: Annotated[str | None, typer.Option(help="Default: made from the id.")] = None,
    lesson_title: Annotated[str | None, typer.Option(help="Default: made from the id.")] = None,
    propose: Annotated[bool, typer.Option(help="Also propose the regions of each slide.")] = False,
) -> None:
    """Make a lesson folder from pictures and PDF pages, in this order."""
    plan = Lesson(
        _checked_id(course, "--course"),
        course_title or _title(course),
        _checked_id(lesson, "--lesson"),
        lesson_title or _title(lesson),
        (),
    )
    made, repeats = write_slides(files, plan, out, propose_regions if propose else None)
    for repeat in repeats:
        screen.print(str(repeat), highlight=False, soft_wrap=True)
    regions = sum(len(slide.aois) for slide in made.slides)
    screen.print(
        f"Wrote {out}: {len(made.slides)} slides, {regions} regions", highlight=False, soft_wrap=True
    )


def propose(
    folder: Annotated[Path, typer.Argument(help="A folder with lesson.json and its images.", exists=True)],
    slide: Annotated[str | None, typer.Option(help="Only this slide, by its id.")] = None,
    replace_regions: Annotated[
        bool, typer.Option("--replace", help="Also where a slide has regions: they are lost.")
    ] = False,
) -> None:
    """Propose the regions of slides that have none, from their pictures, and write them into lesson.json."""
    lesson = read_lesson(folder)
    if slide is not None and slide not in lesson.slide_ids():
        raise InputError("--slide", f"one of {', '.join(lesson.slide_ids())}", quoted(slide))
    wanted = [each for each in lesson.slides if slide in (None, each.slide_id)]
    done = {each.slide_id: _proposed(each, folder) for each in wanted if replace_regions or not each.aois}
    write_lesson(replace(lesson, slides=tuple(done.get(s.slide_id, s) for s in lesson.slides)), folder)
    for each in wanted:
        said = f"{len(done[each.slide_id].aois)} regions" if each.slide_id in done else KEPT
        screen.print(f"{each.slide_id}: {said}", highlight=False, soft_wrap=True)


def _proposed(slide: Slide, folder: Path) -> Slide:
    return replace(slide, aois=propose_regions(read_picture(folder / slide.image, IngestLimits())))


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


def _checked_id(value: str, option: str) -> str:
    if not SLUG.fullmatch(value):
        raise InputError(option, SLUG_MEANING, quoted(value))
    return value


def _title(slug: str) -> str:
    words = slug.replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]
