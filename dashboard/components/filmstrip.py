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
from dashboard.lesson_summary import LessonFigures, SlideFigures
from dashboard.sentences import is_clear
from dashboard.texts import t
from pipeline.attention.gap import GapResult
from pipeline.attention.registry import MEASURES

WIDE_GAP = 0.25  # of the gap score, and clear of chance: worth a look


def filmstrip(view: LessonFigures, rules: Rules) -> Component:
    """Every slide of the lesson, in order, as a link to its workbench."""
    place = (view.lesson.course_id, view.lesson.lesson_id)
    csv = urls.gap_csv(*place, **rules.query())
    return html.Section(
        [
            html.Div(
                [
                    html.H2(t("filmstrip-title")),
                    html.P(t("filmstrip-note"), className="muted small"),
                    downloads(None, csv),
                ],
                className="section-line",
            ),
            html.Ul([html.Li(_card(place, slide, rules)) for slide in view.slides], className="filmstrip"),
        ]
    )


def _card(lesson: tuple[str, str], view: SlideFigures, rules: Rules) -> Component:
    place = (*lesson, view.slide.slide_id)
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


def _words(view: SlideFigures) -> Iterator[str]:
    """The gap's interval and chance, n, and how many required regions everybody reached."""
    gap = view.gap
    if not view.group.exposed:
        yield t("filmstrip-nobody")
        return
    if not math.isnan(gap.low):
        numbers = {"low": gap.low, "high": gap.high, "chance": gap.score_as_designed}
        yield t("filmstrip-gap", **{name: f"{value:.2f}" for name, value in numbers.items()})
    yield t("filmstrip-students", shown=len(view.group.shown), exposed=view.group.exposed)
    if gap.missed and gap.students_n:
        everybody = sum(each.missed_n == 0 for each in gap.missed)
        yield t("filmstrip-reach", everybody=everybody, required=len(gap.missed))


def _flags(view: SlideFigures) -> Iterator[Component]:
    """What has to be known before the numbers are believed, or acted on."""
    for each in view.gap.missed:
        if each.missed_n:
            yield chip(t("filmstrip-missed", region=each.name, missed=each.missed_n), "bad")
    small = int(view.table["smaller_than_error"].sum())
    if small:
        yield chip(t("filmstrip-small", n=small), "warn", MEASURES["smaller_than_error"].definition)
    yield from too_few(view.gap.students_n)


def gap_chip(gap: GapResult) -> Component:
    """The gap score in a colour that says whether it is worth a look; the number says it too."""
    if math.isnan(gap.score):
        return chip(t("filmstrip-no-data"))
    kind = "plain" if not is_clear(gap) else "bad" if gap.score > WIDE_GAP else "warn"
    return chip(t("filmstrip-score", score=f"{gap.score:.2f}"), kind, MEASURES["gap_score"].definition)
