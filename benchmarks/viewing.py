"""Real viewers in the pipeline's measures: OSIE's fifteen on photographs, twenty on web pages.

Neither has regions or weights of its own: the question is whether viewers who are known to agree are found to
agree, and whether fixations that were never ours go through every measure of a class.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, NamedTuple

import multimatch_gaze
import numpy as np
import pandas as pd
from rapidfuzz.distance import Levenshtein
from scipy.io import loadmat

from pipeline.attention.comparison import compare_groups
from pipeline.attention.gap import gap_of
from pipeline.attention.map_comparison import CENTRE_BIAS, METRICS, REST_OF_CLASS, compare_maps
from pipeline.attention.measures import class_aoi_table, student_aoi_table
from pipeline.attention.saliency import centre_bias
from pipeline.attention.scanpath import Path as Scanpath
from pipeline.attention.scanpath import levenshtein, multimatch, pair_table, scanpath_table
from pipeline.attention.statistics import bootstrap_interval
from pipeline.attention.viewing import Viewing
from pipeline.domain import EXPOSURES, FIXATIONS, Aoi, Overlap, Part, Role
from pipeline.parameters import AttentionParameters

DATA = Path(__file__).resolve().parents[2] / "shared/data/viewing"
OSIE_SIZE = (800, 600)
OSIE_PX_PER_DEG = 24.0  # 33.7 deg over 800 px (Xu et al. 2014)
ELSEWHERE = 3000  # fixations on other images, drawn for the shuffled AUC
PAGE_PX_PER_DEG = 40.0  # of a desktop screen from 60 cm [M]: the data do not say
PAGE_USERS_MIN = 10
CAP_MS = 800.0
GRID = (3, 6)  # columns and rows of regions on a page
QUICK = AttentionParameters(bootstrap_resamples=200)
DEFAULT = AttentionParameters()


class Page(NamedTuple):
    """One state of a web page: who fixated where, when it was shown, and its regions."""

    fixations: pd.DataFrame
    exposures: pd.DataFrame
    aois: tuple[Aoi, ...]
    aspect: float


def run() -> dict[str, Any]:
    """Both data sets' figures; one that is not there is left out."""
    results: dict[str, Any] = {}
    if (DATA / "osie").is_dir():
        fixations = read_osie()
        results["osie"] = osie_agreement(fixations) | {"scanpaths": osie_scanpaths(fixations)}
    if (DATA / "eyevis_web").is_dir():
        results["eyevis_web"] = web_pages()
    return results


def read_osie() -> pd.DataFrame:
    """All fixations, in order: `image`, `session_id` (viewer), `slide_x`, `slide_y`, `duration_ms`."""
    images = loadmat(DATA / "osie/fixations.mat", simplify_cells=True)["fixations"]
    parts = [
        (
            image["img"],
            viewer,
            np.atleast_1d(seen["fix_x"]),
            np.atleast_1d(seen["fix_y"]),
            np.atleast_1d(seen["fix_duration"]),
        )
        for image in images
        for viewer, seen in enumerate(image["subjects"])
    ]
    counts = [len(part[2]) for part in parts]
    x, y, duration_ms = (np.concatenate([part[i] for part in parts]).astype(float) for i in (2, 3, 4))
    return pd.DataFrame(
        {
            "image": np.repeat([part[0] for part in parts], counts),
            "session_id": np.repeat([part[1] for part in parts], counts),
            "slide_x": x / OSIE_SIZE[0],
            "slide_y": y / OSIE_SIZE[1],
            "duration_ms": duration_ms,
        }
    )


def osie_agreement(fixations: pd.DataFrame, images: int | None = None) -> dict[str, Any]:
    """How well the other fourteen predict a viewer, against the centre bias; intervals over images.

    All images, or so many drawn with a fixed seed.
    """
    rng = np.random.default_rng(0)
    names = fixations["image"].unique()
    chosen = names if images is None else rng.choice(names, images, replace=False)
    of_image = dict(tuple(fixations.groupby("image")))
    sigma = tuple(OSIE_PX_PER_DEG / side for side in OSIE_SIZE)
    others = fixations.iloc[rng.integers(0, len(fixations), 2 * ELSEWHERE)]
    tables = []
    for name in chosen:
        elsewhere = others[others["image"] != name][:ELSEWHERE]
        bias = centre_bias(OSIE_SIZE[0] / OSIE_SIZE[1])
        tables.append(compare_maps(of_image[name], elsewhere, {}, bias, sigma, QUICK))
    values = pd.concat(tables, keys=range(len(tables))).reset_index(level=0, names="image")
    wide = values.pivot(index="image", columns=["metric", "map"], values="value")
    return {"images": len(chosen), "fixations": len(fixations)} | {
        metric: _against(wide[metric][REST_OF_CLASS], wide[metric][CENTRE_BIAS], metric) for metric in METRICS
    }


def _against(others: pd.Series, centre: pd.Series, metric: str) -> dict[str, float]:
    better = (others - centre).to_numpy() * (-1 if metric == "kl_divergence" else 1)
    low, high = bootstrap_interval(better, DEFAULT)
    return {
        "rest_of_class": round(float(others.mean()), 3),
        "centre_bias": round(float(centre.mean()), 3),
        "better_by": round(float(better.mean()), 3),
        "better_by_low": round(float(low), 3),
        "better_by_high": round(float(high), 3),
        "better_on_share_of_images": round(float((better > 0).mean()), 3),
    }


def osie_scanpaths(fixations: pd.DataFrame, images: int = 40) -> dict[str, Any]:
    """Scanpath measures against the packages that are known for them, and how long they take."""
    names = np.random.default_rng(1).choice(fixations["image"].unique(), images, replace=False)
    of_image = dict(tuple(fixations.groupby("image")))
    worst = {"levenshtein": 0.0, "multimatch": 0.0}
    ours_s = theirs_s = 0.0
    pairs = 0
    for name in names:
        viewers = [viewer for _, viewer in of_image[name].groupby("session_id")]
        paths = [_path(viewer) for viewer in viewers]
        strings = [_string(viewer) for viewer in viewers]
        began = time.perf_counter()
        ours, edits = multimatch(paths, OSIE_SIZE), levenshtein(strings)
        ours_s += time.perf_counter() - began
        for i, one in enumerate(paths):
            for j, other in enumerate(paths[:i]):
                began = time.perf_counter()
                theirs = _their_multimatch(one, other)
                theirs_s += time.perf_counter() - began
                if not np.isnan(theirs).any():
                    worst["multimatch"] = max(worst["multimatch"], float(np.abs(ours[i, j] - theirs).max()))
                    pairs += 1
                distance = Levenshtein.distance(strings[i].tolist(), strings[j].tolist())
                worst["levenshtein"] = max(worst["levenshtein"], abs(float(edits[i, j]) - distance))
    return {
        "images": images,
        "pairs": pairs,
        "largest_difference_levenshtein": worst["levenshtein"],
        "largest_difference_multimatch": float(f"{worst['multimatch']:.1e}"),
        "ms_per_class_of_15": round(1000 * ours_s / images, 1),
        "multimatch_gaze_ms_per_class_of_15": round(1000 * theirs_s / images, 1),
        "class_of_30_x_60_fixations_ms": _time_of_a_class(),
    }


def _time_of_a_class() -> dict[str, float]:
    """Every pair of thirty students with sixty fixations each on one slide."""
    rng = np.random.default_rng(2)
    strings = [rng.integers(0, 9, 60) for _ in range(30)]
    paths = [Scanpath(*rng.random((3, 60))) for _ in range(30)]
    times = {}
    for name, work in (
        ("levenshtein", lambda: levenshtein(strings)),
        ("multimatch", lambda: multimatch(paths, (1, 1))),
    ):
        took = []
        for _ in range(5):
            began = time.perf_counter()
            work()
            took.append(time.perf_counter() - began)
        times[name] = round(1000 * float(np.median(took)), 1)
    return times


def _path(viewer: pd.DataFrame) -> Scanpath:
    place = viewer[["slide_x", "slide_y"]].to_numpy() * OSIE_SIZE
    return Scanpath(place[:, 0], place[:, 1], viewer["duration_ms"].to_numpy())


def _string(viewer: pd.DataFrame) -> np.ndarray:
    """Cells of a 4 x 3 grid, in order."""
    columns, rows = (
        (viewer[name] * count).astype(int).clip(0, count - 1)
        for name, count in (("slide_x", 4), ("slide_y", 3))
    )
    return (rows * 4 + columns).to_numpy()


def _their_multimatch(one: Scanpath, other: Scanpath) -> np.ndarray:
    names = ["start_x", "start_y", "duration"]
    records = [np.rec.fromarrays(path, names=names, formats=["f8"] * 3) for path in (one, other)]
    return np.array([float(np.squeeze(part)) for part in multimatch_gaze.docomparison(*records, OSIE_SIZE)])


def read_pages() -> tuple[list[Page], dict[str, int]]:
    """Page states that enough people saw, and what was read, dropped and marked on the way."""
    keys = ["study_id", "web_id", "web_group_id"]
    gaze = pd.read_csv(DATA / "eyevis_web/gaze_full.csv", sep=";")
    sizes = pd.read_csv(DATA / "eyevis_web/metadata_full.csv", sep=";")[[*keys, "width", "height"]]
    known = gaze[gaze["duration"] > 0].merge(sizes, on=keys)
    counts = {
        "fixations_read": len(gaze),
        "without_duration_dropped": int((gaze["duration"] < 0).sum()),
        "capped_at_800_ms": int((known["duration"] >= CAP_MS).sum()),
        "page_states": int(known.groupby(keys).ngroups),
    }
    pages = [_page(rows) for _, rows in known.groupby(keys) if rows["user_id"].nunique() >= PAGE_USERS_MIN]
    return pages, counts


def _page(rows: pd.DataFrame) -> Page:
    width, height = rows[["width", "height"]].iloc[0]
    sigma_x, sigma_y = PAGE_PX_PER_DEG / width, PAGE_PX_PER_DEG / height
    fixations = pd.DataFrame(
        {
            "session_id": rows["user_id"].astype(str),
            "slide_x": rows["x"] / width,
            "slide_y": rows["y"] / height,
            "onset_ms": rows["timestamp"].astype(float),
            "duration_ms": rows["duration"].astype(float),
            "sigma_x": sigma_x,
            "sigma_y": sigma_y,
        }
    ).reindex(columns=[*FIXATIONS, "session_id"])
    last = (fixations["onset_ms"] + fixations["duration_ms"]).groupby(fixations["session_id"]).max()
    exposures = pd.DataFrame({"session_id": last.index, "onset_ms": 0.0, "duration_ms": last.to_numpy()})
    exposures = exposures.assign(tracked_ms=exposures["duration_ms"], on_slide_ms=exposures["duration_ms"])
    return Page(fixations, exposures.reindex(columns=[*EXPOSURES, "session_id"]), _grid(), width / height)


def _grid() -> tuple[Aoi, ...]:
    """Regions that cover a page, the upper ones of more weight, read row by row."""
    columns, rows = GRID
    return tuple(
        Aoi(
            f"r{row}c{column}",
            f"row {row + 1}, column {column + 1}",
            Role.TEXT,
            (Part(((column / columns, row / rows), ((column + 1) / columns, (row + 1) / rows))),),
            weight=float(rows - row),
            required=row == 0,
            order=row * columns + column + 1,
        )
        for row in range(rows)
        for column in range(columns)
    )


def web_pages(most: int | None = None) -> dict[str, Any]:
    """Every measure of a class on pages that at least ten people saw; all of them, or the first so many."""
    pages, counts = read_pages()
    began = time.perf_counter()
    rows = [_measured(page, pages) for page in pages[:most]]
    took_s = time.perf_counter() - began
    table = pd.DataFrame(rows)
    return (
        counts
        | {
            "pages": len(rows),
            "viewings": int(table["viewings"].sum()),
            "fixations": int(table["fixations"].sum()),
            "off_page_share": round(float(table["off_page"].sum() / table["fixations"].sum()), 4),
            "largest_difference_to_pandas_ms": float(f"{table['difference_ms'].max():.1e}"),
            "gap_score_mean": round(float(table["gap_score"].mean()), 3),
            "gap_score_by_chance_mean": round(float(table["gap_score_as_designed"].mean()), 3),
            "top_row_share_mean": round(float(table["top_row_share"].mean()), 3),
            "order_tau_mean": round(float(table["order_tau"].mean()), 3),
            "levenshtein_mean": round(float(table["levenshtein"].mean()), 3),
            "random_halves_with_p_holm_below_5_percent": int(table["alarm"].sum()),
            "s": round(took_s, 1),
        }
        | {
            metric: {
                name: round(float(table[f"{metric} {name}"].mean()), 3)
                for name in (REST_OF_CLASS, CENTRE_BIAS)
            }
            | {
                "better_on_pages": int(
                    (table[f"{metric} {REST_OF_CLASS}"] > table[f"{metric} {CENTRE_BIAS}"]).sum()
                )
            }
            for metric in ("nss", "auc_judd", "auc_shuffled", "information_gain")
        }
    )


def _measured(page: Page, pages: list[Page]) -> dict[str, float]:
    # Topmost: a fixation on the line between two regions, which are closed, counts once.
    students = student_aoi_table(page.fixations, page.exposures, page.aois, overlap=Overlap.TOPMOST)
    regions = class_aoi_table(students, page.aois, (0.0, 0.0), overlap=Overlap.TOPMOST)
    gap = gap_of(students, page.aois, DEFAULT)
    sigma = tuple(page.fixations[["sigma_x", "sigma_y"]].iloc[0])
    elsewhere = pd.concat([other.fixations for other in pages if other is not page])
    maps = compare_maps(page.fixations, elsewhere, {}, centre_bias(page.aspect), sigma, QUICK)
    values = maps.set_index(["metric", "map"])["value"]
    scanpaths = scanpath_table(
        pair_table(Viewing(page.fixations, page.exposures), page.aois, page.aspect), QUICK
    )
    users = students["session_id"].unique()
    half = np.random.default_rng(0).permutation(users)[: len(users) // 2]
    first = students["session_id"].isin(half)
    halves = compare_groups(students[first], students[~first], page.aois, DEFAULT)
    on_page = page.fixations["slide_x"].between(0, 1) & page.fixations["slide_y"].between(0, 1)
    return {
        "viewings": len(users),
        "fixations": len(page.fixations),
        "off_page": int((~on_page).sum()),
        "difference_ms": _difference_to_pandas(page, students),
        "gap_score": gap.score,
        "gap_score_as_designed": gap.score_as_designed,
        "order_tau": gap.order_tau,
        "top_row_share": regions["observed_share"][regions["aoi_id"].str.startswith("r0")].sum(),
        "levenshtein": scanpaths.set_index("measure").loc["levenshtein", "value"],
        "alarm": bool((halves["p_holm"] < 0.05).any()),
    } | {f"{metric} {name}": value for (metric, name), value in values.items()}


def _difference_to_pandas(page: Page, students: pd.DataFrame) -> float:
    """Largest difference of any dwell time to one summed up by a plain groupby of grid cells."""
    on_page = page.fixations[
        page.fixations["slide_x"].between(0, 1) & page.fixations["slide_y"].between(0, 1)
    ]
    columns, rows = GRID
    column = (on_page["slide_x"] * columns).astype(int).clip(upper=columns - 1)
    row = (on_page["slide_y"] * rows).astype(int).clip(upper=rows - 1)
    name = "r" + row.astype(str) + "c" + column.astype(str)
    plain = on_page.groupby([on_page["session_id"], name])["duration_ms"].sum()
    ours = students.set_index(["session_id", "aoi_id"])["dwell_ms"]
    return float((ours - plain.reindex(ours.index, fill_value=0.0)).abs().max())
