"""What the pages may ask: the only reader of catalogue, lake and attention on the web side.

Answers are frozen; each is remembered until the catalogue's revision changes. Times in seconds or ms as
their names say, slide coordinates 0-1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard import over_time
from dashboard.accuracy import TypicalError, smoothing, spread_of, typical_error
from dashboard.content import ContentView, content_view, rgb
from dashboard.context import current
from dashboard.group import Group, Rules, choose_group, latest_sessions, of_version, place_of, precise
from dashboard.memo import Memo, long_remembered, remembered
from pipeline.attention.density import smooth
from pipeline.attention.gap import GapResult, gap_of
from pipeline.attention.measures import class_aoi_table, student_aoi_table
from pipeline.attention.outcomes import question_shares, quiz_table
from pipeline.attention.viewing import Viewing
from pipeline.domain import DENSITY_COLUMNS, DENSITY_ROWS, Floats, Lesson, Slide
from pipeline.scales import Scales
from pipeline.storage.catalogue import Catalogue
from pipeline.storage.lake import Lake
from pipeline.storage.rows import GroupRow, LessonRow, NotFound, SessionRow, SlideVersionRow
from pipeline.summaries import Summaries

Students = tuple[str, ...]
DEFAULT_RULES = Rules()


def current_school() -> School:
    """The school of the application that answers the present request."""
    return current().school


@dataclass(frozen=True)
class SlideView:
    """One slide as a group of students looked at it."""

    lesson: Lesson
    slide: Slide
    number: int
    group: Group
    table: pd.DataFrame  # class_aoi_table, without what allows for the error of measurement
    fixations: pd.DataFrame  # FIXATIONS with session_id and student; onset_ms since the slide was opened
    gap: GapResult
    on_slide_share: float | None  # of the tracked time; mean over those shown of their own shares
    tracked_share: float | None  # of the time it was open; as above
    exposure_s: float | None  # median over those shown
    error: TypicalError | None
    spread: pd.DataFrame  # sigma_x, sigma_y by session_id


@dataclass(frozen=True)
class Heat:
    """Mean seconds that a student looked within the typical error of each cell, shape (54, 96)."""

    seconds: Floats
    students: int


@dataclass(frozen=True)
class LessonView:
    """A lesson: its slides as the whole class looked at them, and all of its sessions."""

    lesson: Lesson
    slides: tuple[SlideView, ...]
    sessions: tuple[SessionRow, ...]


@dataclass(frozen=True)
class SessionSlide:
    """What one session holds of one slide."""

    slide: Slide
    number: int
    exposure_s: float
    tracked_share: float
    on_slide_share: float | None  # of the tracked time
    dwell_s: float
    fixations: int


@dataclass(frozen=True)
class SessionView:
    """One student's viewing of one lesson."""

    row: SessionRow
    lesson: Lesson
    slides: tuple[SessionSlide, ...]
    start_ms: float  # when the first slide was opened, on the page's clock
    gaze: pd.DataFrame  # t_s since the first slide, slide_x, slide_y (NaN where not tracked), thinned
    stretches: pd.DataFrame  # t_s, end_s, number, slide_id
    distance_mm: float | None  # of the eyes from the screen, median


class School:
    """See the module. Safe to share among threads."""

    def __init__(self, catalogue: Catalogue, lake: Lake) -> None:
        self.catalogue, self.lake = catalogue, lake
        self.summaries, self.scales = Summaries(catalogue, lake), Scales(catalogue, lake)
        self.memo = Memo()

    def revision(self) -> str | int:
        """Changes whenever an answer of this school may have changed."""
        return f"{self.catalogue.revision()}.{self.summaries.generation}"

    @remembered
    def lessons(self) -> list[LessonRow]:
        """Every lesson."""
        return self.catalogue.lessons()

    @remembered
    def lesson(self, course_id: str, lesson_id: str) -> Lesson:
        """A lesson with its slides. Raises NotFound."""
        return self.catalogue.lesson(course_id, lesson_id)

    @remembered
    def sessions(self, course_id: str | None = None, lesson_id: str | None = None) -> list[SessionRow]:
        """Sessions of everything, a course or a lesson, in whatever state."""
        return self.catalogue.sessions(course_id, lesson_id)

    @remembered
    def groups(self) -> dict[str, GroupRow]:
        """The groups of students by their ids, in the order of their titles."""
        return {group.group_id: group for group in self.catalogue.groups()}

    @remembered
    def slide_versions(self, course_id: str, lesson_id: str) -> dict[str, tuple[SlideVersionRow, ...]]:
        """Every picture that each slide of a lesson has had, oldest first."""
        versions: dict[str, list[SlideVersionRow]] = defaultdict(list)
        for row in self.catalogue.slide_versions(course_id, lesson_id):
            versions[row.slide_id].append(row)
        return {slide_id: tuple(rows) for slide_id, rows in versions.items()}

    @remembered
    def slide(self, course_id: str, lesson_id: str, slide_id: str, version: int | None = None) -> Slide:
        """A slide as it is, or as an earlier version of it was. Raises NotFound."""
        _, slide = _numbered_slide(self.lesson(course_id, lesson_id), slide_id)
        if version is None or version == slide.version:
            return slide
        versions = self.slide_versions(course_id, lesson_id).get(slide_id, ())
        former = next((each for each in versions if each.version == version), None)
        if former is None:
            raise NotFound("slide", "a version of the slide", f"{slide_id}, version {version}")
        sets = self.catalogue.aoi_sets(course_id, lesson_id, slide_id)
        regions = next(each for each in sets if each.version == former.aoi_version)
        return replace(
            slide,
            width_px=former.width_px,
            height_px=former.height_px,
            aois=regions.aois,
            overlap=regions.overlap,
            aoi_version=regions.version,
            version=version,
        )

    @remembered
    def viewers(
        self, course_id: str, lesson_id: str, rules: Rules = DEFAULT_RULES, slide_id: str | None = None
    ) -> tuple[SessionRow, ...]:
        """The last recording of each student among those of the group and the period that are asked for.

        With a slide, among those that saw the version of it that is asked for. How good they are does not
        count here: `choose_group` sees to that.
        """
        rows = [row for row in self.sessions(course_id, lesson_id) if rules.came_in_time(row)]
        if rules.group is not None:
            group = self.groups().get(rules.group)
            members = group.students if group else ()
            rows = [row for row in rows if row.student in members]
        if slide_id is not None:
            versions = self.slide_versions(course_id, lesson_id).get(slide_id, ())
            rows = of_version(rows, versions, rules.version)
        return latest_sessions(rows)

    def session(self, session_id: str) -> SessionRow:
        """One session as it is now. Raises NotFound, also for one in the bin."""
        row = self.catalogue.session(session_id)
        if row.deleted_at is not None:
            raise NotFound("session", "a session of the school", f"{session_id}, which is in the bin")
        return row

    def slide_image(self, course_id: str, lesson_id: str, slide_id: str, version: int | None = None) -> Path:
        """The file of a slide's picture, or of an earlier version of it. Raises NotFound."""
        return self.catalogue.slide_image(course_id, lesson_id, slide_id, version)

    @remembered
    def slide_view(
        self,
        course_id: str,
        lesson_id: str,
        slide_id: str,
        students: Students = (),
        rules: Rules = DEFAULT_RULES,
    ) -> SlideView:
        """A slide as these students, or the whole class, looked at it. Raises NotFound."""
        lesson = self.lesson(course_id, lesson_id)
        number, _ = _numbered_slide(lesson, slide_id)
        slide = self.slide(course_id, lesson_id, slide_id, rules.version)
        group, here = self._group(course_id, lesson_id, slide_id, students, rules)
        here = here[here["session_id"].isin(group.counted)]
        fixations = self._fixations(group, slide_id)
        spread = spread_of(fixations)
        error = typical_error(group.shown, spread)
        per_student = _student_table(fixations, here, slide, probable=False)
        seen = here[here["session_id"].isin(row.session_id for row in group.shown)]
        time = seen.groupby("session_id")[["duration_ms", "tracked_ms", "on_slide_ms"]].sum()
        return SlideView(
            lesson=lesson,
            slide=slide,
            number=number,
            group=group,
            table=_class_table(per_student, slide, error, rules),
            fixations=_since_opened(fixations, here),
            gap=gap_of(per_student, slide.aois, rules.parameters),
            on_slide_share=_mean_share(time["on_slide_ms"], time["tracked_ms"]),
            tracked_share=_mean_share(time["tracked_ms"], time["duration_ms"]),
            exposure_s=_finite(time["duration_ms"].median() / 1000),
            error=error,
            spread=spread,
        )

    @remembered
    def region_table(
        self,
        course_id: str,
        lesson_id: str,
        slide_id: str,
        students: Students = (),
        rules: Rules = DEFAULT_RULES,
    ) -> pd.DataFrame:
        """The table of `slide_view` with what allows for the error, which takes longer. Raises NotFound."""
        view = self.slide_view(course_id, lesson_id, slide_id, students, rules)
        group, here = self._group(course_id, lesson_id, slide_id, students, rules)
        here = here[here["session_id"].isin(group.counted)]
        fixations = self._fixations(group, slide_id)
        per_student = _student_table(fixations, here, view.slide, probable=True)
        return _class_table(per_student, view.slide, view.error, rules)

    @remembered
    def heat(
        self,
        course_id: str,
        lesson_id: str,
        slide_id: str,
        students: Students = (),
        rules: Rules = DEFAULT_RULES,
    ) -> Heat:
        """Where these students, or the whole class, spent their time on a slide."""
        view = self.slide_view(course_id, lesson_id, slide_id, students, rules)
        cells = self.lake.density(_files(view.group.shown, "density"), slide_id)
        students = len(view.group.shown)
        seconds = np.zeros((DENSITY_ROWS, DENSITY_COLUMNS))
        if view.error is None:
            return Heat(seconds, students)
        sigma = smoothing(view.group.shown, view.spread).to_dict("index")
        for session_id, own in grids(cells).items():
            seconds += smooth(own, **sigma[session_id])
        circle = np.pi * view.error.radius_x * DENSITY_COLUMNS * view.error.radius_y * DENSITY_ROWS
        return Heat(seconds * circle / students, students)

    @remembered
    def lesson_view(self, course_id: str, lesson_id: str, rules: Rules = DEFAULT_RULES) -> LessonView:
        """A lesson's slides for the whole class, and its sessions. Raises NotFound."""
        lesson = self.lesson(course_id, lesson_id)
        slides = tuple(
            self.slide_view(course_id, lesson_id, slide.slide_id, (), rules) for slide in lesson.slides
        )
        return LessonView(lesson, slides, tuple(self.sessions(course_id, lesson_id)))

    def lesson_time(
        self, course_id: str, lesson_id: str, rules: Rules = DEFAULT_RULES
    ) -> over_time.LessonTime:
        """The class over the lesson, slide after slide, each aligned at the moment it was opened.

        Of the group and the period that are asked for; how good a recording is does not count for the
        shares. It is remembered for as long as these recordings stay what they are.
        """
        lesson = self.lesson(course_id, lesson_id)
        rows = self.viewers(course_id, lesson_id, rules)
        counting = tuple(row.session_id for row in precise(rows, rules))
        key = ("lesson_time", lesson, tuple((row.session_id, row.revision) for row in rows), counting)
        return self.memo.get(key, lambda: self._lesson_time(lesson, rows, counting))

    def _lesson_time(
        self, lesson: Lesson, rows: Sequence[SessionRow], counting: Collection[str]
    ) -> over_time.LessonTime:
        looking = self.lake.looking(_files(rows, "gaze"), over_time.STEP_S * 1000 / 4)
        exposures = self.lake.exposures(_files(rows, "exposures"))
        return over_time.lesson_time(lesson, looking, exposures, counting)

    @remembered
    def session_view(self, session_id: str) -> SessionView:
        """One session. Raises NotFound, also where there is nothing to read of it yet."""
        row = self.session(session_id)
        if not row.is_readable or row.course_id is None or row.lesson_id is None:
            raise NotFound("session", "a session that has been processed", f"{session_id}, {row.state}")
        lesson = self.lesson(row.course_id, row.lesson_id)
        exposures = self.lake.exposures(_files((row,), "exposures"))
        fixations = self.lake.table([row.files["fixations"].path])
        gaze = self.lake.gaze(row.files["gaze"].path)
        start_ms = float(exposures["onset_ms"].min()) if len(exposures) else 0.0
        return SessionView(
            row=row,
            lesson=lesson,
            slides=tuple(_session_slides(lesson, exposures, fixations)),
            start_ms=start_ms,
            gaze=over_time.thinned(gaze, start_ms),
            stretches=over_time.stretches(lesson, exposures, start_ms),
            distance_mm=_finite(gaze["distance_mm"].median()),
        )

    def gaze(self, session_id: str) -> pd.DataFrame:
        """Every gaze sample of one session. Raises NotFound."""
        return self.lake.gaze(self.session_view(session_id).row.files["gaze"].path)

    def session_fixations(self, session_id: str, slide_id: str) -> pd.DataFrame:
        """The fixations of one session on one slide, in order. Raises NotFound."""
        row = self.session_view(session_id).row
        return self.lake.fixations(_files((row,), "fixations"), slide_id)

    @long_remembered
    def content_view(
        self,
        course_id: str,
        lesson_id: str,
        slide_id: str,
        students: Students = (),
        rules: Rules = DEFAULT_RULES,
    ) -> ContentView:
        """What these students' gaze on a slide has to do with its content; takes long. Raises NotFound."""
        place = course_id, lesson_id
        lesson = self.lesson(*place)
        slide = self.slide(*place, slide_id, rules.version)
        viewings = {
            each: self._viewing(*place, each, students, _on(each, slide_id, rules))
            for each in lesson.slide_ids()
        }
        group, _ = self._group(*place, slide_id, students, rules)
        return content_view(
            slide,
            viewings,
            self.scales.of(group.shown),
            rgb(self.slide_image(*place, slide_id, rules.version)),
            {row.session_id: str(row.student) for row in group.shown},
            rules.parameters,
        )

    @long_remembered
    def quiz_view(self, course_id: str, lesson_id: str, rules: Rules = DEFAULT_RULES) -> pd.DataFrame | None:
        """`quiz_table` of a lesson, None without quiz results. Raises NotFound."""
        place = course_id, lesson_id
        quiz = self.catalogue.quiz(*place)
        if quiz.empty:
            return None
        slides = {slide.slide_id: slide for slide in self.lesson(*place).slides}
        asked = [name for name in quiz["slide"].unique() if name in slides]
        viewings = {name: self._viewing(*place, name, (), rules) for name in asked}
        students = {row.session_id: str(row.student) for row in self.viewers(*place, rules)}
        return quiz_table(
            question_shares(quiz, viewings, slides, students, rules.parameters), rules.parameters
        )

    def _group(
        self, course_id: str, lesson_id: str, slide_id: str, students: Students, rules: Rules
    ) -> tuple[Group, pd.DataFrame]:
        """Who counts on a slide, and when it was open to whom."""
        exposures = self.exposures(course_id, lesson_id)
        here = exposures[exposures["slide_id"] == slide_id]
        rows = self.viewers(course_id, lesson_id, rules, slide_id)
        return choose_group(rows, here, students, rules), here

    @remembered
    def _viewing(
        self, course_id: str, lesson_id: str, slide_id: str, students: Students, rules: Rules
    ) -> Viewing:
        """A slide as those who count viewed it."""
        group, here = self._group(course_id, lesson_id, slide_id, students, rules)
        seen = here[here["session_id"].isin([row.session_id for row in group.shown])]
        return Viewing(self._fixations(group, slide_id), seen)

    @remembered
    def exposures(self, course_id: str, lesson_id: str) -> pd.DataFrame:
        """When which slide was open, in every readable session of a lesson."""
        rows = [row for row in self.sessions(course_id, lesson_id) if row.is_readable]
        files = _files(rows, "exposures")
        return self.memo.get(("exposures", *files.items()), lambda: self.lake.exposures(files))

    def _fixations(self, group: Group, slide_id: str) -> pd.DataFrame:
        """Fixations of the group on a slide, with whose they are."""
        files = _files(group.shown, "fixations")
        fixations = self.memo.get(  # files never change: regions drawn anew ask for the same again
            ("fixations", slide_id, *files.items()), lambda: self.lake.fixations(files, slide_id)
        )
        students = {row.session_id: row.student for row in group.shown}
        return fixations.assign(student=fixations["session_id"].map(students))


def _files(rows: Iterable[SessionRow], table: str) -> dict[str, Path]:
    return {row.session_id: row.files[table].path for row in rows}


def grids(cells: pd.DataFrame) -> dict[str, Floats]:
    """Seconds of each session as an image (54, 96); `cells` as `Lake.density` gives them."""
    sessions, shape = cells["session_id"].cat, (DENSITY_ROWS, DENSITY_COLUMNS)
    place = sessions.codes.to_numpy(int) * np.prod(shape) + cells["cell"].to_numpy()
    size = len(sessions.categories) * np.prod(shape)
    flat = np.bincount(place, cells["seconds"].to_numpy(float), minlength=size)
    return dict(zip(sessions.categories, flat.reshape(-1, *shape), strict=True))


def _on(slide_id: str, chosen: str, rules: Rules) -> Rules:
    """The rules for a slide of the lesson: which version is asked for is about the chosen one alone."""
    return rules if slide_id == chosen else replace(rules, version=None)


def _numbered_slide(lesson: Lesson, slide_id: str) -> tuple[int, Slide]:
    for number, slide in enumerate(lesson.slides, start=1):
        if slide.slide_id == slide_id:
            return number, slide
    raise NotFound("slide", "one of " + ", ".join(lesson.slide_ids()), slide_id)


def _student_table(
    fixations: pd.DataFrame, exposures: pd.DataFrame, slide: Slide, *, probable: bool
) -> pd.DataFrame:
    return student_aoi_table(
        fixations,
        exposures,
        slide.aois,
        probable=probable,
        overlap=slide.overlap,
        aoi_version=slide.aoi_version,
    )


def _class_table(
    per_student: pd.DataFrame, slide: Slide, error: TypicalError | None, rules: Rules
) -> pd.DataFrame:
    sigma = (error.radius_x, error.radius_y) if error else (0.0, 0.0)
    return class_aoi_table(
        per_student,
        slide.aois,
        sigma,
        rules.parameters,
        overlap=slide.overlap,
        aoi_version=slide.aoi_version,
    )


def _since_opened(fixations: pd.DataFrame, exposures: pd.DataFrame) -> pd.DataFrame:
    """Fixations with `onset_ms` counted from when the slide was first opened, per session."""
    sessions = fixations["session_id"].cat
    opened_ms = np.full(len(sessions.categories) + 1, np.inf)  # the last: of sessions without fixations
    shown = place_of(exposures["session_id"], sessions.categories)
    np.minimum.at(opened_ms, shown, exposures["onset_ms"].to_numpy(float))
    return fixations.assign(onset_ms=fixations["onset_ms"] - opened_ms[sessions.codes])


def _session_slides(
    lesson: Lesson, exposures: pd.DataFrame, fixations: pd.DataFrame
) -> Iterable[SessionSlide]:
    time = exposures.groupby("slide_id")[["duration_ms", "tracked_ms", "on_slide_ms"]].sum()
    dwell = fixations.groupby("slide_id")["duration_ms"].agg(["sum", "size"])
    for number, slide in enumerate(lesson.slides, start=1):
        if slide.slide_id in time.index:
            shown = time.loc[slide.slide_id]
            looked_ms, count = dwell.loc[slide.slide_id] if slide.slide_id in dwell.index else (0.0, 0)
            yield SessionSlide(
                slide=slide,
                number=number,
                exposure_s=float(shown["duration_ms"] / 1000),
                tracked_share=_share(shown["tracked_ms"], shown["duration_ms"]) or 0.0,
                on_slide_share=_share(shown["on_slide_ms"], shown["tracked_ms"]),
                dwell_s=float(looked_ms / 1000),
                fixations=int(count),
            )


def _mean_share(part: pd.Series, whole: pd.Series) -> float | None:
    """Mean over sessions of each one's own share, so that a long one does not decide."""
    return _finite((part / whole.where(whole > 0)).mean())


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole > 0 else None


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
