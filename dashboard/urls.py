"""Where everything is: the path names the thing, the query holds how it is looked at.

Pages and links are written with these functions only, so that an address exists in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

OVERVIEW = "/"
UPLOAD = "/upload"
LESSON = "/lesson/<course_id>/<lesson_id>"
SLIDE = "/slide/<course_id>/<lesson_id>/<slide_id>"
SESSION = "/session/<session_id>"

SLIDE_IMAGE = "/media/slide/<course_id>/<lesson_id>/<slide_id>"
HEATMAP_IMAGE = "/media/heatmap/<course_id>/<lesson_id>/<slide_id>.png"
FIXATIONS_IMAGE = "/media/fixations/<session_id>/<slide_id>.svg"

REGIONS_CSV = "/csv/regions/<course_id>/<lesson_id>/<slide_id>.csv"
OVERLAY_CSV = "/csv/overlay/<course_id>/<lesson_id>/<slide_id>/<kind>.csv"
CONTENT_CSV = "/csv/content/<course_id>/<lesson_id>/<slide_id>/<kind>.csv"
GAP_CSV = "/csv/gap/<course_id>/<lesson_id>.csv"
QUIZ_CSV = "/csv/quiz/<course_id>/<lesson_id>.csv"
LESSON_CSV = "/csv/lesson/<course_id>/<lesson_id>.csv"
SESSIONS_CSV = "/csv/sessions/<course_id>/<lesson_id>.csv"
GAZE_CSV = "/csv/gaze/<session_id>.csv"

UPLOADS = "/api/uploads"
SESSION_STATE = "/api/sessions/<session_id>"
REPLAY = "/api/sessions/<session_id>/replay"


def lesson(course_id: str, lesson_id: str, **query: str | None) -> str:
    """Address of a lesson's page; `query` holds whose recordings count."""
    return _fill(LESSON, course_id=course_id, lesson_id=lesson_id) + _query(query)


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


def fixations_image(session_id: str, slide_id: str) -> str:
    """Address of the fixations of one session on one slide, to lie over its picture."""
    return _fill(FIXATIONS_IMAGE, session_id=session_id, slide_id=slide_id)


def replay(session_id: str) -> str:
    """Address of a session's gaze for the replay."""
    return _fill(REPLAY, session_id=session_id)


def regions_csv(course_id: str, lesson_id: str, slide_id: str, **query: str | Iterable[str] | None) -> str:
    """Address of the table of a slide's regions."""
    return _fill(REGIONS_CSV, course_id=course_id, lesson_id=lesson_id, slide_id=slide_id) + _query(query)


def overlay_csv(
    course_id: str, lesson_id: str, slide_id: str, kind: str, **query: str | Iterable[str] | None
) -> str:
    """Address of the numbers that an overlay of a slide draws."""
    path = _fill(OVERLAY_CSV, course_id=course_id, lesson_id=lesson_id, slide_id=slide_id, kind=kind)
    return path + _query(query)


def content_csv(
    course_id: str, lesson_id: str, slide_id: str, kind: str, **query: str | Iterable[str] | None
) -> str:
    """Address of a table that compares a slide's gaze with its content: gap, maps, students, transitions."""
    path = _fill(CONTENT_CSV, course_id=course_id, lesson_id=lesson_id, slide_id=slide_id, kind=kind)
    return path + _query(query)


def gap_csv(course_id: str, lesson_id: str, **query: str | None) -> str:
    """Address of the gap of each slide of a lesson."""
    return _fill(GAP_CSV, course_id=course_id, lesson_id=lesson_id) + _query(query)


def quiz_csv(course_id: str, lesson_id: str, **query: str | None) -> str:
    """Address of the relation of looking to answering, question by question."""
    return _fill(QUIZ_CSV, course_id=course_id, lesson_id=lesson_id) + _query(query)


def lesson_csv(course_id: str, lesson_id: str) -> str:
    """Address of the class over a lesson's time."""
    return _fill(LESSON_CSV, course_id=course_id, lesson_id=lesson_id)


def sessions_csv(course_id: str, lesson_id: str) -> str:
    """Address of a lesson's sessions with the quality of each."""
    return _fill(SESSIONS_CSV, course_id=course_id, lesson_id=lesson_id)


def gaze_csv(session_id: str) -> str:
    """Address of every gaze sample of a session."""
    return _fill(GAZE_CSV, session_id=session_id)


def _fill(route: str, **names: str) -> str:
    for name, value in names.items():
        route = route.replace(f"<{name}>", quote(value, safe=""))
    return route


def _query(query: Mapping[str, str | Iterable[str] | None]) -> str:
    """``?a=1&b=x,y`` without the filters that are not set; lists are joined by commas."""
    given = {
        name: value if isinstance(value, str) else ",".join(value)
        for name, value in query.items()
        if value is not None
    }
    return "?" + urlencode(given, safe=",") if given else ""
