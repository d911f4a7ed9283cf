"""Where everything is: the path names the thing, the query holds how it is looked at.

Pages and links are written with these functions only, so that an address exists in one place.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlencode

OVERVIEW = "/"
UPLOAD = "/upload"
LESSON = "/lesson/<course_id>/<lesson_id>"
SLIDE = "/slide/<course_id>/<lesson_id>/<slide_id>"
SESSION = "/session/<session_id>"

SLIDE_IMAGE = "/media/slide/<course_id>/<lesson_id>/<slide_id>"
HEATMAP_IMAGE = "/media/heatmap/<course_id>/<lesson_id>/<slide_id>.png"

UPLOADS = "/api/uploads"
SESSION_STATE = "/api/sessions/<session_id>"


def lesson(course_id: str, lesson_id: str) -> str:
    """Address of a lesson's page."""
    return _fill(LESSON, course_id=course_id, lesson_id=lesson_id)


def slide(course_id: str, lesson_id: str, slide_id: str, **query: str | Iterable[str] | None) -> str:
    """Address of a slide's workbench; `query` holds its filters, for example ``overlay="fixations"``."""
    return _fill(SLIDE, course_id=course_id, lesson_id=lesson_id, slide_id=slide_id) + _query(query)


def session(session_id: str) -> str:
    """Address of one session's page."""
    return _fill(SESSION, session_id=session_id)


def slide_image(course_id: str, lesson_id: str, slide_id: str) -> str:
    """Address of the picture of a slide."""
    return _fill(SLIDE_IMAGE, course_id=course_id, lesson_id=lesson_id, slide_id=slide_id)


def heatmap_image(course_id: str, lesson_id: str, slide_id: str, **query: str | Iterable[str] | None) -> str:
    """Address of the transparent heatmap that lies over a slide."""
    path = _fill(HEATMAP_IMAGE, course_id=course_id, lesson_id=lesson_id, slide_id=slide_id)
    return path + _query(query)


def session_state(session_id: str) -> str:
    """Address of the small JSON that says how far a session has come."""
    return _fill(SESSION_STATE, session_id=session_id)


def _fill(route: str, **names: str) -> str:
    for name, value in names.items():
        route = route.replace(f"<{name}>", quote(value, safe=""))
    return route


def _query(query: dict[str, str | Iterable[str] | None]) -> str:
    """``?a=1&b=x,y`` without the filters that are not set; lists are joined by commas."""
    given = {
        name: value if isinstance(value, str) else ",".join(value)
        for name, value in query.items()
        if value is not None
    }
    return "?" + urlencode(given, safe=",") if given else ""
