"""A lesson's slides as a strip of thumbnails, each with how far looking is from what was intended."""

from __future__ import annotations

import math

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components.charts import chip
from dashboard.components.regions import region_bars
from dashboard.figures.slide import region_colours
from dashboard.school import LessonView, SlideView
from dashboard.words import count

GAP_GOOD, GAP_BAD = 0.15, 0.25  # of the gap score: below as intended, above worth a look


def filmstrip(view: LessonView) -> Component:
    """Every slide of the lesson, in order, as a link to its workbench."""
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Slides"),
                    html.P("Coloured bar: looked at. Dark line: intended.", className="muted small"),
                ],
                className="section-line",
            ),
            html.Ul([html.Li(_card(slide)) for slide in view.slides], className="filmstrip"),
        ]
    )


def _card(view: SlideView) -> Component:
    place = (view.lesson.course_id, view.lesson.lesson_id, view.slide.slide_id)
    picture = html.Img(src=urls.slide_image(*place), alt="", className="slide-picture")
    head = html.Div(
        [html.H3(f"{view.number} {view.slide.title}"), gap_chip(view.gap.score)], className="film-head"
    )
    n = html.P(count(len(view.group.shown), "student"), className="muted small")
    bars = region_bars(view.table, region_colours(view.slide.aois))
    return dcc.Link([picture, head, bars, n], href=urls.slide(*place), className="card film")


def gap_chip(gap: float) -> Component:
    """The gap score in a colour that says whether it is worth a look; the number says it too."""
    if math.isnan(gap):
        return chip("no data")
    kind = "good" if gap < GAP_GOOD else "bad" if gap > GAP_BAD else "plain"
    return chip(f"gap {gap:.2f}", kind)
