"""Whether everything is in order, as cards: data quality, consent, storage, queue. A sentence first, each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
from babel.dates import format_date
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components.charts import chart_card, chip
from dashboard.order import (
    TRACKED_LOW,
    Consent,
    Sizes,
    by_course,
    by_week,
    worst,
)
from dashboard.texts import spoken, t
from dashboard.words import day, percent
from dashboard.work import Work
from pipeline.storage.rows import SessionRow

RETRY: Final = "administer-retry"  # type of the ids of buttons that have a session processed again
SHOWN: Final = 10  # sessions in a list
UNKNOWN: Final = "–"
QUALITY: Final = ("sessions", "tracked_share", "poorly_n", "error_deg", "uncalibrated_n")


def quality_card(rows: pd.DataFrame) -> Component:
    """How good recordings are, by course, by week, and the worst of them."""
    body: list[Any]
    if rows.empty:
        body = [html.P(t("administer-quality-none"), className="muted")]
    else:
        weeks = by_week(rows)
        named = weeks.assign(name=[_week(each) for each in weeks["week"]])
        body = [
            html.P(quality_words(rows)),
            html.H3(t("administer-by-course"), className="sub-head"),
            _table(by_course(rows).rename(columns={"course": "name"}), t("administer-course"), "course_id"),
            html.H3(t("administer-by-week"), className="sub-head"),
            _table(named, t("administer-week")),
            html.H3(t("administer-worst"), className="sub-head"),
            _worst(worst(rows)),
        ]
    return chart_card(
        t("administer-quality"), t("administer-quality-note"), *body, csv=urls.table("recordings-quality")
    )


def quality_words(rows: pd.DataFrame) -> str:
    """How many recordings are poor, in a sentence."""
    poorly = int((rows["tracked_share"] < TRACKED_LOW).sum())
    uncalibrated = int((~rows["calibrated"].astype(bool)).sum())
    tracked = percent(rows["tracked_share"].mean()) if rows["tracked_share"].notna().any() else UNKNOWN
    return t(
        "administer-quality-words",
        sessions=len(rows),
        tracked=tracked,
        poorly=poorly,
        uncalibrated=uncalibrated,
        least=percent(TRACKED_LOW),
    )


def consent_card(consent: Consent) -> Component:
    """Whether consent is recorded of every session."""
    lines = [
        html.Tr(
            [
                html.Th(t("administer-consent-none") if version is None else version, scope="row"),
                html.Td(f"{n:,}".replace(",", "\N{NARROW NO-BREAK SPACE}"), className="number"),
                html.Td(_date(oldest), className="nowrap"),
            ]
        )
        for version, n, oldest in consent.versions
    ]
    heads = (("consent-version", ""), ("sessions", "number"), ("consent-oldest", ""))
    head = [html.Th(t(f"administer-{key}"), scope="col", className=kind) for key, kind in heads]
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(lines)], className="numbers compact")
    body = [html.P(consent_words(consent)), *([table] if lines else []), *_without(consent.without)]
    return _card(t("administer-consent"), body)


def consent_words(consent: Consent) -> str:
    """How many sessions lack a recorded consent."""
    without = len(consent.without)
    if not consent.sessions:
        return t("administer-consent-nobody")
    if not without:
        return t("administer-consent-all", sessions=consent.sessions)
    return t("administer-consent-without", without=without, sessions=consent.sessions)


def storage_card(sizes: Sizes | None, titles: Mapping[str, str]) -> Component:
    """What is stored and what could be freed."""
    if sizes is None:
        return _card(t("administer-storage"), [html.P(t("administer-storage-waiting"), className="muted")])
    total = sum(sizes.kinds.values())
    words = [t("administer-storage-words", total=in_bytes(total))]
    words.append(t("administer-storage-videos", n=sizes.videos_n, size=in_bytes(sizes.videos_kept)))
    words.append(t("administer-storage-bin", n=sizes.binned_n, size=in_bytes(sizes.binned)))
    kinds = [
        (t(f"administer-storage-{name}"), size) for name, size in sorted(sizes.kinds.items(), key=_by_size)
    ]
    courses = [
        (titles.get(name, t("administer-no-course")), size)
        for name, size in sorted(sizes.courses.items(), key=_by_size)
    ]
    tables = [
        _sizes(t("administer-storage-kind"), kinds, total),
        _sizes(t("administer-course"), courses, total),
    ]
    links = html.P(dcc.Link(t("administer-storage-library"), href=urls.LIBRARY), className="small")
    return _card(
        t("administer-storage"), [html.P(" ".join(words)), html.Div(tables, className="two-tables"), links]
    )


def queue_card(work: Work, failed: Sequence[SessionRow], able: Mapping[str, bool]) -> Component:
    """What waits, what runs, what failed and why; `able`: whether a session's recording is still there."""
    running = [html.Li(f"{item.student or t('work-new')}: {item.doing}") for item in work.running]
    words = t("administer-queue-words", waiting=work.waiting, running=len(work.running), failed=len(failed))
    body: list[Any] = [html.P(words)]
    if running:
        body.append(html.Ul(running, className="small plain-list"))
    if failed:
        body.append(_failed(failed[:SHOWN], able))
        if len(failed) > SHOWN:
            body.append(html.P(t("work-failed-more", n=len(failed) - SHOWN), className="muted small"))
    return _card(t("administer-queue"), body)


def in_bytes(size: int) -> str:
    """``1.2 GB``, ``340 MB``: three figures at most."""
    value, unit = float(size), "B"
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":
            break
        value /= 1000
    digits = 1 if value < 10 and unit not in ("B", "kB") else 0
    return f"{value:.{digits}f} {unit}"


def _by_size(each: tuple[str, int]) -> int:
    return -each[1]


def _card(title: str, body: Sequence[Any]) -> Component:
    return html.Section([html.H2(title), *body], className="card order-card")


def _table(frame: pd.DataFrame, first: str, key: str | None = None) -> Component:
    heads = [html.Th(first, scope="col")]
    heads += [html.Th(t(f"administer-{_dashed(name)}"), scope="col", className="number") for name in QUALITY]
    lines = [
        html.Tr(
            [html.Th(row["name"], scope="row"), *(html.Td(cell, className="number") for cell in _cells(row))],
            **({"data-course": row[key]} if key else {}),
        )
        for row in frame.to_dict("records")
    ]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(lines)], className="numbers compact")
    return html.Div(table, className="table-scroll", tabIndex="0")


def _cells(row: dict[Any, Any]) -> list[Any]:
    tracked = UNKNOWN if pd.isna(row["tracked_share"]) else percent(row["tracked_share"])
    error = UNKNOWN if pd.isna(row["error_deg"]) else f"{row['error_deg']:.1f}°"
    return [str(row["sessions"]), tracked, str(row["poorly_n"]), error, str(row["uncalibrated_n"])]


def _worst(rows: pd.DataFrame) -> Component:
    lines = [
        html.Li(
            [
                dcc.Link(row["student"], href=urls.session(row["session_id"])),
                t("administer-worst-line", course=row["course"], lesson=row["lesson_id"],
                  tracked=UNKNOWN if pd.isna(row["tracked_share"]) else percent(row["tracked_share"]),
                  day=day(row["came"].to_pydatetime())),
            ]
        )
        for row in rows.to_dict("records")
    ]  # fmt: skip
    return html.Ol(lines, className="small worst-list")


def _without(rows: Sequence[SessionRow]) -> list[Component]:
    if not rows:
        return []
    links = [
        html.Li(
            [
                dcc.Link(row.student or row.name, href=urls.session(row.session_id)),
                f", {day(row.created_at)}",
            ]
        )
        for row in rows[:SHOWN]
    ]
    more = len(rows) - SHOWN
    rest = [html.P(t("work-failed-more", n=more), className="muted small")] if more > 0 else []
    return [html.Ul(links, className="small plain-list"), *rest]


def _sizes(first: str, rows: Sequence[tuple[str, int]], total: int) -> Component:
    lines = [
        html.Tr(
            [
                html.Th(name, scope="row"),
                html.Td(in_bytes(size), className="number"),
                html.Td(percent(size / total) if total else UNKNOWN, className="number"),
            ]
        )
        for name, size in rows
    ]
    heads = (
        html.Th(first, scope="col"),
        html.Th(t("administer-size"), scope="col", className="number"),
        html.Th(t("administer-share"), scope="col", className="number"),
    )
    return html.Table([html.Thead(html.Tr(list(heads))), html.Tbody(lines)], className="numbers compact")


def _failed(rows: Sequence[SessionRow], able: Mapping[str, bool]) -> Component:
    return html.Ul([_failure(row, able.get(row.session_id, False)) for row in rows], className="failed-list")


def _failure(row: SessionRow, able: bool) -> Component:
    again: Component = (
        html.Button(
            t("administer-retry"),
            id={"type": RETRY, "session": row.session_id},
            type="button",
            className="button quiet",
        )
        if able
        else chip(t("administer-nothing-kept"))
    )
    name = dcc.Link(row.student or row.name, href=urls.session(row.session_id))
    when = html.Span(day(row.finished_at or row.created_at), className="muted small")
    return html.Li(
        [
            html.Div([name, when, again], className="failed-name"),
            html.P(row.error or t("sessions-no-reason"), className="small"),
        ]
    )


def _date(given_at: str | None) -> str:
    try:
        return day(dt.datetime.fromisoformat(str(given_at).replace("Z", "+00:00")))
    except ValueError:
        return UNKNOWN


def _week(monday: dt.date) -> str:
    return t("administer-week-of", day=format_date(monday, "d MMMM y", locale=spoken()))


def _dashed(name: str) -> str:
    return name.replace("_", "-")
