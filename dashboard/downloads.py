"""The numbers behind the charts as files, in the units that the columns' names end with.

The tables themselves are functions with a name (see `dashboard.tables`, which also says how to add one).
"""

from __future__ import annotations

import io
from typing import Final

import pandas as pd
from flask import Blueprint, Flask, Response, send_file

from dashboard import urls
from dashboard.tables import FORMATS, TABLES, Asked, file_name, table
from pipeline.attention.gap import gap_table
from pipeline.storage.rows import NotFound

routes = Blueprint("downloads", __name__)
FIXATION_COLUMNS: Final = (
    "student", "session_id", "onset_ms", "duration_ms", "slide_x", "slide_y", "dispersion_deg",
)  # fmt: skip


def register(server: Flask) -> None:
    """Add the routes to the server."""
    server.register_blueprint(routes)


@routes.get(urls.SCHOOL_TABLE)
@routes.get(urls.TABLE)
def download(name: str, suffix: str, place: str = "") -> Response:
    """A table as a file of this kind."""
    if name not in TABLES:
        return Response(status=404)
    asked = Asked.now(place)
    write, kind = FORMATS[suffix]
    content = io.BytesIO(write(TABLES[name](asked), name))
    called = f"{file_name(name, asked.place)}.{suffix}"
    return send_file(content, mimetype=kind, as_attachment=True, download_name=called)


@routes.errorhandler(NotFound)
def missing(_: NotFound) -> Response:
    """There is nothing of that name."""
    return Response(status=404)


@table("regions")
def regions(asked: Asked) -> pd.DataFrame:
    """The AOI table of a slide."""
    return asked.school.region_table(*asked.ids(3), asked.students, asked.rules)


@table("scanpath")
@table("fixations")
def fixations(asked: Asked) -> pd.DataFrame:
    """The fixations of those who count on a slide."""
    view = asked.school.slide_view(*asked.ids(3), asked.students, asked.rules)
    return view.fixations[list(FIXATION_COLUMNS)]


@table("gap")
def gap(asked: Asked) -> pd.DataFrame:
    """The gap of a slide, or of each slide of a lesson."""
    if len(asked.place) == 3:
        view = asked.school.slide_view(*asked.place, asked.students, asked.rules)
        return gap_table({view.slide.slide_id: view.gap})
    lesson = asked.school.lesson_view(*asked.ids(2), asked.rules)
    return gap_table({slide.slide.slide_id: slide.gap for slide in lesson.slides})


@table("maps")
def maps(asked: Asked) -> pd.DataFrame:
    """How well maps of a slide foretell where it was looked at."""
    return asked.school.content_view(*asked.ids(3), asked.students, asked.rules).maps


@table("students")
def students(asked: Asked) -> pd.DataFrame:
    """Measures of a whole slide, a line a student."""
    return asked.school.content_view(*asked.ids(3), asked.students, asked.rules).students


@table("quiz")
def quiz(asked: Asked) -> pd.DataFrame:
    """The relation of looking to answering, question by question."""
    answers = asked.school.quiz_view(*asked.ids(2), asked.rules)
    if answers is None:
        raise NotFound("quiz", "a lesson with quiz results", "/".join(asked.place))
    return answers


@table("over-time")
def over_time(asked: Asked) -> pd.DataFrame:
    """The class over the lesson, in steps of time."""
    return asked.school.lesson_time(*asked.ids(2), asked.rules).shares


@table("sessions")
def sessions(asked: Asked) -> pd.DataFrame:
    """The sessions of a lesson with the quality of each."""
    rows = asked.school.lesson_view(*asked.ids(2)).sessions
    return pd.DataFrame(
        [
            {"student": row.student, "session_id": row.session_id, "state": row.state.value}
            | {"synthetic": row.synthetic, "calibrated": row.calibration, **row.quality}
            for row in rows
        ]
    )


@table("gaze")
def gaze(asked: Asked) -> pd.DataFrame:
    """Every gaze sample of a session."""
    return asked.school.gaze(*asked.ids(1))
