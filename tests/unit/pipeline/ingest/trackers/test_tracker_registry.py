"""Which importer is chosen, by content alone, and what is said where none fits."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.ingest.trackers.registry import IMPORTERS, choose, read_export
from pipeline.ingest.trackers.table import open_head

REAL = {
    "tobii_studio/J07.csv": "tobii_studio",
    "tobii_studio/Rec_01.tsv": "tobii_studio",
    "tobii_tx300_i2mc/p1_t1.tsv": "tobii_sdk",
    "tobii_glasses2/livedata.json.gz": "tobii_glasses2",
    "pupil_invisible_cloud/gaze.csv": "pupil_cloud",
    "pupil_invisible_cloud/fixations.csv": "pupil_cloud",
}
# Tables that lie beside gaze in the vendors' folders, and pages of text.
FOREIGN = (
    "pupil_invisible_cloud/blinks.csv",
    "pupil_invisible_cloud/world_timestamps.csv",
    "pupil_invisible_cloud/info.json",
    "pupil_invisible_cloud/scene_camera.json",
    "tobii_glasses2/recording.json",
    "tobii_studio/LICENSE.MIT",
    "gorilla_webgazer/vwp_counts.csv",
)


@pytest.mark.parametrize(("name", "format"), REAL.items())
def test_content_decides_whatever_the_file_is_called(
    shared_data: Path, tmp_path: Path, name: str, format: str
) -> None:
    path = Path(shutil.copy(shared_data / "importers" / name, tmp_path / "upload.bin"))
    assert choose(open_head(path)).name == format
    assert [importer.name for importer in IMPORTERS if importer.matches(open_head(path))] == [format]


@pytest.mark.parametrize("name", FOREIGN)
def test_what_no_importer_knows_gets_all_that_was_looked_for(shared_data: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        read_export(shared_data / "importers" / name)
    lines = caught.value.got.splitlines()[1:]
    assert lines == [f"- {importer.label}: {importer.looks_for}" for importer in IMPORTERS]


def test_the_columns_found_are_named(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("apples,pears\n1,2\n")
    found = 'table.csv: expected an export that is known here, got the columns "apples", "pears". What'
    with pytest.raises(InputError, match=re.escape(found)):
        read_export(path)


def test_of_very_many_columns_the_first_are_named(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(",".join(f"c{i}" for i in range(1000)) + "\n" + ",".join(["1"] * 1000) + "\n")
    with pytest.raises(InputError, match='"c38", "c39" and 960 more'):
        read_export(path)


def test_names_and_labels_are_unique() -> None:
    assert len({importer.name for importer in IMPORTERS}) == len(IMPORTERS)
    assert len({importer.label for importer in IMPORTERS}) == len(IMPORTERS)


def test_a_format_that_is_not_known_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("apples,pears\n1,2\n")
    with pytest.raises(InputError, match=r"format: expected one of tobii_pro_lab, .*, got \"tobii\""):
        read_export(path, format="tobii")


def test_every_importer_has_its_page(repo_root: Path) -> None:
    pages = {path.stem for path in (repo_root / "docs" / "importers").glob("*.md")} - {"README"}
    assert pages == {importer.name for importer in IMPORTERS}
    index = (repo_root / "docs" / "importers" / "README.md").read_text("utf-8")
    assert {name for name in pages if f"[{name}]({name}.md)" in index} == pages
