"""Slides added, ordered, named, given other pictures and removed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.domain import Lesson
from pipeline.errors import InputError
from pipeline.storage import lesson_table, slides, the_bin
from pipeline.storage.catalogue import Catalogue, NotFound
from pipeline.storage.slides import NewSlide

Upload = Callable[..., str]
PLACE = ("physics", "optics", "s1")


@pytest.fixture
def stored(catalogue: Catalogue, lesson: Lesson, lesson_folder: Path) -> Catalogue:
    catalogue.put_lesson(lesson, lesson_folder)
    return catalogue


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[bytes], NewSlide]:
    def make(content: bytes = b"another picture", **said: object) -> NewSlide:
        file = tmp_path / "new.png"
        file.write_bytes(content)
        return NewSlide(file, 640, 360, **said)

    return make


def _ids(catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(catalogue.lesson("physics", "optics").slide_ids())


def test_new_slides_come_last_with_their_regions(stored: Catalogue, lesson: Lesson, picture) -> None:
    new = [
        picture(b"p1", wanted="prisms", title="Prisms", aois=lesson.slides[0].aois),
        picture(b"p1", wanted="s1", title="Lenses again"),
    ]
    assert slides.add_slides(stored, "physics", "optics", new, author="proposed") == ["prisms", "s1-2"]
    assert _ids(stored) == ("s1", "s2", "prisms", "s1-2")
    made = stored.lesson("physics", "optics").slides[2]
    assert (made.title, made.width_px, made.version, made.aois) == ("Prisms", 640, 1, lesson.slides[0].aois)
    assert stored.slide_image("physics", "optics", "prisms").read_bytes() == b"p1"
    assert [row.author for row in stored.aoi_sets("physics", "optics", "prisms")] == ["proposed"]
    assert [row.author for row in stored.aoi_sets("physics", "optics", "s1-2")] == [None]


def test_all_new_slides_are_added_or_none(
    stored: Catalogue, picture, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, calls = lesson_table.put_picture, []

    def put(*args: object) -> int:
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("the power went")
        return real(*args)

    monkeypatch.setattr(lesson_table, "put_picture", put)
    before = stored.revision()
    with pytest.raises(RuntimeError):
        slides.add_slides(stored, "physics", "optics", [picture(wanted="a"), picture(wanted="b")])
    assert _ids(stored) == ("s1", "s2")
    assert stored.revision() == before


def test_the_id_of_a_removed_slide_is_never_given_again(stored: Catalogue, picture) -> None:
    slides.remove_slides(stored, *PLACE[:2], [PLACE[2]])
    assert slides.add_slides(stored, "physics", "optics", [picture(wanted="s1")]) == ["s1-2"]
    the_bin.purge(stored, ("slide", *PLACE))
    assert slides.add_slides(stored, "physics", "optics", [picture(wanted="s1")]) == ["s1-3"]


def test_the_order_is_what_was_asked_for_and_the_former_is_told(stored: Catalogue, picture) -> None:
    slides.add_slides(stored, "physics", "optics", [picture(wanted="s3")])
    assert slides.reorder_slides(stored, "physics", "optics", ["s3", "s1", "s2"]) == ("s1", "s2", "s3")
    assert _ids(stored) == ("s3", "s1", "s2")
    slides.add_slides(stored, "physics", "optics", [picture(wanted="s4")])
    assert _ids(stored) == ("s3", "s1", "s2", "s4")


@pytest.mark.parametrize("order", [[], ["s1"], ["s1", "s1"], ["s1", "s2", "s3"]])
def test_an_order_of_other_slides_is_refused(stored: Catalogue, order: list[str]) -> None:
    with pytest.raises(InputError, match="each slide that the lesson has now"):
        slides.reorder_slides(stored, "physics", "optics", order)
    assert _ids(stored) == ("s1", "s2")


def test_another_picture_is_another_version_with_the_same_regions(stored: Catalogue, picture) -> None:
    before = stored.lesson("physics", "optics").slides[0]
    assert slides.replace_picture(stored, PLACE, picture()) == 1
    now = stored.lesson("physics", "optics").slides[0]
    assert (now.version, now.width_px, now.height_px) == (2, 640, 360)
    assert (now.aois, now.aoi_version, now.title) == (before.aois, before.aoi_version, before.title)
    assert stored.slide_image(*PLACE).read_bytes() == b"another picture"
    assert stored.slide_image(*PLACE, 1).read_bytes() == b"first picture"
    assert stored.collect_rubbish(0) == 0, "the former picture is still named"


def test_the_same_picture_is_no_other_version(stored: Catalogue, picture) -> None:
    slides.replace_picture(stored, PLACE, picture())
    slides.replace_picture(stored, PLACE, picture())
    assert [row.version for row in stored.slide_versions(*PLACE)] == [1, 2]


def test_a_replacement_that_nobody_saw_is_taken_back_whole(stored: Catalogue, picture) -> None:
    slides.replace_picture(stored, PLACE, picture())
    assert slides.use_picture(stored, PLACE, 1) == 2
    now = stored.lesson("physics", "optics").slides[0]
    assert (now.version, now.width_px) == (1, 1280)
    assert [row.version for row in stored.slide_versions(*PLACE)] == [1]


def test_what_a_session_saw_stays_in_the_history(stored: Catalogue, picture, upload: Upload) -> None:
    slides.replace_picture(stored, PLACE, picture())
    upload(b"seen meanwhile", course_id="physics", lesson_id="optics")
    assert slides.use_picture(stored, PLACE, 1) == 2
    assert [row.version for row in stored.slide_versions(*PLACE)] == [1, 2, 3]
    assert stored.slide_image(*PLACE).read_bytes() == b"first picture"


def test_a_removed_slide_is_gone_and_comes_back_where_it_was(stored: Catalogue) -> None:
    before = stored.lesson("physics", "optics")
    slides.remove_slides(stored, *PLACE[:2], [PLACE[2]])
    assert _ids(stored) == ("s2",)
    assert stored.lessons()[0].slides == 1
    with pytest.raises(NotFound):
        slides.rename_slide(stored, PLACE, "Lenses")
    the_bin.restore(stored, ("slide", *PLACE))
    assert stored.lesson("physics", "optics") == before
    slides.remove_slides(stored, "physics", "optics", ["s2", "s1"])
    assert _ids(stored) == ()
    slides.restore_slides(stored, "physics", "optics", ["s1", "s2"])
    assert stored.lesson("physics", "optics") == before


def test_slides_are_removed_and_restored_all_or_none(stored: Catalogue) -> None:
    with pytest.raises(NotFound):
        slides.remove_slides(stored, "physics", "optics", ["s1", "nowhere"])
    assert _ids(stored) == ("s1", "s2")
    slides.remove_slides(stored, "physics", "optics", ["s1"])
    with pytest.raises(NotFound):
        slides.restore_slides(stored, "physics", "optics", ["s1", "s2"])
    assert _ids(stored) == ("s2",)


def test_a_lesson_put_again_leaves_the_bin_alone_but_for_its_own(
    stored: Catalogue, lesson: Lesson, lesson_folder: Path, picture
) -> None:
    slides.add_slides(stored, "physics", "optics", [picture(wanted="s3")])
    slides.remove_slides(stored, "physics", "optics", ["s1", "s3"])
    stored.put_lesson(lesson, lesson_folder)
    assert _ids(stored) == ("s1", "s2")
    assert [row.key[-1] for row in the_bin.rows(stored)] == ["s3"]


def test_renaming_a_slide(stored: Catalogue) -> None:
    assert slides.rename_slide(stored, PLACE, "Thin lenses") == "Lenses"
    assert stored.lesson("physics", "optics").slides[0].title == "Thin lenses"
    with pytest.raises(InputError):
        slides.rename_slide(stored, PLACE, " ")


def test_every_change_is_counted_once(stored: Catalogue, picture) -> None:
    for act in (
        lambda: slides.add_slides(stored, "physics", "optics", [picture(wanted="x"), picture(wanted="y")]),
        lambda: slides.rename_slide(stored, PLACE, "L"),
        lambda: slides.replace_picture(stored, PLACE, picture()),
        lambda: slides.remove_slides(stored, *PLACE[:2], [PLACE[2]]),
    ):
        before = stored.revision()
        act()
        assert stored.revision() == before + 1


def test_positions_are_whole_numbers_each_once(stored: Catalogue, picture) -> None:
    slides.add_slides(stored, "physics", "optics", [picture(wanted="s3")])
    slides.reorder_slides(stored, "physics", "optics", ["s3", "s2", "s1"])
    with closing(sqlite3.connect(stored.data / "catalogue.sqlite")) as connection:
        assert connection.execute("SELECT slide_id, position FROM slide ORDER BY position").fetchall() == [
            ("s3", 0), ("s2", 1), ("s1", 2),
        ]  # fmt: skip
