"""Where everything is: the path names the thing, the query holds how it is looked at.

Pages and links are written with these functions only, so that an address exists in one place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

OVERVIEW = "/"  # the teacher's home: lessons
DESIGN = "/design"  # the course designer's: slides
ADMINISTER = "/administer"  # the administrator's: courses
COMPARE = "/compare"
LIBRARY = "/library"
LIBRARY_LESSON = "/library/<course_id>/<lesson_id>"
LIBRARY_STUDENTS = "/library/students"
LIBRARY_SESSIONS = "/library/sessions"
LIBRARY_BIN = "/library/bin"
SEARCH = "/search"
EDIT = "/edit/<course_id>/<lesson_id>/<slide_id>"
UPLOAD = "/upload"
LESSON = "/lesson/<course_id>/<lesson_id>"
SLIDE = "/slide/<course_id>/<lesson_id>/<slide_id>"
SESSION = "/session/<session_id>"
REPLAY_PAGE = "/replay/<course_id>/<lesson_id>"

SLIDE_IMAGE = "/media/slide/<course_id>/<lesson_id>/<slide_id>"
SLIDE_THUMBNAIL = "/media/thumbnail/<course_id>/<lesson_id>/<slide_id>.webp"
HEATMAP_IMAGE = "/media/heatmap/<course_id>/<lesson_id>/<slide_id>.png"
LAYER = "/media/layer/<name>/<course_id>/<lesson_id>/<slide_id>.json"
LAYER_IMAGE = "/media/layer/<name>/<course_id>/<lesson_id>/<slide_id>.png"
FIXATIONS_IMAGE = "/media/fixations/<session_id>/<slide_id>.svg"
DIFFERENCE_IMAGE = "/media/difference.png"

RAW_SESSION = "/raw/session/<session_id>.<any(csv,parquet):suffix>.zip"
RAW_LESSON = "/raw/lesson/<course_id>/<lesson_id>.<any(csv,parquet):suffix>.zip"
COMPARE_REPORT = "/report/compare.pdf"
LESSON_REPORT = "/report/lesson/<course_id>/<lesson_id>.pdf"

# Tables for download: dashboard/tables.py knows their names.
TABLE = "/table/<name>/<path:place>.<any(csv,parquet):suffix>"
SCHOOL_TABLE = "/table/<name>.<any(csv,parquet):suffix>"

UPLOADS = "/api/uploads"
LIBRARY_DO = "/api/library"
READINGS = "/api/library/readings"
SESSION_STATE = "/api/sessions/<session_id>"
REGIONS = "/api/regions/<course_id>/<lesson_id>/<slide_id>"
PROPOSALS = "/api/regions/<course_id>/<lesson_id>/<slide_id>/proposals"
SESSION_REPLAY = "/api/sessions/<session_id>/replay/<window>"  # gaze of a stretch of time
SESSION_TRACKED = "/api/sessions/<session_id>/tracked"  # when it was tracked
REPLAY = "/api/replay/<course_id>/<lesson_id>/<window>"
TRACKED = "/api/tracked/<course_id>/<lesson_id>"
WINDOW = "WINDOW"  # stands in an address for the number of the stretch, which the script puts there


def lessons(**query: str | None) -> str:
    """Address of the list of lessons; `query` holds which of them."""
    return OVERVIEW + _query(query)


def lesson(course_id: str, lesson_id: str, **query: str | None) -> str:
    """Address of a lesson's page; `query` holds whose recordings count."""
    return _fill(LESSON, course_id=course_id, lesson_id=lesson_id) + _query(query)


def slide(course_id: str, lesson_id: str, slide_id: str, **query: str | Iterable[str] | None) -> str:
    """Address of a slide's workbench; `query` holds its filters, for example ``overlay="fixations"``."""
    return _fill(SLIDE, course_id=course_id, lesson_id=lesson_id, slide_id=slide_id) + _query(query)


def edit(course_id: str, lesson_id: str, slide_id: str, **query: str | None) -> str:
    """Address of the editor of a slide's regions; `query` holds whose recordings count."""
    return _fill(EDIT, course_id=course_id, lesson_id=lesson_id, slide_id=slide_id) + _query(query)


def session(session_id: str, **query: str | Iterable[str] | None) -> str:
    """Address of one session's page; `query` holds the moment of its replay: ``t`` in s, ``speed``."""
    return _fill(SESSION, session_id=session_id) + _query(query)


def replay_page(course_id: str, lesson_id: str, **query: str | Iterable[str] | None) -> str:
    """Address of the replay of a class.

    `query`: whose recordings count, ``students``, ``slide`` and ``t`` (s since the slide was opened, or of
    the replay without a slide), ``speed``, ``align`` ("start": recordings are laid over one another by their
    start, not by the opening of each slide), ``focus`` (students that stand out), ``regions`` ("1").
    """
    return _fill(REPLAY_PAGE, course_id=course_id, lesson_id=lesson_id) + _query(query)


def library_lesson(course_id: str, lesson_id: str) -> str:
    """Address of the page where the slides of a lesson are changed."""
    return _fill(LIBRARY_LESSON, course_id=course_id, lesson_id=lesson_id)


def library_sessions(**query: str | None) -> str:
    """Address of the table of sessions; `query` holds its filters, for example ``state="failed"``."""
    return LIBRARY_SESSIONS + _query(query)


def search(words: str) -> str:
    """Address of what was found for these words."""
    return SEARCH + _query({"q": words or None})


def compare(*items: object, measure: str | None = None, **query: str | Iterable[str] | None) -> str:
    """Address of a comparison of these items (`dashboard.items`, `dashboard.presets`).

    `query` holds a `region`, `against` ("others"), and whose recordings count.
    """
    return COMPARE + _query({"of": [str(item) for item in items] or None, "measure": measure, **query})


def slide_image(course_id: str, lesson_id: str, slide_id: str, version: int | None = None) -> str:
    """Address of the picture of a slide, or of an earlier version of it."""
    path = _fill(SLIDE_IMAGE, course_id=course_id, lesson_id=lesson_id, slide_id=slide_id)
    return path + _query({"version": None if version is None else str(version)})


def slide_thumbnail(course_id: str, lesson_id: str, slide_id: str, version: int | None = None) -> str:
    """Address of a small picture of a slide, for cards and lists; with its version it is kept for good."""
    path = _fill(SLIDE_THUMBNAIL, course_id=course_id, lesson_id=lesson_id, slide_id=slide_id)
    return path + _query({"version": None if version is None else str(version)})


def heatmap_image(course_id: str, lesson_id: str, slide_id: str, **query: str | Iterable[str] | None) -> str:
    """Address of the transparent heatmap that lies over a slide."""
    path = _fill(HEATMAP_IMAGE, course_id=course_id, lesson_id=lesson_id, slide_id=slide_id)
    return path + _query(query)


def difference_image(one: object, other: object, **query: str | Iterable[str] | None) -> str:
    """Address of the transparent map of how two items (`dashboard.items`), both slides, differ."""
    return DIFFERENCE_IMAGE + _query({"a": str(one), "b": str(other), **query})


def layer(name: str, course_id: str, lesson_id: str, slide_id: str) -> str:
    """Address of one layer of a slide's picture, to which the page's script adds what it asks for."""
    return _fill(LAYER, name=name, course_id=course_id, lesson_id=lesson_id, slide_id=slide_id)


def layer_image(
    name: str, course_id: str, lesson_id: str, slide_id: str, **query: str | Iterable[str] | None
) -> str:
    """Address of another transparent picture that lies over a slide: fog, saliency, difference or cloud."""
    path = _fill(LAYER_IMAGE, name=name, course_id=course_id, lesson_id=lesson_id, slide_id=slide_id)
    return path + _query(query)


def session_state(session_id: str) -> str:
    """Address of the small JSON that says how far a session has come."""
    return _fill(SESSION_STATE, session_id=session_id)


def fixations_image(session_id: str, slide_id: str) -> str:
    """Address of the fixations of one session on one slide, to lie over its picture."""
    return _fill(FIXATIONS_IMAGE, session_id=session_id, slide_id=slide_id)


def regions(course_id: str, lesson_id: str, slide_id: str) -> str:
    """Address of a slide's regions and their versions, as JSON."""
    return _fill(REGIONS, course_id=course_id, lesson_id=lesson_id, slide_id=slide_id)


def proposals(course_id: str, lesson_id: str, slide_id: str) -> str:
    """Address of the regions found in a slide's picture."""
    return _fill(PROPOSALS, course_id=course_id, lesson_id=lesson_id, slide_id=slide_id)


def session_replay(session_id: str, window: str = WINDOW) -> str:
    """Address of a session's gaze in a stretch of time, as `dashboard.replay_bytes` describes it."""
    return _fill(SESSION_REPLAY, session_id=session_id, window=window)


def session_tracked(session_id: str) -> str:
    """Address of when a session was tracked, for the line under its replay."""
    return _fill(SESSION_TRACKED, session_id=session_id)


def replay(course_id: str, lesson_id: str, window: str = WINDOW, **query: str | Iterable[str] | None) -> str:
    """Address of a class's gaze in a stretch of time, as `dashboard.replay_bytes` describes it."""
    return _fill(REPLAY, course_id=course_id, lesson_id=lesson_id, window=window) + _query(query)


def tracked(course_id: str, lesson_id: str, **query: str | Iterable[str] | None) -> str:
    """Address of when how many of a class were tracked, for the line under their replay."""
    return _fill(TRACKED, course_id=course_id, lesson_id=lesson_id) + _query(query)


def table(name: str, *place: str, suffix: str = "csv", **query: str | Iterable[str] | None) -> str:
    """Address of a table of what these ids name: a lesson, a slide, a session; of the school without any.

    `name` is one that `dashboard.tables` knows; `query` holds whose gaze it is.
    """
    path = "/".join(quote(part, safe="") for part in (name, *place))
    return f"/table/{path}.{suffix}" + _query(query)


def as_parquet(address: str) -> str:
    """The address of the same table as Parquet."""
    path, mark, query = address.partition("?")
    return path.removesuffix(".csv") + ".parquet" + mark + query


def raw_session(session_id: str, suffix: str) -> str:
    """Address of a session's raw tables, as "csv" or "parquet"."""
    return f"/raw/session/{quote(session_id, safe='')}.{suffix}.zip"


def raw_lesson(course_id: str, lesson_id: str, suffix: str, **query: str | None) -> str:
    """Address of the raw tables of all sessions of a lesson, as "csv" or "parquet"."""
    place = "/".join(quote(part, safe="") for part in (course_id, lesson_id))
    return f"/raw/lesson/{place}.{suffix}.zip" + _query(query)


def compare_report(**query: str | Iterable[str] | None) -> str:
    """Address of the PDF of a comparison; `query` is that of the page that compares."""
    return COMPARE_REPORT + _query(query)


def lesson_report(course_id: str, lesson_id: str, **query: str | None) -> str:
    """Address of the PDF of a lesson; `query` holds whose recordings count."""
    return _fill(LESSON_REPORT, course_id=course_id, lesson_id=lesson_id) + _query(query)


def regions_csv(course_id: str, lesson_id: str, slide_id: str, **query: str | Iterable[str] | None) -> str:
    """Address of the table of a slide's regions."""
    return table("regions", course_id, lesson_id, slide_id, **query)


def overlay_csv(
    course_id: str, lesson_id: str, slide_id: str, kind: str, **query: str | Iterable[str] | None
) -> str:
    """Address of the numbers that an overlay of a slide draws."""
    return table(kind, course_id, lesson_id, slide_id, **query)


def content_csv(
    course_id: str, lesson_id: str, slide_id: str, kind: str, **query: str | Iterable[str] | None
) -> str:
    """Address of a table that compares a slide's gaze with its content: gap, maps, students, transitions."""
    return table(kind, course_id, lesson_id, slide_id, **query)


def gap_csv(course_id: str, lesson_id: str, **query: str | None) -> str:
    """Address of the gap of each slide of a lesson."""
    return table("gap", course_id, lesson_id, **query)


def quiz_csv(course_id: str, lesson_id: str, **query: str | None) -> str:
    """Address of the relation of looking to answering, question by question."""
    return table("quiz", course_id, lesson_id, **query)


def lesson_csv(course_id: str, lesson_id: str, **query: str | None) -> str:
    """Address of the class over a lesson's time."""
    return table("over-time", course_id, lesson_id, **query)


def sessions_csv(course_id: str, lesson_id: str) -> str:
    """Address of a lesson's sessions with the quality of each."""
    return table("sessions", course_id, lesson_id)


def gaze_csv(session_id: str) -> str:
    """Address of every gaze sample of a session."""
    return table("gaze", session_id)


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
