"""What is drawn over a slide is what the tables hold, where they hold it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.accuracy import TypicalError
from dashboard.figures import slide as layers
from dashboard.figures.legend import ONE_SECOND_PX
from pipeline.domain import DENSITY_COLUMNS, DENSITY_ROWS, Aoi, Part, Role, Shape, Slide

AOIS = (
    Aoi("title", "Title", Role.TITLE, (Part(((0.1, 0.05), (0.6, 0.15))),), weight=0.2),
    Aoi("photo", "Photo", Role.FIGURE, (Part(((0.1, 0.3), (0.4, 0.8)), Shape.ELLIPSE),), weight=0.8),
    Aoi(
        "arrow",
        "Arrow",
        Role.FIGURE,
        (Part(((0.5, 0.5), (0.9, 0.5), (0.7, 0.9)), Shape.POLYGON),),
        weight=0.0,
    ),
)
SLIDE = Slide("1-start", "Start", "1.png", 1280, 720, AOIS)
ERROR = TypicalError(2.0, 0.08, 0.142, "measured")


def canvas(error: TypicalError | None = ERROR) -> go.Figure:
    return layers.slide_canvas(SLIDE, "/media/slide/a/b/1-start", error=error, scheme="light")


def fixations(count: int, students: int = 1, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "session_id": [f"s{i % students}" for i in range(count)],
            "student": [f"S{i % students:02d}" for i in range(count)],
            "onset_ms": np.arange(count) * 300.0,
            "duration_ms": rng.uniform(150, 600, count).astype(np.float32),
            "slide_x": rng.uniform(0, 1, count).astype(np.float32),
            "slide_y": rng.uniform(0, 1, count).astype(np.float32),
        }
    )


def table(observed: float = 0.07) -> pd.DataFrame:
    return pd.DataFrame(
        {"aoi_id": ["title", "photo", "arrow"], "observed_share": observed, "expected_share": [0.2, 0.8, 0.0]}
    )


def size_of(figure: go.Figure) -> int:
    return len(figure.to_json().encode())


def test_the_slide_keeps_its_proportions() -> None:
    figure = canvas()
    assert figure.layout.yaxis.scaleanchor == "x"
    assert figure.layout.yaxis.scaleratio == pytest.approx(720 / 1280)
    bottom, top = figure.layout.yaxis.range
    assert layers.aspect_ratio(SLIDE, ERROR) == pytest.approx(1280 / (720 * (bottom - top)))


def test_pictures_are_fetched_and_never_carried() -> None:
    figure = layers.add_heatmap(
        canvas(), np.zeros((54, 96)), "/media/heatmap/a/b/1-start.png", opacity=0.5, students=3, scheme="dark"
    )
    assert [image.source for image in figure.layout.images] == [
        "/media/slide/a/b/1-start",
        "/media/heatmap/a/b/1-start.png",
    ]
    assert figure.layout.images[1].opacity == 0.5
    assert "base64" not in figure.to_json()


def test_the_typical_error_is_to_scale() -> None:
    (circle,) = [s for s in canvas().layout.shapes if s.type == "circle"]
    assert (circle.x1 - circle.x0) / 2 == pytest.approx(ERROR.radius_x)
    assert (circle.y1 - circle.y0) / 2 == pytest.approx(ERROR.radius_y)
    assert circle.y1 < canvas().layout.yaxis.range[0]
    assert not [s for s in canvas(None).layout.shapes if s.type == "circle"]


def test_the_pointer_reads_the_heatmap_in_seconds() -> None:
    seconds = np.random.default_rng(2).random((DENSITY_ROWS, DENSITY_COLUMNS))
    figure = layers.add_heatmap(canvas(), seconds, "/h.png", opacity=0.8, students=8, scheme="light")
    heat = figure.data[0]
    np.testing.assert_allclose(heat.z, seconds, rtol=1e-6)
    assert heat.x[0] == pytest.approx(0.5 / 96)
    assert heat.y[-1] == pytest.approx(53.5 / 54)
    words = " ".join(note.text for note in figure.layout.annotations)
    assert "mean of 8 students" in words
    assert f"{seconds.max():.2g} s" in words
    assert size_of(figure) < 300_000


def test_fixations_are_where_they_were_and_as_large_as_they_were_long() -> None:
    seen = fixations(20)
    marks = layers.add_fixations(canvas(), seen, numbered=True, scheme="light").data[0]
    np.testing.assert_array_equal(marks.x, seen["slide_x"])
    np.testing.assert_array_equal(marks.y, seen["slide_y"])
    np.testing.assert_array_equal(marks.marker.size, seen["duration_ms"])
    assert marks.marker.sizemode == "area"
    assert np.sqrt(1000 / marks.marker.sizeref) == pytest.approx(ONE_SECOND_PX)
    assert list(marks.text) == [str(i) for i in range(1, 21)]


@pytest.mark.parametrize("numbered", [True, False])
def test_the_key_has_circles_as_large_as_the_fixations(numbered: bool) -> None:
    figure = layers.add_fixations(canvas(None), fixations(3), numbered=numbered, scheme="light")
    across = [shape.x1 - shape.x0 for shape in figure.layout.shapes if shape.type == "circle"]
    drawn = np.sqrt(np.array([200.0, 500.0, 1000.0]) / figure.data[0].marker.sizeref)
    np.testing.assert_allclose(across, drawn)


def test_fixations_beside_the_slide_are_not_drawn_on_it() -> None:
    seen = fixations(5).assign(slide_x=[0.5, 1.2, -0.1, 0.5, np.nan])
    assert len(layers.add_fixations(canvas(), seen, numbered=False, scheme="light").data[0].x) == 2


def test_a_large_class_stays_small_and_says_what_is_left_out() -> None:
    figure = layers.add_fixations(canvas(), fixations(9000, 30), numbered=False, scheme="light")
    assert len(figure.data[0].x) == layers.FIXATIONS_DRAWN_MAX
    assert "6,000 more not drawn" in figure.layout.annotations[-1 - 3].text
    assert size_of(figure) < 300_000


def test_scanpaths_follow_time_whatever_the_order_of_the_rows() -> None:
    seen = fixations(30)
    colours = layers.student_colours(["S00"])
    figure = layers.add_scanpaths(canvas(), seen.sample(frac=1, random_state=3), colours, scheme="light")
    line, marks = figure.data[:2]
    np.testing.assert_array_equal(line.x, seen["slide_x"])
    np.testing.assert_array_equal(marks.y, seen["slide_y"])


def test_of_several_students_the_first_fixations_are_joined_each_in_a_colour() -> None:
    seen = fixations(120, 2)
    colours = layers.student_colours(["S00", "S01"])
    figure = layers.add_scanpaths(canvas(), seen, colours, scheme="light")
    lines = [trace for trace in figure.data if trace.mode == "lines"]
    assert [line.line.color for line in lines] == [colours["S00"], colours["S01"]]
    assert all(len(line.x) == layers.SCANPATH_FIRST for line in lines)
    assert "First 25 fixations of 2 students" in " ".join(note.text for note in figure.layout.annotations)


def test_a_student_keeps_the_colour_among_whomever_it_is_shown() -> None:
    everybody = [f"S{i:02d}" for i in range(12)]
    assert layers.student_colours(everybody) == layers.student_colours(everybody[::-1])


def test_a_class_of_scanpaths_stays_small() -> None:
    colours = layers.student_colours([f"S{i:02d}" for i in range(30)])
    assert size_of(layers.add_scanpaths(canvas(), fixations(9000, 30), colours, scheme="light")) < 300_000


def test_regions_are_outlined_where_they_are() -> None:
    figure = layers.add_regions(canvas(None), AOIS, table())
    rectangle, ellipse, polygon = figure.layout.shapes[-3:]
    assert (rectangle.type, ellipse.type, polygon.type) == ("rect", "circle", "path")
    assert (ellipse.x0, ellipse.y0, ellipse.x1, ellipse.y1) == (0.1, 0.3, 0.4, 0.8)
    assert polygon.path == "M0.50000,0.50000L0.90000,0.50000L0.70000,0.90000Z"
    assert [s.line.color for s in (rectangle, ellipse, polygon)] == list(layers.region_colours(AOIS).values())


def test_labels_say_looked_at_of_intended() -> None:
    figure = layers.add_regions(canvas(None), AOIS, table(0.07))
    assert [note.text for note in figure.layout.annotations[-3:]] == [
        "Title 7% of 20%", "Photo 7% of 80%", "Arrow 7% of 0%",
    ]  # fmt: skip


def test_labels_are_names_alone_where_nothing_was_measured() -> None:
    figure = layers.add_regions(canvas(None), AOIS, table(np.nan))
    assert [note.text for note in figure.layout.annotations[-3:]] == ["Title", "Photo", "Arrow"]


def test_every_part_of_a_region_is_drawn_and_says_when_it_is_to_be_seen() -> None:
    ring = Part(((0.1, 0.2), (0.3, 0.4)), Shape.ELLIPSE, 0.0, 8000.0)
    later = Part(((0.6, 0.5), (0.9, 0.6), (0.7, 0.8)), Shape.POLYGON, 8000.0)
    always = Part(((0.4, 0.4), (0.5, 0.5)))
    aoi = Aoi("title", "Drawing", Role.FIGURE, (ring, later, always))
    figure = layers.add_regions(canvas(None), (aoi,), table(np.nan))
    shapes = figure.layout.shapes[-3:]
    assert [shape.type for shape in shapes] == ["circle", "path", "rect"]
    assert [shape.line.dash for shape in shapes] == ["dash", "dash", "solid"]
    assert [note.text for note in figure.layout.annotations[-3:]] == ["0 to 8 s", "from 8 s", "Drawing"]
