"""Every measure that is shown to people: what it is called, what it means, and who says so.

Column headers, axis titles, tooltips and the first line of CSV files are made from here, so that a number
has the same name everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HOLMQVIST: Final = "Holmqvist et al. (2011), Eye Tracking: A Comprehensive Guide to Methods and Measures"
DATA_QUALITY: Final = "Holmqvist, Nyström & Mulvey (2012), doi:10.1145/2168556.2168563"
OWN: Final = "Gazeboard"


@dataclass(frozen=True)
class Measure:
    """One number with a meaning. `unit` is that of the stored value; a share is stored as 0-1."""

    name: str
    label: str
    unit: str
    definition: str
    reference: str
    digits: int

    @property
    def heading(self) -> str:
        """Label and unit, as for a column or an axis."""
        return f"{self.label} [{self.unit}]" if self.unit else self.label


_OF_A_STUDENT = (
    Measure("dwell_ms", "Dwell time", "ms", "Time of all fixations in the region.", HOLMQVIST, 0),
    Measure(
        "dwell_share",
        "Dwell share",
        "share",
        "Dwell time divided by the time of all fixations on the slide, in regions or not.",
        HOLMQVIST,
        2,
    ),
    Measure("fixation_count", "Fixations", "count", "Number of fixations in the region.", HOLMQVIST, 0),
    Measure(
        "ttff_ms",
        "Time to first fixation",
        "ms",
        "From when the slide was first shown to the start of the first fixation in the region; empty if it "
        "was never looked at. For a class: the median over those who looked.",
        HOLMQVIST,
        0,
    ),
    Measure(
        "visits",
        "Visits",
        "count",
        "Runs of consecutive fixations in the region; a fixation elsewhere ends a visit.",
        HOLMQVIST,
        0,
    ),
    Measure("revisits", "Revisits", "count", "Visits after the first.", HOLMQVIST, 0),
    Measure(
        "first_fixation_ms", "First fixation", "ms", "Duration of the first fixation in it.", HOLMQVIST, 0
    ),
    Measure("mean_fixation_ms", "Mean fixation", "ms", "Mean duration of the fixations in it.", HOLMQVIST, 0),
    Measure(
        "expected_dwell_ms",
        "Probable dwell time",
        "ms",
        "Time of each fixation times the probability that, given the error of measurement, it was in the "
        "region.",
        OWN,
        0,
    ),
)
_OF_A_CLASS = (
    Measure(
        "expected_share",
        "Expected share",
        "share",
        "Share of looking that the design intends for the region: its weight over the sum of all weights.",
        OWN,
        2,
    ),
    Measure(
        "observed_share",
        "Observed share",
        "share",
        "Dwell share, mean over the tracked students who fixated the slide at all.",
        HOLMQVIST,
        2,
    ),
    Measure(
        "observed_low",
        "Observed share, low",
        "share",
        "Lower end of the 95 % interval of the observed share (percentile bootstrap over students).",
        "Efron & Tibshirani (1993), An Introduction to the Bootstrap",
        2,
    ),
    Measure(
        "observed_high",
        "Observed share, high",
        "share",
        "Upper end of the 95 % interval of the observed share (percentile bootstrap over students).",
        "Efron & Tibshirani (1993), An Introduction to the Bootstrap",
        2,
    ),
    Measure("gap", "Gap", "share", "Observed share minus expected share.", OWN, 2),
    Measure(
        "gap_score",
        "Gap score",
        "share",
        "Share of looking that would have to move to other regions for the observed shares to equal the "
        "expected ones: 0 as designed, 1 all of it elsewhere (total variation).",
        OWN,
        2,
    ),
    Measure("exposed_n", "Exposed", "students", "Students who were shown the slide.", HOLMQVIST, 0),
    Measure(
        "tracked_n",
        "Tracked",
        "students",
        "Students whose gaze was tracked for at least half of the time they were shown the slide. Not "
        "tracked is not the same as not looking: the others count in no figure of the class.",
        OWN,
        0,
    ),
    Measure(
        "reach_n", "Reached", "students", "Tracked students with a fixation in the region.", HOLMQVIST, 0
    ),
    Measure("reach_share", "Reach", "share", "Reached students divided by tracked students.", HOLMQVIST, 2),
    Measure(
        "smaller_than_error",
        "Smaller than error",
        "",
        "The region is so small that gaze at its middle would be measured outside it more often than not.",
        OWN,
        0,
    ),
)
_OF_A_RECORDING = (
    Measure(
        "tracked_share",
        "Tracked time",
        "share",
        "Time with valid gaze divided by the time slides were shown, blinks left out of both.",
        DATA_QUALITY,
        2,
    ),
    Measure("sampling_rate_hz", "Sampling rate", "Hz", "One over the median time step.", DATA_QUALITY, 1),
    Measure(
        "data_loss_share",
        "Data loss",
        "share",
        "Share of the time slides were shown without valid gaze, blinks included.",
        DATA_QUALITY,
        2,
    ),
    Measure(
        "longest_gap_ms",
        "Longest gap",
        "ms",
        "Longest stretch without valid gaze while slides were shown.",
        DATA_QUALITY,
        0,
    ),
    Measure(
        "precision_rms_s2s_deg",
        "Precision, sample to sample",
        "deg",
        "Root mean square of the angles between successive samples within fixations.",
        DATA_QUALITY,
        2,
    ),
    Measure(
        "precision_std_deg",
        "Precision, spread",
        "deg",
        "Standard deviation of the samples about the centre of their fixation, both axes together.",
        DATA_QUALITY,
        2,
    ),
    Measure(
        "blink_rate_per_min", "Blinks", "per min", "Blinks per minute with a face in view.", HOLMQVIST, 0
    ),
    Measure(
        "head_out_of_range_share",
        "Head out of range",
        "share",
        "Share of the frames with a face in which the head was outside the range it was calibrated in.",
        OWN,
        2,
    ),
    Measure(
        "on_slide_share", "On the slide", "share", "Share of the valid gaze that fell on the slide.", OWN, 2
    ),
    Measure(
        "several_faces_share",
        "Several faces",
        "share",
        "Share of the frames that show more than one face.",
        OWN,
        2,
    ),
    Measure(
        "sigma_deg",
        "Uncertainty",
        "deg",
        "Median standard uncertainty of the valid gaze: accuracy and precision together, or the usual error "
        "of an uncalibrated recording.",
        OWN,
        1,
    ),
    Measure(
        "accuracy_deg",
        "Accuracy",
        "deg",
        "Mean angle between gaze and target on dots that were not used for calibration.",
        DATA_QUALITY,
        1,
    ),
)

MEASURES: Final[dict[str, Measure]] = {
    measure.name: measure for measure in (*_OF_A_STUDENT, *_OF_A_CLASS, *_OF_A_RECORDING)
}
