"""Uploading over HTTP, in pieces that can be continued: announce, send, ask where we are, finish.

In the spirit of tus (tus.io), reduced to what one page of ours needs:

    POST   /api/uploads              {name, size_bytes, ...} -> 201 {upload_id, piece_bytes}
    HEAD   /api/uploads/<id>                                 -> Upload-Offset
    PATCH  /api/uploads/<id>         Upload-Offset, bytes     -> 204 Upload-Offset, or 409 with the right one
    POST   /api/uploads/<id>/look    {...}                    -> 200 what another tracker's export holds
    POST   /api/uploads/<id>/finish  {...}                    -> 201 {sessions}, or 422 with the reason
    DELETE /api/uploads/<id>                                 -> 204

What finish has answered with a session is on disk and in the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from flask import Blueprint, Flask, Response, jsonify, request

from dashboard import urls
from dashboard.admission import admit, look_at
from dashboard.context import current
from dashboard.exports import is_export
from dashboard.incoming import NoRoom, UnknownUpload, Upload, WrongOffset
from dashboard.texts import t
from dashboard.work import doing
from pipeline.errors import GazeboardError, InputError
from pipeline.storage.rows import DuplicateUpload, NotFound, SessionRow

PIECE_BYTES: Final = 4 * 1024 * 1024
READ_BYTES: Final = 256 * 1024
FORM_FIELDS: Final = (
    "course_id", "lesson_id", "student", "slide_times", "timeline", "screen", "slides", "fixations", "columns"
)  # fmt: skip
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


@routes.post(f"{urls.UPLOADS}/<upload_id>/look")
def look(upload_id: str) -> Response:
    """What is in another tracker's export that has arrived; one that cannot be read is forgotten."""
    incoming = current().incoming
    with incoming.one_at_a_time(upload_id):
        content, upload = incoming.complete(upload_id), _with_form(incoming.get(upload_id))
        try:
            return jsonify(look_at(content, upload, current().settings.data))
        except InputError:
            incoming.discard(upload_id)
            raise


@routes.post(f"{urls.UPLOADS}/<upload_id>/finish")
def finish(upload_id: str) -> tuple[Response, int]:
    """Check what has arrived and make it sessions; what is wrong with it is said, and it is forgotten.

    Only an export is not: the form it came with can be corrected.
    """
    incoming = current().incoming
    with incoming.one_at_a_time(upload_id):
        upload = incoming.get(upload_id)
        if not upload.sessions:
            content, upload = incoming.complete(upload_id), _with_form(upload)
            try:
                sessions = admit(content, upload, current().catalogue, current().settings.data)
            except InputError as error:
                if isinstance(error, DuplicateUpload) or not is_export(upload.name):
                    incoming.discard(upload_id)
                raise
            upload = incoming.accepted(upload, sessions)
    sessions = upload.sessions
    return jsonify(session_id=sessions[0], sessions=sessions, url=_where(sessions)), 201


def _with_form(upload: Upload) -> Upload:
    """The upload with what the request says about it besides."""
    return replace(upload, form=upload.form | _form(request.get_json(silent=True)))


def _where(sessions: list[str]) -> str:
    """The page of one session, or of the lesson that several are of."""
    if len(sessions) == 1:
        return urls.session(sessions[0])
    first = current().catalogue.session(sessions[0])
    return urls.lesson(str(first.course_id), str(first.lesson_id))


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
        if error.in_bin:
            answer |= {"in_bin": True, "said": t("library-in-bin"), "restore": t("library-restore")}
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
    return name, size_bytes, _form(sent)


def _form(answer: Any) -> dict[str, str]:
    """The fields of the form among what was sent."""
    sent = answer if isinstance(answer, dict) else {}
    form = {key: sent[key] for key in FORM_FIELDS if sent.get(key) is not None}
    for key, value in form.items():
        if not isinstance(value, str) or len(value) > TEXT_MAX:
            raise InputError(key, f"text of at most {TEXT_MAX} characters", "something else")
    return form


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
