"""Small drawings that several parts of a report share: hatching, tracks with bands, a row of numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Spacer

from dashboard.report.sheet import WIDTH, Sheet, ink
from dashboard.theme import LIGHT

TRACK_HEIGHT = 12.0
HATCH_PT = 3.2  # between the lines of hatching


class Track(Flowable):
    """A line from 0 to its end: band for the interval, tick for what was intended, dot for what was seen.

    Shares of the end (0-1), NaN for what is not known.
    """

    def __init__(
        self, width: float, *, dot: float, low: float, high: float, tick: float, colour: str
    ) -> None:
        super().__init__()
        self.width, self.colour = width, colour
        self.dot, self.low, self.high, self.tick = dot, low, high, tick

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.width, TRACK_HEIGHT

    def draw(self) -> None:
        canvas, middle, radius = self.canv, TRACK_HEIGHT / 2, 3.2
        canvas.setLineWidth(0.75)
        canvas.setStrokeColor(ink(LIGHT.line))
        canvas.line(0, middle, self.width, middle)
        if not pd.isna(self.low):
            left, right = self._at(self.low), self._at(self.high)
            canvas.setFillColor(ink(self.colour, 0.3))
            canvas.rect(left, middle - 2.4, max(right - left, 1), 4.8, stroke=0, fill=1)
        if not pd.isna(self.tick):
            canvas.setFillColor(ink(LIGHT.text))
            canvas.rect(self._at(self.tick) - 0.75, 0.5, 1.5, TRACK_HEIGHT - 1, stroke=0, fill=1)
        if not pd.isna(self.dot):
            canvas.setFillColor(ink(self.colour))
            canvas.setStrokeColor(ink(LIGHT.surface))
            canvas.circle(self._at(self.dot), middle, radius, stroke=1, fill=1)

    def _at(self, share: float) -> float:
        return self.width * min(max(float(share), 0.0), 1.0)


class Swatch(Flowable):
    """A small square of a region's colour."""

    SIDE = 6.5

    def __init__(self, colour: str) -> None:
        super().__init__()
        self.colour = colour

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.SIDE, self.SIDE

    def draw(self) -> None:
        self.canv.setFillColor(ink(self.colour))
        self.canv.roundRect(0, 0, self.SIDE, self.SIDE, 1.2, stroke=0, fill=1)


def hatch(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    """Slanted lines over a box: not tracked. Whatever is to be left out has to be clipped away before."""
    canvas.saveState()
    canvas.setStrokeColor(ink(LIGHT.untracked))
    canvas.setLineWidth(0.7)
    start = math.floor((x - height) / HATCH_PT) * HATCH_PT
    steps = math.ceil((width + height) / HATCH_PT) + 2
    for i in range(steps):
        left = start + i * HATCH_PT
        canvas.line(left, y, left + height, y + height)
    canvas.restoreState()


class Stats(Flowable):
    """Numbers that are read first, side by side, each with what it is."""

    VALUE, WORDS, GAP = 17.0, 8.0, 16.0

    def __init__(self, sheet: Sheet, stats: Sequence[tuple[str, str]], width: float = WIDTH) -> None:
        super().__init__()
        self.cells = [(sheet.line("stat", value), sheet.line("small", words)) for value, words in stats]
        self.full = width
        self.column = (width - self.GAP * (len(stats) - 1)) / max(len(stats), 1)

    def wrap(self, *_: float) -> tuple[float, float]:
        heights = [
            value.wrap(self.column, 1000)[1] + words.wrap(self.column, 1000)[1] for value, words in self.cells
        ]
        self.width, self.height = self.full, max(heights, default=0.0)
        return self.width, self.height

    def draw(self) -> None:
        for i, (value, words) in enumerate(self.cells):
            x, top = i * (self.column + self.GAP), self.height
            value.drawOn(self.canv, x, top - value.height)
            words.drawOn(self.canv, x, top - value.height - words.height)


def gap(points: float) -> Spacer:
    """Room between two things."""
    return Spacer(1, points)
