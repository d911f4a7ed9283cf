"""Numbers and dates as people write them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import groupby

from babel.dates import format_date

from dashboard.texts import spoken


def count(n: int, noun: str) -> str:
    """``1 student``, ``12 students``."""
    return f"{n} {noun}" + ("" if n == 1 else "s")


def percent(share: float) -> str:
    """A share (0-1) in whole percent."""
    return f"{share:.0%}"


def day(moment: dt.datetime) -> str:
    """``12 November 2026``, on the calendar of the server."""
    return date_words(moment.astimezone().date())


def date_words(date: dt.date) -> str:
    """``12 November 2026``."""
    return format_date(date, "d MMMM y", locale=spoken())


def short_day(moment: dt.datetime) -> str:
    """``12 Nov 2026``, for tables."""
    return format_date(moment.astimezone().date(), "d MMM y", locale=spoken())


def ranges(numbers: Iterable[int]) -> str:
    """``1 to 3, 5``: ascending numbers, those that follow one another as one."""
    runs = groupby(enumerate(numbers), key=lambda each: each[1] - each[0])
    ends = [(run[0][1], run[-1][1]) for run in (list(members) for _, members in runs)]
    return ", ".join(f"{first}" if first == last else f"{first} to {last}" for first, last in ends)
