"""One session through the stages, in order.

Stages know nothing of one another; they meet here. Everything a result depends on besides the recording
(parameters, versions, model hashes) goes into its report.
"""

from __future__ import annotations

import json
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline import __version__, imported, mapping
from pipeline.attention.density import density, density_of_fixations
from pipeline.domain import (
    DENSITY,
    EXPOSURES,
    FIXATIONS,
    FRAMES,
    GAZE,
    Lesson,
    Observations,
    empty,
    typed,
)
from pipeline.errors import InputError
from pipeline.events.blinks import blinks
from pipeline.events.detect import describe, fixations
from pipeline.events.quality import quality
from pipeline.face import observations as stored_observations
from pipeline.face.observe import observe
from pipeline.gaze.engine import estimate
from pipeline.gaze.eyelids import openness
from pipeline.ingest.session_package import SessionPackage, open_package
from pipeline.ingest.timeline import check_overlap, check_slides
from pipeline.ingest.video import probe, read_frames
from pipeline.model_files import model_hash
from pipeline.parameters import Parameters
from pipeline.storage import lake
from pipeline.storage.catalogue import Catalogue, Job

Progress = Callable[[str, float], None]
STAGES = ("ingest", "face", "gaze", "events", "store")
MODELS = ("face_landmarker.task", "face_model.npz")


@dataclass(frozen=True)
class ProcessedSession:
    """What one run made of a package: the tables of `domain.SESSION_TABLES`, and the report."""

    tables: dict[str, pd.DataFrame]
    report: dict[str, Any]
    observations: Observations | None = None


@dataclass
class _Stages:
    """Says which stage is running, and keeps how long each took."""

    progress: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[Callable[[float], None]]:
        self.progress(name, 0.0)
        start = time.perf_counter()
        yield lambda share: self.progress(name, share)
        self.seconds[name] = round(time.perf_counter() - start, 3)
        self.progress(name, 1.0)


def process_package(
    package: SessionPackage,
    lesson: Lesson | None,
    parameters: Parameters,
    progress: Progress,
    *,
    eyes: bool = False,
) -> ProcessedSession:
    """Gaze, events and quality of one session.

    Parameters
    ----------
    package : validated by `ingest.session_package`
    lesson : what the slides of the timeline are checked against; None takes the timeline's word
    progress : told the stage and the share of it that is done
    eyes : whether the observations are to hold crops of the eyes, so that they can be kept

    Raises
    ------
    InputError
        The recording cannot be read, names an unknown slide, shows none in its time, or no face at all.
    """
    run = _Stages(progress)
    with run.stage("ingest"):
        if lesson is not None:
            check_slides(package.timeline, lesson)
        source = _describe_source(package)
    observations: Observations | None = None
    gaze_report: dict[str, Any] = {}
    if is_imported(package):
        gaze, frames, gaze_report = _imported(package, parameters)
    else:
        with run.stage("face") as share:
            observations = _observe(package, source, share, eyes=eyes)
        with run.stage("gaze"):
            gaze, frames, gaze_report = _estimate(package, observations, parameters)
        check_overlap(package.timeline, gaze["t_ms"].to_numpy(float))
    with run.stage("events"):
        if package.gaze is None and package.fixations is not None:
            tables, figures = _fixations_only(package, package.fixations, gaze_report, parameters)
        else:
            tables, figures = _events(package, gaze, frames, gaze_report, parameters)
    report = {
        "source": source,
        "gaze": gaze_report,
        "fixations": _describe_fixations(package, tables["gaze"], parameters),
        "quality": figures,
        "parameters": asdict(parameters),
        "versions": _versions(),
        "models": {name: model_hash(name) for name in MODELS},
        "seconds": run.seconds,
        "synthetic": package.header.synthetic,
    }
    return ProcessedSession(tables, report, observations)


def save(
    processed: ProcessedSession, package: SessionPackage, out: Path, *, keep_observations: bool = False
) -> None:
    """Write the tables and report.json into a folder; with `keep_observations` a package of those too."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as scratch:  # whole files appear, or none
        for name, file in lake.write_revision(Path(scratch), "session", 1, processed.tables).items():
            file.path.replace(out / f"{name}.parquet")
    (out / "report.json").write_text(json.dumps(processed.report, indent=2) + "\n")
    if keep_observations and processed.observations is not None:
        save_observations(processed.observations, package, out / "observations")


def save_observations(observations: Observations, package: SessionPackage, folder: Path) -> None:
    """A session package with observations in place of the video; `process_package` takes it as well."""
    folder.mkdir(parents=True, exist_ok=True)
    stored_observations.save(observations, folder)
    for name in ("session.json", "timeline.csv", "calibration.csv"):
        if (package.folder / name).is_file():
            shutil.copyfile(package.folder / name, folder / name)


def process_session(
    catalogue: Catalogue,
    job: Job,
    progress: Progress,
    *,
    keep_video: bool = False,
    keep_observations: bool = False,
) -> None:
    """Process the upload of a job's session and publish the result; doing it twice does no harm."""
    session = catalogue.session(str(job.session_id))
    recording = catalogue.recording(session)
    if recording is None:
        raise InputError("session", "its uploaded file, or the observations kept of it", "neither")
    with tempfile.TemporaryDirectory() as scratch:
        package = open_package(recording, Path(scratch))
        header = catalogue.describe(session.session_id, package.header)
        lesson = catalogue.lesson(header.course_id, header.lesson_id)
        processed = process_package(package, lesson, Parameters(), progress, eyes=keep_observations)
        progress("store", 0.0)
        revision = session.revision + 1
        files = lake.write_revision(catalogue.lake, session.session_id, revision, processed.tables)
        if keep_observations and recording.is_file() and processed.observations is not None:
            folder = catalogue.observations_folder(session.session_id)
            save_observations(processed.observations, package, folder)
    catalogue.publish(
        session.session_id,
        files,
        package.header,
        processed.report["quality"],
        processed.report,
        calibrated=processed.report["gaze"].get("calibrated", False) is not False,  # None: by the tracker
        keep_upload=keep_video,
    )


def _describe_source(package: SessionPackage) -> dict[str, Any]:
    if package.video is not None:
        return {"kind": "video", **asdict(probe(package.video))}
    if package.observations is not None:
        return {"kind": "observations"}
    kind = {"kind": "gaze" if package.gaze is not None else "fixations"}
    tracker = package.header.source
    return kind if tracker is None else {**kind, **asdict(tracker)}


def _observe(
    package: SessionPackage, source: dict[str, Any], share: Callable[[float], None], *, eyes: bool
) -> Observations:
    if package.observations is not None:
        observations = stored_observations.load(package.observations, eyes=eyes)
    else:
        assert package.video is not None
        frames = read_frames(package.video, package.header.video_start_ms)
        observations = observe(frames, _frames_expected(source), share, eyes=eyes)
    if not observations.has_face.any():
        where = (package.video or package.observations or package.folder).name
        raise InputError(where, "a face in at least one frame", f"none in {len(observations)} frames")
    return observations


def _frames_expected(source: dict[str, Any]) -> int | None:
    if source["frames"]:
        return int(source["frames"])
    if source["duration_ms"] and source["rate_hz"]:
        return int(source["duration_ms"] * source["rate_hz"] / 1000)
    return None


def _estimate(
    package: SessionPackage, observations: Observations, parameters: Parameters
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Gaze on the screen, the frames it came from, and what the gaze stage has to say."""
    header = package.header
    blink = blinks(observations.t_ms, openness(observations.landmarks_px), parameters.blinks)
    result = estimate(
        observations,
        header.screen,
        header.camera,
        package.calibration,
        blink,
        parameters.head_pose,
        parameters.calibration,
    )
    frames = pd.DataFrame(
        {
            "t_ms": result.samples["t_ms"],
            "face_count": observations.face_count,
            "face_changed": observations.face_changed,
            "blink": blink,
            "head_out_of_range": result.samples["head_out_of_range"],
            "brightness": observations.brightness,
            "blur": observations.blur,
        }
    )
    return result.samples, typed(frames, FRAMES), result.report


def is_imported(package: SessionPackage) -> bool:
    """Whether another tracker measured it: no camera of ours saw anything."""
    return package.gaze is not None or package.fixations is not None


def _imported(
    package: SessionPackage, parameters: Parameters
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """What `_estimate` returns, for what another tracker measured; how that was calibrated is not known."""
    tracker = package.header.source
    stated_deg = tracker.accuracy_deg if tracker else None
    sigma_deg = stated_deg or imported.typical_sigma_deg(
        tracker.format if tracker else None, parameters.imported
    )
    gaze = imported.no_samples() if package.gaze is None else imported.samples_of(package.gaze, sigma_deg)
    report = {
        "calibrated": None,
        "calibration": "unknown, the tracker's own",
        "sigma_deg": sigma_deg,
        "sigma_source": "stated by the export" if stated_deg else imported.TYPICAL,
    }
    return gaze, imported.no_frames(), report


def _events(
    package: SessionPackage,
    gaze: pd.DataFrame,
    frames: pd.DataFrame,
    gaze_report: dict[str, Any],
    parameters: Parameters,
) -> tuple[dict[str, pd.DataFrame], dict[str, float | None]]:
    """Gaze mapped to slides, and what follows from it."""
    end_ms = float(gaze["t_ms"].iloc[-1]) if len(gaze) else 0.0
    if package.fixations is not None:
        end_ms = max(end_ms, imported.end_ms(package.fixations))
    segments = mapping.segments(package.timeline, end_ms)
    t_ms, x_px, y_px = gaze[["t_ms", "screen_x_px", "screen_y_px"]].to_numpy(dtype=np.float64).T
    slide_id, slide_x, slide_y = mapping.to_slides(t_ms, x_px, y_px, segments)
    gaze = typed(gaze.assign(slide_id=slide_id, slide_x=slide_x, slide_y=slide_y), GAZE)
    if package.fixations is None:
        fixated = typed(fixations(gaze, segments, package.header.screen, parameters.fixations), FIXATIONS)
    else:
        sigma_deg = gaze_report["sigma_deg"]
        fixated = imported.kept_fixations(package.fixations, gaze, segments, package.header.screen, sigma_deg)
    figures = quality(
        gaze,
        frames,
        segments,
        gaze_report.get("validation"),
        screen=package.header.screen,
        fixations=fixated,
        blinks=parameters.blinks,
    )
    tables = {
        "gaze": gaze,
        "fixations": fixated,
        "density": typed(density(gaze), DENSITY),
        "frames": frames,
        "exposures": typed(mapping.exposures(segments, gaze), EXPOSURES),
    }
    return tables, figures


def _fixations_only(
    package: SessionPackage, measured: pd.DataFrame, gaze_report: dict[str, Any], parameters: Parameters
) -> tuple[dict[str, pd.DataFrame], dict[str, float | None]]:
    """What follows from a tracker's fixations where its gaze is not known."""
    sigma_deg, screen = gaze_report["sigma_deg"], package.header.screen
    end_ms = max(imported.end_ms(measured), float(package.timeline["t_ms"].iloc[-1]))
    segments = mapping.segments(package.timeline, end_ms)
    gaze, frames = empty(GAZE), imported.no_frames()
    fixated = imported.kept_fixations(measured, gaze, segments, screen, sigma_deg)
    exposures = imported.exposures_of_fixations(segments, fixated, parameters.imported)
    unknown = quality(
        gaze, frames, segments, None, screen=screen, fixations=fixated, blinks=parameters.blinks
    )
    known = imported.quality_of_fixations(exposures, fixated, sigma_deg, parameters.imported)
    tables = {
        "gaze": gaze,
        "fixations": fixated,
        "density": density_of_fixations(fixated),
        "frames": frames,
        "exposures": exposures,
    }
    return tables, dict.fromkeys(unknown) | known


def _describe_fixations(
    package: SessionPackage, gaze: pd.DataFrame, parameters: Parameters
) -> dict[str, Any]:
    """Whose the fixations are, and how they were found."""
    if package.fixations is None:
        return {"source": "detected", **describe(gaze, package.header.screen, parameters.fixations)}
    if package.gaze is None:
        rest = f"gaps of up to {parameters.imported.tracked_gap_max_ms:g} ms between them"
        notes = [f"No gaze samples are known: the time tracked is that of the fixations and the {rest}."]
        return {"source": "vendor", "method": "kept", "parameters": {}, "notes": notes}
    return {"source": "vendor", "method": "kept", "parameters": {}, "notes": []}


def _versions() -> dict[str, str]:
    names = ("mediapipe", "opencv-python-headless", "av", "numpy", "scipy", "pandas")
    return {"gazeboard": __version__, "python": platform.python_version()} | {n: version(n) for n in names}
