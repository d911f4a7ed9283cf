"""The slide with what was looked at drawn over it. One function lays the canvas, each other adds a layer.

Everything is in slide units (0-1 from the top-left), in the slide's true proportions. A strip under the
slide carries the legend and the typical error, drawn to scale, so that an exported picture has them too.
Colours on the slide are those of the light scheme in both: the slide is what it is.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.accuracy import TypicalError
from dashboard.figures.heatmap import colour_scale
from dashboard.figures.labels import place_labels
from dashboard.theme import LIGHT, REGION_COLOURS, palette, template
from pipeline.domain import DENSITY_COLUMNS, DENSITY_ROWS, Aoi, Floats, Shape, Slide

TOP = 0.06  # room above the slide for the labels of regions, in slide heights
STRIP_MIN = 0.15  # room below it for the legend

# Students: Paul Tol's "muted" scheme (personal.sron.nl/~pault), safe in the common colour deficiencies.
STUDENT_COLOURS = (
    "#332288", "#cc6677", "#117733", "#882255", "#44aa99", "#999933", "#aa4499", "#5b8fc7", "#b8860b",
)  # fmt: skip
_ERROR_NOTE = {"measured": "", "estimated": "<br>(estimated)", "unknown": "<br>(assumed)"}
FIXATIONS_DRAWN_MAX = 6000  # of a class, the longest: keeps a figure under 300 KB
SCANPATH_FIRST = 25  # fixations of each student where several are drawn together
NUMBERED_STUDENTS_MAX = 3


def strip_height(error: TypicalError | None) -> float:
    """Height of the legend's strip in slide heights: the error's circle fits in."""
    return max(STRIP_MIN, 2 * error.radius_y + 0.06) if error else STRIP_MIN


def aspect_ratio(slide: Slide, error: TypicalError | None) -> float:
    """Width over height of the whole figure."""
    return slide.width_px / (slide.height_px * (TOP + 1 + strip_height(error)))


def slide_canvas(slide: Slide, image_url: str, *, error: TypicalError | None, scheme: str) -> go.Figure:
    """The slide's picture with a hairline around it and the typical error to scale; no data yet."""
    strip = strip_height(error)
    axis = {"visible": False, "fixedrange": True}
    figure = go.Figure(
        layout={
            "template": template(scheme),
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
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
    figure.add_layout_image(_over_slide(image_url, layer="below"))
    figure.add_shape(type="rect", x0=0, y0=0, x1=1, y1=1, line={"color": palette(scheme).line, "width": 1})
    if error:
        _add_error_circle(figure, error, strip, scheme)
    return figure


def add_heatmap(
    figure: go.Figure, seconds: Floats, picture_url: str, *, opacity: float, students: int, scheme: str
) -> go.Figure:
    """The heatmap's picture, its values for the pointer, and its scale.

    `seconds` (54, 96): mean seconds a student looked within the typical error of a cell's centre.
    """
    figure.add_layout_image(_over_slide(picture_url, layer="above", opacity=opacity))
    x, y = _cell_centres()
    figure.add_trace(
        go.Heatmap(
            x=x,
            y=y,
            z=seconds.astype(np.float32),
            opacity=0,
            showscale=False,
            zsmooth=False,
            hovertemplate="%{z:.2f} s<extra></extra>",
            name="seconds",
        )
    )
    peak = float(seconds.max(initial=0))
    who = "one student" if students == 1 else f"mean of {students} students"
    add_legend(figure, f"Seconds of looking within the dashed circle around a point, {who}", scheme)
    _add_scale(figure, peak, scheme)
    return figure


def add_fixations(figure: go.Figure, fixations: pd.DataFrame, *, numbered: bool, scheme: str) -> go.Figure:
    """A circle for every fixation, area by duration; numbered in order for one student."""
    shown = _on_slide(fixations).nlargest(FIXATIONS_DRAWN_MAX, "duration_ms").sort_values("onset_ms")
    figure.add_trace(
        _fixation_marks(shown, LIGHT.accent, numbered=numbered, opacity=0.6 if numbered else 0.35)
    )
    left_out = len(_on_slide(fixations)) - len(shown)
    count = f"{len(shown)} fixations" + (f", the longest; {left_out} more not drawn" if left_out else "")
    order = ", number is order" if numbered else ""
    add_legend(figure, f"{count}. Area of a circle is duration{order}", scheme)
    _add_duration_key(figure, scheme)
    return figure


def add_scanpaths(
    figure: go.Figure, fixations: pd.DataFrame, colours: dict[str, str], *, scheme: str
) -> go.Figure:
    """Fixations joined in order, one colour a student; the first ones where several are shown.

    `fixations` has a column student; `colours` gives the colour of each.
    """
    groups = [
        (str(student), path.sort_values("onset_ms"))
        for student, path in _on_slide(fixations).groupby("student")
    ]
    several = len(groups) > 1
    for student, path in groups:
        first = path.head(SCANPATH_FIRST) if several else path
        numbered = len(groups) <= NUMBERED_STUDENTS_MAX
        figure.add_trace(_path_line(first, colours[student], faint=not numbered, name=student))
        figure.add_trace(
            _fixation_marks(
                first, colours[student], numbered=numbered, opacity=0.75, scale=1 if numbered else 0.3
            )
        )
    extent = f"First {SCANPATH_FIRST} fixations" if several else "All fixations"
    add_legend(
        figure,
        f"{extent} of {_count(len(groups), 'student')}, joined in order. Area of a circle is duration",
        scheme,
    )
    _add_duration_key(figure, scheme)
    if several and len(groups) <= len(STUDENT_COLOURS):
        _add_student_key(figure, [(student, colours[student]) for student, _ in groups], scheme)
    return figure


def add_regions(figure: go.Figure, aois: tuple[Aoi, ...], table: pd.DataFrame) -> go.Figure:
    """Outlines of the regions with a label outside each: looked at, of intended.

    `table` is the class's AOI table; where it has no row for a region, or nobody was tracked, the label
    is the name alone.
    """
    shares = table.set_index("aoi_id")
    texts = [_region_label(aoi, shares) for aoi in aois]
    places = place_labels([bounds(aoi) for aoi in aois], texts, top=-TOP)
    for aoi, text, (x, y), colour in zip(aois, texts, places, region_colours(aois).values(), strict=True):
        figure.add_shape(**_outline(aoi), line={"color": colour, "width": 2}, layer="above")
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
        )
    return figure


def region_colours(aois: tuple[Aoi, ...]) -> dict[str, str]:
    """The colour of each region of a slide, the same in every chart of that slide."""
    return {aoi.aoi_id: REGION_COLOURS[i % len(REGION_COLOURS)] for i, aoi in enumerate(aois)}


def student_colours(students: list[str]) -> dict[str, str]:
    """The colour of each student of a class, whoever of them is being shown."""
    return {name: STUDENT_COLOURS[i % len(STUDENT_COLOURS)] for i, name in enumerate(sorted(students))}


def bounds(aoi: Aoi) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a region in slide units."""
    xs, ys = zip(*aoi.points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _over_slide(url: str, *, layer: str, opacity: float = 1.0) -> dict[str, object]:
    return {
        "source": url, "xref": "x", "yref": "y", "x": 0, "y": 0, "sizex": 1, "sizey": 1,
        "xanchor": "left", "yanchor": "top", "sizing": "stretch", "layer": layer, "opacity": opacity,
    }  # fmt: skip


def _cell_centres() -> tuple[Floats, Floats]:
    return (np.arange(DENSITY_COLUMNS) + 0.5) / DENSITY_COLUMNS, (
        np.arange(DENSITY_ROWS) + 0.5
    ) / DENSITY_ROWS


def _on_slide(fixations: pd.DataFrame) -> pd.DataFrame:
    return fixations[fixations["slide_x"].between(0, 1) & fixations["slide_y"].between(0, 1)]


def _fixation_marks(
    fixations: pd.DataFrame, colour: str, *, numbered: bool, opacity: float, scale: float = 1.0
) -> go.Scatter:
    return go.Scatter(
        x=fixations["slide_x"].to_numpy(np.float32),
        y=fixations["slide_y"].to_numpy(np.float32),
        mode="markers+text" if numbered else "markers",
        text=[str(i) for i in range(1, len(fixations) + 1)] if numbered else None,
        textfont={"color": "#ffffff", "size": 10},
        marker=_circles(fixations["duration_ms"].to_numpy(np.float32), colour, opacity, scale),
        hovertemplate="%{marker.size:.0f} ms<extra></extra>",
    )


def _circles(durations_ms: Floats, colour: str, opacity: float, scale: float = 1.0) -> dict[str, object]:
    """Markers whose area is duration: one second is 40 px across."""
    return {
        "size": durations_ms, "sizemode": "area", "sizeref": 1000 / 40**2 / scale, "sizemin": 2,
        "color": colour, "opacity": opacity, "line": {"color": "#ffffff", "width": 1},
    }  # fmt: skip


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


def _outline(aoi: Aoi) -> dict[str, object]:
    """A region as a plotly shape."""
    if aoi.shape is Shape.POLYGON:
        return {"type": "path", "path": "M" + "L".join(f"{x:.5f},{y:.5f}" for x, y in aoi.points) + "Z"}
    x0, y0, x1, y1 = bounds(aoi)
    return {
        "type": "circle" if aoi.shape is Shape.ELLIPSE else "rect",
        "x0": x0,
        "y0": y0,
        "x1": x1,
        "y1": y1,
    }


def _region_label(aoi: Aoi, shares: pd.DataFrame) -> str:
    if aoi.aoi_id not in shares.index or pd.isna(shares.at[aoi.aoi_id, "observed_share"]):
        return aoi.name
    looked, intended = shares.loc[aoi.aoi_id, ["observed_share", "expected_share"]]
    return f"{aoi.name} {looked:.0%} of {intended:.0%}"


def _add_error_circle(figure: go.Figure, error: TypicalError, strip: float, scheme: str) -> None:
    colours = palette(scheme)
    x1, y0 = 1 - 0.006, 1 + 0.03
    figure.add_shape(
        type="circle", x0=x1 - 2 * error.radius_x, x1=x1, y0=y0, y1=y0 + 2 * error.radius_y,
        line={"color": colours.accent, "width": 1.5, "dash": "dash"},
    )  # fmt: skip
    figure.add_annotation(
        x=x1 - 2 * error.radius_x - 0.012, y=y0 + error.radius_y, xanchor="right", yanchor="middle",
        text=f"Typical error {error.deg:.1f}°" + _ERROR_NOTE[error.source],
        align="right", showarrow=False, font={"color": colours.muted, "size": 12},
    )  # fmt: skip


def add_legend(figure: go.Figure, text: str, scheme: str) -> None:
    """The line under the slide that says what the marks are."""
    figure.add_annotation(
        x=0, y=1.025, xanchor="left", yanchor="top", align="left", showarrow=False,
        text=text, font={"color": palette(scheme).muted, "size": 12}, borderpad=0,
    )  # fmt: skip


def _add_scale(figure: go.Figure, peak: float, scheme: str) -> None:
    """The heatmap's colours from 0 to its peak, under the legend's line."""
    steps = np.linspace(0, 1, 64)
    figure.add_trace(
        go.Heatmap(
            x=steps * 0.22 + 0.03,
            y=[1.105, 1.13],
            z=np.stack([steps, steps]),
            colorscale=colour_scale(),
            showscale=False,
            hoverinfo="skip",
            name="scale",
        )
    )
    for x, anchor, text in ((0, "left", "0"), (0.265, "left", f"{peak:.2g} s")):
        _add_note(figure, x, 1.1175, text, anchor, scheme)


def _add_duration_key(figure: go.Figure, scheme: str) -> None:
    """Circles of 200, 500 and 1000 ms under the legend's line."""
    at, durations = np.array([0.02, 0.115, 0.22]), np.array([200.0, 500.0, 1000.0])
    figure.add_trace(
        go.Scatter(
            x=at,
            y=np.full(3, 1.115),
            mode="markers",
            hoverinfo="skip",
            name="key",
            marker=_circles(durations, palette(scheme).muted, 0.6),
        )
    )
    for x, text in zip(at + np.array([0.02, 0.027, 0.035]), ("0.2 s", "0.5 s", "1 s"), strict=True):
        _add_note(figure, x, 1.115, text, "left", scheme)


def _add_student_key(figure: go.Figure, students: list[tuple[str, str]], scheme: str) -> None:
    """Which colour is whose, to the right of the circles' key."""
    text = "   ".join(f'<span style="color:{colour}">●</span> {name}' for name, colour in students)
    _add_note(figure, 0.32, 1.115, text, "left", scheme)


def _add_note(figure: go.Figure, x: float, y: float, text: str, anchor: str, scheme: str) -> None:
    figure.add_annotation(
        x=x, y=y, xanchor=anchor, yanchor="middle", text=text, showarrow=False,
        font={"color": palette(scheme).muted, "size": 12},
    )  # fmt: skip


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" + ("" if n == 1 else "s")
