"""The page of each measure names the pages of the dashboard that show it."""

from __future__ import annotations

import pytest

from dashboard.components import quiz
from dashboard.components.content import WHOLE_SLIDE
from pipeline.attention.map_comparison import METRICS
from pipeline.attention.registry import MEASURES


@pytest.mark.parametrize("name", [*METRICS, *(name for name, _ in WHOLE_SLIDE), "transition_probability"])
def test_what_the_slide_page_shows_is_found_there(name: str) -> None:
    assert "slide page" in MEASURES[name].found


@pytest.mark.parametrize("name", sorted(set(quiz.HEADS) & set(MEASURES)))
def test_what_the_lesson_page_shows_of_answers_is_found_there(name: str) -> None:
    assert "lesson page" in MEASURES[name].found
