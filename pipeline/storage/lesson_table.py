"""Lessons in the catalogue. Every function works inside the transaction of the connection it is given."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from pipeline.domain import Aoi, Lesson, Overlap, Part, Role, Shape, Slide
from pipeline.storage.rows import AoiSetRow, LessonRow, NotFound, SlideVersionRow
from pipeline.storage.schema import aoi_set, course, lesson, now, slide, slide_version

ALWAYS = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)  # the first picture of a slide has been in use since then


def put(connection: sa.Connection, new: Lesson, files: Mapping[str, str]) -> bool:
    """Store a lesson as it is now; `files` maps slide ids to the stored images. True if that changed it.

    What of it lay in the bin is out of it afterwards; other slides stay there.
    """
    before = _everything(connection, new)
    _put_titles(connection, new)
    here = slide.c.deleted_at.is_(None) | slide.c.slide_id.in_(new.slide_ids())
    connection.execute(sa.delete(slide).where(_of(slide, new), here))
    for position, each in enumerate(new.slides):
        place = (new.course_id, new.lesson_id, each.slide_id)
        aoi_version = put_aois(connection, place, each)
        size_px = (each.width_px, each.height_px)
        version = put_picture(connection, place, files[each.slide_id], size_px, aoi_version)
        connection.execute(
            sa.insert(slide).values(
                course_id=new.course_id,
                lesson_id=new.lesson_id,
                slide_id=each.slide_id,
                position=position,
                title=each.title,
                image=each.image,
                file=files[each.slide_id],
                width_px=each.width_px,
                height_px=each.height_px,
                aoi_version=aoi_version,
                version=version,
            )
        )
    return _everything(connection, new) != before


def _put_titles(connection: sa.Connection, new: Lesson) -> None:
    for table, key, title in (
        (course, {"course_id": new.course_id}, new.course_title),
        (lesson, {"course_id": new.course_id, "lesson_id": new.lesson_id}, new.lesson_title),
    ):
        same = [table.c[name] == value for name, value in key.items()]
        if not connection.execute(
            sa.update(table).where(*same).values(title=title, deleted_at=None)
        ).rowcount:
            connection.execute(sa.insert(table).values(**key, title=title))


def put_aois(
    connection: sa.Connection, place: tuple[str, str, str], each: Slide, author: str | None = None
) -> int:
    """The version number of these regions and this overlap rule: that of the same before, or a new one.

    `place` is course, lesson and slide; what the slide row itself names does not change by this.
    """
    aois = [_aoi_to_json(aoi) for aoi in each.aois]
    known = connection.execute(
        sa.select(aoi_set.c.version, aoi_set.c.aois, aoi_set.c.overlap)
        .where(at(aoi_set, place))
        .order_by(aoi_set.c.version)
    ).all()
    for version, *stored in known:
        if stored == [aois, each.overlap]:
            return int(version)
    version = len(known) + 1
    key = dict(zip(("course_id", "lesson_id", "slide_id"), place, strict=True))
    content = {"aois": aois, "overlap": each.overlap.value, "created_at": now(), "author": author}
    connection.execute(sa.insert(aoi_set).values(**key, version=version, **content))
    return version


def put_picture(
    connection: sa.Connection,
    place: tuple[str, str, str],
    file: str,
    size_px: tuple[int, int],
    aoi_version: int,
) -> int:
    """The version number of a slide's picture: the present one if it is the same, else a new one."""
    known = slide_versions(connection, *place)
    if known and known[-1].file == file:
        _draw_on(connection, place, known[-1].version, aoi_version)
        return known[-1].version
    version = len(known) + 1
    connection.execute(
        sa.insert(slide_version).values(
            **dict(zip(("course_id", "lesson_id", "slide_id"), place, strict=True)),
            version=version,
            file=file,
            width_px=size_px[0],
            height_px=size_px[1],
            since=now() if known else ALWAYS,
            aoi_version=aoi_version,
        )
    )
    return version


def use_aois(connection: sa.Connection, place: tuple[str, str, str], aoi_version: int) -> None:
    """Let a slide, as it is now, have the regions of this version."""
    connection.execute(sa.update(slide).where(at(slide, place)).values(aoi_version=aoi_version))
    _draw_on(connection, place, slide_versions(connection, *place)[-1].version, aoi_version)


def _draw_on(connection: sa.Connection, place: tuple[str, str, str], version: int, aoi_version: int) -> None:
    same = sa.and_(at(slide_version, place), slide_version.c.version == version)
    connection.execute(sa.update(slide_version).where(same).values(aoi_version=aoi_version))


def slide_versions(
    connection: sa.Connection, course_id: str, lesson_id: str, slide_id: str | None = None
) -> list[SlideVersionRow]:
    """Every picture that a slide, or any slide of a lesson, has had, by slide and oldest first."""
    of_ours = (slide_version.c.course_id == course_id) & (slide_version.c.lesson_id == lesson_id)
    if slide_id is not None:
        of_ours &= slide_version.c.slide_id == slide_id
    names = ("slide_id", "version", "since", "file", "width_px", "height_px", "aoi_version")
    query = sa.select(*(slide_version.c[name] for name in names)).where(of_ours)
    found = connection.execute(query.order_by(slide_version.c.slide_id, slide_version.c.version))
    return [SlideVersionRow(**row._mapping) for row in found]


def at(table: sa.Table, place: tuple[str, str, str]) -> sa.ColumnElement[bool]:
    """What picks the rows of one slide: of this course, lesson and slide."""
    names = ("course_id", "lesson_id", "slide_id")
    return sa.and_(*(table.c[name] == value for name, value in zip(names, place, strict=True)))


def _of(table: sa.Table, which: Lesson) -> sa.ColumnElement[bool]:
    return (table.c.course_id == which.course_id) & (table.c.lesson_id == which.lesson_id)


def _everything(connection: sa.Connection, which: Lesson) -> list[Any]:
    columns = course.c.title, course.c.deleted_at, lesson.c.title, lesson.c.deleted_at
    titles = sa.select(*columns).join_from(lesson, course).where(_of(lesson, which))
    slides = sa.select(slide).where(_of(slide, which)).order_by(slide.c.position)
    return [*connection.execute(titles).all(), *connection.execute(slides).all()]


def all_rows(connection: sa.Connection) -> list[LessonRow]:
    """Every lesson, by course and lesson title."""
    query = (
        sa.select(
            course.c.course_id,
            course.c.title.label("course_title"),
            lesson.c.lesson_id,
            lesson.c.title.label("lesson_title"),
            sa.func.count(slide.c.slide_id).label("slides"),
            _first_slide().label("first_slide"),
        )
        .join_from(course, lesson)
        .outerjoin(slide, _slides_of_lesson())
        .where(lesson.c.deleted_at.is_(None))
        .group_by(course.c.course_id, course.c.title, lesson.c.lesson_id, lesson.c.title)
        .order_by(course.c.title, lesson.c.title, lesson.c.lesson_id)
    )
    return [LessonRow(**row._mapping) for row in connection.execute(query)]


def _first_slide() -> sa.ScalarSelect[str]:
    """The id of each lesson's first slide."""
    first = sa.select(slide.c.slide_id).where(_slides_of_lesson()).order_by(slide.c.position).limit(1)
    return first.correlate(lesson).scalar_subquery()


def _slides_of_lesson() -> sa.ColumnElement[bool]:
    """What ties the slides that are not in the bin to their lessons."""
    same = (slide.c.course_id == lesson.c.course_id) & (slide.c.lesson_id == lesson.c.lesson_id)
    return same & slide.c.deleted_at.is_(None)


def one(connection: sa.Connection, course_id: str, lesson_id: str) -> Lesson:
    """A lesson with its slides in order and the regions of their current version."""
    titles = connection.execute(
        sa.select(course.c.title, lesson.c.title)
        .join_from(lesson, course)
        .where(lesson.c.course_id == course_id, lesson.c.lesson_id == lesson_id)
        .where(lesson.c.deleted_at.is_(None))
    ).one_or_none()
    if titles is None:
        known = [f"{row.course_id}/{row.lesson_id}" for row in all_rows(connection)]
        some = ", ".join(known[:5]) + (", ..." if len(known) > 5 else "") if known else "there is none yet"
        raise NotFound("lesson", f"a lesson of the catalogue ({some})", f"{course_id}/{lesson_id}")
    slides = connection.execute(
        sa.select(slide, aoi_set.c.aois, aoi_set.c.overlap)
        .join(
            aoi_set,
            sa.and_(
                *(aoi_set.c[name] == slide.c[name] for name in ("course_id", "lesson_id", "slide_id")),
                aoi_set.c.version == slide.c.aoi_version,
            ),
        )
        .where(slide.c.course_id == course_id, slide.c.lesson_id == lesson_id)
        .where(slide.c.deleted_at.is_(None))
        .order_by(slide.c.position)
    )
    return Lesson(course_id, titles[0], lesson_id, titles[1], tuple(_slide_from(row) for row in slides))


def aoi_sets(connection: sa.Connection, course_id: str, lesson_id: str, slide_id: str) -> list[AoiSetRow]:
    """Every version of a slide's regions, oldest first; also of a slide that was taken out."""
    query = (
        sa.select(
            aoi_set.c.version, aoi_set.c.created_at, aoi_set.c.aois, aoi_set.c.overlap, aoi_set.c.author
        )
        .where(aoi_set.c.course_id == course_id, aoi_set.c.lesson_id == lesson_id)
        .where(aoi_set.c.slide_id == slide_id)
        .order_by(aoi_set.c.version)
    )
    found = [
        AoiSetRow(version, created_at, _aois_from_json(aois), Overlap(overlap), author)
        for version, created_at, aois, overlap, author in connection.execute(query)
    ]
    if not found:
        raise NotFound("slide", "a slide of the catalogue", f"{course_id}/{lesson_id}/{slide_id}")
    return found


def image_file(connection: sa.Connection, course_id: str, lesson_id: str, slide_id: str) -> str:
    """Where the slide's image lies, relative to the data folder."""
    query = sa.select(slide.c.file).where(
        slide.c.course_id == course_id, slide.c.lesson_id == lesson_id, slide.c.slide_id == slide_id
    )
    file = connection.execute(query).scalar_one_or_none()
    if file is None:
        raise NotFound("slide", "a slide of the catalogue", f"{course_id}/{lesson_id}/{slide_id}")
    return str(file)


def image_files(connection: sa.Connection) -> list[str]:
    """Every stored image that a slide has or had, relative to the data folder."""
    both = sa.union(sa.select(slide.c.file), sa.select(slide_version.c.file))
    return list(connection.execute(both).scalars())


def _slide_from(row: sa.Row[Any]) -> Slide:
    return Slide(
        slide_id=row.slide_id,
        title=row.title,
        image=row.image,
        width_px=row.width_px,
        height_px=row.height_px,
        aois=_aois_from_json(row.aois),
        overlap=Overlap(row.overlap),
        aoi_version=row.aoi_version,
        version=row.version,
    )


def _aoi_to_json(aoi: Aoi) -> dict[str, Any]:
    return {**asdict(aoi), "parts": [_part_to_json(part) for part in aoi.parts]}


def _part_to_json(part: Part) -> dict[str, Any]:
    return {
        "points": [[float(x), float(y)] for x, y in part.points],
        "shape": part.shape.value,
        "from_ms": part.from_ms,
        "until_ms": part.until_ms if math.isfinite(part.until_ms) else None,
    }


def _aois_from_json(stored: Sequence[Mapping[str, Any]]) -> tuple[Aoi, ...]:
    return tuple(_aoi_from_json(aoi) for aoi in stored)


def _aoi_from_json(stored: Mapping[str, Any]) -> Aoi:
    parts = tuple(_part_from_json(part) for part in stored["parts"])
    return Aoi(**{**stored, "parts": parts, "role": Role(stored["role"])})


def _part_from_json(stored: Mapping[str, Any]) -> Part:
    points = tuple((x, y) for x, y in stored["points"])
    until_ms = math.inf if stored["until_ms"] is None else stored["until_ms"]
    return Part(points, Shape(stored["shape"]), stored["from_ms"], until_ms)
