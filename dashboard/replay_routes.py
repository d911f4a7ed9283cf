"""What the browser fetches to play recordings back: gaze in blocks of bytes, when how many were tracked."""

from __future__ import annotations

import hashlib

import numpy as np
from flask import Blueprint, Flask, Response, jsonify, request

from dashboard import urls
from dashboard.asked import asked_rules, asked_students
from dashboard.replay import Replay, class_replay, session_replay, tracked, window
from dashboard.replay_clock import Align
from dashboard.school import current_school
from pipeline.storage.rows import NotFound

routes = Blueprint("replay", __name__)


def register(server: Flask) -> None:
    """Add the routes to the server."""
    server.register_blueprint(routes)


@routes.get(urls.REPLAY)
def class_window(course_id: str, lesson_id: str, window: str) -> Response:
    """A class's gaze in one stretch of the replay's clock."""
    return _block(_of_class(course_id, lesson_id), window)


@routes.get(urls.TRACKED)
def class_tracked(course_id: str, lesson_id: str) -> Response:
    """When how many of a class were tracked."""
    return _line(_of_class(course_id, lesson_id))


@routes.get(urls.SESSION_REPLAY)
def session_window(session_id: str, window: str) -> Response:
    """A session's gaze in one stretch of time."""
    return _block(session_replay(current_school(), session_id), window)


@routes.get(urls.SESSION_TRACKED)
def session_line(session_id: str) -> Response:
    """When a session was tracked."""
    return _line(session_replay(current_school(), session_id))


@routes.errorhandler(NotFound)
def missing(_: NotFound) -> Response:
    """There is no such lesson, session or stretch of time."""
    return Response(status=404)


def asked_align(value: str | None) -> Align:
    """How an address wants recordings laid over one another; by the opening of slides unless it says."""
    return Align.START if value == Align.START else Align.SLIDE


def _of_class(course_id: str, lesson_id: str) -> Replay:
    return class_replay(
        current_school(),
        course_id,
        lesson_id,
        asked_students(),
        asked_rules(),
        request.args.get("slide"),
        asked_align(request.args.get("align")),
    )


def _block(asked: Replay, number: str) -> Response:
    if not number.isdecimal():
        return Response(status=404)
    block = window(current_school(), asked, int(number))
    response = Response(block, mimetype="application/octet-stream")
    response.set_etag(hashlib.sha256(block).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    response.make_conditional(request)
    return response


def _line(asked: Replay) -> Response:
    line = tracked(current_school(), asked)
    step_ms = float(line["at_ms"].iloc[1]) if len(line) > 1 else asked.clock.end_ms
    counts = {name: np.round(line[name], 3).tolist() for name in ("open", "tracked", "on_slide")}
    return jsonify({"step_ms": step_ms, **counts})
