"""Who looked where on a slide, and when: each student's line, how far a class had come, ways between regions.

Times of a student's line are in seconds since the slide was first opened, less the time that other slides
were shown in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import pandas as pd

from dashboard.group import Rules
from dashboard.memo import remembered
from dashboard.school import School, Students
from pipeline.attention.measures import student_aoi_table
from pipeline.attention.transitions import ELSEWHERE, states, transition_counts, transition_table
from pipeline.attention.viewing import Viewing
from pipeline.domain import Aoi, Floats, Slide

LOST_MS: Final = 300.0  # without valid gaze for longer is a loss; blinks are shorter
STEP_MS: Final = 100.0  # in which a fixation is taken for tracked where there are no samples
BESIDE, UNTRACKED, HIDDEN = "beside", "untracked", "hidden"
BARS: Final = ("session_id", "state", "start_s", "end_s")


@dataclass(frozen=True)
class Scarf:
    """Every student's line on a slide.

    `bars` has `session_id`, `student`, `state`, `start_s`, `end_s`; a state is the id of a region,
    "elsewhere" on the slide, "beside" it, "untracked" or "hidden" (the page was, or no slide was shown).
    """

    slide: Slide
    bars: pd.DataFrame
    students: tuple[str, ...]


@remembered
def slide_viewing(
    school: School, course_id: str, lesson_id: str, slide_id: str, students: Students, rules: Rules
) -> Viewing:
    """A slide as those who are shown viewed it."""
    return Viewing(*_looked(school, course_id, lesson_id, slide_id, students, rules))


@remembered
def slide_ways(
    school: School, course_id: str, lesson_id: str, slide_id: str, students: Students, rules: Rules
) -> pd.DataFrame:
    """`transition_table` of those who are shown."""
    place = (course_id, lesson_id, slide_id)
    viewing, slide = slide_viewing(school, *place, students, rules), school.slide(*place, rules.version)
    return transition_table(transition_counts(viewing, slide.aois), slide.aois)


@remembered
def slide_reach(
    school: School, course_id: str, lesson_id: str, slide_id: str, students: Students, rules: Rules
) -> pd.DataFrame:
    """When each student who is shown first looked at each region: `aoi_id`, `first_s` (NaN for never)."""
    place = (course_id, lesson_id, slide_id)
    slide = school.slide(*place, rules.version)
    fixations, exposures = _looked(school, *place, students, rules)
    table = student_aoi_table(fixations, exposures, slide.aois, probable=False, overlap=slide.overlap)
    return pd.DataFrame(
        {
            "session_id": table["session_id"],
            "aoi_id": table["aoi_id"].astype("string"),
            "first_s": table["ttff_ms"].astype(float) / 1000,
        }
    )


@remembered
def slide_scarf(
    school: School, course_id: str, lesson_id: str, slide_id: str, students: Students, rules: Rules
) -> Scarf:
    """Every student's line on a slide."""
    place = (course_id, lesson_id, slide_id)
    slide, shown = school.slide(*place, rules.version), _shown(school, *place, students, rules)
    exposures = school.exposures(course_id, lesson_id)
    fixations = school.lake.fixations(shown.fixations, slide_id)
    samples = school.lake.samples(shown.gaze, slide_id)
    own = exposures[exposures["session_id"].isin(list(shown.gaze))]
    bars = scarf_bars(fixations, own, samples, slide)
    names = shown.students
    return Scarf(slide, bars.assign(student=bars["session_id"].map(names)), tuple(sorted(names.values())))


@remembered
def slide_points(
    school: School,
    course_id: str,
    lesson_id: str,
    slide_id: str,
    students: Students,
    rules: Rules,
    of: str,
) -> pd.DataFrame:
    """`student`, `slide_x`, `slide_y` of every valid gaze sample, or of every fixation, on a slide."""
    place = (course_id, lesson_id, slide_id)
    shown = _shown(school, *place, students, rules)
    found = (
        school.lake.samples(shown.gaze, slide_id)
        if of == "samples"
        else school.lake.fixations(shown.fixations, slide_id)
    )
    if of == "samples":
        found = found[found["valid"]]
    on = found["slide_x"].between(0, 1) & found["slide_y"].between(0, 1)
    student = found["session_id"].astype(str).map(shown.students)
    return found.assign(student=student)[on][["student", "slide_x", "slide_y"]].reset_index(drop=True)


def reach_steps(first_s: Floats, students: int) -> tuple[Floats, Floats]:
    """Time and share of the students who had looked there by then, a step at each first look; from 0."""
    known = np.sort(first_s[np.isfinite(first_s)])
    share = np.arange(1, len(known) + 1) / max(students, 1)
    return np.concatenate([[0.0], known]), np.concatenate([[0.0], share])


def scarf_bars(
    fixations: pd.DataFrame, exposures: pd.DataFrame, samples: pd.DataFrame, slide: Slide
) -> pd.DataFrame:
    """Stretches of each session on one slide, as `Scarf.bars` without `student`.

    Parameters
    ----------
    fixations : FIXATIONS and `session_id`, on this slide
    exposures : EXPOSURES and `session_id`, of all slides
    samples : `session_id`, `t_ms`, `valid`, on this slide
    """
    looked = dict(tuple(fixations.groupby("session_id", observed=True)))
    seen = dict(tuple(samples[samples["valid"]].groupby("session_id", observed=True)["t_ms"]))
    parts = [pd.DataFrame(columns=list(BARS))]
    for session_id, all_shown in exposures.groupby("session_id", observed=True):
        here = all_shown[all_shown["slide_id"] == slide.slide_id].sort_values("onset_ms")
        if len(here):
            own = looked.get(session_id, fixations[:0])
            times = seen.get(session_id, pd.Series(dtype=float)).to_numpy(float)
            parts.append(_of_session(own, here, all_shown, times, slide).assign(session_id=session_id))
    return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)[list(BARS)]


def _of_session(
    fixations: pd.DataFrame, here: pd.DataFrame, shown: pd.DataFrame, seen_ms: Floats, slide: Slide
) -> pd.DataFrame:
    starts, ends = _ends(here)
    off = _time_elsewhere(starts, shown, slide.slide_id)
    onsets, stops = _ends(fixations.sort_values("onset_ms"))
    bars = [
        *_visits(fixations.sort_values("onset_ms"), here, slide.aois),
        *_lost(starts, ends, np.concatenate([seen_ms, *_steps(onsets, stops)])),
    ]
    table = pd.DataFrame(bars, columns=["state", "start_s", "end_s"])
    showing = np.maximum(np.searchsorted(starts, table["start_s"].to_numpy(float), "right") - 1, 0)
    moved = table.assign(
        start_s=(table["start_s"] - starts[0] - off[showing]) / 1000,
        end_s=(table["end_s"] - starts[0] - off[showing]) / 1000,
    )
    from_s, to_s = (ends[:-1] - starts[0] - off[:-1]) / 1000, (starts[1:] - starts[0] - off[1:]) / 1000
    hidden = [(HIDDEN, a, b) for a, b in zip(from_s, to_s, strict=True) if b - a > LOST_MS / 1000]
    return pd.concat([moved, pd.DataFrame(hidden, columns=list(moved))]) if hidden else moved


def _visits(
    fixations: pd.DataFrame, here: pd.DataFrame, aois: Sequence[Aoi]
) -> list[tuple[str, float, float]]:
    """Fixations in the same state that follow one another without a loss, as one stretch; ms."""
    if fixations.empty:
        return []
    viewing = Viewing(fixations.assign(session_id="one"), here.assign(session_id="one"))
    names = np.array([*(aoi.aoi_id for aoi in aois), ELSEWHERE, BESIDE], object)
    state = np.where(viewing.on_slide, states(viewing, aois), len(aois) + 1)
    start, stop = viewing.onset_ms, viewing.onset_ms + viewing.duration_ms
    new = np.ones(len(start), bool)
    new[1:] = (np.diff(state) != 0) | (start[1:] - stop[:-1] > LOST_MS) | ~viewing.follows[1:]
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(start)) - 1
    return list(zip(names[state[first]], start[first], stop[last], strict=True))


def _lost(starts: Floats, ends: Floats, seen_ms: Floats) -> list[tuple[str, float, float]]:
    """Within each showing, the stretches without valid gaze that are longer than a blink; ms."""
    lost = []
    for start, end in zip(starts, ends, strict=True):
        inside = np.sort(seen_ms[(seen_ms >= start) & (seen_ms <= end)])
        times = np.concatenate([[start], inside, [end]])
        long = np.flatnonzero(np.diff(times) > LOST_MS)
        lost += [(UNTRACKED, times[i], times[i + 1]) for i in long]
    return lost


def _steps(onsets: Floats, stops: Floats) -> list[Floats]:
    """Times within each fixation, which is tracked gaze whether its samples are known or not."""
    return [
        np.append(np.arange(one, other, STEP_MS), other) for one, other in zip(onsets, stops, strict=True)
    ]


def _time_elsewhere(starts: Floats, shown: pd.DataFrame, slide_id: str) -> Floats:
    """For each showing, how long other slides had been shown since the first; ms."""
    others = shown[shown["slide_id"] != slide_id]
    onset, duration = others["onset_ms"].to_numpy(float), others["duration_ms"].to_numpy(float)
    since = (onset[None] >= starts[0]) & (onset[None] < starts[:, None])
    return np.asarray((since * duration).sum(axis=1))


def _ends(table: pd.DataFrame) -> tuple[Floats, Floats]:
    start = table["onset_ms"].to_numpy(float)
    return start, start + table["duration_ms"].to_numpy(float)


class _Shown(NamedTuple):
    """Those who are shown: their files and their names, by session."""

    fixations: dict[str, Path]
    gaze: dict[str, Path]
    students: dict[str, str]


def _shown(
    school: School, course_id: str, lesson_id: str, slide_id: str, students: Students, rules: Rules
) -> _Shown:
    rows = school.slide_view(course_id, lesson_id, slide_id, students, rules).group.shown
    fixations, gaze = (
        {row.session_id: row.files[name].path for row in rows} for name in ("fixations", "gaze")
    )
    return _Shown(fixations, gaze, {row.session_id: str(row.student) for row in rows})


def _looked(
    school: School, course_id: str, lesson_id: str, slide_id: str, students: Students, rules: Rules
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fixations and exposures on a slide of those who are shown."""
    shown = _shown(school, course_id, lesson_id, slide_id, students, rules)
    exposures = school.exposures(course_id, lesson_id)
    here = exposures[
        (exposures["slide_id"] == slide_id) & exposures["session_id"].isin(list(shown.fixations))
    ]
    return school.lake.fixations(shown.fixations, slide_id), here
