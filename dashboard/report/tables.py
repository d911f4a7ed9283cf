"""The tables of a lesson's report: its slides at a glance, the regions of a slide, the sessions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
from reportlab.platypus import Flowable, Table

from dashboard.accuracy import error_deg, is_assumed
from dashboard.components.filmstrip import WIDE_GAP
from dashboard.figures.slide import region_colours
from dashboard.report.lesson_data import LessonData
from dashboard.report.marks import Swatch, Track
from dashboard.report.sheet import Part, Sheet, grid
from dashboard.report.words import UNKNOWN, between, hundredths, points, seconds, share
from dashboard.school import SlideView
from dashboard.sentences import is_clear
from dashboard.texts import t
from dashboard.theme import LIGHT
from dashboard.words import day, percent
from pipeline.attention.gap import GapResult
from pipeline.storage.rows import SessionRow, State

INTERVAL_PT = 7.0
REGION_WIDTHS = (12, 118, 102, 40, 52, 53, 53, 52)
GLANCE_WIDTHS = (22, 186, 110, 40, 58, 66)
SESSION_WIDTHS = (82, 92, 46, 44, 62, 44, 14, 98)
LOW_TRACKED = 0.8


def slides_at_a_glance(sheet: Sheet, data: LessonData) -> Table:
    """A line a slide: how far looking is from what was intended, with its interval and chance."""
    end = _axis_end([slide.gap.score for slide in data.view.slides], [s.gap.high for s in data.view.slides])
    heads = [
        sheet.line("head", ""),
        sheet.line("head", t("report-slide")),
        sheet.line("head", t("report-gap-axis", end=f"{end:.1f}")),
        sheet.line("number-head", t("report-gap-score")),
        sheet.line("number-head", t("report-students")),
        sheet.line("number-head", t("report-reached-by-all")),
    ]
    return grid([heads, *[_glance(sheet, slide, end) for slide in data.view.slides]], GLANCE_WIDTHS)


def _glance(sheet: Sheet, view: SlideView, end: float) -> list[Any]:
    gap, place = view.gap, slide_place(view)
    track = Track(
        98, dot=gap.score / end, low=gap.low / end, high=gap.high / end,
        tick=gap.score_as_designed / end, colour=gap_colour(gap),
    )  # fmt: skip
    everybody = sum(each.missed_n == 0 for each in gap.missed)
    reached = f"{everybody} / {len(gap.missed)}" if gap.missed and gap.students_n else UNKNOWN
    return [
        sheet.line("cell", Part(str(view.number), colour=LIGHT.muted)),
        sheet.line("cell", Part(view.slide.title, link=place)),
        track,
        _number(sheet, hundredths(gap.score), between(gap.low, gap.high, hundredths)),
        sheet.line("number", f"{len(view.group.shown)} / {asked(view)}"),
        sheet.line("number", reached),
    ]


def slide_place(view: SlideView) -> str:
    """The name of the bookmark of a slide's page."""
    return f"slide-{view.number}"


def asked(view: SlideView) -> int:
    """How many students a slide's figures are asked of: those who count and those who are left out."""
    return len(view.group.shown) + len(view.group.excluded)


def gap_colour(gap: GapResult) -> str:
    """As on the pages: whether a gap is worth a look."""
    if not is_clear(gap):
        return LIGHT.muted
    return LIGHT.bad if gap.score > WIDE_GAP else LIGHT.warn


def regions(sheet: Sheet, view: SlideView) -> Flowable:
    """A line a region: intended, looked at with its interval, gap, reach, first look."""
    table, colours = view.table, region_colours(view.slide.aois)
    end = _axis_end(table["expected_share"], table["observed_share"], table["observed_high"])
    words = (
        "intended",
        "looked-at",
        "gap-points",
        "reached",
        "first-look",
    )
    heads = [
        "",
        sheet.line("head", t("report-region")),
        sheet.line("head", t("report-track-axis", end=percent(end))),
        *[sheet.line("number-head", t(f"report-{word}")) for word in words],
    ]
    lines = [_region(sheet, row, colours[row["aoi_id"]], end) for _, row in table.iterrows()]
    return grid([heads, *lines], REGION_WIDTHS)


def _region(sheet: Sheet, row: pd.Series, colour: str, end: float) -> list[Any]:
    track = Track(
        92, dot=row["observed_share"] / end, low=row["observed_low"] / end, high=row["observed_high"] / end,
        tick=row["expected_share"] / end, colour=colour,
    )  # fmt: skip
    return [
        Swatch(colour),
        [sheet.lines("cell", [row["name"], *_region_remarks(row)])],
        track,
        sheet.line("number", share(row["expected_share"])),
        _measured(sheet, row, "observed_share", "observed", share),
        _measured(sheet, row, "gap", "gap", points),
        _number(sheet, f"{row['reach_n']:.0f} / {row['tracked_n']:.0f}", _interval(row, "reach", share)),
        _measured(sheet, row, "ttff_ms", "ttff", seconds, "_ms"),
    ]


def _region_remarks(row: pd.Series) -> Iterator[Part]:
    """What has to be known before the numbers are believed, or acted on."""
    missed = int(row["tracked_n"] - row["reach_n"])
    if row["required"] and missed > 0:
        yield Part(t("report-missed-by", students=missed), colour=LIGHT.bad, size=INTERVAL_PT)
    if row["smaller_than_error"]:
        yield Part(t("report-smaller-than-error"), colour=LIGHT.warn, size=INTERVAL_PT)


def _measured(sheet: Sheet, row: pd.Series, value: str, name: str, words: Any, unit: str = "") -> Flowable:
    return _number(sheet, words(row[value]), _interval(row, name, words, unit))


def _interval(row: pd.Series, name: str, words: Any, unit: str = "") -> str:
    return between(row[f"{name}_low{unit}"], row[f"{name}_high{unit}"], words)


def _number(sheet: Sheet, value: str, interval: str) -> Flowable:
    """A number with its 95 % interval below it."""
    below = [Part(interval, colour=LIGHT.muted, size=INTERVAL_PT)] if interval else []
    return sheet.lines("number", [value, *below])


def sessions(sheet: Sheet, rows: tuple[SessionRow, ...]) -> Flowable:
    """A line a recording: how far it is, and how good."""
    heads = ("student", "date", "state", "tracked", "error", "rate", "remarks")
    numbers = ("tracked", "error", "rate")
    head: list[Any] = [
        sheet.line("number-head" if name in numbers else "head", t(f"report-session-{name}"))
        for name in heads
    ]
    ordered = sorted(rows, key=lambda row: (str(row.student), row.created_at))
    head.insert(-1, "")
    return grid([head, *[_session(sheet, row) for row in ordered]], SESSION_WIDTHS)


def _session(sheet: Sheet, row: SessionRow) -> list[Any]:
    tracked, error, rate = (
        row.quality.get("tracked_share"), error_deg(row), row.quality.get("sampling_rate_hz")
    )  # fmt: skip
    assumed = " " + t("report-assumed") if is_assumed(row) and row.is_readable else ""
    return [
        sheet.line("cell", str(row.student or row.name)),
        sheet.line("cell", day(row.created_at)),
        sheet.line("cell", t(f"report-state-{row.state.value}")),
        sheet.line("number", UNKNOWN if tracked is None else percent(tracked)),
        sheet.line("number", UNKNOWN if error is None else f"{error:.1f}°{assumed}"),
        sheet.line("number", UNKNOWN if rate is None else f"{rate:.0f} Hz"),
        "",
        sheet.line("cell", Part(", ".join(_session_remarks(row)), colour=LIGHT.muted)),
    ]


def _session_remarks(row: SessionRow) -> Iterator[str]:
    if row.state is State.FAILED:
        yield row.error or t("report-no-reason")
    if row.synthetic:
        yield t("report-synthetic")
    if row.is_readable and not row.calibrated:
        yield t("report-uncalibrated")
    if (tracked := row.quality.get("tracked_share")) is not None and tracked < LOW_TRACKED:
        yield t("report-often-untracked")


def _axis_end(*columns: Any) -> float:
    """The end of the tracks: the next tenth above everything that is drawn on them."""
    highest = pd.concat([pd.Series(column, dtype=float) for column in columns]).max()
    return 1.0 if pd.isna(highest) else max(0.1, min(1.0, -(-float(highest) // 0.1) * 0.1))
