"""The routes of the editor: reading, saving, conflicts, versions, proposals; and its page."""

from __future__ import annotations

import json
from typing import Any

import pytest
from dash.development.base_component import Component
from flask.testing import FlaskClient

from dashboard import urls
from dashboard.context import Context
from dashboard.pages import edit, slide
from pipeline.attention.proposals import propose
from pipeline.domain import Lesson
from pipeline.ingest.pictures import read_picture
from pipeline.ingest.regions import region_document
from pipeline.parameters import IngestLimits
from tests.functional.conftest import Call

PLACE = ("biology-7", "photosynthesis", "3-the-equation")
REGIONS = urls.regions(*PLACE)
SQUARE = [[0.1, 0.1], [0.3, 0.4]]


def body(client: FlaskClient, **changes: Any) -> dict[str, Any]:
    """What the editor would send if nothing but this was changed."""
    present = client.get(REGIONS).json
    return {
        "seen_version": present["version"], "overlap": present["overlap"], "aois": present["aois"], **changes
    }  # fmt: skip


def added(client: FlaskClient, name: str = "New one") -> list[dict[str, Any]]:
    return [*client.get(REGIONS).json["aois"], {"name": name, "role": "text", "points": SQUARE}]


def test_the_present_regions_are_those_of_the_catalogue(client: FlaskClient, lesson: Lesson) -> None:
    answer = client.get(REGIONS).json
    known = next(each for each in lesson.slides if each.slide_id == PLACE[2])
    assert answer["aois"] == [region_document(aoi) for aoi in known.aois]
    assert (answer["version"], answer["overlap"], answer["author"]) == (1, "all", None)
    assert [each["version"] for each in answer["versions"]] == [1]


def test_a_save_makes_a_version_with_its_author(client: FlaskClient, context: Context) -> None:
    revision = context.catalogue.revision()
    answer = client.post(REGIONS, json=body(client, aois=added(client), author=" Ada "))
    assert answer.status_code == 200
    assert (answer.json["version"], answer.json["author"]) == (2, "Ada")
    assert answer.json["aois"][-1]["id"] == "new-one"
    stored = next(s for s in context.catalogue.lesson(*PLACE[:2]).slides if s.slide_id == PLACE[2])
    assert stored.aoi_version == 2
    assert [aoi.aoi_id for aoi in stored.aois] == [each["id"] for each in answer.json["aois"]]
    assert context.catalogue.revision() > revision
    assert [each["author"] for each in answer.json["versions"]] == ["Ada", None]


def test_saving_the_same_again_makes_no_version(client: FlaskClient, context: Context) -> None:
    revision = context.catalogue.revision()
    assert client.post(REGIONS, json=body(client)).json["version"] == 1
    assert context.catalogue.revision() == revision


def test_who_began_from_an_older_version_is_told_of_the_newer(client: FlaskClient) -> None:
    mine = body(client, aois=added(client, "Mine"), author="Ben")
    client.post(REGIONS, json=body(client, aois=added(client, "Theirs"), author="Ada"))
    answer = client.post(REGIONS, json=mine)
    assert answer.status_code == 409
    assert (answer.json["present"]["version"], answer.json["present"]["author"]) == (2, "Ada")
    assert answer.json["present"]["aois"][-1]["name"] == "Theirs"
    assert client.get(REGIONS).json["aois"][-1]["name"] == "Theirs"  # nothing was overwritten
    over = client.post(REGIONS, json={**mine, "seen_version": 2})
    assert (over.status_code, over.json["version"], over.json["aois"][-1]["name"]) == (200, 3, "Mine")


def test_a_former_version_can_be_seen_and_used_again(client: FlaskClient) -> None:
    before = client.get(REGIONS).json
    client.post(REGIONS, json=body(client, aois=added(client)))
    former = client.get(f"{REGIONS}?version=1").json
    assert former["aois"] == before["aois"]
    again = client.post(
        REGIONS, json={"seen_version": 2, "overlap": former["overlap"], "aois": former["aois"]}
    )
    assert again.status_code == 200
    assert again.json["aois"] == before["aois"]
    assert len(client.get(REGIONS).json["versions"]) == 2


def test_an_id_stays_when_a_region_is_renamed(client: FlaskClient) -> None:
    aois = client.get(REGIONS).json["aois"]
    aois[1]["name"] = "The formula of photosynthesis"
    saved = client.post(REGIONS, json=body(client, aois=aois)).json["aois"][1]
    assert (saved["id"], saved["name"]) == ("equation", "The formula of photosynthesis")


def test_what_is_wrong_is_said_and_changes_nothing(client: FlaskClient, context: Context) -> None:
    revision = context.catalogue.revision()
    aois = client.get(REGIONS).json["aois"]
    aois[1]["points"] = [[0, 0], [2, 1]]
    answer = client.post(REGIONS, json=body(client, aois=aois))
    assert answer.status_code == 400
    assert answer.json["where"] == "regions, field aois[1].points"
    assert answer.json["expected"] == "points [x, y] with x and y between 0 and 1"
    assert context.catalogue.revision() == revision


@pytest.mark.parametrize(
    "content", [b"", b"[1]", b"{", b"\xff", b'{"aois": NaN}', b"[" * 50_000, b" " * 3_000_000]
)
def test_what_is_no_document_is_refused(client: FlaskClient, content: bytes) -> None:
    answer = client.post(REGIONS, data=content, content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.json) == {"message", "where", "expected", "got"}


def test_other_pages_may_not_save(client: FlaskClient) -> None:
    answer = client.post(REGIONS, json=body(client), headers={"Origin": "http://elsewhere.example"})
    assert answer.status_code == 403


@pytest.mark.parametrize("place", [("no", *PLACE[1:]), (*PLACE[:2], "no"), (PLACE[0], "..", PLACE[2])])
def test_a_slide_that_is_not_there_is_not_found(client: FlaskClient, place: tuple[str, str, str]) -> None:
    sent = body(client)
    assert client.get(urls.regions(*place)).status_code == 404
    assert client.post(urls.regions(*place), json=sent).status_code == 404
    assert client.get(urls.proposals(*place)).status_code == 404


@pytest.mark.parametrize(
    ("version", "status"), [("2", 404), ("0", 404), ("x", 400), ("-1", 400), ("9" * 30, 400), ("²", 400)]
)
def test_a_version_that_is_not_there(client: FlaskClient, version: str, status: int) -> None:
    assert client.get(REGIONS, query_string={"version": version}).status_code == status


def test_proposals_are_found_in_the_picture_and_once(
    client: FlaskClient, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = client.get(urls.proposals(*PLACE)).json["aois"]
    picture = read_picture(context.catalogue.slide_image(*PLACE), IngestLimits())
    assert answer == [region_document(aoi) for aoi in propose(picture)]
    assert len(answer) > 3
    monkeypatch.setattr("dashboard.region_sets.propose", None)  # asked again it would fail
    client.post(REGIONS, json=body(client, aois=added(client)))  # and saving does not change the picture
    assert client.get(urls.proposals(*PLACE)).json["aois"] == answer


def test_measures_are_of_the_version_that_was_saved_even_where_nobody_has_looked(
    client: FlaskClient, call: Call
) -> None:
    with client.application.test_request_context():
        config = find(edit.layout(*PLACE), edit.CONFIG).data
    before = json.dumps(call("edit-measured.data", **{edit.CONFIG: {"data": config}}))
    assert "Nobody&#39;s gaze can be shown" in before
    assert "New one" not in before
    client.post(REGIONS, json=body(client, aois=added(client)))
    saved = {edit.SAVED: {"data": {"version": 2}}, edit.CONFIG: {"data": config}}
    after = json.dumps(call("edit-measured.data", **saved))
    assert 'data-version=\\"2\\"' in after
    assert "New one" in after


def find(component: Component, name: str) -> Any:
    return next(each for each in component._traverse() if getattr(each, "id", None) == name)


def test_it_is_always_the_present_picture_that_is_drawn_on(client: FlaskClient) -> None:
    with client.application.test_request_context():
        config = find(edit.layout(*PLACE, version="1", tracked="70"), edit.CONFIG).data
    assert config["rules"] == {"tracked": "70"}


def test_the_slide_s_page_leads_to_the_editor(client: FlaskClient) -> None:
    with client.application.test_request_context():
        drawn = slide.layout(*PLACE, tracked="70")
    links = [getattr(each, "href", None) for each in drawn._traverse()]
    assert urls.edit(*PLACE, tracked="70") in links


def test_the_page_holds_what_the_browser_needs(client: FlaskClient) -> None:
    with client.application.test_request_context():
        drawn = json.dumps(edit.layout(*PLACE).to_plotly_json(), default=lambda each: each.to_plotly_json())
    assert REGIONS in drawn
    assert urls.slide_image(*PLACE) in drawn
    assert "Edit regions: The equation" in drawn
