"""Maps of pictures that were made so that it is known what stands out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.stats import mannwhitneyu

from pipeline.attention.aoi import hits
from pipeline.attention.saliency import centre_bias, image_saliency, importance_map
from pipeline.domain import Aoi, Bytes, Floats, Overlap, Part, Role, Shape
from pipeline.ingest.lessons import read_lesson

SHAPE = (54, 96)


def bars(odd: str) -> Bytes:
    """A field of grey upright bars, one of which (at row 27, column 64 of 54 x 96) is odd."""
    image = np.full((540, 960, 3), 230, np.uint8)
    for top in range(40, 500, 80):
        for left in range(40, 940, 80):
            is_odd = (top, left) == (280, 600)
            box = slice(top, top + 40), slice(left + 15, left + 25)
            image[box] = (230, 60, 60) if is_odd and odd == "colour" else 120
            if is_odd and odd == "brightness":
                image[box] = 0
    return image


def brightest(values: Floats) -> tuple[int, int]:
    """Among bars that have bars on all sides: the field's own edge stands out too."""
    within = np.zeros_like(values)
    within[10:44, 12:84] = values[10:44, 12:84]
    row, column = np.unravel_index(within.argmax(), values.shape)
    return int(row), int(column)


@pytest.mark.parametrize("odd", ["colour", "brightness"])
def test_the_odd_one_out_is_brightest(odd: str) -> None:
    found = image_saliency(bars(odd))
    assert found.shape == SHAPE
    assert found.sum() == pytest.approx(1)
    row, column = brightest(found)
    assert abs(row - 30) <= 2
    assert abs(column - 62) <= 2


def test_edges_are_brighter_than_plain_ground() -> None:
    image = np.full((540, 960, 3), 128, np.uint8)
    image[200:300, 300:500:20] = 255
    image[200:300, 310:500:20] = 0
    found = image_saliency(image)
    assert brightest(found)[0] in range(19, 31)
    assert brightest(found)[1] in range(29, 51)


def test_regions_of_slides_are_brighter_than_the_rest(repo_root: Path) -> None:
    """The demo slides with their regions: the centre of the slide alone gets 0.78."""
    rows, columns = np.mgrid[0.5:54, 0.5:96]
    scores = []
    for folder in sorted((repo_root / "pipeline/synthetic/lessons").glob("*/*/")):
        for slide in read_lesson(folder).slides if (folder / "lesson.json").is_file() else ():
            with Image.open(folder / slide.image) as picture:
                found = image_saliency(np.asarray(picture.convert("RGB"))).ravel()
            inside = hits(columns.ravel() / 96, rows.ravel() / 54, slide.aois).any(axis=1)
            scores.append(
                mannwhitneyu(found[inside], found[~inside]).statistic / inside.sum() / (~inside).sum()
            )
    assert len(scores) == 24
    assert np.mean(scores) > 0.79


def test_a_page_of_text_is_brighter_than_its_margins() -> None:
    page = np.full((1080, 1920, 3), 255, np.uint8)
    rng = np.random.default_rng(2)
    for top in range(300, 700, 40):  # lines of something like letters
        page[top : top + 20, 300:1200][rng.random((20, 900)) < 0.4] = 20
    found = image_saliency(page)
    text = found[16:34, 16:59]
    assert text.mean() > 5 * found[:, 70:].mean()
    assert text.min() > found[:, 75:].max()


def test_a_picture_of_one_colour_has_nothing_that_stands_out() -> None:
    np.testing.assert_allclose(image_saliency(np.full((270, 480, 3), 77, np.uint8)), 1 / 5184)


def test_importance_is_the_expected_share_over_the_area() -> None:
    left = Aoi("left", "Left", Role.FIGURE, (Part(((0.0, 0.0), (0.5, 1.0))),), weight=3.0)
    small = Aoi("small", "Small", Role.TEXT, (Part(((0.75, 0.5), (1.0, 0.75)), Shape.ELLIPSE),), weight=1.0)
    logo = Aoi("logo", "Logo", Role.DECORATION, (Part(((0.75, 0.0), (1.0, 0.25))),), weight=0.0)
    sharp = importance_map([left, small, logo], (0.0, 0.0))
    assert sharp.sum() == pytest.approx(1)
    assert sharp[:, :48].sum() == pytest.approx(0.75)
    np.testing.assert_allclose(sharp[:, :48], 0.75 / (54 * 48))
    assert sharp[27:41, 72:].sum() == pytest.approx(0.25)
    assert sharp[:14, 72:].sum() == 0
    blurred = importance_map([left, small, logo], (0.05, 0.05))
    assert blurred[27, 48:52].min() > 0
    assert blurred[0, 0] < blurred[27, 20]
    assert np.isnan(importance_map([logo], (0.0, 0.0))).all()
    assert np.isnan(importance_map([], (0.0, 0.0))).all()


def test_importance_lies_where_a_region_is_on_top_if_only_that_counts() -> None:
    whole = Aoi("whole", "Whole", Role.FIGURE, (Part(((0.0, 0.0), (1.0, 1.0))),), weight=3.0)
    right = Aoi("right", "Right", Role.TEXT, (Part(((0.5, 0.0), (1.0, 1.0))),), weight=1.0)
    topmost = importance_map([whole, right], (0.0, 0.0), overlap=Overlap.TOPMOST)
    np.testing.assert_allclose(topmost[:, :48], 0.75 / (54 * 48))
    np.testing.assert_allclose(topmost[:, 48:], 0.25 / (54 * 48))
    both = importance_map([whole, right], (0.0, 0.0))
    np.testing.assert_allclose(both[:, :48], 0.75 / (54 * 96))
    np.testing.assert_allclose(both[:, 48:], 0.75 / (54 * 96) + 0.25 / (54 * 48))
    covered = importance_map([right, whole], (0.0, 0.0), overlap=Overlap.TOPMOST)
    np.testing.assert_allclose(covered, 1 / (54 * 96))


def test_parts_seen_for_a_time_are_as_important_as_others() -> None:
    always, later = Part(((0.0, 0.0), (0.5, 1.0))), Part(((0.5, 0.0), (1.0, 0.5)), from_ms=5000.0)
    found = importance_map([Aoi("both", "Both", Role.TEXT, (always, later))], (0.0, 0.0))
    np.testing.assert_allclose(found[:27], 1 / (54 * 72))


def test_the_centre_bias_is_a_gaussian_in_the_picture_itself() -> None:
    wide = centre_bias(16 / 9)
    rows, columns = np.mgrid[0.5:54, 0.5:96]
    assert wide.sum() == pytest.approx(1)
    assert (wide * columns).sum() == pytest.approx(48)
    assert (wide * rows).sum() == pytest.approx(27)
    np.testing.assert_allclose(wide, wide[::-1, ::-1])
    # Half maximum at 1.1774 sigma; sigma is 0.469 half widths across, 0.315 down.
    assert wide[27, 48 + round(1.1774 * 0.469 * 48)] / wide[27, 48] == pytest.approx(0.5, abs=0.03)
    assert wide[27 + round(1.1774 * 0.3146 * 16 / 9 * 27), 48] / wide[27, 48] == pytest.approx(0.5, abs=0.03)
