"""What surrounds every page: navigation, the state of the queue, the choice of light or dark."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template
from typing import Any, Final

import dash
import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from dashboard import theme, urls
from dashboard.components.toasts import toasts
from dashboard.school import current_school
from dashboard.texts import spoken, t
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

COPY: Final = "copy-link"
COPY_WORDS: Final = "copy-words"  # dcc.Store: what the button says

# What is in the navigation, by who comes for it; the addresses of pages.
SECTIONS: Final = (
    ("shell-teach", (("shell-lessons", urls.OVERVIEW), ("shell-upload", urls.UPLOAD))),
    ("shell-design", (("page-design", urls.DESIGN),)),
    (
        "shell-administer",
        (
            ("page-administer", urls.ADMINISTER),
            ("page-compare", urls.COMPARE),
            ("page-library", urls.LIBRARY),
        ),
    ),
)
IN_A_COURSE: Final = ("lesson", "slide", "edit", "replay")  # how addresses begin that name course and lesson

BUSY_MS: Final = 1000
IDLE_MS: Final = 5000
NAVBAR_PX: Final = 216

_INDEX = """<!DOCTYPE html>
<html lang="$language">
  <head>
    {%metas%}
    <meta name="color-scheme" content="light dark">
    <title>{%title%}</title>
    <link rel="icon" type="image/svg+xml" href="/assets/icon.svg">
    <script src="/assets/scheme.js"></script>
    {%css%}
  </head>
  <body>
    <noscript>$noscript</noscript>
    {%app_entry%}
    <footer>{%config%}{%scripts%}{%renderer%}</footer>
  </body>
</html>"""

Crumb = tuple[str, str | None]


def index() -> str:
    """The document that every page lies in, in the language of the server."""
    return Template(_INDEX).substitute(language=spoken().language, noscript=t("shell-needs-javascript"))


def layout() -> Component:
    """The frame of every page."""
    return dmc.MantineProvider(
        [
            html.A(t("shell-skip"), href="#content", className="skip-link"),
            dcc.Store(theme.SCHEME),
            dcc.Store(REVISION),
            dcc.Store(COPY_WORDS, data=_copy_words()),
            dcc.Interval(PULSE, interval=BUSY_MS),
            toasts(),
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
    title: str,
    lead: str | Component | Sequence[Any],
    *children: Any,
    crumbs: Sequence[Crumb] = (),
    actions: Sequence[Component] = (),
    shareable: bool = True,
) -> Component:
    """A page: where one is, what it is, a plain sentence about it, what can be done, and then the content.

    `shareable`: its address shows the same again, and a button copies it.
    """
    words = html.Div([html.H1(title), html.P(lead, className="lead")], className="page-words")
    buttons = [*actions, *([_copy_button()] if shareable else [])]
    head = [words, html.Div(buttons, className="page-actions")] if buttons else [words]
    return html.Div([breadcrumb(crumbs, title), html.Header(head, className="page-head"), *children])


def _copy_button() -> Component:
    return html.Button(t("shell-copy-link"), id=COPY, type="button", className="button quiet")


def _copy_words() -> dict[str, str]:
    """What the script that copies has to say."""
    return {
        "usual": t("shell-copy-link"), "copied": t("shell-link-copied"), "failed": t("shell-copy-failed")
    }  # fmt: skip


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
        **{"aria-label": t("shell-breadcrumb")},
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
    app.clientside_callback(
        ClientsideFunction("address", "copy"),
        Output(COPY, "children"),
        Input(COPY, "n_clicks"),
        State(COPY_WORDS, "data"),
        prevent_initial_call=True,
    )
    app.callback(Output(NAVIGATION, "children"), Input(LOCATION, "pathname"), Input(REVISION, "data"))(
        _navigation
    )
    app.callback(Output(FRAME, "navbar"), Input(MENU, "opened"))(lambda opened: _navbar_state(opened))
    app.callback(Output(MENU, "opened"), Input(LOCATION, "pathname"))(lambda _: False)


def _header() -> Component:
    burger = dmc.Burger(id=MENU, opened=False, size="sm", **{"aria-label": t("shell-menu")})
    queue = html.Div(id=QUEUE_ABOVE, className="queue")
    return dmc.Group([burger, _brand(), queue], h="100%", px="md", gap="sm")


def _navbar() -> list[Component]:
    choices = [{"value": name, "label": t(f"shell-scheme-{name}")} for name in ("light", "dark", "auto")]
    return [
        html.Div(_brand(), className="sidebar-brand mantine-visible-from-md"),
        _search(),
        html.Nav(id=NAVIGATION, className="navigation", **{"aria-label": t("shell-pages")}),
        html.Div(id=QUEUE, className="queue"),
        dmc.SegmentedControl(
            id=SCHEME_CHOICE, data=choices, value=None, size="xs", fullWidth=True, className="scheme",
            **{"aria-label": t("shell-scheme")},
        ),
    ]  # fmt: skip


def _search() -> Component:
    """A field that leads to what is found; without a script too."""
    field = dmc.TextInput(
        id="search-field", name="q", placeholder=t("shell-search"), autoComplete="off",
        size="sm", rightSection=html.Kbd("/", **{"aria-hidden": "true"}),
        **{"aria-label": t("shell-search-key")},
    )  # fmt: skip
    return html.Form([field], action=urls.SEARCH, method="get", role="search", className="search-form")


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
            html.Span(t("shell-queue", unfinished=work.unfinished, total=work.total)),
            dmc.Progress(value=100 * work.ready_share, size=4, **{"aria-label": t("shell-queue-share")}),
        ],
        href=urls.OVERVIEW,
    )


def _navigation(pathname: str | None, _: object) -> list[Component]:
    """Links to the fixed pages by reader, and to the lessons of the course we are in; ours is marked."""
    here = pathname or urls.OVERVIEW
    links: list[Component] = []
    for heading, pages in SECTIONS:
        links.append(html.H2(t(heading), className="navigation-heading"))
        links += [_link(t(label), address, _is_at(here, address)) for label, address in pages]
        if heading == "shell-teach":
            links += _lessons_beside(here)
    return links


def _lessons_beside(here: str) -> list[Component]:
    """The lessons of the course that the present page belongs to."""
    _, *parts = here.split("/")
    if parts[0] not in IN_A_COURSE or len(parts) < 3:
        return []
    beside = [lesson for lesson in current_school().lessons() if lesson.course_id == parts[1]]
    if not beside:
        return []
    links = [
        _link(
            lesson.lesson_title,
            urls.lesson(lesson.course_id, lesson.lesson_id),
            f"/{lesson.course_id}/{lesson.lesson_id}/" in f"{here}/",
        )
        for lesson in beside
    ]
    heading = html.H3(t("shell-in-course", course=beside[0].course_title), className="navigation-beside")
    return [html.Div([heading, *links], className="navigation-inner")]


def _is_at(here: str, address: str) -> bool:
    return here == address or (address != urls.OVERVIEW and here.startswith(f"{address}/"))


def _link(label: str, address: str, current: bool) -> Component:
    attributes: dict[str, Any] = {"aria-current": "page"} if current else {}
    return html.Div(dcc.Link(label, href=address, className="navigation-link"), **attributes)
