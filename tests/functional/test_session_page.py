"""The page of a session: what it says, where it leads, and what it does with one that is in the bin."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from dash import Dash
from flask.testing import FlaskClient
from plotly.utils import PlotlyJSONEncoder

from dashboard import urls
from dashboard.application import create_app
from dashboard.context import KEY, Context
from dashboard.pages import session as session_page
from dashboard.replay import class_replay
from dashboard.settings import Demo, Settings
from pipeline.domain import GAZE, empty
from pipeline.storage import the_bin
from pipeline.storage.lake import write_revision
from pipeline.storage.rows import SessionRow, State
from tests.seeded_school import LESSONS, Viewer, seed

PAGE = ".._pages_content.children..._pages_store.data.."
PLACE = ("biology-7", "photosynthesis")
BODY = f"..{session_page.BODY}.children...{session_page.PLACE}.data.."


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("session-page") / "data"
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


def page(call: Any, session_id: str, search: str = "") -> str:
    asked = {"pathname": urls.session(session_id), "search": search}
    return json.dumps(call(PAGE, _pages_location=asked)["_pages_content"]["children"], ensure_ascii=False)


def figure(call: Any, name: str, row: SessionRow) -> go.Figure:
    shown = {session_page.PLACE: {"data": [row.session_id, 1, "done", False]}, "scheme": {"data": "light"}}
    return go.Figure(call(f"{name}.figure", **shown)[name]["figure"])


def numbers(packed: Any) -> np.ndarray:
    return np.frombuffer(base64.b64decode(packed["bdata"]), packed["dtype"])


def test_every_slide_leads_to_the_workbench_with_this_student(call: Any, rows: dict[str, SessionRow]) -> None:
    said = page(call, rows["S03"].session_id)
    for slide in ("1-what-leaves-do", "2-inside-a-leaf", "3-the-equation", "4-how-much-light"):
        assert urls.slide(*PLACE, slide, overlay="scanpath", students="S03") in said
    assert urls.replay_page(*PLACE, focus="S03") in said
    assert "never" in said  # S03 ignores the equation


def test_the_timeline_tells_how_much_was_tracked(call: Any, rows: dict[str, SessionRow]) -> None:
    drawn = figure(call, session_page.TIMELINE, rows["S08"])
    gaze = pd.read_parquet(rows["S08"].files["gaze"].path)
    lost = (~gaze.loc[gaze["slide_id"].notna(), "valid"]).mean()
    assert numbers(drawn.data[2].y).mean() == pytest.approx(lost, abs=0.02)


def test_the_error_is_drawn_where_it_was_measured(
    call: Any, context: Context, rows: dict[str, SessionRow]
) -> None:
    told = context.catalogue.session(rows["S04"].session_id).report["gaze"]["dots"]
    drawn = figure(call, session_page.DOTS, rows["S04"])
    np.testing.assert_allclose(numbers(drawn.data[0].x), [dot["x_px"] for dot in told])
    assert list(drawn.data[0].text) == [f"{dot['error_deg']:.1f}°" for dot in told]
    used = [dot["error_deg"] for dot in told if dot["kind"] == "validate"]
    assert f"the error is {np.mean(used):.1f}° on average; largest {max(used):.1f}°" in page(
        call, rows["S04"].session_id
    )


def test_a_session_without_known_dots_says_so(call: Any, rows: dict[str, SessionRow]) -> None:
    said = page(call, rows["S10"].session_id)
    assert "This recording has no dots with a known place" in said
    assert session_page.DOTS not in said


def test_what_was_measured_under_is_told_with_the_range_of_the_calibration(
    call: Any, rows: dict[str, SessionRow]
) -> None:
    drawn = figure(call, session_page.MEASURED, rows["S01"])
    assert len(list(drawn.select_yaxes())) == 5
    assert (58.5, 62.2) in [(shape.y0, shape.y1) for shape in drawn.layout.shapes if shape.type == "rect"]
    assert "while calibrating 58 to 62 cm" in page(call, rows["S01"].session_id)


def test_every_table_of_the_page_can_be_downloaded(client: FlaskClient, rows: dict[str, SessionRow]) -> None:
    session_id = rows["S01"].session_id
    for name in ("session-timeline", "session-quality", "session-dots", "session-looks"):
        answer = client.get(urls.table(name, session_id))
        assert answer.status_code == 200
        assert len(answer.text.splitlines()) > 10
        assert client.get(urls.table(name, session_id, suffix="parquet")).data[:4] == b"PAR1"
        assert client.get(urls.table(name, "none")).status_code == 404


def test_the_address_holds_the_moment_of_the_replay(call: Any, rows: dict[str, SessionRow]) -> None:
    assert '"data": {"t": "31.5", "speed": "2"}' in page(call, rows["S01"].session_id, "?t=31.5&speed=2")


def test_a_session_in_the_bin_says_so_and_comes_back(
    call: Any, context: Context, rows: dict[str, SessionRow]
) -> None:
    session_id = rows["S05"].session_id
    the_bin.delete(context.catalogue, ("sessions", session_id))
    said = page(call, session_id)
    assert "has been in the bin since" in said
    assert "Slide by slide" not in said
    shown = {session_page.PLACE: {"data": [session_id, 1, "done", True]}}
    call(
        f"{session_page.RESTORE_SAID}.children",
        **{session_page.RESTORE: {"n_clicks": 1}, **shown},
    )
    assert context.catalogue.session(session_id).deleted_at is None
    back = call(BODY, revision={"data": "new"}, **shown)
    assert back[session_page.PLACE]["data"][3] is False
    assert "Slide by slide" in json.dumps(back[session_page.BODY])


def test_a_failed_session_says_why_and_what_can_be_done(
    call: Any, context: Context, monkeypatch: pytest.MonkeyPatch, rows: dict[str, SessionRow]
) -> None:
    row = rows["S02"]
    failed = type(row)(**{**vars(row), "state": State.FAILED, "revision": 0, "error": "webcam.mp4: no face"})
    monkeypatch.setattr(context.catalogue, "session", lambda _: failed)
    said = page(call, row.session_id)
    assert "webcam.mp4: no face" in said
    assert urls.UPLOAD in said


@pytest.fixture
def imported(tmp_path: Path) -> Iterator[Dash]:
    """A school of two sessions of an eye tracker: one with gaze, one with its fixations alone."""
    catalogue = seed(
        tmp_path / "data",
        viewers=[Viewer("T01", tracker=True), Viewer("T02", tracker=True)],
        lessons=[LESSONS / "/".join(PLACE)],
        slide_s=3.0,
    )
    row = next(row for row in catalogue.sessions(*PLACE) if row.student == "T02")
    assert row.header is not None
    tables = {name: pd.read_parquet(file.path) for name, file in row.files.items()}
    files = write_revision(catalogue.lake, row.session_id, 2, {**tables, "gaze": empty(GAZE)})
    report = catalogue.session(row.session_id).report
    catalogue.publish(row.session_id, files, row.header, row.quality, report, calibrated=True)
    catalogue.close()
    app = create_app(Settings(data=tmp_path / "data", demo=Demo.OFF))
    yield app
    app.server.extensions[KEY].catalogue.close()


@pytest.mark.parametrize("student", ["T01", "T02"])
def test_what_a_tracker_did_not_tell_is_left_out_or_said(imported: Dash, student: str) -> None:
    context: Context = imported.server.extensions[KEY]
    row = next(row for row in context.catalogue.sessions(*PLACE) if row.student == student)
    with imported.server.test_request_context():
        said = json.dumps(session_page.layout(row.session_id).to_plotly_json(), cls=PlotlyJSONEncoder)
        place = [row.session_id, row.revision, "done", False]
        timeline, measured, dots = (
            draw("light", "", place)
            for draw in (session_page._timeline, session_page._measured, session_page._dots)
        )
        together = class_replay(context.school, *PLACE)
    assert [row.student for row in together.rows] == ["T01"]
    assert together.without_gaze == ("T02",)
    assert "This recording has no dots with a known place" in said
    assert dots.layout.annotations[0].text == "The error at single places is not known."
    if student == "T01":  # gaze, but nothing that a camera saw
        assert len(list(measured.select_yaxes())) == 4
        assert len(timeline.data) == 3
    else:
        assert "No gaze samples are known of this session." in said
        assert timeline.layout.annotations[0].text == "No gaze was recorded in this session."
