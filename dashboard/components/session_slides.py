"""Slide by slide, where one student's fixations were and what was looked at first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components.charts import downloads
from dashboard.figures.slide import region_colours
from dashboard.school import SessionSlide, SessionView
from dashboard.texts import t
from dashboard.words import percent
from pipeline.domain import Slide

LOOKS_MAX = 5  # regions told of a slide


def session_slides(
    view: SessionView, slides: Mapping[str, Slide], versions: Mapping[str, int], looks: pd.DataFrame
) -> Component:
    """Every slide of the session with its fixations drawn on it, as a link to the workbench.

    `slides` are those of the versions that were seen, `looks` as `session_time.first_looks` gives it.
    """
    cards = [
        _card(view, seen, slides[seen.slide.slide_id], versions.get(seen.slide.slide_id), looks)
        for seen in view.slides
    ]
    words = html.Div(
        [html.H2(t("session-slides-title")), html.P(t("session-slides-note"), className="muted small")]
    )
    links = downloads(None, urls.table("session-looks", view.row.session_id))
    return html.Section(
        [
            html.Div([words, links], className="chart-head"),
            html.Ul([html.Li(card) for card in cards], className="filmstrip session-slides"),
        ]
    )


def _card(
    view: SessionView, seen: SessionSlide, slide: Slide, version: int | None, looks: pd.DataFrame
) -> Component:
    place = (view.lesson.course_id, view.lesson.lesson_id, slide.slide_id)
    alt = t("session-slides-alt", fixations=seen.fixations)
    picture = html.Div(
        [
            html.Img(src=urls.slide_image(*place, version), alt="", className="slide-picture"),
            html.Img(
                src=urls.fixations_image(view.row.session_id, slide.slide_id),
                alt=alt,
                className="over-picture",
            ),
        ],
        className="pictured",
    )
    dwell, shown = f"{seen.dwell_s:.0f}", f"{seen.exposure_s:.0f}"
    words = t("session-slides-fixations", fixations=seen.fixations, dwell=dwell, shown=shown)
    return dcc.Link(
        [
            picture,
            html.H3(f"{seen.number} {slide.title}"),
            html.P(words, className="small"),
            _time(seen),
            *_looks(slide, looks[looks["slide_id"] == slide.slide_id]),
        ],
        href=urls.slide(*place, overlay="scanpath", students=str(view.row.student)),
        className="card film",
    )


def _time(seen: SessionSlide) -> Component:
    """What share of the time was on the slide, beside it, and not tracked."""
    on = (seen.on_slide_share or 0.0) * seen.tracked_share
    parts = [
        html.Span(className=f"time-{name}", style={"width": f"{100 * share:.1f}%"})
        for name, share in (
            ("on", on),
            ("beside", seen.tracked_share - on),
            ("untracked", 1 - seen.tracked_share),
        )
    ]
    words = [t("session-slides-tracked", share=percent(seen.tracked_share))]
    if seen.on_slide_share is not None:
        words.append(t("session-slides-on", share=percent(seen.on_slide_share)))
    return html.Div(
        [html.Div(parts, className="time-bar", **{"aria-hidden": "true"}),
         html.P(", ".join(words), className="muted small")],
        title=t("session-slides-untracked"),
    )  # fmt: skip


def _looks(slide: Slide, looks: pd.DataFrame) -> Iterator[Component]:
    """The regions in the order of their first look, and those that were never looked at."""
    colours = region_colours(slide.aois)
    seen = looks[looks["place"].notna()].sort_values("place")
    lines = [
        html.Li(
            [
                html.Span(
                    f"{look.place:.0f}", className="look-place", style={"background": colours[look.aoi_id]}
                ),
                html.Span(look.name, className="look-name"),
                html.Span(f"{look.ttff_ms / 1000:.1f} s", className="muted"),
            ]
        )
        for look in seen.head(LOOKS_MAX).itertuples(index=False)
    ]
    if len(seen) > LOOKS_MAX:
        lines.append(html.Li(t("session-slides-more", n=len(seen) - LOOKS_MAX), className="muted"))
    if lines:
        yield html.Ol(lines, className="looks small")
    for required, key in ((True, "session-slides-never-required"), (False, "session-slides-never")):
        never = looks.loc[looks["place"].isna() & (looks["required"] == required), "name"]
        if len(never):
            yield html.P(
                t(key, regions=", ".join(never)), className="small " + ("missed" if required else "muted")
            )
