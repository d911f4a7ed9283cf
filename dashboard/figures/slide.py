"""The slide with what was looked at drawn over it. One function lays the canvas, each other adds a layer.

Everything is in slide units (0-1 from the top-left), in the slide's true proportions. A strip under the
slide carries the legend and the typical error, drawn to scale, so that an exported picture has them too.
Colours on the slide are those of the light scheme in both: the slide is what it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.accuracy import TypicalError
from dashboard.figures import legend
from dashboard.figures.heatmap import colour_scale
from dashboard.figures.labels import place_labels
from dashboard.texts import t
from dashboard.theme import LIGHT, REGION_COLOURS, palette, template
from pipeline.domain import DENSITY_COLUMNS, DENSITY_ROWS, Aoi, Floats, Part, Shape, Slide

TOP = 0.06  # room above the slide for the labels of regions, in slide heights
STRIP_MIN = 0.2  # room below it for the legend

# Students: Paul Tol's "muted" scheme (personal.sron.nl/~pault), safe in the common colour deficiencies.
STUDENT_COLOURS = (
    "#332288", "#cc6677", "#117733", "#882255", "#44aa99", "#999933", "#aa4499", "#5b8fc7", "#b8860b",
)  # fmt: skip
FIXATIONS_DRAWN_MAX = 3000  # of a class, the longest: more take the browser long to draw
CLASS_SECOND_PX = 18.0  # diameter of a fixation of one second where many students are drawn
SCANPATH_FIRST = 25  # fixations of each student where several are drawn together
NUMBERED_STUDENTS_MAX = 3


def strip_height(error: TypicalError | None, least: float = STRIP_MIN) -> float:
    """Height of the legend's strip in slide heights: the error's circle fits in."""
    return max(least, 2 * error.radius_y + 0.06) if error else least


def aspect_ratio(slide: Slide, error: TypicalError | None) -> float:
    """Width over height of the whole figure."""
    return slide.width_px / (slide.height_px * (TOP + 1 + strip_height(error)))


def slide_canvas(slide: Slide, image_url: str, *, error: TypicalError | None, scheme: str) -> go.Figure:
    """The slide's picture with a hairline around it and the typical error to scale; no data yet."""
    strip = strip_height(error)
    axis = {"visible": False, "fixedrange": True, "automargin": False}
    figure = go.Figure(
        layout={
            "template": template(scheme),
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "autoexpand": False},
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "xaxis": axis | {"range": [-0.003, 1.003], "constrain": "domain"},
            "yaxis": axis
            | {
                "range": [1 + strip, -TOP],
                "scaleanchor": "x",
                "scaleratio": slide.height_px / slide.width_px,
            },
        }
    )
    figure.add_layout_image(over_slide(image_url, layer="below"))
    figure.add_shape(type="rect", x0=0, y0=0, x1=1, y1=1, line={"color": palette(scheme).line, "width": 1})
    if error:
        legend.add_error_circle(figure, error, scheme)
    return figure


def add_heatmap(
    figure: go.Figure,
    values: Floats,
    picture_url: str,
    *,
    opacity: float,
    students: int,
    scheme: str,
    kind: str = "duration",
) -> go.Figure:
    """The heatmap's picture, its values for the pointer, and its scale.

    `values` (54, 96) are in the unit of the kind, as `slide_maps.Looking` says.
    """
    figure.add_layout_image(over_slide(picture_url, layer="below", opacity=opacity))
    add_values(figure, values, f"slide-kind-{kind}-value")
    peak = float(values.max(initial=0))
    caption = [t(f"slide-kind-{kind}-caption"), t(f"slide-kind-{kind}-whose", n=students)]
    legend.add_caption(figure, caption, scheme)
    colours = [colour for _, colour in colour_scale(32)]
    high = t(f"slide-kind-{kind}-value", n=two_digits(peak))
    legend.add_colours(figure, colours, ("0", high), len(caption), scheme)
    legend.take(figure, len(caption), marks=True)
    return figure


def add_values(figure: go.Figure, values: Floats, words: str) -> None:
    """A coarse grid (54, 96) that nobody sees, for the pointer; `words` is the key of a value's text."""
    x, y = _cell_centres()
    told = t(words, n="%{z:.2f}")
    figure.add_trace(
        go.Heatmap(
            x=x.astype(np.float32),
            y=y.astype(np.float32),
            z=values.astype(np.float32),
            opacity=0,
            showscale=False,
            zsmooth=False,
            hovertemplate=f"{told}<extra></extra>",
            name="values",
        )
    )


def add_fixations(figure: go.Figure, fixations: pd.DataFrame, *, numbered: bool, scheme: str) -> go.Figure:
    """A circle for every fixation, area by duration; numbered in order for one student."""
    seen = on_slide(fixations)
    shown = seen.nlargest(FIXATIONS_DRAWN_MAX, "duration_ms").sort_values("onset_ms")
    size_px = legend.ONE_SECOND_PX if numbered else CLASS_SECOND_PX
    figure.add_trace(
        _marks(shown, LIGHT.accent, size_px, numbered=numbered, opacity=0.65 if numbered else 0.4)
    )
    left_out = len(seen) - len(shown)
    caption = [
        t("slide-fixations-drawn", n=len(shown), left=left_out),
        t("slide-fixations-area", numbered=int(numbered)),
    ]
    legend.add_caption(figure, caption, scheme)
    legend.add_duration_key(figure, size_px, len(caption), scheme)
    legend.take(figure, len(caption), marks=True)
    return figure


def add_scanpaths(
    figure: go.Figure, fixations: pd.DataFrame, colours: dict[str, str], *, scheme: str
) -> go.Figure:
    """Fixations joined in order, one colour a student; the first ones where several are shown.

    `fixations` has a column student; `colours` gives the colour of each.
    """
    seen = on_slide(fixations).sort_values("onset_ms")
    paths = {str(student): path for student, path in seen.groupby("student")}
    several, numbered = len(paths) > 1, len(paths) <= NUMBERED_STUDENTS_MAX
    size_px = legend.ONE_SECOND_PX if numbered else CLASS_SECOND_PX
    for student, path in paths.items():
        drawn = path.head(SCANPATH_FIRST) if several else path
        figure.add_trace(_path_line(drawn, colours[student], faint=not numbered, name=student))
        figure.add_trace(
            _marks(drawn, colours[student], size_px, numbered=numbered, opacity=0.75, name=student)
        )
    extent = t("slide-path-first", first=SCANPATH_FIRST, n=len(paths)) if several else t("slide-path-all")
    caption = [extent, t("slide-path-joined")]
    legend.add_caption(figure, caption, scheme)
    end_px = legend.add_duration_key(figure, size_px, len(caption), scheme)
    if several and len(paths) <= len(STUDENT_COLOURS):
        key = [(student, colours[student]) for student in paths]
        legend.add_student_key(figure, key, end_px, len(caption), scheme)
    legend.take(figure, len(caption), marks=True)
    return figure


def add_message(figure: go.Figure, lines: Sequence[str], scheme: str) -> go.Figure:
    """Why there is nothing drawn."""
    legend.add_caption(figure, lines, scheme)
    legend.take(figure, len(lines), marks=False)
    return figure


def add_regions(
    figure: go.Figure, aois: tuple[Aoi, ...], table: pd.DataFrame, labels: str = "both"
) -> go.Figure:
    """Outlines of the regions with a label outside each: looked at, of intended; or what `labels` says.

    `table` is the class's AOI table; where it has no row for a region, or nobody was tracked, the label
    is the name alone.
    """
    shares = table.set_index("aoi_id")
    texts = [_region_label(aoi, shares, labels) for aoi in aois]
    places = place_labels([bounds(aoi) for aoi in aois], texts, top=-TOP)
    for aoi, text, (x, y), colour in zip(aois, texts, places, region_colours(aois).values(), strict=True):
        for part in aoi.parts:
            line = {"color": colour, "width": 2, "dash": "dash" if is_timed(part) else "solid"}
            figure.add_shape(**_outline(part), line=line, layer="above", name=region_name(aoi))
            if is_timed(part):
                _add_time(figure, part, colour)
        figure.add_annotation(
            x=x,
            y=y,
            text=text,
            showarrow=False,
            xanchor="left",
            yanchor="top",
            align="left",
            bgcolor=colour,
            borderpad=2,
            font={"color": "#ffffff", "size": 11},
            name=region_name(aoi),
        )
    return figure


def region_name(aoi: Aoi) -> str:
    """By which the page's script finds what is drawn of a region."""
    return f"region:{aoi.aoi_id}"


def region_colours(aois: tuple[Aoi, ...]) -> dict[str, str]:
    """The colour of each region of a slide, the same in every chart of that slide."""
    return {aoi.aoi_id: REGION_COLOURS[i % len(REGION_COLOURS)] for i, aoi in enumerate(aois)}


def student_colours(students: Sequence[str]) -> dict[str, str]:
    """The colour of each student of a class, whoever of them is being shown."""
    return {name: STUDENT_COLOURS[i % len(STUDENT_COLOURS)] for i, name in enumerate(sorted(students))}


def bounds(aoi: Aoi) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a region in slide units."""
    xs, ys = zip(*(point for part in aoi.parts for point in part.points), strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def over_slide(url: str, *, layer: str, opacity: float = 1.0) -> dict[str, object]:
    return {
        "source": url, "xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": 1, "sizey": 1,
        "xanchor": "left", "yanchor": "top", "sizing": "stretch", "layer": layer, "opacity": opacity,
    }  # fmt: skip


def _cell_centres() -> tuple[Floats, Floats]:
    x, y = np.arange(DENSITY_COLUMNS) + 0.5, np.arange(DENSITY_ROWS) + 0.5
    return x / DENSITY_COLUMNS, y / DENSITY_ROWS


def on_slide(fixations: pd.DataFrame) -> pd.DataFrame:
    return fixations[fixations["slide_x"].between(0, 1) & fixations["slide_y"].between(0, 1)]


def _marks(
    fixations: pd.DataFrame,
    colour: str,
    one_second_px: float,
    *,
    numbered: bool,
    opacity: float,
    name: str | None = None,
) -> go.Scatter:
    """Circles whose area is duration; `one_second_px` is the diameter of one second."""
    return go.Scatter(
        x=fixations["slide_x"].to_numpy(np.float32),
        y=fixations["slide_y"].to_numpy(np.float32),
        mode="markers+text" if numbered else "markers",
        text=[str(i) for i in range(1, len(fixations) + 1)] if numbered else None,
        textfont={"color": "#ffffff", "size": 10},
        marker={
            "size": fixations["duration_ms"].to_numpy(np.float32),
            "sizemode": "area",
            "sizeref": 1000 / one_second_px**2,
            "sizemin": 2,
            "color": colour,
            "opacity": opacity,
            "line": {"color": "#ffffff", "width": 1},
        },
        name=name or t("slide-fixation"),
        hovertemplate="%{fullData.name}, %{marker.size:.0f} ms<extra></extra>",
    )


def _path_line(path: pd.DataFrame, colour: str, *, faint: bool, name: str) -> go.Scatter:
    return go.Scatter(
        x=path["slide_x"].to_numpy(np.float32),
        y=path["slide_y"].to_numpy(np.float32),
        mode="lines",
        line={"color": colour, "width": 1 if faint else 2},
        opacity=0.45 if faint else 0.8,
        name=name,
        hoverinfo="skip",
    )


def _outline(part: Part) -> dict[str, object]:
    """A part of a region as a plotly shape."""
    if part.shape is Shape.POLYGON:
        return {"type": "path", "path": "M" + "L".join(f"{x:.5f},{y:.5f}" for x, y in part.points) + "Z"}
    kind = "circle" if part.shape is Shape.ELLIPSE else "rect"
    (x0, y0), (x1, y1) = np.sort(part.points, axis=0).tolist()
    return {"type": kind, "x0": x0, "y0": y0, "x1": x1, "y1": y1}


def is_timed(part: Part) -> bool:
    """Whether a part is to be seen for a time only."""
    return part.from_ms > 0 or math.isfinite(part.until_ms)


def when(part: Part) -> str:
    """``0 to 8 s``, counted from the opening of the slide."""
    start = f"{part.from_ms / 1000:g}"
    if not math.isfinite(part.until_ms):
        return t("slide-part-from", start=start)
    return t("slide-part-between", start=start, stop=f"{part.until_ms / 1000:g}")


def _add_time(figure: go.Figure, part: Part, colour: str) -> None:
    """When a part is to be seen, inside its lower left corner."""
    xs, ys = zip(*part.points, strict=True)
    figure.add_annotation(
        x=min(xs), y=max(ys), text=when(part), showarrow=False, xanchor="left", yanchor="bottom",
        bgcolor="rgba(255,255,255,0.85)", borderpad=1, xshift=3, yshift=3,
        font={"color": colour, "size": 11},
    )  # fmt: skip


def _region_label(aoi: Aoi, shares: pd.DataFrame, labels: str) -> str:
    if aoi.aoi_id not in shares.index or pd.isna(shares.at[aoi.aoi_id, "observed_share"]):
        return aoi.name
    looked, intended = shares.loc[aoi.aoi_id, ["observed_share", "expected_share"]]
    told = {"looked": f"{looked:.0%}", "intended": f"{intended:.0%}", "gap": points(looked - intended)}
    return t(f"slide-labels-{labels}-label", name=aoi.name, **told)


def points(share: float) -> str:
    """``+6``: a difference of shares in points."""
    shown = f"{100 * share:+.0f}"
    return "0" if float(shown) == 0 else shown.replace("-", "\N{MINUS SIGN}")


def two_digits(value: float) -> str:
    """``0.88``, ``12``, ``240``."""
    return f"{value:.2g}" if value < 100 else f"{value:.0f}"
