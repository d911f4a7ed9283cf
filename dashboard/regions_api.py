"""The regions of a slide over HTTP, for the editor.

GET  /api/regions/<course>/<lesson>/<slide>             -> 200 the present version, and a list of all
GET  /api/regions/<course>/<lesson>/<slide>?version=2   -> 200 that version
POST /api/regions/<course>/<lesson>/<slide>             {seen_version, author, overlap, aois}
     -> 200 as GET; 400 with where, expected and got; 409 with the version that somebody else has saved
GET  /api/regions/<course>/<lesson>/<slide>/proposals   -> 200 regions found in the picture
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request

from dashboard import urls
from dashboard.context import current
from dashboard.region_sets import former, present, proposals, read_change
from pipeline.errors import InputError
from pipeline.ingest.regions import region_document
from pipeline.storage.rows import NotFound, Outdated

routes = Blueprint("regions", __name__)


def register(server: Flask) -> None:
    """Add the routes to the server."""
    server.register_blueprint(routes)


@routes.get(urls.REGIONS)
def regions(course_id: str, lesson_id: str, slide_id: str) -> Response:
    """A slide's regions: the present ones, or those of the version in the query."""
    place, catalogue = (course_id, lesson_id, slide_id), current().catalogue
    version = request.args.get("version")
    if version is None:
        return jsonify(present(catalogue, place))
    if not version.isdecimal() or len(version) > 9:
        raise InputError("version", "a whole number", repr(version[:40]))
    return jsonify(former(catalogue, place, int(version)))


@routes.post(urls.REGIONS)
def save(course_id: str, lesson_id: str, slide_id: str) -> tuple[Response, int]:
    """Give a slide other regions, unless somebody else has done so since."""
    place, catalogue = (course_id, lesson_id, slide_id), current().catalogue
    change = read_change(request.get_data(cache=False))
    try:
        catalogue.put_aois(
            *place, change.aois, change.overlap, seen_version=change.seen_version, author=change.author
        )
    except Outdated as error:
        return jsonify(message=str(error), present=present(catalogue, place)), 409
    return jsonify(present(catalogue, place)), 200


@routes.get(urls.PROPOSALS)
def proposed(course_id: str, lesson_id: str, slide_id: str) -> Response:
    """Regions found in the slide's picture, as a start."""
    found = proposals(current().school, (course_id, lesson_id, slide_id))
    return jsonify(aois=[region_document(aoi) for aoi in found])


@routes.errorhandler(InputError)
def refuse(error: InputError) -> tuple[Response, int]:
    """What was wrong, as JSON."""
    answer: dict[str, Any] = {
        "message": str(error), "where": error.where, "expected": error.expected, "got": error.got
    }  # fmt: skip
    return jsonify(answer), 404 if isinstance(error, NotFound) else 400
