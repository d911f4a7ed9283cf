"""How files reach a browser: what never changes once and for good, the rest asked for again, all of it small.

The scripts of Dash and plotly are 7 MB; Dash serves them uncompressed, and without a version in the address
of those that it loads late, which our policy would otherwise keep out of every cache.
"""

from __future__ import annotations

import gzip
from typing import Final

from flask import Flask, Response, request

SUITES: Final = "/_dash-component-suites/"
ASSETS: Final = "/assets/"
FOR_GOOD: Final = "private, max-age=31536000, immutable"
ASK_AGAIN: Final = "private, no-cache"
VERSION: Final = "m"  # Dash writes the time of an asset's last change into its address
TYPES: Final = frozenset(
    {"application/javascript", "application/json", "text/css", "text/html", "text/javascript"}
)
WORTH_BYTES: Final = 2048
ONCE_LEVEL, EACH_TIME_LEVEL = 9, 1


class Delivery:
    """Remembers files of the program, compressed; see `register`."""

    def __init__(self) -> None:
        self._tags: dict[str, str] = {}  # of files that have no version in their address
        self._compressed: dict[tuple[str, str], bytes] = {}

    def unchanged(self) -> Response | None:
        """That a browser has what it asks for, without reading the file once more."""
        tag = self._tags.get(request.path)
        if tag is None or not request.if_none_match.contains(tag):
            return None
        return Response(status=304, headers={"ETag": f'"{tag}"', "Cache-Control": ASK_AGAIN})

    def deliver(self, response: Response) -> Response:
        """The answer, with how long it may be kept, and compressed where that is worth it."""
        ours = request.path.startswith((SUITES, ASSETS)) and response.status_code in (200, 304)
        if ours:
            self._keep(response)
        if response.status_code == 200 and _can_be_smaller(response):
            response.direct_passthrough = False  # of files
            content = response.get_data()
            if len(content) >= WORTH_BYTES:
                response.set_data(self._once(content) if ours else gzip.compress(content, EACH_TIME_LEVEL))
                response.headers["Content-Encoding"] = "gzip"
            response.vary.add("Accept-Encoding")
        return response

    def _keep(self, response: Response) -> None:
        tag, _ = response.get_etag()
        if request.path.startswith(SUITES) and (tag or response.status_code == 304):  # else it has a version
            response.headers["Cache-Control"] = ASK_AGAIN
            if tag:
                self._tags[request.path] = tag
        elif request.path.startswith(SUITES) or VERSION in request.args:
            response.headers["Cache-Control"] = FOR_GOOD

    def _once(self, content: bytes) -> bytes:
        key = request.path, request.args.get(VERSION, "")
        if key not in self._compressed:
            self._compressed[key] = gzip.compress(content, ONCE_LEVEL)
        return self._compressed[key]


def register(server: Flask) -> None:
    """Deliver everything of this server so. After `security.protect`, whose checks come first."""
    delivery = Delivery()
    server.before_request(delivery.unchanged)
    server.after_request(delivery.deliver)


def _can_be_smaller(response: Response) -> bool:
    return (
        response.mimetype in TYPES
        and "Content-Encoding" not in response.headers
        and request.accept_encodings["gzip"] > 0
        and (response.direct_passthrough or not response.is_streamed)
    )
