"""Items below one another: a row each, its dots, and a ring with the interval of the mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.figures.base import empty_figure
from dashboard.texts import t
from dashboard.theme import Palette, palette, template
from pipeline.domain import Floats

ROW_PX: Final = 62
AXIS_PX: Final = 58
NAME_MAX: Final = 30  # characters in a line of a name
SPREAD: Final = 0.27  # of a row, by which dots are set apart up and down
GOLDEN: Final = 0.6180339887


@dataclass(frozen=True)
class Scale:
    """How values are written: `factor` makes them what `unit` and `tickformat` (d3) say."""

    title: str
    tickformat: str = ".2f"
    factor: float = 1.0
    from_zero: bool = False


def height_px(rows: int) -> int:
    """Of a figure with so many rows."""
    return ROW_PX * max(rows, 1) + AXIS_PX


def dots_and_means(rows: pd.DataFrame, dots: pd.DataFrame, scale: Scale, *, scheme: str) -> go.Figure:
    """A row for each item, from the top.

    Parameters
    ----------
    rows : `name`, `below` (words under it), `score`, `low`, `high` (NaN where `hover` says why), `hover`
    dots : `row` (from 0), `value`, `hover`
    """
    if rows.empty:
        return empty_figure(t("compare-chart-empty"), scheme)
    colours = palette(scheme)
    figure = go.Figure()
    figure.add_trace(_dots(dots, scale, colours))
    known = rows["score"].notna().to_numpy()
    figure.add_trace(_bars(rows[known], np.flatnonzero(known), scale, colours))
    figure.add_trace(_rings(rows[known], np.flatnonzero(known), scale, colours))
    _say_why_nothing_is(figure, rows, np.flatnonzero(~known), colours)
    figure.update_layout(
        template=template(scheme),
        dragmode=False,
        showlegend=False,
        hovermode="closest",
        margin={"l": 8, "r": 16, "t": 6, "b": 8},
        height=height_px(len(rows)),
        xaxis=_across(rows, dots, scale),
        yaxis={
            "range": [len(rows) - 0.5, -0.5],
            "tickvals": list(range(len(rows))),
            "ticktext": [_label(row, colours) for row in rows.to_dict("records")],
            "tickfont": {"color": colours.text, "size": 14},
            "showgrid": False,
            "fixedrange": True,
            "ticklabelstandoff": 10,
        },
    )
    return figure


def set_apart(row: Floats, value: Floats) -> Floats:
    """How far each dot is set up or down within its row (n,): the same for the same data."""
    order = np.lexsort((value, row))
    offset = np.empty(len(value))
    offset[order] = (np.arange(len(value)) * GOLDEN) % 1 - 0.5
    return 2 * SPREAD * offset


def _dots(dots: pd.DataFrame, scale: Scale, colours: Palette) -> go.Scatter:
    row, value = dots["row"].to_numpy(float), dots["value"].to_numpy(float) * scale.factor
    return go.Scatter(
        x=value.astype(np.float32),
        y=(row + set_apart(row, value)).astype(np.float32),
        mode="markers",
        marker={"size": 9, "color": colours.accent, "opacity": 0.42, "line": {"width": 0}},
        text=dots["hover"].tolist(),
        hovertemplate="%{text}<extra></extra>",
        name="dots",
    )


def _bars(rows: pd.DataFrame, at: np.ndarray, scale: Scale, colours: Palette) -> go.Scatter:
    """A line from low to high in each row."""
    gap = np.full(len(rows), np.nan)
    ends = np.column_stack([rows["low"], rows["high"], gap]).astype(float) * scale.factor
    return go.Scatter(
        x=ends.ravel().astype(np.float32),
        y=np.column_stack([at, at, gap]).ravel().astype(np.float32),
        mode="lines",
        line={"color": colours.accent, "width": 6},
        hoverinfo="skip",
        name="interval",
    )


def _rings(rows: pd.DataFrame, at: np.ndarray, scale: Scale, colours: Palette) -> go.Scatter:
    return go.Scatter(
        x=(rows["score"].to_numpy(float) * scale.factor).astype(np.float32),
        y=at.astype(np.float32),
        mode="markers",
        marker={"size": 15, "color": colours.surface, "line": {"color": colours.accent, "width": 3.5}},
        text=rows["hover"].tolist(),
        hovertemplate="%{text}<extra></extra>",
        name="mean",
    )


def _say_why_nothing_is(figure: go.Figure, rows: pd.DataFrame, at: np.ndarray, colours: Palette) -> None:
    for row in at:
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", y=int(row), text=rows["hover"].iat[row], showarrow=False,
            font={"color": colours.muted, "size": 13}, bgcolor=colours.surface,
        )  # fmt: skip


def _across(rows: pd.DataFrame, dots: pd.DataFrame, scale: Scale) -> dict[str, object]:
    shown = np.concatenate([dots["value"], rows["low"], rows["high"], rows["score"]]).astype(float)
    shown = shown[np.isfinite(shown)] * scale.factor
    low, high = (shown.min(), shown.max()) if len(shown) else (0.0, 1.0)
    low = min(low, 0.0) if scale.from_zero else low
    room = 0.05 * (high - low or abs(high) or 1.0)
    return {
        "range": [low - room, high + room],
        "tickformat": scale.tickformat,
        "title": {"text": scale.title},
        "fixedrange": True,
        "zeroline": bool(low < 0 < high),
        "zerolinewidth": 1,
    }


def _label(row: dict[str, object], colours: Palette) -> str:
    lines = "<br>".join(_lines(str(row["name"])))
    return f'<b>{lines}</b><br><span style="color:{colours.muted};font-size:12px">{row["below"]}</span>'


def _lines(name: str) -> list[str]:
    """A name in at most two lines, what does not fit cut off."""
    lines = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > NAME_MAX:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    shown = [line if len(line) <= NAME_MAX + 2 else line[:NAME_MAX] + "…" for line in lines[:2]]
    return [*shown[:-1], shown[-1] + "…"] if len(lines) > 2 else shown
