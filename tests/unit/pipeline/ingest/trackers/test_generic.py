"""Any table: names that speak for themselves, and mappings for those that do not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pipeline.errors import InputError
from pipeline.ingest.trackers.generic import (
    ColumnMapping,
    Origin,
    PlaceUnit,
    TimeUnit,
    guess,
    header_key,
)
from pipeline.ingest.trackers.registry import read_export
from pipeline.ingest.trackers.table import open_head


def write(folder: Path, text: str) -> Path:
    path = folder / "table.csv"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("t_ms,x_px,y_px", ColumnMapping("t_ms", "x_px", "y_px")),
        ("time,x,y", ColumnMapping("time", "x", "y")),
        ("Timestamp [us],X,Y", ColumnMapping("Timestamp [us]", "X", "Y", TimeUnit.MICROSECONDS)),
        (
            "time_s,x_norm,y_norm",
            ColumnMapping("time_s", "x_norm", "y_norm", TimeUnit.SECONDS, PlaceUnit.SHARE),
        ),
        (
            "subject,image,onset,duration,x,y",
            ColumnMapping("onset", "x", "y", participant="subject", stimulus="image", duration="duration"),
        ),
        (
            "Time [\u00b5s],gazeX,gazeY",
            ColumnMapping("Time [\u00b5s]", "gazeX", "gazeY", TimeUnit.MICROSECONDS),
        ),
        ("times,x,y", None),  # of what?
        ("n,x,y", None),
        ("time,left,top", None),
    ],
)
def test_names_that_speak_for_themselves(tmp_path: Path, header: str, expected: ColumnMapping | None) -> None:
    row = ",".join("1" for _ in header.split(","))
    assert guess(open_head(write(tmp_path, f"{header}\n{row}\n"))) == expected


@pytest.mark.parametrize("step", ["0.016", "16000"])
def test_a_guess_of_the_unit_that_cannot_be_is_refused(tmp_path: Path, step: str) -> None:
    rows = "\n".join(f"{float(step) * i},1,2" for i in range(10))
    path = write(tmp_path, f"time,x,y\n{rows}\n")
    with pytest.raises(InputError, match="column time: expected times in ms"):
        read_export(path)
    (recording,) = read_export(path, columns=ColumnMapping("time", "x", "y"))
    assert len(recording.gaze) == 10


@pytest.mark.parametrize(
    ("rows", "t_ms", "x_px"),
    [
        ("0,1,0,a 20,2,0,a 0,3,0,b 20,4,0,b", [0, 20, 40, 60], [1, 2, 3, 4]),  # b counts from its own start
        ("40,3,0,b 60,4,0,b 0,1,0,a 20,2,0,a", [0, 20, 40, 60], [1, 2, 3, 4]),  # only in another order
        ("20,2,0,a 0,1,0,a 60,4,0,b 10,9,0,b", [0, 10, 20, 60], [1, 9, 2, 4]),  # out of order within: sorted
    ],
)
def test_clocks_that_start_again_with_each_stimulus(
    tmp_path: Path, rows: str, t_ms: list[float], x_px: list[float]
) -> None:
    (recording,) = read_export(write(tmp_path, "time,x,y,stimulus\n" + rows.replace(" ", "\n") + "\n"))
    assert recording.gaze["t_ms"].tolist() == t_ms
    assert recording.gaze["x_px"].tolist() == x_px


def test_units_and_origin(tmp_path: Path) -> None:
    path = write(tmp_path, "when;h;v;ok\n1,5;25;10;yes\n1,75;50;90;no\n2;-5;0;\n")
    mapping = ColumnMapping("when", "h", "v", TimeUnit.SECONDS, PlaceUnit.PERCENT, Origin.BOTTOM, valid="ok")
    (recording,) = read_export(path, screen_px=(1000, 500), columns=mapping)
    assert recording.gaze["t_ms"].tolist() == [0, 250, 500]
    assert recording.gaze["valid"].tolist() == [True, False, False]
    assert recording.gaze.loc[0, ["x_px", "y_px"]].tolist() == [250, 450]
    assert recording.gaze["x_px"].isna().tolist() == [False, True, True]


def test_a_mapping_survives_json_and_is_known_by_the_names_in_any_order() -> None:
    mapping = ColumnMapping("t", "x", "y", TimeUnit.NANOSECONDS, origin=Origin.BOTTOM, duration="d")
    assert ColumnMapping.from_dict(mapping.to_dict()) == mapping
    assert header_key(["t", "x"]) == header_key(["x", "t"]) != header_key(["tx"])


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"time": "t", "x": "x"}, "field y"),
        ({"time": "t", "x": "x", "y": "y", "unit": "ms"}, '"unit"'),
        ({"time": "t", "x": "x", "y": "y", "time_unit": "hours"}, "field time_unit"),
        ({"time": 3, "x": "x", "y": "y"}, "field time"),
    ],
)
def test_a_mapping_that_is_wrong(value: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        ColumnMapping.from_dict(value)


def test_a_mapping_of_columns_that_are_not_there(tmp_path: Path) -> None:
    path = write(tmp_path, "time,x,y\n1,2,3\n")
    with pytest.raises(InputError, match='expected the column "gaze_x", as mapped'):
        read_export(path, columns=ColumnMapping("time", "gaze_x", "y"))
    with pytest.raises(InputError, match='"x" for two of them'):
        read_export(path, columns=ColumnMapping("time", "x", "y", valid="x"))
    with pytest.raises(InputError, match='"x" for two of them'):
        read_export(path, columns=ColumnMapping("time", "x", "x"))


def test_a_clock_that_starts_again_without_a_stimulus_is_told(tmp_path: Path) -> None:
    path = write(tmp_path, "page,time,x,y,duration\na,0,1,2,90\na,100,3,4,90\nb,0,5,6,90\nb,100,7,8,90\n")
    (recording,) = read_export(path)
    assert any("go back 1 time(s): if the clock starts again" in note for note in recording.notes)
    named = ColumnMapping("time", "x", "y", stimulus="page", duration="duration")
    (recording,) = read_export(path, columns=named)
    assert not any("go back" in note for note in recording.notes)


def test_fixations_on_web_pages(shared_data: Path) -> None:
    """25,304 rows of 24 people; those of a duration of 0 or -1 are no fixations."""
    path = shared_data / "viewing" / "eyevis_web" / "gaze_full.csv"
    mapping = ColumnMapping(
        "timestamp", "x", "y", participant="user_id", stimulus="filename", duration="duration"
    )
    truth = pd.read_csv(path, sep=";")
    found = read_export(path, columns=mapping)
    assert len(found) == truth["user_id"].nunique() == 24
    assert sum(recording.rows for recording in found) == len(truth) == 25_304
    for recording in found:
        own = truth[(truth["user_id"] == int(recording.participant or 0)) & (truth["duration"] > 0)]
        assert recording.fixations is not None
        assert len(recording.fixations) == len(own)
        assert recording.fixations["duration_ms"].sum() == own["duration"].sum()
        assert recording.fixations["stimulus"].nunique() == own["filename"].nunique()
        np.testing.assert_allclose(np.sort(recording.fixations["x_px"]), np.sort(own["x"]))


def test_mouse_positions_on_web_pages(shared_data: Path) -> None:
    path = shared_data / "viewing" / "eyevis_web" / "mouse.csv"
    mapping = ColumnMapping("timestamp", "x", "y", participant="user_id", stimulus="filename")
    assert sum(recording.rows for recording in read_export(path, columns=mapping)) == 17_067


# name, rows, rows kept (each time once), the first place
GUESSED = (
    ("binocular_example.csv", 10, 10, (0, 0)),
    ("emtec_example.csv", 20, 10, (116.1, 216.1)),
    ("hbn_example.csv", 10, 10, (452.81, 367.05)),
    ("judo1000_example.csv", 10, 10, (649.5, 531.1)),
    ("monocular_example.csv", 10, 10, (0, 0)),
    ("monocular_example.tsv", 10, 10, (0, 0)),
    ("potec_example.tsv", 10, 10, (91.8, 67.3)),
    ("potsdam_binge_pvt_example.csv", 29, 29, (991.9, 485.2)),
    ("sbsat_example.csv", 10, 10, (274.9, 108.3)),
)


@pytest.mark.parametrize(("name", "rows", "kept", "place"), GUESSED)
def test_heads_of_public_data_sets(
    shared_data: Path, name: str, rows: int, kept: int, place: tuple[float, float]
) -> None:
    (recording,) = read_export(shared_data / "importers" / "pymovements_testfiles" / name)
    assert (recording.format, recording.rows, len(recording.gaze)) == ("generic", rows, kept)
    assert tuple(recording.gaze[["x_px", "y_px"]].iloc[0]) == place
    assert recording.rate_hz == pytest.approx(1000)
    assert any("guessed" in note for note in recording.notes)


@pytest.mark.parametrize("name", ["gazebase_example.csv", "gazebase_vr_example.csv"])
def test_heads_that_need_a_mapping(shared_data: Path, name: str) -> None:
    path = shared_data / "importers" / "pymovements_testfiles" / name
    with pytest.raises(InputError, match="expected an export that is known here"):
        read_export(path)
    truth = pd.read_csv(path)
    (recording,) = read_export(path, columns=ColumnMapping("n", "x", "y"))
    np.testing.assert_allclose(recording.gaze[["t_ms", "x_px", "y_px"]], truth[["n", "x", "y"]])


def test_places_that_are_missing_are_nan(shared_data: Path) -> None:
    (recording,) = read_export(
        shared_data / "importers" / "pymovements_testfiles" / "missing_values_example.csv"
    )
    assert recording.gaze["valid"].sum() == 1
    assert recording.gaze["x_px"].isna().sum() == len(recording.gaze) - 1


def test_tables_without_gaze_are_refused(shared_data: Path) -> None:
    for name in (
        "toy_text_1_1_aoi.csv",
        "potec_word_aoi_b0.tsv",
        "copco_rm_dummy.csv",
        "gazegraph_example.csv",
    ):
        with pytest.raises(InputError, match="expected an export that is known here"):
            read_export(shared_data / "importers" / "pymovements_testfiles" / name)
