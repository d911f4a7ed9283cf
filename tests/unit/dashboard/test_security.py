"""No other web page can use this server: names, origins, and the policy on every answer."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard import security


@pytest.fixture
def client() -> FlaskClient:
    server = Flask(__name__)
    server.add_url_rule("/thing", view_func=lambda: "done", methods=["GET", "POST", "PATCH", "DELETE"])
    security.protect(server, ["board.school.example"])
    security.allow_scripts(server, ["'sha256-abc'"])
    return server.test_client()


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8050", "127.0.0.1:8050", "[::1]:8050", "192.168.7.4", "Board.School.Example:80"],
)
def test_names_it_answers_to(client: FlaskClient, host: str) -> None:
    assert client.get("/thing", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["attacker.example", "localhost.attacker.example", "127.0.0.1.attacker.example"]
)
def test_a_rebound_name_is_refused(client: FlaskClient, host: str) -> None:
    assert client.get("/thing", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),  # no browser
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 200),
        ({"Origin": "http://localhost"}, 200),  # a browser that does not send Sec-Fetch-Site
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://attacker.example"}, 403),
        ({"Origin": "http://localhost:9999"}, 403),  # another program on the same machine
        ({"Origin": "null"}, 403),
    ],
)
def test_only_our_own_pages_change_anything(
    client: FlaskClient, method: str, headers: dict[str, str], status: int
) -> None:
    assert client.open("/thing", method=method, headers=headers).status_code == status


def test_reading_is_left_to_the_same_origin_policy_of_browsers(client: FlaskClient) -> None:
    answer = client.get("/thing", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_every_answer_carries_the_policy_even_a_refusal(client: FlaskClient) -> None:
    for answer in (
        client.get("/thing"),
        client.get("/nothing"),
        client.get("/thing", headers={"Host": "x.y"}),
    ):
        policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
        assert policy["script-src"] == "'self' 'sha256-abc'"
        assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
        assert policy["connect-src"] == "'self'"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"


def test_nothing_from_outside_and_nothing_evaluated() -> None:
    policy = security.content_security_policy([])
    assert "http:" not in policy
    assert "https:" not in policy
    assert "*" not in policy
    assert "unsafe-eval" not in policy


def test_an_answer_may_say_how_long_it_keeps(client: FlaskClient) -> None:
    client.application.add_url_rule("/kept", "kept", lambda: ("", 200, {"Cache-Control": "max-age=9"}))
    assert client.get("/kept").headers["Cache-Control"] == "max-age=9"
