"""Pictures over HTTP: slides as they are, and what lies over them drawn on demand.

A picture that is too large for a chart's JSON is fetched by its address and kept by the browser until the
server says that it has changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Final

from flask import Blueprint, Flask, Response, abort, request, send_file
from plotly.io.json import to_json_plotly

from dashboard import urls
from dashboard.asked import asked_rules, asked_students
from dashboard.choice import Choice
from dashboard.components import overlays
from dashboard.context import current
from dashboard.difference import difference
from dashboard.figures.cloud import cloud_picture
from dashboard.figures.difference import difference_picture
from dashboard.figures.heatmap import fog_picture, picture, prominence_picture
from dashboard.figures.thumbnail import fixations_svg
from dashboard.items import Item
from dashboard.school import School, current_school
from dashboard.slide_maps import slide_difference, slide_looking, slide_saliency
from dashboard.slide_paths import slide_points
from dashboard.thumbnails import thumbnail_of
from pipeline.storage.rows import NotFound

routes = Blueprint("media", __name__)


def register(server: Flask) -> None:
    """Add the routes to the server."""
    server.register_blueprint(routes)


@routes.get(urls.SLIDE_IMAGE)
def slide_image(course_id: str, lesson_id: str, slide_id: str) -> Response:
    """The picture of a slide, or of the version of it in the query."""
    return _kept_for_good(send_file(_picture_file(course_id, lesson_id, slide_id), conditional=True))


@routes.get(urls.SLIDE_THUMBNAIL)
def slide_thumbnail(course_id: str, lesson_id: str, slide_id: str) -> Response:
    """A small picture of a slide, or of the version of it in the query."""
    small = thumbnail_of(_picture_file(course_id, lesson_id, slide_id), current().settings.data)
    return _kept_for_good(send_file(small, mimetype="image/webp", conditional=True))


def _picture_file(course_id: str, lesson_id: str, slide_id: str) -> Path:
    return current_school().slide_image(course_id, lesson_id, slide_id, asked_rules().version)


def _kept_for_good(response: Response) -> Response:
    """A version of a picture never changes: browsers that named one need not ask again."""
    if asked_rules().version is not None:
        response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


@routes.get(urls.HEATMAP_IMAGE)
def heatmap_image(course_id: str, lesson_id: str, slide_id: str) -> Response:
    """The heatmap of a slide for the whole class, or for the students in the query; one of its kinds."""
    kind = Choice.read(request.args).kind
    asked = asked_students(), asked_rules()
    found = slide_looking(current_school(), course_id, lesson_id, slide_id, *asked, kind)
    return _png(picture(found.values))


@routes.get(urls.DIFFERENCE_IMAGE)
def difference_image() -> Response:
    """How two items, sides of one slide, differ; or the heatmap of one of them, on the scale of both."""
    sides = [Item.read(request.args.get(name, "")) for name in ("a", "b")]
    if None in sides:
        abort(404)
    found, show = difference(current_school(), *sides, asked_rules()), request.args.get("show")
    if show in ("a", "b"):
        return _png(picture(found.seconds[show == "b"], found.peak))
    return _png(difference_picture(found.points))


@routes.get(urls.LAYER)
def layer(name: str, course_id: str, lesson_id: str, slide_id: str) -> Response:
    """One layer of a slide's picture, as plotly draws it."""
    if name not in overlays.LAYERS:
        abort(404)
    place, scheme = (course_id, lesson_id, slide_id), request.args.get("scheme", "light")
    told = overlays.layer(current_school(), name, place, Choice.read(request.args), scheme)
    return Response(to_json_plotly(told), mimetype="application/json")


@routes.get(urls.LAYER_IMAGE)
def layer_image(name: str, course_id: str, lesson_id: str, slide_id: str) -> Response:
    """Another picture that lies over a slide."""
    if name not in LAYERS:
        abort(404)
    return _png(LAYERS[name](current_school(), (course_id, lesson_id, slide_id), Choice.read(request.args)))


Place = tuple[str, str, str]


def _fog(school: School, place: Place, choice: Choice) -> bytes:
    found = slide_looking(school, *place, choice.students, choice.rules, "percent")
    return fog_picture(found.values / 100)


def _saliency(school: School, place: Place, choice: Choice) -> bytes:
    return prominence_picture(slide_saliency(school, *place, choice.rules.version))


def _difference(school: School, place: Place, choice: Choice) -> bytes:
    if choice.against is None:
        raise NotFound("difference", "whom it is to", "nobody")
    found = slide_difference(school, *place, choice.students, choice.rules, choice.against)
    if found is None:
        raise NotFound("difference", "somebody on both sides", choice.against)
    return difference_picture(found.points)


def _cloud(school: School, place: Place, choice: Choice) -> bytes:
    points = slide_points(school, *place, choice.students, choice.rules, choice.cloud)
    return cloud_picture(points["slide_x"].to_numpy(float), points["slide_y"].to_numpy(float))


LAYERS: Final[dict[str, Callable[[School, Place, Choice], bytes]]] = {
    "fog": _fog,
    "saliency": _saliency,
    "difference": _difference,
    "cloud": _cloud,
}


@routes.get(urls.FIXATIONS_IMAGE)
def fixations_image(session_id: str, slide_id: str) -> Response:
    """The fixations of one session on a slide."""
    school = current_school()
    lesson = school.session_view(session_id).lesson
    slide = next((slide for slide in lesson.slides if slide.slide_id == slide_id), None)
    if slide is None:
        abort(404)
    svg = fixations_svg(slide, school.session_fixations(session_id, slide_id))
    return Response(svg, mimetype="image/svg+xml")


def _png(content: bytes) -> Response:
    """A picture that browsers keep until it changes."""
    response = Response(content, mimetype="image/png")
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    response.make_conditional(request)
    return response


@routes.after_request
def keep(response: Response) -> Response:
    """Browsers may keep a picture, but ask each time whether it is still the right one."""
    if "immutable" not in response.headers.get("Cache-Control", ""):
        response.headers["Cache-Control"] = "private, no-cache"
    return response


@routes.errorhandler(NotFound)
def missing(_: NotFound) -> Response:
    """There is no such slide or session."""
    return Response(status=404)
