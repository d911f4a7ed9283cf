"""The slides of a school, and its required regions, as tables that lead to workbench and editor."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components import listing
from dashboard.components.charts import chip
from dashboard.components.listing import Column, Look
from dashboard.findings import MISSED_MIN
from dashboard.group import Rules
from dashboard.school import School
from dashboard.slide_table import SlideTable, small_regions
from dashboard.texts import t
from dashboard.words import percent
from pipeline.attention.registry import MEASURES

LIST: Final = "design"  # the prefix of the ids of its headings and pager
VIEWS: Final = ("slides", "regions")
PIECE: Final = 25  # rows
UNKNOWN: Final = "–"


@dataclass(frozen=True)
class SlideFilter:
    """Which slides are asked for: of a course, a lesson (``course/lesson``), with words in a title, or only
    those whose gap is clear of chance; as slides or as required regions.
    """

    course: str | None = None
    lesson: str | None = None
    words: str = ""
    clear: bool = False
    view: str = VIEWS[0]

    @classmethod
    def read(cls, query: Mapping[str, Any] | None) -> SlideFilter:
        """As addresses and forms write it; what cannot be understood is as if it were not there."""
        asked = query or {}
        view = asked.get("view")
        return cls(
            str(asked["course"]) if asked.get("course") else None,
            str(asked["lesson"]) if asked.get("lesson") else None,
            str(asked.get("q") or "").strip(),
            str(asked.get("clear")) in ("1", "True"),
            view if view in VIEWS else VIEWS[0],
        )

    def query(self) -> dict[str, str | None]:
        """What `read` makes this of."""
        return {
            "course": self.course,
            "lesson": self.lesson,
            "q": self.words or None,
            "clear": "1" if self.clear else None,
            "view": None if self.view == VIEWS[0] else self.view,
        }

    def rows(self, table: SlideTable) -> pd.DataFrame:
        """The slides or regions that are asked for."""
        frame = table.slides if self.view == VIEWS[0] else table.regions
        if self.clear:
            keys = ["course_id", "lesson_id", "slide_id"]
            frame = frame.merge(table.slides.loc[table.slides["clear"].astype(bool), keys], on=keys)
        if self.course:
            frame = frame[frame["course_id"] == self.course]
        if self.lesson:
            frame = frame[frame["course_id"] + "/" + frame["lesson_id"] == self.lesson]
        names = ["course", "lesson", "slide", *(["region"] if self.view != VIEWS[0] else [])]
        titles = frame[names].astype(str).agg(" ".join, axis=1).str.casefold() if len(frame) else None
        for word in self.words.casefold().split() if titles is not None else ():
            frame = frame[titles.loc[frame.index].str.contains(word, regex=False)]
        return frame


def columns(view: str) -> tuple[Column, ...]:
    """What stands in the table."""
    if view == VIEWS[0]:
        return (
            Column("slide", t("design-slide")),
            Column("gap_score", t("design-gap"), True, MEASURES["gap_score"].definition),
            Column("missed", t("design-missed"), True, t("design-missed-title")),
            Column("order_tau", t("design-order"), True, MEASURES["order_tau"].definition),
            Column("counted_n", t("design-students"), True),
            Column("version", t("design-version"), True),
            Column("edit", t("design-editor"), sortable=False),
        )
    return (
        Column("region", t("design-region")),
        Column("slide", t("design-slide")),
        Column("missed_share", t("design-missed-by"), True),
        Column("tracked_n", t("design-students"), True),
        Column("edit", t("design-editor"), sortable=False),
    )


def look(query: Mapping[str, Any] | None, view: str) -> Look:
    """How an address asks for the table: what most needs work comes first."""
    usual = Look("gap_score" if view == VIEWS[0] else "missed_share", descending=True, size=PIECE)
    return Look.read(query, columns(view), usual)


def slide_list(
    school: School, table: SlideTable, asked: SlideFilter, chosen: Look, rules: Rules
) -> list[Component]:
    """The piece of the table that is asked for."""
    rows = asked.rows(table)
    if rows.empty:
        return [html.P(t("design-none"), className="muted")]
    shown = chosen.rows(rows).to_dict("records")
    if asked.view == VIEWS[0]:
        top = _top(rows["gap_score_high"].max(), rows["gap_score"].max())
        lines = [_slide_line(school, row, top, rules) for row in shown]
    else:
        lines = [_region_line(row, rules) for row in shown]
    drawn = html.Table(
        [listing.heads(LIST, columns(asked.view), chosen), html.Tbody(lines)],
        className=f"numbers slide-list {asked.view}",
    )
    pager = listing.pager(LIST, chosen, len(rows))
    return [html.Div(drawn, className="table-scroll", tabIndex="0"), *([pager] if pager else [])]


def in_words(table: SlideTable) -> str:
    """How many slides and regions need a look."""
    slides, regions = table.slides, table.regions
    if slides.empty:
        return t("design-lead-none")
    clear, seen = int(slides["clear"].sum()), int((slides["counted_n"] > 0).sum())
    missed = int((regions["missed_share"] >= MISSED_MIN).sum())
    judged = int((regions["tracked_n"] > 0).sum())
    words = [t("design-lead", clear=clear, seen=seen), t("design-lead-missed", missed=missed, regions=judged)]
    if table.pending:
        words.append(t("summary-pending", n=table.pending))
    return " ".join(words)


def _slide_line(school: School, row: dict[str, Any], top: float, rules: Rules) -> Component:
    small = small_regions(school, row)
    return html.Tr(
        [
            html.Th(_slide(row, rules, small), scope="row"),
            html.Td(_gap(row, top), className="gap-cell"),
            html.Td(_missed(row), className="number"),
            html.Td(_signed(row["order_tau"]), className="number"),
            html.Td(t("design-of", n=row["counted_n"], exposed=row["exposed_n"]), className="number"),
            html.Td(str(row["version"]), className="number"),
            html.Td(_edit(row, rules)),
        ],
        **{"data-slide": f"{row['course_id']}/{row['lesson_id']}/{row['slide_id']}"},
    )


def _region_line(row: dict[str, Any], rules: Rules) -> Component:
    return html.Tr(
        [
            html.Th(row["region"], scope="row"),
            html.Td(_slide(row, rules, 0)),
            html.Td(_share(row), className="gap-cell"),
            html.Td(str(row["tracked_n"]), className="number"),
            html.Td(_edit(row, rules)),
        ],
        **{"data-region": f"{row['course_id']}/{row['lesson_id']}/{row['slide_id']}/{row['aoi_id']}"},
    )


def _slide(row: dict[str, Any], rules: Rules, small: int) -> Component:
    place = _place(row)
    link = dcc.Link(
        t("design-slide-name", number=row["number"], title=row["slide"]),
        href=urls.slide(*place, **rules.query()),
    )
    where = html.Div(f"{row['course']}, {row['lesson']}", className="muted small")
    remarks = [chip(t("filmstrip-small", n=small), "warn")] if small else []
    picture = html.Img(src=urls.slide_thumbnail(*place), alt="", className="slide-picture")
    return html.Div([picture, html.Div([link, where, *remarks])], className="slide-cell")


def _gap(row: dict[str, Any], top: float) -> Component:
    """The gap score with its interval as a band, and what chance gives as a tick."""
    score = row["gap_score"]
    if math.isnan(score):
        return html.Span(t("filmstrip-no-data"), className="muted")
    low, high, chance = (row[f"gap_score_{name}"] for name in ("low", "high", "as_designed"))
    told = t("design-gap-words", score=_hundredths(score), low=_hundredths(low), high=_hundredths(high),
             chance=_hundredths(chance))  # fmt: skip
    said = (
        chip(t("design-clear"), "bad") if row["clear"] else html.Span(t("design-chance"), className="muted")
    )
    number = html.Div([html.Strong(_hundredths(score)), said], className="gap-number small")
    return html.Div([number, _track(score, low, high, top, tick=chance, words=told)])


def _share(row: dict[str, Any]) -> Component:
    """The share of students who missed a region, with its interval as a band."""
    share = row["missed_share"]
    if math.isnan(share):
        return html.Span(t("filmstrip-no-data"), className="muted")
    told = t("design-share-words", missed=row["missed_n"], tracked=row["tracked_n"],
             low=percent(row["missed_low"]), high=percent(row["missed_high"]))  # fmt: skip
    number = html.Div(
        [html.Strong(percent(share)), html.Span(t("design-of", n=row["missed_n"], exposed=row["tracked_n"]))],
        className="gap-number small",
    )
    return html.Div([number, _track(share, row["missed_low"], row["missed_high"], 1.0, words=told)])


def _track(
    value: float, low: float, high: float, top: float, *, words: str, tick: float = math.nan
) -> Component:
    marks: list[Component] = [html.Span(className="track-line")]
    if not math.isnan(low):
        band = {"left": _css(low / top), "width": _css((high - low) / top), "background": "var(--accent)"}
        marks.append(html.Span(className="track-band", style=band))
    if not math.isnan(tick):
        marks.append(html.Span(className="track-tick", style={"left": _css(tick / top)}))
    dot = {"left": _css(value / top), "background": "var(--accent)"}
    marks.append(html.Span(className="track-dot", style=dot))
    return html.Div([*marks, html.Span(words, className="visually-hidden")], className="track", title=words)


def _missed(row: dict[str, Any]) -> Component | str:
    if not row["required"] or not row["counted_n"]:
        return UNKNOWN
    words = t("design-of", n=row["missed"], exposed=row["required"])
    return chip(words, "bad") if row["missed"] else words


def _edit(row: dict[str, Any], rules: Rules) -> Component:
    name = t("design-edit-slide", slide=row["slide"])
    return dcc.Link(
        t("design-edit"), href=urls.edit(*_place(row), **rules.query()), className="nowrap", title=name
    )


def _place(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["course_id"], row["lesson_id"], row["slide_id"]


def _top(*values: float) -> float:
    """The end of the tracks: the next tenth above everything that is drawn on them."""
    known = [value for value in values if not math.isnan(value)]
    return max(0.1, min(1.0, math.ceil(max(known, default=1.0) * 10) / 10))


def _css(share: float) -> str:
    return f"{100 * min(max(share, 0.0), 1.0):.1f}%"


def _hundredths(value: float) -> str:
    return UNKNOWN if math.isnan(value) else f"{value:.2f}"


def _signed(value: float) -> str:
    return UNKNOWN if math.isnan(value) else f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")
