"""Uploading over HTTP, in pieces that can be continued: announce, send, ask where we are, finish.

In the spirit of tus (tus.io), reduced to what one page of ours needs:

    POST   /api/uploads              {name, size_bytes, ...} -> 201 {upload_id, piece_bytes}
    HEAD   /api/uploads/<id>                                 -> Upload-Offset
    PATCH  /api/uploads/<id>         Upload-Offset, bytes     -> 204 Upload-Offset, or 409 with the right one
    POST   /api/uploads/<id>/finish                          -> 201 {session_id}, or 422 with the reason
    DELETE /api/uploads/<id>                                 -> 204

What finish has answered with a session is on disk and in the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from flask import Blueprint, Flask, Response, jsonify, request

from dashboard import urls
from dashboard.admission import admit
from dashboard.context import current
from dashboard.incoming import NoRoom, UnknownUpload, WrongOffset
from dashboard.work import doing
from pipeline.errors import GazeboardError, InputError
from pipeline.storage.rows import DuplicateUpload, NotFound, SessionRow

PIECE_BYTES: Final = 4 * 1024 * 1024
READ_BYTES: Final = 256 * 1024
FORM_FIELDS: Final = ("course_id", "lesson_id", "student", "slide_times", "timeline", "screen")
TEXT_MAX: Final = 2_000_000  # characters of one field of the form

routes = Blueprint("uploads", __name__)


def register(server: Flask) -> None:
    """Add the routes to the server."""
    server.register_blueprint(routes)


@routes.post(urls.UPLOADS)
def announce() -> tuple[Response, int]:
    """Announce a file of a name and size, and what the form says about it."""
    name, size_bytes, form = _announced(request.get_json(silent=True))
    upload = current().incoming.create(name, size_bytes, form)
    return jsonify(upload_id=upload.upload_id, piece_bytes=PIECE_BYTES), 201


@routes.get(f"{urls.UPLOADS}/<upload_id>")
def offset(upload_id: str) -> Response:
    """How many bytes have arrived."""
    return _at(current().incoming.offset(upload_id), 200)


@routes.patch(f"{urls.UPLOADS}/<upload_id>")
def append(upload_id: str) -> Response:
    """Add a piece at the offset in the header."""
    try:
        start = int(request.headers.get("Upload-Offset", ""))
    except ValueError:
        raise InputError("header Upload-Offset", "a number of bytes", "none") from None
    return _at(current().incoming.append(upload_id, start, _pieces()), 204)


@routes.delete(f"{urls.UPLOADS}/<upload_id>")
def discard(upload_id: str) -> Response:
    """Forget an upload."""
    current().incoming.discard(upload_id)
    return Response(status=204)


@routes.post(f"{urls.UPLOADS}/<upload_id>/finish")
def finish(upload_id: str) -> tuple[Response, int]:
    """Check what has arrived and make it a session; what is wrong with it is said, and it is forgotten."""
    incoming = current().incoming
    with incoming.one_at_a_time(upload_id):
        upload = incoming.get(upload_id)
        if upload.session_id is None:
            content = incoming.complete(upload_id)
            try:
                session_id = admit(content, upload, current().catalogue, current().settings.data)
            except InputError:
                incoming.discard(upload_id)
                raise
            upload = incoming.accepted(upload, session_id)
    return jsonify(session_id=upload.session_id, url=urls.session(str(upload.session_id))), 201


@routes.get(urls.SESSION_STATE)
def session_state(session_id: str) -> Response:
    """How far a session has come."""
    return jsonify(_state(current().catalogue.session(session_id)))


@routes.errorhandler(GazeboardError)
def refuse(error: GazeboardError) -> tuple[Response, int]:
    """Every error of ours as JSON of one shape."""
    answer: dict[str, Any] = {"message": str(error)}
    if isinstance(error, InputError):
        answer |= {"where": error.where, "expected": error.expected, "got": error.got}
    if isinstance(error, DuplicateUpload):
        answer |= {"session_id": error.session_id, "url": urls.session(error.session_id)}
    response = jsonify(answer)
    if isinstance(error, WrongOffset):
        response.headers["Upload-Offset"] = str(error.arrived)
    return response, _status(error)


def _status(error: GazeboardError) -> int:
    for kind, status in (
        (UnknownUpload, 404),
        (NotFound, 404),
        (WrongOffset, 409),
        (DuplicateUpload, 409),
        (NoRoom, 507),
        (InputError, 422),
    ):
        if isinstance(error, kind):
            return status
    return 500


def _announced(answer: Any) -> tuple[str, int, dict[str, str]]:
    """Name, size and form of an announcement, each checked for its type and length."""
    sent = answer if isinstance(answer, dict) else {}
    name, size_bytes = sent.get("name"), sent.get("size_bytes")
    if not isinstance(name, str) or not 0 < len(name) <= 255 or not name.isprintable():
        raise InputError("name", "a file name of at most 255 characters", repr(name)[:80])
    if not isinstance(size_bytes, int) or isinstance(size_bytes, bool):
        raise InputError("size_bytes", "a whole number of bytes", repr(size_bytes)[:80])
    form = {key: sent[key] for key in FORM_FIELDS if sent.get(key) is not None}
    for key, value in form.items():
        if not isinstance(value, str) or len(value) > TEXT_MAX:
            raise InputError(key, f"text of at most {TEXT_MAX} characters", "something else")
    return name, size_bytes, form


def _pieces() -> Iterator[bytes]:
    """The body of the request, never more than a little of it in memory."""
    while piece := request.stream.read(READ_BYTES):
        yield piece


def _at(arrived: int, status: int) -> Response:
    return Response(status=status, headers={"Upload-Offset": str(arrived)})


def _state(session: SessionRow) -> dict[str, Any]:
    words, share = doing(session.stage, session.progress)
    return {
        "session_id": session.session_id,
        "state": session.state,
        "stage": session.stage,
        "doing": words,
        "share": share,
        "error": session.error,
        "url": urls.session(session.session_id),
    }
