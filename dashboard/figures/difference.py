"""Where one group looked more than another, over the slide: a picture in two colours, and what is certain.

Orange is where A looked more, blue where B did: apart in every common colour deficiency.
"""

from __future__ import annotations

import io
from typing import Final

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from PIL import Image, ImageColor

from dashboard.figures import legend
from dashboard.figures.heatmap import HEIGHT_PX, WIDTH_PX
from dashboard.texts import t
from dashboard.theme import LIGHT, REGION_COLOURS
from pipeline.domain import DENSITY_COLUMNS, DENSITY_ROWS, Floats

MORE: Final = REGION_COLOURS[3]  # where A looked more
LESS: Final = LIGHT.accent  # where B did
_COVER_MAX: Final = 0.86
_OPAQUE_FROM: Final = 0.6  # share of the largest difference from which the slide is covered most


def difference_picture(points: Floats) -> bytes:
    """A PNG of a map (rows, columns): transparent where there is no difference, more cover for more of it."""
    largest = largest_of(points)
    share = np.zeros((HEIGHT_PX, WIDTH_PX)) if largest <= 0 else _enlarged(points / largest)
    pixels = np.empty((HEIGHT_PX, WIDTH_PX, 4), np.uint8)
    pixels[..., :3] = np.where(share[..., None] > 0, _rgb(MORE), _rgb(LESS))
    pixels[..., 3] = (255 * cover(share)).round()
    out = io.BytesIO()
    Image.fromarray(pixels, "RGBA").save(out, "PNG", compress_level=4)
    return out.getvalue()


def add_difference(
    figure: go.Figure,
    points: Floats,
    p: Floats,
    picture_url: str,
    *,
    names: tuple[str, str],
    n: tuple[int, int],
    opacity: float = 0.9,
    scheme: str,
) -> go.Figure:
    """The difference over a slide (`slide_canvas`): picture, outlines where p < 0.05, values, scale.

    `points`, `p` (54, 96) as `dashboard.difference.Difference` has them; `names` of A and B.
    """
    figure.add_layout_image(
        source=picture_url, xref="x", yref="y", x=0, y=0, sizex=1, sizey=1, xanchor="left", yanchor="top",
        sizing="stretch", layer="above", opacity=opacity,
    )  # fmt: skip
    _add_values(figure, points, p)
    _add_outlines(figure, p)
    coloured = [f'<span style="color:{colour}">■</span>' for colour in (MORE, LESS)]
    caption = [
        t(
            "difference-caption",
            a=f"{coloured[0]} {names[0]} ({n[0]})",
            b=f"{coloured[1]} {names[1]} ({n[1]})",
        ),
        t("difference-caption-line") if (p < 0.05).any() else t("difference-caption-none"),
    ]
    legend.add_caption(figure, caption, scheme)
    _add_scale(figure, largest_of(points), len(caption), scheme)
    return figure


def largest_of(points: Floats) -> float:
    """The largest difference, without its sign; 0 without any."""
    return float(np.nanmax(np.abs(points))) if np.isfinite(points).any() else 0.0


def cover(share: Floats) -> Floats:
    """Opacity (0-1) of a difference as a share of the largest."""
    rise = np.clip(np.abs(share) / _OPAQUE_FROM, 0, 1)
    return np.asarray(_COVER_MAX * rise * rise * (3 - 2 * rise))


def _enlarged(share: Floats) -> Floats:
    image = Image.fromarray(np.nan_to_num(share).astype(np.float32))
    return np.asarray(image.resize((WIDTH_PX, HEIGHT_PX), Image.Resampling.BICUBIC), float).clip(-1, 1)


def _rgb(colour: str) -> NDArray[np.uint8]:
    return np.array(ImageColor.getrgb(colour), np.uint8)


def _add_values(figure: go.Figure, points: Floats, p: Floats) -> None:
    x, y = _centres()
    figure.add_trace(
        go.Heatmap(
            x=x, y=y, z=points.astype(np.float32), customdata=p.astype(np.float16), opacity=0,
            showscale=False, zsmooth=False, name="difference",
            hovertemplate=t("difference-hover", points="%{z:+.1f}", p="%{customdata:.3f}")
            + "<extra></extra>",
        )
    )  # fmt: skip


def _add_outlines(figure: go.Figure, p: Floats) -> None:
    """A line around the places that differ by more than chance: dark on white, to be seen on every slide."""
    if not (p < 0.05).any():
        return
    x, y = _centres()
    for colour, width in (("#ffffff", 4), (LIGHT.text, 1.8)):
        figure.add_trace(
            go.Contour(
                x=x, y=y, z=p.astype(np.float32), showscale=False, hoverinfo="skip", name="p < 0.05",
                autocontour=False,
                contours={"start": 0.05, "end": 0.05, "size": 1, "coloring": "none"},
                line={"color": colour, "width": width},
            )
        )  # fmt: skip


def _add_scale(figure: go.Figure, largest: float, lines: int, scheme: str) -> None:
    """From B's colour to A's, below so many lines of caption."""
    colours = [_on_white(share) for share in np.linspace(-1, 1, 64)]
    ends = f"\N{MINUS SIGN}{largest:.2g}", t("difference-scale", points=f"+{largest:.2g}")
    legend.add_colours(figure, colours, ends, lines, scheme, left_px=34)


def _on_white(share: float) -> str:
    over = float(cover(np.array(share)))
    r, g, b = (_rgb(MORE if share > 0 else LESS) * over + 255 * (1 - over)).round()
    return f"rgb({r:.0f},{g:.0f},{b:.0f})"


def _centres() -> tuple[Floats, Floats]:
    x, y = np.arange(DENSITY_COLUMNS) + 0.5, np.arange(DENSITY_ROWS) + 0.5
    return (x / DENSITY_COLUMNS).astype(np.float32), (y / DENSITY_ROWS).astype(np.float32)
