"""The class over a lesson on paper: on the slide, elsewhere, not tracked (hatched)."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from reportlab.platypus import Flowable

from dashboard.figures.time import clock
from dashboard.over_time import STEP_S, LessonTime
from dashboard.report.marks import hatch
from dashboard.report.sheet import WIDTH, ink, write
from dashboard.report.typeface import Typesetter
from dashboard.texts import t
from dashboard.theme import LIGHT
from pipeline.domain import Floats

PLOT_HEIGHT: Final = 100.0
LEFT, BELOW, ABOVE = 30.0, 30.0, 20.0
NUMBER_ROOM: Final = 11.0  # between the numbers of slides, pt
TICK_STEPS_S: Final = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
TICKS_MAX: Final = 10


class TimeChart(Flowable):
    """Areas stacked to 100 %, white lines where slides change; see `LessonTime` for what is drawn."""

    def __init__(self, typesetter: Typesetter, time: LessonTime) -> None:
        super().__init__()
        self.type, self.time = typesetter, time
        shares = time.shares
        self.t_s = np.append(shares["t_s"].to_numpy(float), shares["t_s"].iloc[-1] + STEP_S)
        self.plot = WIDTH - LEFT

    def wrap(self, *_: float) -> tuple[float, float]:
        return WIDTH, ABOVE + PLOT_HEIGHT + BELOW

    def draw(self) -> None:
        canvas = self.canv
        shares = self.time.shares[["on_slide", "elsewhere"]].fillna(0.0).clip(0, 1)
        on, elsewhere = shares["on_slide"].to_numpy(), shares.sum(axis=1).clip(upper=1.0).to_numpy()
        canvas.saveState()
        canvas.translate(LEFT, BELOW)
        self._clip(0, 0, self.plot, PLOT_HEIGHT)
        hatch(canvas, 0, 0, self.plot, PLOT_HEIGHT)
        self._area(elsewhere, LIGHT.away)
        self._area(on, LIGHT.accent)
        canvas.restoreState()
        canvas.saveState()
        canvas.translate(LEFT, BELOW)
        self._slides()
        self._axes()
        canvas.restoreState()
        self._key()

    def _clip(self, x: float, y: float, width: float, height: float) -> None:
        path = self.canv.beginPath()
        path.rect(x, y, width, height)
        self.canv.clipPath(path, stroke=0, fill=0)

    def _x(self, t_s: Floats | float) -> Floats:
        start, end = self.t_s[0], self.t_s[-1]
        return np.asarray((np.asarray(t_s, float) - start) / (end - start) * self.plot)

    def _area(self, heights: Floats, colour: str) -> None:
        """From the base line to these heights, each as long as its step."""
        x, path = self._x(self.t_s), self.canv.beginPath()
        path.moveTo(x[0], 0)
        for left, right, height in zip(x[:-1], x[1:], heights * PLOT_HEIGHT, strict=True):
            path.lineTo(left, height)
            path.lineTo(right, height)
        path.lineTo(x[-1], 0)
        path.close()
        self.canv.setFillColor(ink(LIGHT.surface))
        self.canv.drawPath(path, stroke=0, fill=1)  # no hatching shines through
        self.canv.setFillColor(ink(colour))
        self.canv.drawPath(path, stroke=0, fill=1)

    def _slides(self) -> None:
        """A white line where a slide begins, and its number where there is room for it."""
        free = -NUMBER_ROOM
        for t_s, number in zip(self.time.starts["t_s"], self.time.starts["number"], strict=True):
            x = float(self._x(float(t_s)))
            self.canv.setFillColor(ink(LIGHT.surface))
            self.canv.rect(x - 0.7, 0, 1.4, PLOT_HEIGHT, stroke=0, fill=1)
            if x - free >= NUMBER_ROOM:
                write(self.canv, self.type, str(number), x + 3, 4, 8, "#ffffff", bold=True)
                free = x

    def _axes(self) -> None:
        for share in (0.0, 0.5, 1.0):
            y = share * PLOT_HEIGHT - 2.5
            write(self.canv, self.type, f"{share:.0%}", -5, y, 7.5, LIGHT.muted, anchor="right")
        step = next((s for s in TICK_STEPS_S if (self.t_s[-1] - self.t_s[0]) / s <= TICKS_MAX), 7200)
        for t_s in np.arange(self.t_s[0], self.t_s[-1] + 1e-9, step):
            x = float(self._x(float(t_s)))
            anchor = "middle" if x < self.plot - 10 else "right"
            write(self.canv, self.type, clock(float(t_s)), x, -11, 7.5, LIGHT.muted, anchor=anchor)
        write(self.canv, self.type, t("report-time-axis"), 0, -24, 7.5, LIGHT.muted)

    def _key(self) -> None:
        x, y = LEFT, BELOW + PLOT_HEIGHT + 8
        for key, colour in (("on", LIGHT.accent), ("elsewhere", LIGHT.away), ("untracked", None)):
            self._box(x, y, colour)
            words = t(f"report-time-{key}")
            write(self.canv, self.type, words, x + 12, y, 8, LIGHT.muted)
            x += 12 + self.type.width(words, 8) + 14

    def _box(self, x: float, y: float, colour: str | None) -> None:
        self.canv.saveState()
        self._clip(x, y - 0.5, 8, 8)
        if colour:
            self.canv.setFillColor(ink(colour))
            self.canv.rect(x, y - 0.5, 8, 8, stroke=0, fill=1)
        else:
            hatch(self.canv, x, y - 0.5, 8, 8)
        self.canv.restoreState()


def is_empty(time: LessonTime) -> bool:
    """Whether there is nothing to draw."""
    shares: pd.DataFrame = time.shares
    return shares.empty
