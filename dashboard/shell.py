"""What surrounds every page: navigation, the state of the queue, the choice of light or dark."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

import dash
import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard import theme, urls
from dashboard.school import current_school
from dashboard.work import Work, current_work

PULSE: Final = "pulse"  # dcc.Interval: fires often while sessions are in work, seldom otherwise
REVISION: Final = "revision"  # dcc.Store: changes whenever anything that pages show has changed
NAVIGATION: Final = "navigation"
QUEUE: Final = "queue"
QUEUE_ABOVE: Final = "queue-above"  # the same in the bar of narrow screens
MENU: Final = "menu"
FRAME: Final = "frame"
SCHEME_CHOICE: Final = "scheme-choice"
LOCATION: Final = "_pages_location"  # Dash's own dcc.Location

BUSY_MS: Final = 1000
IDLE_MS: Final = 5000
NAVBAR_PX: Final = 216

INDEX = """<!DOCTYPE html>
<html lang="en">
  <head>
    {%metas%}
    <meta name="color-scheme" content="light dark">
    <title>{%title%}</title>
    <link rel="icon" type="image/svg+xml" href="/assets/icon.svg">
    <script src="/assets/scheme.js"></script>
    {%css%}
  </head>
  <body>
    <noscript>Gazeboard needs JavaScript, which this browser has switched off.</noscript>
    {%app_entry%}
    <footer>{%config%}{%scripts%}{%renderer%}</footer>
  </body>
</html>"""

Crumb = tuple[str, str | None]


def layout() -> Component:
    """The frame of every page."""
    return dmc.MantineProvider(
        [
            html.A("Skip to the content", href="#content", className="skip-link"),
            dcc.Store(theme.SCHEME),
            dcc.Store(REVISION),
            dcc.Interval(PULSE, interval=BUSY_MS),
            dmc.AppShell(
                [
                    dmc.AppShellHeader(_header(), hiddenFrom="md", className="topbar"),
                    dmc.AppShellNavbar(_navbar(), className="sidebar"),
                    dmc.AppShellMain(
                        html.Div(dash.page_container, id="content", tabIndex="-1", className="content")
                    ),
                ],
                id=FRAME,
                header={"height": {"base": 56, "md": 0}},
                navbar=_navbar_state(opened=False),
                padding=0,
            ),
        ],
        id="mantine",
        theme=theme.MANTINE,
        defaultColorScheme="auto",
    )


def page(
    title: str, lead: str | Component | Sequence[Any], *children: Any, crumbs: Sequence[Crumb] = ()
) -> Component:
    """A page: where one is, what it is, a plain sentence about it, and then the content."""
    head = [html.H1(title), html.P(lead, className="lead")]
    return html.Div([breadcrumb(crumbs, title), html.Header(head, className="page-head"), *children])


def breadcrumb(crumbs: Sequence[Crumb], here: str) -> Component | None:
    """The way here, as links; nothing on a page that has no parent."""
    if not crumbs:
        return None
    way = [
        html.Li(dcc.Link(name, href=address) if address else name, className="muted")
        for name, address in crumbs
    ]
    return html.Nav(
        html.Ol([*way, html.Li(here, **{"aria-current": "page"})]),
        className="breadcrumb",
        **{"aria-label": "Breadcrumb"},
    )


def register_callbacks(app: Dash) -> None:
    """Navigation, queue, colour scheme and the menu of narrow screens."""
    app.clientside_callback(
        ClientsideFunction("scheme", "chosen"), Output(SCHEME_CHOICE, "value"), Input(SCHEME_CHOICE, "id")
    )
    app.clientside_callback(
        ClientsideFunction("scheme", "choose"),
        Output(theme.SCHEME, "data"),
        Output("mantine", "forceColorScheme"),
        Input(SCHEME_CHOICE, "value"),
        prevent_initial_call=True,
    )
    app.callback(
        Output(QUEUE, "children"),
        Output(QUEUE_ABOVE, "children"),
        Output(PULSE, "interval"),
        Output(REVISION, "data"),
        Input(PULSE, "n_intervals"),
        State(REVISION, "data"),
    )(_beat)
    app.callback(Output(NAVIGATION, "children"), Input(LOCATION, "pathname"), Input(REVISION, "data"))(
        _navigation
    )
    app.callback(Output(FRAME, "navbar"), Input(MENU, "opened"))(lambda opened: _navbar_state(opened))
    app.callback(Output(MENU, "opened"), Input(LOCATION, "pathname"))(lambda _: False)


def _header() -> Component:
    burger = dmc.Burger(id=MENU, opened=False, size="sm", **{"aria-label": "Menu"})
    queue = html.Div(id=QUEUE_ABOVE, className="queue")
    return dmc.Group([burger, _brand(), queue], h="100%", px="md", gap="sm")


def _navbar() -> list[Component]:
    choices = [{"value": name, "label": name.capitalize()} for name in ("light", "dark", "auto")]
    return [
        html.Div(_brand(), className="sidebar-brand mantine-visible-from-md"),
        html.Nav(id=NAVIGATION, className="navigation", **{"aria-label": "Pages"}),
        html.Div(id=QUEUE, className="queue"),
        dmc.SegmentedControl(
            id=SCHEME_CHOICE, data=choices, value=None, size="xs", fullWidth=True, className="scheme",
            **{"aria-label": "Colour scheme"},
        ),
    ]  # fmt: skip


def _brand() -> Component:
    return dcc.Link("Gazeboard", href=urls.OVERVIEW, className="brand")


def _navbar_state(opened: bool) -> dict[str, Any]:
    return {"width": NAVBAR_PX, "breakpoint": "md", "collapsed": {"mobile": not opened}}


def _beat(_: int | None, seen: object) -> tuple[Any, Any, int, Any]:
    """The queue as it is now, twice; pages hear of it only when something has changed."""
    revision, work = current_school().revision(), current_work()
    interval_ms = BUSY_MS if work.unfinished else IDLE_MS
    return _queue(work), _queue(work), interval_ms, no_update if revision == seen else revision


def _queue(work: Work) -> Component | None:
    if not work.unfinished:
        return None
    return dcc.Link(
        [
            html.Span(f"{work.unfinished} of {work.total} sessions in work"),
            dmc.Progress(value=100 * work.ready_share, size=4, **{"aria-label": "Share of sessions ready"}),
        ],
        href=urls.OVERVIEW,
    )


def _navigation(pathname: str | None, _: object) -> list[Component]:
    """Links to the fixed pages and to every lesson by course; the one we are in is marked."""
    here = pathname or urls.OVERVIEW
    lessons = sorted(
        current_school().lessons(), key=lambda lesson: (lesson.course_title, lesson.lesson_title)
    )
    links = [_link("Overview", urls.OVERVIEW, here == urls.OVERVIEW)]
    for course, members in groupby(lessons, key=lambda lesson: lesson.course_title):
        links.append(html.H2(course, className="navigation-heading"))
        links += [
            _link(
                lesson.lesson_title,
                urls.lesson(lesson.course_id, lesson.lesson_id),
                f"/{lesson.course_id}/{lesson.lesson_id}/" in f"{here}/",
            )
            for lesson in members
        ]
    links.append(html.H2("Sessions", className="navigation-heading"))
    links.append(_link("Upload", urls.UPLOAD, here == urls.UPLOAD))
    return links


def _link(label: str, address: str, current: bool) -> Component:
    attributes: dict[str, Any] = {"aria-current": "page"} if current else {}
    return html.Div(dcc.Link(label, href=address, className="navigation-link"), **attributes)
