"""The class over time: the chart's card, and the same in numbers, slide by slide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components.charts import chart_card, graph
from dashboard.figures.time import clock
from dashboard.findings import Finding
from dashboard.group import Rules
from dashboard.over_time import LessonTime
from dashboard.texts import t
from dashboard.words import percent
from pipeline.domain import Lesson

GRAPH: Final = "lesson-time"
NUMBERS: Final = "lesson-time-numbers"
SLIDES: Final = "lesson-time-slides"  # dcc.Store: when which slide was open, and its address
LOCATION: Final = "_pages_location"  # Dash's own dcc.Location


def time_card(lesson: Lesson, rules: Rules) -> Component:
    """The card, empty until the figures are there."""
    csv = urls.lesson_csv(lesson.course_id, lesson.lesson_id, **rules.query())
    return chart_card(
        t("lesson-time-title"),
        t("lesson-time-note"),
        graph(GRAPH, label=t("lesson-time-label"), style={"height": 240}),
        dcc.Store(SLIDES),
        html.Div(id=NUMBERS),
        png=(GRAPH, f"{lesson.lesson_id}-over-time"),
        csv=csv,
    )


def register(app: Dash) -> None:
    """A click on the chart opens the slide that was shown then."""
    app.clientside_callback(
        ClientsideFunction("lesson", "open"),
        Output(LOCATION, "href", allow_duplicate=True),
        Input(GRAPH, "clickData"),
        State(SLIDES, "data"),
        prevent_initial_call=True,
    )


def slide_places(time: LessonTime, lesson: Lesson, rules: Rules) -> list[dict[str, Any]]:
    """What the script that follows a click has to know."""
    place = (lesson.course_id, lesson.lesson_id)
    return [
        {"from_s": row.t_s, "until_s": row.end_s, "href": urls.slide(*place, row.slide_id, **rules.query())}
        for row in time.starts.itertuples()
    ]


def marked(findings: Sequence[Finding]) -> list[tuple[float, float]]:
    """The stretches of time that are told of."""
    return [
        (one.from_s, one.until_s) for one in findings if one.from_s is not None and one.until_s is not None
    ]


def time_numbers(time: LessonTime, lesson: Lesson, rules: Rules) -> Component | None:
    """The chart for who cannot see it: the means over each slide."""
    if time.shares.empty:
        return None
    titles = {slide.slide_id: slide.title for slide in lesson.slides}
    names = ("slide", "when", "on", "elsewhere", "untracked", "students")
    heads = [
        html.Th(t(f"lesson-time-head-{name}"), scope="col", className="number" if name in names[2:] else "")
        for name in names
    ]
    means = time.shares.groupby("number")[["on_slide", "elsewhere", "not_tracked"]].mean()
    most = time.shares.groupby("number")["students"].max()
    lines = [
        _line(row, titles[row.slide_id], means.loc[row.number], int(most[row.number]), address["href"])
        for row, address in zip(time.starts.itertuples(), slide_places(time, lesson, rules), strict=True)
    ]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(lines)], className="numbers")
    return html.Details(
        [html.Summary(t("lesson-time-in-numbers")), html.Div(table, className="table-scroll", tabIndex="0")],
        className="in-numbers",
    )


def _line(row: Any, title: str, means: pd.Series, students: int, href: str) -> Component:
    shares = (percent(means[name]) for name in ("on_slide", "elsewhere", "not_tracked"))
    return html.Tr(
        [
            html.Th(dcc.Link(f"{row.number} {title}", href=href), scope="row"),
            html.Td(t("lesson-time-span", start=clock(row.t_s), end=clock(row.end_s)), className="nowrap"),
            *(html.Td(share, className="number") for share in shares),
            html.Td(str(students), className="number"),
        ]
    )
