"""The layers of a slide's picture, each drawn by itself from what it is asked for.

The page's script keeps every layer that it has got, and puts those that are chosen together: so switching
one costs the drawing of that one, and taking one away costs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

import plotly.graph_objects as go

from dashboard import urls
from dashboard.choice import OPTION_OF, OVERLAYS, Choice
from dashboard.figures import legend
from dashboard.figures import slide as layers
from dashboard.figures import slide_overlays as more
from dashboard.figures.difference import add_difference
from dashboard.school import School, SlideView
from dashboard.sentences import left_out
from dashboard.slide_maps import slide_difference, slide_looking, slide_saliency
from dashboard.slide_paths import slide_points, slide_ways
from dashboard.texts import t
from pipeline.attention.transitions import Step

BASE: Final = "base"
LAYERS: Final = (BASE, *OVERLAYS)
OPTIONS_OF: Final = {name: [OPTION_OF[name]] if name in OPTION_OF else [] for name in LAYERS} | {
    "difference": ["against"]
}
OF_THOSE_SHOWN: Final = frozenset(OVERLAYS) - {"regions", "saliency", "difference"}
Place = tuple[str, str, str]
Draw = Callable[[School, Place, SlideView, Choice, str], go.Figure]


def layer(school: School, name: str, place: Place, choice: Choice, scheme: str) -> dict[str, Any]:
    """One layer as the page's script takes it: `data`, `layout` of a figure, nothing of it twice."""
    view = school.slide_view(*place, choice.students, choice.rules)
    hidden = not view.group.shown and name in OF_THOSE_SHOWN
    figure = go.Figure() if hidden else DRAW[name](school, place, view, choice, scheme)
    told = figure.to_dict()
    if name != BASE:
        told["layout"].pop("template", None)
    return {"data": told["data"], "layout": told["layout"]}


def outlines(view: SlideView) -> str:
    """The regions as JSON, id and parts, for the script that finds the one under the pointer."""
    return json.dumps(
        [
            {
                "id": aoi.aoi_id,
                "parts": [{"shape": part.shape.value, "points": part.points} for part in aoi.parts],
            }
            for aoi in view.slide.aois
        ]
    )


def against_words(school: School, against: str) -> str:
    """Whom a difference is to, in words."""
    kind, _, name = against.partition(":")
    if kind == "group":
        group = school.groups().get(name)
        return group.title if group else name
    return t("slide-against-version", version=name) if kind == "version" else t("slide-against-others")


def _base(school: School, place: Place, view: SlideView, choice: Choice, scheme: str) -> go.Figure:
    image = urls.slide_image(*place, choice.rules.version)
    figure = layers.slide_canvas(view.slide, image, error=view.error, scheme=scheme)
    figure.layout.meta = {"legend_px": 0}
    if not view.group.shown:
        layers.add_message(figure, nobody(view), scheme)
    size = view.slide.width_px / view.slide.height_px
    figure.layout.meta |= {"circle": layers.strip_height(view.error, 0.0), "top": layers.TOP, "aspect": size}
    return figure


def nobody(view: SlideView) -> list[str]:
    """Why nobody's gaze is shown."""
    if not view.group.exposed:
        return [t("slide-nobody-yet")]
    return [t("slide-nobody"), *left_out(view.group.excluded)]


def _heatmap(school: School, place: Place, view: SlideView, choice: Choice, scheme: str) -> go.Figure:
    found = slide_looking(school, *place, choice.students, choice.rules, choice.kind)
    kind = None if choice.kind == Choice.kind else choice.kind
    url = urls.heatmap_image(*place, **choice.whose(), kind=kind, state=view.group.version)
    return layers.add_heatmap(
        go.Figure(), found.values, url, opacity=1, students=found.students, scheme=scheme, kind=choice.kind
    )


def _fog(school: School, place: Place, view: SlideView, choice: Choice, scheme: str) -> go.Figure:
    found = slide_looking(school, *place, choice.students, choice.rules, "percent")
    url = urls.layer_image("fog", *place, **choice.whose(), state=view.group.version)
    return more.add_fog(go.Figure(), found.values, url, students=found.students, scheme=scheme)


def _saliency(school: School, place: Place, view: SlideView, choice: Choice, scheme: str) -> go.Figure:
    version = choice.rules.query()["version"]
    url = urls.layer_image("saliency", *place, version=version, state=str(view.slide.version))
    return more.add_saliency(
        go.Figure(), slide_saliency(school, *place, choice.rules.version), url, scheme=scheme
    )


def _difference(school: School, place: Place, view: SlideView, choice: Choice, scheme: str) -> go.Figure:
    if choice.against is None:
        return layers.add_message(go.Figure(), [t("slide-difference-nobody")], scheme)
    others = against_words(school, choice.against)
    found = slide_difference(school, *place, choice.students, choice.rules, choice.against)
    if found is None:
        return layers.add_message(go.Figure(), [t("slide-difference-unknown", against=others)], scheme)
    if found.note:
        told = [t("slide-difference-few", against=others), t("slide-difference-why", why=found.note)]
        return layers.add_message(go.Figure(), told, scheme)
    url = urls.layer_image(
        "difference", *place, **choice.whose(), against=choice.against, state=str(school.revision())
    )
    names = t("slide-difference-here"), others
    figure = add_difference(
        go.Figure(),
        found.points,
        found.p,
        url,
        names=names,
        n=(found.a_n, found.b_n),
        opacity=1,
        scheme=scheme,
    )
    legend.take(figure, 2, marks=True)
    return figure


def _cloud(school: School, place: Place, view: SlideView, choice: Choice, scheme: str) -> go.Figure:
    points = slide_points(school, *place, choice.students, choice.rules, choice.cloud)
    url = urls.layer_image("cloud", *place, **choice.whose(), cloud=choice.cloud, state=view.group.version)
    n = len(view.group.shown)
    return more.add_cloud(go.Figure(), url, points=len(points), of=choice.cloud, students=n, scheme=scheme)


def _fixations(school: School, place: Place, view: SlideView, choice: Choice, scheme: str) -> go.Figure:
    alone = len(view.group.shown) == 1
    return layers.add_fixations(go.Figure(), view.fixations, numbered=alone, scheme=scheme)


def _scanpath(school: School, place: Place, view: SlideView, choice: Choice, scheme: str) -> go.Figure:
    if choice.path == "flow":
        ways = slide_ways(school, *place, choice.students, choice.rules)
        visits, n = ways[ways["step"] == Step.VISITS.value], len(view.group.shown)
        return more.add_flow(go.Figure(), view.slide.aois, visits, students=n, scheme=scheme)
    colours = layers.student_colours(view.group.students)
    return layers.add_scanpaths(go.Figure(), view.fixations, colours, scheme=scheme)


def _uncertainty(school: School, place: Place, view: SlideView, choice: Choice, scheme: str) -> go.Figure:
    if choice.error == "regions":
        return more.add_region_errors(go.Figure(), view.slide.aois, view.spread, scheme=scheme)
    return more.add_fixation_errors(go.Figure(), view.fixations, scheme=scheme)


def _regions(school: School, place: Place, view: SlideView, choice: Choice, scheme: str) -> go.Figure:
    figure = layers.add_regions(go.Figure(), view.slide.aois, view.table, choice.labels)
    key = f"slide-labels-{choice.labels}-caption" if view.slide.aois else "slide-no-regions"
    return layers.add_message(figure, [t(key)], scheme)


DRAW: Final[dict[str, Draw]] = {
    BASE: _base,
    "heatmap": _heatmap,
    "fog": _fog,
    "saliency": _saliency,
    "difference": _difference,
    "cloud": _cloud,
    "fixations": _fixations,
    "scanpath": _scanpath,
    "uncertainty": _uncertainty,
    "regions": _regions,
}
