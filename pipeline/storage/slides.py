"""The slides of a lesson as people change them, one transaction a function.

The id of a slide is never given a second time, not even after it was removed: sessions hold gaze on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline.domain import Aoi, Slide
from pipeline.errors import InputError
from pipeline.storage import lesson_table
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.courses import free_id
from pipeline.storage.rows import NotFound
from pipeline.storage.schema import aoi_set, now, session, slide, slide_version

Place = tuple[str, str, str]  # course, lesson, slide


@dataclass(frozen=True)
class NewSlide:
    """A picture that is to be a slide, or another picture of one; `wanted` is the id it would like."""

    file: Path
    width_px: int
    height_px: int
    wanted: str = "slide"
    title: str = ""
    aois: tuple[Aoi, ...] = ()


def add_slides(
    catalogue: Catalogue,
    course_id: str,
    lesson_id: str,
    new: Sequence[NewSlide],
    *,
    author: str | None = None,
) -> list[str]:
    """Put slides at the end of a lesson, all or none; returns their ids in order.

    Raises
    ------
    NotFound : there is no such lesson
    """
    kept = [catalogue.keep_picture(course_id, lesson_id, each.wanted, each.file) for each in new]
    with catalogue.changing() as connection:
        lesson_table.one(connection, course_id, lesson_id)
        taken = _ids_ever(connection, course_id, lesson_id)
        last = sa.select(sa.func.max(slide.c.position)).where(*_in(slide, course_id, lesson_id))
        position = connection.execute(last).scalar()
        first = 0 if position is None else position + 1
        ids = []
        for number, (each, file) in enumerate(zip(new, kept, strict=True), start=first):
            slide_id = free_id(each.wanted, taken)
            taken.add(slide_id)
            _insert(connection, (course_id, lesson_id, slide_id), each, file, number, author)
            ids.append(slide_id)
    return ids


def _insert(
    connection: sa.Connection, place: Place, new: NewSlide, file: str, position: int, author: str | None
) -> None:
    course_id, lesson_id, slide_id = place
    made = Slide(slide_id, new.title or slide_id, Path(file).name, new.width_px, new.height_px, new.aois)
    aoi_version = lesson_table.put_aois(connection, place, made, author if new.aois else None)
    size_px = (made.width_px, made.height_px)
    connection.execute(
        sa.insert(slide).values(
            course_id=course_id,
            lesson_id=lesson_id,
            slide_id=slide_id,
            position=position,
            title=made.title,
            image=made.image,
            file=file,
            width_px=made.width_px,
            height_px=made.height_px,
            aoi_version=aoi_version,
            version=lesson_table.put_picture(connection, place, file, size_px, aoi_version),
        )
    )


def _ids_ever(connection: sa.Connection, course_id: str, lesson_id: str) -> set[str]:
    """Ids of slides that the lesson has or had."""
    had = [
        sa.select(t.c.slide_id).where(*_in(t, course_id, lesson_id)) for t in (slide, slide_version, aoi_set)
    ]
    return set(connection.execute(sa.union(*had)).scalars())


def rename_slide(catalogue: Catalogue, place: Place, title: str) -> str:
    """Give a slide another title; returns the one it had. Raises NotFound."""
    if not title.strip():
        raise InputError("title", "a title", "an empty one")
    with catalogue.changing() as connection:
        former = _one(connection, place).title
        connection.execute(sa.update(slide).where(*_at(place)).values(title=title.strip()))
    return str(former)


def reorder_slides(
    catalogue: Catalogue, course_id: str, lesson_id: str, slide_ids: Sequence[str]
) -> tuple[str, ...]:
    """Put the slides of a lesson into this order; returns the one they had.

    Raises
    ------
    NotFound : there is no such lesson
    InputError : these are not the slides that the lesson has now
    """
    with catalogue.changing() as connection:
        former = lesson_table.one(connection, course_id, lesson_id).slide_ids()
        if sorted(former) != sorted(slide_ids):
            raise InputError("order", "each slide that the lesson has now, once", f"{len(slide_ids)} others")
        for position, slide_id in enumerate(slide_ids):
            at = _at((course_id, lesson_id, slide_id))
            connection.execute(sa.update(slide).where(*at).values(position=position))
    return tuple(former)


def replace_picture(catalogue: Catalogue, place: Place, new: NewSlide) -> int:
    """Give a slide another picture as its next version; returns the version it had. Regions stay.

    Raises NotFound : there is no such slide
    """
    file = catalogue.keep_picture(*place, new.file)
    with catalogue.changing() as connection:
        former = _one(connection, place)
        _use(connection, place, file, (new.width_px, new.height_px), former.aoi_version)
    return int(former.version)


def use_picture(catalogue: Catalogue, place: Place, version: int) -> int:
    """Give a slide the picture of an earlier version again; returns the version it had.

    The version in use is taken back, as if it had never been, where it follows that one and no session came
    while it was in use; else the earlier picture becomes a version of its own.

    Raises NotFound : there is no such slide or version
    """
    with catalogue.changing() as connection:
        row = _one(connection, place)
        former = row.version
        known = {row.version: row for row in lesson_table.slide_versions(connection, *place)}
        if version not in known:
            raise NotFound("version", "a version of the slide", str(version))
        wanted = known[version]
        if version == former - 1 and not _came_since(connection, place, known[former].since):
            at = lesson_table.at(slide_version, place)
            connection.execute(sa.delete(slide_version).where(at, slide_version.c.version == former))
        _use(connection, place, wanted.file, (wanted.width_px, wanted.height_px), row.aoi_version)
    return int(former)


def _use(
    connection: sa.Connection, place: Place, file: str, size_px: tuple[int, int], aoi_version: int
) -> None:
    version = lesson_table.put_picture(connection, place, file, size_px, aoi_version)
    values: dict[str, Any] = {"file": file, "width_px": size_px[0], "height_px": size_px[1]}
    connection.execute(sa.update(slide).where(*_at(place)).values(**values, version=version))


def _came_since(connection: sa.Connection, place: Place, since: Any) -> bool:
    came = sa.select(session.c.session_id).where(*_in(session, *place[:2]), session.c.created_at >= since)
    return connection.execute(came.limit(1)).first() is not None


def remove_slides(catalogue: Catalogue, course_id: str, lesson_id: str, slide_ids: Sequence[str]) -> None:
    """Put slides into the bin, all or none. Raises NotFound."""
    moment = now()
    with catalogue.changing() as connection:
        for slide_id in slide_ids:
            place = (course_id, lesson_id, slide_id)
            _one(connection, place)
            connection.execute(sa.update(slide).where(*_at(place)).values(deleted_at=moment))


def restore_slides(catalogue: Catalogue, course_id: str, lesson_id: str, slide_ids: Sequence[str]) -> None:
    """Take slides out of the bin, all or none; each comes back to its place. Raises NotFound."""
    with catalogue.changing() as connection:
        lesson_table.one(connection, course_id, lesson_id)
        for slide_id in slide_ids:
            here = [*_at((course_id, lesson_id, slide_id)), slide.c.deleted_at.is_not(None)]
            if not connection.execute(sa.update(slide).where(*here).values(deleted_at=None)).rowcount:
                raise NotFound("slide", "a slide in the bin", f"{course_id}/{lesson_id}/{slide_id}")


def slides_drawn_by(catalogue: Catalogue, course_id: str, lesson_id: str, author: str) -> set[str]:
    """The ids of the slides whose present regions are by this author."""
    same = (aoi_set.c.slide_id == slide.c.slide_id) & (aoi_set.c.version == slide.c.aoi_version)
    for name in ("course_id", "lesson_id"):
        same &= aoi_set.c[name] == slide.c[name]
    query = sa.select(slide.c.slide_id).join_from(slide, aoi_set, same)
    query = query.where(*_in(slide, course_id, lesson_id), aoi_set.c.author == author)
    with catalogue.reading() as connection:
        return set(connection.execute(query).scalars())


def _one(connection: sa.Connection, place: Place) -> sa.Row[Any]:
    """A slide that is not in the bin, of a lesson that is not. Raises NotFound."""
    lesson_table.one(connection, *place[:2])
    found = connection.execute(
        sa.select(slide).where(*_at(place), slide.c.deleted_at.is_(None))
    ).one_or_none()
    if found is None:
        raise NotFound("slide", "a slide of the catalogue", "/".join(place))
    return found


def _at(place: Place) -> list[sa.ColumnElement[bool]]:
    return [lesson_table.at(slide, place)]


def _in(table: sa.Table, course_id: str, lesson_id: str) -> list[sa.ColumnElement[bool]]:
    return [table.c.course_id == course_id, table.c.lesson_id == lesson_id]
