"""A lesson's slides as a strip of thumbnails, each with how far looking is from what was intended."""

from __future__ import annotations

import math
from collections.abc import Iterator

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components.charts import chip, downloads, too_few
from dashboard.components.regions import region_bars
from dashboard.figures.slide import region_colours
from dashboard.group import Rules
from dashboard.school import LessonView, SlideView
from dashboard.sentences import is_clear
from dashboard.words import count
from pipeline.attention.gap import GapResult
from pipeline.attention.registry import MEASURES

WIDE_GAP = 0.25  # of the gap score, and clear of chance: worth a look


def filmstrip(view: LessonView, rules: Rules) -> Component:
    """Every slide of the lesson, in order, as a link to its workbench."""
    csv = urls.gap_csv(view.lesson.course_id, view.lesson.lesson_id, **rules.query())
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Slides"),
                    html.P(
                        "Coloured bar: looked at. Thin line: intended. Gap score with its 95 % interval.",
                        className="muted small",
                    ),
                    downloads(None, csv),
                ],
                className="section-line",
            ),
            html.Ul([html.Li(_card(slide, rules)) for slide in view.slides], className="filmstrip"),
        ]
    )


def _card(view: SlideView, rules: Rules) -> Component:
    place = (view.lesson.course_id, view.lesson.lesson_id, view.slide.slide_id)
    picture = html.Img(src=urls.slide_image(*place), alt="", className="slide-picture")
    head = html.Div([html.H3(f"{view.number} {view.slide.title}"), gap_chip(view.gap)], className="film-head")
    words = [html.P(line, className="muted small") for line in _words(view)]
    bars = [region_bars(view.table, region_colours(view.slide.aois))] if view.group.shown else []
    flags = [html.Div(list(_flags(view)), className="remarks")]
    return dcc.Link(
        [picture, head, *bars, *words, *flags],
        href=urls.slide(*place, **rules.query()),
        className="card film",
    )


def _words(view: SlideView) -> Iterator[str]:
    """The gap's interval and chance, n, and how many required regions everybody reached."""
    gap = view.gap
    if not view.group.exposed:
        yield "Nobody was shown this slide."
        return
    if not math.isnan(gap.low):
        yield f"{gap.low:.2f} to {gap.high:.2f}; chance gives {gap.score_as_designed:.2f}"
    yield count(len(view.group.shown), "student")
    if gap.missed and gap.students_n:
        everybody = sum(each.missed_n == 0 for each in gap.missed)
        yield f"Reached by all: {everybody} of {count(len(gap.missed), 'required region')}"


def _flags(view: SlideView) -> Iterator[Component]:
    """What has to be known before the numbers are believed, or acted on."""
    for each in view.gap.missed:
        if each.missed_n:
            yield chip(f"{each.name} missed by {each.missed_n}", "bad")
    small = int(view.table["smaller_than_error"].sum())
    if small:
        yield chip(
            f"{count(small, 'region')} smaller than error", "warn", MEASURES["smaller_than_error"].definition
        )
    yield from too_few(view.gap.students_n)


def gap_chip(gap: GapResult) -> Component:
    """The gap score in a colour that says whether it is worth a look; the number says it too."""
    if math.isnan(gap.score):
        return chip("no data")
    kind = "plain" if not is_clear(gap) else "bad" if gap.score > WIDE_GAP else "warn"
    return chip(f"gap {gap.score:.2f}", kind, MEASURES["gap_score"].definition)
