"""Comparing: what is compared, to be changed; the table of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import presets, urls
from dashboard.compared_measures import MEASURES
from dashboard.comparison import AGAINST, Comparison, common_regions
from dashboard.comparison_tables import Choice, called
from dashboard.comparison_words import (
    NOTHING,
    delta_words,
    interval,
    names,
    notes,
    titles,
    whole_percent,
    written,
    written_p,
)
from dashboard.components.charts import chip
from dashboard.group import Rules
from dashboard.items import LIMIT, Item
from dashboard.school import School
from dashboard.texts import t

MEASURE_ID: Final = "compare-measure"
REGION_ID: Final = "compare-region"
REGION_FIELD: Final = "compare-region-field"
AGAINST_ID: Final = "compare-against"
ADD_ID: Final = "compare-add"
COURSE_ID: Final = "compare-add-course"
LESSON_ID: Final = "compare-add-lesson"
SLIDE_ID: Final = "compare-add-slide"
GROUP_ID: Final = "compare-add-group"
VERSION_ID: Final = "compare-add-version"
SINCE_ID: Final = "compare-add-since"
UNTIL_ID: Final = "compare-add-until"
REMOVE: Final = "compare-remove"  # type of the ids of buttons that remove an item
UP: Final = "compare-up"
SORT: Final = "compare-sort"
COPY_ID: Final = "compare-copy"

Option = dict[str, str]


# What is compared


def controls(school: School, choice: Choice) -> Component:
    """Measure, region and reference in one bar."""
    return html.Div(
        [
            html.Div(
                dmc.SegmentedControl(
                    id=MEASURE_ID, data=measure_options(school, choice), value=choice.measure,
                    **{"aria-label": t("compare-measure")},
                ),
                className="compare-measures",
            ),
            html.Label(
                [
                    html.Span(t("compare-region")),
                    dmc.Select(
                        id=REGION_ID, data=region_options(school, choice), value=choice.region, size="xs",
                        w=190, allowDeselect=False, **{"aria-label": t("compare-region")},
                    ),
                ],
                id=REGION_FIELD,
                className="compare-field",
                hidden=not MEASURES[choice.measure].region,
            ),
            html.Label(
                [
                    html.Span(t("compare-against")),
                    dmc.Select(
                        id=AGAINST_ID, data=against_options(school, choice), value=choice.against, size="xs",
                        w=230, allowDeselect=False, **{"aria-label": t("compare-against")},
                    ),
                ],
                className="compare-field",
            ),
        ],
        className="controls compare-controls",
    )  # fmt: skip


def measure_options(school: School, choice: Choice) -> list[Option]:
    """The measures that these items have."""
    regions = common_regions(school, choice.items)
    return [
        {"value": key, "label": t(f"compare-measure-{measure.words}")}
        for key, measure in MEASURES.items()
        if regions or not measure.region
    ]


def region_options(school: School, choice: Choice) -> list[Option]:
    """The regions that all items have."""
    return [{"value": aoi.aoi_id, "label": aoi.name} for aoi in common_regions(school, choice.items)]


def against_options(school: School, choice: Choice) -> list[Option]:
    """What each item may be held against."""
    first = names(school, choice.items)[0] if choice.items else None
    words = t("compare-against-first", name=first) if first else t("compare-against-first-plain")
    return [
        {"value": AGAINST[0], "label": words},
        {"value": AGAINST[1], "label": t("compare-against-others")},
    ]


def item_list(school: School, items: Sequence[Item]) -> Component | None:
    """The items in their order, each to be moved up or removed."""
    if not items:
        return None
    lines = [_line(school, place, item, name) for place, (item, name) in enumerate(_named(school, items))]
    return html.Ol(lines, className="compare-items", **{"aria-label": t("compare-items")})


def _named(school: School, items: Sequence[Item]) -> list[tuple[Item, str]]:
    return list(zip(items, names(school, items), strict=True))


def _line(school: School, place: int, item: Item, name: str) -> Component:
    full = ", ".join(titles(school, item))
    up = html.Button(
        "↑", id={"type": UP, "item": str(item)}, type="button", className="compare-button",
        **{"aria-label": t("compare-up", name=name)},
    )  # fmt: skip
    remove = html.Button(
        "×", id={"type": REMOVE, "item": str(item)}, type="button", className="compare-button",
        **{"aria-label": t("compare-remove", name=name)},
    )  # fmt: skip
    return html.Li([html.Span(name, title=full), *([up] if place else []), remove], className="compare-item")


def builder(school: School, items: Sequence[Item], *, is_open: bool) -> Component:
    """To add something: a course, a lesson or a slide, of whom and when; presets beside it."""
    fields = html.Div(
        [
            _select("course", COURSE_ID, course_options(school), required=True),
            _select("lesson", LESSON_ID, [], placeholder=t("compare-add-lesson-all")),
            _select("slide", SLIDE_ID, [], placeholder=t("compare-add-slide-all")),
            _select("version", VERSION_ID, [], placeholder=t("compare-add-version-present"), narrow=True),
            _select("group", GROUP_ID, group_options(school), placeholder=t("compare-add-group-all")),
            _day("since", SINCE_ID),
            _day("until", UNTIL_ID),
            html.Button(t("compare-add"), id=ADD_ID, type="button", className="button primary"),
        ],
        className="compare-builder",
    )
    full = html.P(t("compare-full", limit=LIMIT), className="small muted") if len(items) >= LIMIT else None
    return html.Details(
        [html.Summary(t("compare-add-title")), *([full] if full else []), fields, often(school, items)],
        open=is_open,
        className="compare-add",
    )


def _select(
    name: str, identity: str, data: list[Option], *, placeholder: str = "", required: bool = False,
    narrow: bool = False,
) -> Component:  # fmt: skip
    return dmc.Select(
        id=identity, label=t(f"compare-add-{name}"), data=data, size="xs", w=130 if narrow else 190,
        value=data[0]["value"] if required and data else None, clearable=not required, searchable=True,
        placeholder=placeholder, allowDeselect=not required,
    )  # fmt: skip


def _day(name: str, identity: str) -> Component:
    return dmc.DateInput(
        id=identity, label=t(f"compare-add-{name}"), size="xs", w=130, clearable=True,
        valueFormat="D MMM YYYY", placeholder=t("compare-add-day"),
    )  # fmt: skip


def course_options(school: School) -> list[Option]:
    """Every course."""
    courses = {row.course_id: row.course_title for row in school.lessons()}
    return [{"value": key, "label": title} for key, title in courses.items()]


def lesson_options(school: School, course_id: str | None) -> list[Option]:
    """The lessons of a course."""
    rows = [row for row in school.lessons() if row.course_id == course_id]
    return [{"value": row.lesson_id, "label": row.lesson_title} for row in rows]


def slide_options(school: School, course_id: str | None, lesson_id: str | None) -> list[Option]:
    """The slides of a lesson; none of what is no lesson."""
    known = {(row.course_id, row.lesson_id) for row in school.lessons()}
    if not course_id or not lesson_id or (course_id, lesson_id) not in known:
        return []
    slides = school.lesson(course_id, lesson_id).slides
    return [
        {"value": slide.slide_id, "label": f"{number}. {slide.title}"}
        for number, slide in enumerate(slides, 1)
    ]


def version_options(school: School, *place: str | None) -> list[Option]:
    """The versions of a slide, if it has had several."""
    if len(place) < 3 or not all(place):
        return []
    versions = school.slide_versions(str(place[0]), str(place[1])).get(str(place[2]), ())
    return [
        {"value": str(each.version), "label": str(each.version)} for each in versions if len(versions) > 1
    ]


def group_options(school: School) -> list[Option]:
    """Every group of students."""
    return [{"value": group.group_id, "label": group.title} for group in school.groups().values()]


def often(school: School, items: Sequence[Item]) -> Component | None:
    """Links to what is often compared: all courses, and what lies around the items."""
    links = [(t("compare-preset-courses"), presets.all_courses(school))]
    for place in dict.fromkeys(item.place for item in items):
        links += _around(school, place)
    if not items:
        rows = {row.course_id: row.course_title for row in school.lessons()}
        links += [
            (t("compare-preset-lessons", of=title), presets.lessons_of(school, course_id))
            for course_id, title in rows.items()
        ]
    shown = {words: chosen for words, chosen in links if len(chosen) > 1 and chosen != tuple(items)}
    if not shown:
        return None
    entries = [
        html.Li(dcc.Link(words, href=urls.compare(*chosen), className="button"))
        for words, chosen in list(shown.items())[:LIMIT]
    ]
    return html.Div(
        [html.H2(t("compare-presets")), html.Ul(entries, className="compare-presets")],
        className="compare-often",
    )


def _around(school: School, place: tuple[str, ...]) -> list[tuple[str, tuple[Item, ...]]]:
    rows = school.lessons()
    if not any((row.course_id, row.lesson_id)[: len(place[:2])] == place[:2] for row in rows):
        return []
    title = titles(school, Item(place))
    found = [
        (t("compare-preset-groups", of=title[-1]), presets.groups_on(school, *place)),
        (t("compare-preset-lessons", of=title[0]), presets.lessons_of(school, place[0])),
    ]
    if len(place) > 1:
        found.append((t("compare-preset-slides", of=title[1]), presets.slides_of(school, *place[:2])))
    if len(place) > 2:
        found.append((t("compare-preset-versions", of=title[2]), presets.versions_of(school, *place)))
    return found


# The table

COLUMNS: Final = (
    *("item", "lessons", "students", "tracked", "error", "value", "required", "difference", "p", "delta"),
    "note",
)


def table(school: School, comparison: Comparison, sort: str, rules: Rules) -> Component | None:
    """One line an item; the heading of a column sorts by it."""
    if not comparison.found:
        return None
    lines = [_cells(school, comparison, place) for place in range(len(comparison.found))]
    columns = [name for name in COLUMNS if name not in _left_aside(comparison)]
    key, descending = sort.lstrip("-"), sort.startswith("-")
    if key in columns:
        lines.sort(key=lambda line: _order(line[key][1], descending), reverse=descending)
    head = [_head(name, _column(school, comparison, name), key, descending) for name in columns]
    rows = [html.Tr([_cell(name, line[name][0]) for name in columns]) for line in lines]
    return html.Div(
        html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="numbers compare-table"),
        className="table-scroll",
        tabIndex="0",
    )


def _left_aside(comparison: Comparison) -> set[str]:
    """Columns that say the same as another one, or the same of everything."""
    aside = set() if any(found.item.kind == "course" for found in comparison.found) else {"lessons"}
    same = {"required_share": "required", "tracked_share": "tracked"}.get(comparison.measure.key)
    return aside | ({same} if same else set())


def _order(value: Any, descending: bool) -> tuple[bool, Any]:
    """So that what is not known comes last, whichever way it is sorted."""
    missing = isinstance(value, float) and math.isnan(value)
    return (missing != descending, 0.0 if missing else value)


def _column(school: School, comparison: Comparison, name: str) -> str:
    if name == "value":
        return t(f"compare-measure-{comparison.measure.words}")
    if name == "difference":
        if comparison.against == AGAINST[1]:
            return t("compare-column-difference-others")
        return t("compare-column-difference", name=called(school, comparison)[0])
    return t(f"compare-column-{name}")


def _head(name: str, words: str, key: str, descending: bool) -> Component:
    state = {"aria-sort": "descending" if descending else "ascending"} if name == key else {}
    mark = (" ↓" if descending else " ↑") if name == key else ""
    button = html.Button(
        [words, html.Span(mark, **{"aria-hidden": "true"})], id={"type": SORT, "column": name}, type="button",
        className="compare-sort", title=t("compare-sort", column=words),
    )  # fmt: skip
    return html.Th(button, scope="col", className="" if name in ("item", "note") else "number", **state)


def _cell(name: str, content: Any) -> Component:
    if name == "item":
        return html.Th(content, scope="row")
    return html.Td(content, className="" if name == "note" else "number")


def _cells(school: School, comparison: Comparison, place: int) -> dict[str, tuple[Any, Any]]:
    """What each column shows of an item, and by what it is sorted."""
    found, apart, measure = comparison.found[place], comparison.versus[place], comparison.measure
    own, name = found.sample, called(school, comparison)[place]
    score = own.score if own else math.nan
    remarks = [chip(words, kind, why) for words, kind, why in notes(comparison, place)]
    quality = found.quality
    is_reference = comparison.against == AGAINST[0] and place == 0
    return {
        "item": (name, name.casefold()),
        "lessons": (str(found.lessons), found.lessons),
        "students": (
            t("compare-students-of", tracked=found.tracked, exposed=found.exposed), found.tracked
        ),
        "tracked": (whole_percent(quality.tracked_share) if own else NOTHING, quality.tracked_share),
        "error": (
            f"{quality.error_deg:.1f}°" if own and math.isfinite(quality.error_deg) else NOTHING,
            quality.error_deg,
        ),
        "value": (_with_interval(written(measure, score), interval(measure, own.low, own.high))
                  if own else NOTHING, score),
        "required": (whole_percent(found.required_share), found.required_share),
        "difference": (
            _with_interval(
                written(measure, apart.difference, signed=True),
                interval(measure, apart.low, apart.high, signed=True),
            ) if apart else html.Span(t("compare-reference"), className="muted") if is_reference else NOTHING,
            apart.difference if apart else math.nan,
        ),
        "p": (written_p(comparison.p_holm[place]), comparison.p_holm[place]),
        "delta": (
            _with_interval(*delta_words(apart)) if apart else NOTHING,
            float(apart.delta.delta) if apart else math.nan,
        ),
        "note": (html.Div(remarks, className="remarks"), len(remarks)),
    }  # fmt: skip


def _with_interval(value: str, ends: str) -> Any:
    """A figure with its interval below it."""
    return [value, html.Div(f"({ends})", className="compare-interval")] if ends else value
