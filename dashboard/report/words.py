"""Numbers as the pages write them, for tables on paper."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable

import pandas as pd
from babel.dates import format_date

from dashboard.group import Rules
from dashboard.texts import spoken, t
from dashboard.words import percent

UNKNOWN = "–"
MINUS = "\N{MINUS SIGN}"


def share(value: float) -> str:
    """``7%``."""
    return UNKNOWN if pd.isna(value) else percent(value)


def points(value: float) -> str:
    """A difference of shares in points: ``+6``, ``−18``, ``0``."""
    if pd.isna(value):
        return UNKNOWN
    whole = round(100 * value)
    return "0" if whole == 0 else f"{whole:+d}".replace("-", MINUS)


def seconds(duration_ms: float) -> str:
    """``1.4``."""
    return UNKNOWN if pd.isna(duration_ms) else f"{duration_ms / 1000:.1f}"


def hundredths(value: float) -> str:
    """``0.24``."""
    return UNKNOWN if pd.isna(value) else f"{value:.2f}"


def degrees(value: float | None) -> str:
    """``1.4°``."""
    return UNKNOWN if value is None or math.isnan(value) else f"{value:.1f}°"


def between(low: float, high: float, words: Callable[[float], str]) -> str:
    """``41 to 93%``; nothing where there is no interval."""
    if pd.isna(low) or pd.isna(high):
        return ""
    return t("report-interval", low=words(low).removesuffix("%"), high=words(high))


def rules_words(rules: Rules, students: tuple[str, ...], group: str | None) -> list[str]:
    """Whose recordings count, in sentences; `group` is the title of the one that is asked for."""
    lines = [t("report-rule-tracked", share=percent(rules.tracked_share_min))]
    if rules.accuracy_max_deg is not None:
        lines.append(t("report-rule-accuracy", degrees=f"{rules.accuracy_max_deg:g}"))
    if not students or rules.calibrated_only is not None:  # whoever is chosen by name counts without, too
        lines.append(t(f"report-rule-uncalibrated-{rules.uncalibrated}"))
    if group:
        lines.append(t("report-rule-group", group=group))
    if rules.since or rules.until:
        since, until = (_date(day) for day in (rules.since, rules.until))
        key = "between" if since and until else "since" if since else "until"
        lines.append(t(f"report-rule-{key}", since=since, until=until))
    if students:
        lines.append(t("report-rule-students", students=", ".join(students)))
    return lines


def _date(day: dt.date | None) -> str:
    """As `words.day` writes it; nothing where there is none."""
    return format_date(day, "d MMMM y", locale=spoken()) if day else ""
