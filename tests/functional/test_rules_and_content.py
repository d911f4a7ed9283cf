"""Rules, gap, maps and quiz: what the pages say equals what the lake gives when it is asked another way."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from dash import Dash
from flask.testing import FlaskClient
from scipy.stats import kendalltau

from dashboard import urls
from dashboard.application import create_app
from dashboard.components import slide_time
from dashboard.context import KEY, Context
from dashboard.pages import lesson as lesson_page
from dashboard.pages import slide as slide_page
from dashboard.settings import Demo, Settings
from pipeline.domain import Lesson, Slide
from tests.seeded_school import LESSONS, add_quiz, seed

PAGE = ".._pages_content.children..._pages_store.data.."
WORDS = "..{}..".format(
    "...".join(
        f"{name}.children"
        for name in (slide_page.LEAD, slide_page.VERSIONS, slide_page.PANEL, slide_page.REMOVED)
    )
)
ORDER = f"..{slide_time.ORDER}.figure...{slide_time.ORDER_BELOW}.children.."
LINKS = f"{slide_page.GRAPH_DOWNLOADS}.children"
PLACE = ("biology-7", "photosynthesis")
OTHER = ("physics-8", "the-pendulum")
SLIDE = (*PLACE, "3-the-equation")


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of ten that saw two lessons and answered the quiz of the first."""
    data = tmp_path_factory.mktemp("rules") / "data"
    catalogue = seed(data, lessons=[LESSONS / "/".join(place) for place in (PLACE, OTHER)], slide_s=12.0)
    add_quiz(catalogue, catalogue.lesson(*PLACE))
    catalogue.close()
    return data


@pytest.fixture
def app(seeded: Path) -> Iterator[Dash]:
    app = create_app(Settings(data=seeded, demo=Demo.OFF))
    yield app
    app.server.extensions[KEY].catalogue.close()


def page(call: Any, path: str, search: str = "") -> str:
    where = {"pathname": path, "search": search}
    return json.dumps(call(PAGE, _pages_location=where)["_pages_content"]["children"])


def controls(*students: str, **rules: Any) -> dict[str, Any]:
    """A slide's page with these students and rules chosen."""
    chosen = {"rules": {"data": rules}, "slide-whose": {"data": {"students": list(students), **rules}}}
    chosen["slide-soon"] = chosen["slide-later"] = chosen["slide-whose"]
    places = {slide_page.PLACE: {"data": SLIDE}, lesson_page.PLACE: {"data": PLACE}}
    return {"scheme": {"data": "light"}, **places, **chosen}


def table(client: FlaskClient, address: str) -> pd.DataFrame:
    answer = client.get(address)
    assert answer.status_code == 200
    return pd.read_csv(io.StringIO(answer.text))


def of_slide(path: Path, slide: Slide) -> pd.DataFrame:
    rows = pd.read_parquet(path)
    return rows[rows["slide_id"] == slide.slide_id]


def looked(context: Context, slide: Slide) -> pd.DataFrame:
    """By hand, from the files: share of looking at each (rectangular) region, and the first look at it.

    Of each calibrated student who was tracked for half of the time; indexed by student and region.
    """
    rows = {}
    for row in context.catalogue.sessions(*PLACE):
        shown, fixations = (of_slide(row.files[name].path, slide) for name in ("exposures", "fixations"))
        if not row.calibrated or shown["tracked_ms"].sum() < 0.5 * shown["duration_ms"].sum():
            continue
        x, y = fixations["slide_x"], fixations["slide_y"]
        on_slide = fixations["duration_ms"][x.between(0, 1) & y.between(0, 1)].sum()
        for aoi in slide.aois:
            (left, top), (right, bottom) = aoi.parts[0].points
            inside = fixations[x.between(left, right) & y.between(top, bottom)]
            first_ms = inside["onset_ms"].min() - shown["onset_ms"].min()
            rows[row.student, aoi.aoi_id] = inside["duration_ms"].sum() / on_slide, first_ms
    found = pd.DataFrame.from_dict(rows, "index", columns=["share", "first_ms"])
    return found.set_index(pd.MultiIndex.from_tuples(found.index))


def test_gap_and_order_are_those_of_the_files(client: FlaskClient, context: Context, call: Any) -> None:
    slide = next(each for each in context.catalogue.lesson(*PLACE).slides if each.slide_id == SLIDE[2])
    by_hand = looked(context, slide)
    shares = by_hand["share"].unstack().mean()[[aoi.aoi_id for aoi in slide.aois]]
    expected = np.array([aoi.weight for aoi in slide.aois]) / sum(aoi.weight for aoi in slide.aois)
    score = (np.abs(shares - expected).sum() + 1 - shares.sum()) / 2
    first_ms = by_hand["first_ms"].unstack().median()
    ordered = [aoi for aoi in slide.aois if aoi.order is not None]
    tau = kendalltau([aoi.order for aoi in ordered], first_ms[[aoi.aoi_id for aoi in ordered]]).statistic

    told = table(client, urls.content_csv(*SLIDE, "gap")).iloc[0]
    assert told["gap_score"] == pytest.approx(score, rel=1e-5)
    assert told["order_tau"] == pytest.approx(tau)
    assert told["gap_score_low"] <= told["gap_score"] <= told["gap_score_high"]
    words = json.dumps([call(WORDS, **controls()), call(ORDER, **controls())], ensure_ascii=False)
    assert f'"{score:.2f}"' in words
    as_designed = f"{told['gap_score_as_designed']:.2f}"
    assert f"8 students looking exactly as intended would get {as_designed} by chance" in words
    assert f"Kendall's tau {tau:+.2f} over {len(ordered)} regions".replace("-", "\u2212") in words
    assert f"{told['gap_score_low']:.2f} to {told['gap_score_high']:.2f}" in words


def test_the_regions_say_their_version_and_their_rule(client: FlaskClient, call: Any) -> None:
    assert "Regions version 1; gaze on overlapping regions counts for all of them." in json.dumps(
        call(WORDS, **controls())
    )
    told = table(client, urls.regions_csv(*SLIDE))
    assert set(told["aoi_version"]) == {1}
    assert set(told["overlap"]) == {"all"}


def test_a_stricter_rule_removes_students_and_says_whom(
    client: FlaskClient, context: Context, call: Any
) -> None:
    slide = next(each for each in context.catalogue.lesson(*PLACE).slides if each.slide_id == SLIDE[2])
    words = json.dumps(call(WORDS, **controls(accuracy=2)))
    assert "S04 (off by 2.40 deg, more than 2 deg)" in words
    assert "7 of 10" in words
    by_hand = looked(context, slide).drop("S04")
    told = table(client, urls.regions_csv(*SLIDE, accuracy="2")).set_index("aoi_id")
    shares = by_hand["share"].unstack().mean()
    np.testing.assert_allclose(told["observed_share"], shares[told.index], rtol=1e-5)
    assert set(told["tracked_n"]) == {7}


@pytest.mark.parametrize(
    ("rules", "left_out"),
    [
        ({"accuracy": "2"}, {"S04", "S08", "S10"}),
        ({"uncalibrated": "count"}, {"S08"}),
        ({"tracked": "0", "uncalibrated": "count"}, set()),
        ({"tracked": "nonsense", "accuracy": "-1", "uncalibrated": "maybe"}, {"S08", "S10"}),
    ],
)
def test_an_address_brings_its_rules_back(call: Any, rules: dict[str, str], left_out: set[str]) -> None:
    query = "?" + "&".join(f"{name}={value}" for name, value in rules.items())
    slide, lesson = (page(call, path, query) for path in (urls.slide(*SLIDE), urls.lesson(*PLACE)))
    end = slide.index(slide_page.REMOVED)
    assert {name for name in ("S04", "S08", "S10") if f'"{name} (' in slide[end - 2500 : end]} == left_out
    card = lesson[lesson.index("Who could not be tracked") : lesson.index(lesson_page.QUIZ)]
    assert {name for name in ("S04", "S08", "S10") if f'"{name}"' in card} == left_out


def test_pictures_numbers_and_links_carry_the_rules(client: FlaskClient, call: Any) -> None:
    query = {"tracked": "85", "uncalibrated": "count"}
    for address in (urls.heatmap_image, urls.regions_csv):
        assert client.get(address(*SLIDE, **query)).data != client.get(address(*SLIDE)).data
    asked = controls(tracked=85, uncalibrated="count")
    drawn = client.get(urls.layer("heatmap", *SLIDE), query_string=query).json
    assert drawn["layout"]["images"][0]["source"].startswith(urls.heatmap_image(*SLIDE, **query))
    assert urls.overlay_csv(*SLIDE, "heatmap", **query) in json.dumps(call(LINKS, **asked))
    words = json.dumps(call(WORDS, **controls(tracked=85, uncalibrated="count")))
    assert urls.content_csv(*SLIDE, "gap", **query) in words
    lesson = page(call, urls.lesson(*PLACE), "?tracked=85&uncalibrated=count")
    assert urls.slide(*SLIDE, **query) in lesson
    assert urls.gap_csv(*PLACE, **query) in lesson


def test_the_lesson_page_shows_each_gap_with_interval_and_chance(client: FlaskClient, call: Any) -> None:
    lesson = page(call, urls.lesson(*PLACE))
    gaps = table(client, urls.gap_csv(*PLACE))
    assert len(gaps) == 4
    for _, row in gaps.iterrows():
        assert f"gap {row['gap_score']:.2f}" in lesson
        assert (
            f"{row['gap_score_low']:.2f} to {row['gap_score_high']:.2f}; "
            f"chance gives {row['gap_score_as_designed']:.2f}"
        ) in lesson


def test_content_is_held_between_its_baselines(client: FlaskClient, call: Any) -> None:
    answer = json.dumps(call(f"{slide_page.CONTENT}.children", **controls()), ensure_ascii=False)
    maps = table(client, urls.content_csv(*SLIDE, "maps")).set_index(["map", "metric"])
    for name in ("centre_bias", "content", "saliency", "rest_of_class"):
        assert f'"{maps.at[(name, "nss"), "value"]:.2f}"'.replace("-", "\u2212") in answer
    assert maps.at[("centre_bias", "information_gain"), "value"] == 0
    students = table(client, urls.content_csv(*SLIDE, "students"))
    assert set(students["student"]) == {f"S{n:02d}" for n in (1, 2, 3, 4, 5, 6, 7, 9)}
    assert f"{students['fixation_rate_hz'].median():.2f}" in answer
    ways = table(client, urls.content_csv(*SLIDE, "transitions")).query("step == 'visits'")
    shown = json.dumps(call(f"{slide_time.WAYS_TABLES}.children", **controls()))
    np.testing.assert_allclose(ways.groupby("from_aoi")["transition_probability"].sum(), 1)
    for aoi_id in ("title", "equation"):
        assert f'"{ways.loc[ways["from_aoi"] == aoi_id, "transition_count"].sum()}"' in shown


def test_a_table_of_unknown_kind_is_404(client: FlaskClient) -> None:
    assert client.get(urls.content_csv(*SLIDE, "nonsense")).status_code == 404
    assert client.get(urls.quiz_csv(*OTHER)).status_code == 404


def test_looking_is_put_beside_the_answers(client: FlaskClient, context: Context, call: Any) -> None:
    """The third question, about the equation: mean shares of right and wrong answers, from the files."""
    lesson: Lesson = context.catalogue.lesson(*PLACE)
    slide = next(each for each in lesson.slides if each.slide_id == SLIDE[2])
    by_hand = looked(context, slide)["share"]
    quiz = context.catalogue.quiz(*PLACE).query("slide == @SLIDE[2]").set_index("student")
    shares = by_hand.xs(str(quiz["aois"].iloc[0]), level=1)
    correct = quiz["correct"].reindex(shares.index).to_numpy() == 1
    told = table(client, urls.quiz_csv(*PLACE)).set_index("question").loc[str(quiz["question"].iloc[0])]
    assert told["right_count"] == correct.sum()
    assert told["right_share"] == pytest.approx(shares[correct].mean(), rel=1e-5)
    assert told["wrong_share"] == pytest.approx(shares[~correct].mean(), rel=1e-5)
    card = json.dumps(call(f"{lesson_page.QUIZ}.children", **controls()), ensure_ascii=False)
    assert f"{shares[correct].mean():.0%}" in card
    assert "A relation is not a cause" in card
    assert "too few" in card


def test_a_lesson_without_quiz_names_the_command(call: Any) -> None:
    chosen = controls() | {lesson_page.PLACE: {"data": OTHER}}
    assert "python -m pipeline quiz FILE --lesson physics-8/the-pendulum" in json.dumps(
        call(f"{lesson_page.QUIZ}.children", **chosen)
    )
