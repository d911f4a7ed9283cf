"""Fixations as a small SVG, to lie over the picture of a slide where a whole chart would be too much."""

from __future__ import annotations

import pandas as pd

from dashboard.theme import LIGHT
from pipeline.domain import Slide

RADIUS_OF_A_SECOND = 0.022  # of the slide's width


def fixations_svg(slide: Slide, fixations: pd.DataFrame) -> str:
    """Circles (area is duration) joined by a line in order, on a transparent ground as large as the slide."""
    width, height = slide.width_px, slide.height_px
    on = fixations[fixations["slide_x"].between(0, 1) & fixations["slide_y"].between(0, 1)]
    x, y = on["slide_x"] * width, on["slide_y"] * height
    radius = RADIUS_OF_A_SECOND * width * (on["duration_ms"] / 1000) ** 0.5
    line = " ".join(f"{a:.0f},{b:.0f}" for a, b in zip(x, y, strict=True))
    circles = "".join(
        f'<circle cx="{a:.0f}" cy="{b:.0f}" r="{r:.1f}"/>' for a, b, r in zip(x, y, radius, strict=True)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<polyline points="{line}" fill="none" stroke="{LIGHT.accent}" stroke-opacity=".45" '
        'stroke-width="3"/>'
        f'<g fill="{LIGHT.accent}" fill-opacity=".6" stroke="#fff" stroke-width="1.5">{circles}</g></svg>'
    )
