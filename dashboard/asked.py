"""Whose gaze a request asks for, by the query of its address."""

from __future__ import annotations

from flask import request

from dashboard.group import Rules


def asked_students() -> tuple[str, ...]:
    """The students in the query; none means the whole class."""
    return tuple(name for name in request.args.get("students", "").split(",") if name)


def asked_rules() -> Rules:
    """Whose recordings count."""
    return Rules.read(request.args)
