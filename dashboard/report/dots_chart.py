"""Items below one another on paper: a row each, its dots, a ring with the mean's interval, the figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from reportlab.platypus import Flowable

from dashboard.figures.compare import set_apart
from dashboard.report.sheet import WIDTH, ink, write
from dashboard.report.typeface import Typesetter
from dashboard.theme import LIGHT
from pipeline.domain import Floats

NAME_WIDTH, FIGURE_WIDTH, GUTTER = 138.0, 86.0, 14.0
ROW: Final = 36.0
AXIS: Final = 22.0
STEPS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
TICKS_MAX: Final = 7


@dataclass(frozen=True)
class Row:
    """One item.

    `score`, `low`, `high` and `dots` (n,) are values, NaN and none where there are too few students. `figure`
    and `interval` are what stands at the right end, `below` under the name.
    """

    name: str
    below: str
    score: float
    low: float
    high: float
    dots: Floats
    figure: str
    interval: str


class DotsChart(Flowable):
    """`factor` makes values what the axis says; `suffix` stands behind its numbers."""

    def __init__(
        self,
        typesetter: Typesetter,
        rows: list[Row],
        *,
        factor: float = 1.0,
        suffix: str = "",
        digits: int = 1,
    ) -> None:
        super().__init__()
        self.type, self.rows = typesetter, rows
        self.factor, self.suffix, self.digits = factor, suffix, digits
        self.left, self.right = NAME_WIDTH + GUTTER, WIDTH - FIGURE_WIDTH - GUTTER
        self.low, self.high = _ends(rows)

    def wrap(self, *_: float) -> tuple[float, float]:
        return WIDTH, len(self.rows) * ROW + AXIS

    def draw(self) -> None:
        self._axis()
        places = np.repeat(np.arange(len(self.rows)), [len(row.dots) for row in self.rows]).astype(float)
        values = np.concatenate([row.dots for row in self.rows]) if self.rows else np.empty(0)
        apart = set_apart(places, values)
        for number, row in enumerate(self.rows):
            middle = AXIS + (len(self.rows) - number - 0.5) * ROW
            self._words(row, middle)
            for value, off in zip(row.dots, apart[places == number], strict=True):
                self._circle(value, middle - off * ROW, 2.6, LIGHT.accent, 0.42)
            self._mean(row, middle)

    def _axis(self) -> None:
        canvas, span = self.canv, (self.high - self.low) * self.factor
        step = next((step for step in STEPS if span / step <= TICKS_MAX), span or 1.0)
        first = np.ceil(self.low * self.factor / step - 1e-9) * step
        canvas.setStrokeColor(ink(LIGHT.line))
        canvas.setLineWidth(0.6)
        for tick in np.arange(first, self.high * self.factor + 1e-9, step) + 0.0:  # never -0
            x = self._x(tick / self.factor)
            canvas.line(x, AXIS, x, AXIS + len(self.rows) * ROW)
            words = f"{tick:.{self.digits}f}{self.suffix}".replace("-", "\N{MINUS SIGN}")
            write(canvas, self.type, words, x, AXIS - 12, 7.5, LIGHT.muted, anchor="middle")

    def _words(self, row: Row, middle: float) -> None:
        name = self.type.fitting(row.name, 9, NAME_WIDTH, bold=True)
        write(self.canv, self.type, name, 0, middle + 1.5, 9, LIGHT.text, bold=True)
        below = self.type.fitting(row.below, 7.5, NAME_WIDTH)
        write(self.canv, self.type, below, 0, middle - 9, 7.5, LIGHT.muted)
        shift = 1.5 if row.interval else -3
        write(
            self.canv, self.type, row.figure, WIDTH, middle + shift, 9, LIGHT.text, bold=True, anchor="right"
        )
        write(self.canv, self.type, row.interval, WIDTH, middle - 9, 7.5, LIGHT.muted, anchor="right")

    def _mean(self, row: Row, middle: float) -> None:
        canvas = self.canv
        if np.isfinite(row.low) and np.isfinite(row.high):
            canvas.setFillColor(ink(LIGHT.accent))
            left, right = self._x(row.low), self._x(row.high)
            canvas.rect(left, middle - 2, max(right - left, 0.5), 4, stroke=0, fill=1)
        if np.isfinite(row.score):
            canvas.setFillColor(ink(LIGHT.surface))
            canvas.setStrokeColor(ink(LIGHT.accent))
            canvas.setLineWidth(2.2)
            canvas.circle(self._x(row.score), middle, 4.2, stroke=1, fill=1)

    def _circle(self, value: float, y: float, radius: float, colour: str, opacity: float) -> None:
        self.canv.setFillColor(ink(colour, opacity))
        self.canv.circle(self._x(value), y, radius, stroke=0, fill=1)

    def _x(self, value: float) -> float:
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)


def _ends(rows: list[Row]) -> tuple[float, float]:
    """Both ends of the axis, around everything that is drawn."""
    ends = [
        value for row in rows for value in (row.score, row.low, row.high, *row.dots) if np.isfinite(value)
    ]
    low, high = (min(ends), max(ends)) if ends else (0.0, 1.0)
    low = min(low, 0.0) if low < 0.3 * high else low
    room = 0.04 * (high - low or abs(high) or 1.0)
    return low - (room if low else 0.0), high + room
