"""Many sessions at once, from what was summed up of each: for pages that compare lessons, groups and courses.

Nothing here reads a fixation. Whose sessions count follows the same rules as on the page of one slide.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from dashboard.group import Rules
from dashboard.school import School
from pipeline.domain import Bools
from pipeline.summaries import CourseSummary

__all__ = ["CourseSummary", "SummaryKeeper", "asked", "counted", "course_summary"]

log = logging.getLogger(__name__)

AT_MOST: Final = 300  # rows (a session and slide each) that are summed up while somebody waits
SCALES_AT_MOST: Final = 5  # sessions whose gaze is read here to know how large slides were
POLL_S: Final = 3.0
PROGRAM: Final = (sys.executable, "-m", "pipeline", "summarise", "--attached", "--data")


def course_summary(school: School, course_id: str) -> CourseSummary:
    """What was summed up of a course; `pending` says how many of its sessions are still waiting for that.

    When these are done the revision of the school changes. Raises NotFound.
    """
    return school.summaries.course(course_id, AT_MOST)


def asked(school: School, summary: CourseSummary, rules: Rules) -> CourseSummary:
    """The same with `latest` saying which recordings are the last ones of what the rules ask for.

    That is of a group, a period, and the present version of each slide, as `School.viewers` has it: only
    what the rules say of how good a recording has to be is left to `counted`.
    """
    rules = replace(rules, version=None)
    lessons = [school.lesson(summary.course_id, each) for each in summary.slides["lesson_id"].unique()]
    if rules == rules.unbounded() and all((one.version or 1) == 1 for each in lessons for one in each.slides):
        return summary
    latest, lengths = summary.slides["latest"].to_numpy(bool).copy(), np.zeros(len(summary.slides), int)
    for lesson in lessons:
        of_lesson = (summary.slides["lesson_id"] == lesson.lesson_id).to_numpy(bool)
        for slide in lesson.slides:
            here = of_lesson & (summary.slides["slide_id"] == slide.slide_id).to_numpy(bool)
            viewers = school.viewers(summary.course_id, lesson.lesson_id, rules, slide.slide_id)
            ids = [row.session_id for row in viewers]
            latest[here] = summary.slides["session_id"][here].isin(ids).to_numpy(bool)
            lengths[here] = len(slide.aois)
    return replace(
        summary,
        slides=summary.slides.assign(latest=latest),
        regions=summary.regions.assign(latest=np.repeat(latest, lengths)),
    )


def counted(slides: pd.DataFrame, rules: Rules, chosen: Collection[str] = ()) -> pd.DataFrame:
    """Which rows of `CourseSummary.slides` count: columns `shown` and `counted`, as in `group.Group`.

    Parameters
    ----------
    slides : of whole lessons, as all recordings of one decide together whether there are calibrated ones
    chosen : students chosen by name; without any, the class
    """
    wanted = slides["latest"].to_numpy(bool)
    if chosen:
        wanted = wanted & slides["student"].isin(chosen).to_numpy(bool)
    usable = wanted & slides["tracked_share"].notna().to_numpy(bool)
    if rules.accuracy_max_deg is not None:
        usable &= slides["accuracy_deg"].to_numpy(float) <= rules.accuracy_max_deg
    usable &= slides["calibrated"].to_numpy(bool) | ~_calibrated_only(slides, wanted, rules, bool(chosen))
    tracked = slides["tracked_share"].to_numpy(float) >= rules.tracked_share_min
    return pd.DataFrame({"shown": usable & tracked, "counted": usable}, index=slides.index)


def _calibrated_only(slides: pd.DataFrame, wanted: Bools, rules: Rules, chosen: bool) -> Bools:
    """In which rows a recording without a calibration does not count: see `Rules.among`."""
    if rules.calibrated_only is not None or chosen:
        return np.full(len(slides), bool(rules.calibrated_only))
    calibrated = slides["calibrated"] & wanted
    return calibrated.groupby(slides["lesson_id"], observed=True).transform("any").to_numpy(bool)


class SummaryKeeper:
    """Has what is missing summed up while nobody waits: a little of it here, much in a process of its own."""

    def __init__(self, data: Path, school: School, then: Callable[[School], object] | None = None) -> None:
        """`then` is done after every change, once everything is summed up."""
        self._data, self._school, self._then = data, school, then
        self._stop = threading.Event()

    def start(self) -> None:
        """Keep the summaries for as long as this process lives."""
        threading.Thread(target=self._keep, name="summaries", daemon=True).start()

    def stop(self) -> None:
        """Begin nothing any more."""
        self._stop.set()

    def _keep(self) -> None:
        seen: object = None
        while not self._stop.is_set():
            revision = self._school.revision()
            if revision != seen:
                seen = revision
                try:
                    self.look_after()
                    if self._then is not None:
                        self._then(self._school)
                except Exception:  # whatever is wrong with one recording, the next may be whole
                    log.exception("the summaries could not be made")
            self._stop.wait(POLL_S)

    def look_after(self) -> None:
        """Have everything summed up, once."""
        summaries, scales = self._school.summaries, self._school.scales
        pending = sum(summaries.make_all(AT_MOST))
        if not pending + sum(scales.make(course_id, SCALES_AT_MOST) for course_id in summaries.courses()):
            return
        with subprocess.Popen([*PROGRAM, str(self._data)], stdin=subprocess.PIPE) as process:
            status = process.wait()  # it ends by itself when its standard input does, that is when we do
        if status == 0:
            summaries.read_again()
            scales.read_again()
        else:
            log.warning("the summaries could not be made: status %d", status)
