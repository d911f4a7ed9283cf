"""A session that has nothing to show yet: waiting, in work, or failed."""

from __future__ import annotations

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.shell import page
from dashboard.work import doing
from pipeline.storage.rows import SessionRow, State


def unfinished(row: SessionRow, progress_id: str) -> Component:
    """What is happening to it, or why it could not be processed."""
    title = f"Session of {row.student}" if row.student else row.name
    if row.state is State.FAILED:
        return page(
            title,
            "This recording could not be processed.",
            html.Section(
                [html.H2("The reason"), html.P(row.error or "No reason was recorded.")], className="card"
            ),
            crumbs=[("Overview", urls.OVERVIEW)],
        )
    return page(
        title,
        "This recording is on its way. The page fills by itself as soon as it is ready.",
        html.Section(html.Div(progress(row), id=progress_id), className="card"),
        html.P(dcc.Link("All that is in work", href=urls.OVERVIEW), className="below-card"),
        crumbs=[("Overview", urls.OVERVIEW)],
    )


def progress(row: SessionRow) -> Component:
    """The stage in words and how far the whole work has come."""
    words, share = (
        ("Waiting for its turn", 0.0) if row.state is State.QUEUED else doing(row.stage, row.progress)
    )
    return html.Div([html.P(words), dmc.Progress(value=100 * share, size=8, **{"aria-label": words})])
