"""What is being worked on, and what could not be processed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.texts import t
from dashboard.words import day
from dashboard.work import Item, Work
from pipeline.storage.rows import SessionRow, State

FAILED_SHOWN: Final = 5
FAILED_SHOWN_FOR: Final = dt.timedelta(days=7)


def work_card(work: Work) -> Component | None:
    """The card of what is in work; nothing while nothing is."""
    if not work.unfinished:
        return None
    waiting = [html.P(t("work-waiting", n=work.waiting), className="muted small")] if work.waiting else []
    finished = t("work-finished", finished=work.total - work.unfinished, total=work.total)
    return html.Section(
        [
            html.Div(
                [html.H2(t("work-title")), html.Span(finished, className="muted small")],
                className="card-head",
            ),
            html.Ul([_item(item) for item in work.running], className="work-list"),
            *waiting,
        ],
        className="card",
        **{"aria-label": t("work-label")},
    )


def failed_card(sessions: Sequence[SessionRow]) -> Component | None:
    """The sessions that could not be processed of late, each with its reason; nothing without any."""
    failed = [row for row in sessions if row.state is State.FAILED and _age(row) < FAILED_SHOWN_FOR]
    if not failed:
        return None
    latest = sorted(failed, key=_ended, reverse=True)
    more = len(latest) - FAILED_SHOWN
    return html.Section(
        [
            html.H2(t("work-failed")),
            html.Ul([_failed(row) for row in latest[:FAILED_SHOWN]], className="failed-list"),
            *([html.P(t("work-failed-more", n=more), className="muted small")] if more > 0 else []),
        ],
        className="card",
    )


def _item(item: Item) -> Component:
    return html.Li(
        [
            html.Span(item.student or t("work-new"), className="work-student"),
            html.Span(item.lesson or "", className="work-lesson muted"),
            dmc.Progress(value=100 * item.share, size=6, className="work-bar", **{"aria-label": item.doing}),
            html.Span(item.doing, className="work-doing muted"),
        ]
    )


def _failed(row: SessionRow) -> Component:
    name = [
        dcc.Link(row.student or row.name, href=urls.session(row.session_id)),
        html.Span(day(_ended(row)), className="muted small"),
    ]
    reason = html.P(row.error or t("sessions-no-reason"), className="small")
    return html.Li([html.Div(name, className="failed-name"), reason])


def _ended(row: SessionRow) -> dt.datetime:
    return row.finished_at or row.created_at


def _age(row: SessionRow) -> dt.timedelta:
    return dt.datetime.now(dt.UTC) - _ended(row)
