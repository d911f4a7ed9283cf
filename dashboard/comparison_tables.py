"""A comparison as tables: what its chart draws, what its table says, what is downloaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from dashboard.compared_measures import MEASURES, USUAL
from dashboard.comparison import AGAINST, Comparison, Found, common_regions, compare
from dashboard.comparison_words import below, interval, names, notes, removed, titles, written
from dashboard.group import Rules
from dashboard.items import Item, read_items
from dashboard.school import School
from dashboard.tables import Asked, table
from dashboard.texts import t


@dataclass(frozen=True)
class Choice:
    """What a reader has chosen to compare: the query of the page's address."""

    items: tuple[Item, ...] = ()
    measure: str = USUAL
    region: str | None = None
    against: str = AGAINST[0]
    sort: str = ""  # a column of the table, with a minus before it for the largest first

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> Choice:
        """The choice of an address; whatever cannot be understood is as if it were not there."""
        measure, against = query.get("measure"), query.get("against")
        return cls(
            read_items(query.get("of")),
            measure if measure in MEASURES else USUAL,
            str(query["region"]) if query.get("region") else None,
            against if against in AGAINST else AGAINST[0],
            str(query.get("sort") or "")[:40],
        )

    def query(self) -> dict[str, Any]:
        """What an address needs to say of it."""
        return {
            "of": [str(item) for item in self.items] or None,
            "measure": None if self.measure == USUAL else self.measure,
            "region": self.region if MEASURES[self.measure].region else None,
            "against": None if self.against == AGAINST[0] else self.against,
            "sort": self.sort or None,
        }

    def possible(self, school: School) -> Choice:
        """The same with a measure and a region that these items have."""
        regions = [aoi.aoi_id for aoi in common_regions(school, self.items)]
        if not MEASURES[self.measure].region:
            return self
        if not regions:
            return Choice(self.items, USUAL, None, self.against, self.sort)
        region = self.region if self.region in regions else regions[0]
        return Choice(self.items, self.measure, region, self.against, self.sort)


def made(school: School, choice: Choice, rules: Rules) -> Comparison:
    """The comparison that was chosen."""
    fit = choice.possible(school)
    return compare(school, fit.items, fit.measure, rules, fit.region, fit.against)


def called(school: School, comparison: Comparison) -> list[str]:
    """What its items are called."""
    return names(school, [found.item for found in comparison.found])


def chart_rows(school: School, comparison: Comparison) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What `figures.compare.dots_and_means` takes: rows, and dots."""
    rows, dots = [], []
    for place, (found, name) in enumerate(zip(comparison.found, called(school, comparison), strict=True)):
        own = found.sample
        score, low, high = (own.score, own.low, own.high) if own else (None, None, None)
        said = _ring_words(comparison, found, name)
        rows.append((escape(name), below(found), score, low, high, said))
        hover = _hover(school, comparison, found.item, found.dots)
        dots += list(zip([place] * len(found.dots), found.dots["value"], hover, strict=True))
    return (
        pd.DataFrame(rows, columns=["name", "below", "score", "low", "high", "hover"]).astype(
            {"score": float, "low": float, "high": float}
        ),
        pd.DataFrame(dots, columns=["row", "value", "hover"]),
    )


def _ring_words(comparison: Comparison, found: Found, name: str) -> str:
    """What is said of a ring under the pointer, or in its place."""
    own, measure = found.sample, comparison.measure
    if own is None:
        if not found.exposed:
            return t("compare-note-pending" if found.left_out.pending else "compare-note-none")
        return t("compare-chart-too-few")
    ends = interval(measure, own.low, own.high)
    return t("compare-hover-ring", name=escape(name), value=written(measure, own.score), interval=ends)


def _hover(school: School, comparison: Comparison, item: Item, dots: pd.DataFrame) -> list[str]:
    """What is said of a dot under the pointer; of a student only the value."""
    said = []
    for dot in dots.to_dict("records"):
        words = [written(comparison.measure, dot["value"])]
        if item.kind != "slide":
            words += [*_place_words(school, item, dot), t("compare-hover-students", n=int(dot["students"]))]
        said.append("<br>".join(escape(word) for word in words))
    return said


def _place_words(school: School, item: Item, dot: Mapping[str, Any]) -> list[str]:
    place = (item.place[0], dot["lesson_id"], *([dot["slide_id"]] if dot["slide_id"] else []))
    words = [titles(school, Item(place))[-1]]
    if item.kind == "course" and school.groups():
        group = school.groups().get(dot["group_id"] or "")
        words.append(group.title if group else t("compare-hover-no-group"))
    return words


# Downloads


def comparison_frame(school: School, comparison: Comparison, rules: Rules) -> pd.DataFrame:
    """One row an item: everything the page's table has, and what was left out; units in the names."""
    rows = []
    said = {words.split(":")[0]: words for words in removed(comparison, called(school, comparison), rules)}
    for place, (found, name) in enumerate(zip(comparison.found, called(school, comparison), strict=True)):
        own, apart = found.sample, comparison.versus[place]
        rows.append(
            {
                "item": str(found.item), "name": name, "measure": comparison.measure.key,
                "region": comparison.region, "lessons_n": found.lessons, "slides_n": found.slides,
                "exposed_n": found.exposed, "tracked_n": found.tracked, "counted_n": found.n,
                "tracked_share": found.quality.tracked_share if own else None,
                "median_error_deg": found.quality.error_deg if own else None,
                "value": own.score if own else None, "value_low": own.low if own else None,
                "value_high": own.high if own else None, "required_share": found.required_share,
                "against": comparison.against,
                "difference": apart.difference if apart else None,
                "difference_low": apart.low if apart else None,
                "difference_high": apart.high if apart else None,
                "p": apart.p if apart else None, "p_holm": comparison.p_holm[place],
                "delta": float(apart.delta.delta) if apart else None,
                "delta_low": float(apart.delta.low) if apart else None,
                "delta_high": float(apart.delta.high) if apart else None,
                "paired_n": apart.paired if apart else None,
                "hidden_groups_n": len(found.hidden),
                "left_out": said.get(name, ""),
                "note": "; ".join(words for words, _, _ in notes(comparison, place)),
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def dots_frame(school: School, comparison: Comparison) -> pd.DataFrame:
    """One row a dot of the chart: a class, a slide, or a student (without a name)."""
    parts = [
        found.dots.assign(item=str(found.item), name=name, measure=comparison.measure.key)
        for found, name in zip(comparison.found, called(school, comparison), strict=True)
        if len(found.dots)
    ]
    columns = ["item", "name", "measure", "lesson_id", "slide_id", "group_id", "students", "value"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


@table("comparison")
def _comparison(asked: Asked) -> pd.DataFrame:
    return comparison_frame(asked.school, _asked(asked), asked.rules)


@table("comparison-dots")
def _dots(asked: Asked) -> pd.DataFrame:
    return dots_frame(asked.school, _asked(asked))


def _asked(asked: Asked) -> Comparison:
    return made(asked.school, Choice.read(asked.query), asked.rules)
