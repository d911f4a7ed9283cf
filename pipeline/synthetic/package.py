"""Write one rendered session as a package folder, with `truth.parquet` and `truth.json` beside it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.domain import TRUTH, Floats, Lesson
from pipeline.synthetic.desk import draw_desk
from pipeline.synthetic.gaze_behaviour import Behaviour, in_blink
from pipeline.synthetic.light import draw_light
from pipeline.synthetic.person import Person, draw_person
from pipeline.synthetic.recording import Recording, plan_recording
from pipeline.synthetic.renderer import Moment, Renderer
from pipeline.synthetic.scene import draw_body, draw_room
from pipeline.synthetic.schedule import visible_slides
from pipeline.synthetic.sensor import Sensor, VideoWriter, auto_exposure, draw_faults

Progress = Callable[[str, float], None]
SACCADE_DEG = 0.3  # eyes that turn so far during one exposure are drawn at several moments of it


def render_session(
    folder: Path,
    lesson: Lesson,
    student: str,
    seed: int,
    seconds: float,
    *,
    person_seed: int | None = None,
    width_px: int = 1280,
    height_px: int = 720,
    rate_hz: float = 30.0,
    behaviour: Behaviour = Behaviour.FOLLOWS,
    progress: Progress | None = None,
) -> None:
    """Render one student's session into `folder`.

    The same `person_seed` gives the same face in other sessions; it is `seed` where not given.

    `truth.parquet` has one row per video frame, at the frame's stamp on the page's clock, and says what was
    true *at that moment of the page's clock*. Where the video lags behind the clock (`clock_lag_ms` in
    `truth.json`, unknown to the pipeline) the frame itself shows an earlier moment. Head angles follow
    `pipeline.synthetic.camera`; `head_x/y/z_mm` is the midpoint between the eyeball centres in camera axes.
    """
    folder.mkdir(parents=True, exist_ok=True)
    studio = set_up(lesson, seed, seconds, behaviour, width_px, height_px, rate_hz, person_seed)
    _film(folder, studio, rate_hz, progress)
    _write_tables(folder, studio.recording)
    _write_header(folder, studio.recording, lesson, student)
    _write_hidden_facts(folder, studio, seed, behaviour)


@dataclass(frozen=True)
class Studio:
    """Everything one session is filmed with."""

    recording: Recording
    person: Person
    renderer: Renderer
    sensor: Sensor
    video_name: str
    exposure_gain: Floats  # one per frame


def set_up(
    lesson: Lesson,
    seed: int,
    seconds: float,
    behaviour: Behaviour,
    width_px: int,
    height_px: int,
    rate_hz: float,
    person_seed: int | None = None,
) -> Studio:
    """Draw person, desk, room, camera and events from a seed.

    Each has a random stream of its own, so that a change in how one is drawn leaves the others as they were.
    """
    where, what, room, camera = (np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(4))
    who = np.random.default_rng(seed if person_seed is None else person_seed)
    desk = draw_desk(where, width_px, height_px)
    recording = plan_recording(what, lesson, behaviour, seconds, desk, rate_hz)
    person = draw_person(who)
    light = draw_light(room, desk.screen_corners_mm, recording.dim)
    body, behind = draw_body(person, light, who), draw_room(desk.lens, light, room)
    renderer = Renderer(person, desk.lens, behind, body, recording.head.at(0.0), light)
    faults = draw_faults(camera, width_px, recording.dim)
    name = "webcam.webm" if camera.random() < 0.6 else "webcam.mp4"
    count = len(recording.frame_ms)
    jumps = 1 + np.cumsum((camera.random(count) < 0.004) * camera.normal(0, 0.12, count))
    sensor = Sensor(faults, width_px, height_px, camera)
    first = next(moments(recording, faults.exposure_ms))
    gain = auto_exposure(renderer.draw(first), desk.lens.project(first.pose.position_mm))
    gains = gain * np.clip(jumps, 0.8, 1.2)
    return Studio(recording, person, renderer, sensor, name, gains)


def moments(recording: Recording, exposure_ms: float) -> Iterator[Moment]:
    """What each frame shows: the world as it was `lag_ms` before the frame's stamp, the exposure's middle."""
    shown_ms = recording.frame_ms - recording.lag_ms
    during = shown_ms[:, None] + exposure_ms * np.array([0.0, -0.4, -0.2, 0.2, 0.4])
    places = recording.gaze.at(during.ravel()).reshape(*during.shape, 2)
    targets = recording.desk.to_camera(places)
    moved_deg = np.linalg.norm(places[:, -1] - places[:, 1], axis=1) / recording.desk.px_per_deg
    closures = recording.gaze.closure_at(shown_ms)
    for k, t_ms in enumerate(shown_ms):
        seen = targets[k] if moved_deg[k] > SACCADE_DEG else targets[k, :1]
        yield Moment(recording.head.at(t_ms), seen, float(closures[k]))


def _film(folder: Path, studio: Studio, rate_hz: float, progress: Progress | None) -> None:
    recording, lens = studio.recording, studio.recording.desk.lens
    exposure_ms = studio.sensor.faults.exposure_ms
    before, stamps = None, recording.frame_ms - recording.video_start_ms
    with VideoWriter(folder / studio.video_name, lens.width_px, lens.height_px, rate_hz) as video:
        for k, moment in enumerate(moments(recording, exposure_ms)):
            at = lens.project(moment.pose.position_mm)
            passed_ms = stamps[k] - stamps[k - 1] if k else 1.0
            motion = np.zeros(2) if before is None else (at - before) * exposure_ms / passed_ms
            before = at
            planes = studio.sensor.expose(studio.renderer.draw(moment), studio.exposure_gain[k], motion)
            video.write(planes, int(stamps[k]))
            if progress is not None and k % 30 == 0:
                progress("render", k / len(stamps))


def _write_hidden_facts(folder: Path, studio: Studio, seed: int, behaviour: Behaviour) -> None:
    """`truth.json`: what the pipeline is not told."""
    desk, eyes = studio.recording.desk, studio.person.eyes
    facts = {
        "seed": seed,
        "behaviour": behaviour,
        "clock_lag_ms": studio.recording.lag_ms,
        "horizontal_fov_deg": desk.lens.horizontal_fov_deg,
        "tilt_deg": desk.tilt_deg,
        "kappa_deg": [eye.kappa_deg for eye in eyes],
        "eyeball_radius_mm": eyes[0].radius_mm,
        "iris_radius_mm": eyes[0].iris_radius_mm,
        "eyeball_distance_mm": float(np.linalg.norm(eyes[1].centre_mm - eyes[0].centre_mm)),
        **asdict(studio.sensor.faults),
    }
    (folder / "truth.json").write_text(json.dumps(facts, indent=1) + "\n")


def _write_tables(folder: Path, recording: Recording) -> None:
    recording.timeline.to_csv(folder / "timeline.csv", index=False)
    recording.calibration.to_csv(folder / "calibration.csv", index=False)
    table = pa.Table.from_pandas(truth_table(recording), preserve_index=False).replace_schema_metadata()
    pq.write_table(table, folder / "truth.parquet", compression="zstd")


def truth_table(recording: Recording) -> pd.DataFrame:
    """What was true at each frame's stamp: the columns of `TRUTH`."""
    t_ms = recording.frame_ms
    gaze = recording.gaze.at(t_ms)
    turns = np.array([recording.head.turn_at(t) for t in t_ms])
    places = np.array([recording.head.at(t).position_mm for t in t_ms])
    columns = {
        "t_ms": t_ms,
        "screen_x_px": gaze[:, 0],
        "screen_y_px": gaze[:, 1],
        "head_yaw_deg": turns[:, 0],
        "head_pitch_deg": turns[:, 1],
        "head_roll_deg": turns[:, 2],
        "head_x_mm": places[:, 0],
        "head_y_mm": places[:, 1],
        "head_z_mm": places[:, 2],
        "distance_mm": np.linalg.norm(places, axis=1),
        "blink": in_blink(recording.gaze.closure_at(t_ms)),
        "slide": visible_slides(recording.timeline, t_ms),
    }
    return pd.DataFrame(columns).astype(TRUTH)


def _write_header(folder: Path, recording: Recording, lesson: Lesson, student: str) -> None:
    camera = recording.desk.camera
    header = {
        "format": "gazeboard-session",
        "version": 1,
        "synthetic": True,
        "course": lesson.course_id,
        "lesson": lesson.lesson_id,
        "student": student,
        "consent": {"version": "demo-1", "given_at": "2026-01-15T08:00:00Z"},
        "screen": asdict(recording.desk.screen),
        "camera": {
            "x_mm": camera.x_mm,
            "y_mm": camera.y_mm,
            "horizontal_fov_deg": camera.horizontal_fov_deg,
            "mirrored": camera.mirrored,
        },
        "video_start_ms": recording.video_start_ms,
        "recorder": {"name": "gazeboard-synthetic", "version": "1", "user_agent": "rendered"},
    }
    (folder / "session.json").write_text(json.dumps(header, indent=1) + "\n")
