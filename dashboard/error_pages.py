"""What a browser shows where no page of ours could answer: refused, too large, or broken.

Programs that do not ask for HTML get the plain status, as before.
"""

from __future__ import annotations

from string import Template
from typing import Final

from flask import Flask, Response, request
from markupsafe import escape
from werkzeug.exceptions import HTTPException

from dashboard import urls
from dashboard.texts import spoken, t

_PAGE: Final = Template("""<!DOCTYPE html>
<html lang="$language">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="light dark">
    <title>$title, Gazeboard</title>
    <link rel="icon" type="image/svg+xml" href="/assets/icon.svg">
    <script src="/assets/scheme.js"></script>
    <link rel="stylesheet" href="/assets/base.css">
  </head>
  <body>
    <main class="content">
      <h1>$title</h1>
      <p class="lead">$words</p>
      <p><a href="$address">$way</a></p>
    </main>
  </body>
</html>""")
# Title and words by status; other statuses say their own reason.
_KNOWN: Final = {
    403: ("state-forbidden-title", "state-forbidden"),
    404: ("state-nowhere-title", "state-nowhere"),
    500: ("state-broken-title", "state-broken"),
}


def register(server: Flask) -> None:
    """Answer with such pages from now on."""
    server.register_error_handler(HTTPException, _answer)


def _answer(error: HTTPException) -> Response:
    plain = error.get_response()
    if request.accept_mimetypes.best_match(["application/json", "text/html"]) != "text/html":
        return Response(plain.get_data(), plain.status_code, plain.headers)
    title, words = _KNOWN.get(error.code or 500, ("state-refused-title", None))
    page = _PAGE.substitute(
        language=spoken().language,
        title=escape(t(title)),
        words=escape(t(words) if words else error.description or ""),
        address=urls.OVERVIEW,
        way=escape(t("state-nowhere-way")),
    )
    return Response(page, error.code or 500, mimetype="text/html")
