"""Looking and quiz answers: question by question, what those who answered right and wrong had looked at."""

from __future__ import annotations

from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components.charts import chart_card, chip
from dashboard.texts import t
from dashboard.words import percent
from pipeline.attention.outcomes import ALL_QUESTIONS
from pipeline.attention.registry import MEASURES

HEADS = ("right_share", "wrong_share", "difference", "low", "p_holm")


def waiting() -> Component:
    """Until the answer is there."""
    return html.P(t("quiz-waiting"), className="muted small")


def quiz_card(table: pd.DataFrame | None, place: tuple[str, str], csv: str) -> Component:
    """The card; without quiz results a quiet line that says how they come in."""
    if table is None:
        return _how_to(place)
    heads = [html.Th(t("quiz-question"), scope="col")]
    heads += [
        html.Th(
            t(f"quiz-head-{name.replace('_', '-')}"), scope="col", className="number", title=_definition(name)
        )
        for name in HEADS
    ]
    caption = html.Caption(t("quiz-caption"), className="visually-hidden")
    lines = [_line(row) for _, row in table.iterrows()]
    drawn = html.Table([caption, html.Thead(html.Tr(heads)), html.Tbody(lines)], className="numbers quiz")
    return chart_card(
        t("quiz-title"), t("quiz-note"), html.Div(drawn, className="table-scroll", tabIndex="0"), csv=csv
    )


def _how_to(place: tuple[str, str]) -> Component:
    command = f"python -m pipeline quiz FILE --lesson {'/'.join(place)} --data DATA"
    return html.P([t("quiz-how") + " ", html.Code(command)], className="muted small quiet")


def _definition(name: str) -> str:
    return MEASURES[{"low": "difference", "p_holm": "p_holm"}.get(name, name)].definition


def _line(row: pd.Series) -> Component:
    together = row["question"] == ALL_QUESTIONS
    words = t("quiz-together") if together else str(row["question"])
    head = html.Th([html.Span(words), *_remark(row)], scope="row")
    if row["note"]:
        return html.Tr([head, html.Td(_sentence(row), colSpan=len(HEADS), className="muted")])
    cells = (
        _of(row["right_share"], row["right_count"]),
        _of(row["wrong_share"], row["wrong_count"]),
        _points(row["difference"]),
        t("quiz-interval", low=_points(row["low"]), high=_points(row["high"])),
        _p(row["p"] if together else row["p_holm"]),
    )
    return html.Tr(
        [head, *(html.Td(cell, className="number") for cell in cells)],
        className="together" if together else "",
    )


def _sentence(row: pd.Series) -> str:
    """Why there are no figures, and how many there would have been."""
    answers = t("quiz-answers", right=row["right_count"], wrong=row["wrong_count"])
    return f"{str(row['note'])[:1].upper()}{str(row['note'])[1:]} ({answers})."


def _remark(row: pd.Series) -> list[Component]:
    return (
        [html.Div(chip(t("quiz-too-few"), "warn"), className="remarks")] if "too few" in row["note"] else []
    )


def _of(share: float, count: int) -> Any:
    return (
        f"n = {count}"
        if pd.isna(share)
        else [percent(share), html.Span(f"n = {count}", className="interval")]
    )


def _points(share: float) -> str:
    return "–" if pd.isna(share) else f"{100 * share:+.0f}".replace("-", "\N{MINUS SIGN}").replace("+0", "0")


def _p(p: float) -> str:
    if pd.isna(p):
        return "–"
    return t("quiz-p-small") if p < 0.001 else f"{p:.3f}"
