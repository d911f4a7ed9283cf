"""Comparisons against the Parquet files read plainly: what each item comes to, and how they differ."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from dashboard.compared_measures import MEASURES
from dashboard.comparison import (
    LIMIT_FROM,
    Found,
    common_regions,
    compare,
    look_at,
    lower_quality,
    quick,
    two_sided,
    versus,
)
from dashboard.comparison_tables import Choice, comparison_frame, dots_frame, made
from dashboard.difference import difference, region_differences
from dashboard.group import Rules
from dashboard.items import Item
from dashboard.presets import all_courses, groups_on, lessons_of, slides_of, versions_of
from dashboard.school import School
from pipeline.attention.statistics import permutation_test
from pipeline.domain import Lesson, Role, Slide
from pipeline.ingest.lessons import read_lesson
from pipeline.parameters import AttentionParameters
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake
from pipeline.storage.rows import SessionRow
from tests.seeded_school import LESSONS, Viewer, add_session, seed

BIOLOGY, OTHER_BIOLOGY = (LESSONS / f"biology-7/{name}" for name in ("photosynthesis", "the-heart"))
PHYSICS = LESSONS / "physics-8/the-pendulum"
ONE = tuple(f"A{number}" for number in range(6))
TWO = tuple(f"B{number}" for number in range(7))
PLAIN = Rules()
COURSES = (Item(("biology-7",)), Item(("physics-8",)))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two courses; of the first two lessons, the second of which only one group has seen."""
    folder = tmp_path_factory.mktemp("comparison") / "data"
    lessons = sorted((LESSONS / "biology-7").glob("*/lesson.json"))
    first, second = (path.parent for path in lessons[:2])
    one = [Viewer(name, roles={Role.TEXT: 3.0}) for name in ONE[:-1]] + [Viewer(ONE[-1], tracked=0.3)]
    two = [Viewer(name, roles={Role.FIGURE: 6.0}, ignores=("question",)) for name in TWO]
    catalogue = seed(folder, viewers=[*one, *two], lessons=[first], slide_s=9.0)
    catalogue.close()
    catalogue = seed(folder, viewers=two, lessons=[second], slide_s=9.0, random=2)
    catalogue.close()
    loners = [Viewer(f"P{number}", calibrated=number > 0) for number in range(7)]
    catalogue = seed(folder, viewers=[*loners, *one[:2]], lessons=[PHYSICS], slide_s=9.0, random=3)
    catalogue.put_group("one", "One", ONE)
    catalogue.put_group("two", "Two", TWO)
    catalogue.put_group("few", "Few", [ONE[0], TWO[0]])
    catalogue.close()
    return folder


@pytest.fixture
def school(data: Path) -> Iterator[School]:
    catalogue = Catalogue.open(data)
    yield School(catalogue, Lake(catalogue.lake))
    catalogue.close()


# The same, plainly


Shares = dict[tuple[str, str], dict[str, np.ndarray]]


def recorded(school: School, course_id: str) -> dict[tuple[str, str], list[tuple[SessionRow, pd.Series]]]:
    """Of each lesson and slide, the recordings that had it open and its times."""
    found: dict[tuple[str, str], list[tuple[SessionRow, pd.Series]]] = {}
    for row in school.catalogue.sessions(course_id):
        times = pd.read_parquet(row.files["exposures"].path).groupby("slide_id", observed=True)
        for slide_id, own in times[["duration_ms", "tracked_ms", "on_slide_ms"]].sum().iterrows():
            found.setdefault((str(row.lesson_id), str(slide_id)), []).append((row, own))
    return found


def counted(row: SessionRow, own: pd.Series) -> bool:
    return row.calibrated and own["tracked_ms"] / own["duration_ms"] >= 0.5


def region_times(row: SessionRow, slide: Slide) -> pd.DataFrame:
    """Of each region: share of the fixation time on the slide, and when it was first fixated."""
    own = pd.read_parquet(row.files["fixations"].path).query("slide_id == @slide.slide_id")
    on = own[own["slide_x"].between(0, 1) & own["slide_y"].between(0, 1)]
    found = []
    for aoi in slide.aois:
        (x0, y0), (x1, y1) = np.min(aoi.parts[0].points, axis=0), np.max(aoi.parts[0].points, axis=0)
        inside = on["slide_x"].between(x0, x1) & on["slide_y"].between(y0, y1)
        found.append(
            (on["duration_ms"][inside].sum() / on["duration_ms"].sum(), on["onset_ms"][inside].min())
        )
    return pd.DataFrame(found, columns=["share", "first_ms"])


def lesson_of(school: School, course_id: str, lesson_id: str) -> Lesson:
    return school.catalogue.lesson(course_id, lesson_id)


def plain_gap(school: School, course_id: str, students: tuple[str, ...] | None = None) -> float:
    """Half the sum of distances between mean shares and expected ones, each student one vote."""
    seen = recorded(school, course_id)
    shown = {
        place: [
            row for row, own in rows
            if counted(row, own) and (students is None or row.student in students)
        ]
        for place, rows in seen.items()
    }  # fmt: skip
    slides_of_student: dict[str, int] = {}
    for rows in shown.values():
        for row in rows:
            slides_of_student[str(row.student)] = slides_of_student.get(str(row.student), 0) + 1
    total = 0.0
    for (lesson_id, slide_id), rows in shown.items():
        slide = next(s for s in lesson_of(school, course_id, lesson_id).slides if s.slide_id == slide_id)
        weights = np.array([aoi.weight for aoi in slide.aois], float)
        off, rest = np.zeros(len(weights)), 0.0
        for row in rows:
            share = region_times(row, slide)["share"].to_numpy()
            vote = 1 / slides_of_student[str(row.student)]
            off += vote * (share - weights / weights.sum())
            rest += vote * (1 - share.sum())
        total += np.abs(off).sum() + max(0.0, rest)
    return float(total / 2 / len(slides_of_student))


# What an item comes to


@pytest.mark.parametrize("item", COURSES, ids=str)
def test_the_gap_of_a_course_is_that_of_the_files(school: School, item: Item) -> None:
    found = look_at(school, item, "gap_score", PLAIN, None)
    assert found.sample is not None
    assert found.sample.score == pytest.approx(plain_gap(school, item.place[0]), abs=1e-6)
    assert found.sample.low < found.sample.score < found.sample.high


def test_the_gap_of_a_slide_is_what_its_own_page_says(school: School) -> None:
    slide = slides_of(school, "biology-7", lessons_of(school, "biology-7")[0].place[1])[1]
    for rules in (PLAIN, Rules(tracked_share_min=0.2), Rules(group="two")):
        found = look_at(school, slide, "gap_score", rules, None).sample
        gap = school.slide_view(*slide.place, (), rules).gap
        assert found is not None
        assert found.score == pytest.approx(gap.score, abs=1e-9)
        assert (found.low, found.high) == pytest.approx((gap.low, gap.high), abs=1e-5)
        order = look_at(school, slide, "order_tau_mean", rules, None).sample
        assert order is not None
        assert order.score == pytest.approx(gap.order_tau_mean)
        assert order.n == gap.order_students_n


def test_the_other_measures_are_those_of_the_files(school: School) -> None:
    seen = recorded(school, "biology-7")
    on, tracked, reached = {}, {}, {}
    for (lesson_id, slide_id), rows in seen.items():
        slide = next(s for s in lesson_of(school, "biology-7", lesson_id).slides if s.slide_id == slide_id)
        required = [aoi.required for aoi in slide.aois]
        for row, own in rows:
            name = str(row.student)
            tracked.setdefault(name, []).append((own["tracked_ms"], own["duration_ms"]))
            if counted(row, own):
                on.setdefault(name, []).append((own["on_slide_ms"], own["tracked_ms"]))
                first = region_times(row, slide)["first_ms"].to_numpy()[required]
                reached.setdefault(name, []).append((np.isfinite(first).sum(), len(first)))
    for measure, values in (
        ("on_slide_share", on), ("tracked_share", tracked), ("required_share", reached)
    ):  # fmt: skip
        each = [np.sum([a for a, _ in pairs]) / np.sum([b for _, b in pairs]) for pairs in values.values()]
        found = look_at(school, COURSES[0], measure, PLAIN, None)
        assert found.sample is not None
        assert found.sample.score == pytest.approx(np.mean(each), abs=1e-6), measure
        assert found.n == len(each)
    assert found.required_share == pytest.approx(np.mean(each))


def test_regions_of_a_slide(school: School) -> None:
    lesson_id = lessons_of(school, "biology-7")[0].place[1]
    slide = lesson_of(school, "biology-7", lesson_id).slides[1]
    item = Item(("biology-7", lesson_id, slide.slide_id), group="two")
    rows = [row for row, _ in recorded(school, "biology-7")[lesson_id, slide.slide_id] if row.student in TWO]
    times = [region_times(row, slide) for row in rows]
    share = look_at(school, item, "dwell_share", PLAIN, slide.aois[0].aoi_id).sample
    assert share is not None
    assert share.score == pytest.approx(np.mean([each["share"][0] for each in times]), abs=1e-6)
    exposures = [pd.read_parquet(row.files["exposures"].path) for row in rows]
    opened = [each.loc[each["slide_id"] == slide.slide_id, "onset_ms"].min() for each in exposures]
    region = max(range(len(slide.aois)), key=lambda at: sum(np.isfinite(e["first_ms"][at]) for e in times))
    first = look_at(school, item, "ttff_ms", PLAIN, slide.aois[region].aoi_id).sample
    expected = [t["first_ms"][region] - o for t, o in zip(times, opened, strict=True)]
    assert first is not None
    assert first.score == pytest.approx(np.nanmean(expected), abs=1e-3)
    assert common_regions(school, (item, replace(item, group="one"))) == slide.aois
    assert common_regions(school, (item, COURSES[0])) == ()


def test_dots_are_classes_slides_and_students_and_small_ones_are_not_drawn(school: School) -> None:
    course = look_at(school, COURSES[0], "gap_score", PLAIN, None)
    lessons = [item.place[1] for item in lessons_of(school, "biology-7")]
    drawn = {(dot.lesson_id, dot.group_id): dot.value for dot in course.dots.itertuples()}
    assert set(drawn) == {(lessons[0], "one"), (lessons[0], "two"), (lessons[1], "two")}
    assert sorted(course.hidden) == [("few", 1), ("few", 2)]  # in each lesson; one of them saw both
    assert course.lessons == 2
    one = look_at(school, Item(("biology-7", lessons[0]), group="one"), "gap_score", PLAIN, None)
    assert one.sample is not None
    assert drawn[lessons[0], "one"] == pytest.approx(one.sample.score)
    assert len(one.dots) == len(lesson_of(school, "biology-7", lessons[0]).slides)
    slide = look_at(
        school, Item(tuple(one.item.place) + (one.dots["slide_id"][0],)), "gap_score", PLAIN, None
    )
    assert slide.sample is not None
    assert len(slide.dots) == slide.n == 12
    assert slide.dots["value"].mean() == pytest.approx(slide.sample.score)


def test_groups_of_fewer_than_five_have_no_figures(school: School) -> None:
    lesson = lessons_of(school, "biology-7")[0]
    found = compare(school, (lesson, replace(lesson, group="few")), "gap_score", PLAIN)
    few = found.found[1]
    assert few.sample is None
    assert few.n == 2
    assert np.isnan(few.required_share)
    assert few.dots.empty
    assert found.versus == (None, None)
    assert found.extremes is None
    frame = comparison_frame(school, found, PLAIN)
    figures = ["value", "value_low", "difference", "p", "delta", "tracked_share", "median_error_deg"]
    assert frame.loc[1, figures].isna().all()
    assert "too few students: 2" in frame["note"][1]
    assert set(dots_frame(school, found)["item"]) == {str(lesson)}
    alone = compare(school, (lesson, Item(lesson.place, students=(TWO[1],))), "on_slide_share", PLAIN)
    assert alone.found[1].sample is None


def test_what_the_rules_remove_is_counted_in_viewings(school: School) -> None:
    lesson = lessons_of(school, "biology-7")[0]
    slides = len(lesson_of(school, *lesson.place).slides)
    seen = [pair for place, rows in recorded(school, "biology-7").items() if place[0] == lesson.place[1]
            for pair in rows]  # fmt: skip
    untracked = sum(row.calibrated and not counted(row, own) for row, own in seen)
    found = look_at(school, lesson, "gap_score", PLAIN, None).left_out
    assert untracked > 0
    assert (found.asked_n, found.untracked_n, found.otherwise_n) == (13 * slides, untracked, 0)
    physics = look_at(school, COURSES[1], "gap_score", PLAIN, None)
    assert physics.left_out.otherwise_n == len(lesson_of(school, "physics-8", "the-pendulum").slides)
    assert physics.exposed == 8  # nine, of whom one is not calibrated
    counting = look_at(school, COURSES[1], "gap_score", Rules(calibrated_only=False), None)
    assert (counting.exposed, counting.quality.uncalibrated) == (9, 1)


# How items differ


def test_different_students_are_compared_as_such(school: School) -> None:
    lesson = lessons_of(school, "biology-7")[0]
    two = replace(lesson, group="two"), replace(lesson, group="one")
    found = compare(school, two, "on_slide_share", PLAIN)
    apart, (a, b) = found.versus[1], (each.sample for each in found.found)
    assert apart is not None
    assert a is not None
    assert b is not None
    assert found.versus[0] is None  # the reference
    assert (apart.paired, apart.shared) == (0, 0)
    assert apart.difference == pytest.approx(b.values.mean() - a.values.mean())
    assert apart.p == pytest.approx(permutation_test(b.values, a.values, quick(PLAIN)))
    above = np.mean([np.sign(one - other) for one in b.values for other in a.values])
    assert float(apart.delta.delta) == pytest.approx(above)
    turned = compare(school, two[::-1], "on_slide_share", PLAIN).versus[1]
    assert turned is not None
    assert (turned.difference, turned.low, turned.high) == (-apart.difference, -apart.high, -apart.low)
    assert (turned.p, turned.delta.low) == (apart.p, -apart.delta.high)


def test_the_same_students_are_compared_with_themselves(school: School) -> None:
    first, second = (replace(item, group="two") for item in lessons_of(school, "biology-7")[:2])
    found = compare(school, (first, second), "on_slide_share", PLAIN)
    apart, (a, b) = found.versus[1], (each.sample for each in found.found)
    assert apart is not None
    assert a is not None
    assert b is not None
    assert apart.paired == 7
    differences = b.values - a.values  # both sorted by name
    flips = np.array(np.meshgrid(*[[1, -1]] * 7)).reshape(7, -1)
    means = np.abs(differences @ flips) / 7
    assert apart.p == pytest.approx(np.mean(means >= abs(differences.mean()) - 1e-12))
    assert apart.difference == pytest.approx(differences.mean())
    gaps = compare(school, (first, second), "gap_score", PLAIN)
    assert gaps.versus[1] is not None
    scores = [each.sample.score for each in gaps.found if each.sample]
    assert gaps.versus[1].difference == pytest.approx(scores[1] - scores[0])
    assert gaps.versus[1].paired == 7


def test_against_all_others_each_student_has_one_vote(school: School) -> None:
    lesson = lessons_of(school, "biology-7")[0]
    items = (replace(lesson, group="one"), replace(lesson, group="two"), COURSES[1])
    found = compare(school, items, "tracked_share", PLAIN, against="others")
    first, second, third = (each.sample for each in found.found)
    assert first is not None
    assert second is not None
    assert third is not None
    others: dict[str, list[float]] = {}
    for each in (second, third):
        for name, value in zip(each.students, each.values, strict=True):
            others.setdefault(name, []).append(value)
    means = {name: float(np.mean(values)) for name, values in others.items()}
    assert found.versus[0] is not None
    expected = first.values.mean() - np.mean(list(means.values()))
    assert found.versus[0].difference == pytest.approx(expected)
    assert found.versus[0].shared == 2
    assert all(each is not None for each in found.versus)
    p = [each.p for each in found.versus if each]
    assert max(found.p_holm) >= max(p)
    assert min(found.p_holm) == pytest.approx(min(1.0, 3 * min(p)))


def test_the_first_and_the_last_are_named_with_a_p_for_all_pairs(school: School) -> None:
    lesson = lessons_of(school, "biology-7")[0]
    items = (replace(lesson, group="one"), replace(lesson, group="two"), COURSES[1])
    found = compare(school, items, "gap_score", PLAIN)
    scores = [each.sample.score for each in found.found if each.sample]
    assert found.extremes is not None
    lowest, highest, apart, p = found.extremes
    assert (scores[lowest], scores[highest]) == (min(scores), max(scores))
    assert p == pytest.approx(min(1.0, 3 * apart.p))


def test_of_many_students_p_is_the_limit_of_the_permutations() -> None:
    rng = np.random.default_rng(1)
    many = AttentionParameters(permutations=20_000)
    for shift in (0.1, 0.25, 0.4):
        a, b = rng.exponential(size=70), rng.exponential(size=60) + shift
        assert len(a) + len(b) >= LIMIT_FROM
        exact = float(permutation_test(a, b, many))
        assert two_sided(a, b, many) == pytest.approx(exact, abs=0.02 if exact > 0.1 else 0.005)
    assert two_sided(np.ones(80), np.ones(80), many) == 1.0


def test_lower_quality_is_seen_beside_the_best(school: School) -> None:
    found = look_at(school, COURSES[0], "gap_score", PLAIN, None)

    def with_quality(tracked_share: float, error_deg: float) -> Found:
        return replace(
            found, quality=replace(found.quality, tracked_share=tracked_share, error_deg=error_deg)
        )

    good, untracked, inexact = with_quality(0.95, 1.0), with_quality(0.8, 1.1), with_quality(0.95, 1.6)
    unknown = with_quality(np.nan, np.nan)
    among = (good, untracked, inexact, unknown)
    assert [lower_quality(each, among) for each in among] == [False, True, True, False]


def test_items_that_there_are_not_are_told(school: School) -> None:
    gone = Item(("biology-7", "gone")), Item(("nothing",)), Item(("biology-7", "gone", "slide"), version=3)
    found = compare(school, (*COURSES, *gone), "gap_score", PLAIN)
    assert found.missing == gone
    assert len(found.found) == 2
    nobody = compare(school, (COURSES[0], replace(COURSES[0], group="nobody")), "gap_score", PLAIN)
    assert (nobody.found[1].exposed, nobody.found[1].sample) == (0, None)


def test_periods_and_former_versions(school: School, tmp_path: Path) -> None:
    folder = sorted((LESSONS / "biology-7").glob("*/lesson.json"))[0].parent
    viewers = [Viewer(name) for name in TWO]
    catalogue = seed(tmp_path / "twice", viewers=viewers, lessons=[folder], slide_s=6.0)
    lesson = read_lesson(folder)
    earlier = {row.session_id for row in catalogue.sessions()}
    with sqlite3.connect(catalogue.data / "catalogue.sqlite") as connection:
        connection.execute("UPDATE session SET created_at = datetime(created_at, '-100 days')")
    for place, viewer in enumerate(viewers):
        add_session(catalogue, lesson, viewer, 6.0, np.random.default_rng([5, place]))
    again = School(catalogue, Lake(catalogue.lake))
    day = dt.datetime.now().astimezone().date() - dt.timedelta(days=50)
    item = Item((lesson.course_id, lesson.lesson_id))
    found = compare(
        again, (replace(item, until=day), replace(item, since=day), item), "on_slide_share", PLAIN
    )
    before, after, last = (each.sample for each in found.found)
    assert before is not None
    assert after is not None
    assert last is not None
    assert found.versus[1] is not None
    assert found.versus[1].paired == 7
    np.testing.assert_allclose(after.values, last.values)  # without a period the last recordings count
    assert before.score != pytest.approx(after.score)
    times: dict[str, list[pd.Series]] = {}
    for rows in recorded(again, lesson.course_id).values():
        for row, own in rows:
            if row.session_id in earlier and counted(row, own):
                times.setdefault(str(row.student), []).append(own)
    sums = [sum(each["on_slide_ms"] for each in own) / sum(each["tracked_ms"] for each in own)
            for own in times.values()]  # fmt: skip
    assert before.score == pytest.approx(np.mean(sums))
    catalogue.close()


def test_two_versions_of_a_slide_with_other_regions(tmp_path: Path) -> None:
    folder = sorted((LESSONS / "biology-7").glob("*/lesson.json"))[0].parent
    viewers = [Viewer(name) for name in TWO]
    catalogue = seed(tmp_path / "versions", viewers=viewers, lessons=[folder], slide_s=8.0)
    with sqlite3.connect(catalogue.data / "catalogue.sqlite") as connection:
        for table, column in (("session", "created_at"), ("slide_version", "since")):
            connection.execute(f"UPDATE {table} SET {column} = datetime({column}, '-100 days')")
    lesson, changed = read_lesson(folder), tmp_path / "lesson"
    shutil.copytree(folder, changed)
    first = lesson.slides[0]
    Image.new("RGB", (1280, 720), "white").save(changed / first.image)
    fewer = replace(first, aois=first.aois[:2])
    catalogue.put_lesson(replace(lesson, slides=(fewer, *lesson.slides[1:])), changed)
    for place, viewer in enumerate([*viewers, Viewer("N1")]):
        add_session(catalogue, lesson, viewer, 8.0, np.random.default_rng([6, place]))
    school = School(catalogue, Lake(catalogue.lake))
    place = (lesson.course_id, lesson.lesson_id, first.slide_id)
    new, old = versions_of(school, *place)
    assert (new.version, old.version) == (2, 1)
    found = compare(school, (new, old), "gap_score", PLAIN)
    for each, version in zip(found.found, (2, 1), strict=True):
        view = school.slide_view(*place, (), Rules(version=version))
        assert each.sample is not None
        assert each.sample.score == pytest.approx(view.gap.score)
        assert (each.exposed, each.n) == (view.group.exposed, view.gap.students_n)
    assert found.versus[1] is not None
    assert found.versus[1].paired == 7
    assert common_regions(school, (new, old)) == fewer.aois
    on = look_at(school, old, "on_slide_share", PLAIN, None).sample
    assert on is not None
    assert on.score == pytest.approx(school.slide_view(*place, (), Rules(version=1)).on_slide_share)
    regions = region_differences(school, new, old, PLAIN)
    assert regions["aoi_id"].tolist() == [aoi.aoi_id for aoi in fewer.aois]
    assert regions["paired"].all()
    assert difference(school, new, old, PLAIN).paired
    catalogue.close()


# Presets and addresses


def test_what_is_often_compared(school: School) -> None:
    assert all_courses(school) == COURSES
    assert [item.group for item in groups_on(school, "physics-8")] == ["few", "one"]
    assert groups_on(school, *lessons_of(school, "biology-7")[1].place[:1], "nothing") == ()
    assert [item.group for item in groups_on(school, "biology-7")] == ["few", "one", "two"]
    lesson = lessons_of(school, "biology-7")[0].place[1]
    slides = slides_of(school, "biology-7", lesson)
    assert len(slides) == len(lesson_of(school, "biology-7", lesson).slides)
    assert versions_of(school, *slides[0].place) == ()


@pytest.mark.parametrize(
    "query",
    [
        {"of": "course:a,course:b~group:x", "measure": "order_tau_mean", "against": "others", "sort": "-p"},
        {"of": ["slide:a/b/c~version:1", "slide:a/b/c"], "measure": "dwell_share", "region": "r"},
    ],
)
def test_a_choice_leads_from_an_address_and_back(query: dict[str, Any]) -> None:
    choice = Choice.read(query)
    assert len(choice.items) == 2
    again = {name: value for name, value in choice.query().items() if value is not None}
    assert Choice.read(again) == choice


def test_what_cannot_be_understood_is_as_if_it_were_not_there(school: School) -> None:
    hostile = {
        "of": ["<b>", "course:../..", "slide:a"],
        "measure": "__class__",
        "against": "x",
        "region": ["y"],
    }
    choice = Choice.read(hostile)
    assert choice.measure == "gap_score"
    assert [str(item) for item in choice.items] == []
    region = Choice.read(
        {"of": "course:biology-7,course:physics-8", "measure": "dwell_share", "region": "<x>"}
    )
    found = made(school, region, PLAIN)
    assert found.measure is MEASURES["gap_score"]
    assert found.region is None


def test_nothing_is_compared_with_itself_by_versus(school: School) -> None:
    found = look_at(school, COURSES[0], "gap_score", PLAIN, None).sample
    assert found is not None
    same = versus(found, found, quick(PLAIN))
    assert (same.difference, same.paired) == (0.0, found.n)
    assert same.p == 1.0
