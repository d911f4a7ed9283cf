"""The dialogs of the library: what is asked before something is done. Each is a form that performs an action.

The values of its fields, in order, are the last arguments of the action.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, html, no_update
from dash.development.base_component import Component

from dashboard.components.library import ASK, DIALOG
from dashboard.context import current
from dashboard.library import (
    Filter,
    filtered,
    library_bin,
    library_groups,
    library_shelves,
    library_slides,
    sessions_frame,
)
from dashboard.library_actions import Action, binned
from dashboard.school import current_school
from dashboard.texts import t
from pipeline.errors import InputError
from pipeline.storage.rows import NotFound

FIELD: Final = "library-field"  # ids of the fields: library-field-0, library-field-1...
PROBLEM: Final = "library-problem"

Dialog = tuple[str, Component]  # its title, and the form


def register_callbacks(app: Dash) -> None:
    """What a button asks for is shown."""
    app.callback(
        Output(DIALOG, "opened"),
        Output(DIALOG, "title"),
        Output(DIALOG, "children"),
        Input(ASK, "data"),
        prevent_initial_call=True,
    )(_open)


def _open(asked: dict[str, Any] | None) -> tuple[Any, Any, Any]:
    if not asked:
        return no_update, no_update, no_update
    try:
        title, form = DIALOGS[asked["ask"]](*asked["of"])
    except NotFound as error:
        title, form = t("library-gone-title"), html.P(str(error))
    return True, title, form


def _form(
    do: Action, button: str, *fields: Component, intro: Sequence[str] = (), danger: bool = False
) -> Component:
    look = "button danger-fill" if danger else "button primary"
    return html.Form(
        [
            *(html.P(each) for each in intro),
            *fields,
            html.P(id=PROBLEM, className="problem", role="alert"),
            html.Div(
                [
                    html.Button(button, type="submit", className=look),
                    html.Button(
                        t("library-cancel"), type="button", className="button", **{"data-cancel": "true"}
                    ),
                ],
                className="form-actions",
            ),
        ],
        className="dialog-form",
        **{"data-do": json.dumps(do, ensure_ascii=False)},
    )


def _text(label: str, value: str = "", place: int = 0, description: str | None = None) -> Component:
    return dmc.TextInput(
        id=f"{FIELD}-{place}", label=label, value=value, description=description,
        **({"data-autofocus": True} if place == 0 else {}),
    )  # fmt: skip


def _list(label: str, description: str, place: int = 0) -> Component:
    return dmc.Textarea(
        id=f"{FIELD}-{place}", label=label, description=description, autosize=True, minRows=4, maxRows=12,
        **({"data-autofocus": True} if place == 0 else {}),
    )  # fmt: skip


def _choice(label: str, choices: Sequence[tuple[str, str]]) -> Component:
    """A list of what can be chosen: value and title of each."""
    options = [html.Option(title, value=value) for value, title in choices]
    select = html.Select(options, id=f"{FIELD}-0", className="choice", **{"data-autofocus": "true"})
    return html.Label([html.Span(label), select], htmlFor=f"{FIELD}-0", className="choice-label")


# Courses and lessons


def _create_course() -> Dialog:
    field = _text(t("library-field-title"))
    return t("library-new-course"), _form(["create-course"], t("library-create"), field)


def _rename_course(course_id: str) -> Dialog:
    shelf = _shelf(course_id)
    field = _text(t("library-field-title"), shelf.title)
    return t("library-rename-course"), _form(["rename-course", course_id], t("library-save"), field)


def _delete_course(course_id: str) -> Dialog:
    shelf = _shelf(course_id)
    told = t("library-delete-course", lessons=len(shelf.lessons), sessions=shelf.sessions)
    do = ["delete", ["course", course_id]]
    return (
        t("library-delete-title", title=shelf.title),
        _form(do, t("library-into-bin"), intro=[told, t("library-kept")], danger=True),
    )


def _create_lesson(course_id: str) -> Dialog:
    _shelf(course_id)
    field = _text(t("library-field-title"))
    return t("library-new-lesson"), _form(["create-lesson", course_id], t("library-create"), field)


def _rename_lesson(course_id: str, lesson_id: str) -> Dialog:
    title = current_school().lesson(course_id, lesson_id).lesson_title
    form = _form(
        ["rename-lesson", course_id, lesson_id], t("library-save"), _text(t("library-field-title"), title)
    )
    return t("library-rename-lesson"), form


def _delete_lesson(course_id: str, lesson_id: str) -> Dialog:
    lesson = current_school().lesson(course_id, lesson_id)
    sessions = len(current_school().sessions(course_id, lesson_id))
    told = t("library-delete-lesson", slides=len(lesson.slides), sessions=sessions)
    do = ["delete", ["lesson", course_id, lesson_id]]
    return (
        t("library-delete-title", title=lesson.lesson_title),
        _form(do, t("library-into-bin"), intro=[told, t("library-kept")], danger=True),
    )


def _shelf(course_id: str) -> Any:
    found = [shelf for shelf in library_shelves(current_school()) if shelf.course_id == course_id]
    if not found:
        raise NotFound("course", "a course of the school", repr(course_id))
    return found[0]


# Slides


def _rename_slide(course_id: str, lesson_id: str, slide_id: str) -> Dialog:
    slides = [each.slide for each in library_slides(current_school(), course_id, lesson_id)]
    title = next((slide.title for slide in slides if slide.slide_id == slide_id), "")
    do = ["rename-slide", course_id, lesson_id, slide_id]
    return t("library-rename-slide"), _form(do, t("library-save"), _text(t("library-field-title"), title))


# Students


def _create_group() -> Dialog:
    fields = _text(t("library-field-name")), _list(t("library-field-members"), t("library-members-how"), 1)
    return t("library-new-group"), _form(["create-group"], t("library-create"), *fields)


def _rename_group(group_id: str) -> Dialog:
    field = _text(t("library-field-name"), _group(group_id).title)
    return t("library-rename-group"), _form(["rename-group", group_id], t("library-save"), field)


def _add_members(group_id: str) -> Dialog:
    field = _list(t("library-field-members"), t("library-members-how"))
    title = t("library-add-to", title=_group(group_id).title)
    return title, _form(["add-members", group_id], t("library-add"), field)


def _group(group_id: str) -> Any:
    found = [group for group in library_groups(current_school()) if group.group_id == group_id]
    if not found:
        raise NotFound("group", "a group of the school", repr(group_id))
    return found[0]


def _group_students(*students: str) -> Dialog:
    title = t("library-group-students-title", students=len(students))
    choices = [(group.group_id, group.title) for group in library_groups(current_school())]
    if not choices:
        do: Action = ["create-group"]
        listed = dmc.Textarea(id=f"{FIELD}-1", label=t("library-field-members"), value="\n".join(students))
        return title, _form(do, t("library-create"), _text(t("library-new-group-name")), listed)
    do = ["group-students", list(students)]
    return title, _form(do, t("library-add"), _choice(t("library-field-group"), choices))


def _rename_student(student: str) -> Dialog:
    field = _text(t("library-field-pseudonym"), student, description=t("library-pseudonym-how"))
    form = _form(
        ["rename-student", student], t("library-save"), field, intro=[t("library-rename-student-what")]
    )
    return t("library-rename-student", student=student), form


# Sessions


def wanted_sessions(*of: str) -> list[str]:
    """The ids that a button is about: as they are, or all that meet the filter after the word `filter`."""
    if of[:1] != ("filter",):
        return list(of)
    groups = {group.group_id: group for group in library_groups(current_school())}
    wanted = Filter.read(json.loads(of[1]))
    return list(filtered(sessions_frame(current_school()), wanted, groups)["session_id"])


def _process_sessions(*of: str) -> Dialog:
    ids = wanted_sessions(*of)
    wanted, recording = set(ids), current().catalogue.recording
    rows = [row for row in current_school().sessions() if row.session_id in wanted]
    able = sum(recording(row) is not None for row in rows)
    title = t("library-process-title", sessions=len(ids))
    if not able:
        return title, html.P(t("library-process-nothing-kept"))
    intro = [t("library-process-what", able=able, sessions=len(ids))]
    return title, _form(["process-sessions", ids], t("library-process"), intro=intro)


def _move_sessions(*of: str) -> Dialog:
    ids = wanted_sessions(*of)
    choices = [
        (f"{row.course_id}/{row.lesson_id}", f"{row.course_title}: {row.lesson_title}")
        for row in current_school().lessons()
    ]
    title = t("library-move-title", sessions=len(ids))
    if not choices:
        return title, html.P(t("library-no-lessons"))
    field = _choice(t("library-field-lesson"), choices)
    return title, _form(["move-sessions", ids], t("library-move"), field, intro=[t("library-move-what")])


def _delete_sessions(*of: str) -> Dialog:
    ids = wanted_sessions(*of)
    if not ids:
        raise NotFound("sessions", "sessions that were chosen", "none")
    title = t("library-delete-sessions-title", sessions=len(ids))
    do = ["delete", ["sessions", *ids]]
    return title, _form(
        do, t("library-into-bin"), intro=[t("library-delete-sessions"), t("library-kept")], danger=True
    )


# The bin


def _purge(*key: str) -> Dialog:
    found = binned(current().catalogue, list(key))
    row = next((row for row in library_bin(current_school()) if row.key == found), None)
    sessions = len(row.sessions) if row else len(found) - 1
    intro = [t("library-purge-what", sessions=sessions), t("library-purge-final")]
    return t("library-purge-title"), _form(["purge", list(key)], t("library-purge"), intro=intro, danger=True)


def _empty_bin() -> Dialog:
    rows = library_bin(current_school())
    if not rows:
        raise InputError("bin", "something in it", "nothing")
    sessions = sum(len(row.sessions) for row in rows)
    intro = [t("library-empty-what", entries=len(rows), sessions=sessions), t("library-purge-final")]
    return t("library-empty-bin"), _form(["empty-bin"], t("library-purge"), intro=intro, danger=True)


DIALOGS: Final[dict[str, Callable[..., Dialog]]] = {
    made.__name__.strip("_").replace("_", "-"): made
    for made in (
        _create_course, _rename_course, _delete_course, _create_lesson, _rename_lesson, _delete_lesson,
        _rename_slide, _create_group, _rename_group, _add_members, _group_students, _rename_student,
        _process_sessions, _move_sessions, _delete_sessions, _purge, _empty_bin,
    )
}  # fmt: skip
