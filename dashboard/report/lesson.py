"""The report of a lesson: what stands out, what was looked at slide by slide, how good the recordings are."""

from __future__ import annotations

import statistics

from reportlab.platypus import CondPageBreak, Flowable, KeepTogether, PageBreak

from dashboard.accuracy import error_deg
from dashboard.components.charts import GROUP_MIN
from dashboard.findings import look_first
from dashboard.report import tables
from dashboard.report.how_to_read import how_to_read, missing_note
from dashboard.report.lesson_data import LessonData
from dashboard.report.marks import Stats, gap
from dashboard.report.quiz import quiz
from dashboard.report.sheet import HEIGHT, WIDTH, Part, Place, Sheet, written
from dashboard.report.slide_picture import SlidePicture
from dashboard.report.time_chart import TimeChart, is_empty
from dashboard.report.words import UNKNOWN, degrees, hundredths, rules_words
from dashboard.school import SlideView
from dashboard.sentences import (
    gap_words,
    lead,
    left_out,
    left_out_of_lesson,
    lesson_lead,
    missed_words,
    order_words,
    regions_words,
)
from dashboard.texts import t
from dashboard.theme import LIGHT
from dashboard.words import percent

STATS_GAP = 8.0  # pt, above the numbers of a slide
SECTION_MIN = 120.0  # pt: a section does not begin further down than this


def lesson_report(data: LessonData) -> bytes:
    """The PDF."""
    sheet, lesson = Sheet(), data.view.lesson
    _front(sheet, data)
    for i, _ in enumerate(data.view.slides):
        sheet.add(PageBreak())
        _slide(sheet, data, i)
    sheet.add(PageBreak())
    if data.quiz is not None:
        sheet.add(*quiz(sheet, data.quiz))
    _sessions(sheet, data)
    how_to_read(sheet, data)
    sheet.add(*missing_note(sheet))
    running = f"{lesson.lesson_title} · {lesson.course_title}"
    if data.synthetic:
        running += " · " + t("report-synthetic")
    return written(sheet, title=f"{lesson.lesson_title}, {lesson.course_title}", running=running)


def _front(sheet: Sheet, data: LessonData) -> None:
    """What a reader with two minutes reads."""
    lesson = data.view.lesson
    sheet.add(
        Place("front", lesson.lesson_title),
        sheet.line("over", lesson.course_title),
        sheet.line("title", lesson.lesson_title),
        gap(4),
        sheet.line("lead", lesson_lead(data.view)),
    )
    if data.synthetic:
        words = t("report-synthetic-note", synthetic=data.synthetic, sessions=len(data.readable))
        sheet.add(gap(4), sheet.line("body", Part(words, bold=True, colour=LIGHT.warn)))
    sheet.add(gap(12), Stats(sheet, _lesson_stats(data)))
    _look_first(sheet, data)
    sheet.add(CondPageBreak(SECTION_MIN), sheet.line("section", t("report-glance")))
    sheet.add(sheet.line("small", t("report-glance-note")), gap(2), tables.slides_at_a_glance(sheet, data))
    sheet.add(KeepTogether([*_over_time(sheet, data), *_who_counts(sheet, data)]))


def _look_first(sheet: Sheet, data: LessonData) -> None:
    # The times are those of the whole class.
    findings = look_first(data.view, None if data.students else data.time)
    if not findings:
        return
    sheet.add(sheet.line("section", t("report-look-first")))
    for finding in findings:
        place = Part(
            t("report-slide-number", number=finding.number),
            bold=True,
            colour=LIGHT.accent,
            link=f"slide-{finding.number}",
        )
        sheet.add(sheet.line("body", place, " " + finding.sentence), gap(3))


def _lesson_stats(data: LessonData) -> list[tuple[str, str]]:
    rows = data.readable
    students = {row.student for row in rows}
    errors = [error for row in rows if (error := error_deg(row)) is not None]
    tracked = [share for row in rows if (share := row.quality.get("tracked_share")) is not None]
    return [
        (str(len(students)), t("report-stat-students", students=len(students))),
        (str(len(data.view.slides)), t("report-stat-slides", slides=len(data.view.slides))),
        (percent(statistics.median(tracked)) if tracked else UNKNOWN, t("report-stat-tracked")),
        (degrees(statistics.median(errors)) if errors else UNKNOWN, t("report-stat-error")),
    ]


def _over_time(sheet: Sheet, data: LessonData) -> list[Flowable]:
    if is_empty(data.time):
        return []
    note = sheet.line("small", t("report-over-time-note"))
    chart = TimeChart(sheet.type, data.time)
    return [sheet.line("section", t("report-over-time")), note, gap(4), chart]


def _who_counts(sheet: Sheet, data: LessonData) -> list[Flowable]:
    removed = left_out_of_lesson(data.view)
    lines = [sheet.line("small", " ".join(rules_words(data.rules, data.students, data.group)))]
    if removed:
        told = "; ".join(removed) + "."
        lines.append(sheet.line("small", Part(t("report-left-out") + " ", bold=True), told))
    elif data.readable:
        lines.append(sheet.line("small", t("report-nobody-left-out")))
    return [sheet.line("section", t("report-who-counts")), *lines]


def _slide(sheet: Sheet, data: LessonData, i: int) -> None:
    """A slide with its picture, its numbers, and what they rest on: on one page if that can be done."""
    view = data.view.slides[i]
    above = [
        Place(tables.slide_place(view), f"{view.number}  {view.slide.title}"),
        sheet.line("heading", Part(f"{view.number}  ", colour=LIGHT.muted), view.slide.title),
        gap(2),
        sheet.line("body", lead(view)),
        gap(4),
    ]
    table = [gap(8), tables.regions(sheet, view), gap(6)] if view.slide.aois else []
    below = [*table, *[sheet.line("small", *parts) for parts in _remarks(view)]]
    drawn = SlidePicture(sheet.type, view, data.heats[i], data.images[i])
    numbers = _numbers(sheet, view, drawn)
    drawn.shrink(drawn.wrap(WIDTH, HEIGHT)[1] + HEIGHT - _height([*above, drawn, *numbers, *below]))
    sheet.add(*above, drawn, *_numbers(sheet, view, drawn), *below)


def _height(flowables: list[Flowable]) -> float:
    """Of all of these one below the other, pt."""
    return sum(each.wrap(WIDTH, HEIGHT)[1] for each in flowables)


def _numbers(sheet: Sheet, view: SlideView, drawn: SlidePicture) -> list[Flowable]:
    """The numbers that are read first; or why there are none."""
    if not view.group.shown:
        return [gap(4), *[sheet.line("body", line) for line in _nobody(view)]]
    return [gap(STATS_GAP), *_beside_circle(sheet, view, drawn)]


def _beside_circle(sheet: Sheet, view: SlideView, drawn: SlidePicture) -> list[Flowable]:
    """The numbers that are read first, left of the circle where that hangs down so far."""
    wide, high = drawn.overhang
    stats = Stats(sheet, _slide_stats(view), WIDTH - wide - 20 if high > STATS_GAP else WIDTH)
    _, own = stats.wrap(WIDTH, HEIGHT)
    return [stats, gap(max(0.0, high - own - STATS_GAP))]


def _nobody(view: SlideView) -> list[str]:
    lines = left_out(view.group.excluded)
    return [t("report-nobody-shown"), *lines] if lines else []


def _slide_stats(view: SlideView) -> list[tuple[str, str]]:
    exposure = UNKNOWN if view.exposure_s is None else t("report-seconds", seconds=f"{view.exposure_s:.0f}")
    on_slide = UNKNOWN if view.on_slide_share is None else percent(view.on_slide_share)
    shown = t("report-of", part=len(view.group.shown), whole=tables.asked(view))
    return [
        (hundredths(view.gap.score), t("report-stat-gap")),
        (shown, t("report-stat-shown")),
        (on_slide, t("report-stat-on-slide")),
        (exposure, t("report-stat-exposure")),
    ]


def _remarks(view: SlideView) -> list[list[str | Part]]:
    """Sentences on the gap, what was missed, the order, and which regions these are."""
    if not view.slide.aois:
        return []
    if not view.group.shown:
        return [[regions_words(view.slide)]]
    few = 0 < len(view.group.shown) < GROUP_MIN
    lines: list[list[str | Part]] = [
        [_begin("report-gap-line"), gap_words(view.gap)],
        *[[line] for line in missed_words(view.gap)],
        [_begin("report-order"), " ".join(order_words(view.gap))],
        *([[t("report-too-few", least=GROUP_MIN)]] if few else []),
        [regions_words(view.slide)],
    ]
    if left := left_out(view.group.excluded):
        lines.append([_begin("report-left-out"), "; ".join(left) + "."])
    return lines


def _begin(key: str) -> Part:
    """The first words of a line, which say what it is about."""
    return Part(t(key) + " ", bold=True)


def _sessions(sheet: Sheet, data: LessonData) -> None:
    sheet.add(
        sheet.line("later-heading", t("report-sessions")),
        Place("sessions", t("report-sessions")),
        sheet.line("small", t("report-sessions-note")),
        gap(6),
    )
    if data.view.sessions:
        sheet.add(tables.sessions(sheet, data.view.sessions))
    else:
        sheet.add(sheet.line("body", t("report-no-sessions")))
