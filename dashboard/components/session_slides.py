"""Slide by slide, where one student's fixations were."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.school import SessionSlide, SessionView
from dashboard.words import count, percent


def session_slides(view: SessionView) -> Component:
    """Every slide of the session with its fixations drawn on it, as a link to the workbench."""
    return html.Section(
        [
            html.Div(
                [
                    html.H2("Slide by slide"),
                    html.P("Circles are fixations, their area is duration.", className="muted small"),
                ],
                className="section-line",
            ),
            html.Ul([html.Li(_card(view, slide)) for slide in view.slides], className="filmstrip"),
        ]
    )


def _card(view: SessionView, seen: SessionSlide) -> Component:
    place = (view.lesson.course_id, view.lesson.lesson_id, seen.slide.slide_id)
    words = (
        f"{count(seen.fixations, 'fixation')}, {seen.dwell_s:.0f} s dwell in {seen.exposure_s:.0f} s shown"
    )
    picture = html.Div(
        [
            html.Img(src=urls.slide_image(*place), alt="", className="slide-picture"),
            html.Img(
                src=urls.fixations_image(view.row.session_id, seen.slide.slide_id),
                alt=f"{count(seen.fixations, 'fixation')} on the slide",
                className="over-picture",
            ),
        ],
        className="pictured",
    )
    tracked = f"tracked {percent(seen.tracked_share)}"
    on = "" if seen.on_slide_share is None else f", on the slide {percent(seen.on_slide_share)}"
    return dcc.Link(
        [
            picture,
            html.H3(f"{seen.number} {seen.slide.title}"),
            html.P(words, className="small"),
            html.P(tracked + on, className="muted small"),
        ],
        href=urls.slide(*place, overlay="scanpath", students=str(view.row.student)),
        className="card film",
    )
