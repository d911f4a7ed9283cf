"""Sessions that another tracker recorded, against figures worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.domain import SESSION_TABLES
from pipeline.errors import InputError
from pipeline.ingest.session_package import open_package
from pipeline.parameters import Parameters
from pipeline.process import ProcessedSession, process_package

# 1000 x 500 px over 500 x 250 mm: 0.5 mm a px. Slide a fills the screen, slide b its right half.
SESSION: dict[str, Any] = {
    "format": "gazeboard-session",
    "version": 1,
    "course": "c",
    "lesson": "l",
    "student": "S1",
    "screen": {"width_px": 1000, "height_px": 500, "width_mm": 500, "height_mm": 250},
}
TIMELINE = """t_ms,event,slide,x_px,y_px,width_px,height_px
0,slide_shown,a,0,0,1000,500
2000,slide_shown,b,500,0,500,500
4000,slide_hidden,,,,,
"""
# The last two of slide a are 60 ms and 500 ms apart from what follows; the fourth looks beside slide b.
FIXATIONS = """onset_ms,duration_ms,x_px,y_px
100,400,250,250
560,440,500,250
1500,600,1000,125
2200,800,250,250
3050,950,750,125
"""
NO_SOURCE: dict[str, Any] = {}


def processed(folder: Path, files: dict[str, str], **source: Any) -> ProcessedSession:
    header = SESSION | ({"source": source} if source else {})
    for name, text in {"session.json": json.dumps(header), "timeline.csv": TIMELINE, **files}.items():
        (folder / name).write_text(text)
    return process_package(open_package(folder, folder), None, Parameters(), lambda *_: None)


def steady_gaze(rate_hz: float = 100.0) -> pd.DataFrame:
    """Gaze for 4 s that rests at each fixation of FIXATIONS, lost between them."""
    t_ms = np.arange(0, 4000, 1000 / rate_hz)
    table = pd.DataFrame({"t_ms": t_ms, "x_px": np.nan, "y_px": np.nan, "valid": 0, "distance_mm": 500.0})
    for onset, duration, x, y in np.loadtxt(FIXATIONS.splitlines()[1:], delimiter=","):
        inside = (t_ms >= onset) & (t_ms < onset + duration)
        table.loc[inside, ["x_px", "y_px", "valid"]] = x, y, 1
    return table


def test_kept_fixations_lie_where_and_when_the_tracker_says(tmp_path: Path) -> None:
    gaze = steady_gaze().to_csv(index=False)
    result = processed(tmp_path, {"gaze.csv": gaze, "fixations.csv": FIXATIONS})
    table = result.tables["fixations"]
    assert table["slide_id"].tolist() == ["a", "a", "a", "b", "b"]
    np.testing.assert_allclose(table["slide_x"], [0.25, 0.5, 1.0, -0.5, 0.5])
    np.testing.assert_allclose(table["slide_y"], [0.5, 0.5, 0.25, 0.5, 0.25])
    np.testing.assert_allclose(table["onset_ms"], [100, 560, 1500, 2200, 3050])
    # the third reaches 100 ms into slide b, the time of which it does not get
    np.testing.assert_allclose(table["duration_ms"], [400, 440, 500, 800, 950], atol=1e-3)
    assert table["samples"].tolist() == [40, 44, 50, 80, 95]
    assert table["dispersion_deg"].isna().all()
    assert result.report["fixations"]["source"] == "vendor"


def test_the_trackers_error_is_carried_to_the_slide(tmp_path: Path) -> None:
    gaze = steady_gaze().to_csv(index=False)
    result = processed(tmp_path, {"gaze.csv": gaze, "fixations.csv": FIXATIONS})
    samples, table = result.tables["gaze"], result.tables["fixations"]
    assert samples.loc[samples["valid"], "sigma_deg"].eq(1.0).all()
    # 1 deg at 500 mm, straight ahead at the screen's centre, is 8.7 mm or 17.45 px
    straight = table.iloc[1]
    assert straight["sigma_x"] == pytest.approx(np.radians(1) * 500 / 500, rel=1e-3)
    assert straight["sigma_y"] == pytest.approx(np.radians(1) * 500 / 250, rel=1e-3)


def test_a_showing_that_ends_with_the_only_sample_in_it_is_none_beside_the_recording(tmp_path: Path) -> None:
    last = "t_ms,event,slide,x_px,y_px,width_px,height_px\n9,slide_shown,a,0,0,9,9\n9,slide_hidden,,,,,\n"
    files = {"gaze.csv": "t_ms,x_px,y_px\n0,1,2\n9,1,2\n", "timeline.csv": last}
    assert processed(tmp_path, files).report["quality"]["tracked_share"] is None


@pytest.mark.parametrize("name", ["gaze.csv", "fixations.csv"])
def test_a_timeline_beside_the_recording_is_refused(tmp_path: Path, name: str) -> None:
    late = {"gaze.csv": "t_ms,x_px,y_px\n5000,1,2\n6000,1,2\n"}
    late["fixations.csv"] = "onset_ms,duration_ms,x_px,y_px\n4950,100,1,1\n5900,200,1,1\n"
    message = r"timeline\.csv: .* 5000 to 6000 ms, got .* outside of that, from 0 ms to 4000 ms"
    with pytest.raises(InputError, match=message):
        processed(tmp_path, {name: late[name]})
    early = TIMELINE.replace("\n4000,", "\n5001,")  # one of them is on a slide: that is a poor recording
    assert processed(tmp_path, {name: late[name], "timeline.csv": early}).report["quality"]["tracked_share"]


def test_an_accuracy_that_the_export_states_is_the_error(tmp_path: Path) -> None:
    stated = {"format": "x", "label": "X", "fixations": "kept", "accuracy_deg": 0.4}
    result = processed(
        tmp_path, {"gaze.csv": "t_ms,x_px,y_px\n0,1,2\n", "fixations.csv": FIXATIONS}, **stated
    )
    assert result.tables["gaze"]["sigma_deg"].tolist() == pytest.approx([0.4])
    assert result.report["gaze"]["sigma_source"] == "stated by the export"
    assert result.report["source"]["accuracy_deg"] == 0.4


@pytest.mark.parametrize(
    ("format", "sigma_deg"), [("webgazer", 3.9), ("gorilla", 3.9), ("realeye", 2.8), ("tobii_studio", 1.0)]
)
def test_an_error_that_is_not_stated_goes_by_the_format(
    tmp_path: Path, format: str, sigma_deg: float
) -> None:
    source = {"format": format, "label": "X", "fixations": "recomputed"}
    result = processed(tmp_path, {"gaze.csv": steady_gaze().to_csv(index=False)}, **source)
    assert result.report["quality"]["sigma_deg"] == pytest.approx(sigma_deg)
    told = result.report["gaze"]
    assert (told["sigma_deg"], told["sigma_source"]) == (sigma_deg, "typical of the format")
    assert (told["calibrated"], told["calibration"]) == (None, "unknown, the tracker's own")


def test_fixations_are_found_anew_without_the_trackers_own(tmp_path: Path) -> None:
    result = processed(tmp_path, {"gaze.csv": steady_gaze().to_csv(index=False)})
    table = result.tables["fixations"]
    assert result.report["fixations"]["source"] == "detected"
    assert table["slide_id"].tolist() == ["a", "a", "a", "b", "b", "b"]  # the third goes on into slide b
    assert table["sigma_x"].notna().all()
    assert table["dispersion_deg"].eq(0).all()


def test_fixations_alone_make_a_session(tmp_path: Path) -> None:
    result = processed(tmp_path, {"fixations.csv": FIXATIONS})
    for name, columns in SESSION_TABLES.items():
        assert result.tables[name].dtypes.astype(str).to_dict() == columns
    assert result.tables["gaze"].empty
    exposures = result.tables["exposures"]
    assert exposures["slide_id"].tolist() == ["a", "b"]
    # slide a: 400 and the 60 ms after it, 440, and 500 of the third; b: 800, the 50 ms after it, 950
    np.testing.assert_allclose(exposures["tracked_ms"], [1400, 1800])
    np.testing.assert_allclose(exposures["on_slide_ms"], [1400, 950])
    quality = result.report["quality"]
    assert quality["tracked_share"] == pytest.approx(3200 / 4000)
    assert quality["on_slide_share"] == pytest.approx(2350 / 3200)
    assert quality["longest_gap_ms"] == pytest.approx(500)
    assert quality["sampling_rate_hz"] is None
    seconds = result.tables["density"].groupby("slide_id")["seconds"].sum()
    assert seconds.to_dict() == pytest.approx({"a": 1.34, "b": 0.95})
    assert "No gaze samples" in result.report["fixations"]["notes"][0]
    json.dumps(result.report, allow_nan=False)


def test_a_fixation_across_a_change_is_of_the_slide_at_its_middle(tmp_path: Path) -> None:
    rows = "onset_ms,duration_ms,x_px,y_px\n1900,400,500,250\n3900,80,500,250\n"
    table = processed(tmp_path, {"fixations.csv": rows}).tables["fixations"]
    assert table["slide_id"].tolist() == ["b", "b"]
    np.testing.assert_allclose(table["onset_ms"], [2000, 3900])
    np.testing.assert_allclose(table["duration_ms"], [300, 80])


def test_gaps_count_as_tracked_up_to_100_ms_within_a_showing(tmp_path: Path) -> None:
    rows = "onset_ms,duration_ms,x_px,y_px\n1500,100,1,1\n1700,290,1,1\n2010,90,1,1\n2201,99,1,1\n"
    result = processed(tmp_path, {"fixations.csv": rows})
    # 100 ms after the first are short enough; 20 ms about the change of slides count for neither; 101 do not
    np.testing.assert_allclose(result.tables["exposures"]["tracked_ms"], [490, 189])
    assert result.report["quality"]["longest_gap_ms"] == pytest.approx(1700)


def test_fixations_that_overlap_count_once(tmp_path: Path) -> None:
    rows = "onset_ms,duration_ms,x_px,y_px\n100,900,1,1\n400,300,1,1\n4500,100,1,1\n"
    table = processed(tmp_path, {"fixations.csv": rows}).tables["fixations"]
    np.testing.assert_allclose(table["duration_ms"], [300, 300])  # what follows the last slide is left out


def test_what_only_a_camera_knows_stays_unknown(tmp_path: Path) -> None:
    result = processed(tmp_path, {"gaze.csv": steady_gaze().to_csv(index=False)})
    quality = result.report["quality"]
    assert quality["blink_rate_per_min"] is None
    assert quality["several_faces_share"] is None
    assert quality["tracked_share"] == pytest.approx(3.2 / 4, abs=0.01)
