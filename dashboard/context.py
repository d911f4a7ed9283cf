"""What one running application consists of, for whatever code a request reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import Flask, current_app

from dashboard.incoming import Incoming
from dashboard.readings import Readings
from dashboard.settings import Settings
from pipeline.storage.catalogue import Catalogue

if TYPE_CHECKING:  # the pages' reader uses this module itself
    from dashboard.school import School

KEY: Final = "gazeboard"


@dataclass(frozen=True)
class Context:
    """Two applications in one process have two of these and nothing in common."""

    settings: Settings
    catalogue: Catalogue
    school: School
    incoming: Incoming
    readings: Readings


def attach(server: Flask, context: Context) -> None:
    """Make this the context of every request to the server."""
    server.extensions[KEY] = context


def current() -> Context:
    """The context of the request that is being answered."""
    context: Context = current_app.extensions[KEY]
    return context
