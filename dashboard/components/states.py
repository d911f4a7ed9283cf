"""What is shown instead of a page: nothing there, not for this reader, or broken. None is a dead end."""

from __future__ import annotations

from dash import dcc
from dash.development.base_component import Component

from dashboard import urls
from dashboard.shell import page
from dashboard.texts import t


def nowhere() -> Component:
    """A way back from an address that leads nowhere: typed wrongly, or to something deleted."""
    return page(t("state-nowhere-title"), t("state-nowhere"), _way_back(), shareable=False)


def forbidden() -> Component:
    """A way back from what this reader may not see."""
    return page(t("state-forbidden-title"), t("state-forbidden"), _way_back(), shareable=False)


def broken() -> Component:
    """What can be done where a page could not be made."""
    return page(t("state-broken-title"), t("state-broken"), _way_back(), shareable=False)


def _way_back() -> Component:
    return dcc.Link(t("state-nowhere-way"), href=urls.OVERVIEW)
