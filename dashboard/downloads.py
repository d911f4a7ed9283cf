"""The numbers behind the charts as CSV files, in the units that the columns' names end with."""

from __future__ import annotations

import pandas as pd
from flask import Blueprint, Flask, Response

from dashboard import urls
from dashboard.asked import asked_rules, asked_students
from dashboard.school import SlideView, current_school
from pipeline.attention.gap import gap_table
from pipeline.domain import DENSITY_COLUMNS, DENSITY_ROWS, Floats
from pipeline.storage.rows import NotFound

routes = Blueprint("downloads", __name__)
FORMULA_STARTS = ("=", "+", "-", "@")  # spreadsheets would calculate a text that begins so


def register(server: Flask) -> None:
    """Add the routes to the server."""
    server.register_blueprint(routes)


@routes.get(urls.REGIONS_CSV)
def regions(course_id: str, lesson_id: str, slide_id: str) -> Response:
    """The AOI table of a slide."""
    asked = course_id, lesson_id, slide_id, asked_students(), asked_rules()
    return _csv(current_school().region_table(*asked), f"{lesson_id}-{slide_id}-regions")


@routes.get(urls.OVERLAY_CSV)
def overlay(course_id: str, lesson_id: str, slide_id: str, kind: str) -> Response:
    """What an overlay draws: seconds by cell for the heatmap, else the fixations."""
    name = f"{lesson_id}-{slide_id}-{kind}"
    if kind == "heatmap":
        heat = current_school().heat(course_id, lesson_id, slide_id, asked_students(), asked_rules())
        return _csv(_cells(heat.seconds), name)
    if kind == "regions":
        return regions(course_id, lesson_id, slide_id)
    columns = ["student", "session_id", "onset_ms", "duration_ms", "slide_x", "slide_y", "dispersion_deg"]
    return _csv(_view(course_id, lesson_id, slide_id).fixations[columns], name)


@routes.get(urls.CONTENT_CSV)
def content(course_id: str, lesson_id: str, slide_id: str, kind: str) -> Response:
    """What a slide's gaze has to do with its content: the gap, maps, students or transitions."""
    asked = course_id, lesson_id, slide_id, asked_students(), asked_rules()
    name = f"{lesson_id}-{slide_id}-{kind}"
    if kind == "gap":
        return _csv(gap_table({slide_id: current_school().slide_view(*asked).gap}), name)
    view = current_school().content_view(*asked)
    tables = {"maps": view.maps, "students": view.students, "transitions": view.transitions}
    return _csv(tables[kind], name) if kind in tables else Response(status=404)


@routes.get(urls.GAP_CSV)
def gap(course_id: str, lesson_id: str) -> Response:
    """The gap of each slide of a lesson."""
    view = current_school().lesson_view(course_id, lesson_id, asked_rules())
    return _csv(gap_table({slide.slide.slide_id: slide.gap for slide in view.slides}), f"{lesson_id}-gap")


@routes.get(urls.QUIZ_CSV)
def quiz(course_id: str, lesson_id: str) -> Response:
    """The relation of looking to answering, question by question."""
    table = current_school().quiz_view(course_id, lesson_id, asked_rules())
    return Response(status=404) if table is None else _csv(table, f"{lesson_id}-quiz")


@routes.get(urls.LESSON_CSV)
def lesson_time(course_id: str, lesson_id: str) -> Response:
    """The class over the lesson, in steps of time."""
    return _csv(current_school().lesson_time(course_id, lesson_id).shares, f"{lesson_id}-over-time")


@routes.get(urls.SESSIONS_CSV)
def sessions(course_id: str, lesson_id: str) -> Response:
    """The sessions of a lesson with the quality of each."""
    rows = current_school().lesson_view(course_id, lesson_id).sessions
    table = pd.DataFrame(
        [
            {"student": row.student, "session_id": row.session_id, "state": row.state.value}
            | {"synthetic": row.synthetic, "calibrated": row.calibration, **row.quality}
            for row in rows
        ]
    )
    return _csv(table, f"{lesson_id}-sessions")


@routes.get(urls.GAZE_CSV)
def gaze(session_id: str) -> Response:
    """Every gaze sample of a session."""
    return _csv(current_school().gaze(session_id), f"session-{session_id}-gaze")


@routes.errorhandler(NotFound)
def missing(_: NotFound) -> Response:
    """There is nothing of that name."""
    return Response(status=404)


def _view(course_id: str, lesson_id: str, slide_id: str) -> SlideView:
    return current_school().slide_view(course_id, lesson_id, slide_id, asked_students(), asked_rules())


def _cells(seconds: Floats) -> pd.DataFrame:
    """The heatmap's grid, one row a cell: its centre in slide units."""
    row, column = (
        pd.RangeIndex(seconds.size) // DENSITY_COLUMNS,
        pd.RangeIndex(seconds.size) % DENSITY_COLUMNS,
    )
    x, y = (column + 0.5) / DENSITY_COLUMNS, (row + 0.5) / DENSITY_ROWS
    return pd.DataFrame({"slide_x": x, "slide_y": y, "seconds_within_typical_error": seconds.ravel()}).round(
        5
    )


def _csv(table: pd.DataFrame, name: str) -> Response:
    texts = table.select_dtypes(["object", "string"]).columns
    safe = table.assign(**{column: table[column].map(_harmless) for column in texts})
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response(safe.to_csv(index=False), mimetype="text/csv", headers=headers)


def _harmless(value: object) -> object:
    """Text that a spreadsheet takes for text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
