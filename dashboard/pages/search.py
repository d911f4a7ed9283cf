"""What was found for some words, by kind; the words are in the address."""

from __future__ import annotations

from typing import Any, Final

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.finding import Entry, Found, find, plain
from dashboard.school import current_school
from dashboard.shell import REVISION, page
from dashboard.texts import t

PATH: Final = urls.SEARCH
TITLE: Final = "page-search"
WORDS: Final = "search-words"
FOUND: Final = "search-found"
ADDRESS: Final = "search-address"
WORDS_MAX: Final = 200


def layout(q: str = "", **_: Any) -> Component:
    """A field with the words, and what has them."""
    asked = str(q)[:WORDS_MAX]
    return page(
        t(TITLE),
        t("search-lead"),
        html.Div(
            [
                dmc.TextInput(
                    id=WORDS, value=asked, debounce=250, className="search-large", size="md",
                    autoComplete="off", placeholder=t("search-placeholder"),
                    **{"aria-label": t("search-label")},
                ),
                dcc.Store(ADDRESS),
                html.Div(_found(asked), id=FOUND, className="stack", **{"aria-live": "polite"}),
            ],
            className="stack",
        ),
    )  # fmt: skip


def register_callbacks(app: Dash) -> None:
    """What is found follows the words, and so does the address."""
    app.callback(
        Output(FOUND, "children"),
        Input(WORDS, "value"),
        Input(REVISION, "data"),
        prevent_initial_call=True,
    )(lambda asked, _: _found((asked or "")[:WORDS_MAX]))
    app.clientside_callback(
        ClientsideFunction("search", "remember"),
        Output(ADDRESS, "data"),
        Input(WORDS, "value"),
        prevent_initial_call=True,
    )


def _found(asked: str) -> list[Component]:
    if not asked.strip():
        return [html.P(t("search-empty"), className="muted")]
    found = find(current_school(), asked)
    if not found:
        return [
            html.Section(
                [html.H2(t("search-nothing", words=asked)), html.P(t("search-nothing-how"))],
                className="card empty",
            )
        ]
    total = sum(each.total for each in found)
    words = plain(asked).split()
    return [
        html.P(t("search-total", total=total), className="muted"),
        *(_kind(each, words) for each in found),
    ]


def _kind(found: Found, words: list[str]) -> Component:
    more = found.total - len(found.entries)
    return html.Section(
        [
            html.H2(t(f"search-kind-{found.kind}", total=found.total)),
            html.Ul([_line(entry, words) for entry in found.entries], className="search-list"),
            *([html.P(t("search-more", more=more), className="muted small")] if more else []),
        ],
        className="card",
    )


def _line(entry: Entry, words: list[str]) -> Component:
    within = [html.Span(entry.within, className="muted small")] if entry.within else []
    return html.Li([dcc.Link(_marked(entry.title, words), href=entry.url), *within])


def _marked(title: str, words: list[str]) -> list[Any]:
    """The title with the first place of the first word that is in it marked, where letters are single."""
    small = plain(title)
    place = next((small.find(word) for word in words if word in small), -1)
    if place < 0 or len(small) != len(title):
        return [title]
    length = len(next(word for word in words if small.startswith(word, place)))
    return [title[:place], html.Mark(title[place : place + length]), title[place + length :]]
