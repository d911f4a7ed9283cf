"""Upload: session packages by drag and drop, or a bare video with what is known of it.

The files themselves travel by `assets/upload.js` and `dashboard.uploads`; this page holds the form.
"""

from __future__ import annotations

from typing import Any, Final

import dash_mantine_components as dmc
from dash import ALL, ClientsideFunction, Dash, Input, Output, State, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.bare_video import SCREEN_DEFAULT
from dashboard.context import current
from dashboard.school import current_school
from dashboard.shell import page

PATH: Final = urls.UPLOAD
TITLE: Final = "Upload"
DROP: Final = "upload-drop"
LIST: Final = "upload-list"
FORM: Final = "upload-form"
FORM_FILE: Final = "upload-form-file"
LESSON: Final = "upload-lesson"
STUDENT: Final = "upload-student"
TIMES: Final = "upload-times"
SCREEN: Final = "upload-screen"  # type of the pattern ids of the three screen fields
SLIDE_TIME: Final = "upload-slide-time"  # type of the pattern ids of the time fields
SEND: Final = "upload-send"
CANCEL: Final = "upload-cancel"
DONE: Final = "upload-done"  # where clientside callbacks without a result write


def layout(**_: Any) -> Component:
    """The drop zone, the form of a bare video (hidden until one is chosen) and the files under way."""
    return page(
        TITLE,
        "Bring in the recordings of a class. Each becomes a session as soon as it has been processed.",
        html.Div(
            [
                _drop_zone(),
                _video_form(),
                html.Section(id=LIST, className="upload-list", **{"aria-label": "Uploads"}),
                _explanation(),
                html.Div(id=DONE, hidden=True),
            ],
            className="stack",
        ),
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
        ClientsideFunction("upload", "sendVideo"),
        Output(SEND, "loading"),
        Input(SEND, "n_clicks"),
        State(LESSON, "value"),
        State(STUDENT, "value"),
        State({"type": SLIDE_TIME, "slide": ALL}, "value"),
        State({"type": SCREEN, "field": ALL}, "value"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("upload", "cancelVideo"),
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
    app.callback(Output(TIMES, "children"), Input(LESSON, "value"))(_slide_times)


def _drop_zone() -> Component:
    """A label around the file field that the script puts in: a click, Enter or a drop all choose files."""
    max_mb = current().settings.upload_max_mb
    return html.Label(
        [
            html.Span("Drop session packages here", className="drop-title"),
            html.Span("or choose files", className="drop-link"),
            html.Span(
                f".zip packages, or a bare .webm or .mp4 video, to {max_mb} MB each", className="muted small"
            ),
        ],
        id=DROP,
        htmlFor="upload-file",
        className="card drop",
        **{"data-max-mb": str(max_mb)},
    )


def _video_form() -> Component:
    lessons = [
        {"value": f"{row.course_id}/{row.lesson_id}", "label": f"{row.course_title}: {row.lesson_title}"}
        for row in current_school().lessons()
    ]
    return html.Section(
        [
            html.H2(["Video ", html.Span(id=FORM_FILE)]),
            html.P(
                "A video alone does not say who looked at what. Without calibration dots its gaze is a rough "
                "estimate, and it will be marked as uncalibrated.",
                className="muted",
            ),
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
                        description="A pseudonym, not a name",
                        inputWrapperOrder=["label", "input", "description", "error"],
                    ),
                ],
                className="form-row",
            ),
            html.Div(id=TIMES),
            _timeline_file(),
            _screen_fields(),
            html.Div(
                [
                    dmc.Button("Upload the video", id=SEND),
                    dmc.Button("Cancel", id=CANCEL, variant="default"),
                ],
                className="form-actions",
            ),
        ],
        id=FORM,
        className="card upload-form",
        hidden=True,
    )


def _screen_fields() -> Component:
    names = {"width_px": "Width, px", "height_px": "Height, px", "diagonal_inch": "Diagonal, inches"}
    fields = [
        dmc.NumberInput(
            id={"type": SCREEN, "field": field},
            label=label,
            value=SCREEN_DEFAULT[field],
            min=1,
            hideControls=True,
            w=130,
        )
        for field, label in names.items()
    ]
    return html.Fieldset([html.Legend("The student's screen"), html.Div(fields, className="form-row")])


def _slide_times(lesson: str | None) -> Component | None:
    """When each slide of the chosen lesson appeared, or a `timeline.csv` that says so."""
    if not lesson:
        return None
    course_id, lesson_id = lesson.split("/", 1)
    slides = current_school().lesson(course_id, lesson_id).slides
    rows = [
        html.Li(
            [
                html.Img(
                    src=urls.slide_image(course_id, lesson_id, slide.slide_id),
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
        for number, slide in enumerate(slides, start=1)
    ]
    return html.Fieldset(
        [
            html.Legend("When each slide appeared, in seconds from the start of the video"),
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
        id="upload-timeline",
        className="upload-timeline small",
    )


def _explanation() -> Component:
    afterwards = "kept here" if current().settings.keep_video else "deleted afterwards"
    contents = {
        "session.json": "lesson, student, screen and camera",
        "webcam.webm or .mp4": "the video of the student's face; or observations.parquet, or gaze.csv",
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
