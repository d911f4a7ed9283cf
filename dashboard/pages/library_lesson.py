"""The slides of a lesson: brought in, put in order, named, given other pictures, removed."""

from __future__ import annotations

import json
from typing import Any, Final

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.components.charts import chip
from dashboard.components.library import ABOUT, ask, do, frame
from dashboard.context import current
from dashboard.library import SlideOnShelf, library_slides
from dashboard.school import current_school
from dashboard.texts import t
from dashboard.words import day

PATH: Final = urls.LIBRARY_LESSON
TITLE: Final = "page-library"
DROP: Final = "library-drop"
PROPOSE: Final = "library-propose"
LIST: Final = "library-uploads"  # where the script tells of the files under way
MOUNTED: Final = "library-mounted"


def layout(course_id: str = "", lesson_id: str = "", **_: Any) -> Component:
    """The lesson as of now; it follows what is done."""
    place = (course_id, lesson_id)
    lesson = current_school().lesson(*place)
    actions = [
        ask(t("library-rename"), "rename-lesson", *place, look="button"),
        dcc.Link(t("library-results"), href=urls.lesson(*place), className="button"),
    ]
    return frame(
        lesson.lesson_title,
        t("library-slides-lead"),
        urls.LIBRARY,
        slides(*place),
        about=["slides", *place],
        before=[
            _drop_zone(),
            html.Section(id=LIST, className="upload-list", **{"aria-label": t("library-uploads")}),
            html.Div(id=MOUNTED, hidden=True),
        ],
        crumbs=[(t("page-library"), urls.LIBRARY), (lesson.course_title, urls.LIBRARY)],
        actions=actions,
    )


def register_callbacks(app: Dash) -> None:
    """The script takes the drop zone over, and the order by hand."""
    app.clientside_callback(
        ClientsideFunction("library", "mount"),
        Output(MOUNTED, "children"),
        Input(DROP, "id"),
        State(ABOUT, "data"),
    )
    app.clientside_callback(
        ClientsideFunction("library", "arranged"),
        Output(MOUNTED, "title"),
        Input("library-cards", "children"),
    )


def _drop_zone() -> Component:
    """A label around the file field that the script puts in, and whether regions are proposed."""
    max_mb = current().settings.upload_max_mb
    zone = html.Label(
        [
            html.Span(t("library-drop"), className="drop-title"),
            html.Span(t("library-choose"), className="drop-link"),
            html.Span(t("library-drop-what", mb=max_mb), className="muted small"),
        ],
        id=DROP,
        htmlFor="library-files",
        className="card drop drop-low",
        **{"data-max-mb": str(max_mb)},
    )
    choice = dmc.Checkbox(id=PROPOSE, label=t("library-propose"), checked=True, size="sm")
    return html.Div([zone, choice], className="drop-and-choice")


def slides(course_id: str, lesson_id: str) -> Component:
    """The slides as cards in order, or how to bring some in. Raises NotFound."""
    place = (course_id, lesson_id)
    found = library_slides(current_school(), *place)
    if not found:
        return html.Section(
            [html.H2(t("library-no-slides")), html.P(t("library-no-slides-how"))], className="card empty"
        )
    cards = [_card(place, number, each) for number, each in enumerate(found, start=1)]
    return html.Div(
        [
            html.Div(
                [
                    html.H2(t("library-slides", slides=len(found))),
                    html.Span(t("library-order-how"), className="muted small", id="library-order-how"),
                ],
                className="found-line",
            ),
            html.Ol(
                cards, className="slide-cards", id="library-cards",
                **{"data-place": json.dumps(place), "aria-label": t("library-slides-label")},
            ),
        ],
        className="stack",
    )  # fmt: skip


def _card(place: tuple[str, str], number: int, shelf: SlideOnShelf) -> Component:
    slide = shelf.slide
    where = (*place, slide.slide_id)
    version = slide.version if len(shelf.versions) > 1 else None
    picture = html.Img(
        src=urls.slide_thumbnail(*where, version), alt="", className="slide-picture", draggable="false"
    )
    return html.Li(
        [
            picture,
            html.Div(
                [html.H3(f"{number}. {slide.title}"), _handle(number, slide.title)],
                className="slide-card-head",
            ),
            _regions(where, shelf),
            html.Div(
                [
                    ask(t("library-rename"), "rename-slide", "slide"),
                    _button(t("library-replace"), "data-replace"),
                    _button(t("library-remove"), "data-remove", "quiet-link danger"),
                ],
                className="quiet-links",
            ),
            *([_versions(where, shelf)] if len(shelf.versions) > 1 else []),
        ],
        key=slide.slide_id,
        className="card slide-card",
        **{"data-slide": slide.slide_id},
    )  # fmt: skip


def _button(label: str, mark: str, look: str = "quiet-link") -> Component:
    """A button that the script understands by its mark, and by the card that it is in."""
    return html.Button(label, type="button", className=look, **{mark: "slide"})


def _handle(number: int, title: str) -> Component:
    """What a slide is dragged by, or moved with the arrow keys."""
    return html.Button(
        "⠿", type="button", className="handle",
        **{"aria-label": t("library-move-slide", number=number, title=title),
           "aria-describedby": "library-order-how", "data-handle": "true"},
    )  # fmt: skip


def _regions(where: tuple[str, str, str], shelf: SlideOnShelf) -> Component:
    """How many regions, whether anybody has looked them through, and the way to the editor."""
    aois, present = shelf.slide.aois, shelf.versions[-1:]
    words: list[Any] = [dcc.Link(t("library-regions", regions=len(aois)), href=urls.edit(*where))]
    if shelf.proposed:
        words.append(chip(t("library-proposed"), "warn"))
    drawn_before = len(shelf.versions) > 1 and shelf.versions[-2].aoi_version == shelf.slide.aoi_version
    if aois and present and drawn_before:
        words.append(chip(t("library-unchecked"), "warn"))
    return html.Div(words, className="small facts-line")


def _versions(where: tuple[str, str, str], shelf: SlideOnShelf) -> Component:
    """The pictures that the slide has had, the present one first."""
    lines = [
        html.Li(
            [
                html.Img(src=urls.slide_thumbnail(*where, row.version), alt="", className="version-picture"),
                html.Span(
                    t("library-version", version=row.version)
                    + (", " + t("library-since", day=day(row.since)) if row.since.year > 1970 else ""),
                ),
                html.Span(t("library-in-use"), className="muted")
                if row.version == shelf.slide.version
                else do(t("library-use-again"), "use-picture", *where, row.version),
            ]
        )
        for row in reversed(shelf.versions)
    ]
    return html.Details(
        [html.Summary(t("library-versions", versions=len(lines))), html.Ul(lines, className="versions")],
        className="small",
    )
