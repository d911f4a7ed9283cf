"""From recordings of trackers to packages, and on to fixations on slides."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.domain import FixationOrigin, Lesson, Slide, typed
from pipeline.errors import InputError
from pipeline.ingest.session_package import open_package
from pipeline.ingest.trackers.package import (
    Made,
    Wanted,
    fitted,
    make_packages,
    match_slides,
    shown_from,
    slide_called,
)
from pipeline.ingest.trackers.recording import (
    RECORDED_FIXATIONS,
    RECORDED_GAZE,
    Space,
    TrackerRecording,
)
from pipeline.parameters import Parameters
from pipeline.process import process_package

LESSON = Lesson(
    "c",
    "C",
    "l",
    "L",
    (
        Slide("1-leaf", "What leaves do", "leaf.png", 1600, 900),
        Slide("2-light", "Light", "b.jpg", 1000, 1000),
    ),
)
# 100 Hz: 1 s of nothing, 2 s of the leaf, 1 s of a cross, 2 s of light, 1 s of the leaf again
STIMULI: list[str | None] = [None] * 100 + ["leaf.PNG"] * 200 + ["cross"] * 100 + ["LIGHT"] * 200
STIMULI += ["leaf.PNG"] * 100
PLACES = {
    "leaf.PNG": (0.0, 50.0, 1600.0, 900.0),
    "cross": (0.0, 0.0, 1600.0, 1000.0),
    "LIGHT": (0.0, 0.0, 1600.0, 1000.0),
}


def recording(**changes: Any) -> TrackerRecording:
    """Gaze that rests at (400, 500) px on a screen of 1600 x 1000 px."""
    count = len(STIMULI)
    gaze = pd.DataFrame({"t_ms": np.arange(count) * 10.0, "x_px": 400.0, "y_px": 500.0, "valid": True})
    gaze = typed(gaze.assign(distance_mm=600.0, stimulus=STIMULI), RECORDED_GAZE)
    fixations = pd.DataFrame({"onset_ms": [1500.0, 4500.0], "duration_ms": [400.0, 250.0]})
    fixations = fixations.assign(x_px=[400.0, 800.0], y_px=[500.0, 500.0], stimulus=["leaf.PNG", "LIGHT"])
    usual = TrackerRecording(
        format="made-up",
        participant="Jane Doe",
        gaze=gaze,
        fixations=typed(fixations, RECORDED_FIXATIONS),
        space=Space.SCREEN,
        width_px=1600,
        height_px=1000,
        size_stated=True,
        rate_hz=100.0,
        rows=count,
        stimuli=PLACES,
        notes=("A note of the importer.",),
    )
    return replace(usual, **changes)


def made(folder: Path, *recordings: TrackerRecording, **wanted: Any) -> list[Made]:
    said = Wanted(**({"student": "S"} | wanted))
    return make_packages(recordings or [recording()], LESSON, said, folder)


def test_each_run_of_a_stimulus_is_a_showing_of_its_slide(tmp_path: Path) -> None:
    [package] = made(tmp_path)
    timeline = open_package(package.path, tmp_path).timeline
    assert timeline[["t_ms", "event"]].to_numpy().tolist() == [
        [1000, "slide_shown"],
        [3000, "slide_hidden"],
        [4000, "slide_shown"],
        [6000, "slide_shown"],
        [6990, "slide_hidden"],
    ]
    assert timeline["slide"].dropna().tolist() == ["1-leaf", "2-light", "1-leaf"]
    # the square slide lies in the middle of the screen that its stimulus filled
    assert timeline.iloc[2, 3:].tolist() == [300, 0, 1000, 1000]
    assert timeline.iloc[0, 3:].tolist() == [0, 50, 1600, 900]


def test_fixations_come_out_on_the_slides(tmp_path: Path) -> None:
    [package] = made(tmp_path)
    result = process_package(open_package(package.path, tmp_path), LESSON, Parameters(), lambda *_: None)
    table = result.tables["fixations"]
    assert table["slide_id"].tolist() == ["1-leaf", "2-light"]
    assert table["slide_x"].tolist() == pytest.approx([400 / 1600, (800 - 300) / 1000])
    assert table["slide_y"].tolist() == pytest.approx([(500 - 50) / 900, 500 / 1000])
    assert result.report["fixations"]["source"] == "vendor"
    anew = process_package(
        open_package(made(tmp_path, keep_fixations=False)[0].path, tmp_path),
        LESSON, Parameters(), lambda *_: None,
    )  # fmt: skip
    assert anew.report["fixations"]["source"] == "detected"
    assert anew.tables["fixations"]["slide_id"].tolist() == ["1-leaf", "2-light", "1-leaf"]


def test_the_header_says_where_it_came_from_but_not_who(tmp_path: Path) -> None:
    [package] = made(tmp_path)
    header = package.header
    assert header.student == "S"
    assert header.source is not None
    assert (header.source.format, header.source.fixations) == ("made-up", FixationOrigin.KEPT)
    assert header.source.notes == (
        "A note of the importer.",
        'Stimuli that are no slide of the lesson were left out: "cross".',
        "The slide 2-light was taken to lie in the middle of its place, not stretched.",
        "The screen was assumed to be 443 x 277 mm.",
    )
    content = b"".join(path.read_bytes() for path in (tmp_path / "checked").rglob("*.*"))
    assert b"Jane" not in content + package.path.read_bytes()


def test_a_stated_screen_is_not_assumed(tmp_path: Path) -> None:
    [package] = made(tmp_path, screen_mm=(400.0, 250.0))
    screen = package.header.screen
    assert (screen.width_mm, screen.height_mm, screen.size_source) == (400, 250, "stated")
    assert package.header.source is not None
    assert not any("assumed" in note for note in package.header.source.notes)


def test_the_same_recording_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first, second = made(tmp_path / "a"), made(tmp_path / "b")
    assert first[0].path.read_bytes() == second[0].path.read_bytes()


def test_each_participant_becomes_a_session(tmp_path: Path) -> None:
    other = recording(participant="John", stimuli={"cross": PLACES["cross"]})
    packages = made(tmp_path, recording(), other, recording(participant=None))
    assert [package.header.student for package in packages] == ["S-01", "S-03"]


def test_fixations_alone_are_always_kept(tmp_path: Path) -> None:
    [package] = made(tmp_path, recording(gaze=recording().gaze[:0]), keep_fixations=False)
    opened = open_package(package.path, tmp_path)
    assert opened.gaze is None
    assert opened.fixations is not None
    assert opened.header.source is not None
    assert opened.header.source.fixations is FixationOrigin.KEPT
    assert opened.timeline["t_ms"].tolist() == [1500, 4500, 4750]


def test_fixations_that_a_package_cannot_hold_are_left_out(tmp_path: Path) -> None:
    fixations = recording().fixations
    assert fixations is not None
    odd = pd.concat([fixations.assign(onset_ms=[-5.0, 4500.0]), fixations])
    [package] = made(tmp_path, recording(fixations=odd))
    kept = open_package(package.path, tmp_path).fixations
    assert kept is not None
    assert kept["onset_ms"].tolist() == [1500, 4500]


def test_a_recording_without_stimuli_is_of_the_slide_that_is_said(tmp_path: Path) -> None:
    bare = recording(stimuli={}, gaze=recording().gaze.assign(stimulus=None).astype({"stimulus": "string"}))
    [package] = made(tmp_path, bare, slide="2-light")
    timeline = open_package(package.path, tmp_path).timeline
    assert timeline["t_ms"].tolist() == [0, 6990]
    assert timeline.iloc[0, 3:].tolist() == [300, 0, 1000, 1000]
    with pytest.raises(InputError, match="one slide for all of it, or a timeline, got none"):
        made(tmp_path, bare)


def test_a_timeline_outweighs_the_stimuli(tmp_path: Path) -> None:
    timeline = shown_from([("2-light", 500.0), ("1-leaf", 0.0)], LESSON, 1600, 1000)
    [package] = made(tmp_path, timeline=timeline)
    opened = open_package(package.path, tmp_path).timeline
    assert opened["slide"].tolist() == ["1-leaf", "2-light"]
    assert opened.iloc[0, 3:].tolist() == [0, 50, 1600, 900]


@pytest.mark.parametrize(
    ("changes", "wanted", "message"),
    [
        (
            {"space": Space.SCENE},
            {},
            "mapped to a reference image or a surface, got gaze in the picture of a",
        ),
        ({"stimuli": {"cross": PLACES["cross"]}}, {}, '"1-leaf", "2-light".* got "cross"'),
        ({}, {"slides": {"dot": "1-leaf"}}, 'slides: expected stimuli of the export .* got "dot"'),
        ({}, {"slides": {"cross": "3-x"}}, r'slide of the lesson \("1-leaf", "2-light"\), got "3-x"'),
        ({}, {"slide": "3-x"}, r'slide of the lesson \("1-leaf", "2-light"\), got "3-x"'),
        ({}, {"student": "Jane Doe"}, "field student: expected a pseudonym"),
        ({"width_px": 100}, {}, "a slide on the screen of 100 x 1000 px|width_px"),
    ],
)
def test_what_cannot_become_a_session_is_refused(
    tmp_path: Path, changes: dict[str, Any], wanted: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        made(tmp_path, recording(**changes), **wanted)


@pytest.mark.parametrize(
    ("name", "slide_id"),
    [
        ("1-leaf", "1-leaf"),
        ("what leaves do", "1-leaf"),
        ("C:\\stimuli\\Leaf.bmp", "1-leaf"),
        ("leaf", "1-leaf"),
        (" Light ", "2-light"),
        ("B", "2-light"),
        ("lea", None),
        ("leaf.2", None),
        ("", None),
    ],
)
def test_slides_are_known_by_id_title_or_image(name: str, slide_id: str | None) -> None:
    assert slide_called(name, LESSON) == slide_id


def test_what_is_given_outweighs_the_name_and_may_leave_out() -> None:
    given = {"cross": "2-light", "leaf": ""}
    assert match_slides(["cross", "leaf", "light"], LESSON, given) == {"cross": "2-light", "light": "2-light"}


def test_a_slide_keeps_its_proportions() -> None:
    leaf, light = LESSON.slides
    assert fitted(leaf, (10, 20, 1601, 900)) == (10, 20, 1601, 900)
    assert fitted(light, (10, 20, 1600, 900)) == (10 + 350, 20, 900, 900)
    assert fitted(leaf, (0, 0, 1600, 1600)) == (0, 350, 1600, 900)


def test_a_lesson_of_many_slides_makes_no_wall_of_them(tmp_path: Path) -> None:
    many = replace(LESSON, slides=tuple(Slide(f"s{n}", f"S{n}", f"{n}.png", 16, 9) for n in range(52)))
    message = r'a slide of the lesson \("s0", "s1", "s2", "s3", "s4", \.\.\.\), or'
    with pytest.raises(InputError, match=message):
        make_packages([recording()], many, Wanted("S"), tmp_path)
