"""Looking and quiz answers on paper, question by question."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from reportlab.platypus import CondPageBreak, Flowable

from dashboard.report.marks import gap
from dashboard.report.sheet import Part, Place, Sheet, grid
from dashboard.report.words import UNKNOWN, between, points, share
from dashboard.texts import t
from dashboard.theme import LIGHT
from pipeline.attention.outcomes import ALL_QUESTIONS

WIDTHS: Final = (190, 54, 54, 62, 76, 46)
HEADS: Final = ("right-share", "wrong-share", "difference", "low", "p-holm")
ROOM: Final = 160.0  # pt: with less the section begins on a new page


def quiz(sheet: Sheet, table: pd.DataFrame) -> list[Flowable]:
    """The section; `table` as `quiz_table` makes it."""
    head: list[Any] = [sheet.line("head", t("quiz-question"))]
    head += [sheet.line("number-head", t(f"quiz-head-{name}")) for name in HEADS]
    title = t("quiz-title")
    return [
        CondPageBreak(ROOM),
        sheet.line("later-heading", title),
        Place("quiz", title),
        sheet.line("small", t("quiz-note")),
        gap(6),
        grid([head, *[_line(sheet, row) for _, row in table.iterrows()]], WIDTHS),
    ]


def _line(sheet: Sheet, row: pd.Series) -> list[Any]:
    together = row["question"] == ALL_QUESTIONS
    words = t("quiz-together") if together else str(row["question"])
    why = [Part(row["note"], colour=LIGHT.warn, size=7.0)] if row["note"] else []
    return [
        sheet.lines("cell", [Part(words, bold=together), *why]),
        _of(sheet, row["right_share"], row["right_count"]),
        _of(sheet, row["wrong_share"], row["wrong_count"]),
        sheet.line("number", points(row["difference"])),
        sheet.line("number", between(row["low"], row["high"], points) or UNKNOWN),
        sheet.line("number", _p(row["p"] if together else row["p_holm"])),
    ]


def _of(sheet: Sheet, value: float, count: int) -> Flowable:
    number = Part(t("report-n", n=count), colour=LIGHT.muted, size=7.0)
    return sheet.lines("number", [share(value), number])


def _p(p: float) -> str:
    if pd.isna(p):
        return UNKNOWN
    return t("quiz-p-small") if p < 0.001 else f"{p:.3f}"
