"""Files are small on their way, and travel once."""

from __future__ import annotations

import gzip
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
PACKED = {"Accept-Encoding": "gzip, deflate"}


def ask(client: FlaskClient, address: str, **headers: str) -> TestResponse:
    """A whole answer, the file behind it closed."""
    with client.get(address, headers=headers) as answer:
        answer.get_data()
        return answer


@pytest.fixture
def addresses(client: FlaskClient) -> list[str]:
    """Of the scripts and styles of a page."""
    return re.findall(r'(?:src|href)="(/[^"]+\.(?:js|css)[^"]*)"', client.get("/").text)


def test_what_has_a_version_in_its_address_is_kept_for_good(
    client: FlaskClient, addresses: list[str]
) -> None:
    versioned = [each for each in addresses if ".v" in each or "?m=" in each]
    assert len(versioned) > 10
    for address in versioned:
        kept = ask(client, address).headers["Cache-Control"]
        assert "immutable" in kept, address
        assert "max-age=31536000" in kept, address


def test_what_has_none_is_asked_for_again_and_not_sent_again(client: FlaskClient) -> None:
    for _ in range(2):  # the second time it is known
        first = ask(client, PLOTLY, **PACKED)
        assert first.status_code == 200
        assert "no-cache" in first.headers["Cache-Control"]
        again = client.get(PLOTLY, headers={"If-None-Match": first.headers["ETag"], **PACKED})
        assert (again.status_code, again.data) == (304, b"")
        assert "no-store" not in again.headers["Cache-Control"]
        assert again.headers["Content-Security-Policy"]
    assert client.get(PLOTLY, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_known_file_is_not_given_to_a_foreign_name(client: FlaskClient) -> None:
    tag = ask(client, PLOTLY).headers["ETag"]
    asked = {"If-None-Match": tag, "Host": "attacker.example"}
    assert client.get(PLOTLY, headers=asked).status_code == 400


@pytest.mark.parametrize("address", ["/_dash-layout", "/_dash-dependencies", PLOTLY])
def test_text_travels_compressed_and_says_the_same(client: FlaskClient, address: str) -> None:
    plain, packed = ask(client, address), ask(client, address, **PACKED)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 2


def test_assets_travel_compressed(client: FlaskClient, addresses: list[str]) -> None:
    style = next(each for each in addresses if "pages.css" in each)
    assert gzip.decompress(ask(client, style, **PACKED).data) == ask(client, style).data


def test_what_is_worked_out_is_never_kept(client: FlaskClient) -> None:
    for address in ("/", "/_dash-layout"):
        assert ask(client, address, **PACKED).headers["Cache-Control"] == "no-store"


def test_pictures_and_small_answers_are_left_as_they_are(client: FlaskClient) -> None:
    picture = ask(client, "/media/slide/biology-7/photosynthesis/3-the-equation", **PACKED)
    assert picture.status_code == 200
    assert "Content-Encoding" not in picture.headers
    small = ask(client, "/assets/icon.svg", **PACKED)
    assert "Content-Encoding" not in small.headers


@pytest.mark.parametrize("kind", ["slide/{}", "thumbnail/{}.webp"])
def test_a_version_of_a_picture_is_kept_for_good_and_the_present_one_asked_for_again(
    client: FlaskClient, kind: str
) -> None:
    address = "/media/" + kind.format("biology-7/photosynthesis/3-the-equation")
    versioned, present = ask(client, f"{address}?version=1"), ask(client, address)
    assert versioned.data == present.data != b""
    assert "immutable" in versioned.headers["Cache-Control"]
    assert present.headers["Cache-Control"] == "private, no-cache"
    assert ask(client, address, **{"If-None-Match": present.headers["ETag"]}).status_code == 304
    assert ask(client, f"{address}?version=2").status_code == 404
    assert "immutable" not in ask(client, f"{address}?version=2").headers["Cache-Control"]
