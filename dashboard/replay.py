"""What is played back: one recording, or those of a class that count, laid over one another on one clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from dashboard.group import Excluded, Rules, choose_group, version_seen
from dashboard.memo import remembered
from dashboard.replay_bytes import packed, rate_and_window, thinned
from dashboard.replay_clock import Align, Clock, aligned
from dashboard.school import School, Students
from pipeline.domain import Lesson, Slide
from pipeline.storage.rows import NotFound, SessionRow

STEPS: Final = 600  # of the line under a replay that says when how many were tracked
STEP_MIN_MS: Final = 500.0
USUAL: Final = Rules()


@dataclass(frozen=True)
class Replay:
    """Recordings on one clock.

    `rows` are those with gaze to show, in the order of students; `slides` are the slides of the lesson, each
    as the version of it was that is shown. `left_out` are sessions on slides, with the reason.
    """

    lesson: Lesson
    slides: tuple[Slide, ...]
    align: Align
    rows: tuple[SessionRow, ...]
    clock: Clock
    students: tuple[str, ...]  # all of the lesson that could be chosen, for their colours
    left_out: Mapping[str, tuple[Excluded, ...]]  # by slide
    without_gaze: tuple[str, ...] = ()  # students of whom fixations alone are known

    @property
    def session_ids(self) -> tuple[str, ...]:
        return tuple(row.session_id for row in self.rows)

    @property
    def rate_hz(self) -> float:
        return rate_and_window(len(self.rows))[0]

    @property
    def window_ms(self) -> int:
        return rate_and_window(len(self.rows))[1]

    @property
    def windows(self) -> int:
        return max(1, int(np.ceil(self.clock.end_ms / self.window_ms)))


@remembered
def class_replay(
    school: School,
    course_id: str,
    lesson_id: str,
    students: Students = (),
    rules: Rules = USUAL,
    slide_id: str | None = None,
    align: Align = Align.SLIDE,
) -> Replay:
    """Those who count on each slide, over the whole lesson. Raises NotFound.

    Where `rules` ask for a version, it is one of the slide `slide_id`, and only that slide is shown.
    """
    lesson = school.lesson(course_id, lesson_id)
    if slide_id is None:
        rules = replace(rules, version=None)
    elif rules.version is not None:
        kept = tuple(slide for slide in lesson.slides if slide.slide_id == slide_id)
        lesson = replace(lesson, slides=kept)
    exposures = school.exposures(course_id, lesson_id)
    counted, left_out, slides = [], {}, []
    rows: dict[str, SessionRow] = {}
    everybody: set[str] = set()
    for each in lesson.slide_ids():
        here = exposures[exposures["slide_id"] == each]
        group = choose_group(school.viewers(course_id, lesson_id, rules, each), here, students, rules)
        shown = {row.session_id: row for row in group.shown}
        rows |= shown
        everybody |= set(group.students)
        left_out[each] = group.excluded
        counted.append(here[here["session_id"].isin(shown)])
        slides.append(school.slide(course_id, lesson_id, each, rules.version))
    known = sorted((row for row in rows.values() if row.files["gaze"].rows), key=lambda row: str(row.student))
    without = sorted(str(row.student) for row in rows.values() if not row.files["gaze"].rows)
    open_to = pd.concat(counted) if counted else exposures.head(0)
    open_to = open_to[open_to["session_id"].isin([row.session_id for row in known])]
    clock = aligned(open_to, lesson.slide_ids(), align)
    return Replay(
        lesson, tuple(slides), align, tuple(known), clock, tuple(sorted(everybody)), left_out, tuple(without)
    )


@remembered
def session_replay(school: School, session_id: str) -> Replay:
    """One recording as it went. Raises NotFound, also where there is nothing to read of it yet."""
    row = school.session(session_id)
    if not row.is_readable or row.course_id is None or row.lesson_id is None:
        raise NotFound("session", "a session that has been processed", f"{session_id}, {row.state}")
    place = (row.course_id, row.lesson_id)
    lesson, versions = school.lesson(*place), school.slide_versions(*place)
    slides = tuple(
        school.slide(*place, each, version_seen(row, versions.get(each, ()))) for each in lesson.slide_ids()
    )
    exposures = school.lake.exposures({session_id: row.files["exposures"].path})
    clock = aligned(exposures, lesson.slide_ids(), Align.START)
    known = (row,) if row.files["gaze"].rows else ()
    students = tuple(str(each.student) for each in school.viewers(*place))
    without = () if known else (str(row.student),)
    return Replay(lesson, slides, Align.START, known, clock, students, {}, without)


def window(school: School, asked: Replay, number: int) -> bytes:
    """The gaze of one stretch of the clock, as `replay_bytes` describes it. Raises NotFound."""
    if not 0 <= number < asked.windows:
        raise NotFound("replay", f"a window from 0 to {asked.windows - 1}", str(number))
    start_ms = number * asked.window_ms
    spans = _spans(asked, start_ms, start_ms + asked.window_ms)
    gaze = school.lake.gaze_of_spans(_files(asked), spans)
    gaze["at_ms"] = gaze["t_ms"] + spans["shift_ms"].to_numpy()[gaze["span"].to_numpy()]
    gaze["session"] = spans["session"].to_numpy()[gaze["span"].to_numpy()]
    gaze = gaze.sort_values(["session", "at_ms"], kind="stable", ignore_index=True)
    kept = thinned(gaze, asked.rate_hz)
    return packed(kept, asked.session_ids, number, asked.window_ms, asked.rate_hz)


def tracked(
    school: School, asked: Replay, steps_max: int = STEPS, step_min_ms: float = STEP_MIN_MS
) -> pd.DataFrame:
    """How many had a slide open, were tracked, and looked at the slide, in steps of the replay's clock.

    at_ms, open, tracked, on_slide: numbers of students, fractions where a step was open or tracked in part.
    """
    step_ms = max(step_min_ms, asked.clock.end_ms / steps_max)
    steps = int(np.ceil(asked.clock.end_ms / step_ms))
    spans = _spans(asked, 0.0, asked.clock.end_ms)
    cover = np.zeros((len(asked.rows), max(steps, 1)))
    for span in spans.itertuples():
        cover[span.session] += _overlaps(
            span.from_ms + span.shift_ms, span.to_ms + span.shift_ms, steps, step_ms
        )
    looking = school.lake.looking(_files(asked), step_ms / 2)
    valid, on_slide = _shares(asked, spans, looking, step_ms, max(steps, 1))
    return pd.DataFrame(
        {
            "at_ms": np.arange(max(steps, 1)) * step_ms,
            "open": cover.sum(axis=0),
            "tracked": (cover * valid).sum(axis=0),
            "on_slide": (cover * on_slide).sum(axis=0),
        }
    )


def _overlaps(from_ms: float, to_ms: float, steps: int, step_ms: float) -> np.ndarray:
    """What share of each step lies between two moments, shape (steps,)."""
    start = np.arange(max(steps, 1)) * step_ms
    return np.clip(np.minimum(to_ms, start + step_ms) - np.maximum(from_ms, start), 0, None) / step_ms


def _shares(
    asked: Replay, spans: pd.DataFrame, looking: pd.DataFrame, step_ms: float, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """The share of valid samples, and of those on the slide, of each session in each step."""
    counts = np.zeros((3, len(asked.rows), steps))
    session = looking["session_id"].cat.codes.to_numpy()
    t_ms = looking["t_ms"].to_numpy(float) + step_ms / 4  # the middle of what was counted together
    edges = np.searchsorted(session, np.arange(len(asked.rows) + 1))
    for span in spans.itertuples():
        first, stop = edges[span.session], edges[span.session + 1]
        inside = np.searchsorted(t_ms[first:stop], [span.from_ms, span.to_ms])
        own = slice(first + inside[0], first + inside[1])
        step = np.clip(((t_ms[own] + span.shift_ms) / step_ms).astype(int), 0, steps - 1)
        for i, name in enumerate(("samples", "valid", "on_slide")):
            np.add.at(counts[i, span.session], step, looking[name].to_numpy()[own])
    whole = np.maximum(counts[0], 1)
    return counts[1] / whole, counts[2] / whole


def _spans(asked: Replay, start_ms: float, end_ms: float) -> pd.DataFrame:
    """What of each recording falls between two moments of the replay's clock.

    session (its number), from_ms, to_ms (page's clock), shift_ms (to be added for the replay's).
    """
    pieces = asked.clock.pieces
    shift = pieces["at_ms"] - pieces["onset_ms"]
    spans = pd.DataFrame(
        {
            "session": pd.Index(asked.session_ids).get_indexer(pieces["session_id"]),
            "from_ms": pieces["at_ms"].clip(lower=start_ms) - shift,
            "to_ms": (pieces["at_ms"] + pieces["duration_ms"]).clip(upper=end_ms) - shift,
            "shift_ms": shift,
        }
    )
    return spans[(spans["to_ms"] > spans["from_ms"]) & (spans["session"] >= 0)].reset_index(drop=True)


def _files(asked: Replay) -> dict[str, Path]:
    return {row.session_id: row.files["gaze"].path for row in asked.rows}
