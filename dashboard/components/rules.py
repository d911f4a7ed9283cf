"""Whose recordings count: rules that a reader sees and changes, and always whom they leave out.

The controls of a page together fill one store, in which the rules stand as an address has them; everything
else listens to that store (`changed`) and understands it by `Rules.read`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboard.group import UNCALIBRATED, Rules
from dashboard.school import current_school
from dashboard.texts import t
from dashboard.words import date_words
from pipeline.storage.rows import GroupRow, SlideVersionRow

STORE: Final = "rules"  # dcc.Store: `Rules.query` without what is as usual
WORDS_ID: Final = "rules-words"
TRACKED_ID: Final = "rules-tracked"
ACCURACY_ID: Final = "rules-accuracy"
UNCALIBRATED_ID: Final = "rules-uncalibrated"
GROUP_ID: Final = "rules-group"
SINCE_ID: Final = "rules-since"
UNTIL_ID: Final = "rules-until"
VERSION_ID: Final = "rules-version"
CONTROLS: Final = (
    TRACKED_ID,
    ACCURACY_ID,
    UNCALIBRATED_ID,
    GROUP_ID,
    SINCE_ID,
    UNTIL_ID,
    VERSION_ID,
)

_TYPING_MS: Final = 500
NAMED_MAX: Final = 6  # students named without unfolding


@dataclass(frozen=True)
class LeftOut:
    """Whom the rules leave out, and the lines that say why."""

    students: tuple[str, ...]
    lines: tuple[str, ...]


def changed() -> Input:
    """What the callbacks of a page listen to; `Rules.read` understands its value."""
    return Input(STORE, "data")


def register_callbacks(app: Dash) -> None:
    """The controls fill the store, on whatever page they are."""
    app.callback(
        Output(STORE, "data"), *(Input(each, "value") for each in CONTROLS), prevent_initial_call=True
    )(_gather)
    app.callback(Output(WORDS_ID, "children"), Input(STORE, "data"), prevent_initial_call=True)(
        lambda query: in_words(Rules.read(query), current_school().groups())
    )


def _gather(*values: Any) -> dict[str, str]:
    names = (name.removeprefix("rules-") for name in CONTROLS)
    return stored(Rules.read(dict(zip(names, values, strict=True))))


def stored(rules: Rules) -> dict[str, str]:
    """The rules as the store has them."""
    return {name: value for name, value in rules.query().items() if value is not None}


def controls(
    rules: Rules,
    removed: LeftOut | None,
    removed_id: str,
    groups: Mapping[str, GroupRow],
    versions: Sequence[SlideVersionRow] = (),
) -> Component:
    """The rules as a line of a form, and below it whom they leave out, in an element of this id.

    `removed` is None on a page that says elsewhere whom they leave out, or is about too many for that.
    `versions` are those of the slide, on a page that is about one.
    """
    return html.Section(
        [
            dcc.Store(STORE, data=stored(rules)),
            html.H2(t("rules-title"), className="rules-title"),
            html.Details(
                [html.Summary(in_words(rules, groups), id=WORDS_ID), _form(rules, groups, versions)]
            ),
            *([] if removed is None else [_left_out(removed, removed_id)]),
        ],
        className="rules",
    )


def _form(rules: Rules, groups: Mapping[str, GroupRow], versions: Sequence[SlideVersionRow]) -> Component:
    return html.Div(
        [
            _field(t("rules-tracked"), _tracked(rules), t("rules-tracked-after")),
            _field(t("rules-accuracy"), _accuracy(rules)),
            _field(t("rules-uncalibrated"), _uncalibrated(rules)),
            _field(t("rules-group"), _group(rules, groups), shown=bool(groups or rules.group)),
            _period(rules),
            _field(t("rules-version"), _version(rules, versions), shown=len(versions) > 1),
        ],
        className="rules-form",
    )


def in_words(rules: Rules, groups: Mapping[str, GroupRow]) -> str:
    """The rules as a line of words."""
    group = groups.get(rules.group) if rules.group else None
    parts = [t("rules-said-tracked", percent=round(100 * rules.tracked_share_min))]
    if rules.accuracy_max_deg is not None:
        parts.append(t("rules-said-accuracy", degrees=f"{rules.accuracy_max_deg:g}"))
    parts.append(t(f"rules-said-{rules.uncalibrated}"))
    if rules.group:
        parts.append(t("rules-said-group", group=group.title if group else rules.group))
    if rules.since:
        parts.append(t("rules-said-since", day=date_words(rules.since)))
    if rules.until:
        parts.append(t("rules-said-until", day=date_words(rules.until)))
    if rules.version:
        parts.append(t("rules-said-version", version=rules.version))
    return ", ".join(parts)


def _left_out(removed: LeftOut, name: str) -> Component:
    return html.Div(left_out_list(removed), id=name, className="small", **{"aria-live": "polite"})


def left_out_list(removed: LeftOut) -> list[Component]:
    """How many are left out, to be unfolded to who and why; or that nobody is."""
    if not removed.students:
        return [html.P(t("rules-nobody"), className="muted")]
    lines = html.Ul([html.Li(each) for each in removed.lines])
    return [html.Details([html.Summary(_names(removed.students)), lines], className="rules-removed")]


def _names(names: Sequence[str]) -> str:
    """How many are left out, and the first of them."""
    named, more = ", ".join(names[:NAMED_MAX]), len(names) - NAMED_MAX
    if more > 0:
        return t("rules-left-out-more", n=len(names), names=named, more=more)
    return t("rules-left-out", n=len(names), names=named)


def _tracked(rules: Rules) -> Component:
    return dmc.NumberInput(
        id=TRACKED_ID, value=round(100 * rules.tracked_share_min), min=0, max=100, step=5, suffix=" %", w=88,
        size="xs", debounce=_TYPING_MS, allowDecimal=False, **{"aria-label": t("rules-tracked-label")},
    )  # fmt: skip


def _accuracy(rules: Rules) -> Component:
    return dmc.NumberInput(
        id=ACCURACY_ID, value=rules.accuracy_max_deg if rules.accuracy_max_deg is not None else "",
        placeholder=t("rules-accuracy-any"), min=0.1, max=90, step=0.5, suffix="°", w=80, size="xs",
        debounce=_TYPING_MS, **{"aria-label": t("rules-accuracy-label")},
    )  # fmt: skip


def _uncalibrated(rules: Rules) -> Component:
    choices = [{"value": key, "label": t(f"rules-uncalibrated-{key}")} for key in UNCALIBRATED]
    return dmc.Select(
        id=UNCALIBRATED_ID, value=rules.uncalibrated, data=choices, size="xs", w=232, allowDeselect=False,
        **{"aria-label": t("rules-uncalibrated-label")},
    )  # fmt: skip


def _group(rules: Rules, groups: Mapping[str, GroupRow]) -> Component:
    known = dict.fromkeys([rules.group] if rules.group else [], rules.group)
    titles = known | {group.group_id: group.title for group in groups.values()}
    return dmc.Select(
        id=GROUP_ID, value=rules.group, placeholder=t("rules-group-all"), size="xs", w=150, clearable=True,
        searchable=True, data=[{"value": key, "label": title} for key, title in titles.items()],
        **{"aria-label": t("rules-group-label")},
    )  # fmt: skip


def _period(rules: Rules) -> Component:
    days = [
        dmc.DateInput(
            id=name, value=day.isoformat() if day else None, placeholder=words, size="xs", w=112,
            clearable=True, valueFormat="D MMM YYYY", **{"aria-label": label},
        )
        for name, day, words, label in (
            (SINCE_ID, rules.since, t("rules-since"), t("rules-since-label")),
            (UNTIL_ID, rules.until, t("rules-until"), t("rules-until-label")),
        )
    ]  # fmt: skip
    return html.Div([html.Span(t("rules-period")), *days], className="rules-field")


def _version(rules: Rules, versions: Sequence[SlideVersionRow]) -> Component:
    present = max((each.version for each in versions), default=1)
    return dmc.Select(
        id=VERSION_ID, value=str(rules.version) if rules.version else None, size="xs", w=150, clearable=True,
        data=[str(each.version) for each in versions],
        placeholder=t("rules-version-present", version=present),
        **{"aria-label": t("rules-version-label")},
    )  # fmt: skip


def _field(before: str, control: Any, after: str = "", *, shown: bool = True) -> Component:
    return html.Label(
        [html.Span(before), control, html.Span(after)], className="rules-field", hidden=not shown
    )
