"""Upload: session packages by drag and drop; videos and other trackers' exports with what is known of them.

The files themselves travel by `assets/upload.js` and `dashboard.uploads`; this page holds the form.
"""

from __future__ import annotations

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
DONE: Final = "upload-done"  # where clientside callbacks without a result write


def layout(**_: Any) -> Component:
    """The drop zone, the form of what does not say enough itself (hidden until then), the files under way."""
    return page(
        t(TITLE),
        "Bring in the recordings of a class. Each becomes a session as soon as it has been processed.",
        html.Div(
            [
                _drop_zone(),
                _form(),
                html.Section(id=LIST, className="upload-list", **{"aria-label": "Uploads"}),
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
            html.Span("Drop recordings here", className="drop-title"),
            html.Span("or choose files", className="drop-link"),
            html.Span(
                f"session packages (.zip), videos (.webm, .mp4) or other trackers' exports "
                f"({', '.join(SUFFIXES)}), to {max_mb} MB each",
                className="muted small",
            ),
        ],
        id=DROP,
        htmlFor="upload-file",
        className="card drop",
        **{"data-max-mb": str(max_mb)},
    )


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
                        label="Lesson",
                        data=lessons,
                        placeholder="Choose a lesson",
                        searchable=True,
                        nothingFoundMessage="No such lesson",
                    ),
                    dmc.TextInput(
                        id=STUDENT,
                        label="Student",
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
                    dmc.Button("Upload", id=SEND),
                    dmc.Button("Cancel", id=CANCEL, variant="default"),
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
        "Upload the video" if export is None else "Make sessions of it",
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
                    placeholder="not shown",
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
            html.Legend("When each slide appeared, in seconds from the start of the recording"),
            html.P(
                "Each is taken to fill the screen until the next one appears; leave out what was not shown.",
                className="muted small",
            ),
            html.Ul(rows, className="slide-times"),
        ]
    )


def _timeline_file() -> Component:
    """A file that says what the fields above would; the script puts its field in."""
    return html.Div(
        html.Label(
            [
                "Or choose a ",
                html.Code("timeline.csv"),
                " that says when which slide was where: ",
                html.Span(id="upload-timeline-name", className="drop-link"),
            ],
            htmlFor="upload-timeline-file",
        ),
        id=TIMELINE,
        className="upload-timeline small",
    )


def _explanation() -> Component:
    afterwards = "kept here" if current().settings.keep_video else "deleted afterwards"
    contents = {
        "session.json": "lesson, student, screen and camera",
        "webcam.webm, .mp4": "the student's face; or observations.parquet, gaze.csv or .parquet instead",
        "timeline.csv": "when which slide was where on the screen",
        "calibration.csv": "the dots that were looked at (optional, and worth having)",
    }
    return html.Section(
        [
            html.H2("What a package holds"),
            html.Dl(
                [
                    part
                    for name, meaning in contents.items()
                    for part in (html.Dt(html.Code(name)), html.Dd(meaning))
                ],
                className="contents",
            ),
            html.P(
                "A file is checked before anything of it is kept, and refused with the reason if something "
                f"is wrong. Videos are processed on this server and {afterwards}; nothing is sent "
                "anywhere else.",
                className="muted small",
            ),
        ],
        className="card",
    )
