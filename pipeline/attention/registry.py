"""Every measure that is shown to people: what it is called, what it means, and who says so.

Column headers, axis titles, tooltips, the first line of CSV files and the pages in ``docs/measures`` are
made from here, so that a number has the same name everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

HOLMQVIST: Final = "Holmqvist et al. (2011), Eye Tracking: A Comprehensive Guide to Methods and Measures"
DATA_QUALITY: Final = "Holmqvist, Nyström & Mulvey (2012), doi:10.1145/2168556.2168563"
HESTERBERG: Final = "Hesterberg (2015), doi:10.1080/00031305.2015.1089789"
WILSON: Final = "Wilson (1927), doi:10.1080/01621459.1927.10502953"
CONOVER: Final = "Conover (1999), Practical Nonparametric Statistics, section 3.2"
KREJTZ: Final = "Krejtz et al. (2015), Gaze transition entropy, doi:10.1145/2834121"
NIEHORSTER: Final = "Niehorster, Zemblys, Beelders & Holmqvist (2020), doi:10.3758/s13428-020-01400-9"
GOLDBERG: Final = "Goldberg & Kotval (1999), doi:10.1016/S0169-8141(98)00068-7"
SHIFERAW: Final = "Shiferaw, Downey & Crewther (2019), doi:10.1016/j.neubiorev.2018.12.007"
OWN: Final = "Gazeboard"

_AOI: Final = "pipeline.attention.measures.student_aoi_table"
_CLASS: Final = "pipeline.attention.measures.class_aoi_table"
_SLIDE: Final = "pipeline.attention.slide_measures.student_slide_table"
_STEPS: Final = "pipeline.attention.transitions.transition_table"
_QUALITY: Final = "pipeline.events.quality.quality"

_STUDENTS: Final = ("students.csv",)
_REGIONS: Final = ("regions.csv", "slide page")
_SLIDES: Final = ("slides.csv",)
_TRANSITIONS: Final = ("transitions.csv",)
_SESSION: Final = ("session page", "report.json")


@dataclass(frozen=True)
class Measure:
    """One number with a meaning. `unit` is that of the stored value; a share is stored as 0-1.

    `function` is the dotted name of what works it out; `formula`, `notes` on reading it and the places where
    it is `found` are for its page.
    """

    name: str
    label: str
    unit: str
    definition: str
    reference: str
    digits: int
    function: str = ""
    formula: str = ""
    notes: str = ""
    found: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """Label and unit, as for a column or an axis."""
        return f"{self.label} [{self.unit}]" if self.unit else self.label


_OF_A_STUDENT_IN_A_REGION = (
    Measure(
        "dwell_ms",
        "Dwell time",
        "ms",
        "Time of all fixations in the region. For a class: the mean over the tracked students.",
        HOLMQVIST,
        0,
        _AOI,
        "sum of d_f over the fixations f in the region",
        "Grows with the time a slide was shown, so compare it within a slide only; use the dwell share "
        "between slides. Saccades are not in it.",
        ("students.csv", *_REGIONS),
    ),
    Measure(
        "dwell_share",
        "Dwell share",
        "share",
        "Dwell time divided by the time of all fixations on the slide, in regions or not.",
        HOLMQVIST,
        2,
        _AOI,
        "sum of d_f, f in the region / sum of d_f, f on the slide",
        "Empty for a student without any fixation on the slide. Where regions overlap and gaze counts for "
        "all of them, the shares of a slide may add up to more than 1.",
        _STUDENTS,
    ),
    Measure(
        "fixation_count",
        "Fixations",
        "count",
        "Number of fixations in the region, or on the slide.",
        HOLMQVIST,
        0,
        _AOI,
        "",
        "Depends on how fixations were detected and on the sampling rate: compare only recordings made and "
        "processed alike.",
        ("students.csv", "slides.csv"),
    ),
    Measure(
        "ttff_ms",
        "Time to first fixation",
        "ms",
        "From when the slide was first shown to the start of the first fixation in the region; empty if it "
        "was never looked at. For a class: the median over those who looked.",
        HOLMQVIST,
        0,
        _AOI,
        "onset of the first fixation in the region - first onset of the slide",
        "Read it with the reach: a region that few looked at, but early, has a short time, too. Students who "
        "never looked are left out, never counted as 0 or -1.",
        ("students.csv", *_REGIONS),
    ),
    Measure(
        "visits",
        "Visits",
        "count",
        "Runs of consecutive fixations in the region; a fixation elsewhere ends a visit.",
        HOLMQVIST,
        0,
        _AOI,
        "",
        "A slide that is closed and opened again starts a new visit, also in the same region.",
        _STUDENTS,
    ),
    Measure(
        "revisits",
        "Revisits",
        "count",
        "Visits after the first.",
        HOLMQVIST,
        0,
        _AOI,
        "max(0, visits - 1)",
        "0 both for a region visited once and for one never visited: see the number of fixations.",
        _STUDENTS,
    ),
    Measure(
        "first_fixation_ms",
        "First fixation",
        "ms",
        "Duration of the first fixation in it.",
        HOLMQVIST,
        0,
        _AOI,
        "",
        "Durations from webcams are rough: one sample is 33 ms at 30 Hz.",
        _STUDENTS,
    ),
    Measure(
        "mean_fixation_ms",
        "Mean fixation",
        "ms",
        "Mean duration of the fixations in it.",
        HOLMQVIST,
        0,
        _AOI,
        "dwell time / fixations",
        "Empty without a fixation.",
        ("students.csv", "slides.csv"),
    ),
    Measure(
        "hit_probability",
        "Certainty of hits",
        "probability",
        "Probability, given the error of measurement, that a fixation was in the region in which it was "
        "counted; mean over those fixations.",
        OWN,
        2,
        "pipeline.attention.aoi.hit_probability",
        "P = integral over the region of a normal density about the fixation, with the standard deviations "
        "sigma_x and sigma_y of its session",
        "Near 1: the region is large against the error, and counted fixations can be believed. Near 0.5: as "
        "many may have been beside it. Empty without a fixation in the region.",
        _STUDENTS,
    ),
    Measure(
        "expected_dwell_ms",
        "Probable dwell time",
        "ms",
        "Time of each fixation times the probability that, given the error of measurement, it was in the "
        "region.",
        OWN,
        0,
        _AOI,
        "sum of d_f P_f over all fixations f, P_f the probability that f was in the region",
        "Also fixations beside the region add to it. Where it is far from the dwell time, the region is too "
        "small, or too near to another, for the error of the recording.",
        _STUDENTS,
    ),
    Measure(
        "probable_share",
        "Probable share",
        "share",
        "Probable dwell time divided by the probable time on the slide. For a class: the mean over the "
        "tracked students who fixated the slide at all.",
        OWN,
        2,
        _AOI,
        "sum of d_f P_f / sum of d_f S_f, S_f the probability that f was on the slide",
        "What the observed share would be on average if every fixation were moved by its error once more: it "
        "is drawn towards the share of the slide that the region and its neighbourhood cover. Far from the "
        "observed share: do not build on either.",
        ("students.csv", "regions.csv"),
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
        "pipeline.attention.aoi.expected_shares",
        "w_i / sum of w",
        "Empty if no region of the slide has a weight. It says what the author intended, not what is right.",
        _REGIONS,
    ),
    Measure(
        "observed_share",
        "Observed share",
        "share",
        "Dwell share, mean over the tracked students who fixated the slide at all.",
        HOLMQVIST,
        2,
        _CLASS,
        "mean over students of the dwell share",
        "Every student has the same weight, however long they looked. Read it with its interval.",
        _REGIONS,
    ),
    Measure(
        "observed_low",
        "Observed share, low",
        "share",
        "Lower end of the 95 % interval of the observed share (bootstrap over students).",
        HESTERBERG,
        2,
        "pipeline.attention.statistics.bootstrap_interval",
        "",
        "Students are resampled, never fixations. Empty for fewer than two students.",
        _REGIONS,
    ),
    Measure(
        "observed_high",
        "Observed share, high",
        "share",
        "Upper end of the 95 % interval of the observed share (bootstrap over students).",
        HESTERBERG,
        2,
        "pipeline.attention.statistics.bootstrap_interval",
        "",
        "Students are resampled, never fixations. Empty for fewer than two students.",
        _REGIONS,
    ),
    Measure(
        "probable_low",
        "Probable share, low",
        "share",
        "Lower end of the 95 % interval of the probable share (bootstrap over students).",
        HESTERBERG,
        2,
        "pipeline.attention.statistics.bootstrap_interval",
        "",
        "The interval is of the students' differences; the error of measurement is in the share itself.",
        ("regions.csv",),
    ),
    Measure(
        "probable_high",
        "Probable share, high",
        "share",
        "Upper end of the 95 % interval of the probable share (bootstrap over students).",
        HESTERBERG,
        2,
        "pipeline.attention.statistics.bootstrap_interval",
        "",
        "The interval is of the students' differences; the error of measurement is in the share itself.",
        ("regions.csv",),
    ),
    Measure(
        "gap",
        "Gap",
        "share",
        "Observed share minus expected share.",
        OWN,
        2,
        _CLASS,
        "o_i - e_i",
        "Above 0: more looking than intended. Only a gap whose interval leaves out 0 is more than chance.",
        _REGIONS,
    ),
    Measure(
        "gap_low",
        "Gap, low",
        "share",
        "Lower end of the 95 % interval of the gap (bootstrap over students).",
        HESTERBERG,
        2,
        "pipeline.attention.statistics.bootstrap_interval",
        "low end of the observed share - e_i",
        "What was intended is taken as certain.",
        ("regions.csv",),
    ),
    Measure(
        "gap_high",
        "Gap, high",
        "share",
        "Upper end of the 95 % interval of the gap (bootstrap over students).",
        HESTERBERG,
        2,
        "pipeline.attention.statistics.bootstrap_interval",
        "high end of the observed share - e_i",
        "What was intended is taken as certain.",
        ("regions.csv",),
    ),
    Measure(
        "gap_score",
        "Gap score",
        "share",
        "Share of looking that would have to move to other regions for the observed shares to equal the "
        "expected ones: 0 as designed, 1 all of it elsewhere (total variation).",
        OWN,
        2,
        "pipeline.attention.measures.gap_score",
        "1/2 (sum of |o_i - e_i| + o_rest)",
        "The rest is what was looked at outside of all regions; nothing is intended for it.",
        ("slide page",),
    ),
    Measure(
        "exposed_n",
        "Exposed",
        "students",
        "Students who were shown the slide.",
        HOLMQVIST,
        0,
        _CLASS,
        "",
        "",
        _REGIONS,
    ),
    Measure(
        "tracked_n",
        "Tracked",
        "students",
        "Students whose gaze was tracked for at least half of the time they were shown the slide. Not "
        "tracked is not the same as not looking: the others count in no figure of the class.",
        OWN,
        0,
        _CLASS,
        "",
        "The share that is asked for can be changed (--tracked-share).",
        _REGIONS,
    ),
    Measure(
        "reach_n",
        "Reached",
        "students",
        "Tracked students with a fixation in the region.",
        HOLMQVIST,
        0,
        _CLASS,
        "",
        "",
        _REGIONS,
    ),
    Measure(
        "reach_share",
        "Reach",
        "share",
        "Reached students divided by tracked students.",
        HOLMQVIST,
        2,
        _CLASS,
        "reached / tracked",
        "Also called hit ratio. A small region beside a large one is reached by error alone: see whether it "
        "is smaller than the error.",
        _REGIONS,
    ),
    Measure(
        "reach_low",
        "Reach, low",
        "share",
        "Lower end of Wilson's 95 % interval of the reach.",
        WILSON,
        2,
        "pipeline.attention.statistics.proportion_interval",
        "",
        "Wide even where all or none looked: few students prove little.",
        ("regions.csv",),
    ),
    Measure(
        "reach_high",
        "Reach, high",
        "share",
        "Upper end of Wilson's 95 % interval of the reach.",
        WILSON,
        2,
        "pipeline.attention.statistics.proportion_interval",
        "",
        "Wide even where all or none looked: few students prove little.",
        ("regions.csv",),
    ),
    Measure(
        "ttff_low_ms",
        "Time to first fixation, low",
        "ms",
        "Lower end of the 95 % interval of the median time to first fixation, from ranks.",
        CONOVER,
        0,
        _CLASS,
        "",
        "Of those who looked; empty for fewer than six of them.",
        ("regions.csv",),
    ),
    Measure(
        "ttff_high_ms",
        "Time to first fixation, high",
        "ms",
        "Upper end of the 95 % interval of the median time to first fixation, from ranks.",
        CONOVER,
        0,
        _CLASS,
        "",
        "Of those who looked; empty for fewer than six of them.",
        ("regions.csv",),
    ),
    Measure(
        "smaller_than_error",
        "Smaller than error",
        "",
        "The region is so small that gaze at its middle would be measured outside it more often than not.",
        OWN,
        0,
        _CLASS,
        "hit probability at the region's middle < 0.5",
        "With the usual error of the class. Figures of such a region tell about its neighbourhood, too.",
        _REGIONS,
    ),
)
_OF_A_STUDENT_ON_A_SLIDE = (
    Measure(
        "exposure_ms",
        "Time shown",
        "ms",
        "Time that the slide was to be seen, all showings together.",
        OWN,
        0,
        _SLIDE,
        "",
        "Also time in which the student looked away.",
        ("students.csv", "slides.csv"),
    ),
    Measure(
        "not_tracked_share",
        "Not tracked",
        "share",
        "Share of the time the slide was shown without valid gaze.",
        DATA_QUALITY,
        2,
        _SLIDE,
        "1 - tracked time / time shown",
        "No face in view, lids closed, or eyes not found. Not tracked is not the same as not looking.",
        _SLIDES,
    ),
    Measure(
        "off_slide_share",
        "Off the slide",
        "share",
        "Share of the valid gaze that fell beside the slide.",
        OWN,
        2,
        _SLIDE,
        "1 - on the slide",
        "With the error of webcams, gaze near the slide's edge falls beside it by chance.",
        _SLIDES,
    ),
    Measure(
        "fixation_rate_hz",
        "Fixation rate",
        "Hz",
        "Fixations on the slide per second of tracked time.",
        HOLMQVIST,
        2,
        _SLIDE,
        "fixations / tracked time",
        "People make 2 to 4 a second; webcams miss short ones.",
        _SLIDES,
    ),
    Measure(
        "scanpath_widths",
        "Scanpath length",
        "slide widths",
        "Sum of the distances from each fixation to the next, in widths of the slide.",
        GOLDBERG,
        2,
        _SLIDE,
        "sum of |x_(f+1) - x_f|",
        "Grows with time and with noise. A look beside the slide, or closing it, breaks the path. Empty "
        "without any step.",
        _SLIDES,
    ),
    Measure(
        "scanpath_deg",
        "Scanpath length, angle",
        "deg",
        "Sum of the distances from each fixation to the next, as visual angles.",
        GOLDBERG,
        1,
        _SLIDE,
        "sum of |x_(f+1) - x_f|, with the slide's width and height in degrees",
        "With the size of the slide on the student's screen and the median distance of the eyes; empty where "
        "that is not known.",
        _SLIDES,
    ),
    Measure(
        "hull_area_share",
        "Convex hull",
        "share",
        "Area of the smallest convex outline about all fixations on the slide, as a share of the slide.",
        GOLDBERG,
        2,
        _SLIDE,
        "",
        "One stray fixation widens it: read it with the contour ellipse. Empty for fewer than three "
        "fixations.",
        _SLIDES,
    ),
    Measure(
        "bcea_share",
        "Contour ellipse",
        "share",
        "Bivariate contour ellipse area (BCEA) of the fixations on the slide: area of the ellipse that would "
        "hold 68 % of them if they were normally distributed, as a share of the slide.",
        NIEHORSTER,
        3,
        _SLIDE,
        "-2 ln(1 - 0.6827) pi s_x s_y sqrt(1 - r^2)",
        "May exceed 1. Empty for fewer than three fixations.",
        _SLIDES,
    ),
    Measure(
        "bcea_deg2",
        "Contour ellipse, angle",
        "deg²",
        "Bivariate contour ellipse area (BCEA) of the fixations on the slide, in square degrees.",
        NIEHORSTER,
        1,
        _SLIDE,
        "contour ellipse x width x height of the slide in degrees",
        "Empty where the slide's size on the screen or the distance of the eyes is not known.",
        _SLIDES,
    ),
    Measure(
        "spatial_entropy",
        "Spatial entropy",
        "of the largest",
        "How evenly fixation time is spread over a grid of 16 x 9 cells: Shannon's entropy over its largest "
        "value, 0 (one cell) to 1 (all cells alike).",
        SHIFERAW,
        2,
        _SLIDE,
        "- sum of p_c log2(p_c) / log2(144), p_c the share of fixation time in cell c",
        "Grows with the number of fixations, up to log2(fixations) / log2(144): compare like with like.",
        _SLIDES,
    ),
    Measure(
        "transition_entropy",
        "Transition entropy",
        "of the largest",
        "How unpredictable it is in which region the next fixation is, given that of the present one: 0 "
        "(certain) to 1 (any region alike).",
        KREJTZ,
        2,
        "pipeline.attention.transitions.transition_entropy",
        "- sum of pi_i p_ij log2(p_ij) / log2(s), p the transition matrix of the s states, pi its stationary "
        "distribution",
        "States are the regions and elsewhere; where regions overlap, a fixation is in the topmost. Short "
        "sequences have low entropy by chance. Empty without a transition.",
        _SLIDES,
    ),
    Measure(
        "stationary_entropy",
        "Stationary entropy",
        "of the largest",
        "How evenly fixations are spread over the regions in the long run: 0 (one region) to 1 (all alike).",
        KREJTZ,
        2,
        "pipeline.attention.transitions.stationary_entropy",
        "- sum of pi_i log2(pi_i) / log2(s), pi the stationary distribution of the transition matrix",
        "The matrix has self-transitions. From the last state of a sequence, if it was never left, any "
        "visited state may follow.",
        _SLIDES,
    ),
    Measure(
        "transition_count",
        "Transitions",
        "count",
        "How often gaze went from one region to another: between visits, or from fixation to fixation (then "
        "also within a region).",
        KREJTZ,
        0,
        _STEPS,
        "",
        "All students together; see how many of them it was. Gaze in no region is elsewhere.",
        _TRANSITIONS,
    ),
    Measure(
        "transition_probability",
        "Transition probability",
        "probability",
        "Share of the transitions from a region that went to the other.",
        KREJTZ,
        2,
        _STEPS,
        "n_ij / sum over j of n_ij",
        "Rows of few transitions say little: read it with their number.",
        _TRANSITIONS,
    ),
    Measure(
        "students_n",
        "Students with it",
        "students",
        "Students with at least one such transition.",
        OWN,
        0,
        _STEPS,
        "",
        "",
        _TRANSITIONS,
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
        _QUALITY,
        notes="On a single slide, blinks count as not tracked: there are too few to leave them out.",
        found=(*_SESSION, "students.csv", "slides.csv"),
    ),
    Measure(
        "sampling_rate_hz",
        "Sampling rate",
        "Hz",
        "One over the median time step.",
        DATA_QUALITY,
        1,
        _QUALITY,
        found=_SESSION,
    ),
    Measure(
        "data_loss_share",
        "Data loss",
        "share",
        "Share of the time slides were shown without valid gaze, blinks included.",
        DATA_QUALITY,
        2,
        _QUALITY,
        found=_SESSION,
    ),
    Measure(
        "longest_gap_ms",
        "Longest gap",
        "ms",
        "Longest stretch without valid gaze while slides were shown.",
        DATA_QUALITY,
        0,
        _QUALITY,
        found=_SESSION,
    ),
    Measure(
        "precision_rms_s2s_deg",
        "Precision, sample to sample",
        "deg",
        "Root mean square of the angles between successive samples within fixations.",
        DATA_QUALITY,
        2,
        _QUALITY,
        found=_SESSION,
    ),
    Measure(
        "precision_std_deg",
        "Precision, spread",
        "deg",
        "Standard deviation of the samples about the centre of their fixation, both axes together.",
        DATA_QUALITY,
        2,
        _QUALITY,
        found=_SESSION,
    ),
    Measure(
        "blink_rate_per_min",
        "Blinks",
        "per min",
        "Blinks per minute with a face in view.",
        HOLMQVIST,
        0,
        _QUALITY,
        found=_SESSION,
    ),
    Measure(
        "head_out_of_range_share",
        "Head out of range",
        "share",
        "Share of the frames with a face in which the head was outside the range it was calibrated in.",
        OWN,
        2,
        _QUALITY,
        found=_SESSION,
    ),
    Measure(
        "on_slide_share",
        "On the slide",
        "share",
        "Share of the valid gaze that fell on the slide.",
        OWN,
        2,
        _QUALITY,
        found=(*_SESSION, "slides.csv"),
    ),
    Measure(
        "several_faces_share",
        "Several faces",
        "share",
        "Share of the frames that show more than one face.",
        OWN,
        2,
        _QUALITY,
        found=_SESSION,
    ),
    Measure(
        "sigma_deg",
        "Uncertainty",
        "deg",
        "Median standard uncertainty of the valid gaze: accuracy and precision together, or the usual error "
        "of an uncalibrated recording.",
        OWN,
        1,
        _QUALITY,
        found=_SESSION,
    ),
    Measure(
        "accuracy_deg",
        "Accuracy",
        "deg",
        "Mean angle between gaze and target on dots that were not used for calibration.",
        DATA_QUALITY,
        1,
        _QUALITY,
        found=_SESSION,
    ),
)

MEASURES: Final[dict[str, Measure]] = {
    measure.name: measure
    for measure in (*_OF_A_STUDENT_IN_A_REGION, *_OF_A_CLASS, *_OF_A_STUDENT_ON_A_SLIDE, *_OF_A_RECORDING)
}
