"""Lesson, slide and session as a browser gets them: layouts, callbacks, pictures, numbers."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from dash import Dash
from flask.testing import FlaskClient
from PIL import Image

from dashboard import urls
from dashboard.application import create_app
from dashboard.components.overlays import LAYERS
from dashboard.components.quality import remarks
from dashboard.components.source import SETTINGS
from dashboard.context import KEY, Context
from dashboard.pages import lesson as lesson_page
from dashboard.pages import session as session_page
from dashboard.pages import slide as slide_page
from dashboard.settings import Demo, Settings
from dashboard.texts import t
from pipeline.domain import FixationOrigin, TrackerSource
from pipeline.parameters import DetectorParameters
from pipeline.storage.rows import SessionRow
from tests.seeded_school import LESSONS, seed

PAGE = ".._pages_content.children..._pages_store.data.."
WORDS = "..{}..".format(
    "...".join(
        f"{name}.children"
        for name in (
            slide_page.LEAD,
            slide_page.VERSIONS,
            slide_page.PANEL,
            slide_page.REMOVED,
        )
    )
)
NUMBERS = f"{slide_page.NUMBERS}.children"
PLACE = ("biology-7", "photosynthesis")
SLIDE = (*PLACE, "3-the-equation")


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("pages") / "data"
    seed(data, lessons=[LESSONS / "/".join(PLACE)], slide_s=12.0).close()
    return data


@pytest.fixture
def app(seeded: Path) -> Iterator[Dash]:
    """The application over a class of ten that saw one lesson."""
    app = create_app(Settings(data=seeded, demo=Demo.OFF))
    yield app
    app.server.extensions[KEY].catalogue.close()


@pytest.fixture
def rows(context: Context) -> dict[str, SessionRow]:
    return {str(row.student): row for row in context.catalogue.sessions(*PLACE)}


def content(call: Any, path: str, search: str = "") -> str:
    return json.dumps(
        call(PAGE, _pages_location={"pathname": path, "search": search})["_pages_content"]["children"]
    )


def layer(client: FlaskClient, name: str, students: tuple[str, ...] = (), **asked: str) -> dict[str, Any]:
    """One layer of a slide's picture, as the browser gets it."""
    told = {"scheme": "light", "students": ",".join(students), **asked}
    answer = client.get(urls.layer(name, *SLIDE), query_string=told)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json
    return found


def whose(*students: str, **rules: Any) -> dict[str, Any]:
    """Whose gaze a slide's page shows."""
    asked = {"data": {"students": list(students), **rules}}
    return {"slide-whose": asked, "slide-soon": asked, "slide-place": {"data": SLIDE}}


def numbers(packed: Any) -> np.ndarray:
    """The numbers of a trace, which travel as bytes."""
    return np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])


def graphs(tree: str) -> list[dict[str, Any]]:
    """Every dcc.Graph of a layout."""
    found = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if node.get("type") == "Graph":
                found.append(node["props"])
            node = list(node.values())
        if isinstance(node, list):
            for each in node:
                walk(each)

    walk(json.loads(tree))
    return found


def element(tree: str, attribute: str, value: str) -> dict[str, Any]:
    """The element of a layout with this attribute."""
    found: list[dict[str, Any]] = []

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            if node.get("props", {}).get(attribute) == value:
                found.append(node["props"])
            node = list(node.values())
        if isinstance(node, list):
            for each in node:
                walk(each)

    walk(json.loads(tree))
    assert len(found) == 1
    return found[0]


def test_the_lesson_page_leads_to_its_slides_and_sessions(call: Any, rows: dict[str, SessionRow]) -> None:
    page = content(call, urls.lesson(*PLACE))
    assert "Look at these first" in page
    for number in range(1, 5):
        assert f'"{number} ' in page
    assert urls.slide(*SLIDE) in page
    assert urls.session(rows["S04"].session_id) in page
    assert "uncalibrated" in page
    assert "synthetic" in page


def test_the_slide_page_shows_the_numbers_of_the_download(call: Any, client: FlaskClient) -> None:
    page = json.dumps(call(NUMBERS, **whose())[slide_page.NUMBERS]["children"])
    table = pd.read_csv(io.StringIO(client.get(urls.regions_csv(*SLIDE)).text)).set_index("aoi_id")
    assert len(table) == 6
    for aoi_id, row in table.iterrows():
        line = json.dumps(element(page, "data-region", str(aoi_id)))
        assert f"{row['observed_share']:.0%}" in line
        assert f"{row['reach_n']:.0f} / {row['tracked_n']:.0f}" in line


def test_the_address_says_what_is_chosen(call: Any) -> None:
    page = content(
        call, urls.slide(*SLIDE), "?overlays=scanpath,fog&students=S01,S02&opacity.fog=40&path=flow"
    )
    for chosen in (
        '"value": ["fog", "scanpath"]',
        '"value": ["S01", "S02"]',
        '"value": 40',
        '"value": "flow"',
    ):
        assert chosen in page


def test_an_address_of_one_overlay_still_leads_to_it(call: Any) -> None:
    page = content(call, urls.slide(*SLIDE), "?overlay=scanpath&regions=0&opacity=40")
    assert '"value": ["scanpath"]' in page
    assert element(page, "id", "slide-choice-opacity-heatmap")["value"] == 40


@pytest.mark.parametrize("search", ["?overlay=nonsense&opacity=much&students=,,", "?other=1"])
def test_an_address_that_makes_no_sense_shows_the_whole_class(call: Any, search: str) -> None:
    page = content(call, urls.slide(*SLIDE), search)
    assert '"value": ["heatmap", "regions"]' in page
    assert "8 of 10" in page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_is_small_and_says_what_it_shows(client: FlaskClient, name: str, scheme: str) -> None:
    figure = layer(client, name, scheme=scheme)
    assert len(json.dumps(figure)) < 300_000
    told = " ".join(note["text"] for note in figure["layout"]["annotations"])
    assert told
    if name != "base":
        assert figure["layout"]["meta"]["legend_px"] > 0
        assert "template" not in figure["layout"]


def test_the_slide_lies_under_everything(client: FlaskClient) -> None:
    base = layer(client, "base")["layout"]
    assert [image["source"] for image in base["images"]] == [urls.slide_image(*SLIDE)]
    assert "Typical error" in base["annotations"][0]["text"]


def test_one_student_gets_numbered_fixations(client: FlaskClient) -> None:
    marks = layer(client, "fixations", ("S01",))["data"][0]
    assert marks["text"][0] == "1"


def test_a_student_who_was_not_tracked_is_said_to_be(client: FlaskClient) -> None:
    base = layer(client, "base", ("S08",))["layout"]
    assert "S08 (tracked for 29% of the time, less than 50%)" in base["annotations"][-1]["text"]
    assert not layer(client, "heatmap", ("S08",))["data"]


def test_words_and_numbers_follow_the_chosen_students(call: Any) -> None:
    answer = json.dumps(call(WORDS, **whose("S01")))
    assert "1 of 1" in answer
    assert "students=S01" in answer


def test_the_heatmap_is_a_picture_of_where_the_seconds_are(client: FlaskClient, context: Context) -> None:
    answer = client.get(urls.heatmap_image(*SLIDE))
    with Image.open(io.BytesIO(answer.data)) as image:
        cover = np.asarray(image.convert("RGBA"))[..., 3].astype(float)
    seconds = context.school.heat(*SLIDE).seconds
    coarse = cover.reshape(54, 8, 96, 8).mean(axis=(1, 3))
    assert np.corrcoef(coarse.ravel(), seconds.ravel())[0, 1] > 0.9
    unchanged = client.get(urls.heatmap_image(*SLIDE), headers={"If-None-Match": answer.headers["ETag"]})
    assert unchanged.status_code == 304


def test_heatmap_and_numbers_of_one_student_differ_from_the_class(client: FlaskClient) -> None:
    for address in (urls.heatmap_image, urls.regions_csv):
        assert client.get(address(*SLIDE)).data != client.get(address(*SLIDE, students="S02")).data


def test_the_class_over_time_is_drawn(call: Any) -> None:
    answer = call(
        f"{lesson_page.TIME}.figure", **{"lesson-place": {"data": PLACE}, "scheme": {"data": "dark"}}
    )
    figure = go.Figure(answer[lesson_page.TIME]["figure"])
    shares = [numbers(trace.y) for trace in figure.data]
    assert len(shares[0]) == 4 * 12
    np.testing.assert_allclose(np.sum(shares, axis=0), 1, atol=1e-6)


def test_the_session_page_tells_how_good_the_recording_is(call: Any, rows: dict[str, SessionRow]) -> None:
    page = content(call, urls.session(rows["S08"].session_id))
    for words in (
        "Often not tracked",
        "Accuracy",
        "Precision",
        "Sampling rate",
        "Synthetic",
        "Slide by slide",
    ):
        assert words in page
    assert urls.session_replay(rows["S08"].session_id) in page


def test_the_session_page_tells_where_the_recording_is_from(
    call: Any, context: Context, rows: dict[str, SessionRow]
) -> None:
    page = content(call, urls.session(rows["S01"].session_id))
    found = context.catalogue.session(rows["S01"].session_id).report["fixations"]
    assert "the student's webcam" in page
    assert t(f"session-method-{found['method']}") in page
    assert f"Shortest fixation {found['parameters']['duration_min_ms']:g} ms." in page


def test_a_session_of_another_tracker_says_which_and_whose_fixations(
    call: Any, context: Context, monkeypatch: pytest.MonkeyPatch, rows: dict[str, SessionRow]
) -> None:
    notes = ("12 rows were left out.",)
    source = TrackerSource("tobii-pro-lab", "Tobii Pro Lab", FixationOrigin.KEPT, 0.6, notes)
    row = rows["S02"]
    assert row.header is not None
    imported = replace(
        row,
        header=replace(row.header, source=source),
        report={"fixations": {"source": "vendor", "method": "kept", "parameters": {}, "notes": []}},
    )
    monkeypatch.setattr(context.catalogue, "session", lambda _: imported)
    page = content(call, urls.session(row.session_id))
    for words in (
        "Tobii Pro Lab (format tobii-pro-lab)",
        "The tracker's own",
        *notes,
        "0.6\\u00b0 is stated",
    ):
        assert words in page


def test_of_another_tracker_nothing_is_claimed_that_is_not_known(
    call: Any, context: Context, monkeypatch: pytest.MonkeyPatch, rows: dict[str, SessionRow]
) -> None:
    """No calibration, no measured error, no rate, no images: and notes in words, not in names of the code."""
    row = rows["S02"]
    imported = replace(
        row,
        files={**row.files, "frames": replace(row.files["frames"], rows=0)},
        quality={**row.quality, "accuracy_deg": None, "sampling_rate_hz": None},
        report={
            "gaze": {"calibrated": None, "sigma_source": "typical of the format"},
            "fixations": {"notes": ["gap_max_ms is 100 ms, shorter than one sample (200.0 ms)"]},
        },
    )
    monkeypatch.setattr(context.catalogue, "session", lambda _: imported)
    page = content(call, urls.session(row.session_id))
    assert "Unknown: it was the tracker's own." in page
    assert "assumed, typical of the format" in page
    assert "Longest loss within a fixation is 100 ms, shorter than one sample" in page
    for words in ("gap_max", "Gap_max", "a second: short", "measured on dots", "Not calibrated"):
        assert words not in page
    view = context.school.session_view(row.session_id)
    slow = replace(view, row=replace(imported, quality={**imported.quality, "sampling_rate_hz": 5.0}))
    assert "Below 20 samples a second: short fixations are missed" in list(remarks(slow))


def test_every_threshold_of_a_detector_has_words() -> None:
    thresholds = {each.name for kind in DetectorParameters.__subclasses__() for each in fields(kind)}
    assert thresholds <= set(SETTINGS)


def test_an_uncalibrated_session_is_marked(call: Any, rows: dict[str, SessionRow]) -> None:
    page = content(call, urls.session(rows["S10"].session_id))
    assert "Not calibrated" in page
    assert "estimated, not measured" in page


def test_gaze_over_time_is_drawn(call: Any, rows: dict[str, SessionRow]) -> None:
    shown = {session_page.PLACE: {"data": [rows["S06"].session_id, 1, "done"]}, "scheme": {"data": "dark"}}
    figure = go.Figure(call(f"{session_page.TIME}.figure", **shown)[session_page.TIME]["figure"])
    lines = [trace for trace in figure.data if trace.name == "gaze"]
    assert len(lines) == 2
    assert np.isnan(numbers(lines[0].y)).any()


def test_fixations_of_a_session_are_a_picture(client: FlaskClient, rows: dict[str, SessionRow]) -> None:
    answer = client.get(urls.fixations_image(rows["S01"].session_id, SLIDE[2]))
    assert answer.mimetype == "image/svg+xml"
    assert answer.text.count("<circle") > 10


@pytest.mark.parametrize(
    "path", [urls.lesson(*PLACE), urls.slide(*SLIDE), "/session/{S01}"], ids=["lesson", "slide", "session"]
)
def test_no_graph_offers_to_send_its_data_away(call: Any, rows: dict[str, SessionRow], path: str) -> None:
    page = graphs(content(call, path.format(**{name: row.session_id for name, row in rows.items()})))
    assert page
    for graph in page:
        assert graph["config"]["showSendToCloud"] is False
        assert graph["config"]["plotlyServerURL"] == ""


@pytest.mark.parametrize(
    ("path", "column"),
    [
        (urls.regions_csv(*SLIDE), "observed_share"),
        (urls.overlay_csv(*SLIDE, "heatmap"), "seconds_within_typical_error"),
        (urls.overlay_csv(*SLIDE, "fixations"), "duration_ms"),
        (urls.overlay_csv(*SLIDE, "scanpath", students="S01"), "onset_ms"),
        (urls.overlay_csv(*SLIDE, "regions"), "gap"),
        (urls.lesson_csv(*PLACE), "not_tracked"),
        (urls.sessions_csv(*PLACE), "accuracy_deg"),
        ("/table/gaze/{S01}.csv", "sigma_deg"),
    ],
)
def test_every_download_is_a_table(
    client: FlaskClient, rows: dict[str, SessionRow], path: str, column: str
) -> None:
    address = path.format(**{name: row.session_id for name, row in rows.items()})
    answer = client.get(address)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    table = pd.read_csv(io.StringIO(answer.text))
    assert table[column].notna().any()
    typed = pd.read_parquet(io.BytesIO(client.get(urls.as_parquet(address)).data))
    assert list(typed) == list(table)
    assert len(typed) == len(table)
    assert typed[column].notna().equals(table[column].notna())
    assert not typed.select_dtypes("object").shape[1]


@pytest.mark.parametrize(
    "path",
    [
        "/media/slide/biology-7/photosynthesis/nothing", "/media/heatmap/biology-7/nothing/1.png",
        "/media/fixations/0123456789abcdef/1.svg", "/api/sessions/0123456789abcdef/replay/0",
        "/table/regions/biology-7/photosynthesis/nothing.csv", "/table/gaze/0123456789abcdef.csv",
        "/table/regions/biology-7/photosynthesis.csv", "/table/nothing/biology-7/photosynthesis.csv",
        "/table/nothing.parquet", "/table/gaze.parquet", "/media/difference.png",
        "/media/difference.png?a=slide:a/b/c&b=slide:a/b/c", "/media/difference.png?a=course:a&b=nonsense",
    ],
)  # fmt: skip
def test_what_does_not_exist_is_404(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", [urls.lesson("biology-7", "nothing"), urls.slide(*PLACE, "nothing"), urls.session("nothing")]
)
def test_a_wrong_address_says_so(call: Any, path: str) -> None:
    assert "There is nothing at this address" in content(call, path)
