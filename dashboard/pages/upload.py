"""Upload: session packages by drag and drop; videos and other trackers' exports with what is known of them.

The files themselves travel by `assets/upload.js` and `dashboard.uploads`; this page holds the form.
"""

from __future__ import annotations

import json
from typing import Any, Final

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components import export_form
from dashboard.components.export_form import Export
from dashboard.context import current
from dashboard.exports import SUFFIXES
from dashboard.school import current_school
from dashboard.shell import page
from dashboard.texts import t
from pipeline.domain import Lesson

PATH: Final = urls.UPLOAD
TITLE: Final = "page-upload"
DROP: Final = "upload-drop"
LIST: Final = "upload-list"
FORM: Final = "upload-form"
FORM_FILE: Final = "upload-form-file"
EXPORT: Final = "upload-export"  # what was found in the export that the form is about; None for a video
ABOUT: Final = "upload-about"
FOUND: Final = "upload-found"
OPTIONS: Final = "upload-options"
TIMELINE: Final = "upload-timeline"
REFUSAL: Final = "upload-refusal"
LESSON: Final = "upload-lesson"
STUDENT: Final = "upload-student"
TIMES: Final = "upload-times"
SLIDE_TIME: Final = "upload-slide-time"  # type of the pattern ids of the time fields
SEND: Final = "upload-send"
CANCEL: Final = "upload-cancel"
WORDS: Final = (  # what the script says; it puts values between percent signs
    "here-already", "not-accepted", "open-became", "sending", "checking", "looking", "asking", "accepted",
    "failed", "no-reason", "ready", "ready-some", "open-session", "open-lesson", "session-of",
    "expected-kind", "got-kind", "expected-content", "got-empty", "expected-size", "waiting",
    "choose-file", "recording", "video", "need-lesson", "need-student", "given-up",
)  # fmt: skip
DONE: Final = "upload-done"  # where clientside callbacks without a result write


def layout(**_: Any) -> Component:
    """The drop zone, the form of what does not say enough itself (hidden until then), the files under way."""
    return page(
        t(TITLE),
        t("upload-lead"),
        html.Div(
            [
                _drop_zone(),
                _form(),
                html.Section(id=LIST, className="upload-list", **{"aria-label": t("upload-list")}),
                _explanation(),
                html.Div(id=DONE, hidden=True),
            ],
            className="stack",
        ),
        shareable=False,
    )


def register_callbacks(app: Dash) -> None:
    """Hand the page's places to the script, and the form's fields when it is sent."""
    app.clientside_callback(
        ClientsideFunction("upload", "mount"),
        Output(DONE, "children"),
        Input(DROP, "id"),
        State(DROP, "data-max-mb"),
    )
    app.clientside_callback(
        ClientsideFunction("upload", "submit"),
        Output(SEND, "loading"),
        Input(SEND, "n_clicks"),
        State(LESSON, "value"),
        State(STUDENT, "value"),
        State({"type": SLIDE_TIME, "slide": ALL}, "value"),
        State({"type": export_form.SCREEN, "field": ALL}, "value"),
        State({"type": export_form.STIMULUS, "number": ALL}, "value"),
        State({"type": export_form.KEEP, "field": ALL}, "checked"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("upload", "read"),
        Output(export_form.READ, "loading"),
        Input(export_form.READ, "n_clicks"),
        State({"type": export_form.COLUMN, "field": ALL}, "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("upload", "cancel"),
        Output(CANCEL, "loading"),
        Input(CANCEL, "n_clicks"),
        prevent_initial_call=True,
    )
    for field in (LESSON, STUDENT):
        app.clientside_callback(
            ClientsideFunction("upload", "corrected"),
            Output(field, "error"),
            Input(field, "value"),
            prevent_initial_call=True,
        )
    app.callback(Output(TIMES, "children"), Input(LESSON, "value"), Input(EXPORT, "data"))(_slides)
    app.callback(
        Output(ABOUT, "children"),
        Output(FOUND, "children"),
        Output(OPTIONS, "children"),
        Output(SEND, "children"),
        Output(SEND, "disabled"),
        Output(TIMELINE, "hidden"),
        Output(STUDENT, "description"),
        Input(EXPORT, "data"),
    )(_ask_about)


def _drop_zone() -> Component:
    """A label around the file field that the script puts in: a click, Enter or a drop all choose files."""
    max_mb = current().settings.upload_max_mb
    return html.Label(
        [
            html.Span(t("upload-drop"), className="drop-title"),
            html.Span(t("upload-choose"), className="drop-link"),
            html.Span(
                t("upload-kinds", suffixes=", ".join(SUFFIXES), mb=str(max_mb)), className="muted small"
            ),
        ],
        id=DROP,
        htmlFor="upload-file",
        className="card drop",
        **{"data-max-mb": str(max_mb), "data-words": json.dumps(_words())},
    )


def _words() -> dict[str, str]:
    values = {name: f"%{name}%" for name in ("sent", "size", "n", "place", "count", "doing", "name")}
    return {name: t(f"upload-js-{name}", **values) for name in WORDS}


def _form() -> Component:
    """What is asked about a bare video or an export."""
    lessons = [
        {"value": f"{row.course_id}/{row.lesson_id}", "label": f"{row.course_title}: {row.lesson_title}"}
        for row in current_school().lessons()
    ]
    return html.Section(
        [
            html.H2(id=FORM_FILE),
            html.P(id=ABOUT, className="muted"),
            dcc.Store(id=EXPORT),
            html.Div(id=FOUND, className="stack"),
            html.Div(
                [
                    dmc.Select(
                        id=LESSON,
                        label=t("upload-lesson"),
                        data=lessons,
                        placeholder=t("upload-lesson-choose"),
                        searchable=True,
                        nothingFoundMessage=t("upload-lesson-none"),
                    ),
                    dmc.TextInput(
                        id=STUDENT,
                        label=t("upload-student"),
                        description=export_form.student(None),
                        inputWrapperOrder=["label", "input", "description", "error"],
                    ),
                ],
                className="form-row",
            ),
            html.Div(id=TIMES),
            _timeline_file(),
            html.Div(id=OPTIONS, className="stack"),
            html.P(id=REFUSAL, className="export-refused", role="alert"),
            html.Div(
                [
                    dmc.Button(t("upload-send"), id=SEND),
                    dmc.Button(t("upload-cancel"), id=CANCEL, variant="default"),
                ],
                className="form-actions",
            ),
        ],
        id=FORM,
        className="card upload-form",
        hidden=True,
    )


def _ask_about(export: Export | None) -> tuple[Any, ...]:
    """What depends on the file that the form is about."""
    return (
        export_form.about(export),
        export_form.found(export),
        export_form.options(export),
        t("upload-send-video") if export is None else t("upload-send-export"),
        export is not None and export["found"] is None,
        export is not None and (export["found"] is None or bool(export["stimuli"])),
        export_form.student(export),
    )


def _slides(lesson: str | None, export: Export | None) -> Component | None:
    """Which slide was seen when: by stimulus where an export has some, else by the second."""
    if not lesson or (export and not export["found"]):
        return None
    course_id, lesson_id = lesson.split("/", 1)
    chosen = current_school().lesson(course_id, lesson_id)
    by_stimulus = export_form.slides(export, chosen) if export else None
    return by_stimulus or _slide_times(chosen)


def _slide_times(lesson: Lesson) -> Component:
    """When each slide of the chosen lesson appeared, or a `timeline.csv` that says so."""
    rows = [
        html.Li(
            [
                html.Img(
                    src=urls.slide_image(lesson.course_id, lesson.lesson_id, slide.slide_id),
                    alt="",
                    className="slide-picture",
                ),
                dmc.NumberInput(
                    id={"type": SLIDE_TIME, "slide": slide.slide_id},
                    label=f"{number}. {slide.title}",
                    placeholder=t("upload-not-shown"),
                    suffix=" s",
                    min=0,
                    decimalScale=2,
                    hideControls=True,
                ),
            ]
        )
        for number, slide in enumerate(lesson.slides, start=1)
    ]
    return html.Fieldset(
        [
            html.Legend(t("upload-times")),
            html.P(t("upload-times-note"), className="muted small"),
            html.Ul(rows, className="slide-times"),
        ]
    )


def _timeline_file() -> Component:
    """A file that says what the fields above would; the script puts its field in."""
    return html.Div(
        html.Label(
            [
                t("upload-timeline-before"),
                " ",
                html.Code("timeline.csv"),
                " ",
                t("upload-timeline-after"),
                " ",
                html.Span(id="upload-timeline-name", className="drop-link"),
            ],
            htmlFor="upload-timeline-file",
        ),
        id=TIMELINE,
        className="upload-timeline small",
    )


def _explanation() -> Component:
    kept = "kept" if current().settings.keep_video else "deleted"
    contents = {
        "session.json": t("upload-package-session"),
        "webcam.webm, .mp4": t("upload-package-webcam"),
        "timeline.csv": t("upload-package-timeline"),
        "calibration.csv": t("upload-package-calibration"),
    }
    return html.Section(
        [
            html.H2(t("upload-package")),
            html.Dl(
                [
                    part
                    for name, meaning in contents.items()
                    for part in (html.Dt(html.Code(name)), html.Dd(meaning))
                ],
                className="contents",
            ),
            html.P(t(f"upload-checked-{kept}"), className="muted small"),
        ],
        className="card",
    )
