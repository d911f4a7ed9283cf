"""The replay of a session: where `assets/replay.js` builds its stage, and what it needs to know."""

from __future__ import annotations

import json
from typing import Final

from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.school import SessionView

STAGE: Final = "session-replay"
MOUNTED: Final = "session-replay-mounted"


def replay(view: SessionView) -> Component:
    """An empty stage with the addresses of slides and gaze."""
    lesson = view.lesson
    slides = {
        slide.slide_id: {
            "image": urls.slide_image(lesson.course_id, lesson.lesson_id, slide.slide_id),
            "title": f"{number} {slide.title}",
            "ratio": slide.width_px / slide.height_px,
        }
        for number, slide in enumerate(lesson.slides, start=1)
    }
    addresses = {"data-source": urls.replay(view.row.session_id), "data-slides": json.dumps(slides)}
    return html.Div([html.Div(id=STAGE, className="replay", **addresses), dcc.Store(MOUNTED)])


def register_callbacks(app: Dash) -> None:
    """Hand the stage to the script whenever it appears."""
    app.clientside_callback(
        ClientsideFunction("replay", "mount"), Output(MOUNTED, "data"), Input(STAGE, "id")
    )
