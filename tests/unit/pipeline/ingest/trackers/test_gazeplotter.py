"""GazePlotter's three layouts: written from their description; no real file was at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.ingest.trackers.recording import Space
from pipeline.ingest.trackers.registry import read_export

FIXATIONS = """\
stimulus,participant,timestamp,duration,eyemovementtype,AOI,X,Y
a.png,P1,0,200,0,title,100,50
a.png,P1,200,40,1,,150,80
a.png,P1,240,300,0,text|figure,200,120
b.png,P1,0,150,0,,300,300
a.png,P2,10,100,0,title,90,60
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "gaze.csv"
    path.write_text(text)
    return path


def test_fixations_with_places(tmp_path: Path) -> None:
    first, second = read_export(write(tmp_path, FIXATIONS))
    assert (first.participant, second.participant, first.space) == ("P1", "P2", Space.STIMULUS)
    assert first.gaze.empty
    assert first.fixations is not None
    assert first.fixations["duration_ms"].tolist() == [200, 300, 150]  # no saccade
    assert first.fixations["x_px"].tolist() == [100, 200, 300]
    onset_ms = first.fixations["onset_ms"].tolist()
    assert onset_ms[:2] == [0, 240]
    assert onset_ms[2] >= 540  # b.png starts its clock again
    assert set(first.stimuli) == {"a.png", "b.png"}


def test_samples_and_stays_with_places(tmp_path: Path) -> None:
    (samples,) = read_export(
        write(tmp_path, "Time,Participant,Stimulus,AOI,X,Y\n0,P1,a,t,1,2\n20,P1,a,,3,4\n")
    )
    assert samples.gaze["x_px"].tolist() == [1, 3]
    (stays,) = read_export(write(tmp_path, "From,To,Participant,Stimulus,AOI,x,y\n5,105,P1,a,t,1,2\n"))
    assert stays.fixations is not None
    assert stays.fixations[["onset_ms", "duration_ms"]].to_numpy().tolist() == [[0, 100]]


@pytest.mark.parametrize(
    "header",
    [
        "Time,Participant,Stimulus,AOI",
        "From,To,Participant,Stimulus,AOI",
        "stimulus,participant,timestamp,duration,eyemovementtype,AOI",
    ],
)
def test_regions_alone_are_refused_with_what_is_missing(tmp_path: Path, header: str) -> None:
    row = ",".join("1" for _ in header.split(","))
    with pytest.raises(InputError, match="row 1: expected also the columns X and Y"):
        read_export(write(tmp_path, f"{header}\n{row}\n"))
