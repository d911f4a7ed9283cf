"""The report of a comparison: courses, lessons, slides or groups side by side, by each measure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether

from dashboard import comparison_words as said
from dashboard import urls
from dashboard.compared_measures import Measure
from dashboard.comparison import AGAINST, RESAMPLES, Comparison, Found, common_regions
from dashboard.comparison_tables import Choice, called, made
from dashboard.group import Rules
from dashboard.report.dots_chart import DotsChart, Row
from dashboard.report.how_to_read import missing_note
from dashboard.report.marks import gap
from dashboard.report.sheet import Part, Place, Sheet, grid, written
from dashboard.report.words import UNKNOWN, degrees, rules_words, share
from dashboard.school import School
from dashboard.texts import t
from dashboard.theme import LIGHT
from pipeline import __version__

# Beside the measure that was chosen, in this order.
ALWAYS: Final = ("gap_score", "required_share", "on_slide_share", "order_tau_mean", "tracked_share")
WIDTHS: Final = (102, 40, 38, 36, 60, 44, 68, 30, 64)
SMALL: Final = 7.0
AXES: Final[dict[str, dict[str, Any]]] = {
    "share": {"factor": 100.0, "suffix": "%", "digits": 0},
    "time": {"factor": 0.001, "suffix": " s", "digits": 1},
    "score": {"digits": 2},
    "tau": {"digits": 1},
}


@dataclass(frozen=True)
class ComparisonData:
    """A comparison by the chosen measure, then by others; `names` of the items, `address` of the page."""

    school: School
    choice: Choice
    rules: Rules
    comparisons: tuple[Comparison, ...]
    names: tuple[str, ...]
    address: str

    @property
    def first(self) -> Comparison:
        return self.comparisons[0]


def comparison_data(school: School, choice: Choice, rules: Rules) -> ComparisonData:
    """All of it."""
    fit = choice.possible(school)
    own = {name: value for name, value in fit.query().items() if name not in ("of", "sort")}
    address = urls.compare(*fit.items, **own, **rules.query())
    measures = [fit.measure, *(key for key in ALWAYS if key != fit.measure)]
    comparisons = tuple(made(school, replace(fit, measure=key), rules) for key in measures)
    return ComparisonData(school, fit, rules, comparisons, tuple(called(school, comparisons[0])), address)


def comparison_report(data: ComparisonData) -> bytes:
    """The PDF."""
    sheet, title = Sheet(), said.heading(data.school, data.choice.items)
    _front(sheet, data, title)
    for comparison in data.comparisons[1:]:
        sheet.add(KeepTogether(_section(sheet, data, comparison)))
    _left_out(sheet, data)
    _how_to_read(sheet, data)
    sheet.add(*missing_note(sheet))
    running = " · ".join(dict.fromkeys([title, t("report-comparison")]))
    if _synthetic(data):
        running += " · " + t("report-synthetic")
    return written(sheet, title=f"{title}, {t('report-comparison')}", running=running)


def _synthetic(data: ComparisonData) -> bool:
    return any(found.quality.synthetic for found in data.first.found)


def _front(sheet: Sheet, data: ComparisonData, title: str) -> None:
    first = data.first
    sheet.add(
        Place("front", title),
        sheet.line("over", t("report-comparison")),
        sheet.line("title", title),
        gap(4),
        sheet.line("lead", said.lead(first, data.names, _region(data))),
    )
    notes = [t("report-comparison-synthetic")] if _synthetic(data) else []
    notes += [t("compare-pending", n=first.pending)] if first.pending else []
    for note in notes:
        sheet.add(gap(4), sheet.line("body", Part(note, bold=True, colour=LIGHT.warn)))
    if not first.found:
        return
    sheet.add(sheet.line("section", _measure_title(data, first)), *_chart(sheet, data, first))
    table = [sheet.line("section", t("compare-table-title")), _table(sheet, data), gap(4)]
    sheet.add(CondPageBreak(140), *table, sheet.line("small", t("compare-table-note")))


def _region(data: ComparisonData) -> str:
    """What the region is called that the chosen measure is about."""
    regions = {aoi.aoi_id: aoi.name for aoi in common_regions(data.school, data.choice.items)}
    return regions.get(data.choice.region or "", "")


def _measure_title(data: ComparisonData, comparison: Comparison) -> str:
    title = t(f"compare-measure-{comparison.measure.words}")
    return f"{title}: {_region(data)}" if comparison.measure.region else title


def _section(sheet: Sheet, data: ComparisonData, comparison: Comparison) -> list[Flowable]:
    """Another measure: what it says, and its chart."""
    return [
        sheet.line("section", _measure_title(data, comparison)),
        sheet.line("body", said.lead(comparison, data.names, _region(data))),
        *_chart(sheet, data, comparison),
    ]


def _chart(sheet: Sheet, data: ComparisonData, comparison: Comparison) -> list[Flowable]:
    measure = comparison.measure
    rows = [_row(measure, found, name) for found, name in zip(comparison.found, data.names, strict=True)]
    note = [said.dots_words([found.item for found in comparison.found]), t("compare-ring")]
    note.append(said.hidden(comparison))
    return [
        gap(2),
        sheet.line("small", " ".join(filter(None, [t(f"compare-define-{measure.words}"), *note]))),
        gap(6),
        DotsChart(sheet.type, rows, **AXES[measure.kind]),
    ]


def _row(measure: Measure, found: Found, name: str) -> Row:
    own = found.sample
    if own is None:
        few = t("compare-note-too-few", n=found.n) if found.n else t("compare-note-none")
        return Row(name, said.below(found), np.nan, np.nan, np.nan, np.empty(0), UNKNOWN, few)
    interval, figure = said.interval(measure, own.low, own.high), said.written(measure, own.score)
    dots = found.dots["value"].to_numpy(float)
    return Row(name, said.below(found), own.score, own.low, own.high, dots, figure, interval)


def _table(sheet: Sheet, data: ComparisonData) -> Flowable:
    first = data.first
    others = first.against == AGAINST[1]
    versus = t("compare-column-difference-others") if others else t(
        "compare-column-difference", name=data.names[0] if data.names else ""
    )  # fmt: skip
    heads = [
        t("compare-column-students"), t("compare-column-tracked"), t("compare-column-error"),
        t(f"compare-measure-{first.measure.words}"), t("compare-column-required"), versus,
        t("compare-column-p"), t("compare-column-delta"),
    ]  # fmt: skip
    head: list[Any] = [sheet.line("head", t("compare-column-item"))]
    head += [sheet.line("number-head", words) for words in heads]
    return grid([head, *[_line(sheet, data, place) for place in range(len(first.found))]], WIDTHS)


def _line(sheet: Sheet, data: ComparisonData, place: int) -> list[Any]:
    first = data.first
    found, measure = first.found[place], first.measure
    own, quality = found.sample, found.quality
    name = [Part(data.names[place], bold=True), *_notes(first, place)]
    students = t("compare-students-of", tracked=found.tracked, exposed=found.exposed)
    return [
        sheet.lines("cell", name),
        sheet.line("number", students),
        sheet.line("number", share(quality.tracked_share) if own else UNKNOWN),
        sheet.line("number", degrees(quality.error_deg) if own else UNKNOWN),
        _number(sheet, said.written(measure, own.score if own else None),
                said.interval(measure, own.low, own.high) if own else ""),
        sheet.line("number", share(found.required_share)),
        *_versus(sheet, first, place),
    ]  # fmt: skip


def _versus(sheet: Sheet, comparison: Comparison, place: int) -> list[Any]:
    """How an item differs: difference, p, Cliff's delta."""
    apart, measure = comparison.versus[place], comparison.measure
    if apart is None:
        alone = comparison.against == AGAINST[0] and place == 0
        words = t("compare-reference") if alone else UNKNOWN
        return [sheet.line("number", Part(words, colour=LIGHT.muted)), *[sheet.line("number", UNKNOWN)] * 2]
    difference = said.written(measure, apart.difference, signed=True)
    between = said.interval(measure, apart.low, apart.high, signed=True)
    return [
        _number(sheet, difference, between),
        sheet.line("number", said.written_p(comparison.p_holm[place])),
        _number(sheet, *said.delta_words(apart)),
    ]


def _notes(comparison: Comparison, place: int) -> list[Part]:
    """What has to be known of an item, below its name."""
    return [
        Part(words, colour=LIGHT.warn if kind == "warn" else LIGHT.muted, size=SMALL)
        for words, kind, _ in said.notes(comparison, place)
    ]


def _number(sheet: Sheet, value: str, interval: str) -> Flowable:
    below = [Part(interval, colour=LIGHT.muted, size=SMALL)] if interval else []
    return sheet.lines("number", [value, *below])


def _left_out(sheet: Sheet, data: ComparisonData) -> None:
    """Who is left out of the comparison, and what is not there at all."""
    lines = [" ".join(rules_words(data.rules, (), _group(data)))]
    lines += said.removed(data.first, list(data.names), data.rules)
    if data.first.missing:
        lines.append(t("compare-missing", names=", ".join(map(str, data.first.missing))))
    parts = [sheet.line("small", line) for line in lines]
    sheet.add(KeepTogether([sheet.line("section", t("report-who-counts")), *parts]))


def _group(data: ComparisonData) -> str | None:
    group = data.school.groups().get(data.rules.group or "")
    return group.title if group else data.rules.group


def _how_to_read(sheet: Sheet, data: ComparisonData) -> None:
    title = t("report-how-to-read")
    sheet.add(CondPageBreak(220), sheet.line("later-heading", title), Place("reading", title), gap(4))
    for key in ("report-read-comparison", "report-read-interval", "report-read-gaze"):
        sheet.add(sheet.line("body", t(key)), gap(3))
    sheet.add(gap(4), *[sheet.line("small", *parts) for parts in _explained(data)])
    used = data.rules.parameters
    basis = [
        t("report-comparison-parameters", least=used.group_min, tracked=f"{used.tracked_share_min:.0%}",
          resamples=RESAMPLES),
        t("report-made-by", version=__version__),
        t("report-same-view", address=data.address),
    ]  # fmt: skip
    section = [sheet.line("section", t("report-basis")), *[sheet.line("small", line) for line in basis]]
    sheet.add(KeepTogether(section))


def _explained(data: ComparisonData) -> list[tuple[Part, str]]:
    """The notes that stand in the table, each with what it means, once."""
    places = range(len(data.first.found))
    noted = [
        (words.split(":")[0], why) for place in places for words, _, why in said.notes(data.first, place)
    ]
    return [
        (Part(f"{words[:1].upper()}{words[1:]}. ", bold=True), why) for words, why in dict.fromkeys(noted)
    ]
