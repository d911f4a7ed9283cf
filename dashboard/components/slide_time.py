"""Below the slide: who looked where and when, in which order, how soon the class had, ways between regions.

The cards stand from the start; what is in them comes when it has been worked out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import dash_mantine_components as dmc
import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.choice import OPTIONS, Choice
from dashboard.components.charts import downloads, graph
from dashboard.components.workbench import ORDER_ID, STEP_ID
from dashboard.figures.slide import region_colours
from dashboard.school import SlideView
from dashboard.sentences import order_words
from dashboard.slide_paths import BESIDE, HIDDEN, UNTRACKED, Scarf
from dashboard.texts import t
from dashboard.words import percent
from pipeline.attention.registry import MEASURES
from pipeline.attention.transitions import ELSEWHERE, Step
from pipeline.domain import Aoi

SCARF: Final = "slide-scarf"
SCARF_BELOW: Final = "slide-scarf-below"
SCARF_FOLD: Final = "slide-scarf-fold"
SCARF_TABLE: Final = "slide-scarf-table"
REACH: Final = "slide-reach"
REACH_BELOW: Final = "slide-reach-below"
ORDER: Final = "slide-order-graph"
ORDER_BELOW: Final = "slide-order"
WAYS: Final = "slide-ways"
WAYS_TABLES: Final = "slide-ways-tables"
BY_NAME: Final = ""


def scarf_card(view: SlideView, choice: Choice) -> Component:
    """A line for each student."""
    sort = dmc.Select(
        id=ORDER_ID, value=choice.order, size="xs", w=200, clearable=True,
        placeholder=t("slide-scarf-by-name"), data=[
            {"value": aoi.aoi_id, "label": t("slide-scarf-by", region=aoi.name)} for aoi in view.slide.aois
        ],
        **{"aria-label": t("slide-scarf-sort")},
    )  # fmt: skip
    card = _card("slide-scarf-title", "slide-scarf-note", SCARF, SCARF_BELOW, sort, key=_scarf_key())
    folded = html.Details([html.Summary(t("slide-scarf-table")), html.Div(id=SCARF_TABLE)], id=SCARF_FOLD)
    card.children.append(folded)  # filled when it is opened
    return card


def order_card() -> Component:
    """Intended order against the order of first looks."""
    return _card("slide-order-title", "slide-order-note", ORDER, ORDER_BELOW)


def reach_card() -> Component:
    """How many had looked at a region by a time."""
    return _card("slide-reach-title", "slide-reach-note", REACH, REACH_BELOW)


def ways_card(choice: Choice) -> Component:
    """From which region gaze went on to which."""
    toggle = dmc.SegmentedControl(
        id=STEP_ID, value=choice.step, size="xs",
        data=[{"value": step, "label": t(f"slide-step-{step}")} for step in OPTIONS["step"]],
        **{"aria-label": t("slide-step-label")},
    )  # fmt: skip
    return html.Section(
        [
            _head("slide-ways-title", "slide-ways-note", toggle),
            html.Div(id=WAYS_TABLES),
        ],
        className="card chart-card",
        id=WAYS,
    )


def _card(
    title: str, note: str, name: str, below: str, *tools: Component, key: Component | None = None
) -> Component:
    return html.Section(
        [
            _head(title, note, *tools),
            *([key] if key else []),
            graph(name, label=t(title)),
            html.Div(id=below),
        ],
        className="card chart-card",
    )


def _head(title: str, note: str, *tools: Component) -> Component:
    words = html.Div([html.H2(t(title)), html.P(t(note), className="muted small")])
    return html.Div([words, *tools], className="chart-head")


def _scarf_key() -> Component:
    kinds = ((ELSEWHERE, "slide-elsewhere"), (BESIDE, "slide-beside"), (UNTRACKED, "slide-untracked-key"))
    items = [html.Span([html.Span(className=f"scarf-key scarf-{kind}"), t(words)]) for kind, words in kinds]
    return html.P(html.Span(items, className="track-legend"), className="muted small")


def scarf_table(found: Scarf, students: Sequence[str]) -> Component:
    """The same in numbers: share of each student's time, and a button that shows the student alone."""
    shares = state_shares(found.bars)
    aois = found.slide.aois
    states = [*((aoi.aoi_id, aoi.name) for aoi in aois), (ELSEWHERE, t("slide-elsewhere"))]
    states += [(BESIDE, t("slide-beside")), ("lost", t("slide-untracked"))]
    heads = [html.Th(t("slide-scarf-student"), scope="col")]
    heads += [html.Th(name, scope="col", className="number") for _, name in states]
    rows = [
        html.Tr(
            [
                html.Th(_student_button(student), scope="row"),
                *(
                    html.Td(percent(float(shares.get((student, state), 0.0))), className="number")
                    for state, _ in states
                ),
            ]
        )
        for student in students
    ]
    caption = html.Caption(t("slide-scarf-table-caption"), className="visually-hidden")
    table = html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(rows)], className="numbers")
    return html.Div(table, className="table-scroll", tabIndex="0")


def state_shares(bars: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Share of each student's stretches that were of each state; not tracked and hidden are both "lost"."""
    state = bars["state"].replace({UNTRACKED: "lost", HIDDEN: "lost"})
    lengths = (bars["end_s"] - bars["start_s"]).astype(float)
    total = lengths.groupby(bars["student"]).sum()
    parts = lengths.groupby([bars["student"], state]).sum()
    return {(str(student), str(kind)): value / total[student] for (student, kind), value in parts.items()}


def _student_button(student: str) -> Component:
    title = t("slide-alone", student=student)
    return html.Button(
        student, type="button", className="student-button", title=title, **{"data-student": student}
    )


def order_of(
    found: pd.DataFrame, students: Sequence[str], names: dict[str, str], by: str | None
) -> list[str]:
    """The students by name, or by their first look at a region: who never looked there last.

    `found` as `slide_reach` gives it, `names` the student of each session.
    """
    if not by:
        return sorted(students)
    own = found[found["aoi_id"] == by]
    first = {names[str(row.session_id)]: float(row.first_s) for row in own.itertuples()}
    never = float("inf")
    return sorted(
        students,
        key=lambda name: (first.get(name, never) if first.get(name) == first.get(name) else never, name),
    )


def order_below(view: SlideView, csv: str) -> list[Component]:
    """Kendall's tau in words, and the picture."""
    words = " ".join([*order_words(view.gap), t("slide-order-tau")])
    return [
        html.P(words, className="small order-tau", title=MEASURES["order_tau"].definition),
        downloads((ORDER, f"{view.slide.slide_id}-order"), csv),
    ]


def reach_below(view: SlideView, first_s: pd.DataFrame, csv: str) -> list[Component]:
    """Who had looked by the end, and the picture."""
    n = len(view.group.shown)
    reached = first_s.dropna().groupby("aoi_id").size()
    words = [
        t("slide-reach-words", region=aoi.name, n=int(reached.get(aoi.aoi_id, 0)), of=n)
        for aoi in view.slide.aois
    ]
    text = t("slide-reach-summary", n=n, regions="; ".join(words)) if n and words else t("slide-reach-empty")
    return [html.P(text, className="small muted"), downloads((REACH, f"{view.slide.slide_id}-reach"), csv)]


def ways_table(ways: pd.DataFrame, aois: Sequence[Aoi], step: Step, csv: str) -> list[Component]:
    """The ways that one kind of step took."""
    table = _ways_table(ways[ways["step"] == step.value], aois, step)
    return [html.Div(table, className="table-scroll", tabIndex="0"), downloads(None, csv)]


def _ways_table(ways: pd.DataFrame, aois: Sequence[Aoi], step: Step) -> Component:
    """Shares of each line, shaded; regions stand above the columns by their numbers."""
    names = {aoi.aoi_id: aoi.name for aoi in aois} | {ELSEWHERE: t("slide-ways-elsewhere")}
    colours = region_colours(tuple(aois))
    numbers = {name: str(i) for i, name in enumerate(names, start=1)}
    cells = ways.set_index(["from_aoi", "to_aoi"])[["transition_probability", "transition_count"]]
    heads = [
        html.Th(t("slide-ways-from"), scope="col"),
        html.Th(t("slide-ways-left"), scope="col", className="number"),
        *(_to(numbers[to], names[to]) for to in names),
    ]
    lines = [
        html.Tr(
            [
                html.Th(_from(numbers[name], names[name], colours.get(name)), scope="row"),
                html.Td(
                    f"{ways.loc[ways['from_aoi'] == name, 'transition_count'].sum():.0f}", className="number"
                ),
                *(_way(cells, name, to, names, step) for to in names),
            ],
            **({"data-region": name} if name in colours else {}),
        )
        for name in names
    ]
    caption = html.Caption(t("slide-ways-caption"), className="visually-hidden")
    return html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(lines)], className="numbers ways")


def _to(number: str, name: str) -> Component:
    words = [
        html.Span(t("slide-ways-to", region=name), className="visually-hidden"),
        html.Span(number, **{"aria-hidden": "true"}),
    ]
    return html.Th(words, scope="col", className="way", title=name)


def _from(number: str, name: str, colour: str | None) -> Component:
    swatch = html.Span(className="swatch", style={"background": colour} if colour else {})
    words = f"{number} {name}"
    if colour is None:
        return html.Span([swatch, words], className="region")
    title = t("slide-hold", region=name)
    pressed: dict[str, Any] = {"aria-pressed": "false"}
    return html.Button(
        [swatch, words], type="button", className="region region-button", title=title, **pressed
    )


def _way(cells: pd.DataFrame, start: str, stop: str, names: dict[str, str], step: Step) -> Component:
    if (start, stop) not in cells.index:
        same = start == stop and step is Step.VISITS
        return html.Td("" if same else "·", className="way muted")
    share, times = cells.loc[(start, stop)]
    return html.Td(
        f"{100 * share:.0f}",
        className="way",
        style={"--share": f"{100 * share:.0f}%"},
        title=t("slide-ways-cell", start=names[start], stop=names[stop], n=int(times)),
    )
