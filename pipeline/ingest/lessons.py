"""Lesson folders: `lesson.json` and the slide images beside it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from pipeline.domain import Lesson, Overlap, Slide
from pipeline.errors import InputError
from pipeline.ingest.documents import Node, quoted, read_document, refuse_twice
from pipeline.ingest.pictures import picture_size
from pipeline.ingest.regions import read_regions, region_document
from pipeline.parameters import IngestLimits

LIMITS: Final = IngestLimits()
LESSON: Final = "lesson.json"
FORMAT: Final = "gazeboard-lesson"
SLIDES_MAX: Final = 500


def read_lesson(folder: Path, limits: IngestLimits = LIMITS) -> Lesson:
    """The lesson in this folder, its images opened and found to be what `lesson.json` says.

    Raises
    ------
    InputError : naming the file and field, what was expected and what came
    """
    path = folder / LESSON
    if not path.is_file():
        raise InputError(LESSON, f"this file in the folder {quoted(folder.name)}", "nothing")
    node = read_document(path, FORMAT, 1, limits.document_bytes)
    course, lesson = node.child("course"), node.child("lesson")
    slides = node.children("slides", 1, SLIDES_MAX)
    refuse_twice(slides)
    return Lesson(
        course_id=course.slug("id"),
        course_title=course.text("title", "the course's title"),
        lesson_id=lesson.slug("id"),
        lesson_title=lesson.text("title", "the lesson's title"),
        slides=tuple(_slide(slide, folder, limits) for slide in slides),
    )


def _slide(node: Node, folder: Path, limits: IngestLimits) -> Slide:
    slide = Slide(
        slide_id=node.slug("id"),
        title=node.text("title", "the slide's title"),
        image=node.text("image", "the name of a file beside lesson.json"),
        width_px=node.whole("width_px", "px", 1, 20_000),
        height_px=node.whole("height_px", "px", 1, 20_000),
        aois=read_regions(node),
        overlap=node.choice("overlap", Overlap, default=Overlap.ALL),
    )
    if "/" in slide.image or "\\" in slide.image or not (folder / slide.image).is_file():
        node.refuse("image", "the name of a file beside lesson.json")
    size = picture_size(folder / slide.image, limits)
    if size != (slide.width_px, slide.height_px):
        stated = f"{slide.width_px} x {slide.height_px} px, as {node.where('width_px')} says"
        raise InputError(slide.image, stated, f"{size[0]} x {size[1]} px")
    return slide


def write_lesson(lesson: Lesson, folder: Path) -> None:
    """Write `lesson.json` into the folder, whole or not at all. The images are the caller's."""
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{LESSON}.{os.getpid()}"
    temporary.write_text(
        json.dumps(lesson_document(lesson), indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    temporary.replace(folder / LESSON)


def lesson_document(lesson: Lesson) -> dict[str, Any]:
    """The content of `lesson.json`."""
    return {
        "format": FORMAT,
        "version": 1,
        "course": {"id": lesson.course_id, "title": lesson.course_title},
        "lesson": {"id": lesson.lesson_id, "title": lesson.lesson_title},
        "slides": [_slide_document(slide) for slide in lesson.slides],
    }


def _slide_document(slide: Slide) -> dict[str, Any]:
    return {
        "id": slide.slide_id,
        "title": slide.title,
        "image": slide.image,
        "width_px": slide.width_px,
        "height_px": slide.height_px,
        "overlap": slide.overlap.value,
        "aois": [region_document(aoi) for aoi in slide.aois],
    }
