"""Long tables: sorted by a click on a heading, shown in pieces, both in the address.

A page has a store of `look_id(prefix)`, in which the choice stands as an address has it (`Look.query`); the
buttons of headings and pager change it, and whatever draws the table listens to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from dash import ALL, Dash, Input, Output, State, ctx, dcc, html
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from dashboard.texts import t

PIECE: Final = 50  # rows


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and whether it holds numbers, which first sort from the largest."""

    name: str
    label: str
    number: bool = False
    title: str = ""
    sortable: bool = True


@dataclass(frozen=True)
class Look:
    """How a table is looked at: `by` the name of a column, and which piece (of `size` rows), from 1."""

    by: str
    descending: bool = False
    piece: int = 1
    size: int = PIECE

    @classmethod
    def read(cls, query: Mapping[str, Any] | None, columns: Sequence[Column], usual: Look) -> Look:
        """As addresses write it: ``sort=-gap&piece=2``. What makes no sense is as if not there."""
        asked = query or {}
        name = str(asked.get("sort") or "")
        known = {column.name for column in columns if column.sortable}
        by = usual
        if name.removeprefix("-") in known:
            by = cls(name.removeprefix("-"), name.startswith("-"))
        piece = str(asked.get("piece") or "")
        number = max(1, int(piece)) if piece.isdecimal() else 1
        return cls(by.by, by.descending, number, usual.size)

    def query(self) -> dict[str, str | None]:
        """What `read` makes this of."""
        return {
            "sort": f"{'-' if self.descending else ''}{self.by}",
            "piece": None if self.piece == 1 else str(self.piece),
        }

    def sorted(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows in this order, those without a value last; ties stay as they were."""
        return frame.sort_values(self.by, ascending=not self.descending, kind="stable", na_position="last")

    def rows(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of this piece, in order."""
        first = (min(self.piece, self.pieces(len(frame))) - 1) * self.size
        return self.sorted(frame).iloc[first : first + self.size]

    def pieces(self, rows: int) -> int:
        """How many pieces so many rows come to."""
        return max(1, -(-rows // self.size))


def look_id(prefix: str) -> str:
    """The id of the store of a table."""
    return f"{prefix}-look"


def store(prefix: str, look: Look) -> Component:
    """The store, as the address has it."""
    return dcc.Store(look_id(prefix), data=look.query())


def heads(prefix: str, columns: Sequence[Column], look: Look) -> Component:
    """The line of headings; those that sort are buttons."""
    return html.Thead(html.Tr([_head(prefix, column, look) for column in columns]))


def pager(prefix: str, look: Look, rows: int) -> Component | None:
    """Which rows are shown, and the way to the others; nothing where all are."""
    last = look.pieces(rows)
    if last == 1:
        return None
    here = min(look.piece, last)
    words = t("listing-shown", first=(here - 1) * look.size + 1, last=min(here * look.size, rows), rows=rows)
    return html.Nav(
        [
            _turn(prefix, here - 1, t("listing-back"), here > 1),
            html.Span(words, className="muted small", **{"aria-live": "polite"}),
            _turn(prefix, here + 1, t("listing-on"), here < last),
        ],
        className="pager",
        **{"aria-label": t("listing-pieces")},
    )


def register(app: Dash, prefix: str, columns: Sequence[Column]) -> None:
    """Buttons change the store."""
    numbers = {column.name for column in columns if column.number}

    @app.callback(
        Output(look_id(prefix), "data"),
        Input({"list": prefix, "sort": ALL}, "n_clicks"),
        Input({"list": prefix, "piece": ALL}, "n_clicks"),
        State(look_id(prefix), "data"),
        prevent_initial_call=True,
    )
    def turn(_: Any, __: Any, now: dict[str, str | None] | None) -> dict[str, str | None]:
        chosen = ctx.triggered_id
        if not chosen or not any(each["value"] for each in ctx.triggered):  # buttons that have just appeared
            raise PreventUpdate
        return turned(dict(chosen), now or {}, numbers)


def turned(
    chosen: Mapping[str, Any], now: Mapping[str, str | None], numbers: set[str]
) -> dict[str, str | None]:
    """The query after a click: on a heading, sorted by it and from the top; on it again, the other way."""
    sort = now.get("sort")
    if "piece" in chosen:
        return {"sort": sort, "piece": str(chosen["piece"])}
    name = str(chosen["sort"])
    first, second = (f"-{name}", name) if name in numbers else (name, f"-{name}")
    return {"sort": second if sort == first else first, "piece": None}


def _head(prefix: str, column: Column, look: Look) -> Component:
    kind = "number" if column.number else ""
    if not column.sortable:
        return html.Th(column.label, scope="col", className=kind, title=column.title)
    here = look.by == column.name
    order: dict[str, Any] = {"aria-sort": "descending" if look.descending else "ascending"} if here else {}
    button = html.Button(
        column.label, id={"list": prefix, "sort": column.name}, type="button", className="sort"
    )
    return html.Th(button, scope="col", className=kind, title=column.title, **order)


def _turn(prefix: str, piece: int, words: str, possible: bool) -> Component:
    return html.Button(
        words,
        id={"list": prefix, "piece": piece},
        type="button",
        className="button quiet",
        disabled=not possible,
    )
