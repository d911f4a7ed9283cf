"""The whole pipeline against the least that any such pipeline must do: decode and find landmarks.

Both read the same 1280x720 video in the same run, by turns, so that whatever else the machine is doing
slows both.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import mediapipe as mp
from mediapipe.tasks.python import BaseOptions
from mediapipe.tasks.python.vision import FaceLandmarker, FaceLandmarkerOptions, RunningMode

from benchmarks.rendered import rendered_session
from pipeline.ingest.session_package import open_package
from pipeline.model_files import MODELS
from pipeline.parameters import Parameters
from pipeline.process import process_package, save

ROUNDS = 3
TARGET_RATIO = 1.4


def run() -> dict[str, Any]:
    """Milliseconds a frame of both, and their ratio."""
    folder = rendered_session(seed=100, seconds=30.0, width_px=1280, height_px=720)
    package = open_package(folder, folder)
    assert package.video is not None
    frames = _bare_loop(package.video)  # warms the disk cache too
    bare, whole = [], []
    for _ in range(ROUNDS):
        bare.append(_seconds(lambda: _bare_loop(package.video)))
        whole.append(_seconds(lambda: _whole_pipeline(folder)))
    bare_s, whole_s = statistics.median(bare), statistics.median(whole)
    return {
        "frames": frames,
        "bare_ms_per_frame": round(1000 * bare_s / frames, 2),
        "pipeline_ms_per_frame": round(1000 * whole_s / frames, 2),
        "ratio": round(whole_s / bare_s, 3),
        "target_ratio": TARGET_RATIO,
        "rounds": ROUNDS,
    }


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _bare_loop(video: Path) -> int:
    """Decode every frame to RGB and find its landmarks, as in the libraries' own examples."""
    options = FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(MODELS / "face_landmarker.task")),
        running_mode=RunningMode.VIDEO,
    )
    frames = 0
    with FaceLandmarker.create_from_options(options) as landmarker, av.open(str(video)) as container:
        for frame in container.decode(video=0):
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=frame.to_ndarray(format="rgb24"))
            landmarker.detect_for_video(image, int(1000 * frame.time))
            frames += 1
    return frames


def _whole_pipeline(folder: Path) -> None:
    """From the package to stored tables."""
    with TemporaryDirectory() as out:
        package = open_package(folder, Path(out))
        processed = process_package(package, None, Parameters(), lambda stage, share: None)
        save(processed, package, Path(out) / "result")
