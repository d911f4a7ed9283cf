"""Reports over HTTP: the PDF of what an address asks for.

A report takes a second or two of one processor. One is made at a time, so that it never holds more than one
of the threads that answer everybody; whoever asks meanwhile is told to ask again in a moment, which
`assets/report.js` does by itself.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from typing import Final

from flask import Blueprint, Flask, Response, request, send_file

from dashboard import urls
from dashboard.asked import asked_rules, asked_students
from dashboard.comparison_tables import Choice
from dashboard.report.comparison import comparison_data, comparison_report
from dashboard.report.lesson import lesson_report
from dashboard.report.lesson_data import lesson_data
from dashboard.school import current_school
from dashboard.texts import t
from pipeline.storage.rows import NotFound

routes = Blueprint("reports", __name__)
RETRY_S: Final = 1
_making = threading.Lock()


def register(server: Flask) -> None:
    """Add the routes to the server."""
    server.register_blueprint(routes)


@routes.get(urls.LESSON_REPORT)
def lesson(course_id: str, lesson_id: str) -> Response:
    """The report of a lesson for the students and rules in the query."""
    asked = course_id, lesson_id, asked_students(), asked_rules()
    return _answer(lambda: lesson_report(lesson_data(current_school(), *asked)), f"{lesson_id}-report.pdf")


@routes.get(urls.COMPARE_REPORT)
def compared() -> Response:
    """The report of a comparison: of what the query names, as on its page."""
    school, choice, rules = current_school(), Choice.read(request.args), asked_rules()
    return _answer(lambda: comparison_report(comparison_data(school, choice, rules)), "comparison.pdf")


@routes.errorhandler(NotFound)
def missing(_: NotFound) -> Response:
    """There is nothing of that name."""
    return Response(status=404)


def _answer(make: Callable[[], bytes], name: str) -> Response:
    if not _making.acquire(blocking=False):
        headers = {"Retry-After": str(RETRY_S)}
        return Response(t("report-busy"), status=503, mimetype="text/plain", headers=headers)
    try:
        pdf = make()
    finally:
        _making.release()
    return send_file(io.BytesIO(pdf), mimetype="application/pdf", as_attachment=True, download_name=name)
