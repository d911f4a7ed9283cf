"""How long counting gaze samples into cells and regions takes: 10 to 300 million, in sessions of a million.

Ten sessions are made; further files are hard links to them, so their content repeats. All of them are in the
page cache, and every one of them is read, decompressed and counted. Each size runs in a process of its own,
its time is the median of three rounds.
The peer joins the samples with the regions' bounding boxes in DuckDB: an easier question than ours.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from pipeline.attention.aoi import geometry, hits
from pipeline.attention.label_map import label_map
from pipeline.domain import GAZE, Aoi, Part, Role, Shape, typed
from pipeline.storage.lake import Lake, write_revision

MILLIONS = (10, 30, 100, 300)
DISTINCT = 10
SAMPLES = 1_000_000
SLIDES = 40
REGIONS = 8
RATE_HZ = 250.0
FIXATION_SAMPLES = 75
PEER_MILLIONS = 30
ROUNDS = 3

CELLS = """
SELECT file_index, slide_id, least(floor(slide_y * 54), 53) * 96 + least(floor(slide_x * 96), 95) AS cell,
  count(*) AS samples
FROM read_parquet($files) WHERE slide_x BETWEEN 0 AND 1 AND slide_y BETWEEN 0 AND 1 GROUP BY ALL
"""
JOIN = """
SELECT file_index, g.slide_id, aoi_id, count(*) AS samples
FROM read_parquet($files) g JOIN boxes b ON g.slide_id = b.slide_id
  AND slide_x BETWEEN left_x AND right_x AND slide_y BETWEEN top_y AND bottom_y
GROUP BY ALL
"""


def run() -> dict[str, Any]:
    """Seconds and peak memory at each size, how they grow, and the peer's in the same run."""
    aois = _aois()
    with TemporaryDirectory() as folder:
        lake = Path(folder)
        sessions = [_gaze(seed) for seed in range(DISTINCT)]
        files = _files(lake, sessions)
        wrong_percent, count_error_percent = _errors(sessions[0], aois)
        del sessions
        sizes = {f"{n} M": _alone(lake, files[:n], aois) for n in MILLIONS}
        peer_s, peer_on_slides = _peer(files[:PEER_MILLIONS], aois)
    assert peer_on_slides == sizes[f"{PEER_MILLIONS} M"]["samples_on_slides"]
    seconds = np.array([size["seconds"] for size in sizes.values()])
    line = np.polyfit(MILLIONS, seconds, 1, w=1 / seconds)
    return {
        "sessions": "of 1 M samples each; 10 different ones, hard links beyond; in the page cache",
        "slides": SLIDES,
        "regions_per_slide": REGIONS,
        "sizes": sizes,
        "ns_per_sample": round(float(line[0]) * 1000, 1),
        "seconds_before_the_first_sample": round(float(line[1]), 2),
        "farthest_off_the_line_percent": round(
            100 * float(np.abs(np.polyval(line, MILLIONS) / seconds - 1).max()), 1
        ),
        "samples_in_wrong_regions_percent": round(wrong_percent, 3),
        "worst_region_count_error_percent": round(count_error_percent, 3),
        f"peer_seconds_{PEER_MILLIONS}_M": round(peer_s, 2),
        "times_as_fast_as_peer": round(peer_s / float(seconds[MILLIONS.index(PEER_MILLIONS)]), 1),
        "goal_seconds_300_M": 15.0,
        "goal_peak_mb": 2000,
    }


def _alone(lake: Path, files: list[Path], aois: dict[str, tuple[Aoi, ...]]) -> dict[str, Any]:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_count, lake, files, aois).result()


def _count(root: Path, files: list[Path], aois: dict[str, tuple[Aoi, ...]]) -> dict[str, Any]:
    """Regions to pictures, and all samples counted."""
    lake = Lake(root)
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        labels = {slide_id: label_map(regions) for slide_id, regions in aois.items()}
        counts = lake.count_samples({path.stem: path for path in files}, labels)
        seconds.append(time.perf_counter() - start)
    peak = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text())
    assert peak is not None
    return {
        "seconds": round(statistics.median(seconds), 2),
        "rounds": [round(each, 2) for each in seconds],
        "peak_mb": round(int(peak[1]) / 1000),
        "samples_on_slides": sum(int(cells.sum()) for cells in counts.cells.values()),
        "samples_in_regions": sum(int(regions.sum()) for regions in counts.regions.values()),
    }


def _peer(files: list[Path], aois: dict[str, tuple[Aoi, ...]]) -> tuple[float, int]:
    """Seconds for the same cells and for a join with bounding boxes; samples on the slides."""
    boxes = pd.DataFrame(
        [
            (slide_id, aoi.aoi_id, *geometry(aoi).bounds)
            for slide_id, regions in aois.items()
            for aoi in regions
        ],
        columns=["slide_id", "aoi_id", "left_x", "top_y", "right_x", "bottom_y"],
    )
    connection = duckdb.connect(config={"threads": 2})
    connection.register("boxes", boxes)
    paths = {"files": [str(path) for path in files]}
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        cells = connection.sql(CELLS, params=paths).to_arrow_table()
        connection.sql(JOIN, params=paths).to_arrow_table()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), int(cells["samples"].to_numpy().sum())


def _errors(gaze: pd.DataFrame, aois: dict[str, tuple[Aoi, ...]]) -> tuple[float, float]:
    """Percentage of samples not in the very regions they are in, and the worst error of a region's count."""
    wrong, worst = [], 0.0
    for slide_id, shown in gaze.groupby("slide_id"):
        x, y = shown["slide_x"].to_numpy(float), shown["slide_y"].to_numpy(float)
        on = (x >= 0) & (x < 1) & (y >= 0) & (y < 1)
        exact = hits(x[on], y[on], aois[str(slide_id)]).T
        picture = label_map(aois[str(slide_id)]).inside[0]
        inside = picture[:, (y[on] * picture.shape[1]).astype(int), (x[on] * picture.shape[2]).astype(int)]
        wrong.append((inside != exact).any(axis=0))
        worst = max(worst, float(np.abs(inside.sum(axis=1) / exact.sum(axis=1) - 1).max()))
    return 100 * float(np.concatenate(wrong).mean()), 100 * worst


def _files(lake: Path, sessions: list[pd.DataFrame]) -> list[Path]:
    """Gaze files as the lake has them, as many as are ever wanted."""
    written = [
        write_revision(lake, f"session-{number}", 1, {"gaze": gaze})["gaze"].path
        for number, gaze in enumerate(sessions)
    ]
    files = [lake / f"{number}.parquet" for number in range(max(MILLIONS))]
    for number, path in enumerate(files):
        os.link(written[number % DISTINCT], path)
    return files


def _aois() -> dict[str, tuple[Aoi, ...]]:
    """Hexagons, other ones on every slide."""
    rng = np.random.default_rng(1)
    return {f"slide-{slide:02d}": tuple(_hexagon(i, rng) for i in range(REGIONS)) for slide in range(SLIDES)}


def _hexagon(number: int, rng: np.random.Generator) -> Aoi:
    turn = np.arange(6) * np.pi / 3
    x = 0.14 + 0.24 * (number % 4) + rng.uniform(0.08, 0.13, 6) * np.cos(turn)
    y = 0.27 + 0.46 * (number // 4) + rng.uniform(0.15, 0.24, 6) * np.sin(turn)
    outline = Part(tuple(zip(x.tolist(), y.tolist(), strict=True)), Shape.POLYGON)
    return Aoi(f"region-{number}", f"Region {number}", Role.TEXT, (outline,))


def _gaze(seed: int) -> pd.DataFrame:
    """Noisy gaze of a session over all slides; one sample in fifty is lost, a few are beside the slide."""
    rng = np.random.default_rng(seed)
    place = rng.normal(0.5, 0.25, (SAMPLES // FIXATION_SAMPLES + 1, 2))
    gaze = pd.DataFrame({"t_ms": np.arange(SAMPLES) * 1000 / RATE_HZ, "valid": rng.random(SAMPLES) > 0.02})
    slides = np.array([f"slide-{number:02d}" for number in range(SLIDES)], dtype=object)
    gaze["slide_id"] = slides[np.arange(SAMPLES) * SLIDES // SAMPLES]
    noise = rng.normal(0, 0.01, (SAMPLES, 2))
    gaze[["slide_x", "slide_y"]] = np.repeat(place, FIXATION_SAMPLES, axis=0)[:SAMPLES] + noise
    gaze["screen_x_px"], gaze["screen_y_px"] = gaze["slide_x"] * 1920, gaze["slide_y"] * 1080
    gaze["sigma_deg"], gaze["eye_openness"] = 1.8, 1.0
    gaze["distance_mm"] = 600 + rng.normal(0, 0.01, SAMPLES).cumsum()
    gaze[["head_yaw_deg", "head_pitch_deg", "head_roll_deg"]] = rng.normal(0, 3, (SAMPLES, 3))
    lost = ["slide_x", "slide_y", "screen_x_px", "screen_y_px", "sigma_deg"]
    gaze.loc[~gaze["valid"], lost] = np.nan
    return typed(gaze, GAZE)
