"""The slide workbench's parts: what can be chosen, the picture that follows, and what is said beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.choice import OPACITY, OPACITY_MIN, OPTION_OF, OPTIONS, OTHERS, OVERLAYS, USUAL, Choice
from dashboard.components.charts import chart_card, downloads, graph, stat, too_few
from dashboard.components.overlays import LAYERS, OPTIONS_OF, outlines
from dashboard.components.regions import region_list, region_numbers
from dashboard.figures import slide as layers
from dashboard.items import Item
from dashboard.school import School, SlideView
from dashboard.sentences import gap_words, missed_words, regions_words
from dashboard.texts import t
from dashboard.words import percent
from pipeline.attention.registry import MEASURES
from pipeline.storage.rows import GroupRow, SlideVersionRow

GRAPH: Final = "slide-graph"
EXPORT_FOLD: Final = "slide-export-fold"
OUTLINES: Final = "slide-outlines"
CHOICE: Final = "slide-choice-"  # and the name in the address: a control
OVERLAYS_ID: Final = CHOICE + "overlays"
STUDENTS_ID: Final = CHOICE + "students"
SORT_ID: Final = CHOICE + "sort"
REGION_ID: Final = CHOICE + "region"
ORDER_ID: Final = CHOICE + "order"
STEP_ID: Final = CHOICE + "step"
AGAINST_ID: Final = CHOICE + "against"
ROWS: Final = "slide-region-rows"
HEADS: Final = "slide-region-heads"
PREVIOUS: Final = "slide-previous"
NEXT: Final = "slide-next"

# What the page's controls are called, and which property of each holds the answer.
CONTROLS: Final = (
    (OVERLAYS_ID, "value"),
    *((CHOICE + name, "value") for name in (*OPTIONS, "against", "order", "students")),
    *((f"{CHOICE}opacity-{name}", "value") for name in OVERLAYS),
    (SORT_ID, "data"),
    (REGION_ID, "data"),
)

Place = tuple[str, str, str]


def place_of(view: SlideView) -> Place:
    return view.lesson.course_id, view.lesson.lesson_id, view.slide.slide_id


def usual(place: Place) -> dict[str, Any]:
    """What the page's script needs to know of choices: the usual ones, and what each layer is asked with."""
    return {
        "overlays": ",".join(USUAL),
        "order": list(OVERLAYS),
        "opacity": OPACITY,
        "layers": list(LAYERS),
        "addresses": {name: urls.layer(name, *place) for name in LAYERS},
        "options": OPTIONS_OF,
        **{name: known[0] for name, known in OPTIONS.items()},
    }


def controls(choice: Choice, students: tuple[str, ...]) -> Component:
    """One bar: what lies over the slide, and whose gaze."""
    chips = dmc.ChipGroup(
        [
            dmc.Chip(t(f"slide-overlay-{name}"), value=name, size="sm", variant="filled", radius="md")
            for name in _in_the_bar()
        ],
        id=OVERLAYS_ID,
        multiple=True,
        value=list(choice.overlays),
    )
    return html.Div(
        [
            html.Div(chips, className="overlay-bar", role="group", **{"aria-label": t("slide-overlays")}),
            dmc.MultiSelect(
                id=STUDENTS_ID,
                data=list(students),
                value=[name for name in choice.students if name in students],
                placeholder=t("slide-students-all"),
                searchable=True,
                clearable=True,
                hidePickedOptions=True,
                selectFirstOptionOnChange=True,
                nothingFoundMessage=t("slide-students-none"),
                className="students-choice",
                **{"aria-label": t("slide-students-label")},
            ),
            dcc.Store(SORT_ID, data=choice.sort),
            dcc.Store(REGION_ID, data=choice.region),
        ],
        className="controls workbench-controls",
    )


def _in_the_bar() -> tuple[str, ...]:
    """Those that are used most, first."""
    first = ("heatmap", "fixations", "scanpath", "cloud", "fog", "regions")
    return (*first, *(name for name in reversed(OVERLAYS) if name not in first))


def options(
    choice: Choice,
    groups: Mapping[str, GroupRow],
    versions: tuple[SlideVersionRow, ...],
    present: int | None,
) -> Component:
    """A line of what each overlay can be told; only those of what is shown are to be seen."""
    return html.Div(
        [
            html.Fieldset(
                [
                    html.Legend(t(f"slide-overlay-{name}"), className="overlay-name"),
                    *_told(name, choice, groups, versions, present),
                    _opacity(name, choice),
                ],
                id=options_id(name),
                className="overlay-options" + ("" if name in choice.overlays else " is-off"),
            )
            for name in OVERLAYS
        ],
        className="overlay-line",
    )  # fmt: skip


def _opacity(name: str, choice: Choice) -> Component:
    """The browser's own slider: nine of another kind would delay the page."""
    words = t("slide-opacity-of", overlay=t(f"slide-overlay-{name}"))
    slider = dcc.Input(
        id=f"{CHOICE}opacity-{name}", type="range", value=choice.opacity_of(name), min=OPACITY_MIN, max=100,
        step=5, className="overlay-opacity",
    )  # fmt: skip
    return html.Label([html.Span(words, className="visually-hidden"), slider], title=words)


def options_id(overlay: str) -> str:
    return f"slide-options-{overlay}"


def _told(
    name: str,
    choice: Choice,
    groups: Mapping[str, GroupRow],
    versions: tuple[SlideVersionRow, ...],
    present: int | None,
) -> list[Component]:
    if name == "difference":
        return [_against(choice, groups, versions, present)]
    option = OPTION_OF.get(name)
    if option is None:
        return []
    data = [{"value": value, "label": t(f"slide-{option}-{value}")} for value in OPTIONS[option]]
    return [_select(CHOICE + option, data, getattr(choice, option), t(f"slide-{option}-label"))]


def _against(
    choice: Choice,
    groups: Mapping[str, GroupRow],
    versions: tuple[SlideVersionRow, ...],
    present: int | None,
) -> Component:
    """Whom a difference can be to: everybody else, a group, another version of the slide."""
    data = [{"value": OTHERS, "label": t("slide-against-others")}]
    data += [{"value": f"group:{key}", "label": group.title} for key, group in groups.items()]
    data += [
        {"value": f"version:{each.version}", "label": t("slide-against-version", version=each.version)}
        for each in versions
        if each.version != present
    ]
    known = {each["value"] for each in data}
    if choice.against and choice.against not in known:
        data.append({"value": choice.against, "label": choice.against.partition(":")[2]})
    label = t("slide-against-label")
    return _select(
        AGAINST_ID, data, choice.against, label, placeholder=t("slide-against-none"), clearable=True
    )


def _select(name: str, data: list[dict[str, str]], value: str | None, label: str, **more: Any) -> Component:
    asked = {"allowDeselect": False, **more}
    return dmc.Select(
        id=name, data=data, value=value, size="xs", w=116, **asked, **{"aria-label": label}
    )  # fmt: skip


def picture_card(view: SlideView, options_line: Component, downloads_id: str) -> Component:
    """The card that the slide will be drawn in, of the slide's proportions from the start."""
    label = t("slide-picture-label", slide=view.slide.title)
    ratio = layers.aspect_ratio(view.slide, view.error)
    drawing = graph(GRAPH, label=label, style={"aspectRatio": ratio})
    return html.Section(
        [
            options_line,
            html.Div(id=OUTLINES, hidden=True, **{"data-regions": outlines(view)}),
            drawing,
            html.Div(id=downloads_id, className="below-graph"),
        ],
        className="card slide-card",
    )


def panel(view: SlideView, choice: Choice) -> list[Component]:
    """Beside the slide: the gap, whose gaze this is, and region by region what was intended and what not."""
    group, gap = view.group, view.gap
    asked = len(group.shown) + len(group.excluded)
    figures = [
        stat(
            "–" if math.isnan(gap.score) else f"{gap.score:.2f}",
            t("slide-stat-gap"),
            MEASURES["gap_score"].definition,
        ),
        stat(
            t("slide-stat-of", n=len(group.shown), all=asked),
            t("slide-stat-students"),
            MEASURES["tracked_n"].definition,
        ),
        stat(
            "–" if view.on_slide_share is None else percent(view.on_slide_share),
            t("slide-stat-on"),
            f"{MEASURES['on_slide_share'].definition} {t('slide-stat-on-mean')}",
        ),
    ]
    return [
        html.Div(
            [html.H2(t("slide-panel-title")), downloads(None, _content_csv(view, choice, "gap"))],
            className="card-head",
        ),
        html.Div(figures, className="stats"),
        *too_few(len(group.shown)),
        html.P(gap_words(gap), className="small muted", title=MEASURES["gap_score_as_designed"].definition),
        region_list(
            view.table, layers.region_colours(view.slide.aois), choice.sort, rows_id=ROWS, heads_id=HEADS
        ),
        *([] if view.slide.aois else [_draw_regions(view)]),
        *[html.P(line, className="small missed") for line in missed_words(gap)],
        _basis(view),
    ]


def _draw_regions(view: SlideView) -> Component:
    return html.P(dcc.Link(t("slide-draw-regions"), href=urls.edit(*place_of(view)), className="button"))


def _content_csv(view: SlideView, choice: Choice, kind: str) -> str:
    return urls.content_csv(*place_of(view), kind, **choice.whose())


def _basis(view: SlideView) -> Component:
    """What the figures rest on: n, exposure, tracking, and which regions."""
    lines = [t("slide-basis-exposed", n=view.group.exposed)]
    if view.exposure_s is not None and view.tracked_share is not None:
        lines.append(t("slide-basis-typical", n=len(view.group.shown), seconds=f"{view.exposure_s:.0f}"))
        lines.append(t("slide-basis-tracked", share=percent(view.tracked_share)))
    if view.slide.aois:
        lines.append(regions_words(view.slide))
    return html.Ul([html.Li(line) for line in lines], className="basis muted small")


def versions_note(school: School, view: SlideView, choice: Choice) -> list[Component]:
    """Where this version of the slide has no recordings but another has; else the way to compare the two."""
    place = place_of(view)
    versions = school.slide_versions(*place[:2]).get(place[2], ())
    if len(versions) < 2:
        return []
    seen = {
        each.version: school.slide_view(
            *place, choice.students, replace(choice.rules, version=each.version)
        ).group.exposed
        for each in versions
    }
    present = choice.rules.version or max(seen)
    others = {version: n for version, n in seen.items() if n and version != present}
    if not others:
        return []
    if not seen[present]:
        links = [_version_link(view, choice, version, n) for version, n in others.items()]
        return [html.P([t("slide-version-unseen", version=present), " ", *links], className="note")]
    links = [_compare_link(view, choice, version) for version in others]
    return [html.P(links, className="small version-links")]


def _version_link(view: SlideView, choice: Choice, version: int, students: int) -> Component:
    chosen = replace(choice, rules=replace(choice.rules, version=version))
    address = urls.slide(*place_of(view), **chosen.address())
    return dcc.Link(t("slide-version-seen", version=version, n=students), href=address)


def _compare_link(view: SlideView, choice: Choice, version: int) -> Component:
    chosen = replace(choice, overlays=("difference", "regions"), against=f"version:{version}")
    address = urls.slide(*place_of(view), **chosen.address())
    return dcc.Link(t("slide-version-compare", version=version), href=address)


def actions(view: SlideView, choice: Choice, export: Component) -> list[Component]:
    """What can be done with this slide."""
    place, whose = place_of(view), choice.rules.query()
    replay = urls.replay_page(*place[:2], slide=place[2], students=choice.students or None, **whose)
    return [
        dcc.Link(t("slide-replay"), href=replay, className="button"),
        dcc.Link(t("edit-link"), href=urls.edit(*place, **whose), className="button"),
        dcc.Link(t("slide-compare"), href=_compared(place, choice), className="button"),
        html.Details(
            [html.Summary(t("slide-export"), className="button"), export],
            className="export-menu",
            id=EXPORT_FOLD,
        ),
    ]


def _compared(place: Place, choice: Choice) -> str:
    """Where this slide can be held against another version of it, or groups on it."""
    rules = choice.rules
    whose = Item(place, group=rules.group, since=rules.since, until=rules.until, version=rules.version)
    return urls.compare(whose, **replace(rules.unbounded(), version=None).query())


def export_links(place: Place, choice: Choice) -> list[Component]:
    """Every table of this slide, as it is shown."""
    whose, told = choice.whose(), choice.query()
    more = {
        "heatmap": {"kind": told["kind"]},
        "cloud": {"cloud": told["cloud"]},
        "difference": {"against": choice.against},
    }
    names = [name for name in EXPORTS if name != "difference" or choice.against]
    lines = [
        html.Li(
            [html.Span(t(f"slide-table-{name}")),
             downloads(None, urls.table(TABLE_OF.get(name, name), *place, **whose, **more.get(name, {})))]
        )
        for name in names
    ]  # fmt: skip
    return [html.P(t("slide-export-note"), className="muted small"), html.Ul(lines)]


EXPORTS: Final = (
    *("regions", "gap", "heatmap", "difference", "saliency", "fixations", "cloud", "scarf", "reach"),
    *("transitions", "students", "maps"),
)
# The table behind each overlay; regions have theirs beside the picture.
TABLE_OF: Final = {
    "scanpath": "fixations",
    "uncertainty": "fixations",
    "fog": "heatmap",
    "difference": "slide-difference",
}


def picture_links(place: Place, choice: Choice) -> Component:
    """The picture, and the numbers of what lies on top of it."""
    name = next((each for each in reversed(choice.overlays) if each != "regions"), "regions")
    table = TABLE_OF.get(name, name)
    told: dict[str, Any] = {
        "heatmap": {"kind": "percent" if name == "fog" else choice.query()["kind"]},
        "cloud": {"cloud": choice.query()["cloud"]},
        "slide-difference": {"against": choice.against},
    }.get(table, {})
    csv = urls.table(table, *place, **choice.whose(), **told)
    return downloads((GRAPH, f"{place[1]}-{place[2]}-{name}"), csv)


def neighbours(view: SlideView) -> tuple[Component, list[str | None]]:
    """The way to the slides before and after, whose addresses the page's script keeps up to date."""
    lesson, at = view.lesson, view.number - 1
    links: list[Any] = []
    addresses: list[str | None] = []
    for name, rel, step in ((PREVIOUS, "prev", -1), (NEXT, "next", 1)):
        there = 0 <= at + step < len(lesson.slides)
        slide = lesson.slides[at + step] if there else view.slide
        address = urls.slide(lesson.course_id, lesson.lesson_id, slide.slide_id)
        words = t(f"slide-{rel}", number=at + step + 1, title=slide.title)
        key = "[" if step < 0 else "]"
        title = t("slide-neighbour-key", pressed=key)
        link = html.Span(dcc.Link(words, href=address, id=name, title=title), hidden=not there)
        links.append(link)
        addresses.append(address if there else None)
    nav = html.Nav(links, className="neighbours", **{"aria-label": t("slide-neighbours")})
    return nav, addresses


def numbers(view: SlideView, table: Any, choice: Choice) -> Component:
    """Every measure of every region; `table` as `School.region_table` gives it."""
    return chart_card(
        t("slide-numbers-title"),
        t("slide-numbers-note"),
        region_numbers(table, layers.region_colours(view.slide.aois)),
        csv=urls.regions_csv(*place_of(view), **choice.whose()),
    )
