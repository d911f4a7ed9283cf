"""Where nothing of ours can answer, a browser still gets a page, and a program its status."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def test_a_browser_is_told_what_is_forbidden_and_where_to_go(client: FlaskClient) -> None:
    answer = client.post("/", headers={**BROWSER, "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "This is not for you to see" in answer.text
    assert 'href="/"' in answer.text
    assert answer.headers["Content-Security-Policy"]


def test_the_reason_of_a_refusal_is_shown_and_escaped(client: FlaskClient) -> None:
    answer = client.get("/", headers={**BROWSER, "Host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "GAZEBOARD_ALLOWED_HOSTS" in answer.text
    assert "This request was refused" in answer.text


def test_what_breaks_says_that_the_data_are_safe(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret of the house")

    client.application.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr("dashboard.school.School.slide_image", broken)
    answer = client.get("/media/slide/biology-7/photosynthesis/3-the-equation", headers=BROWSER)
    assert answer.status_code == 500
    assert "What was stored is safe" in answer.text
    assert "secret" not in answer.text


def test_a_program_gets_no_page(client: FlaskClient) -> None:
    answer = client.post("/", headers={"Accept": "application/json", "Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert "icon.svg" not in answer.text
