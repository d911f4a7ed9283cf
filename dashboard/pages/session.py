"""One student's session: replay, quality, its time, slide by slide, and what it was measured under."""

from __future__ import annotations

from typing import Any, Final

import plotly.graph_objects as go
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components import replay, session_page, states
from dashboard.components.charts import known
from dashboard.components.unfinished import in_bin, progress, unfinished
from dashboard.context import current
from dashboard.figures.session import accuracy_map, quality_over_time, session_timeline
from dashboard.figures.time import gaze_over_time
from dashboard.school import SessionView, current_school
from dashboard.session_time import dot_radii_px, dots_of, session_quality, session_shares, slide_on_screen
from dashboard.shell import PULSE, REVISION
from dashboard.texts import t
from dashboard.theme import SCHEME
from pipeline.errors import InputError
from pipeline.storage import the_bin
from pipeline.storage.rows import NotFound, SessionRow

PATH: Final = urls.SESSION
TITLE: Final = "page-session"
PLACE: Final = "session-place"  # dcc.Store: what of the session is shown, as `_key` tells
QUERY: Final = "session-query"  # dcc.Store: the moment of the replay that the address asks for
BODY: Final = "session-body"
PROGRESS: Final = "session-progress"
TIMELINE: Final = "session-timeline"
TIME: Final = "session-time"
MEASURED: Final = "session-measured"
DOTS: Final = "session-dots"
RESTORE: Final = "session-restore"
RESTORE_SAID: Final = "session-restore-said"
ADDRESS: Final = "session-address"  # where the script that writes the address answers


def layout(session_id: str = "", **query: Any) -> Component:
    """The page of a session, finished or not."""
    try:
        row = current().catalogue.session(session_id)
        content = _content(row, query)
    except NotFound:
        return states.nowhere()
    stores = [dcc.Store(PLACE, data=_key(row)), dcc.Store(QUERY, data=query), dcc.Store(ADDRESS)]
    return html.Div([*stores, html.Div(content, id=BODY)])


def register_callbacks(app: Dash) -> None:
    """A session that arrives fills its page by itself; charts follow the colour scheme."""
    app.callback(
        Output(BODY, "children"),
        Output(PLACE, "data"),
        Input(REVISION, "data"),
        State(PLACE, "data"),
        State(QUERY, "data"),
        prevent_initial_call=True,
    )(_refresh)
    app.callback(
        Output(PROGRESS, "children"),
        Input(PULSE, "n_intervals"),
        State(PLACE, "data"),
        prevent_initial_call=True,
    )(lambda _, shown: progress(current().catalogue.session(shown[0])))
    for name, draw in ((TIMELINE, _timeline), (TIME, _time), (MEASURED, _measured), (DOTS, _dots)):
        app.callback(Output(name, "figure"), Input(SCHEME, "data"), Input(name, "id"), State(PLACE, "data"))(
            draw
        )
    app.callback(
        Output(RESTORE_SAID, "children"),
        Input(RESTORE, "n_clicks"),
        State(PLACE, "data"),
        prevent_initial_call=True,
    )(_restore)
    app.clientside_callback(
        ClientsideFunction("address", "remember"),
        Output(ADDRESS, "data"),
        Input(replay.MOMENT, "data"),
        prevent_initial_call=True,
    )


def _key(row: SessionRow) -> list[Any]:
    """Changes when this session has something else to show."""
    return [row.session_id, row.revision, row.state.value, row.deleted_at is not None]


def _refresh(_: Any, shown: list[Any], query: dict[str, Any] | None) -> tuple[Any, Any]:
    row = current().catalogue.session(shown[0])
    if _key(row) == shown:
        return no_update, no_update
    return _content(row, query or {}), _key(row)


def _content(row: SessionRow, query: dict[str, Any]) -> Component:
    if row.deleted_at is not None:
        return in_bin(row, RESTORE, RESTORE_SAID)
    if not row.is_readable:
        return unfinished(row, PROGRESS)
    charts = session_page.Charts(TIMELINE, TIME, MEASURED, DOTS)
    return session_page.body(current_school(), _view(row.session_id), charts, query)


def _restore(clicks: int | None, shown: list[Any]) -> Any:
    """Take the session out of the bin; the page follows the catalogue's revision by itself."""
    if not clicks:
        return no_update
    try:
        the_bin.restore(current().catalogue, ("sessions", shown[0]))
    except InputError as error:
        return t("session-restore-failed", reason=str(error))
    return ""


def _view(session_id: str) -> SessionView:
    return current_school().session_view(session_id)


def _timeline(scheme: str | None, _: str, shown: list[Any]) -> go.Figure:
    shares = session_shares(current_school(), shown[0])
    return session_timeline(shares, _view(shown[0]).stretches, scheme=known(scheme))


def _time(scheme: str | None, _: str, shown: list[Any]) -> go.Figure:
    view = _view(shown[0])
    return gaze_over_time(view.gaze, view.stretches, scheme=known(scheme))


def _measured(scheme: str | None, _: str, shown: list[Any]) -> go.Figure:
    view, quality = _view(shown[0]), session_quality(current_school(), shown[0])
    ranges = view.row.report.get("gaze", {}).get("head_range", {})
    return quality_over_time(quality, ranges, view.stretches, scheme=known(scheme))


def _dots(scheme: str | None, _: str, shown: list[Any]) -> go.Figure:
    view, slide = _view(shown[0]), slide_on_screen(current_school(), shown[0])
    dots, radii = dots_of(view.row), dot_radii_px(view)
    return accuracy_map(dots, session_page.screen_of(view), radii, slide=slide, scheme=known(scheme))
