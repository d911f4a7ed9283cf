"""Charts on paper: what is drawn is as large as what it stands for, measured in the pixels of the page."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pandas as pd
import pypdfium2 as pdfium
import pytest
from numpy.typing import NDArray
from reportlab.lib.pagesizes import A4
from reportlab.platypus import Flowable

from dashboard.over_time import LessonTime
from dashboard.report.dots_chart import DotsChart, Row
from dashboard.report.marks import Track
from dashboard.report.sheet import MARGIN, TOP, WIDTH, Place, Sheet, written
from dashboard.report.time_chart import ABOVE, LEFT, PLOT_HEIGHT, TimeChart
from dashboard.report.typeface import Typesetter
from dashboard.theme import LIGHT

SCALE = 4


def drawn(*flowables: Flowable) -> NDArray[np.int_]:
    """The pixels of a page with these on it, from the upper left corner of what may be written on."""
    sheet = Sheet()
    sheet.add(*flowables)
    with closing(pdfium.PdfDocument(written(sheet, title="", running=""))) as document:
        page = document[0]
        pixels = np.asarray(page.render(scale=SCALE).to_pil().convert("RGB")).astype(int)
        page.close()
    return pixels[round(SCALE * TOP) :, round(SCALE * MARGIN) : round(SCALE * (MARGIN + WIDTH))]


def is_colour(pixels: NDArray[np.int_], colour: str, off: int = 6) -> NDArray[np.bool_]:
    wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    return np.asarray(np.abs(pixels - wanted).max(axis=2) <= off)


def lesson_time(on: list[float], elsewhere: list[float]) -> LessonTime:
    shares = pd.DataFrame({"t_s": np.arange(len(on)) * 1.0, "on_slide": on, "elsewhere": elsewhere})
    return LessonTime(shares, pd.DataFrame({"t_s": [0.0], "number": [1]}))


def plot(pixels: NDArray[np.int_]) -> NDArray[np.int_]:
    """The area of a time chart, without its left end, where a slide's number stands."""
    top, left = round(SCALE * ABOVE), round(SCALE * (LEFT + 20))
    return pixels[top : top + round(SCALE * PLOT_HEIGHT), left:]


def test_areas_are_as_large_as_shares_and_not_tracked_is_neither() -> None:
    on, elsewhere = [0.5] * 30 + [0.8] * 30, [0.25] * 60
    pixels = plot(drawn(TimeChart(Typesetter(), lesson_time(on, elsewhere))))
    seen = is_colour(pixels, LIGHT.accent)
    assert seen[:, : seen.shape[1] // 3].mean() == pytest.approx(0.5, abs=0.02)
    assert seen[:, -seen.shape[1] // 3 :].mean() == pytest.approx(0.8, abs=0.02)
    assert is_colour(pixels, LIGHT.away).mean() == pytest.approx(0.224, abs=0.02)  # 0.2 where 1 is exceeded
    untracked = pixels[: round(0.2 * len(pixels)), : pixels.shape[1] // 3]  # the upper quarter, at the left
    hatched = is_colour(untracked, LIGHT.untracked, 40)
    assert 0.05 < hatched.mean() < 0.6  # lines, and paper between them
    assert not is_colour(untracked, LIGHT.accent).any()
    assert is_colour(untracked, LIGHT.away).mean() < 0.1  # the edges of the lines


def test_a_lesson_of_one_step_and_one_of_nothing_but_loss_can_be_drawn() -> None:
    for on in ([1.0], [0.0], [float("nan")]):
        pixels = plot(drawn(TimeChart(Typesetter(), lesson_time(on, [0.0]))))
        assert is_colour(pixels, LIGHT.accent).mean() == pytest.approx(np.nan_to_num(on[0]), abs=0.02)


def test_a_ring_stands_at_its_value_and_its_bar_reaches_from_low_to_high() -> None:
    nothing = np.empty(0)
    rows = [
        Row("A", "", 0.4, 0.2, 0.6, nothing, "", ""),
        Row("B", "", 0.8, 0.7, 1.0, nothing, "", ""),
        Row("C", "", np.nan, np.nan, np.nan, nothing, "–", "too few"),
    ]
    chart = DotsChart(Typesetter(), rows)
    pixels = is_colour(drawn(chart), LIGHT.accent)
    height = round(SCALE * 36)
    spans = []
    for row in range(3):
        columns = np.flatnonzero(pixels[row * height : (row + 1) * height].any(axis=0))
        spans.append((columns.min(), columns.max()) if len(columns) else None)
    assert spans[2] is None  # too few students: nothing that could be read off
    first, second = spans[0], spans[1]
    assert first is not None
    assert second is not None
    one = (second[1] - first[0]) / 0.8  # px of 1: from 0.2 to 1
    assert (first[1] - first[0]) / one == pytest.approx(0.4, abs=0.01)
    assert (second[0] - first[0]) / one == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize(("low", "high"), [(0.2, 0.5), (0.0, 1.0)])
def test_a_band_reaches_from_low_to_high(low: float, high: float) -> None:
    track = Track(200, dot=np.nan, low=low, high=high, tick=np.nan, colour="#000000")
    band = np.flatnonzero((drawn(track).max(axis=2) < 200)[: SCALE * 12].any(axis=0)) / SCALE / 200
    assert band.min() == pytest.approx(low, abs=0.01)
    assert band.max() == pytest.approx(high, abs=0.01)


def test_what_is_not_known_leaves_an_empty_line() -> None:
    track = Track(200, dot=np.nan, low=np.nan, high=np.nan, tick=np.nan, colour="#000000")
    assert not (drawn(track).max(axis=2) < 200)[: SCALE * 12].any()


def test_a_bookmark_takes_no_room_and_leads_to_its_page() -> None:
    sheet = Sheet()
    sheet.add(Place("here", "Łódź"), sheet.line("body", "text"))
    with closing(pdfium.PdfDocument(written(sheet, title="", running=""))) as document:
        [mark] = list(document.get_toc())
        assert mark.get_title() == "Łódź"
        assert mark.get_dest().get_index() == 0
        assert document[0].get_size() == pytest.approx(A4, abs=0.1)
