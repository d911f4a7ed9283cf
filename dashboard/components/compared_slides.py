"""Two sides of one slide: their heatmaps beside one another, the difference, and region by region."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.comparison_words import CERTAIN, NOTHING, names, written_p
from dashboard.components.charts import chart_card, graph
from dashboard.difference import Difference, difference, region_differences
from dashboard.figures.difference import add_difference
from dashboard.figures.heatmap import colour_scale
from dashboard.figures.slide import add_regions, aspect_ratio, slide_canvas
from dashboard.group import Rules
from dashboard.items import Item
from dashboard.school import School
from dashboard.tables import Asked, table
from dashboard.texts import t
from dashboard.words import percent
from pipeline.storage.rows import NotFound

GRAPH: Final = "compare-difference"


def can_be_laid_over(items: Sequence[Item]) -> bool:
    """Whether the first two items are sides of one slide."""
    return len(items) > 1 and items[0].kind == "slide" and items[0].place == items[1].place


def cards(school: School, a: Item, b: Item, rules: Rules, scheme: str) -> list[Component]:
    """The heatmaps, the map of the difference, and the table of the regions."""
    try:
        found = difference(school, a, b, rules)
        regions = region_differences(school, a, b, rules)
    except NotFound:
        return []
    called = names(school, (a, b))
    if found.note:
        why = t("compare-difference-none", why=found.note)
        return [html.Section([html.H2(t("compare-difference-title")), html.P(why)], className="card")]
    return [
        _beside(found, (a, b), called, rules),
        _map(found, (a, b), called, rules, scheme),
        _regions(regions, (a, b), called, rules),
    ]


def _beside(found: Difference, items: tuple[Item, Item], called: list[str], rules: Rules) -> Component:
    pictures = [
        _picture(found, items, which, name, rules) for which, name in zip(("a", "b"), called, strict=True)
    ]
    stops = ", ".join(f"{colour} {100 * at:.0f}%" for at, colour in colour_scale())
    scale = html.P(
        [
            html.Span(className="compare-scale", style={"background": f"linear-gradient(to right, {stops})"}),
            t("compare-heat-scale", peak=f"{found.peak:.2g}"),
        ],
        className="small muted",
    )
    note = t("compare-difference-note", a=called[0], b=called[1])
    return chart_card(
        t("compare-difference-title"), note, html.Div(pictures, className="compare-beside"), scale
    )


def _picture(found: Difference, items: tuple[Item, Item], which: str, name: str, rules: Rules) -> Component:
    view, n = (found.a, found.a_n) if which == "a" else (found.b, found.b_n)
    item = items[which == "b"]
    words = t("compare-difference-heat", name=name, n=n)
    heat = urls.difference_image(*items, **rules.query(), show=which, state=_state(found))
    return html.Figure(
        [
            html.Div(
                [
                    html.Img(src=urls.slide_image(*item.place, item.version), alt=view.slide.title),
                    html.Img(src=heat, alt="", className="compare-over"),
                ],
                className="compare-slide",
                style={"aspectRatio": f"{view.slide.width_px} / {view.slide.height_px}"},
            ),
            html.Figcaption(words, className="small"),
        ]
    )


def _state(found: Difference) -> str:
    """Changes with whose gaze the pictures show."""
    return f"{found.a.group.version}{found.b.group.version}"


def _map(
    found: Difference, items: tuple[Item, Item], called: list[str], rules: Rules, scheme: str
) -> Component:
    error = found.a.error or found.b.error
    circle = replace(error, radius_x=found.radius_x, radius_y=found.radius_y) if error else None
    slide = found.a.slide
    figure = slide_canvas(
        slide, urls.slide_image(*items[0].place, items[0].version), error=circle, scheme=scheme
    )
    picture = urls.difference_image(*items, **rules.query(), state=_state(found))
    add_difference(
        figure, found.points, found.p, picture, names=(called[0], called[1]), n=(found.a_n, found.b_n),
        scheme=scheme,
    )  # fmt: skip
    add_regions(figure, slide.aois, pd.DataFrame({"aoi_id": []}))
    words = [
        t("compare-difference-clear", share=_share(found.significant))
        if found.significant else t("compare-difference-unclear")
    ]  # fmt: skip
    if found.paired:
        words.append(t("compare-difference-paired", n=found.a_n))
    drawing = graph(
        GRAPH, label=" ".join(words), figure=figure, style={"aspectRatio": aspect_ratio(slide, circle)}
    )
    return chart_card(
        t("compare-difference-map", a=called[0], b=called[1]), " ".join(words), drawing,
        png=(GRAPH, "-".join([*items[0].place[1:], "difference"])),
        csv=urls.table("difference", **_address(items, rules)),
    )  # fmt: skip


def _share(share: float) -> str:
    return percent(share) if share >= 0.01 else "<1%"


def _regions(regions: pd.DataFrame, items: tuple[Item, Item], called: list[str], rules: Rules) -> Component:
    heads = [
        t("compare-difference-region"), *called, t("compare-column-difference", name=called[1]),
        t("compare-column-p"), t("compare-column-delta"),
    ]  # fmt: skip
    head = html.Tr(
        [
            html.Th(words, scope="col", className="number" if place else "")
            for place, words in enumerate(heads)
        ]
    )
    rows = [_region(row) for row in regions.to_dict("records")]
    return chart_card(
        t("compare-difference-regions"),
        t("compare-difference-regions-note"),
        html.Div(
            html.Table([html.Thead(head), html.Tbody(rows)], className="numbers"),
            className="table-scroll",
            tabIndex="0",
        ),
        csv=urls.table("region-differences", **_address(items, rules)),
    )


def _region(row: dict[str, Any]) -> Component:
    known = not row["note"]
    ends = t("compare-interval", low=_points(row["difference_low"]), high=_points(row["difference_high"]))
    delta = [_signed(row[name]) for name in ("delta", "delta_low", "delta_high")]
    cells = [
        f"{percent(row['a_mean'])} ({row['a_n']})" if known else f"({row['a_n']})",
        f"{percent(row['b_mean'])} ({row['b_n']})" if known else f"({row['b_n']})",
        f"{t('compare-points', points=_points(row['difference']))} ({ends})" if known else row["note"],
        written_p(row["p_holm"]) if known else NOTHING,
        f"{delta[0]} ({t('compare-interval', low=delta[1], high=delta[2])})" if known else NOTHING,
    ]
    clear = known and math.isfinite(row["p_holm"]) and row["p_holm"] < CERTAIN
    return html.Tr(
        [html.Th(row["name"], scope="row"), *(html.Td(cell, className="number") for cell in cells)],
        className="compare-clear" if clear else "",
    )


def _signed(value: float, digits: int = 2) -> str:
    return f"{value:+.{digits}f}".replace("-", "\N{MINUS SIGN}")


def _points(share: float) -> str:
    return _signed(100 * share, 1)


def _address(items: tuple[Item, Item], rules: Rules) -> dict[str, Any]:
    return {"of": [str(item) for item in items], **rules.query()}


# Downloads


@table("difference")
def _difference(asked: Asked) -> pd.DataFrame:
    found = difference(asked.school, *_sides(asked), asked.rules)
    rows, columns = found.points.nonzero()
    return pd.DataFrame(
        {
            "column": columns,
            "row": rows,
            "slide_x": (columns + 0.5) / found.points.shape[1],
            "slide_y": (rows + 0.5) / found.points.shape[0],
            "difference_points": found.points[rows, columns], "p_map": found.p[rows, columns],
            "a_seconds": found.seconds[0][rows, columns], "b_seconds": found.seconds[1][rows, columns],
        }
    )  # fmt: skip


@table("region-differences")
def _region_differences(asked: Asked) -> pd.DataFrame:
    return region_differences(asked.school, *_sides(asked), asked.rules)


def _sides(asked: Asked) -> tuple[Item, Item]:
    words = asked.query.get("of", "").split(",")
    sides = [Item.read(word) for word in words[:2]]
    if len(sides) < 2 or sides[0] is None or sides[1] is None:
        raise NotFound("table", "two items in its address", asked.query.get("of", ""))
    return sides[0], sides[1]
