"""What every figure can be: empty, and saying so."""

from __future__ import annotations

import plotly.graph_objects as go

from dashboard.theme import palette, template


def empty_figure(message: str, scheme: str) -> go.Figure:
    """A figure of nothing that says why there is nothing."""
    hidden = {"visible": False, "fixedrange": True}
    figure = go.Figure(
        layout={"template": template(scheme), "xaxis": hidden, "yaxis": hidden, "dragmode": False}
    )
    figure.add_annotation(
        text=message, xref="paper", yref="paper", x=0.5, y=0.5, showarrow=False,
        font={"color": palette(scheme).muted, "size": 14},
    )  # fmt: skip
    return figure
