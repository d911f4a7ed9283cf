"""The looks, once: colours for light and dark, the plotly template, the Mantine theme.

`assets/base.css` holds the same two palettes as custom properties; a test keeps them equal.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

import plotly.graph_objects as go

SCHEME: Final = "scheme"  # id of the dcc.Store that holds "light" or "dark"; None until the browser has said

FONT: Final = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif'

# No chart may offer to send its data anywhere.
GRAPH_CONFIG: Final[dict[str, Any]] = {
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
    "displayModeBar": False,
}

# One colour for each region of a slide, in the order of its regions and the same in every chart of that
# slide. After Okabe & Ito (jfly.uni-koeln.de/color): apart in the common colour deficiencies, in lightness
# as well as in hue, and dark enough (4.5:1) for the white of a label.
REGION_COLOURS: Final = (
    "#647085",
    "#33709f",
    "#1a7d58",
    "#b0561a",
    "#7b5ea7",
    "#a8487f",
    "#8a6a00",
    "#2c7c93",
    "#4d5bbd",
    "#7a5c48",
)


@dataclass(frozen=True)
class Palette:
    """The colours of one scheme, as CSS values."""

    name: str
    page: str  # behind the cards
    surface: str  # cards and navigation
    line: str  # hairlines and grids
    text: str
    muted: str  # second-rank text, still 4.5:1 on surface and on page
    accent: str
    accent_soft: str  # fill behind the chosen thing
    good: str
    warn: str
    bad: str
    away: str  # elsewhere than on the slide
    untracked: str  # hatching of what was not tracked


LIGHT: Final = Palette(
    name="light",
    page="#f4f6f8",
    surface="#ffffff",
    line="#e1e6ea",
    text="#1b2a33",
    muted="#5c6a74",
    accent="#0b6e8a",
    accent_soft="#e5f1f6",
    good="#1e7a4c",
    warn="#8a5200",
    bad="#b3261e",
    away="#dfe5ea",
    untracked="#aeb9c1",
)
DARK: Final = Palette(
    name="dark",
    page="#10171c",
    surface="#182229",
    line="#2b3942",
    text="#e4ebef",
    muted="#9aabb6",
    accent="#4cb3d1",
    accent_soft="#173641",
    good="#5cc592",
    warn="#e0a64f",
    bad="#f28b82",
    away="#33424c",
    untracked="#5d6f7a",
)
# A large area of the dark scheme's accent would glare.
DARK_AREA: Final = "#2b7f99"
# What a picture for print replaces each colour of the dark scheme by.
TO_LIGHT: Final = {
    getattr(DARK, field.name): getattr(LIGHT, field.name) for field in fields(Palette) if field.name != "name"
} | {DARK_AREA: LIGHT.accent}


def palette(scheme: str | None) -> Palette:
    """The colours of a scheme; light for anything that is not "dark"."""
    return DARK if scheme == DARK.name else LIGHT


def template(scheme: str | None) -> go.layout.Template:
    """How every chart looks by default: no box, hairline grid, the page's own type."""
    colours = palette(scheme)
    axis = {
        "gridcolor": colours.line,
        "linecolor": colours.line,
        "zeroline": False,
        "tickfont": {"color": colours.muted, "size": 12},
        "title": {"font": {"color": colours.muted, "size": 12}, "standoff": 8},
        "automargin": True,
    }
    return go.layout.Template(
        layout={
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"family": FONT, "size": 13, "color": colours.text},
            "colorway": [colours.accent, *REGION_COLOURS],
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "xaxis": axis,
            "yaxis": axis,
            "hoverlabel": {
                "bgcolor": colours.surface,
                "bordercolor": colours.line,
                "font": {"family": FONT, "color": colours.text, "size": 13},
            },
            "legend": {"orientation": "h", "y": 1.08, "x": 0, "font": {"color": colours.muted}},
        }
    )


# Mantine wants ten shades from light to dark; 7 is the accent on light, 4 the accent on dark.
MANTINE: Final[dict[str, Any]] = {
    "primaryColor": "teal",
    "primaryShade": {"light": 7, "dark": 4},
    "autoContrast": True,
    "defaultRadius": "md",
    "fontFamily": FONT,
    "cursorType": "pointer",
    "respectReducedMotion": True,
    "headings": {"fontFamily": FONT, "fontWeight": "650"},
    "colors": {
        "teal": [
            "#e5f1f6", "#cbe4ec", "#a0d0df", "#74bdd2", "#4cb3d1",
            "#2a93b0", "#167f9d", "#0b6e8a", "#08566c", "#063f50",
        ],
        "dark": [
            "#e4ebef", "#c3ced5", "#9aabb6", "#70828e", "#33434d",
            "#263640", "#182229", "#182229", "#10171c", "#0b1014",
        ],
    },
}  # fmt: skip
