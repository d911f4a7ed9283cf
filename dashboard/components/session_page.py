"""The page of a session that is ready, put together from its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components import replay
from dashboard.components.charts import chart_card, graph
from dashboard.components.quality import quality_panel
from dashboard.components.raw_links import raw_links
from dashboard.components.session_quality import dots_card, measured_card
from dashboard.components.session_slides import session_slides
from dashboard.components.source import source_panel
from dashboard.figures.time import clock
from dashboard.replay import session_replay
from dashboard.school import School, SessionView
from dashboard.session_time import dots_of, first_looks, session_quality, versions_seen
from dashboard.shell import page
from dashboard.texts import t
from dashboard.words import day, percent
from pipeline.domain import Screen

USUAL_SCREEN = Screen(1920, 1080, 344.0, 194.0)  # where a recording does not say


class Charts(NamedTuple):
    """The ids of the page's graphs."""

    timeline: str
    gaze: str
    measured: str
    dots: str


def body(school: School, view: SessionView, charts: Charts, query: Mapping[str, Any]) -> Component:
    """The whole page; `query` holds the moment of the replay."""
    row, lesson = view.row, view.lesson
    place, session_id = (lesson.course_id, lesson.lesson_id), row.session_id
    slides = {slide.slide_id: slide for slide in session_replay(school, session_id).slides}
    quality = session_quality(school, session_id)
    ranges = row.report.get("gaze", {}).get("head_range", {})
    dots_csv, quality_csv = (urls.table(name, session_id) for name in ("session-dots", "session-quality"))
    ratio = screen_of(view).width_px / screen_of(view).height_px
    return page(
        t("session-title", student=row.student, lesson=lesson.lesson_title),
        " ".join(lead(view)),
        html.Div(
            [
                html.Div([_replay(school, view, query), _quality(view)], className="workbench"),
                _timeline(view, charts),
                session_slides(view, slides, versions_seen(school, row), first_looks(school, session_id)),
                html.Div(
                    [
                        measured_card(charts.measured, view, quality, ranges, quality_csv),
                        dots_card(charts.dots, view, dots_of(row), ratio, dots_csv),
                    ],
                    className="session-pair",
                ),
                _gaze(view, charts),
                html.Section([html.H2(t("session-source-title")), source_panel(view)], className="card"),
                raw_links(
                    urls.raw_session(session_id, suffix="csv"), urls.raw_session(session_id, suffix="parquet")
                ),
            ],
            className="stack",
        ),
        crumbs=[
            (t("page-lessons"), urls.OVERVIEW),
            (lesson.course_title, urls.lessons(course=lesson.course_id)),
            (lesson.lesson_title, urls.lesson(*place)),
        ],
        actions=[
            dcc.Link(
                t("session-class-replay"),
                href=urls.replay_page(*place, focus=str(row.student)),
                className="button quiet",
            )
        ],
    )


def lead(view: SessionView) -> Iterator[str]:
    """How long a session was, when it came, and how much of it was tracked."""
    row, seconds = view.row, sum(slide.exposure_s for slide in view.slides)
    yield t("session-lead", slides=len(view.slides), time=clock(seconds), day=day(row.created_at))
    if (tracked := row.quality.get("tracked_share")) is not None:
        yield t("session-lead-tracked", share=percent(tracked))
    if row.synthetic:
        yield t("session-lead-synthetic")


def screen_of(view: SessionView) -> Screen:
    return view.row.header.screen if view.row.header else USUAL_SCREEN


def _replay(school: School, view: SessionView, query: Mapping[str, Any]) -> Component:
    session_id = view.row.session_id
    plan = replay.plan(
        session_replay(school, session_id), urls.session_replay(session_id), urls.session_tracked(session_id)
    )
    note = html.P(t("session-replay-note"), className="muted small")
    player = replay.player(replay.SESSION_PLAN, plan, query, note)
    return html.Section([html.H2(t("session-replay")), player], className="card")


def _quality(view: SessionView) -> Component:
    return html.Section([html.H2(t("session-quality-title")), quality_panel(view)], className="card beside")


def _timeline(view: SessionView, charts: Charts) -> Component:
    return chart_card(
        t("session-timeline-title"),
        t("session-timeline-note"),
        graph(charts.timeline, label=t("session-timeline-label"), style={"height": 230}),
        html.Details([html.Summary(t("session-timeline-table")), _in_words(view)], className="small"),
        png=(charts.timeline, f"session-{view.row.session_id}-timeline"),
        csv=urls.table("session-timeline", view.row.session_id),
    )


def _in_words(view: SessionView) -> Component:
    lines = [
        t(
            "session-timeline-words",
            number=seen.number,
            seconds=f"{seen.exposure_s:.0f}",
            on="–" if seen.on_slide_share is None else percent(seen.on_slide_share),
            tracked=percent(seen.tracked_share),
        )
        for seen in view.slides
    ]
    return html.Ul([html.Li(line) for line in lines])


def _gaze(view: SessionView, charts: Charts) -> Component:
    return chart_card(
        t("session-gaze-title"),
        t("session-gaze-note"),
        graph(charts.gaze, label=t("session-gaze-label"), style={"height": 300}),
        png=(charts.gaze, f"session-{view.row.session_id}-gaze"),
        csv=urls.gaze_csv(view.row.session_id),
    )
