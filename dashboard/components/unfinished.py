"""A session that has nothing to show: waiting, in work, failed, or in the bin."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.shell import page
from dashboard.texts import t
from dashboard.words import day
from dashboard.work import doing
from pipeline.storage.rows import SessionRow, State
from pipeline.storage.the_bin import KEPT


def unfinished(row: SessionRow, progress_id: str) -> Component:
    """What is happening to it, or why it could not be processed."""
    if row.state is State.FAILED:
        return _page(
            row,
            t("session-failed"),
            html.Section(
                [
                    html.H2(t("session-failed-reason")),
                    html.P(row.error or t("session-failed-unknown")),
                    html.P(t("session-failed-next"), className="muted small below-card"),
                    dcc.Link(t("session-upload-again"), href=urls.UPLOAD, className="button below-card"),
                ],
                className="card",
            ),
        )
    return _page(
        row,
        t("session-on-its-way"),
        html.Section(html.Div(progress(row), id=progress_id, **{"aria-live": "polite"}), className="card"),
        html.P(dcc.Link(t("session-all-in-work"), href=urls.OVERVIEW), className="below-card"),
    )


def in_bin(row: SessionRow, restore_id: str, said_id: str) -> Component:
    """When it went there, until when it can be had back, and the button that does so."""
    assert row.deleted_at is not None
    until = day(row.deleted_at + KEPT)
    return _page(
        row,
        t("session-in-bin", since=day(row.deleted_at), until=until),
        html.Section(
            [
                html.P(t("session-in-bin-meaning")),
                html.Button(
                    t("session-restore"), id=restore_id, type="button", className="button primary below-card"
                ),
                html.P(id=said_id, role="status", className="failure small"),
            ],
            className="card",
        ),
        html.P(dcc.Link(t("session-all-in-bin"), href=urls.LIBRARY_BIN), className="below-card"),
    )


def progress(row: SessionRow) -> Component:
    """The stage in words and how far the whole work has come."""
    if row.state is State.QUEUED:
        words, share = t("session-waiting"), 0.0
    else:
        words, share = doing(row.stage, row.progress)
    return html.Div([html.P(words), dmc.Progress(value=100 * share, size=8, **{"aria-label": words})])


def _page(row: SessionRow, lead: str, *children: Component) -> Component:
    title = t("session-of", student=row.student) if row.student else row.name
    return page(title, lead, *children, crumbs=[(t("shell-lessons"), urls.OVERVIEW)], shareable=False)
