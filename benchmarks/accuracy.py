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
STATES = ("calibrated", "calibrated, field of view stated", "uncalibrated, mirroring stated")
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
        for state in STATES
    }


def _evaluate_seed(work: tuple[int, int, int]) -> dict[str, dict[str, Any]]:
    """The recording as it is, and with what its header may leave out said in it.

    All are scored on the frames that the calibration was not fitted to.
    """
    seed, width_px, height_px = work
    folder = rendered_session(seed=seed, seconds=SECONDS, width_px=width_px, height_px=height_px)
    facts = json.loads((folder / "truth.json").read_text())
    with TemporaryDirectory() as scratch:
        package = open_package(folder, Path(scratch))
        processed = process_package(package, None, Parameters(), _quietly)
        assert processed.observations is not None
        save_observations(processed.observations, package, Path(scratch))
        _state(Path(scratch), horizontal_fov_deg=facts["horizontal_fov_deg"])
        stated = process_package(open_package(Path(scratch), Path(scratch)), None, Parameters(), _quietly)
        (Path(scratch) / "calibration.csv").unlink()
        field_of_view = package.header.camera.horizontal_fov_deg
        _state(Path(scratch), horizontal_fov_deg=field_of_view, mirrored=facts["mirrored"])
        bare = process_package(open_package(Path(scratch), Path(scratch)), None, Parameters(), _quietly)
    scores = (evaluate(package, result) for result in (processed, stated, bare))
    about = {"seed": seed, "field_of_view_stated": field_of_view is not None}
    return {state: about | score for state, score in zip(STATES, scores, strict=True)}


def _state(folder: Path, **camera: Any) -> None:
    """Put facts about the camera into a package's header."""
    header = folder / "session.json"
    document = json.loads(header.read_text())
    document["camera"].update(camera)
    header.write_text(json.dumps(document))


def _quietly(stage: str, share: float) -> None:
    """Nobody watches a benchmark's progress."""


def _summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Means over the seeds, the worst of them, and each."""
    means: dict[str, Any] = {name: round(float(np.mean([row[name] for row in rows])), 3) for name in FIGURES}
    worst = max(row["error_deg_mean"] for row in rows)
    return means | {"data": "synthetic", "worst_seed_error_deg_mean": worst, "seeds": rows}
