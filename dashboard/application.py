"""The application: its parts put together, in the order in which they need one another."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

import dash
from dash import Dash
from dash.development.base_component import Component

from dashboard import (
    context,
    delivery,
    downloads,
    error_pages,
    library_api,
    media,
    raw_data,
    regions_api,
    replay_routes,
    security,
    shell,
    texts,
    uploads,
)
from dashboard.components import library_dialogs, rules, states
from dashboard.components import replay as player
from dashboard.context import Context
from dashboard.incoming import MB, Incoming
from dashboard.pages import (
    administer,
    compare,
    design,
    edit,
    lesson,
    library,
    library_bin,
    library_lesson,
    library_sessions,
    library_students,
    overview,
    replay,
    search,
    session,
    slide,
    upload,
)
from dashboard.readings import Readings
from dashboard.report import routes as reports
from dashboard.school import School
from dashboard.settings import HERE, Settings
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake
from pipeline.storage.rows import NotFound

NAME: Final = "Gazeboard"
PAGES: Final = (
    overview, lesson, slide, session, replay, compare, upload, edit, library, library_lesson,
    library_students, library_sessions, library_bin, search, design, administer,
)  # fmt: skip

Layout = Callable[..., Component]


def create_app(settings: Settings) -> Dash:
    """The application of these settings, ready to be served; several may live in one process."""
    texts.speak(settings.language)
    app = Dash(
        "dashboard",
        title=NAME,
        update_title="",
        assets_folder=str(HERE / "assets"),
        assets_ignore=r"scheme\.js|\.mjs",  # the shell loads the one in the head, pages ask for modules
        index_string=shell.index(),
        use_pages=True,
        pages_folder="",
        include_pages_meta=False,
        serve_locally=True,
        suppress_callback_exceptions=True,
        enable_mcp=False,
    )
    app.enable_dev_tools(debug=False, dev_tools_disable_version_check=True)  # it would ask plotly.com
    context.attach(app.server, _context(settings))
    for page in PAGES:
        _register(app, page)
    dash.register_page("not_found_404", path="/not-found", title=NAME, layout=lambda **_: states.nowhere())
    app.layout = shell.layout
    shell.register_callbacks(app)
    rules.register_callbacks(app)
    player.register_callbacks(app)
    library_dialogs.register_callbacks(app)
    uploads.register(app.server)
    library_api.register(app.server)
    media.register(app.server)
    regions_api.register(app.server)
    replay_routes.register(app.server)
    downloads.register(app.server)
    error_pages.register(app.server)
    raw_data.register(app.server)
    reports.register(app.server)
    security.protect(app.server, (settings.host, *settings.allowed_hosts))
    delivery.register(app.server)
    _warm_up(app)
    return app


def _context(settings: Settings) -> Context:
    catalogue = Catalogue.open(settings.data)
    incoming = incoming_of(settings)
    return Context(
        settings=settings,
        catalogue=catalogue,
        school=School(catalogue, Lake(catalogue.lake)),
        incoming=incoming,
        readings=Readings(incoming, catalogue),
    )


def incoming_of(settings: Settings) -> Incoming:
    """Where files lie while they are being uploaded."""
    return Incoming(settings.data / "incoming", settings.upload_max_mb * MB)


def _register(app: Dash, page: ModuleType) -> None:
    """A page: its address, its title, its layout and its callbacks."""
    address = {"path_template": page.PATH} if "<" in page.PATH else {"path": page.PATH}
    title = f"{texts.t(page.TITLE)}, {NAME}"
    dash.register_page(page.__name__, **address, title=title, layout=_guarded(page.layout))
    page.register_callbacks(app)


def _guarded(layout: Layout) -> Layout:
    """A page that is a page even where its thing is gone or its making fails."""

    @functools.wraps(layout)
    def safe(**query: Any) -> Component:
        try:
            return layout(**query)
        except NotFound:
            return states.nowhere()
        except Exception:
            logging.getLogger(__name__).exception("A page could not be made")
            return states.broken()

    return safe


def _warm_up(app: Dash) -> None:
    """Answer a first request before there are threads that could race for it (plotly/dash issue 3971).

    Dash adds its own inline scripts then, so that only now all of their hashes are known.
    """
    client = app.server.test_client()
    for path in ("/", "/_dash-layout", "/_dash-dependencies"):
        client.get(path)
    security.allow_scripts(app.server, app.csp_hashes())
