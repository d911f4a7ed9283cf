"""What is shown where there is nothing: a wrong address, or something that was deleted."""

from __future__ import annotations

from typing import Any

from dash import dcc
from dash.development.base_component import Component

from dashboard import urls
from dashboard.shell import page


def layout(**_: Any) -> Component:
    """A way back from an address that leads nowhere."""
    return page(
        "There is nothing at this address",
        "It may have been typed wrongly, or what was here has been deleted.",
        dcc.Link("Go to the overview", href=urls.OVERVIEW),
    )
