"""The strip under a slide: what the marks mean, and the typical error drawn to scale.

Places in the strip are in px from the slide's lower left corner, so that it reads the same on every width.
Every overlay has rows of its own from the top of the strip; where several lie over a slide, the script that
puts them together moves each down below the one before. `take` says how much room a figure's rows need.
"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from dashboard.accuracy import TypicalError
from dashboard.texts import t
from dashboard.theme import palette

LEGEND = "legend"  # the name of everything in the strip that may be moved down
MARKS_PX = 22  # a row of marks
ROW_GAP_PX = 9
SCALE_PX = 128  # a row of colours
LINE_PX = 16
TOP_PX = 9  # from the slide to the first line
ONE_SECOND_PX = 30.0  # diameter of a fixation of one second, where circles are large
STUDENTS_A_LINE = 4


def take(figure: go.Figure, lines: int, *, marks: bool) -> None:
    """Note that a figure's rows are so many lines of text, with a row of marks below them or not."""
    height = lines * LINE_PX + (MARKS_PX if marks else 0) + ROW_GAP_PX
    figure.update_layout(meta={"legend_px": height})


def add_caption(figure: go.Figure, lines: Sequence[str], scheme: str) -> None:
    """Lines of text that say what the marks are."""
    figure.add_annotation(
        x=0, y=1, yshift=-TOP_PX, xanchor="left", yanchor="top", align="left", showarrow=False,
        text="<br>".join(lines), font={"color": palette(scheme).muted, "size": 12}, borderpad=0,
        name=LEGEND,
    )  # fmt: skip


def add_colours(
    figure: go.Figure,
    colours: Sequence[str],
    ends: tuple[str, str],
    lines: int,
    scheme: str,
    left_px: int = 16,
) -> None:
    """A row of colours between the words for its two ends; the first has so many px."""
    middle, step = _row(lines), SCALE_PX / len(colours)
    edges = [left_px + i * step for i in range(len(colours))]
    steps = [
        _px_shape("rect", x, x + step + 1, middle - 5, middle + 5, fillcolor=colour, line={"width": 0})
        for x, colour in zip(edges, colours, strict=True)
    ]
    figure.layout.shapes = (*figure.layout.shapes, *steps)  # at once: one by one takes plotly long
    _add_note(figure, 0, middle, ends[0], scheme)
    _add_note(figure, left_px + SCALE_PX + 6, middle, ends[1], scheme)


def add_duration_key(figure: go.Figure, one_second_px: float, lines: int, scheme: str) -> int:
    """Circles of 0.2, 0.5 and 1 s as large as in the picture; returns the px where they end."""
    middle, x = _row(lines), 0.0
    for seconds in (0.2, 0.5, 1.0):
        diameter = one_second_px * seconds**0.5
        circle = _px_shape(
            "circle", x, x + diameter, middle - diameter / 2, middle + diameter / 2,
            fillcolor=palette(scheme).muted, opacity=0.6, line={"width": 0},
        )  # fmt: skip
        figure.add_shape(circle)
        _add_note(figure, x + diameter + 5, middle, t("slide-unit-seconds", n=f"{seconds:g}"), scheme)
        x += diameter + 48
    return int(x)


def add_student_key(
    figure: go.Figure, students: Sequence[tuple[str, str]], left: int, lines: int, scheme: str
) -> None:
    """Whose colour is which, to the right of `left` px."""
    words = [f'<span style="color:{colour}">●</span> {name}' for name, colour in students]
    rows = [words[i : i + STUDENTS_A_LINE] for i in range(0, len(words), STUDENTS_A_LINE)]
    _add_note(figure, left + 10, _row(lines), "<br>".join("   ".join(row) for row in rows), scheme)


def add_error_circle(figure: go.Figure, error: TypicalError, scheme: str) -> None:
    """The typical error as a dashed circle in the slide's own scale, at the right end of the strip."""
    colours = palette(scheme)
    right, up = 1 - 0.006, 1 + 0.03
    figure.add_shape(
        type="circle", x0=right - 2 * error.radius_x, x1=right, y0=up, y1=up + 2 * error.radius_y,
        line={"color": colours.accent, "width": 1.5, "dash": "dash"},
    )  # fmt: skip
    figure.add_annotation(
        x=right - 2 * error.radius_x, y=up + error.radius_y, xshift=-6, xanchor="right", yanchor="middle",
        text=typical_error_words(error).replace(" (", "<br>("),
        align="right", showarrow=False, font={"color": colours.muted, "size": 12},
    )  # fmt: skip


def typical_error_words(error: TypicalError) -> str:
    """``Typical error 1.7° (estimated)``."""
    return t("slide-error-typical", degrees=f"{error.deg:.1f}", source=error.source)


def _row(lines: int) -> float:
    """The middle of the row of marks below so many lines of caption, px under the slide."""
    return -(TOP_PX + lines * LINE_PX + 19)


def _px_shape(kind: str, x0: float, x1: float, y0: float, y1: float, **style: object) -> dict[str, object]:
    """A shape in px from the slide's lower left corner."""
    return {
        "type": kind, "xsizemode": "pixel", "ysizemode": "pixel", "xanchor": 0, "yanchor": 1,
        "x0": x0, "x1": x1, "y0": y0, "y1": y1, "name": LEGEND, **style,
    }  # fmt: skip


def _add_note(figure: go.Figure, x_px: float, y_px: float, text: str, scheme: str) -> None:
    figure.add_annotation(
        x=0, y=1, xshift=x_px, yshift=y_px, xanchor="left", yanchor="middle", align="left", text=text,
        showarrow=False, font={"color": palette(scheme).muted, "size": 12}, borderpad=0, name=LEGEND,
    )  # fmt: skip
