"""Groups of students."""

from __future__ import annotations

import pytest

from pipeline.errors import InputError
from pipeline.storage.catalogue import Catalogue, GroupRow


def test_groups_come_back_by_title_with_their_students_in_order(catalogue: Catalogue) -> None:
    catalogue.put_group("b", "Class 7b", ["S03", "S01", "S03"])
    catalogue.put_group("a", "Class 7a", [])
    assert catalogue.groups() == [
        GroupRow("a", "Class 7a", ()),
        GroupRow("b", "Class 7b", ("S01", "S03")),
    ]


def test_a_group_put_again_is_what_it_is_now(catalogue: Catalogue) -> None:
    catalogue.put_group("a", "Class 7a", ["S01"])
    revision = catalogue.revision()
    catalogue.put_group("a", "Class 8a", ["S02"])
    assert catalogue.groups() == [GroupRow("a", "Class 8a", ("S02",))]
    assert catalogue.revision() > revision
    catalogue.remove_group("a")
    assert catalogue.groups() == []


def test_an_id_that_is_no_slug_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(InputError, match="Class 7"):
        catalogue.put_group("Class 7", "Class 7", [])
