"""The replay of a class: everybody's gaze over the slides of a lesson, on one clock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components import replay, rules, states
from dashboard.components.replay import CLASS_PLAN, MOMENT
from dashboard.group import Rules
from dashboard.replay import Replay, class_replay
from dashboard.replay_clock import Align
from dashboard.school import current_school
from dashboard.shell import REVISION, page
from dashboard.texts import t
from dashboard.words import ranges
from pipeline.storage.rows import NotFound

PATH: Final = urls.REPLAY_PAGE
TITLE: Final = "page-replay"
PLACE: Final = "replay-place"  # dcc.Store: course, lesson, and the slide that a version is asked of
LEAD: Final = "replay-lead"
REMOVED: Final = "replay-removed"
STUDENTS: Final = "replay-students"
ALIGN: Final = "replay-align"
NOTE: Final = "replay-note"  # how the clocks are laid over one another
CHOSEN: Final = "replay-chosen"  # dcc.Store: students and align as the address has them
ADDRESS: Final = "replay-address"  # where the script that writes the address answers


def layout(course_id: str = "", lesson_id: str = "", **query: Any) -> Component:
    """The page as its address says; what is chosen and looked at is written back into the address."""
    whose, students = Rules.read(query), tuple(filter(None, str(query.get("students", "")).split(",")))
    place = [course_id, lesson_id, query.get("slide")]
    try:
        asked = _replay(place, students, whose, query.get("align"))
    except NotFound:
        return states.nowhere()
    school, lesson = current_school(), asked.lesson
    versions = school.slide_versions(course_id, lesson_id).get(str(place[2]), ())
    return page(
        t("replay-title", lesson=lesson.lesson_title),
        html.Span(lead(asked), id=LEAD),
        dcc.Store(PLACE, data=place),
        dcc.Store(CHOSEN, data=_chosen(students, asked.align)),
        dcc.Store(ADDRESS),
        _controls(asked, students),
        rules.controls(whose, _left_out(asked), REMOVED, school.groups(), versions),
        html.Section(
            replay.player(
                CLASS_PLAN,
                plan_of(asked, students, whose, place[2]),
                query,
                html.P(t(f"replay-note-{asked.align}"), id=NOTE, className="muted small"),
            ),
            className="card",
        ),
        crumbs=[
            (t("page-lessons"), urls.OVERVIEW),
            (lesson.course_title, urls.lessons(course=course_id)),
            (lesson.lesson_title, urls.lesson(course_id, lesson_id, **whose.query())),
        ],
    )


def register_callbacks(app: Dash) -> None:
    """The player follows the choice of students, clock and rules; the address follows everything."""
    app.callback(
        Output(CLASS_PLAN, "data"),
        Output(LEAD, "children"),
        Output(REMOVED, "children"),
        Output(NOTE, "children"),
        Output(CHOSEN, "data"),
        Input(STUDENTS, "value"),
        Input(ALIGN, "value"),
        rules.changed(),
        Input(REVISION, "data"),
        State(PLACE, "data"),
        prevent_initial_call=True,
    )(_changed)
    app.clientside_callback(
        ClientsideFunction("address", "remember"),
        Output(ADDRESS, "data"),
        Input(CHOSEN, "data"),
        rules.changed(),
        Input(MOMENT, "data"),
        prevent_initial_call=True,
    )


def _changed(
    students: list[str] | None, align: str, whose: dict[str, Any] | None, _: Any, place: list[str | None]
) -> tuple[Any, ...]:
    chosen, rules_now = tuple(students or ()), Rules.read(whose)
    asked = _replay(place, chosen, rules_now, align)
    return (
        plan_of(asked, chosen, rules_now, place[2]),
        lead(asked),
        rules.left_out_list(_left_out(asked)),
        t(f"replay-note-{asked.align}"),
        _chosen(chosen, asked.align),
    )


def _replay(place: list[str | None], students: tuple[str, ...], whose: Rules, align: str | None) -> Replay:
    way = Align.START if align == Align.START else Align.SLIDE
    course_id, lesson_id, slide_id = place
    return class_replay(current_school(), str(course_id), str(lesson_id), students, whose, slide_id, way)


def _chosen(students: tuple[str, ...], align: Align) -> dict[str, Any]:
    return {"students": list(students) or None, "align": None if align is Align.SLIDE else align.value}


def plan_of(asked: Replay, students: tuple[str, ...], whose: Rules, slide_id: str | None) -> dict[str, Any]:
    """What the player plays; `slide_id` is only about the version that is asked for."""
    place = (asked.lesson.course_id, asked.lesson.lesson_id)
    query = {
        "students": students or None,
        "align": asked.align.value,
        "slide": slide_id if whose.version is not None else None,
        **whose.query(),
    }
    state = replay.state_of(asked)
    return replay.plan(asked, urls.replay(*place, **query, state=state), urls.tracked(*place, **query))


def lead(asked: Replay) -> str:
    """How many are shown, of how many."""
    sentences = [t("replay-lead", shown=len(asked.rows), students=len(asked.students))]
    if asked.without_gaze:
        names = ", ".join(asked.without_gaze)
        sentences.append(t("replay-without-gaze", n=len(asked.without_gaze), students=names))
    return " ".join(sentences)


def _left_out(asked: Replay) -> rules.LeftOut:
    """Who is left out, of which slides and why; a line a student."""
    numbers = {slide_id: number for number, slide_id in enumerate(asked.lesson.slide_ids(), start=1)}
    found: dict[str, dict[str, list[int]]] = {}
    for slide_id, excluded in asked.left_out.items():
        for each in excluded:
            found.setdefault(each.student, {}).setdefault(each.reason, []).append(numbers[slide_id])
    lines = (
        t("replay-left-out", student=student, reasons="; ".join(_reasons(reasons, len(numbers))))
        for student, reasons in sorted(found.items())
    )
    return rules.LeftOut(tuple(sorted(found)), tuple(lines))


def _reasons(reasons: dict[str, list[int]], slides: int) -> Iterator[str]:
    for reason, numbers in reasons.items():
        if len(numbers) == slides:
            yield reason
        else:
            yield t("replay-left-out-on", reason=reason, n=len(numbers), slides=ranges(numbers))


def _controls(asked: Replay, students: tuple[str, ...]) -> Component:
    ways = [{"value": way.value, "label": t(f"replay-align-{way}")} for way in Align]
    return html.Div(
        [
            dmc.MultiSelect(
                id=STUDENTS, data=list(asked.students), value=[s for s in students if s in asked.students],
                placeholder=t("replay-whole-class"), searchable=True, clearable=True,
                hidePickedOptions=True, selectFirstOptionOnChange=True,
                nothingFoundMessage=t("replay-no-student"), className="students-choice",
                **{"aria-label": t("replay-students-label")},
            ),
            dmc.SegmentedControl(
                id=ALIGN, data=ways, value=asked.align.value, **{"aria-label": t("replay-align")}
            ),
        ],
        className="controls",
    )  # fmt: skip
