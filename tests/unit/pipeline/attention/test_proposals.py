"""Regions proposed on pages whose blocks are drawn by the test, and known to the pixel."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.attention.proposals import propose
from pipeline.attention.proposals.order import reading_order
from pipeline.domain import Aoi, PageBox, Role

WIDTH, HEIGHT = 1280, 720
INK, PALE = (40, 30, 60), (236, 232, 246)
Box = tuple[int, int, int, int]


class Page:
    """A slide to draw on; each drawing returns the box it covers in px."""

    def __init__(self, paper: tuple[int, int, int] = (255, 255, 255)) -> None:
        self.image = np.full((HEIGHT, WIDTH, 3), paper, dtype=np.uint8)

    def write(self, x: int, y: int, lines: list[str], size: float = 0.8, colour=INK) -> Box:
        """Lines of text, the first with its letters' top at y."""
        before = self.image.copy()
        height = cv2.getTextSize("H", cv2.FONT_HERSHEY_SIMPLEX, size, 2)[0][1]
        for k, words in enumerate(lines):
            place = x, y + height + round(1.7 * height * k)
            thick = 2 if size < 1.5 else 3
            cv2.putText(self.image, words, place, cv2.FONT_HERSHEY_SIMPLEX, size, colour, thick, cv2.LINE_AA)
        rows, columns = np.nonzero((self.image != before).any(axis=2))
        return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1

    def panel(self, x0: int, y0: int, x1: int, y1: int, colour=PALE, thickness: int = cv2.FILLED) -> Box:
        cv2.rectangle(self.image, (x0, y0), (x1 - 1, y1 - 1), colour, thickness)
        return x0, y0, x1, y1

    def arrow(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        length = float(np.hypot(*np.subtract(end, start)))
        cv2.arrowedLine(self.image, start, end, INK, 4, cv2.LINE_AA, tipLength=12 / length)

    def photo(self, x0: int, y0: int, x1: int, y1: int) -> Box:
        colours = np.random.default_rng(3).integers(0, 255, (6, 8, 3)).astype(np.uint8)
        self.image[y0:y1, x0:x1] = cv2.resize(colours, (x1 - x0, y1 - y0), interpolation=cv2.INTER_CUBIC)
        return x0, y0, x1, y1


def found(aois: tuple[Aoi, ...], box: Box) -> Aoi:
    """The proposal that shares at least 0.7 of their union with the box in px."""
    size = np.array([WIDTH, HEIGHT])
    for aoi in aois:
        (low, high), part = np.array(aoi.parts[0].points) * size, np.array(box, dtype=float)
        common = np.prod(np.clip(np.minimum(high, part[2:]) - np.maximum(low, part[:2]), 0, None))
        if common >= 0.7 * (np.prod(high - low) + np.prod(part[2:] - part[:2]) - common):
            return aoi
    raise AssertionError(f"nothing at {box}: {[(aoi.aoi_id, aoi.parts[0].points) for aoi in aois]}")


PARAGRAPH = ["Light travels in straight lines", "until it meets a surface that", "sends it back or bends it."]


@pytest.mark.parametrize("paper", [(255, 255, 255), (250, 246, 238)])
def test_title_text_photo_and_panel(paper):
    page = Page(paper)
    boxes = {
        Role.TITLE: page.write(80, 50, ["How light moves"], 2.0),
        Role.TEXT: page.write(80, 200, PARAGRAPH),
        Role.FIGURE: page.photo(720, 180, 1200, 560),
    }
    panel = page.panel(80, 420, 640, 640)
    page.write(110, 450, ["Think first", "Why is the sky blue?"])
    aois = propose(page.image)
    assert len(aois) == 4
    assert {role: found(aois, box).role for role, box in boxes.items()} == {role: role for role in boxes}
    assert found(aois, panel).role is Role.TEXT
    assert [aoi.order for aoi in aois] == [1, 2, 3, 4]
    assert [aoi.aoi_id for aoi in aois] == ["title-1", "text-1", "text-2", "figure-1"]


def test_a_dark_slide_is_read_like_a_light_one():
    page = Page((20, 20, 30))
    title = page.write(80, 50, ["How light moves"], 2.0, (255, 230, 150))
    body = page.write(80, 200, PARAGRAPH, colour=(240, 240, 240))
    aois = propose(page.image)
    assert [(found(aois, box).role) for box in (title, body)] == [Role.TITLE, Role.TEXT]
    assert len(aois) == 2


def test_a_wash_of_colour_is_no_region():
    page = Page()
    shade = np.linspace(0, 70, HEIGHT)[:, None, None] + np.linspace(0, 30, WIDTH)[None, :, None]
    page.image = (page.image - shade).astype(np.uint8)
    body = page.write(80, 200, PARAGRAPH)
    aois = propose(page.image)
    assert [aoi.role for aoi in aois] == [found(aois, body).role]


def test_paragraphs_of_a_list_are_one_block_and_columns_two():
    page = Page()
    points = [page.write(80, 200 + 52 * k, [f"A point that is made {k}"]) for k in range(4)]
    first, second = (*points[0][:2], *points[3][2:]), page.write(760, 200, PARAGRAPH)
    aois = propose(page.image)
    assert {found(aois, first).role, found(aois, second).role} == {Role.TEXT}
    assert len(aois) == 2


def test_boxes_and_arrows_with_their_labels_are_one_figure():
    page = Page()
    for k in range(3):
        page.panel(200 + 300 * k, 300, 400 + 300 * k, 400, INK, 4)
        page.write(230 + 300 * k, 335, ["a step"])
    for k in range(2):
        page.arrow((404 + 300 * k, 350), (496 + 300 * k, 350))
        page.write(430 + 300 * k, 310, ["go"], 0.6)
    text = page.write(200, 550, PARAGRAPH)
    aois = propose(page.image)
    assert found(aois, (200, 300, 1000, 400)).role is Role.FIGURE
    assert found(aois, text).role is Role.TEXT
    assert len(aois) == 2


@pytest.mark.parametrize(("gap", "figures"), [(38, 1), (120, 2)])
def test_drawings_near_one_another_are_one(gap, figures):
    page = Page()
    for middle in (400, 600 + gap):
        cv2.circle(page.image, (middle, 360), 100, INK, 5, cv2.LINE_AA)
    assert [aoi.role for aoi in propose(page.image)] == [Role.FIGURE] * figures


def test_an_arrow_between_texts_joins_nothing():
    page = Page()
    first, second = page.write(100, 300, ["x = 1", "print(x)"]), page.write(700, 300, ["It prints", "a one"])
    page.arrow((300, 340), (660, 320))
    aois = propose(page.image)
    assert len(aois) == 2
    assert found(aois, first).role is found(aois, second).role is Role.TEXT


def test_a_curve_over_a_scale_is_a_chart():
    page = Page()
    x = np.arange(200, 800)
    curve = np.stack([x, 500 - 0.0008 * (x - 200) ** 2], axis=1).astype(np.int32)
    cv2.polylines(page.image, [curve], False, (200, 60, 30), 4, cv2.LINE_AA)
    cv2.line(page.image, (200, 520), (800, 520), INK, 3)
    cv2.line(page.image, (200, 200), (200, 520), INK, 3)
    for k in range(7):
        page.write(190 + 100 * k, 532, [str(k)], 0.6)
    for k in range(4):
        page.write(150, 500 - 90 * k, [str(10 * k)], 0.6)
    assert found(propose(page.image), (150, 200, 805, 548)).role is Role.CHART


@pytest.mark.parametrize("frame", [True, False])
def test_rows_between_rules_are_a_table(frame):
    page = Page()
    for k in range(6):
        cv2.line(page.image, (200, 200 + 50 * k), (900, 200 + 50 * k), (150, 150, 150), 2)
        if k < 5:
            page.write(220, 215 + 50 * k, [f"row {k}"], 0.7)
            page.write(600, 215 + 50 * k, [str(k * k)], 0.7)
    if frame:
        page.panel(200, 200, 901, 451, (150, 150, 150), 2)
    aois = propose(page.image)
    assert found(aois, (200, 180, 901, 451)).role is Role.CHART
    assert len(aois) == 1


def test_a_large_equation_in_a_panel_is_a_formula():
    page = Page()
    panel = page.panel(100, 180, 620, 360)
    page.write(200, 240, ["n = c / v"], 2.0)
    page.write(700, 200, PARAGRAPH)
    page.write(700, 400, PARAGRAPH)
    assert found(propose(page.image), panel).role is Role.FORMULA


def test_a_row_of_buttons_and_a_logo_carry_no_weight():
    page = Page()
    page.write(80, 200, PARAGRAPH)
    for k in range(4):
        page.panel(80 + 150 * k, 660, 220 + 150 * k, 695)
        page.write(95 + 150 * k, 670, [f"part {k}"], 0.5)
    cv2.circle(page.image, (1200, 60), 24, (60, 120, 60), cv2.FILLED)
    aois = propose(page.image)
    aside = {found(aois, (80, 660, 670, 695)), found(aois, (1176, 36, 1224, 84))}
    assert {aoi.role for aoi in aside} == {Role.NAVIGATION, Role.DECORATION}
    assert {(aoi.weight, aoi.order) for aoi in aside} == {(0.0, None)}
    assert len(aois) == 3


def test_weights_add_up_and_larger_regions_weigh_more():
    page = Page()
    page.write(80, 50, ["How light moves"], 2.0)
    small, large = page.photo(80, 200, 300, 360), page.photo(500, 200, 1200, 640)
    aois = propose(page.image)
    assert sum(aoi.weight for aoi in aois) == pytest.approx(1, abs=0.02)
    assert found(aois, large).weight > 1.5 * found(aois, small).weight
    assert not any(aoi.required for aoi in aois)


def test_the_size_of_the_picture_does_not_matter():
    page = Page()
    page.write(80, 50, ["How light moves"], 2.0)
    page.write(80, 200, PARAGRAPH)
    page.photo(720, 180, 1200, 560)
    same = propose(page.image)
    assert propose(page.image) == same
    for scale, way in ((0.75, cv2.INTER_AREA), (1.5, cv2.INTER_CUBIC)):
        other = propose(cv2.resize(page.image, None, fx=scale, fy=scale, interpolation=way))
        assert [aoi.role for aoi in other] == [aoi.role for aoi in same]
        for one, two in zip(other, same, strict=True):
            np.testing.assert_allclose(one.parts[0].points, two.parts[0].points, atol=0.01)


@pytest.mark.parametrize("quality", [75, 45])
def test_the_noise_of_a_jpeg_changes_nothing(quality):
    page = Page((250, 246, 238))
    page.write(80, 50, ["How light moves"], 2.0)
    for k in range(3):  # thin and close
        place = 720, 220 + 26 * k
        cv2.putText(
            page.image, "Small letters of a foreign word list", place, cv2.FONT_HERSHEY_SIMPLEX, 0.6, INK
        )
    page.panel(80, 420, 640, 640, (240, 234, 222))
    page.write(110, 450, ["Think first", "Why is the sky blue?"])
    clean = propose(page.image)
    packed = cv2.imencode(".jpg", page.image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    noisy = propose(cv2.imdecode(packed, cv2.IMREAD_COLOR))
    assert [aoi.role for aoi in noisy] == [aoi.role for aoi in clean] == [Role.TITLE, Role.TEXT, Role.TEXT]
    for one, two in zip(noisy, clean, strict=True):
        np.testing.assert_allclose(one.parts[0].points, two.parts[0].points, atol=0.01)


def test_a_document_says_where_texts_are_and_what_they_are_called():
    page = Page()
    boxes = []
    for x, y, lines, size in ((80, 50, ["How light moves"], 2.0), (80, 200, PARAGRAPH, 0.8)):
        for k, words in enumerate(lines):
            x0, y0, x1, y1 = page.write(x, y + 40 * k, [words], size)
            boxes.append(PageBox(x0 / WIDTH, y0 / HEIGHT, x1 / WIDTH, y1 / HEIGHT, words))
    aois = propose(page.image, boxes)
    assert [(aoi.role, aoi.name) for aoi in aois] == [
        (Role.TITLE, "How light moves"),
        (Role.TEXT, "Light travels in straight lines until it…"),
    ]


def test_words_of_a_document_within_a_panel_name_it_and_split_nothing():
    page = Page()
    panel = page.panel(80, 420, 640, 640)
    lines = [page.write(110, 450 + 70 * k, [words]) for k, words in enumerate(("Think first", "Why?"))]
    boxes = [
        PageBox(x0 / WIDTH, y0 / HEIGHT, x1 / WIDTH, y1 / HEIGHT, words)
        for (x0, y0, x1, y1), words in zip(lines, ("Think first", "Why?"), strict=True)
    ]
    (aoi,) = propose(page.image, boxes)
    assert found((aoi,), panel).name == "Think first Why?"


def test_what_a_document_does_not_call_text_is_drawn():
    page = Page()
    x0, y0, x1, y1 = page.write(80, 200, ["Some words"])
    page.arrow((600, 400), (650, 400))
    page.arrow((600, 430), (650, 430))
    words = PageBox(x0 / WIDTH, y0 / HEIGHT, x1 / WIDTH, y1 / HEIGHT, "Some words")
    assert {aoi.role for aoi in propose(page.image, [words])} == {Role.TEXT, Role.FIGURE}


@pytest.mark.parametrize("shape", [(1, 1), (2, 900), (900, 2), (40, 40), (720, 1280)])
def test_pages_with_nothing_on_them_have_no_regions(shape):
    assert propose(np.full((*shape, 3), 200, dtype=np.uint8)) == ()


def test_noise_and_photos_that_fill_the_page_do_not_break_it():
    noise = np.random.default_rng(1).integers(0, 255, (360, 640, 3)).astype(np.uint8)
    assert len(propose(noise)) <= 40
    page = Page()
    page.photo(0, 0, WIDTH, HEIGHT)
    assert len(propose(page.image)) <= 40


def test_a_frame_around_the_page_is_the_page():
    page = Page((60, 60, 120))
    page.panel(20, 20, 1260, 700, (255, 255, 255))
    body = page.write(80, 200, PARAGRAPH)
    aois = propose(page.image)
    assert [aoi.role for aoi in aois] == [found(aois, body).role]


def test_reading_goes_by_rows_then_by_columns():
    title, left, right, right_below, foot = (
        (0, 0, 9, 1),
        (0, 2, 4, 8),
        (5, 2, 9, 4),
        (5, 5, 9, 8),
        (0, 9, 9, 10),
    )
    boxes = np.array([foot, right_below, left, right, title], dtype=float)
    assert reading_order(boxes) == [4, 2, 3, 1, 0]
    assert reading_order(np.empty((0, 4))) == []
