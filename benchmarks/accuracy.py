"""Error of the gaze on rendered students, by seed: the figures of docs/accuracy.md.

The seeds here were never used to choose a parameter (those were 0 to 3).
"""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.rendered import rendered_session
from pipeline.ingest.session_package import open_package
from pipeline.parameters import Parameters
from pipeline.process import process_package, save_observations
from pipeline.synthetic.evaluate import evaluate

SEEDS = range(100, 108)
SECONDS = 60.0
SIZES = ((1280, 720), (640, 480))
FIGURES = (
    "error_deg_mean",
    "error_deg_median",
    "error_deg_p95",
    "error_cm_mean",
    "error_deg_mean_screen_centre",
    "tracked_share",
    "distance_error_percent",
    "frames_per_second",
)


def run() -> dict[str, Any]:
    """Figures of each seed and their means, calibrated and not, for both sizes of picture."""
    work = [(seed, *size) for size in SIZES for seed in SEEDS]
    with ProcessPoolExecutor(2) as pool:
        results = list(pool.map(_evaluate_seed, work))
    return {
        f"{width}x{height}, {state}": _summary(
            [r[state] for r, w in zip(results, work, strict=True) if w[1] == width]
        )
        for width, height in SIZES
        for state in ("calibrated", "uncalibrated")
    }


def _evaluate_seed(work: tuple[int, int, int]) -> dict[str, dict[str, Any]]:
    seed, width_px, height_px = work
    folder = rendered_session(seed=seed, seconds=SECONDS, width_px=width_px, height_px=height_px)
    with TemporaryDirectory() as scratch:
        package = open_package(folder, Path(scratch))
        processed = process_package(package, None, Parameters(), _quietly)
        assert processed.observations is not None
        save_observations(processed.observations, package, Path(scratch))
        (Path(scratch) / "calibration.csv").unlink()
        _state_mirroring(Path(scratch) / "session.json", folder / "truth.json")
        bare = process_package(open_package(Path(scratch), Path(scratch)), None, Parameters(), _quietly)
    facts = {"seed": seed, "field_of_view_stated": package.header.camera.horizontal_fov_deg is not None}
    # Both are scored on the frames that the calibrated one was not fitted to.
    return {
        "calibrated": facts | evaluate(package, processed),
        "uncalibrated": facts | evaluate(package, bare),
    }


def _state_mirroring(header: Path, facts: Path) -> None:
    """Say in the header whether the video is mirrored: without a calibration nothing else can tell."""
    document = json.loads(header.read_text())
    document["camera"]["mirrored"] = json.loads(facts.read_text())["mirrored"]
    header.write_text(json.dumps(document))


def _quietly(stage: str, share: float) -> None:
    """Nobody watches a benchmark's progress."""


def _summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Means over the seeds, the distance also by whether the recording states its field of view."""
    stated = [row["distance_error_percent"] for row in rows if row["field_of_view_stated"]]
    assumed = [row["distance_error_percent"] for row in rows if not row["field_of_view_stated"]]
    means: dict[str, Any] = {name: round(float(np.mean([row[name] for row in rows])), 3) for name in FIGURES}
    return means | {
        "data": "synthetic",
        "distance_error_percent_fov_stated": round(float(np.mean(stated)), 3) if stated else None,
        "distance_error_percent_fov_assumed": round(float(np.mean(assumed)), 3) if assumed else None,
        "worst_seed_error_deg_mean": max(row["error_deg_mean"] for row in rows),
        "seeds": rows,
    }
