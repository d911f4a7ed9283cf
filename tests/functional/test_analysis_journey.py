"""From a picture and a tracker's export to the gap, on the command line only, against gaze that is known.

A class looks at a slide by a plan. The export of it is written as Tobii Pro Lab would; every number that the
plan settles is worked out here from the plan and held against the tables.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image, ImageDraw
from typer.testing import CliRunner

from pipeline.__main__ import app

WIDTH_PX, HEIGHT_PX = 1600, 900
SHAPES_PX = {"left": (80, 300, 620, 760), "right": (960, 300, 1500, 760), "small": (620, 60, 980, 160)}
WEIGHTS = {"left": 0.5, "right": 0.3, "small": 0.2}
ORDERS = {"left": 1, "right": 2, "small": 3}
CORNER = (0.02, 0.98)  # of the slide: in no region

SCREEN_PX = (1680, 1050)
PLACE_PX = (200.0, 105.0, 1280.0, 720.0)  # where the slide lay on the screen
STEP_MS = 4  # 250 Hz

# Who looked where, and for how many ms. "" is the slide's corner; the last one was tracked for too little.
PLAN: dict[str, list[tuple[str, int]]] = {
    "Anna Ott": [("left", 400), ("right", 300), ("small", 100), ("", 200)],
    "Cem Aksoy": [("right", 480), ("left", 520), ("right", 200)],
    "Dana Levi": [("small", 200), ("left", 800), ("", 600)],
    "Eli Stern": [("left", 300), ("small", 300), ("right", 400)],
    "Fay Wolf": [("", 500), ("right", 500)],
    "Gil Lost": [("left", 400), ("lost", 800)],
}
STUDENTS = {name: f"S-{number:02d}" for number, name in enumerate(PLAN, start=1)}
COUNTED = [name for name in PLAN if name != "Gil Lost"]
RIGHT_ANSWERS = {"Anna Ott", "Eli Stern"}


def pipeline(*arguments: object) -> str:
    """What a command said."""
    asked = [str(argument) for argument in arguments]
    return CliRunner().invoke(app, asked, catch_exceptions=False, standalone_mode=False).stderr


def pipeline_apart(repo_root: Path, *arguments: object) -> str:
    """The same in a process of its own, which the processing of sessions makes a patient one for good."""
    asked = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    ended = subprocess.run(asked, cwd=repo_root, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stderr
    return ended.stderr


@pytest.fixture(scope="module")
def journey(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which all commands have been run."""
    folder = tmp_path_factory.mktemp("journey")
    lesson = ["--lesson", "optics/lenses", "--data", folder / "data"]
    draw(folder / "lens.png")
    pipeline(
        "make-lesson", folder / "lens.png", "--course", "optics", "--lesson", "lenses",
        "--out", folder / "lesson", "--propose",
    )  # fmt: skip
    regions = design(folder / "lesson" / "lesson.json")
    pipeline("add-lesson", folder / "lesson", "--data", folder / "data")
    write_export(folder / "class.tsv", centres(folder / "lesson" / "lesson.json", regions))
    for said in ("first.txt", "again.txt"):
        text = pipeline_apart(repo_root, "import", folder / "class.tsv", *lesson, "--student", "S")
        (folder / said).write_text(text)
    write_quiz(folder / "quiz.csv", regions["right"])
    pipeline("quiz", folder / "quiz.csv", *lesson)
    said = pipeline("analyse", *lesson, "--out", folder / "tables")
    (folder / "analysed.txt").write_text(said)
    (folder / "regions.json").write_text(json.dumps(regions))
    return folder


@pytest.fixture(scope="module")
def regions(journey: Path) -> dict[str, str]:
    """The region that was proposed for each drawn shape."""
    return dict(json.loads((journey / "regions.json").read_text()))


def draw(path: Path) -> None:
    image = Image.new("RGB", (WIDTH_PX, HEIGHT_PX), "white")
    for shape, colour in zip(SHAPES_PX.values(), ("navy", "teal", "maroon"), strict=True):
        ImageDraw.Draw(image).rectangle(shape, fill=colour)
    image.save(path)


def overlap(box: list[list[float]], shape: tuple[int, ...]) -> float:
    """Intersection over union of a rectangle on the slide and one in px of its picture."""
    (x0, y0), (x1, y1) = box * np.array([WIDTH_PX, HEIGHT_PX])
    across, down = min(x1, shape[2]) - max(x0, shape[0]), min(y1, shape[3]) - max(y0, shape[1])
    both = max(0.0, across) * max(0.0, down)
    return float(both / ((x1 - x0) * (y1 - y0) + (shape[2] - shape[0]) * (shape[3] - shape[1]) - both))


def design(path: Path) -> dict[str, str]:
    """Give the proposed regions weights, as a course designer would; which region each shape became."""
    content = json.loads(path.read_text())
    proposed = content["slides"][0]["aois"]
    found = {}
    for name, shape in SHAPES_PX.items():
        region = max(proposed, key=lambda aoi: overlap(aoi["points"], shape))
        assert overlap(region["points"], shape) > 0.8
        region.update(weight=WEIGHTS[name], required=True, order=ORDERS[name])
        found[name] = region["id"]
    assert len(set(found.values())) == len(proposed) == len(SHAPES_PX)
    path.write_text(json.dumps(content))
    return found


def centres(path: Path, regions: dict[str, str]) -> dict[str, tuple[float, float]]:
    """The middle of each shape's region, and the corner, in px of the screen."""
    designed = json.loads(path.read_text())["slides"][0]["aois"]
    aois = {aoi["id"]: np.mean(aoi["points"], axis=0) for aoi in designed}
    places = {name: aois[region] for name, region in regions.items()} | {"": np.array(CORNER)}
    x, y, width, height = PLACE_PX
    return {name: (x + width * place[0], y + height * place[1]) for name, place in places.items()}


def write_export(path: Path, places: dict[str, tuple[float, float]]) -> None:
    """A row for each sample of everybody, with the tracker's own fixations."""
    rows = []
    for name, plan in PLAN.items():
        t_ms = 5_000
        for number, (where, lasts_ms) in enumerate(plan, start=1):
            x, y = places.get(where, (np.nan, np.nan))
            seen = where != "lost"
            shared = {
                "Sensor": "Eye Tracker",
                "Participant name": name,
                "Recording name": "Recording1",
                "Presented Stimulus name": "lens",
                "Presented Media position X [DACS px]": PLACE_PX[0],
                "Presented Media position Y [DACS px]": PLACE_PX[1],
                "Presented Media width [px]": PLACE_PX[2],
                "Presented Media height [px]": PLACE_PX[3],
                "Recording resolution width [px]": SCREEN_PX[0],
                "Recording resolution height [px]": SCREEN_PX[1],
                "Gaze point X [DACS px]": x,
                "Gaze point Y [DACS px]": y,
                "Validity left": "Valid" if seen else "Invalid",
                "Validity right": "Invalid",
                "Eye movement type": "Fixation" if seen else "EyesNotFound",
                "Eye movement type index": number,
                "Gaze event duration [ms]": lasts_ms,
                "Fixation point X [DACS px]": x,
                "Fixation point Y [DACS px]": y,
            }
            times = range(t_ms, t_ms + lasts_ms, STEP_MS)
            rows += [{"Recording timestamp [us]": time * 1000} | shared for time in times]
            t_ms += lasts_ms
    pd.DataFrame(rows).to_csv(path, sep="\t", index=False)


def write_quiz(path: Path, region: str) -> None:
    answers = [f"{STUDENTS[name]},How?,{int(name in RIGHT_ANSWERS)},lens,{region}" for name in PLAN]
    path.write_text("\n".join(["student,question,correct,slide,aois", *answers]) + "\n")


# What the plan settles


def dwell_ms(name: str, where: str) -> int:
    return sum(lasts_ms for place, lasts_ms in PLAN[name] if place == where)


def share(name: str, where: str) -> float:
    return dwell_ms(name, where) / sum(lasts_ms for _, lasts_ms in PLAN[name])


def first_ms(name: str, where: str) -> float:
    before = 0
    for place, lasts_ms in PLAN[name]:
        if place == where:
            return before
        before += lasts_ms
    return np.nan


def observed(where: str) -> float:
    return float(np.mean([share(name, where) for name in COUNTED]))


# What the tables say


def table(journey: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(journey / "tables" / f"{name}.csv")


def test_each_students_looking_is_as_planned(journey: Path, regions: dict[str, str]) -> None:
    rows = table(journey, "students").set_index(["student", "aoi_id"])
    assert len(rows) == len(COUNTED) * len(regions)
    for name in COUNTED:
        for where, region in regions.items():
            row = rows.loc[(STUDENTS[name], region)]
            assert row["dwell_ms"] == pytest.approx(dwell_ms(name, where))
            assert row["dwell_share"] == pytest.approx(share(name, where))
            assert row["ttff_ms"] == pytest.approx(first_ms(name, where), nan_ok=True)
            assert row["visits"] == sum(place == where for place, _ in PLAN[name])
            assert row["exposure_ms"] == pytest.approx(sum(ms for _, ms in PLAN[name]), abs=STEP_MS)


def test_the_class_and_its_gap_follow_from_the_plan(journey: Path, regions: dict[str, str]) -> None:
    rows = table(journey, "regions").set_index("aoi_id")
    for where, region in regions.items():
        row = rows.loc[region]
        reached = [name for name in COUNTED if dwell_ms(name, where)]
        assert row["expected_share"] == pytest.approx(WEIGHTS[where])
        assert row["observed_share"] == pytest.approx(observed(where))
        assert row["gap"] == pytest.approx(observed(where) - WEIGHTS[where])
        assert row["observed_low"] < row["observed_share"] < row["observed_high"]
        assert (row["exposed_n"], row["tracked_n"], row["reach_n"]) == (5, 5, len(reached))
        assert row["ttff_ms"] == pytest.approx(np.median([first_ms(name, where) for name in reached]))
    rest = 1 - sum(observed(where) for where in WEIGHTS)
    moved = sum(abs(observed(where) - weight) for where, weight in WEIGHTS.items())
    gap = table(journey, "gap").set_index("slide_id").loc["lens"]
    assert gap["gap_score"] == pytest.approx((moved + rest) / 2)
    assert gap["gap_score_low"] < gap["gap_score"] < gap["gap_score_high"]
    assert gap["counted_n"] == 5
    # First fixations, median: left 100 ms, small 300 ms, right 450 ms. One pair of three is not as intended.
    assert gap["order_tau"] == pytest.approx(1 / 3)
    assert gap["missed"].count("(1 of 5)") == 2
    assert "(2 of 5)" in gap["missed"]


def test_the_quiz_compares_the_shares_of_those_who_knew_and_who_did_not(journey: Path) -> None:
    row = table(journey, "quiz").set_index("question").loc["How?"]
    knew = [share(name, "right") for name in COUNTED if name in RIGHT_ANSWERS]
    did_not = [share(name, "right") for name in COUNTED if name not in RIGHT_ANSWERS]
    assert (row["counted_n"], row["right_count"], row["wrong_count"]) == (5, 2, 3)
    assert row["right_share"] == pytest.approx(np.mean(knew))
    assert row["wrong_share"] == pytest.approx(np.mean(did_not))
    assert row["difference"] == pytest.approx(np.mean(knew) - np.mean(did_not))


def test_who_was_tracked_for_too_little_is_left_out_and_named(journey: Path) -> None:
    left_out = table(journey, "exclusions")
    assert left_out["student"].tolist() == [STUDENTS["Gil Lost"]]
    assert left_out["tracked_share"].item() == pytest.approx(share("Gil Lost", "left"), abs=0.01)
    assert (
        f"{STUDENTS['Gil Lost']}: tracked for 33% of the time, less than 50%"
        in (journey / "analysed.txt").read_text()
    )


def test_the_same_export_again_makes_no_second_sessions(journey: Path) -> None:
    first, again = (
        {word for word in (journey / said).read_text().split() if len(word) == 17 and word.endswith(",")}
        for said in ("first.txt", "again.txt")
    )
    assert len(first) == len(PLAN)
    assert again == first


def test_nothing_that_is_kept_holds_a_participants_name(journey: Path) -> None:
    kept = [path for part in ("data", "tables") for path in (journey / part).rglob("*") if path.is_file()]
    assert len(kept) > len(PLAN)
    for path in kept:
        is_table = path.suffix == ".parquet"
        text = pd.read_parquet(path).to_csv() if is_table else path.read_bytes().decode("latin-1")
        assert not [name for full in PLAN for name in full.split() if name in text], path.name


def test_fixations_found_anew_are_those_of_the_plan(journey: Path) -> None:
    out = journey / "found.csv"
    pipeline("fixations", journey / "class.tsv", "--screen-mm", "474x296", "--out", out)
    people = [durations.to_numpy() for _, durations in pd.read_csv(out).groupby("recording")["duration_ms"]]
    assert len(people) == len(PLAN)
    for name, durations in zip(COUNTED, people, strict=False):
        assert durations == pytest.approx([lasts_ms for _, lasts_ms in PLAN[name]], abs=20)
