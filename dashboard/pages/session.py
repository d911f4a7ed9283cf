"""One student's session: how good it is, the replay, gaze over time, and slide by slide."""

from __future__ import annotations

from typing import Any, Final

import plotly.graph_objects as go
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components import replay, states
from dashboard.components.charts import chart_card, graph, known
from dashboard.components.quality import quality_panel
from dashboard.components.raw_links import raw_links
from dashboard.components.session_slides import session_slides
from dashboard.components.source import source_panel
from dashboard.components.unfinished import progress, unfinished
from dashboard.figures.time import gaze_over_time
from dashboard.replay import session_replay
from dashboard.school import SessionView, current_school
from dashboard.sentences import session_lead
from dashboard.shell import PULSE, REVISION, page
from dashboard.theme import SCHEME
from pipeline.storage.rows import NotFound, SessionRow

PATH: Final = urls.SESSION
TITLE: Final = "page-session"
PLACE: Final = "session-place"  # dcc.Store: what of the session is shown, as `_key` tells
BODY: Final = "session-body"
PROGRESS: Final = "session-progress"
TIME: Final = "session-time"
ADDRESS: Final = "session-address"  # where the script that writes the address answers


def layout(session_id: str = "", **_: Any) -> Component:
    """The page of a session, finished or not."""
    try:
        row = current_school().session(session_id)
        content = _content(row)
    except NotFound:
        return states.nowhere()
    return html.Div([dcc.Store(PLACE, data=_key(row)), dcc.Store(ADDRESS), html.Div(content, id=BODY)])


def register_callbacks(app: Dash) -> None:
    """A session that arrives fills its page by itself; the chart follows the colour scheme."""
    app.callback(
        Output(BODY, "children"),
        Output(PLACE, "data"),
        Input(REVISION, "data"),
        State(PLACE, "data"),
        prevent_initial_call=True,
    )(_refresh)
    app.callback(
        Output(PROGRESS, "children"),
        Input(PULSE, "n_intervals"),
        State(PLACE, "data"),
        prevent_initial_call=True,
    )(lambda _, shown: progress(current_school().session(shown[0])))
    app.callback(Output(TIME, "figure"), Input(SCHEME, "data"), Input(TIME, "id"), State(PLACE, "data"))(
        _time
    )
    app.clientside_callback(
        ClientsideFunction("address", "remember"),
        Output(ADDRESS, "data"),
        Input(replay.MOMENT, "data"),
        prevent_initial_call=True,
    )


def _key(row: SessionRow) -> list[Any]:
    """Changes when this session has something else to show."""
    return [row.session_id, row.revision, row.state.value]


def _refresh(_: Any, shown: list[Any]) -> tuple[Any, Any]:
    row = current_school().session(shown[0])
    return (no_update, no_update) if _key(row) == shown else (_content(row), _key(row))


def _time(scheme: str | None, _: str, shown: list[Any]) -> go.Figure:
    view = current_school().session_view(shown[0])
    return gaze_over_time(view.gaze, view.stretches, scheme=known(scheme))


def _content(row: SessionRow) -> Component:
    if not row.is_readable:
        return unfinished(row, PROGRESS)
    view = current_school().session_view(row.session_id)
    lesson = view.lesson
    return page(
        f"{row.student}, {lesson.lesson_title}",
        session_lead(view),
        html.Div(
            [
                html.Div(
                    [
                        _replay_card(view),
                        html.Section(
                            [
                                html.H2("How good this recording is"),
                                quality_panel(view),
                                html.H2("Where it is from", className="second-head"),
                                source_panel(view),
                            ],
                            className="card beside",
                        ),
                        _gaze_card(view),
                    ],
                    className="workbench",
                ),
                session_slides(view),
            ],
            className="stack",
        ),
        crumbs=[
            (lesson.course_title, None),
            (lesson.lesson_title, urls.lesson(lesson.course_id, lesson.lesson_id)),
        ],
    )


def _replay_card(view: SessionView) -> Component:
    session_id = view.row.session_id
    plan = replay.plan(
        session_replay(current_school(), session_id),
        urls.session_replay(session_id),
        urls.session_tracked(session_id),
    )
    note = html.P("Where gaze was, at the speed it went.", className="muted small")
    return html.Section(
        [html.H2("Replay"), replay.player(replay.SESSION_PLAN, plan, {}, note)], className="card"
    )


def _gaze_card(view: SessionView) -> Component:
    return chart_card(
        "Gaze over time",
        "Place on the slide. Vertical lines: slide changes. Hatched: not tracked. Drag to look closer, "
        "double-click to see all.",
        graph(TIME, label="Gaze across and down the slide over time", style={"height": 300}),
        raw_links(*(urls.raw_session(view.row.session_id, kind) for kind in ("csv", "parquet"))),
        png=(TIME, f"session-{view.row.session_id}-gaze"),
        csv=urls.gaze_csv(view.row.session_id),
    )
