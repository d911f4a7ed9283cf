"""Whose recordings count: rules that a reader sees and changes, and always whom they leave out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import dash_mantine_components as dmc
from dash import Input, html
from dash.development.base_component import Component

from dashboard.group import UNCALIBRATED, Rules

TRACKED_ID: Final = "rules-tracked"
ACCURACY_ID: Final = "rules-accuracy"
UNCALIBRATED_ID: Final = "rules-uncalibrated"
CONTROLS: Final = ((TRACKED_ID, "value"), (ACCURACY_ID, "value"), (UNCALIBRATED_ID, "value"))

_UNCALIBRATED_WORDS: Final = {
    "auto": "left out if others are calibrated",
    "never": "never counted",
    "count": "counted",
}
_TYPING_MS: Final = 500
FOLDED_ABOVE: Final = 6  # lines


def inputs() -> list[Input]:
    """What the callbacks of a page listen to; `Rules.read` understands their values."""
    return [Input(*control) for control in CONTROLS]


def controls(rules: Rules, removed: Sequence[str], removed_id: str) -> Component:
    """The rules as a line of a form, and below it whom they leave out, in an element of this id."""
    percent = dmc.NumberInput(
        id=TRACKED_ID, value=round(100 * rules.tracked_share_min), min=0, max=100, step=5, suffix=" %", w=88,
        size="xs", debounce=_TYPING_MS, allowDecimal=False,
        **{"aria-label": "Share of the time that gaze has to be tracked, percent"},
    )  # fmt: skip
    degrees = dmc.NumberInput(
        id=ACCURACY_ID, value=rules.accuracy_max_deg if rules.accuracy_max_deg is not None else "",
        placeholder="any", min=0.1, max=90, step=0.5, suffix="°", w=80, size="xs", debounce=_TYPING_MS,
        **{"aria-label": "Largest error on validation dots, degrees; empty for any"},
    )  # fmt: skip
    choice = dmc.Select(
        id=UNCALIBRATED_ID, value=rules.uncalibrated, size="xs", w=232, allowDeselect=False,
        data=[{"value": key, "label": _UNCALIBRATED_WORDS[key]} for key in UNCALIBRATED],
        **{"aria-label": "Recordings without a calibration"},
    )  # fmt: skip
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Who counts", className="rules-title"),
                    _field("tracked at least", percent, "of the time"),
                    _field("off by at most", degrees),
                    _field("uncalibrated:", choice),
                ],
                className="rules-form",
            ),
            html.Div(left_out_list(removed), id=removed_id, className="small", **{"aria-live": "polite"}),
        ],
        className="rules",
    )


def left_out_list(removed: Sequence[str]) -> list[Component]:
    """A line for each who is left out, folded away where they are many, or that nobody is."""
    if not removed:
        return [html.P("Nobody is left out.", className="muted")]
    lines = html.Ul([html.Li(each) for each in removed])
    if len(removed) > FOLDED_ABOVE:
        summary = f"More than {FOLDED_ABOVE} students are left out: who, and why"
        return [html.Details([html.Summary(summary), lines])]
    return [html.Div([html.Strong("Left out:"), lines], className="rules-removed")]


def _field(before: str, control: Any, after: str = "") -> Component:
    return html.Label([html.Span(before), control, html.Span(after)], className="rules-field")
