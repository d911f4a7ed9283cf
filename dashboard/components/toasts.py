"""Where the script says what was done: in a corner of every page, with a button that undoes it."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.texts import t


def toasts() -> Component:
    """An empty place, and the words that the script needs."""
    return html.Div(
        id="toasts",
        className="toasts",
        role="status",
        **{
            "data-undo": t("library-word-undo"),
            "data-close": t("library-word-close"),
            "data-broken": t("library-word-broken"),
            "data-sending": t("library-word-sending"),
            "data-moved": t("library-word-moved"),
            "data-refused": t("library-nothing-added"),
            "data-files": t("library-word-files"),
            "data-earlier": t("library-word-earlier"),
            "data-kinds": t("library-word-kinds"),
            "data-other": t("library-word-other"),
            "data-content": t("library-word-content"),
            "data-nothing": t("library-word-nothing"),
        },
    )
