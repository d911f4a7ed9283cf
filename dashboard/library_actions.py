"""Everything that can be done in the library, by name: each says what it did, and how to undo it.

An action is a list, its name first, as JSON carries it. What undoes an action is another action.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, get_args, get_origin, get_type_hints

from dashboard import urls
from dashboard.texts import t
from pipeline.errors import InputError
from pipeline.ingest.documents import TEXT_MAX, UNREADABLE, quoted
from pipeline.ingest.slides import slug
from pipeline.storage import corrections, courses, slides, the_bin
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.rows import NotFound, SessionRow

Action = list[Any]
IDS_MAX: Final = 20_000


@dataclass(frozen=True)
class Done:
    """What was done, in a sentence; the action that undoes it, if any; and where to go on."""

    sentence: str
    undo: Action | None = None
    url: str | None = None
    left: list[str] = field(default_factory=list)  # sentences on what could not be done


def perform(catalogue: Catalogue, action: object) -> Done:
    """Do it. Raises InputError where it cannot be done, and then nothing was."""
    if not isinstance(action, list) or not action or action[0] not in ACTIONS:
        raise InputError("do", "a list that begins with the name of an action", quoted(action))
    act = ACTIONS[action[0]]
    return act(catalogue, *_checked(act, action[1:]))


def _checked(act: Callable[..., Done], given: Sequence[Any]) -> Sequence[Any]:
    """The arguments, if they are of the kinds that the action takes."""
    kinds = get_type_hints(act)
    wanted = [kinds[name] for name in list(inspect.signature(act).parameters)[1:]]
    if len(wanted) != len(given) or not all(map(_is_a, given, wanted)):
        raise InputError("do", f"what {act.__name__} takes: {', '.join(map(str, wanted))}", quoted(given))
    return given


def _is_a(value: object, kind: Any) -> bool:
    if get_origin(kind) is list:
        (inner,) = get_args(kind)
        return isinstance(value, list) and len(value) <= IDS_MAX and all(_is_a(each, inner) for each in value)
    return isinstance(value, kind) and not isinstance(value, bool)


def _title(text: str) -> str:
    """A title as people may write it."""
    said = " ".join(UNREADABLE.sub(" ", text).split())
    if not said or len(said) > TEXT_MAX:
        raise InputError(t("library-field-title"), t("library-title-expected", most=TEXT_MAX), quoted(text))
    return said


def pseudonyms(text: str) -> list[str]:
    """Those in a list that was typed or pasted: separated by line ends, commas, semicolons or spaces."""
    return list(dict.fromkeys(re.findall(r"[^\s,;]+", text)))


# Courses and lessons


def create_course(catalogue: Catalogue, title: str) -> Done:
    said = _title(title)
    course_id = courses.create_course(catalogue, slug(said), said)
    return Done(t("library-done-create-course", title=said), ["delete", ["course", course_id]])


def rename_course(catalogue: Catalogue, course_id: str, title: str) -> Done:
    said = _title(title)
    former = courses.rename_course(catalogue, course_id, said)
    return Done(t("library-done-rename", former=former, title=said), ["rename-course", course_id, former])


def create_lesson(catalogue: Catalogue, course_id: str, title: str) -> Done:
    said = _title(title)
    lesson_id = courses.create_lesson(catalogue, course_id, slug(said), said)
    undo = ["delete", ["lesson", course_id, lesson_id]]
    return Done(t("library-done-create-lesson", title=said), undo, urls.library_lesson(course_id, lesson_id))


def rename_lesson(catalogue: Catalogue, course_id: str, lesson_id: str, title: str) -> Done:
    said = _title(title)
    former = courses.rename_lesson(catalogue, course_id, lesson_id, said)
    undo = ["rename-lesson", course_id, lesson_id, former]
    return Done(t("library-done-rename", former=former, title=said), undo)


# Slides


def rename_slide(catalogue: Catalogue, course_id: str, lesson_id: str, slide_id: str, title: str) -> Done:
    said, place = _title(title), (course_id, lesson_id, slide_id)
    former = slides.rename_slide(catalogue, place, said)
    return Done(t("library-done-rename", former=former, title=said), ["rename-slide", *place, former])


def order_slides(catalogue: Catalogue, course_id: str, lesson_id: str, slide_ids: list[str]) -> Done:
    former = slides.reorder_slides(catalogue, course_id, lesson_id, slide_ids)
    return Done(t("library-done-order"), ["order-slides", course_id, lesson_id, list(former)])


def use_picture(catalogue: Catalogue, course_id: str, lesson_id: str, slide_id: str, version: int) -> Done:
    place = (course_id, lesson_id, slide_id)
    former = slides.use_picture(catalogue, place, version)
    kept = [row.version for row in catalogue.slide_versions(*place)]
    undo = ["use-picture", *place, former] if former in kept else None
    return Done(t("library-done-picture", version=version), undo)


# The bin


def delete(catalogue: Catalogue, key: list[str]) -> Done:
    """Put a course, lesson, slide or sessions into the bin."""
    sessions = the_bin.delete(catalogue, tuple(key))
    return Done(t(f"library-done-delete-{_kind(key)}", sessions=sessions), ["restore", key])


def delete_slides(catalogue: Catalogue, course_id: str, lesson_id: str, slide_ids: list[str]) -> Done:
    slides.remove_slides(catalogue, course_id, lesson_id, slide_ids)
    undo = ["restore-slides", course_id, lesson_id, slide_ids]
    return Done(t("library-done-delete-slides", slides=len(slide_ids)), undo)


def restore_slides(catalogue: Catalogue, course_id: str, lesson_id: str, slide_ids: list[str]) -> Done:
    slides.restore_slides(catalogue, course_id, lesson_id, slide_ids)
    undo = ["delete-slides", course_id, lesson_id, slide_ids]
    return Done(t("library-done-restore-slides", slides=len(slide_ids)), undo)


def restore(catalogue: Catalogue, key: list[str]) -> Done:
    """Take something out of the bin."""
    found = binned(catalogue, key)
    sessions = the_bin.restore(catalogue, found)
    return Done(t(f"library-done-restore-{_kind(found)}", sessions=sessions), ["delete", list(found)])


def purge(catalogue: Catalogue, key: list[str]) -> Done:
    """Delete something in the bin for good."""
    sessions = the_bin.purge(catalogue, binned(catalogue, key))
    return Done(t("library-done-purge", sessions=sessions))


def empty_bin(catalogue: Catalogue) -> Done:
    rows = the_bin.rows(catalogue)
    for row in rows:
        the_bin.purge(catalogue, row.key)
    return Done(t("library-done-empty-bin", entries=len(rows)))


def binned(catalogue: Catalogue, key: Sequence[str]) -> the_bin.Key:
    """The key of something in the bin; ``batch`` and a moment stand for the sessions deleted then."""
    if key[:1] != ["batch"]:
        return tuple(key)
    for row in the_bin.rows(catalogue):
        if row.kind == "sessions" and [row.deleted_at.isoformat()] == key[1:]:
            return row.key
    raise NotFound("bin", "sessions that are still in the bin", "none of that moment")


def _kind(key: Sequence[str]) -> str:
    return key[0] if key and key[0] in ("course", "lesson", "slide") else "sessions"


# Students


def create_group(catalogue: Catalogue, title: str, members: str) -> Done:
    said, named = _title(title), pseudonyms(members)
    group_id = corrections.create_group(catalogue, slug(said), said, named)
    return Done(t("library-done-create-group", title=said, students=len(named)), ["delete-group", group_id])


def rename_group(catalogue: Catalogue, group_id: str, title: str) -> Done:
    said = _title(title)
    former = corrections.rename_group(catalogue, group_id, said)
    return Done(t("library-done-rename", former=former, title=said), ["rename-group", group_id, former])


def delete_group(catalogue: Catalogue, group_id: str) -> Done:
    found = [group for group in catalogue.groups() if group.group_id == group_id]
    if not found:
        raise InputError("group", "a group of the school", quoted(group_id))
    catalogue.remove_group(group_id)
    undo = ["put-group", group_id, found[0].title, list(found[0].students)]
    return Done(t("library-done-delete-group", title=found[0].title), undo)


def put_group(catalogue: Catalogue, group_id: str, title: str, members: list[str]) -> Done:
    catalogue.put_group(group_id, _title(title), members)
    return Done(t("library-done-put-group", title=title), ["delete-group", group_id])


def add_members(catalogue: Catalogue, group_id: str, members: str) -> Done:
    added = corrections.add_members(catalogue, group_id, pseudonyms(members))
    undo = ["remove-members", group_id, added] if added else None
    return Done(t("library-done-add-members", students=len(added)), undo)


def remove_members(catalogue: Catalogue, group_id: str, members: list[str]) -> Done:
    gone = corrections.remove_members(catalogue, group_id, members)
    undo = ["add-members", group_id, " ".join(gone)] if gone else None
    return Done(t("library-done-remove-members", students=len(gone)), undo)


def group_students(catalogue: Catalogue, members: list[str], group_id: str) -> Done:
    """Put students that were chosen into a group that was chosen."""
    return add_members(catalogue, group_id, " ".join(members))


def rename_student(catalogue: Catalogue, student: str, wanted: str) -> Done:
    corrections.rename_student(catalogue, student, wanted.strip())
    said = t("library-done-rename", former=student, title=wanted.strip())
    return Done(said, ["rename-student", wanted.strip(), student])


# Sessions


def process_sessions(catalogue: Catalogue, session_ids: list[str]) -> Done:
    rows = _rows(catalogue, session_ids)
    able = [row for row in rows if catalogue.recording(row) is not None]
    for row in able:
        catalogue.process_again(row.session_id)
    left = [t("library-nothing-kept", sessions=len(rows) - len(able))] if len(able) < len(rows) else []
    return Done(t("library-done-process", sessions=len(able)), left=left)


def move_sessions(catalogue: Catalogue, session_ids: list[str], place: str) -> Done:
    """Let sessions be of another lesson, those whose slides it has; `place` is COURSE/LESSON."""
    course_id, _, lesson_id = place.partition("/")
    rows = _rows(catalogue, session_ids)
    misfits = corrections.misfits(catalogue, rows, course_id, lesson_id)
    moved = [row.session_id for row in rows if row.session_id not in misfits]
    former = [
        [row.session_id, row.course_id or "", row.lesson_id or ""]
        for row in rows
        if row.session_id not in misfits
    ]
    if moved:
        corrections.move_sessions(catalogue, moved, course_id, lesson_id)
    lesson = catalogue.lesson(course_id, lesson_id)
    said = t("library-done-move", sessions=len(moved), lesson=lesson.lesson_title)
    return Done(said, ["move-back", former] if moved else None, left=_why_left(misfits))


def _rows(catalogue: Catalogue, session_ids: Sequence[str]) -> list[SessionRow]:
    """These sessions, all read at once. Raises NotFound, also for one in the bin."""
    known = {row.session_id: row for row in catalogue.sessions()}
    unknown = next((each for each in session_ids if each not in known), None)
    if unknown is not None:
        raise NotFound("session", "a session of the school", quoted(unknown))
    return [known[each] for each in session_ids]


def _why_left(misfits: dict[str, list[str]]) -> list[str]:
    """Why sessions were not moved: those without tables, and those on slides that the lesson lacks."""
    unread = sum(not slide_ids for slide_ids in misfits.values())
    lacking = sorted({slide_id for slide_ids in misfits.values() for slide_id in slide_ids})
    said = [t("library-move-unread", sessions=unread)] if unread else []
    if lacking:
        named = ", ".join(lacking[:6]) + (", …" if len(lacking) > 6 else "")
        sessions = len(misfits) - unread
        said.append(t("library-move-misfits", sessions=sessions, slides=named))
    return said


def move_back(catalogue: Catalogue, former: list[list[str]]) -> Done:
    """Let each session be of the lesson it was of."""
    places: dict[tuple[str, str], list[str]] = {}
    for session_id, course_id, lesson_id in former:
        places.setdefault((course_id, lesson_id), []).append(session_id)
    for place, session_ids in places.items():
        corrections.move_sessions(catalogue, session_ids, *place)
    return Done(t("library-done-move-back", sessions=len(former)))


ACTIONS: Final[dict[str, Callable[..., Done]]] = {
    act.__name__.replace("_", "-"): act
    for act in (
        create_course, rename_course, create_lesson, rename_lesson, rename_slide, order_slides, use_picture,
        delete, delete_slides, restore_slides, restore, purge, empty_bin, create_group, rename_group,
        delete_group, put_group, add_members, remove_members, group_students, rename_student,
        process_sessions, move_sessions, move_back,
    )
}  # fmt: skip
