"""What every answer carries and every request must pass, so that no other web page can use this one.

Dash itself checks neither where a request comes from nor under which name it was reached.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Flask, Request, Response, abort, request

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = "CONTENT_SECURITY_POLICY"
BODY_MAX_BYTES = 16 * 1024 * 1024  # one piece of an upload is far smaller

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def protect(server: Flask, allowed_hosts: Sequence[str]) -> None:
    """Refuse requests under foreign names or from foreign pages; mark every answer with our policy."""
    names = frozenset({"localhost", *(name.lower() for name in allowed_hosts)})
    server.config["MAX_CONTENT_LENGTH"] = BODY_MAX_BYTES
    allow_scripts(server, ())

    @server.before_request
    def check() -> None:
        if not is_known_host(request.host, names):
            abort(400, "This server does not answer to that name; see GAZEBOARD_ALLOWED_HOSTS.")
        if request.method not in SAFE_METHODS and not is_same_origin(request):
            abort(403, "Only pages of this server may change anything here.")

    @server.after_request
    def mark(response: Response) -> Response:
        response.headers.update(HEADERS)
        response.headers["Content-Security-Policy"] = server.config[POLICY]
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response


def allow_scripts(server: Flask, hashes: Sequence[str]) -> None:
    """Let the inline scripts of these hashes run, and no others."""
    server.config[POLICY] = content_security_policy(hashes)


def content_security_policy(script_hashes: Sequence[str]) -> str:
    """Everything from this server alone; styles inline because plotly and Mantine write them so."""
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(("script-src 'self'", *script_hashes)),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "media-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def is_known_host(host: str, names: frozenset[str]) -> bool:
    """Whether a Host header is one of our names, or numeric: a rebound name is never numeric."""
    name = (urlsplit(f"//{host}").hostname or "").lower()
    if name in names:
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_same_origin(incoming: Request) -> bool:
    """Whether a request comes from a page of this server, or from no page at all (a script)."""
    site = incoming.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    origin = incoming.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == incoming.host
