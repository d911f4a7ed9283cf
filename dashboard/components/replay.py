"""The player of a replay: where `assets/replay.js` builds its stage, and the plan that it works from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component

from dashboard import urls
from dashboard.figures.slide import region_colours, student_colours
from dashboard.replay import Replay
from dashboard.texts import t
from pipeline.domain import Slide
from pipeline.storage.rows import SessionRow

STAGE: Final = "replay"  # what the script fills
# dcc.Store, one for each page that has a player: what is played back, as `plan` has it. A page that changes
# its plan must not find that of another.
CLASS_PLAN: Final = "replay-class-plan"
SESSION_PLAN: Final = "replay-session-plan"
MOMENT: Final = "replay-moment"  # dcc.Store: slide, t, speed, focus, regions as addresses have them
OUTLINE: Final = "replay-outline"
HOLD_MIN_MS: Final = 300.0  # a sample is shown for so long at most, then gaze counts as not tracked
HOLD_STEPS: Final = 2.5  # or for so many usual steps between samples, of slow trackers
MOMENT_KEYS: Final = ("slide", "t", "speed", "focus", "regions")
STATES: Final = ("on", "beside", "lost", "other", "closed", "not-shown", "left-out", "loading")
WORDS: Final = (
    "label", "hint", "line", "time", "play", "pause", "previous", "next", "speed", "legend", "loading",
    "failed", "nothing", "no-slide",
)  # fmt: skip


def player(plan_id: str, plan: Mapping[str, Any], moment: Mapping[str, Any], note: Component) -> Component:
    """The stage with what it is to play; `moment` is the query of the page's address, `note` stands above."""
    told = {key: moment[key] for key in MOMENT_KEYS if moment.get(key)}
    return html.Div(
        [
            dcc.Store(plan_id, data=dict(plan)),
            dcc.Store(MOMENT, data=told),
            dcc.Store(f"{plan_id}-mounted"),
            html.Div([note, _outline(bool(told.get("regions")))], className="replay-head"),
            html.Div(html.P(t("replay-loading"), className="replay-message"), id=STAGE, className="replay"),
        ]
    )


def _outline(outlined: bool) -> Component:
    return dmc.Switch(id=OUTLINE, label=t("replay-outline"), checked=outlined, size="sm")


def register_callbacks(app: Dash) -> None:
    """Hand the plan to the script whenever there is a new one; on whatever page it is."""
    for plan_id in (CLASS_PLAN, SESSION_PLAN):
        app.clientside_callback(
            ClientsideFunction("replay", "mount"),
            Output(f"{plan_id}-mounted", "data"),
            Input(plan_id, "data"),
            Input(OUTLINE, "checked"),
            State(STAGE, "id"),
            State(MOMENT, "data"),
        )


def plan(asked: Replay, source: str, tracked: str) -> dict[str, Any]:
    """All that the script has to know but gaze; `source` and `tracked` are addresses.

    Times in ms on the replay's clock; `stretches` and each student's `pieces` are [slide, start, end].
    """
    numbers = {slide_id: number for number, slide_id in enumerate(asked.lesson.slide_ids(), start=1)}
    told = {
        "align": asked.align.value,
        "end": round(asked.clock.end_ms, 1),
        "window": asked.window_ms,
        "windows": asked.windows,
        "source": source,
        "tracked": tracked,
        "slides": {slide.slide_id: _slide(asked, slide, numbers) for slide in asked.slides},
        "stretches": _rows(asked.clock.stretches, "slide_id", "start_ms", "end_ms"),
        "students": _students(asked),
        "words": _words(),
    }
    key = hashlib.blake2s(json.dumps([told, state_of(asked)]).encode(), digest_size=8).hexdigest()
    return {**told, "key": key}


def state_of(asked: Replay) -> str:
    """Changes with the recordings that are shown, and with nothing else."""
    shown = " ".join(f"{row.session_id}.{row.revision}" for row in asked.rows)
    return hashlib.blake2s(shown.encode(), digest_size=6).hexdigest()


def _slide(asked: Replay, slide: Slide, numbers: Mapping[str, int]) -> dict[str, Any]:
    lesson, colours = asked.lesson, region_colours(slide.aois)
    return {
        "image": urls.slide_image(lesson.course_id, lesson.lesson_id, slide.slide_id, slide.version),
        "title": slide.title,
        "number": numbers[slide.slide_id],
        "ratio": slide.width_px / slide.height_px,
        "regions": [
            {
                "name": aoi.name,
                "colour": colours[aoi.aoi_id],
                "parts": [
                    {"shape": part.shape.value, "points": [list(point) for point in part.points]}
                    for part in aoi.parts
                ],
            }
            for aoi in slide.aois
        ],
    }


def _students(asked: Replay) -> list[dict[str, Any]]:
    colours = student_colours(asked.students)
    pieces = asked.clock.pieces
    pieces = pieces.assign(end_ms=pieces["at_ms"] + pieces["duration_ms"]).sort_values("at_ms")
    own = dict(tuple(pieces.groupby("session_id")))
    return [
        {
            "name": str(row.student),
            "colour": colours[str(row.student)],
            "hold": _hold_ms(row),
            "pieces": _rows(own[row.session_id], "slide_id", "at_ms", "end_ms"),
            "left_out": {
                slide_id: each.reason
                for slide_id, left_out in asked.left_out.items()
                for each in left_out
                if each.session_id == row.session_id
            },
        }
        for row in asked.rows
        if row.session_id in own
    ]


def _hold_ms(row: SessionRow) -> float:
    rate_hz = row.quality.get("sampling_rate_hz")
    return max(HOLD_MIN_MS, HOLD_STEPS * 1000 / rate_hz) if rate_hz else HOLD_MIN_MS


def _rows(frame: Any, *columns: str) -> list[list[Any]]:
    slide, start, end = (frame[name] for name in columns)
    return [
        [str(a), round(float(b), 1), round(float(c), 1)] for a, b, c in zip(slide, start, end, strict=True)
    ]


def _words() -> dict[str, Any]:
    """What the script says; it puts numbers and names between percent signs."""
    return {
        **{name: t(f"replay-{name}") for name in WORDS},
        "slide": t("replay-slide", number="%number%", title="%title%"),
        "at": t("replay-at", time="%time%", slide="%slide%"),
        "count": t("replay-count", tracked="%tracked%", open="%open%", on="%on%"),
        "states": {state: t(f"replay-state-{state}", number="%number%") for state in STATES},
    }
