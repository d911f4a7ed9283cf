"""All sessions: filtered, sorted, chosen; processed again, moved, put into the bin.

The table asks for what it shows a hundred rows at a time, so that thousands are as quick as ten.
"""

from __future__ import annotations

from typing import Any, Final

import dash_ag_grid as dag
import dash_mantine_components as dmc
import pandas as pd
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components.library import CHANGED, ask, empty, frame, grid_options
from dashboard.components.sessions import TRACKED_LOW
from dashboard.library import (
    Filter,
    LessonOnShelf,
    filtered,
    library_groups,
    library_shelves,
    sessions_frame,
    sorted_by,
)
from dashboard.school import current_school
from dashboard.shell import REVISION
from dashboard.texts import t
from dashboard.words import percent, short_day

PATH: Final = urls.LIBRARY_SESSIONS
TITLE: Final = "page-library"
GRID: Final = "library-grid"
FILTER: Final = "library-filter"  # dcc.Store: the filter as an address has it
FOUND: Final = "library-found"
CHOSEN: Final = "library-session-chosen"
ADDRESS: Final = "library-address"
RESET: Final = "library-reset"
NAMES: Final = (
    "course", "lesson", "group", "state", "tracked", "error", "calibrated", "tracker", "kind", "words",
)  # fmt: skip
BLOCK: Final = 100  # rows asked for at a time
STATES: Final = ("done", "queued", "running", "failed")
_TYPING_MS: Final = 400


def layout(**query: Any) -> Component:
    """The table, filtered as the address says."""
    wanted = Filter.read(query)
    if sessions_frame(current_school()).empty:
        nothing = empty(t("library-no-sessions"), dcc.Link(t("library-upload-some"), href=urls.UPLOAD))
        return frame(t("library-sessions-title"), t("library-sessions-lead"), PATH, nothing)
    return frame(
        t("library-sessions-title"),
        t("library-sessions-lead"),
        PATH,
        before=[
            dcc.Store(FILTER, data=wanted.query()),
            dcc.Store(ADDRESS),
            _controls(wanted),
            html.Section([_bar(wanted), _grid()], className="card"),
        ],
    )


def register_callbacks(app: Dash) -> None:
    """Controls fill the filter; the filter, the address and what is done refill the table."""
    controls = [Input(f"library-by-{name}", "value") for name in NAMES]
    app.callback(Output(FILTER, "data"), *controls, prevent_initial_call=True)(
        lambda *values: Filter.read(dict(zip(NAMES, values, strict=True))).query()
    )
    app.callback(
        *(Output(f"library-by-{name}", "value") for name in NAMES),
        Input(RESET, "n_clicks"),
        prevent_initial_call=True,
    )(lambda _: [""] * len(NAMES))
    app.clientside_callback(
        ClientsideFunction("address", "remember"),
        Output(ADDRESS, "data"),
        Input(FILTER, "data"),
        prevent_initial_call=True,
    )
    app.callback(
        Output(FOUND, "children"), Input(FILTER, "data"), Input(CHANGED, "data"), Input(REVISION, "data")
    )(lambda wanted, *_: _found(Filter.read(wanted)))
    app.callback(Output(GRID, "getRowsResponse"), Input(GRID, "getRowsRequest"), State(FILTER, "data"))(_rows)
    app.clientside_callback(
        ClientsideFunction("library", "refill"),
        Output(CHOSEN, "title"),
        Input(FILTER, "data"),
        Input(CHANGED, "data"),
        Input(REVISION, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("library", "chosen"),
        Output(CHOSEN, "children"),
        Input(GRID, "selectedRows"),
        State(FILTER, "data"),
    )


def _groups() -> dict[str, Any]:
    return {group.group_id: group for group in library_groups(current_school())}


def _rows(asked: dict[str, Any] | None, wanted: dict[str, str]) -> dict[str, Any]:
    """The rows from one place to another of what the filter leaves, in the order that was asked for."""
    if not asked:
        return {"rowData": [], "rowCount": 0}
    found = filtered(sessions_frame(current_school()), Filter.read(wanted), _groups())
    for rule in reversed(asked.get("sortModel") or []):
        found = sorted_by(found, rule["colId"], rule["sort"] == "desc")
    part = found.iloc[int(asked["startRow"]) : int(asked["endRow"])]
    return {"rowData": [_row(row) for row in part.to_dict("records")], "rowCount": len(found)}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """A session as the table shows it."""
    failed = row["state"] == "failed"
    assumed = " " + t("library-assumed") if row["assumed"] else ""
    return {
        "session_id": row["session_id"],
        "href": urls.session(row["session_id"]),
        "student": row["student"] or row["name"],
        "lesson": row["lesson"],
        "created_at": short_day(row["created_at"].to_pydatetime()),
        "state": t(f"library-state-{row['state']}"),
        "tracked_share": _said(row["tracked_share"], percent),
        "error_deg": _said(row["error_deg"], lambda deg: f"{deg:.1f}°{assumed}"),
        "calibrated": t(f"library-calibrated-{row['calibrated']}") if row["calibrated"] else "–",
        "tracker": _tracker(row["tracker"]),
        "remarks": row["error"] if failed else t("library-synthetic") if row["synthetic"] else "",
        "poor": bool(row["tracked_share"] < TRACKED_LOW),
        "failed": failed,
    }


def _said(value: float, words: Any) -> str:
    return "–" if pd.isna(value) else str(words(value))


def _tracker(name: str) -> str:
    return t("library-webcam") if name == "webcam" else name


def _found(wanted: Filter) -> str:
    frame_ = sessions_frame(current_school())
    found = len(filtered(frame_, wanted, _groups()))
    if not wanted.query():
        return t("library-all-sessions", sessions=found)
    return t("library-found", found=found, sessions=len(frame_))


def _controls(wanted: Filter) -> Component:
    """The filter as a line of fields."""
    frame_ = sessions_frame(current_school())
    shelves = library_shelves(current_school())
    lessons = [
        {
            "value": f"{shelf.course_id}/{each.row.lesson_id}",
            "label": _titled(shelf.title, each),
        }
        for shelf in shelves
        for each in shelf.lessons
    ]
    trackers = [{"value": each, "label": _tracker(each)} for each in sorted(set(frame_["tracker"]))]
    calibrated = {name: t(f"library-calibrated-{name}") for name in ("yes", "no", "own")}
    kinds = {name: t(f"library-kind-{name}") for name in ("synthetic", "real")}
    fields = [
        dmc.TextInput(
            id="library-by-words", value=wanted.words, placeholder=t("library-by-words"), size="xs", w=170,
            debounce=_TYPING_MS, **{"aria-label": t("library-by-words")},
        ),
        _select("course", wanted.course, [{"value": s.course_id, "label": s.title} for s in shelves]),
        _select("lesson", wanted.lesson, lessons, wide=True),
        _select("group", wanted.group, [{"value": k, "label": g.title} for k, g in _groups().items()]),
        _select("state", wanted.state, _named({name: t(f"library-state-{name}") for name in STATES})),
        _number("tracked", wanted.tracked, " %", 100),
        _number("error", wanted.error, "°", 90),
        _select("calibrated", wanted.calibrated, _named(calibrated)),
        _select("tracker", wanted.tracker, trackers),
        _select("kind", wanted.kind, _named(kinds)),
        html.Button(t("library-reset"), id=RESET, type="button", className="quiet-link"),
    ]  # fmt: skip
    return html.Div(fields, className="filter-line", role="search", **{"aria-label": t("library-filter")})


def _titled(course: str, lesson: LessonOnShelf) -> str:
    return f"{course}: {lesson.row.lesson_title}"


def _named(titles: dict[str, str]) -> list[dict[str, str]]:
    return [{"value": name, "label": title} for name, title in titles.items()]


def _select(name: str, value: str, choices: list[dict[str, str]], wide: bool = False) -> Component:
    known = {choice["value"] for choice in choices}
    if value and value not in known:
        choices = [*choices, {"value": value, "label": value}]
    return dmc.Select(
        id=f"library-by-{name}", value=value or None, data=choices, placeholder=t(f"library-by-{name}"),
        size="xs", w=220 if wide else 150, clearable=True, searchable=len(choices) > 8,
        **{"aria-label": t(f"library-by-{name}")},
    )  # fmt: skip


def _number(name: str, value: str, suffix: str, most: float) -> Component:
    return dmc.NumberInput(
        id=f"library-by-{name}", value=value, placeholder=t(f"library-by-{name}"), suffix=suffix, min=0,
        max=most, size="xs", w=150, hideControls=True, debounce=_TYPING_MS,
        **{"aria-label": t(f"library-by-{name}")},
    )  # fmt: skip


def _bar(wanted: Filter) -> Component:
    """How many there are, and what can be done with those that are chosen."""
    return html.Div(
        [
            html.Div(
                [
                    html.H2(_found(wanted), id=FOUND),
                    html.Span(id=CHOSEN, className="muted small", **{"aria-live": "polite"}),
                ],
                className="found-line",
            ),
            html.Div(
                [
                    html.Button(
                        t("library-choose-all"), type="button", className="quiet-link",
                        **{"data-all": "true"},
                    ),
                    ask(t("library-process-again"), "process-sessions", "chosen", look="button"),
                    ask(t("library-move"), "move-sessions", "chosen", look="button"),
                    ask(t("library-delete"), "delete-sessions", "chosen", danger=True, look="button"),
                ],
                className="form-actions chosen-actions",
                id="library-chosen-actions",
                **{
                    "data-none": t("library-chosen-none"),
                    "data-one": t("library-chosen-one"),
                    "data-many": t("library-chosen-many"),
                    "data-every": t("library-chosen-every"),
                },
            ),
        ],
        className="card-head grid-head",
    )  # fmt: skip


def _grid() -> Component:
    return dag.AgGrid(
        id=GRID,
        rowModelType="infinite",
        columnDefs=_columns(),
        getRowId="params.data.session_id",
        defaultColDef={"sortable": True, "resizable": True, "suppressMovable": True},
        columnSize="responsiveSizeToFit",
        dashGridOptions=grid_options(
            rowSelection={"mode": "multiRow", "headerCheckbox": False, "enableClickSelection": False},
            cacheBlockSize=BLOCK,
            maxBlocksInCache=20,
            infiniteInitialRowCount=20,
        ),
        style={"height": "max(320px, calc(100vh - 365px))"},
        className="grid",
    )


def _columns() -> list[dict[str, Any]]:
    widths = {
        "student": 84, "lesson": 200, "created_at": 114, "state": 70, "tracked_share": 90,
        "error_deg": 76, "calibrated": 96, "tracker": 84, "remarks": 90,
    }  # fmt: skip
    numbers = ("tracked_share", "error_deg")
    columns: list[dict[str, Any]] = []
    for name, width in widths.items():
        column: dict[str, Any] = {
            "field": name,
            "headerName": t(f"library-column-{name.replace('_', '-')}"),
            "minWidth": width,
        }
        if name in numbers:
            column |= {"type": "numericColumn"}
        if name == "lesson":
            column |= {"tooltipField": "lesson"}
        if name == "student":
            column |= {"cellRenderer": "LibraryLink"}
        if name in ("tracked_share", "remarks"):
            mark = {"tracked_share": "poor", "remarks": "failed"}[name]
            column |= {"cellClassRules": {f"cell-{mark}": f"params.data && params.data.{mark}"}}
        if name == "remarks":
            column |= {"sortable": False, "tooltipField": "remarks"}
        columns.append(column)
    return columns
