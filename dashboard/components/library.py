"""What every page of the library has: the ways between its parts, and the places that its script works in.

A button with ``data-ask`` opens the dialog of that name about what ``data-of`` says; one with ``data-do``
performs that action at once (`assets/library.js`, `library_actions`). After each, `CHANGED` counts up.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from plotly.utils import PlotlyJSONEncoder

from dashboard import urls
from dashboard.library import library_bin
from dashboard.school import current_school
from dashboard.shell import REVISION, Crumb, page
from dashboard.texts import t
from pipeline.storage.rows import NotFound

ASK: Final = "library-ask"  # dcc.Store: [name, what it is about...], from the script
CHANGED: Final = "library-changed"  # dcc.Store: counts what was done on this page
SHOWN: Final = "library-shown"  # dcc.Store: the revision that the page shows, and what its body is
DIALOG: Final = "library-dialog"
ABOUT: Final = "library-about"  # dcc.Store: the name of the page's body, and what it is about
BODY: Final = "library-body"

PARTS: Final = (
    ("library-part-courses", urls.LIBRARY),
    ("library-part-students", urls.LIBRARY_STUDENTS),
    ("library-part-sessions", urls.LIBRARY_SESSIONS),
    ("library-part-bin", urls.LIBRARY_BIN),
)


def frame(
    title: str,
    lead: str | Component,
    here: str,
    body: Any = None,
    *,
    about: Sequence[str] = (),
    before: Sequence[Component] = (),
    crumbs: Sequence[Crumb] = (),
    actions: Sequence[Component] = (),
) -> Component:
    """A page of the library; `here` is the address of the part that it belongs to.

    `about` is the name that `refresh` knows the body by, and what the page is about; a body without is not
    made anew by itself. `before` comes above it.
    """
    return page(
        title,
        lead,
        _parts(here),
        dcc.Store(ASK),
        dcc.Store(CHANGED, data=0),
        dcc.Store(SHOWN, data=[current_school().revision(), _digest(body)]),
        dcc.Store(ABOUT, data=list(about)),
        dmc.Modal(id=DIALOG, opened=False, title="", centered=True, closeButtonProps=_close(), children=[]),
        html.Div(id="library-said", className="visually-hidden", **{"aria-live": "polite"}),
        html.Div([*before, html.Div(body, id=BODY, className="stack")], className="stack"),
        crumbs=crumbs,
        actions=actions,
    )


def refresh(app: Dash, bodies: Mapping[str, Callable[..., Any]]) -> None:
    """Have the bodies of pages follow what is done here, and what happens elsewhere.

    Each makes the children of the body from what the page of its name is about.
    """

    def follow(_: Any, __: Any, shown: list[Any], about: list[str]) -> tuple[Any, Any]:
        revision = current_school().revision()
        if revision == shown[0] or not about:
            return no_update, no_update
        try:
            body = bodies[about[0]](*about[1:])
        except NotFound as error:  # somebody deleted it
            body = html.Section(html.P(str(error)), className="card empty")
        digest = _digest(body)
        return (no_update if digest == shown[1] else body), [revision, digest]

    app.callback(
        Output(BODY, "children"),
        Output(SHOWN, "data"),
        Input(CHANGED, "data"),
        Input(REVISION, "data"),
        State(SHOWN, "data"),
        State(ABOUT, "data"),
        prevent_initial_call=True,
    )(follow)


def _digest(body: Any) -> str:
    """Changes with what a body shows, so that nothing chosen in it is lost for changes elsewhere."""
    written = json.dumps(body, cls=PlotlyJSONEncoder, sort_keys=True)
    return hashlib.blake2s(written.encode(), digest_size=8).hexdigest()


def ask(label: str, name: str, *of: str, danger: bool = False, look: str = "quiet-link") -> Component:
    """A button that opens a dialog."""
    return html.Button(
        label, type="button", className=look + (" danger" if danger else ""),
        **{"data-ask": name, "data-of": json.dumps(of, ensure_ascii=False)},
    )  # fmt: skip


def do(label: str, *action: Any, look: str = "quiet-link", says: str | None = None) -> Component:
    """A button that performs an action at once; `says` is what it is called where `label` does not do."""
    named = {"aria-label": says} if says else {}
    return html.Button(
        label, type="button", className=look, **{"data-do": json.dumps(action, ensure_ascii=False)}, **named
    )


def empty(title: str, *words: Any) -> Component:
    """What is shown where there is nothing yet, and what to do about it."""
    return html.Section([html.H2(title), *(html.P(each) for each in words)], className="card empty")


def _parts(here: str) -> Component:
    """Links to the parts of the library, ours marked; how much is in the bin."""
    links = []
    for label, address in PARTS:
        marked = {"aria-current": "page"} if address == here else {}
        binned = len(library_bin(current_school())) if address == urls.LIBRARY_BIN else 0
        words = t(label) + (f" ({binned})" if binned else "")
        links.append(html.Li(dcc.Link(words, href=address), **marked))
    return html.Nav(html.Ul(links), className="parts", **{"aria-label": t("library-parts")})


def _close() -> dict[str, str]:
    return {"aria-label": t("library-word-close")}


def grid_options(**options: Any) -> dict[str, Any]:
    """What our tables share: Tab leads past them, arrow keys through them, the first column has a name."""
    return {
        "animateRows": False,
        "tabToNextCell": {"function": "libraryLeave(params)"},
        "tabToNextHeader": {"function": "libraryLeave(params)"},
        "selectionColumnDef": {
            "headerName": t("library-column-choose"),
            "headerClass": "choose-column",
            "width": 46,
            "minWidth": 46,
            "maxWidth": 46,
        },
        **options,
    }
