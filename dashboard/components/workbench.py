"""The slide workbench's parts: what can be chosen, the picture that follows, and what is said beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import dash_mantine_components as dmc
import pandas as pd
import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components.charts import chart_card, downloads, graph, stat, too_few
from dashboard.components.regions import order_of_looking, region_list, region_numbers
from dashboard.figures import slide as layers
from dashboard.group import Rules
from dashboard.school import School, SlideView
from dashboard.sentences import gap_words, left_out, missed_words, order_words, regions_words
from dashboard.words import count, percent
from pipeline.attention.registry import MEASURES

OVERLAYS: Final = ("heatmap", "fixations", "scanpath", "regions")
OPACITY: Final = 80  # percent

OVERLAY_ID: Final = "slide-overlay"
REGIONS_ID: Final = "slide-regions"
STUDENTS_ID: Final = "slide-students"
OPACITY_ID: Final = "slide-opacity"
CONTROLS: Final = (
    (OVERLAY_ID, "value"),
    (REGIONS_ID, "checked"),
    (STUDENTS_ID, "value"),
    (OPACITY_ID, "value"),
)


@dataclass(frozen=True)
class Choice:
    """What a reader has chosen to see: the query of the slide's address."""

    overlay: str = OVERLAYS[0]
    regions: bool = True
    students: tuple[str, ...] = ()
    opacity: int = OPACITY
    rules: Rules = field(default_factory=Rules)

    @classmethod
    def from_query(cls, query: dict[str, Any]) -> Choice:
        """The choice of an address; whatever cannot be understood is as if it were not there."""
        overlay, opacity = query.get("overlay"), str(query.get("opacity", ""))
        return cls(
            overlay if overlay in OVERLAYS else OVERLAYS[0],
            query.get("regions") != "0",
            tuple(name for name in str(query.get("students") or "").split(",") if name),
            min(max(int(opacity), 10), 100) if opacity.isdecimal() else OPACITY,
            Rules.read(query),
        )

    @classmethod
    def of(cls, students: Sequence[str] | None, rules: dict[str, Any] | None) -> Choice:
        """The choice of whose gaze it is, as the page's controls have it."""
        return cls(students=tuple(students or ()), rules=Rules.read(rules))

    def query(self) -> dict[str, Any]:
        """What an address needs to say of this beside whose recordings count."""
        return {
            "overlay": self.overlay,
            "regions": None if self.regions else "0",
            "students": self.students or None,
            "opacity": str(self.opacity) if self.overlay == "heatmap" and self.opacity != OPACITY else None,
        }

    def whose(self) -> dict[str, tuple[str, ...] | str | None]:
        """Whose gaze this is, as the addresses of pictures and numbers hold it."""
        return {"students": self.students or None, **self.rules.query()}


def controls(choice: Choice, students: tuple[str, ...]) -> Component:
    """One bar: overlay, regions, whose gaze, how opaque."""
    overlays = [{"value": name, "label": name.capitalize()} for name in OVERLAYS]
    return html.Div(
        [
            dmc.SegmentedControl(
                id=OVERLAY_ID, data=overlays, value=choice.overlay, **{"aria-label": "Overlay"}
            ),
            dmc.Switch(id=REGIONS_ID, label="Outline regions", checked=choice.regions),
            dmc.MultiSelect(
                id=STUDENTS_ID,
                data=list(students),
                value=[name for name in choice.students if name in students],
                placeholder="Whole class",
                searchable=True,
                clearable=True,
                hidePickedOptions=True,
                selectFirstOptionOnChange=True,
                nothingFoundMessage="No student of that name",
                className="students-choice",
                **{"aria-label": "Students; none chosen means the whole class"},
            ),
            html.Label(
                [
                    html.Span("Opacity"),
                    dmc.Slider(
                        id=OPACITY_ID, value=choice.opacity, min=10, max=100, step=5, w=110, label=None,
                        updatemode="mouseup", thumbLabel="Opacity of the heatmap",
                    ),
                ],
                className="opacity-choice",
            ),
        ],
        className="controls",
    )  # fmt: skip


def draw(school: School, view: SlideView, choice: Choice, scheme: str) -> go.Figure:
    """The slide with what was chosen drawn over it."""
    place = (view.lesson.course_id, view.lesson.lesson_id, view.slide.slide_id)
    image = urls.slide_image(*place, choice.rules.version)
    figure = layers.slide_canvas(view.slide, image, error=view.error, scheme=scheme)
    if not view.group.shown:
        layers.add_message(figure, ["Nobody's gaze can be shown.", *left_out(view.group.excluded)], scheme)
    elif choice.overlay == "heatmap":
        heat = school.heat(*place, choice.students, choice.rules)
        picture = urls.heatmap_image(*place, **choice.whose(), state=view.group.version)
        layers.add_heatmap(
            figure, heat.seconds, picture, opacity=choice.opacity / 100, students=heat.students, scheme=scheme
        )
    elif choice.overlay == "fixations":
        layers.add_fixations(figure, view.fixations, numbered=len(view.group.shown) == 1, scheme=scheme)
    elif choice.overlay == "scanpath":
        colours = layers.student_colours(view.group.students)
        layers.add_scanpaths(figure, view.fixations, colours, scheme=scheme)
    if choice.regions or choice.overlay == "regions":
        layers.add_regions(figure, view.slide.aois, view.table)
    return figure


def picture_card(view: SlideView, graph_id: str, downloads_id: str) -> Component:
    """The card that the slide will be drawn in, of the slide's proportions from the start."""
    label = f"{view.slide.title} with gaze drawn over it; the tables on this page say the same in numbers"
    ratio = layers.aspect_ratio(view.slide, view.error)
    drawing = graph(graph_id, label=label, style={"aspectRatio": ratio})
    return html.Section(
        [drawing, html.Div(id=downloads_id, className="below-graph")], className="card slide-card"
    )


def panel(view: SlideView, choice: Choice) -> list[Component]:
    """Beside the slide: the gap, whose gaze this is, and region by region what was intended and what not."""
    group, gap = view.group, view.gap
    asked = len(group.shown) + len(group.excluded)
    figures = [
        stat(
            "–" if math.isnan(gap.score) else f"{gap.score:.2f}",
            "gap score: 0 as intended, 1 all elsewhere",
            MEASURES["gap_score"].definition,
        ),
        stat(f"{len(group.shown)} of {asked}", "students shown", MEASURES["tracked_n"].definition),
        stat(
            "–" if view.on_slide_share is None else percent(view.on_slide_share),
            "of tracked gaze on the slide, mean of students",
            f"{MEASURES['on_slide_share'].definition} Of each student, then the mean.",
        ),
    ]
    return [
        html.Div(
            [html.H2("Intended and looked at"), downloads(None, _gap_csv(view, choice))],
            className="card-head",
        ),
        html.Div(figures, className="stats"),
        *too_few(len(group.shown)),
        html.P(gap_words(gap), className="small muted", title=MEASURES["gap_score_as_designed"].definition),
        region_list(view.table, layers.region_colours(view.slide.aois)),
        *[html.P(line, className="small missed") for line in missed_words(gap)],
        _basis(view),
    ]


def _gap_csv(view: SlideView, choice: Choice) -> str:
    place = (view.lesson.course_id, view.lesson.lesson_id, view.slide.slide_id)
    return urls.content_csv(*place, "gap", **choice.whose())


def order(view: SlideView) -> Component:
    """In which order the regions were first looked at."""
    return chart_card(
        "Order of looking",
        "From opening the slide to the first fixation in a region: median of those who looked, in the order "
        "that is intended.",
        html.P(
            " ".join([*order_words(view.gap), "+1 is as intended, 0 no relation, −1 the other way round."]),
            className="small order-tau",
            title=MEASURES["order_tau"].definition,
        ),
        order_of_looking(view.table, layers.region_colours(view.slide.aois)),
    )


def _basis(view: SlideView) -> Component:
    """What the figures rest on: n, exposure, tracking, and which regions."""
    group = view.group
    lines = [f"{count(group.exposed, 'student')} had the slide open"]
    if view.exposure_s is not None and view.tracked_share is not None:
        lines.append(
            f"Those who count ({len(group.shown)}) had it open typically for {view.exposure_s:.0f} s"
        )
        lines.append(
            f"On average over them, gaze was tracked for {percent(view.tracked_share)} of a student's time, "
            "the rest being blinks and losses"
        )
    items = [html.Li(f"{line}.") for line in lines]
    if view.slide.aois:
        items.append(html.Li(regions_words(view.slide)))
    return html.Ul(items, className="basis muted small")


def neighbours(view: SlideView, choice: Choice) -> Component:
    """The way to the slides before and after, with the same choice."""
    lesson, at = view.lesson, view.number - 1
    links: list[Any] = []
    for step, words in ((-1, "\N{LEFTWARDS ARROW} {}"), (1, "{} \N{RIGHTWARDS ARROW}")):
        if 0 <= at + step < len(lesson.slides):
            slide = lesson.slides[at + step]
            same = {"overlay": choice.overlay, **choice.rules.query()}
            address = urls.slide(lesson.course_id, lesson.lesson_id, slide.slide_id, **same)
            links.append(dcc.Link(words.format(f"{at + step + 1} {slide.title}"), href=address))
        else:
            links.append(html.Span())
    return html.Nav(links, className="neighbours", **{"aria-label": "Other slides of the lesson"})


def numbers(view: SlideView, table: pd.DataFrame, choice: Choice) -> Component:
    """Every measure of every region; `table` as `School.region_table` gives it."""
    place = (view.lesson.course_id, view.lesson.lesson_id, view.slide.slide_id)
    return chart_card(
        "Every region in numbers",
        "Shares of all looking time on the slide. Probable: with the error of each fixation allowed for. "
        "Reached: students with a fixation in the region, of those tracked. Intervals are over students.",
        region_numbers(table, layers.region_colours(view.slide.aois)),
        csv=urls.regions_csv(*place, **choice.whose()),
    )
