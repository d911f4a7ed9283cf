"""Every kind of header that the formats are known to have: one importer knows it, and reads what it says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.ingest.trackers.recording import Space, TrackerRecording
from pipeline.ingest.trackers.registry import IMPORTERS, read_export
from pipeline.ingest.trackers.table import open_head

SCREEN_PX = (1000, 800)


def rows(*lines: str, delimiter: str = ",") -> str:
    return "\n".join(lines).replace("|", delimiter) + "\n"


def tabs(*lines: str) -> str:
    return rows(*lines, delimiter="\t")


MEDIA = "Presented Stimulus name|Presented Media width [px]|Presented Media height [px]"
PLACE = "Presented Media position X [DACS px]|Presented Media position Y [DACS px]"
MOVEMENT = "Eye movement type|Eye movement type index|Gaze event duration [ms]"
CLOUD = "section id|recording id"
CLOUD_FIXATION = f"{CLOUD}|fixation id|start timestamp [ns]|end timestamp [ns]|duration [ms]"
T_NS = 1_700_000_000_000_000_000
REALEYE = (
    "participant_id|participant_quality_grade|participant_quality_grade_item|item_id|test_id|test_created_at|"
    "test_duration_ms|test_browser_width_px|test_browser_height_px|test_item_display_order|exposure_number"
)
EXPOSURES = [f"p1|5|5|i{n}|t|2024-01-01|900|1280|720|{n}|1" for n in (1, 2)]
SPLIT = f"{REALEYE}|gaze_x_percents|gaze_y_percents|gaze_timestamp_ms"
NOTHING = "|" * 10
GAZEPOINT = "FPOGX|FPOGY|FPOGS|FPOGD|FPOGID|FPOGV|BPOGX|BPOGY|BPOGV"
TRIALS = [
    {"trial_index": 0, "time_elapsed": 1000, "stimulus": "img/a.png",
     "webgazer_data": [{"x": 1, "y": 2, "t": None}, {"x": 3, "y": 4, "t": 50}, {"x": 5, "y": 6, "t": 100}],
     "webgazer_targets": {"#a": {"x": 10, "y": 20, "width": 300, "height": 200, "top": 20, "bottom": 220}}},
    {"trial_index": 1, "time_elapsed": 2000, "stimulus": "b.png",
     "webgazer_data": [{"x": 1, "y": 2, "t": None}]},
    {"trial_index": 2, "time_elapsed": 3000, "stimulus": "c.png",
     "webgazer_data": [{"x": 7, "y": 8, "t": 0}, {"x": 9, "y": 8, "t": 200}]},
    {"trial_index": 3, "time_elapsed": 3500, "stimulus": "d.png", "webgazer_data": None},
    {"trial_type": "webgazer-validate", "raw_gaze": [], "percent_in_roi": [50], "samples_per_sec": 30},
]  # fmt: skip

KNOWN = {
    "pro lab, places of fixations on the media": (
        "tobii_pro_lab",
        tabs(
            f"Recording timestamp [μs]|Sensor|{MEDIA}|{PLACE}|Gaze point X [DACS px]|Gaze point Y [DACS px]|"
            f"{MOVEMENT}|Fixation point X [MCS norm]|Fixation point Y [MCS norm]",
            "0|Eye Tracker|s|500|400|100|50|200|100|Fixation|1|40|0.5|0.25",
            "20000|Eye Tracker|s|500|400|100|50|202|102|Fixation|1|40|0.5|0.25",
        ),
    ),
    "pro lab, media that lay nobody knows where": (
        "tobii_pro_lab",
        tabs(
            "Recording timestamp|Sensor|Recording media name|Gaze point X|Gaze point Y|Event|"
            "Fixation point X (MCSnorm)|Fixation point Y (MCSnorm)|Eye movement type|Gaze event duration|"
            "Eye movement type index|Validity left|Validity right|Pupil diameter left|AOI hit [s - a]",
            "0||s|||RecordingStart|||||||||",
            "1000|Eye Tracker|s|100|50||0.1|0.2|Fixation|20|1|Valid|Valid|3.1|1",
            "11000|Eye Tracker|s|104|52||0.1|0.2|Fixation|20|1|Valid|Invalid|3.1|1",
            "21000|Eye Tracker|s||||||EyesNotFound|10|1|Invalid|Invalid||",
            "22000|Mouse|s|5|5|MouseEvent|||||||||",
        ),
    ),
    "pro lab, brackets": (
        "tobii_pro_lab",
        tabs("Recording timestamp (ms)|Gaze point X (DACSpx)|Gaze point Y (DACSpx)", "5|1|2", "25.5|3|4"),
    ),
    "cloud": (
        "pupil_cloud",
        rows(
            f"{CLOUD}|timestamp [ns]|gaze x [px]|gaze y [px]|worn|fixation id|blink id|azimuth [deg]",
            f"s|r|{T_NS}|10|20|1|1||0",
            f"s|r|{T_NS + 5_000_000}|11|21|0|||0",
            f"s|r|{T_NS + 10_000_000}|12|22||||0",
            f"s|r|{T_NS + 15_000_000}|13|23|1.0||4|0",
            f"s|r|{T_NS + 20_000_000}|14|24|True|||0",
            f"s|r|{T_NS + 25_000_000}|15|25|False|||0",
        ),
    ),
    "cloud, reference image": (
        "pupil_cloud",
        rows(
            f"{CLOUD}|timestamp [ns]|gaze detected in reference image|"
            "gaze position in reference image x [px]|gaze position in reference image y [px]|fixation id",
            f"s|r|{T_NS}|True|10|20|1",
            f"s|r|{T_NS + 5_000_000}|False|||",
        ),
    ),
    "cloud, fixations on a reference image": (
        "pupil_cloud",
        rows(
            f"{CLOUD_FIXATION}|fixation detected in reference image|fixation x [px]|fixation y [px]",
            f"s|r|1|{T_NS}|{T_NS + 100_000_000}|100|True|5|6",
            f"s|r|2|{T_NS + 200_000_000}|{T_NS + 300_000_000}|100|False||",
        ),
    ),
    "cloud, fixations": (
        "pupil_cloud",
        rows(
            f"{CLOUD_FIXATION}|fixation x [px]|fixation y [px]|azimuth [deg]|elevation [deg]",
            f"s|r|1|{T_NS}|{T_NS + 100_000_000}|100|5|6|0|0",
        ),
    ),
    "player": (
        "pupil_player",
        rows(
            "world_timestamp|world_index|gaze_timestamp|x_norm|y_norm|x_scaled|y_scaled|on_surf|confidence",
            "10|0|10|0.5|0.25|0|0|True|1",
            "10|0|10.01|0.5|0.75|0|0|True|0.1",
        ),
    ),
    "realeye, raw": (
        "realeye",
        rows(
            f"{REALEYE}|test_raw_data",
            f'{EXPOSURES[0]}|"[[100,200,0,0,5,5,0],[-30,900,33,0,5,5,1],[null,null,66,0,5,5]]"',
            f'{EXPOSURES[1]}|"[[1,2,0,0,5,5]]"',
        ).replace("participant_id", "tester_id"),
    ),
    "realeye, split": (
        "realeye",
        rows(
            SPLIT,
            f"{EXPOSURES[0]}|||",
            f"{NOTHING}|50,5|25|0",
            f"{NOTHING}|10|20|33",
            f"{EXPOSURES[1]}|||",
            f"{NOTHING}|0|100|0",
            delimiter=";",
        ),
    ),
    "realeye, fixations": (
        "realeye",
        rows(
            f"{REALEYE}|fixation_point_x|fixation_point_y|fixation_starts_at_ms|fixation_ends_at_ms",
            f"{EXPOSURES[0]}|50|25|100|300",
        ),
    ),
    "gazepoint, time of each medium": (
        "gazepoint",
        rows(
            f"MEDIA_ID|MEDIA_NAME|CNT|TIME(2022/09/14 10:12:13.123)|TIME_TICK(f=10000000)|{GAZEPOINT}",
            "0|a|0|0.0|100000000|.5|.5|0|0.0|1|1|.51|.5|1",
            "0|a|1|0.1|101000000|.5|.5|0|0.1|1|1|.52|.5|1",
            "0|a|2|0.2|102000000|.6|.6|0|0.1|1|0|.70|.5|1",
            "1|b|3|0.0|103000000|.2|.25|0|.05|1|1|.2|.25|1",
            "1|b|4|0.1|104000000|.2|.25|0|.15|1|1|0|0|0",
        ),
    ),
    "jspsych": ("webgazer", json.dumps(TRIALS)),
    "gazeplotter, times": (
        "gazeplotter",
        rows("Time|Participant|Stimulus|AOI|X|Y", "0|P|s|a|10|20", "20|P|s||11|21", "0|P|q|a|1|2"),
    ),
    "gazeplotter, spans": (
        "gazeplotter",
        rows("From|To|Participant|Stimulus|AOI|X|Y", "0|100|P|s|a|10|20", "120|200|P|s|b|11|21"),
    ),
    "gazeplotter, movements": (
        "gazeplotter",
        rows(
            "stimulus|participant|timestamp|duration|eyemovementtype|AOI|X|Y",
            "s|P|0|100|0|a|10|20",
            "s|P|100|20|1||9|9",
            "s|P|120|80|0|b;c|11|21",
        ),
    ),
}
FOREIGN = {
    "pro lab's metrics": tabs("Recording|Participant|TOI|Media|AOI|Number_of_whole_fixations", "R|P|E|s|a|3"),
    "cloud's regions": rows(f"label id|aoi label|{CLOUD}|fixation id|fixation duration [ms]", "a|b|s|r|1|9"),
    "realeye's regions": rows("participant_id|aoi_name|aoi_fixation_total_count", "p|a|3"),
    "shares on no surface": rows("timestamp|x_norm|y_norm", "0|.5|.25", "20|.5|.25", "40|.5|.5"),
}


def written(folder: Path, text: str) -> Path:
    path = folder / "export"
    path.write_text(text, encoding="utf-8")
    return path


def knowing(path: Path) -> list[str]:
    head = open_head(path)
    return [one.name for one in IMPORTERS if one.name != "generic" and one.matches(head)]


@pytest.fixture
def variant(tmp_path: Path, request: pytest.FixtureRequest) -> TrackerRecording:
    (recording,) = read_export(written(tmp_path, KNOWN[request.param][1]), screen_px=SCREEN_PX)
    return recording


def of(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("variant", [name], indirect=True)


def fixations(recording: TrackerRecording) -> list[list[float]]:
    assert recording.fixations is not None
    return recording.fixations.drop(columns="stimulus").round(6).to_numpy().tolist()


@pytest.mark.parametrize("name", KNOWN)
def test_one_importer_alone_knows_it(tmp_path: Path, name: str) -> None:
    form, text = KNOWN[name]
    assert knowing(written(tmp_path, text)) == [form]


@pytest.mark.parametrize("name", FOREIGN)
def test_no_importer_claims_what_is_another_table(tmp_path: Path, name: str) -> None:
    assert knowing(written(tmp_path, FOREIGN[name])) == []


def test_no_real_file_is_known_to_two(shared_data: Path) -> None:
    texts = (".csv", ".tsv", ".asc", ".txt", ".json", ".gz")
    files = [path for path in (shared_data / "importers").rglob("*") if path.suffix in texts]
    assert len(files) > 40
    assert [path.name for path in files if len(knowing(path)) > 1] == []


@of("pro lab, places of fixations on the media")
def test_fixations_may_be_shares_of_the_media_where_gaze_is_px(variant: TrackerRecording) -> None:
    assert variant.space == Space.SCREEN
    assert variant.gaze["x_px"].tolist() == [200, 202]
    assert fixations(variant) == [[0, 40, 100 + 250, 50 + 100]]


@of("pro lab, media that lay nobody knows where")
def test_fixations_without_a_place_lie_where_their_samples_do(variant: TrackerRecording) -> None:
    assert fixations(variant) == [[1, 20, 102, 51]]
    assert variant.gaze["valid"].tolist() == [True, True, False]
    assert variant.notes == (
        "The export does not say where its fixations lay: they are put at the mean of their samples.",
    )


@of("pro lab, brackets")
def test_the_unit_may_stand_in_round_brackets(variant: TrackerRecording) -> None:
    assert variant.gaze["t_ms"].tolist() == [5, 25.5]
    assert variant.notes == ()


@of("cloud")
def test_only_glasses_that_were_surely_not_worn_make_gaze_invalid(variant: TrackerRecording) -> None:
    assert variant.gaze["t_ms"].tolist() == [0, 5, 10, 15, 20, 25]
    assert variant.gaze["valid"].tolist() == [True, False, True, False, True, False]
    assert variant.space == Space.SCENE


@of("cloud, reference image")
def test_gaze_on_a_reference_image(variant: TrackerRecording) -> None:
    assert variant.space == Space.STIMULUS
    assert variant.gaze["x_px"].tolist()[0] == 10
    assert variant.gaze["valid"].tolist() == [True, False]


@of("cloud, fixations on a reference image")
def test_fixations_on_a_reference_image(variant: TrackerRecording) -> None:
    assert (variant.space, fixations(variant)) == (Space.STIMULUS, [[0, 100, 5, 6]])


@of("cloud, fixations")
def test_fixations_in_the_scene(variant: TrackerRecording) -> None:
    assert (variant.space, fixations(variant)) == (Space.SCENE, [[0, 100, 5, 6]])


@of("player")
def test_shares_of_a_surface_have_y_up(variant: TrackerRecording) -> None:
    assert variant.gaze["y_px"].tolist()[0] == 600
    assert variant.gaze["valid"].tolist() == [True, False]


@of("realeye, raw")
def test_raw_gaze_is_in_px_of_the_window_and_may_lie_off_it(variant: TrackerRecording) -> None:
    assert variant.participant == "p1"
    assert variant.gaze["x_px"].tolist()[:2] == [100, -30]
    assert variant.gaze["valid"].tolist() == [True, True, False, True]
    assert variant.gaze["stimulus"].tolist() == ["i1", "i1", "i1", "i2"]


def test_raw_gaze_has_the_size_of_its_window(tmp_path: Path) -> None:
    (one,) = read_export(written(tmp_path, KNOWN["realeye, raw"][1]))
    assert (one.width_px, one.height_px, one.size_stated) == (1280, 720, True)


@of("realeye, split")
def test_rows_with_gaze_alone_belong_to_the_exposure_above(variant: TrackerRecording) -> None:
    assert variant.space == Space.STIMULUS
    assert variant.gaze["x_px"].tolist() == [505, 100, 0]
    assert variant.gaze["y_px"].tolist() == [200, 160, 800]
    assert variant.gaze["stimulus"].tolist() == ["i1", "i1", "i2"]


@of("realeye, fixations")
def test_an_end_gives_the_duration(variant: TrackerRecording) -> None:
    assert fixations(variant) == [[0, 200, 500, 200]]


@of("gazepoint, time of each medium")
def test_saccades_are_valid_gaze_and_media_share_a_clock(variant: TrackerRecording) -> None:
    np.testing.assert_allclose(variant.gaze["t_ms"], [0, 100, 200, 300, 400])
    assert variant.gaze["valid"].tolist() == [True, True, True, True, False]
    assert fixations(variant) == [[0, 100, 500, 400], [300, 150, 200, 200]]


@of("jspsych")
def test_trials_and_points_without_gaze_or_time_disturb_no_other(variant: TrackerRecording) -> None:
    assert variant.gaze["x_px"].tolist() == [3, 5, 7, 9]
    assert variant.gaze["t_ms"].tolist() == [0, 50, 1850, 2050]  # trials end at 1000 and 3000
    assert variant.stimuli == {"a.png": (10, 20, 300, 200), "c.png": (0, 0, *SCREEN_PX)}
    assert "2 row(s) without a time were left out." in variant.notes


@of("gazeplotter, times")
def test_stimuli_whose_clocks_start_again_follow_each_other(variant: TrackerRecording) -> None:
    assert variant.gaze["t_ms"].tolist() == [0, 20, 40]


@pytest.mark.parametrize("variant", ["gazeplotter, spans", "gazeplotter, movements"], indirect=True)
def test_spans_and_movements_are_fixations(variant: TrackerRecording) -> None:
    assert fixations(variant) == [[0, 100, 10, 20], [120, 80, 11, 21]]


def test_regions_alone_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, rows("Time|Participant|Stimulus|AOI", "0|P|s|a"))
    with pytest.raises(InputError, match="also the columns X and Y"):
        read_export(path)


def test_useless_fixations_are_none_to_keep(tmp_path: Path) -> None:
    header, *lines = KNOWN["gazepoint, time of each medium"][1].splitlines()
    place = header.split(",").index("FPOGV")
    never = [
        ",".join([*fields[:place], "0", *fields[place + 1 :]]) for fields in (x.split(",") for x in lines)
    ]
    (one,) = read_export(written(tmp_path, rows(header, *never)))
    assert one.fixations is None
    assert len(one.gaze) == 5
