"""What to look at first, as a list of sentences that lead to their slides."""

from __future__ import annotations

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.findings import Finding, Kind
from dashboard.group import Rules
from dashboard.texts import t
from pipeline.domain import Lesson


def findings_card(
    findings: Sequence[Finding], lesson: Lesson, rules: Rules, *, judged: bool = True
) -> Component:
    """The card of a lesson's page. `judged`: there is somebody whose gaze says something."""
    if findings:
        body: list[Component] = [
            findings_list(findings, lesson, rules),
            html.Details(
                [html.Summary(t("findings-how")), html.P(t("findings-rule"))], className="small muted how"
            ),
        ]
    else:
        body = [html.P(t("findings-none" if judged else "findings-unknown"))]
    return html.Section([html.H2(t("findings-title")), *body], className="card first")


def findings_list(findings: Sequence[Finding], lesson: Lesson, rules: Rules) -> Component:
    """One line a finding: the slide, as a link, and what was found on it."""
    titles = {slide.slide_id: slide.title for slide in lesson.slides}
    lines = [
        html.Li(
            [
                dcc.Link(t("findings-slide", number=each.number), href=_place(each, lesson, rules),
                         title=titles[each.slide_id], className="finding-slide"),
                html.Span(each.sentence),
                *_replay(each, lesson, rules),
            ],
            className=f"finding finding-{each.kind.value}",
        )
        for each in findings
    ]  # fmt: skip
    return html.Ol(lines, className="findings")


def judged(findings: Sequence[Finding]) -> bool:
    """Whether anything but the lack of tracking is told."""
    return any(each.kind is not Kind.UNTRACKED for each in findings)


def _replay(finding: Finding, lesson: Lesson, rules: Rules) -> list[Component | str]:
    """The way to the moment that a finding is about, as it was looked at then."""
    if finding.since_s is None:
        return []
    query = rules.query() | {"version": None, "slide": finding.slide_id, "t": f"{finding.since_s:g}"}
    address = urls.replay_page(lesson.course_id, lesson.lesson_id, **query)
    return [" ", dcc.Link(t("findings-replay"), href=address)]


def _place(finding: Finding, lesson: Lesson, rules: Rules) -> str:
    query = rules.query() | {"region": finding.region}
    return urls.slide(lesson.course_id, lesson.lesson_id, finding.slide_id, **query)
