"""What else lies over a slide is where and as large as its numbers say."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from PIL import Image

from dashboard.figures import cloud, heatmap
from dashboard.figures import slide_overlays as more
from pipeline.attention.density import smooth
from pipeline.domain import Aoi, Part, Role

AOIS = (
    Aoi("a", "Title", Role.TITLE, (Part(((0.1, 0.1), (0.3, 0.3))),)),
    Aoi("b", "Photo", Role.FIGURE, (Part(((0.7, 0.6), (0.9, 0.8))),)),
)


def ways(*rows: tuple[str, str, float, int, int]) -> pd.DataFrame:
    columns = ["from_aoi", "to_aoi", "transition_probability", "transition_count", "students_n"]
    return pd.DataFrame(rows, columns=columns)


def alpha(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGBA"))[..., 3].astype(float)


def words(figure: go.Figure) -> str:
    return " ".join(note.text or "" for note in figure.layout.annotations)


def test_arrows_are_as_wide_as_ways_are_likely() -> None:
    table = ways(
        ("a", "b", 0.6, 12, 5), ("b", "a", 0.25, 3, 2), ("a", "elsewhere", 0.4, 8, 4), ("b", "a", 0.05, 1, 1)
    )
    figure = more.add_flow(go.Figure(), AOIS, table, students=8, scheme="light")
    arrows = [shape for shape in figure.layout.shapes if shape.name == "flow"]
    assert [shape.line.width for shape in arrows] == [more.flow_width_px(0.25), more.flow_width_px(0.6)]
    assert arrows[1].path.startswith("M0.2000,0.2000")  # from the middle of the title
    assert arrows[0].path.startswith("M0.8000,0.7000")
    assert list(figure.data[0].text) == ["25%", "60%"]
    assert "Title to Photo: 60% of the ways out, 12 times, by 5 students" in figure.data[0].hovertext
    assert "8 students" in words(figure)


def test_there_and_back_are_two_arrows_apart() -> None:
    table = ways(("a", "b", 0.5, 2, 1), ("b", "a", 0.5, 2, 1))
    figure = more.add_flow(go.Figure(), AOIS, table, students=1, scheme="light")
    one, other = zip(figure.data[0].x, figure.data[0].y, strict=True)
    assert np.hypot(one[0] - other[0], one[1] - other[1]) > 0.1


def test_errors_are_drawn_to_scale_around_their_fixations() -> None:
    seen = pd.DataFrame(
        {"slide_x": [0.5, 1.4], "slide_y": [0.4, 0.4], "sigma_x": [0.05, 0.1], "sigma_y": [0.08, 0.1],
         "duration_ms": [300.0, 900.0]}
    )  # fmt: skip
    line = more.add_fixation_errors(go.Figure(), seen, scheme="light").data[0]
    assert (np.nanmin(line.x), np.nanmax(line.x)) == pytest.approx((0.45, 0.55), abs=1e-3)
    assert (np.nanmin(line.y), np.nanmax(line.y)) == pytest.approx((0.32, 0.48), abs=1e-3)


def test_every_region_holds_the_errors_of_every_recording() -> None:
    spread = pd.DataFrame({"sigma_x": [0.05, 0.1, np.nan], "sigma_y": [0.05, 0.1, 0.1]})
    figure = more.add_region_errors(go.Figure(), AOIS, spread, scheme="light")
    assert [trace.name for trace in figure.data] == ["region:a", "region:b"]
    for trace, middle in zip(figure.data, (0.2, 0.8), strict=True):
        assert np.isnan(trace.x).sum() == 2  # two recordings with a known error
        assert np.nanmax(trace.x) == pytest.approx(middle + 0.1, abs=1e-6)
    assert "2 recordings" in words(figure)


def test_fog_is_thick_where_nobody_looked_and_gone_where_all_did() -> None:
    share = np.zeros((54, 96))
    share[:, 48:] = 1.0
    cover = alpha(heatmap.fog_picture(share))
    assert cover[:, 10].min() > 200
    assert cover[:, -10].max() == 0


def test_points_are_drawn_where_they_are_and_nowhere_else() -> None:
    cover = alpha(cloud.cloud_picture(np.array([0.25, 0.25, 1.5]), np.array([0.5, 0.5, 0.5])))
    row, column = np.nonzero(cover)
    assert column.mean() / cloud.WIDTH_PX == pytest.approx(0.25, abs=0.002)
    assert row.mean() / cloud.HEIGHT_PX == pytest.approx(0.5, abs=0.002)
    assert np.ptp(column) <= 2 * cloud.RADIUS_PX
    once = alpha(cloud.cloud_picture(np.array([0.25]), np.array([0.5])))
    assert cover.max() > once.max()


def test_pictures_stay_small() -> None:
    rng = np.random.default_rng(1)
    values = smooth(rng.random((54, 96)), 0.03, 0.05)
    for png in (heatmap.fog_picture(values), heatmap.prominence_picture(values)):
        assert len(png) < 300_000
    x, y = rng.normal(0.5, 0.15, (2, 150_000))
    assert len(cloud.cloud_picture(x, y)) < 300_000
