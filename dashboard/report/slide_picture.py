"""A slide on paper: its picture, the heatmap over it, regions with their labels, and the strip below.

Pictures are pixels, everything else is drawn, so that it is sharp at any size.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable

from dashboard.accuracy import TypicalError
from dashboard.figures.heatmap import colour_scale, picture
from dashboard.figures.labels import LABEL_HEIGHT, place_labels
from dashboard.figures.slide import bounds, is_timed, region_colours, when
from dashboard.report.sheet import WIDTH, ink, write
from dashboard.report.typeface import Typesetter
from dashboard.school import Heat, SlideView
from dashboard.texts import t
from dashboard.theme import LIGHT
from pipeline.domain import Aoi, Part, Shape

HEIGHT_MAX: Final = 292.0  # of the slide itself, pt, so that its page holds its table too
HEIGHT_MIN: Final = 190.0
TOP_ROOM: Final = 0.06  # above the slide for labels, in slide heights
LABEL_PT: Final = 7.0
LABEL_WIDTH_MAX: Final = 0.46  # of the slide
OPACITY: Final = 0.8  # of the heatmap, as on the page
PRINT_DPI: Final = 300
STRIP: Final = 32.0  # below the slide, pt; the circle of the error may hang out of it
STRIP_EMPTY: Final = 4.0
CIRCLE_TOP: Final = 5.0  # from the slide
SCALE_STEP, SCALE_STEPS = 1.5, 64


class SlidePicture(Flowable):
    """See the module."""

    def __init__(self, typesetter: Typesetter, view: SlideView, heat: Heat, image: Path) -> None:
        super().__init__()
        self.type, self.view, self.heat, self.image = typesetter, view, heat, image
        self._scale_to(HEIGHT_MAX)

    def shrink(self, height: float) -> None:
        """Make it no higher than this as a whole, pt, but never so small that nothing is to be seen."""
        self._scale_to(min(HEIGHT_MAX, max(HEIGHT_MIN, height - self.strip - self.top)))

    def _scale_to(self, slide_height: float) -> None:
        ratio = self.view.slide.height_px / self.view.slide.width_px
        self.across = min(WIDTH, slide_height / ratio)
        self.down = self.across * ratio
        self.top = max(TOP_ROOM * self.down, LABEL_PT * 1.6)
        self.strip = STRIP if self._has_gaze() or self.view.error else STRIP_EMPTY

    @property
    def overhang(self) -> tuple[float, float]:
        """Width and height of what hangs out below at the right end: the circle of the typical error, pt."""
        error = self.view.error
        if error is None:
            return 0.0, 0.0
        wide, high = 2 * error.radius_x * self.across, 2 * error.radius_y * self.down
        return wide, max(0.0, high + CIRCLE_TOP - self.strip)

    def wrap(self, *_: float) -> tuple[float, float]:
        return WIDTH, self.top + self.down + self.strip

    def draw(self) -> None:
        canvas = self.canv
        canvas.saveState()
        canvas.translate(0, self.strip)
        box = (0, 0, self.across, self.down)
        canvas.drawImage(ImageReader(_printable(self.image, self.across)), *box)
        if self._has_gaze():
            canvas.drawImage(ImageReader(heat_picture(self.heat)), *box, mask="auto")
        canvas.setStrokeColor(ink(LIGHT.line))
        canvas.setLineWidth(0.75)
        canvas.rect(*box, stroke=1, fill=0)
        self._regions()
        canvas.restoreState()
        self._legend()

    def _has_gaze(self) -> bool:
        return bool(self.view.group.shown) and float(self.heat.seconds.max(initial=0.0)) > 0

    def _regions(self) -> None:
        aois, colours = self.view.slide.aois, region_colours(self.view.slide.aois)
        for aoi in aois:
            for part in aoi.parts:
                self._outline(part, colours[aoi.aoi_id])
        texts = region_labels(self.type, self.view, LABEL_PT, LABEL_WIDTH_MAX * self.across)
        widths = [self.type.width(text, LABEL_PT) + 5 for text in texts]
        places = _label_places(aois, widths, self.across, self.top / self.down)
        for aoi, text, width, (x, y) in zip(aois, texts, widths, places, strict=True):
            self._label(text, width, x * self.across, (1 - y) * self.down, colours[aoi.aoi_id])

    def _outline(self, part: Part, colour: str) -> None:
        canvas = self.canv
        canvas.saveState()
        canvas.setStrokeColor(ink(colour))
        canvas.setLineWidth(1.3)
        canvas.setDash(*((4, 2.5) if is_timed(part) else ()))
        points = [(x * self.across, (1 - y) * self.down) for x, y in part.points]
        path = canvas.beginPath()
        if part.shape is Shape.POLYGON:
            path.moveTo(*points[0])
            for point in points[1:]:
                path.lineTo(*point)
            path.close()
        else:
            (x0, y0), (x1, y1) = np.sort(points, axis=0).tolist()
            draw = path.ellipse if part.shape is Shape.ELLIPSE else path.rect
            draw(x0, y0, x1 - x0, y1 - y0)
        canvas.drawPath(path, stroke=1, fill=0)
        canvas.restoreState()
        if is_timed(part):
            left, bottom = min(x for x, _ in points), min(y for _, y in points)
            self._label(when(part), self.type.width(when(part), LABEL_PT) + 5, left + 2, bottom + 12, colour)

    def _label(self, text: str, width: float, x: float, top: float, colour: str) -> None:
        height = LABEL_PT * 1.5
        self.canv.setFillColor(ink(colour))
        self.canv.roundRect(x, top - height, width, height, 1.5, stroke=0, fill=1)
        write(self.canv, self.type, text, x + 2.5, top - height + 0.34 * LABEL_PT, LABEL_PT, "#ffffff")

    def _legend(self) -> None:
        """What the colours mean at the left, how far off gaze typically is at the right, to scale."""
        middle = self.strip - 19
        if self._has_gaze():
            self._scale(middle)
        if self.view.error:
            self._error(self.view.error)

    def _scale(self, middle: float) -> None:
        words = t("report-heat-legend", students=self.heat.students)
        write(self.canv, self.type, words, 0, self.strip - 10, 8, LIGHT.muted)
        x = self.type.width("0", 8) + 5
        write(self.canv, self.type, "0", 0, middle - 4, 8, LIGHT.muted)
        for i, (_, colour) in enumerate(colour_scale(SCALE_STEPS)):
            self.canv.setFillColor(ink(_hex(colour)))
            self.canv.rect(x + i * SCALE_STEP, middle - 5, SCALE_STEP + 0.4, 8, stroke=0, fill=1)
        peak = t("report-seconds", seconds=f"{float(self.heat.seconds.max()):.2g}")
        write(self.canv, self.type, peak, x + SCALE_STEPS * SCALE_STEP + 6, middle - 4, 8, LIGHT.muted)

    def _error(self, error: TypicalError) -> None:
        canvas, radius_x, radius_y = self.canv, error.radius_x * self.across, error.radius_y * self.down
        right, top = WIDTH - 1, self.strip - CIRCLE_TOP
        canvas.saveState()
        canvas.setStrokeColor(ink(LIGHT.accent))
        canvas.setLineWidth(1.1)
        canvas.setDash(3, 2)
        canvas.ellipse(right - 2 * radius_x, top - 2 * radius_y, right, top, stroke=1, fill=0)
        canvas.restoreState()
        words = t("report-typical-error", degrees=f"{error.deg:.1f}", source=error.source)
        left = right - 2 * radius_x - 6
        write(canvas, self.type, words, left, self.strip - 10, 8, LIGHT.muted, anchor="right")


def region_labels(typesetter: Typesetter, view: SlideView, size: float, width: float) -> list[str]:
    """What stands beside each region, as on the page: its name, looked at, intended; no wider than so."""
    shares = view.table.set_index("aoi_id")
    texts = []
    for aoi in view.slide.aois:
        end = ""
        if aoi.aoi_id in shares.index and not pd.isna(shares.at[aoi.aoi_id, "observed_share"]):
            looked, intended = shares.loc[aoi.aoi_id, ["observed_share", "expected_share"]]
            end = " " + t("report-region-shares", looked=f"{looked:.0%}", intended=f"{intended:.0%}")
        texts.append(typesetter.fitting(aoi.name, size, width, end=end))
    return texts


def heat_picture(heat: Heat) -> Image.Image:
    """The heatmap as on the page, as transparent as there."""
    drawn = Image.open(io.BytesIO(picture(heat.seconds))).convert("RGBA")
    drawn.putalpha(drawn.getchannel("A").point(lambda alpha: round(alpha * OPACITY)))
    return drawn


def _printable(path: Path, width_pt: float) -> Image.Image:
    """A slide's picture, no finer than it can be printed."""
    most = round(width_pt / 72 * PRINT_DPI)
    with Image.open(path) as opened:
        image = opened.convert("RGB")
    if image.width <= most:
        return image
    return image.resize((most, max(1, round(image.height * most / image.width))), Image.Resampling.LANCZOS)


def _label_places(
    aois: Sequence[Aoi], widths: Sequence[float], across: float, top: float
) -> list[tuple[float, float]]:
    """Upper left corner of each label in slide units, on the slide or above it."""
    # place_labels counts characters; it gets as many as are as wide as the label really is.
    counted = ["x" * max(1, round(width / across / 0.0098)) for width in widths]
    places = place_labels([bounds(aoi) for aoi in aois], counted, top=-top)
    return [
        (min(max(x, 0.0), max(0.0, 1 - width / across)), min(max(y, -top), 1 - LABEL_HEIGHT))
        for (x, y), width in zip(places, widths, strict=True)
    ]


def _hex(colour: str) -> str:
    """``rgb(1,2,3)`` as ``#010203``."""
    return "#" + "".join(f"{int(part):02x}" for part in colour[4:-1].split(","))
