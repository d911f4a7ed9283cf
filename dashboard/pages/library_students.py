"""Students and their groups: pseudonyms only."""

from __future__ import annotations

from typing import Any, Final

import dash_ag_grid as dag
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components.library import ask, do, empty, frame, grid_options
from dashboard.library import library_groups, library_students
from dashboard.school import current_school
from dashboard.texts import t
from pipeline.storage.rows import GroupRow

PATH: Final = urls.LIBRARY_STUDENTS
TITLE: Final = "page-library"
GRID: Final = "library-student-grid"
CHOSEN: Final = "library-student-chosen"
MEMBERS_SHOWN: Final = 60


def layout(**_: Any) -> Component:
    """Groups, then everybody."""
    new = ask(t("library-new-group"), "create-group", look="button primary")
    return frame(
        t("library-students-title"),
        t("library-students-lead"),
        PATH,
        everybody(),
        about=["students"],
        actions=[new],
    )


def register_callbacks(app: Dash) -> None:
    """The script hears who is chosen."""
    app.clientside_callback(
        ClientsideFunction("library", "chosen"), Output(CHOSEN, "children"), Input(GRID, "selectedRows")
    )


def everybody() -> list[Component]:
    """Groups, then all students."""
    return [html.Div(_groups(), className="groups"), _students(), html.Div(id=CHOSEN, hidden=True)]


def _groups() -> list[Component]:
    groups = library_groups(current_school())
    if not groups:
        return [empty(t("library-no-groups"), t("library-no-groups-how"))]
    return [_group(group) for group in groups]


def _group(group: GroupRow) -> Component:
    """A group with its members, each of whom can be taken out."""
    chips = [
        html.Li(
            [
                html.Span(name),
                do(
                    "×", "remove-members", group.group_id, [name], look="chip-remove",
                    says=t("library-take-out", student=name, group=group.title),
                ),
            ],
            className="member",
        )
        for name in group.students[:MEMBERS_SHOWN]
    ]  # fmt: skip
    more = len(group.students) - MEMBERS_SHOWN
    if more > 0:
        chips.append(html.Li(t("library-and-more", more=more), className="muted small"))
    links = [
        dcc.Link(t("library-their-sessions"), href=urls.library_sessions(group=group.group_id)),
        ask(t("library-add-students"), "add-members", group.group_id),
        ask(t("library-rename"), "rename-group", group.group_id),
        do(t("library-delete-group"), "delete-group", group.group_id, look="quiet-link danger"),
    ]
    size = t("library-members", students=len(group.students))
    return html.Section(
        [
            html.Div([html.H2(group.title), html.Span(size, className="muted small")], className="card-head"),
            html.Ul(chips, className="members"),
            html.Div(links, className="quiet-links"),
        ],
        className="card",
    )


def _students() -> Component:
    school = current_school()
    students = library_students(school)
    if not students:
        return empty(t("library-no-students"), t("library-no-students-how"))
    titles = {group.group_id: group.title for group in library_groups(school)}
    rows = [
        {
            "student": row.student,
            "sessions": row.sessions,
            "answers": row.answers,
            "groups": ", ".join(titles.get(each, each) for each in row.groups),
            "href": urls.library_sessions(words=row.student),
        }
        for row in students
    ]
    return html.Section(
        [
            html.Div(
                [
                    html.H2(t("library-everybody", students=len(rows))),
                    html.Div(
                        [
                            ask(t("library-put-into-group"), "group-students", "chosen", look="button"),
                            ask(t("library-rename"), "rename-student", "chosen", look="button"),
                        ],
                        className="form-actions chosen-actions",
                        **{"data-many": "1"},
                    ),
                ],
                className="card-head",
            ),
            dag.AgGrid(
                id=GRID,
                columnDefs=_columns(),
                rowData=rows,
                getRowId="params.data.student",
                columnSize="sizeToFit",
                defaultColDef={"sortable": True, "resizable": True, "filter": True},
                dashGridOptions=grid_options(
                    rowSelection={"mode": "multiRow", "selectAll": "filtered", "enableClickSelection": False},
                    pagination=True,
                    paginationPageSize=50,
                    domLayout="autoHeight",
                ),
                className="grid",
            ),
        ],
        className="card",
    )


def _columns() -> list[dict[str, Any]]:
    return [
        {"field": "student", "headerName": t("library-column-student"), "cellRenderer": "LibraryLink"},
        {"field": "groups", "headerName": t("library-column-groups")},
        {"field": "sessions", "headerName": t("library-column-sessions"), "type": "numericColumn",
         "filter": "agNumberColumnFilter"},
        {"field": "answers", "headerName": t("library-column-answers"), "type": "numericColumn",
         "filter": "agNumberColumnFilter"},
    ]  # fmt: skip
