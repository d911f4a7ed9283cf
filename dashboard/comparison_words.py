"""Comparisons in words: what items are called, what stands out, who is left out, what a figure is."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dashboard.compared_measures import Measure
from dashboard.comparison import FEW, Comparison, Found, Versus, lower_quality
from dashboard.group import Rules
from dashboard.items import Item
from dashboard.school import School
from dashboard.texts import t
from dashboard.words import date_words, percent
from pipeline.parameters import AttentionParameters
from pipeline.storage.rows import NotFound

GROUP_MIN = AttentionParameters.group_min
NOTHING = "–"
CERTAIN = 0.05


def heading(school: School, items: Sequence[Item]) -> str:
    """What the whole comparison is about."""
    if not items:
        return t("page-compare")
    places = {item.place for item in items}
    if len(places) == 1:
        return titles(school, items[0])[-1]
    if all(item.kind == "course" for item in items):
        return t("compare-heading-courses")
    parents = {item.place[:-1] for item in items}
    if len(parents) == 1 and len({item.kind for item in items}) == 1:
        of = titles(school, Item(next(iter(parents))))[-1]
        return t(f"compare-heading-{items[0].kind}s", of=of)
    return t("compare-heading")


def titles(school: School, item: Item) -> list[str]:
    """The titles of course, lesson and slide, as far as the item names them; ids where there is no such."""
    rows = [row for row in school.lessons() if row.course_id == item.place[0]]
    found = [rows[0].course_title if rows else item.place[0]]
    lesson = (
        next((row for row in rows if row.lesson_id == item.place[1:2][0]), None) if item.place[1:] else None
    )
    if len(item.place) > 1:
        found.append(lesson.lesson_title if lesson else item.place[1])
    if len(item.place) > 2:
        found.append(_slide_title(school, item))
    return found


def _slide_title(school: School, item: Item) -> str:
    try:
        slides = school.lesson(*item.place[:2]).slides
    except NotFound:
        return item.place[2]
    return next((slide.title for slide in slides if slide.slide_id == item.place[2]), item.place[2])


def narrowing(school: School, item: Item) -> list[str]:
    """To what an item is narrowed: group, period, version, students."""
    words = []
    if item.version:
        words.append(t("compare-version", version=item.version))
    if item.group:
        groups = school.groups()
        words.append(groups[item.group].title if item.group in groups else item.group)
    if item.since or item.until:
        words.append(period(item))
    if item.students:
        words.append(t("compare-students-chosen", n=len(item.students)))
    return words


def period(item: Item) -> str:
    """``1 October 2026 to 31 October 2026``, or the one end that there is."""
    since, until = (date_words(day) if day else "" for day in (item.since, item.until))
    if since and until:
        return t("compare-period", since=since, until=until)
    return t("compare-period-since", since=since) if since else t("compare-period-until", until=until)


def names(school: School, items: Sequence[Item]) -> list[str]:
    """What each item is called beside the others: no more than tells them apart, each name once."""
    alike = len({item.place for item in items}) == 1 and len(items) > 1
    found = []
    for item in items:
        parts, narrowed = titles(school, item), narrowing(school, item)
        if alike:
            found.append(", ".join(narrowed) or t("compare-everybody"))
        else:
            found.append(", ".join([parts[-1], *narrowed]))
    return [
        name if found.count(name) == 1 else ", ".join([name, *titles(school, item)[-2::-1]])
        for name, item in zip(found, items, strict=True)
    ]


def written(measure: Measure, value: float | None, *, signed: bool = False) -> str:
    """A figure as people write it, with its unit; `signed`: a difference."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if measure.kind == "share":
        return t("compare-points", points=_sign(100 * value, 1)) if signed else _percent(value)
    if measure.kind == "time":
        return f"{_sign(value / 1000, 1)} s" if signed else f"{value / 1000:.1f} s"
    return _sign(value, 2) if signed or measure.kind == "tau" else f"{value:.2f}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _sign(value: float, digits: int) -> str:
    text = f"{abs(value):.{digits}f}"
    if float(text) == 0:
        return text
    return ("+" if value > 0 else "\N{MINUS SIGN}") + text


def interval(measure: Measure, low: float, high: float, *, signed: bool = False) -> str:
    """``0.14 to 0.18``."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    if signed:  # the unit stands at the difference itself
        factor, digits = {"share": (100, 1), "time": (1 / 1000, 1)}.get(measure.kind, (1, 2))
        return t("compare-interval", low=_sign(factor * low, digits), high=_sign(factor * high, digits))
    return t("compare-interval", low=written(measure, low), high=written(measure, high))


def written_p(p: float) -> str:
    """With two or three digits, never as 0, which no p is."""
    if not math.isfinite(p):
        return NOTHING
    return "<0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def lead(comparison: Comparison, called: Sequence[str], region: str) -> str:
    """Which item is first and which last, and whether they can be told apart at all."""
    with_figures = [each for each in comparison.found if each.sample]
    if not comparison.found:
        return t("compare-lead-nothing")
    if len(comparison.found) == 1:
        return t("compare-lead-one", name=called[0])
    if comparison.extremes is None and comparison.pending:
        return t("compare-lead-pending")
    if comparison.extremes is None:
        few = len(with_figures) < 2
        return t("compare-lead-too-few", least=GROUP_MIN) if few else t("compare-lead-alike")
    lowest, highest, apart, p = comparison.extremes
    measure = comparison.measure
    values = [each.sample.score if each.sample else math.nan for each in comparison.found]
    said = {
        "low": called[lowest], "high": called[highest], "lowvalue": written(measure, values[lowest]),
        "highvalue": written(measure, values[highest]), "region": region, "p": written_p(p),
        "difference": written(measure, apart.difference, signed=True).lstrip("+"),
        "interval": interval(measure, apart.low, apart.high, signed=True),
    }  # fmt: skip
    if p < CERTAIN:
        return t(f"compare-lead-{measure.words}", **said)
    return t("compare-lead-unclear", pairs=len(with_figures) * (len(with_figures) - 1) // 2, **said)


def left_out(found: Found, name: str, rules: Rules) -> str:
    """What the rules remove of an item, in viewings: one student on one slide."""
    viewings = found.left_out
    reasons = []
    if viewings.untracked_n:
        tracked = percent(rules.tracked_share_min)
        reasons.append(t("compare-out-untracked", n=viewings.untracked_n, tracked=tracked))
    if viewings.otherwise_n:
        reasons.append(t("compare-out-otherwise", n=viewings.otherwise_n))
    n = viewings.untracked_n + viewings.otherwise_n
    kind = "students" if found.item.kind == "slide" else "viewings"
    return t(f"compare-out-{kind}", name=name, n=n, of=viewings.asked_n, reasons=", ".join(reasons))


def removed(comparison: Comparison, called: Sequence[str], rules: Rules) -> list[str]:
    """A line for each item of which the rules leave anything out."""
    return [
        left_out(found, name, rules)
        for found, name in zip(comparison.found, called, strict=True)
        if found.left_out.untracked_n + found.left_out.otherwise_n
    ]


def hidden(comparison: Comparison) -> str:
    """How many dots are too few students, which is why they are not drawn; nothing if there are none."""
    sizes = [n for found in comparison.found for _, n in found.hidden]
    return t("compare-hidden", n=len(sizes), least=GROUP_MIN) if sizes else ""


def notes(comparison: Comparison, place: int) -> list[tuple[str, str, str]]:
    """What has to be known of an item to read its figures: words, how grave, why."""
    found = comparison.found[place]
    if not found.exposed and found.left_out.pending:
        return [(t("compare-note-pending"), "plain", t("compare-note-pending-why"))]
    if not found.exposed:
        return [(t("compare-note-none"), "warn", t("compare-note-none-why"))]
    said = []
    if found.sample is None:
        said.append(
            (t("compare-note-too-few", n=found.n), "warn", t("compare-note-too-few-why", least=GROUP_MIN))
        )
    elif found.n < FEW:
        said.append((t("compare-note-few"), "warn", t("compare-note-few-why", n=found.n)))
    if lower_quality(found, comparison.found):
        said.append((t("compare-note-quality"), "warn", t("compare-note-quality-why")))
    if found.quality.assumed:
        said.append((t("compare-note-assumed"), "warn", t("compare-note-assumed-why")))
    if found.quality.uncalibrated:
        words = t("compare-note-uncalibrated", n=found.quality.uncalibrated)
        said.append((words, "warn", t("compare-note-uncalibrated-why")))
    paired = comparison.versus[place]
    if paired and paired.paired:
        said.append((t("compare-note-paired", n=paired.paired), "plain", t("compare-note-paired-why")))
    elif paired and paired.shared:
        said.append((t("compare-note-shared", n=paired.shared), "plain", t("compare-note-shared-why")))
    if found.quality.synthetic:
        said.append((t("compare-note-synthetic"), "plain", t("compare-note-synthetic-why")))
    return said


def delta_words(versus: Versus) -> tuple[str, str]:
    """Cliff's delta and its interval."""
    values = [float(each) for each in versus.delta]
    if not all(map(math.isfinite, values)):
        return NOTHING, ""
    low, high = _sign(values[1], 2), _sign(values[2], 2)
    return _sign(values[0], 2), t("compare-interval", low=low, high=high)


def whole_percent(share: float) -> str:
    """A share in whole percent, which is 100 only if it is all."""
    if not math.isfinite(share):
        return NOTHING
    return ">99%" if 0.995 <= share < 1 else percent(share)


def measure_name(measure: Measure, region: str) -> str:
    """``Gap score``; of a region with its name."""
    title = t(f"compare-measure-{measure.words}")
    return f"{title}: {region}" if region else title


def definition(measure: Measure, items: Sequence[Item]) -> str:
    """What the measure is; of the gap score also what it is of a single student, where these are shown."""
    words = t(f"compare-define-{measure.words}")
    parts = measure.key == "gap_score" and any(item.kind == "slide" for item in items)
    return f"{words} {t('compare-define-gap-part')}" if parts else words


def dots_words(items: Sequence[Item]) -> str:
    """What one dot is, by the kinds of items."""
    kinds = dict.fromkeys(item.kind for item in items)
    return " ".join(t(f"compare-dot-{kind}") for kind in kinds)


def below(found: Found) -> str:
    """What stands below an item's name: of how much and how many it is."""
    if found.item.kind == "course":
        return t("compare-below-course", lessons=found.lessons, students=found.tracked)
    if found.item.kind == "lesson":
        return t("compare-below-lesson", slides=found.slides, students=found.tracked)
    return t("compare-below-slide", students=found.tracked)
