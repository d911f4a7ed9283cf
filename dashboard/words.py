"""Numbers and dates as people write them."""

from __future__ import annotations

import datetime as dt


def count(n: int, noun: str) -> str:
    """``1 student``, ``12 students``."""
    return f"{n} {noun}" + ("" if n == 1 else "s")


def percent(share: float) -> str:
    """A share (0-1) in whole percent."""
    return f"{share:.0%}"


def day(moment: dt.datetime) -> str:
    """``12 November 2026``, on the calendar of the server."""
    local = moment.astimezone()
    return f"{local.day} {local:%B %Y}"
