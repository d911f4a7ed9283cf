"""Measures of random lessons against their definitions, read out loud: loops over fixations, one at a time.

The lessons have what real ones have: regions that overlap, of several parts, seen for a time only; slides
shown again; students who were not shown a slide, not tracked, or found to fixate nothing, or beside it only.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import Any

import pandas as pd
import pytest
import shapely

from pipeline.attention.gap import gap_of
from pipeline.attention.lesson_gap import tracked_viewing
from pipeline.attention.lesson_measures import LessonMeasures, measure_lesson
from pipeline.attention.scanpath import pair_table
from pipeline.domain import EXPOSURES, FIXATIONS, Aoi, Lesson, Overlap, Part, Role, Shape, Slide
from pipeline.parameters import AttentionParameters

PARAMETERS = AttentionParameters(bootstrap_resamples=100)
ASPECT = 1.6
Row = dict[str, Any]


@dataclass
class Look:
    """A fixation, and where the plain reading of the definitions puts it."""

    onset_ms: float
    duration_ms: float
    x: float
    y: float
    showing: int = 0
    regions: list[int] = field(default_factory=list)
    topmost: int | None = None

    @property
    def on_slide(self) -> bool:
        return 0 <= self.x <= 1 and 0 <= self.y <= 1


# Random lessons


def _part(draw: random.Random) -> Part:
    """Corners on tenths, so that fixations meet outlines, too."""
    window = draw.choice([(0.0, math.inf), (0.0, math.inf), (500.0, 2000.0), (1000.0, math.inf)])
    left, right = draw.randint(0, 5), draw.randint(6, 10)
    top, bottom = draw.randint(0, 5), draw.randint(6, 10)
    corners = (left / 10, top / 10), (right / 10, bottom / 10)
    shape = draw.choice(list(Shape))
    if shape is Shape.POLYGON:
        corners = (*corners, (left / 10, bottom / 10))
    return Part(corners, shape, *window)


def _slide(draw: random.Random, slide_id: str) -> Slide:
    weights = [0.0] if draw.random() < 0.2 else [0.0, 1.0, 1.0, 2.5]
    aois = tuple(
        Aoi(
            f"r{i}", f"R{i}", Role.TEXT, tuple(_part(draw) for _ in range(draw.choice([1, 1, 2]))),
            draw.choice(weights), required=draw.random() < 0.5, order=draw.choice([None, 1, 2, 3]),
        )
        for i in range(draw.choice([0, 1, 3, 4]))
    )  # fmt: skip
    return Slide(slide_id, slide_id, "i.png", 1600, 1000, aois, draw.choice(list(Overlap)), 1)


def _viewed(draw: random.Random, session: str, slide_id: str) -> tuple[list[Row], list[Row]]:
    """Fixations and exposures of one student on one slide."""
    fate = draw.choice(["usual", "usual", "usual", "not shown", "not tracked", "no fixation", "beside"])
    fixations, exposures, clock_ms = [], [], draw.choice([0.0, 700.5])
    names = {"session_id": session, "slide_id": slide_id}
    for _ in range(draw.choice([1, 1, 2])):
        shown_ms = draw.choice([1500.0, 4000.0])
        tracked_ms = shown_ms * (0.0 if fate == "not tracked" else draw.choice([0.2, 0.5, 0.9, 1.0]))
        times = {"onset_ms": clock_ms, "duration_ms": shown_ms, "tracked_ms": tracked_ms}
        exposures.append(names | times | {"on_slide_ms": tracked_ms * draw.random()})
        onset_ms = clock_ms
        while fate in ("usual", "beside") and onset_ms < clock_ms + shown_ms - 100:
            duration_ms = draw.choice([100.0, 250.0, draw.uniform(80, 400)])
            x = 1.2 if fate == "beside" else draw.randint(-1, 11) / 10
            place = {"slide_x": x, "slide_y": draw.randint(-1, 11) / 10, "sigma_x": 0.02, "sigma_y": 0.03}
            fixations.append(names | {"onset_ms": onset_ms, "duration_ms": duration_ms} | place)
            onset_ms += duration_ms + draw.choice([0.0, 30.0, 400.0])
        clock_ms += shown_ms + draw.choice([0.0, 900.0])
    return fixations, [] if fate == "not shown" else exposures


@dataclass(frozen=True)
class Case:
    """A random lesson and what came of it."""

    lesson: Lesson
    fixations: pd.DataFrame
    exposures: pd.DataFrame
    measured: LessonMeasures


@pytest.fixture(scope="module", params=range(24))
def case(request: pytest.FixtureRequest) -> Case:
    draw = random.Random(request.param)
    slides = tuple(_slide(draw, slide_id) for slide_id in ("a", "b"))
    sessions = [f"s{i}" for i in range(draw.choice([0, 1, 4, 7]))]
    viewed = [_viewed(draw, session, slide.slide_id) for session in sessions for slide in slides]
    fixations, exposures = (
        pd.DataFrame([row for part in parts for row in part], columns=["session_id", *columns])
        for parts, columns in zip(
            zip(*viewed, strict=True) if viewed else ([], []), (FIXATIONS, EXPOSURES), strict=True
        )
    )
    kinds = {"session_id": object, "slide_id": object}
    mixed = [
        table.astype({name: kinds.get(name, float) for name in table}).sample(frac=1, random_state=1)
        for table in (fixations, exposures)
    ]
    lesson = Lesson("c", "C", "l", "L", slides)
    return Case(lesson, *mixed, measure_lesson(lesson, *mixed, PARAMETERS))


# The definitions


def _inside(part: Part, x: float, y: float) -> bool:
    left, right = min(p[0] for p in part.points), max(p[0] for p in part.points)
    top, bottom = min(p[1] for p in part.points), max(p[1] for p in part.points)
    if part.shape is Shape.POLYGON:
        return bool(shapely.Polygon(part.points).intersects(shapely.Point(x, y)))
    if part.shape is Shape.RECTANGLE:
        return left <= x <= right and top <= y <= bottom
    across, down = (
        (x - (left + right) / 2) * 2 / (right - left),
        (y - (top + bottom) / 2) * 2 / (bottom - top),
    )
    return across**2 + down**2 <= 1 + 1e-12


def _looks(case: Case, slide: Slide, session: str) -> tuple[list[Look], pd.DataFrame]:
    """The student's fixations in order, and the showings of the slide."""

    def own(table: pd.DataFrame) -> pd.DataFrame:
        chosen = (table["session_id"] == session) & (table["slide_id"] == slide.slide_id)
        return table[chosen].sort_values("onset_ms")

    shown, looks = own(case.exposures), []
    for row in own(case.fixations).to_dict("records"):
        look = Look(row["onset_ms"], row["duration_ms"], row["slide_x"], row["slide_y"])
        look.showing = sum(opened <= look.onset_ms for opened in shown["onset_ms"]) - 1
        since_ms = look.onset_ms + look.duration_ms / 2 - shown["onset_ms"].iloc[look.showing]
        hit = [
            i
            for i, aoi in enumerate(slide.aois)
            if any(_inside(p, look.x, look.y) and p.from_ms <= since_ms < p.until_ms for p in aoi.parts)
        ]
        look.topmost = hit[-1] if hit else None
        look.regions = hit[-1:] if slide.overlap is Overlap.TOPMOST else hit
        looks.append(look)
    return looks, shown


def _in_region(looks: list[Look], region: int, opened_ms: float) -> Row:
    """What a student did on one region; None where there is nothing to tell."""
    own = [look for look in looks if region in look.regions]
    dwell_ms, slide_ms = (sum(look.duration_ms for look in some) for some in (own, _on(looks)))
    visits, before = 0, None
    for look in looks:
        if region in look.regions:
            same = before is not None and before.showing == look.showing and region in before.regions
            visits += not same
        before = look
    return {
        "dwell_ms": dwell_ms,
        "dwell_share": dwell_ms / slide_ms if slide_ms else None,
        "fixation_count": len(own),
        "ttff_ms": own[0].onset_ms - opened_ms if own else None,
        "first_fixation_ms": own[0].duration_ms if own else None,
        "mean_fixation_ms": dwell_ms / len(own) if own else None,
        "visits": visits,
        "revisits": max(0, visits - 1),
    }


def _on(looks: list[Look]) -> list[Look]:
    return [look for look in looks if look.on_slide]


def _on_slide(looks: list[Look], shown: pd.DataFrame) -> Row:
    """What a student did on a slide as a whole."""
    exposure_ms, tracked_ms, on_slide_ms = shown[["duration_ms", "tracked_ms", "on_slide_ms"]].sum().tolist()
    steps = [
        math.dist((a.x, a.y / ASPECT), (b.x, b.y / ASPECT))
        for a, b in pairwise(looks)
        if a.on_slide and b.on_slide and a.showing == b.showing
    ]
    cells: dict[tuple[int, int], float] = {}
    for look in _on(looks):
        cell = min(15, int(look.x * 16)), min(8, int(look.y * 9))
        cells[cell] = cells.get(cell, 0.0) + look.duration_ms
    shares = [time / sum(cells.values()) for time in cells.values()]
    return {
        "tracked_share": tracked_ms / exposure_ms,
        "not_tracked_share": 1 - tracked_ms / exposure_ms,
        "on_slide_share": on_slide_ms / tracked_ms if tracked_ms else None,
        "fixation_count": len(_on(looks)),
        "fixation_rate_hz": len(_on(looks)) / (tracked_ms / 1000) if tracked_ms else None,
        "scanpath_widths": sum(steps) if steps else None,
        "spatial_entropy": -sum(p * math.log2(p) for p in shares) / math.log2(144) if shares else None,
    }


def _tau(one: list[float | None], other: list[float | None]) -> float | None:
    both = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    signs = [((a > c) - (a < c), (b > d) - (b < d)) for (a, b), (c, d) in combinations(both, 2)]
    untied = math.sqrt(sum(s != 0 for s, _ in signs) * sum(t != 0 for _, t in signs))
    return sum(s * t for s, t in signs) / untied if untied else None


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _median(values: list[float]) -> float | None:
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2 if ordered else None


def _edits(a: list[int | None], b: list[int | None]) -> int:
    if not a or not b:
        return len(a) + len(b)
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        above, row = row, [i]
        for j, other in enumerate(b, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != other)))
    return row[-1]


# The comparison


def _same(found: pd.Series, expected: Row, tolerance: float = 1e-9) -> None:
    for name, value in expected.items():
        if value is None:
            assert pd.isna(found[name]), name
        else:
            assert found[name] == pytest.approx(value, rel=tolerance, abs=tolerance), name


def _of(table: pd.DataFrame, **places: str) -> pd.Series:
    for column, value in places.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def _exposed(case: Case, slide: Slide) -> list[str]:
    shown = case.exposures[case.exposures["slide_id"] == slide.slide_id]
    return sorted(set(shown["session_id"]))


def test_each_student(case: Case) -> None:
    rows = 0
    for slide in case.lesson.slides:
        for session in _exposed(case, slide):
            looks, shown = _looks(case, slide, session)
            place = {"slide_id": slide.slide_id, "session_id": session}
            _same(_of(case.measured.slides, **place), _on_slide(looks, shown))
            for i, aoi in enumerate(slide.aois):
                found = _of(case.measured.students, **place, aoi_id=aoi.aoi_id)
                _same(found, _in_region(looks, i, shown["onset_ms"].min()))
                rows += 1
    assert len(case.measured.students) == rows  # nobody who was not shown the slide


def _counting(case: Case, slide: Slide) -> dict[str, list[Look]]:
    """Fixations of each student who was tracked for at least half of the time the slide was shown."""
    both = {session: _looks(case, slide, session) for session in _exposed(case, slide)}
    return {
        session: looks
        for session, (looks, shown) in both.items()
        if shown["tracked_ms"].sum() / shown["duration_ms"].sum() >= PARAMETERS.tracked_share_min
    }


def _rows(case: Case, slide: Slide) -> list[list[Row]]:
    """Measures of each student who counts in each region."""
    students = []
    for session, looks in _counting(case, slide).items():
        opened_ms = float(_looks(case, slide, session)[1]["onset_ms"].min())
        students.append([_in_region(looks, i, opened_ms) for i in range(len(slide.aois))])
    return students


def _shares(case: Case, slide: Slide, region: int) -> tuple[float | None, float | None]:
    """Observed and expected share."""
    known = [rows[region]["dwell_share"] for rows in _rows(case, slide)]
    weights = sum(aoi.weight for aoi in slide.aois)
    return _mean([share for share in known if share is not None]), (
        slide.aois[region].weight / weights if weights else None
    )


def test_the_class(case: Case) -> None:
    for slide in case.lesson.slides:
        students = _rows(case, slide)
        for i, aoi in enumerate(slide.aois):
            observed, expected = _shares(case, slide, i)
            reached = [rows[i] for rows in students if rows[i]["fixation_count"]]
            expected_row = {
                "exposed_n": len(_exposed(case, slide)),
                "tracked_n": len(students),
                "reach_n": len(reached),
                "reach_share": len(reached) / len(students) if students else None,
                "expected_share": expected,
                "observed_share": observed,
                "gap": None if observed is None or expected is None else observed - expected,
                "ttff_ms": _median([row["ttff_ms"] for row in reached]),
                "dwell_ms": _mean([rows[i]["dwell_ms"] for rows in students]),
            }
            _same(_of(case.measured.regions, slide_id=slide.slide_id, aoi_id=aoi.aoi_id), expected_row)


def test_the_gap(case: Case) -> None:
    for slide in case.lesson.slides:
        table = case.measured.students[case.measured.students["slide_id"] == slide.slide_id]
        students, regions = _rows(case, slide), range(len(slide.aois))
        shares = [_shares(case, slide, i) for i in regions]
        known = bool(shares) and None not in shares[0]
        rest = max(0.0, 1 - sum(observed or 0.0 for observed, _ in shares))
        moved = sum(abs(observed - expected) for observed, expected in shares) if known else 0.0
        orders = [aoi.order for aoi in slide.aois]
        looked_ms = [[rows[i]["ttff_ms"] for i in regions] for rows in students]
        medians = [_median([each[i] for each in looked_ms if each[i] is not None]) for i in regions]
        taus = [tau for each in looked_ms if (tau := _tau(orders, each)) is not None]
        gap = gap_of(table, slide.aois, PARAMETERS)
        expected_gap = {
            "score": min(1.0, (moved + rest) / 2) if known else None,
            "order_tau": _tau(orders, medians),
            "order_tau_mean": _mean(taus),
            "order_students_n": len(taus),
        }
        _same(pd.Series(vars(gap)), expected_gap)
        missed = [sum(rows[i]["fixation_count"] == 0 for rows in students) for i in regions]
        assert [(each.aoi_id, each.missed_n, each.tracked_n) for each in gap.missed] == [
            (slide.aois[i].aoi_id, missed[i], len(students)) for i in regions if slide.aois[i].required
        ]


def test_transitions_and_paths(case: Case) -> None:
    for slide in case.lesson.slides:
        names = {i: aoi.aoi_id for i, aoi in enumerate(slide.aois)} | {None: "elsewhere"}
        counting = _counting(case, slide)
        steps = [
            (names[a.topmost], names[b.topmost])
            for looks in counting.values()
            for a, b in pairwise(looks)
            if a.showing == b.showing
        ]
        table = case.measured.transitions
        found = table[(table["slide_id"] == slide.slide_id) & (table["step"] == "fixations")]
        counted = found.set_index(["from_aoi", "to_aoi"])["transition_count"].to_dict()
        assert counted == {step: steps.count(step) for step in set(steps)}
        viewing = tracked_viewing(slide, case.fixations, case.exposures, PARAMETERS)
        assert list(viewing.sessions) == list(counting)
        pairs = pair_table(viewing, slide.aois, ASPECT)
        for a, b in combinations(counting, 2):
            one, other = (_visited(counting[session]) for session in (a, b))
            longer = max(len(one), len(other))
            alike = {"levenshtein": 1 - _edits(one, other) / longer if longer else None}
            _same(_of(pairs, session_a=a, session_b=b), alike)


def _visited(looks: list[Look]) -> list[int | None]:
    """Topmost region, or none, of each visit."""
    before = [None, *looks]
    return [
        look.topmost
        for last, look in zip(before, looks, strict=False)
        if last is None or (last.showing, last.topmost) != (look.showing, look.topmost)
    ]
