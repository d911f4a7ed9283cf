"""Changing the library over HTTP: one address for everything that is done at once, one for readings.

    POST /api/library                 {do: [name, ...]}   -> 200 {sentence, undo, url, left}
    POST /api/library/readings        {course_id, lesson_id, uploads, ...} -> 202 {reading_id}
    GET  /api/library/readings/<id>                       -> 200 {state, words, share, ...}

What is wrong is said with status 422, 404 or 409, in the shape that uploads have.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request

from dashboard import urls
from dashboard.context import current
from dashboard.library_actions import perform
from dashboard.readings import Reading
from dashboard.texts import t
from dashboard.uploads import refuse
from pipeline.errors import GazeboardError, InputError

routes = Blueprint("library", __name__)
routes.register_error_handler(GazeboardError, refuse)


def register(server: Flask) -> None:
    """Add the routes to the server."""
    server.register_blueprint(routes)


@routes.post(urls.LIBRARY_DO)
def do() -> Response:
    """Perform an action of `library_actions`."""
    sent = request.get_json(silent=True)
    done = perform(current().catalogue, sent.get("do") if isinstance(sent, dict) else None)
    return jsonify(asdict(done))


@routes.post(urls.READINGS)
def start() -> tuple[Response, int]:
    """Make slides of uploads that have arrived."""
    sent = request.get_json(silent=True)
    asked = sent if isinstance(sent, dict) else {}
    uploads = asked.get("uploads")
    if not isinstance(uploads, list) or not all(isinstance(each, str) for each in uploads):
        raise InputError("uploads", "a list of the ids of uploads", repr(uploads)[:80])
    reading_id = current().readings.start(
        _text(asked, "course_id"),
        _text(asked, "lesson_id"),
        uploads,
        slide_id=_text(asked, "slide_id") if asked.get("slide_id") is not None else None,
        propose=asked.get("propose") is not False,
    )
    return jsonify(reading_id=reading_id), 202


@routes.get(f"{urls.READINGS}/<reading_id>")
def reading(reading_id: str) -> Response:
    """How far a reading is, and what came of it."""
    found, progress = current().readings.get(reading_id)
    return jsonify(_told(found, progress))


def _text(asked: dict[str, Any], name: str) -> str:
    value = asked.get(name)
    if not isinstance(value, str) or not value:
        raise InputError(name, "a text", repr(value)[:80])
    return value


def _told(found: Reading, progress: dict[str, Any]) -> dict[str, Any]:
    """A reading for people: words, and the share that is done."""
    if found.state == "reading":
        return {"state": "reading", "words": _doing(progress), "share": _share(progress)}
    return {
        "state": found.state,
        "words": _outcome(found),
        "repeats": [t("library-repeat", page=page, first=first) for page, first in found.repeats],
        "refused": [dict(zip(("where", "expected", "got"), each, strict=True)) for each in found.refused],
        "links": _links(found),
        "undo": _undo(found),
    }


def _doing(progress: dict[str, Any]) -> str:
    if not progress:
        return t("library-reading-waits")
    key = "library-reading-page" if progress["files"] == 1 else "library-reading-file"
    return t(key, **progress)


def _share(progress: dict[str, Any]) -> float:
    if not progress:
        return 0.0
    done = (progress["page"] - 1) / max(progress["pages"], 1)
    return float(min(1.0, (progress["file"] - 1 + done) / progress["files"]))


def _outcome(found: Reading) -> str:
    if found.broke:
        return t("library-reading-broke")
    if found.version is not None:
        return t("library-replaced", version=found.version)
    if found.slide_id is not None:
        return t("library-same-picture") if found.repeats else t("library-nothing-replaced")
    if not found.added:
        return t("library-nothing-new") if found.repeats else t("library-nothing-added")
    return t("library-added", slides=len(found.added), regions=found.regions)


def _links(found: Reading) -> list[dict[str, str]]:
    """Where regions are to be looked through: proposed ones, or those on another picture."""
    place = (found.course_id, found.lesson_id)
    if found.version is not None and found.slide_id is not None:
        lesson = current().catalogue.lesson(*place)
        slide = next((each for each in lesson.slides if each.slide_id == found.slide_id), None)
        if slide is None or not slide.aois:
            return []
        return [{"text": t("library-check-regions"), "url": urls.edit(*place, found.slide_id)}]
    if found.regions:
        return [{"text": t("library-look-through"), "url": urls.edit(*place, found.added[0])}]
    return []


def _undo(found: Reading) -> list[Any] | None:
    if found.version is not None:
        return ["use-picture", found.course_id, found.lesson_id, found.slide_id, found.former]
    if found.added:
        return ["delete-slides", found.course_id, found.lesson_id, found.added]
    return None
