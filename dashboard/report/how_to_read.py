"""The last page: what the numbers mean, what they were worked out with, and where the same view is."""

from __future__ import annotations

from typing import Final

from reportlab.platypus import CondPageBreak, Flowable, KeepTogether

from dashboard import urls
from dashboard.report.lesson_data import LessonData
from dashboard.report.marks import gap
from dashboard.report.sheet import Part, Place, Sheet
from dashboard.sentences import regions_words
from dashboard.texts import t
from dashboard.words import ranges
from pipeline import __version__
from pipeline.attention.registry import MEASURES

DEFINED: Final = (
    "expected_share", "observed_share", "gap", "gap_score", "gap_score_as_designed", "tracked_n",
    "reach_share", "ttff_ms", "order_tau", "on_slide_share", "smaller_than_error",
)  # fmt: skip
ROOM: Final = 260.0  # pt: with less the section begins on a new page


def how_to_read(sheet: Sheet, data: LessonData) -> None:
    """Everything a reader needs who was not there."""
    title = t("report-how-to-read")
    sheet.add(CondPageBreak(ROOM), sheet.line("later-heading", title), Place("reading", title), gap(4))
    for key in _GENERAL:
        sheet.add(sheet.line("body", t(key)), gap(3))
    sheet.add(gap(6))
    sheet.add(*_definitions(sheet))
    sheet.add(KeepTogether([sheet.line("section", t("report-basis")), *_basis(sheet, data)]))


_GENERAL: Final = ("report-read-picture", "report-read-interval", "report-read-untracked", "report-read-gaze")


def _definitions(sheet: Sheet) -> list[Flowable]:
    return [
        sheet.line(
            "small",
            Part(MEASURES[name].label + ". ", bold=True),
            MEASURES[name].definition,
        )
        for name in DEFINED
    ]


def _basis(sheet: Sheet, data: LessonData) -> list[Flowable]:
    """Which regions, which parameters, which program."""
    used = data.rules.parameters
    lines = [
        t(
            "report-parameters",
            tracked=f"{used.tracked_share_min:.0%}",
            resamples=used.bootstrap_resamples,
            confidence=f"{used.confidence:.0%}",
        ),
        *_region_sets(data),
        t("report-made-by", version=__version__),
        t("report-same-view", address=_address(data)),
    ]
    return [sheet.line("small", line) for line in lines]


def _region_sets(data: LessonData) -> list[str]:
    """Which regions the figures are about; slides with the same words together."""
    told: dict[str, list[int]] = {}
    for view in data.view.slides:
        if view.slide.aois:
            told.setdefault(regions_words(view.slide), []).append(view.number)
    return [t("report-region-set", slides=ranges(numbers), words=words) for words, numbers in told.items()]


def _address(data: LessonData) -> str:
    lesson = data.view.lesson
    return urls.lesson(lesson.course_id, lesson.lesson_id, **data.rules.query())


def missing_note(sheet: Sheet) -> list[Flowable]:
    """Which characters could not be set; to be asked for after everything else was."""
    if not sheet.type.missing:
        return []
    characters = " ".join(f"U+{ord(each):04X}" for each in sorted(sheet.type.missing))
    return [sheet.line("small", t("report-missing", characters=characters))]
