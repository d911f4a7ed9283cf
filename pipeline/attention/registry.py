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
HOLM: Final = "Holm (1979), Scandinavian Journal of Statistics 6, 65-70"
PERMUTATION: Final = "Phipson & Smyth (2010), doi:10.2202/1544-6115.1585"
CLIFF: Final = (
    "Cliff (1993), doi:10.1037/0033-2909.114.3.494; "
    "interval: Feng & Cliff (2004), doi:10.22237/jmasm/1099267560"
)
KENDALL: Final = "Kendall (1945), doi:10.1093/biomet/33.3.239"
BYLINSKII: Final = "Bylinskii et al. (2019), doi:10.1109/TPAMI.2018.2815601"
MULTIMATCH: Final = (
    "Jarodzka et al. (2010), doi:10.1145/1743666.1743718; "
    "Dewhurst et al. (2012), doi:10.3758/s13428-012-0212-2"
)
OWN: Final = "Gazeboard"

_AOI: Final = "pipeline.attention.measures.student_aoi_table"
_CLASS: Final = "pipeline.attention.measures.class_aoi_table"
_SLIDE: Final = "pipeline.attention.slide_measures.student_slide_table"
_STEPS: Final = "pipeline.attention.transitions.transition_table"
_SAMPLES: Final = "pipeline.sample_table.sample_table"
_GAP: Final = "pipeline.attention.gap.gap_of"
_MAPS: Final = "pipeline.attention.map_metrics."
_PATHS: Final = "pipeline.attention.scanpath."
_COMPARED: Final = "pipeline.attention.comparison.compare_groups"
_QUIZ: Final = "pipeline.attention.outcomes.quiz_table"
_STATISTICS: Final = "pipeline.attention.statistics."
_DENSITY: Final = "pipeline.attention.density."
_QUALITY: Final = "pipeline.events.quality.quality"

_STUDENTS: Final = ("students.csv",)
_REGIONS: Final = ("regions.csv", "slide page")
_SLIDES: Final = ("slides.csv",)
_TRANSITIONS: Final = ("transitions.csv",)
_GAPS: Final = ("gap.csv",)
_MAP_TABLE: Final = ("map_metrics.csv",)
_SCANPATHS: Final = ("scanpaths.csv",)
_DENSITIES: Final = ("density.csv",)
_COMPARISON: Final = ("comparison.csv",)
_ANSWERS: Final = ("quiz.csv",)
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
        "between slides. Saccades are not in it. 0 says that a student did not look there only if the "
        "student was tracked (`tracked`).",
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
        "sample_count",
        "Gaze samples",
        "count",
        "Number of valid gaze samples in the region.",
        HOLMQVIST,
        0,
        _SAMPLES,
        "",
        "Grows with the sampling rate and the time the slide was shown. A sample counts for the regions that "
        "the middle of its 1/384 x 1/216 of the slide is in; the time in which a part is to be seen counts "
        "from the first sample of the showing. 0, too, where only a tracker's fixations are known.",
        ("samples.csv",),
    ),
    Measure(
        "sample_share",
        "Sample share",
        "share",
        "Valid gaze samples in the region divided by those on the slide, fixations or not.",
        HOLMQVIST,
        2,
        _SAMPLES,
        "samples in the region / samples on the slide",
        "It needs no fixations, so it tells whether the dwell share hangs on how fixations were found. "
        "Saccades on their way over a region are in it. Empty without a sample on the slide.",
        ("samples.csv",),
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
        "never looked are left out, never counted as 0 or -1. Counted from the first showing also for a "
        "region that appears later, or is first looked at in a later showing.",
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
        "Duration of the first fixation in the region.",
        HOLMQVIST,
        0,
        _AOI,
        "",
        "Empty without a fixation. Durations from webcams are rough: one sample is 33 ms at 30 Hz.",
        _STUDENTS,
    ),
    Measure(
        "mean_fixation_ms",
        "Mean fixation",
        "ms",
        "Mean duration of the fixations in the region, or on the slide.",
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
        "observed share: do not build on either. Empty for a student without any fixation on the slide.",
        ("students.csv", *_REGIONS),
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
        _REGIONS,
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
        _REGIONS,
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
        _REGIONS,
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
        _REGIONS,
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
        "The rest is what was looked at outside of all regions; nothing is intended for it. Where gaze "
        "counts for several overlapping regions the rest is understated, and the score is at most 1. Read it "
        "with its interval and the gap score by chance.",
        ("gap.csv", "report.json", "lesson page", "slide page"),
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
        "Also called hit ratio. Of the exposed who were not tracked it is unknown, so they are not in it; "
        "their number stands beside it. A small region beside a large one is reached by error alone: see "
        "whether it is smaller than the error.",
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
        _REGIONS,
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
        _REGIONS,
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
        _REGIONS,
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
        _REGIONS,
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
        ("students.csv", "slides.csv", "slide page", "session page"),
    ),
    Measure(
        "tracked",
        "Tracked long enough",
        "",
        "The student was tracked for at least half of the time the slide was shown, and so counts in the "
        "figures of the class.",
        OWN,
        0,
        "pipeline.attention.lesson_measures.measure_lesson",
        "tracked time / time shown >= 0.5",
        "Of a student who was not, a dwell time of 0 does not say that the region was not looked at: it is "
        "unknown. The share that is asked for can be changed (--tracked-share).",
        _STUDENTS,
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
        (*_SLIDES, "slide page"),
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
        (*_SLIDES, "slide page"),
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
        (*_SLIDES, "slide page"),
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
        (*_SLIDES, "slide page"),
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
        (*_SLIDES, "slide page"),
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
        (*_SLIDES, "slide page"),
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
        "All tracked students together; see how many of them it was. Gaze in no region is elsewhere; where "
        "regions overlap, a fixation is in the topmost. Only fixations in the same showing follow one "
        "another.",
        (*_TRANSITIONS, "slide page"),
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
        (*_TRANSITIONS, "slide page"),
    ),
    Measure(
        "students_n",
        "Students with it",
        "students",
        "Tracked students with at least one such transition.",
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
        found=(*_SESSION, "students.csv", "slides.csv", "slide page"),
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
        found=(*_SESSION, "slides.csv", "slide page"),
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
_OF_A_GAP = (
    Measure(
        "gap_score_low",
        "Gap score, low",
        "share",
        "Lower end of the 95 % interval of the gap score (reversed percentile bootstrap over students).",
        HESTERBERG,
        2,
        _GAP,
        "2 score - upper percentile of the resampled scores, at least 0",
        "A total variation is never negative, so chance makes the score too large; this interval takes "
        "that off. At 0 the looking cannot be told from the design.",
        (*_GAPS, "lesson page", "slide page"),
    ),
    Measure(
        "gap_score_high",
        "Gap score, high",
        "share",
        "Upper end of the 95 % interval of the gap score (reversed percentile bootstrap over students).",
        HESTERBERG,
        2,
        _GAP,
        "2 score - lower percentile of the resampled scores, at most 1",
        "",
        (*_GAPS, "lesson page", "slide page"),
    ),
    Measure(
        "gap_score_as_designed",
        "Gap score by chance",
        "share",
        "Gap score that so few students would have on average even if they looked exactly as designed.",
        OWN,
        2,
        _GAP,
        "mean of 1/2 sum of |error of the mean share| over resamples, times sqrt(n / (n - 1))",
        "Hold the gap score against it: a score that is hardly larger says nothing.",
        (*_GAPS, "lesson page", "slide page"),
    ),
    Measure(
        "order_tau",
        "Order",
        "-1 to 1",
        "Kendall's tau-b of the regions' intended order with the order in which the class first fixated "
        "them (median time to first fixation): 1 as intended, -1 the other way round.",
        KENDALL,
        2,
        "pipeline.attention.gap.kendall_tau",
        "(pairs in the same order - pairs in the opposite) / sqrt(pairs untied in one x pairs untied in "
        "the other)",
        "Of two or three regions it is coarse: look at their number too. Regions nobody looked at are left "
        "out.",
        (*_GAPS, "slide page"),
    ),
    Measure(
        "order_count",
        "Regions in order",
        "regions",
        "Regions with an intended place that the class reached.",
        OWN,
        0,
        _GAP,
        "",
        "",
        (*_GAPS, "slide page"),
    ),
    Measure(
        "order_tau_mean",
        "Order of a student",
        "-1 to 1",
        "Mean of the students' own Kendall's tau-b of the intended order with the order of their first "
        "fixations.",
        KENDALL,
        2,
        _GAP,
        "",
        "Only students have one who reached two regions with different intended places, one before the "
        "other. Regions that they did not reach are left out.",
        (*_GAPS, "slide page"),
    ),
    Measure(
        "order_tau_low",
        "Order of a student, low",
        "-1 to 1",
        "Lower end of the 95 % interval of the mean order (bootstrap over students).",
        HESTERBERG,
        2,
        _STATISTICS + "bootstrap_interval",
        "",
        "",
        (*_GAPS, "slide page"),
    ),
    Measure(
        "order_tau_high",
        "Order of a student, high",
        "-1 to 1",
        "Upper end of the 95 % interval of the mean order (bootstrap over students).",
        HESTERBERG,
        2,
        _STATISTICS + "bootstrap_interval",
        "",
        "",
        (*_GAPS, "slide page"),
    ),
    Measure(
        "order_students_n",
        "Students with an order",
        "students",
        "Tracked students who reached at least two regions with different intended places, one before the "
        "other.",
        OWN,
        0,
        _GAP,
        "",
        "",
        (*_GAPS, "slide page"),
    ),
    Measure(
        "counted_n",
        "Students counted",
        "students",
        "Students that the figures of the row are from.",
        OWN,
        0,
        _GAP,
        "",
        "",
        ("gap.csv", "map_metrics.csv", "scanpaths.csv", "quiz.csv"),
    ),
    Measure(
        "missed",
        "Missed",
        "regions",
        "Required regions that tracked students never looked at, with their number.",
        OWN,
        0,
        _GAP,
        "",
        "Of those who were tracked for less it is unknown. The interval of the share that missed a region "
        "is Wilson's.",
        (*_GAPS, "lesson page", "slide page"),
    ),
)
_OF_A_PLACE = (
    Measure(
        "absolute_duration_s",
        "Absolute duration",
        "s",
        "Seconds of gaze in a cell of the slide (96 x 54): mean over the tracked students, spread by a "
        "Gaussian.",
        HOLMQVIST,
        3,
        _DENSITY + "density_table",
        "mean over students of (G * t), t the seconds of gaze in each cell, G a Gaussian of sigma = max(1 "
        "deg, usual error of the class)",
        "Grows with the time a slide was shown. Saccades are in it. What the Gaussian spreads over the "
        "slide's edge is lost. Finer than sigma it shows nothing: cells next to each other are never "
        "independent.",
        _DENSITIES,
    ),
    Measure(
        "relative_duration_share",
        "Relative duration",
        "share",
        "Share of a student's own time on the slide in a cell (96 x 54), spread by a Gaussian: mean over the "
        "tracked students who looked at the slide.",
        HOLMQVIST,
        3,
        _DENSITY + "density_table",
        "mean over students of (G * t) / sum over cells of (G * t), t and G as for the absolute duration",
        "Every student has the same weight, however long they looked. All cells add up to 1.",
        _DENSITIES,
    ),
    Measure(
        "fixation_density_count",
        "Fixations at a place",
        "count",
        "Fixations of all tracked students in a cell (96 x 54), spread by a Gaussian.",
        HOLMQVIST,
        3,
        _DENSITY + "density_table",
        "G * n, n the fixations in each cell, G as for the absolute duration",
        "Grows with the number of students. Long and short fixations count alike, and how many there are "
        "depends on how they were detected.",
        _DENSITIES,
    ),
    Measure(
        "participant_percent",
        "Participants at a place",
        "percent",
        "Percentage of the tracked students who looked within sigma of the middle of a cell (96 x 54), for "
        "at least 0.1 s in all.",
        OWN,
        0,
        _DENSITY + "participant_percent",
        "100 x students with at least 0.1 s of gaze in cells whose middles are within sigma / tracked "
        "students, sigma = max(1 deg, usual error of the class)",
        "One student who stares weighs as little as any other. The larger the error, the wider the "
        "neighbourhood: compare only classes measured alike.",
        _DENSITIES,
    ),
)
_OF_A_MAP = (
    Measure(
        "nss",
        "NSS",
        "SD",
        "Normalised scanpath saliency: mean of the map at the fixations, in standard deviations of the map "
        "above its mean.",
        BYLINSKII + "; Peters et al. (2005), doi:10.1016/j.visres.2005.03.019",
        2,
        _MAPS + "nss",
        "mean over fixations of (map - mean of map) / SD of map",
        "0 is chance. Only between the two baselines does a figure say anything: the centre bias and the "
        "rest of the class.",
        (*_MAP_TABLE, "slide page"),
    ),
    Measure(
        "cc",
        "CC",
        "-1 to 1",
        "Pearson's correlation of the map with the density of fixations, cell by cell.",
        BYLINSKII,
        2,
        _MAPS + "correlation",
        "cov(map, density) / (SD of map x SD of density)",
        "Takes too much and too little as equally bad.",
        (*_MAP_TABLE, "slide page"),
    ),
    Measure(
        "kl_divergence",
        "KL divergence",
        "nats",
        "Information lost when the map is taken for the density of fixations; 0 is a perfect match.",
        BYLINSKII,
        2,
        _MAPS + "kl_divergence",
        "sum of d ln(e + d / (m + e)), d density and m map with a sum of 1, e = 2.2e-16",
        "Lower is better. Fixations where the map has nothing cost most; 5 % of each map lie evenly on the "
        "slide.",
        (*_MAP_TABLE, "slide page"),
    ),
    Measure(
        "similarity",
        "SIM",
        "0 to 1",
        "What the map and the density of fixations have in common.",
        BYLINSKII,
        2,
        _MAPS + "similarity",
        "sum of min(m, d), both with a sum of 1",
        "",
        (*_MAP_TABLE, "slide page"),
    ),
    Measure(
        "auc_judd",
        "AUC-Judd",
        "0 to 1",
        "How well the map tells fixated cells from the others; 0.5 is chance.",
        BYLINSKII + "; Judd et al. (2009), doi:10.1109/ICCV.2009.5459462",
        2,
        _MAPS + "auc_judd",
        "area under the curve of found against falsely found, thresholds at the fixated values",
        "The middle of the slide alone gives a good figure: hold it against the centre bias.",
        (*_MAP_TABLE, "slide page"),
    ),
    Measure(
        "auc_shuffled",
        "Shuffled AUC",
        "0 to 1",
        "How well the map tells these fixations from those of the same class on other slides; 0.5 is chance.",
        BYLINSKII + "; Zhang et al. (2008), doi:10.1167/8.7.32",
        2,
        _MAPS + "auc_shuffled",
        "share of pairs (here, elsewhere) in which the map is higher here, ties half",
        "Habits of looking, such as the middle, count for nothing.",
        (*_MAP_TABLE, "slide page"),
    ),
    Measure(
        "information_gain",
        "Information gain",
        "bits",
        "By how much the map predicts a fixation better than the centre bias.",
        BYLINSKII + "; Kümmerer et al. (2015), doi:10.1073/pnas.1510393112",
        2,
        _MAPS + "information_gain",
        "mean over fixations of log2(e + m) - log2(e + centre bias), both with a sum of 1",
        "Below 0 the map is worse than the centre bias. 5 % of each lie evenly on the slide.",
        (*_MAP_TABLE, "slide page"),
    ),
    Measure(
        "class_value",
        "Whole class",
        "",
        "The same measure for all fixations of the class at once and their density.",
        BYLINSKII,
        2,
        "pipeline.attention.map_comparison.compare_maps",
        "",
        "The other figures of the row are means over students.",
        _MAP_TABLE,
    ),
)
_OF_A_PAIR_OF_PATHS = (
    Measure(
        "levenshtein",
        "Levenshtein similarity",
        "0 to 1",
        "How alike the sequences of visited regions of two students are: one minus the edits that turn one "
        "into the other, divided by the longer.",
        "Levenshtein (1966), Soviet Physics Doklady 10, 707-710",
        2,
        _PATHS + "levenshtein",
        "1 - insertions, deletions and substitutions / visits of the longer",
        "Each visit is a letter, looking elsewhere too; where regions overlap, the topmost counts. Class: "
        "the mean over all pairs of students.",
        _SCANPATHS,
    ),
    Measure(
        "needleman_wunsch",
        "Needleman-Wunsch score",
        "-1 to 1",
        "Score of the best alignment of the sequences of visited regions of two students, divided by the "
        "longer.",
        "Needleman & Wunsch (1970), doi:10.1016/0022-2836(70)90057-4",
        2,
        _PATHS + "needleman_wunsch",
        "(matches - mismatches - gaps) / visits of the longer",
        "Each visit is a letter, looking elsewhere too; where regions overlap, the topmost counts.",
        _SCANPATHS,
    ),
    Measure(
        "dtw",
        "DTW distance",
        "widths",
        "Dynamic time warping: distance of aligned fixations of two students, in widths of the slide, per "
        "fixation of the longer path.",
        "Sakoe & Chiba (1978), doi:10.1109/TASSP.1978.1163055",
        3,
        _PATHS + "dtw",
        "least sum of distances along an alignment / fixations of the longer",
        "Lower is more alike. Of the fixations on the slide, all showings one after the other.",
        _SCANPATHS,
    ),
    Measure(
        "multimatch_shape",
        "MultiMatch shape",
        "0 to 1",
        "How alike the vectors of aligned saccades of two students are.",
        MULTIMATCH,
        2,
        _PATHS + "multimatch",
        "1 - median |u - v| / (2 diagonals)",
        "Two random paths are far from 0: compare classes, or slides, not with 0. Paths are not "
        "simplified; at least three fixations on the slide each, all showings one after the other.",
        _SCANPATHS,
    ),
    Measure(
        "multimatch_direction",
        "MultiMatch direction",
        "0 to 1",
        "How alike the directions of aligned saccades of two students are.",
        MULTIMATCH,
        2,
        _PATHS + "multimatch",
        "1 - median angle between u and v / pi",
        "Two random paths are far from 0: compare classes, or slides, not with 0. Paths are not "
        "simplified; at least three fixations on the slide each, all showings one after the other.",
        _SCANPATHS,
    ),
    Measure(
        "multimatch_length",
        "MultiMatch length",
        "0 to 1",
        "How alike the lengths of aligned saccades of two students are.",
        MULTIMATCH,
        2,
        _PATHS + "multimatch",
        "1 - median ||u| - |v|| / diagonal",
        "Two random paths are far from 0: compare classes, or slides, not with 0. Paths are not "
        "simplified; at least three fixations on the slide each, all showings one after the other.",
        _SCANPATHS,
    ),
    Measure(
        "multimatch_position",
        "MultiMatch position",
        "0 to 1",
        "How alike the starting places of aligned saccades of two students are.",
        MULTIMATCH,
        2,
        _PATHS + "multimatch",
        "1 - median distance of the starts / diagonal",
        "Two random paths are far from 0: compare classes, or slides, not with 0. Paths are not "
        "simplified; at least three fixations on the slide each, all showings one after the other.",
        _SCANPATHS,
    ),
    Measure(
        "multimatch_duration",
        "MultiMatch duration",
        "0 to 1",
        "How alike the durations of the fixations before aligned saccades of two students are.",
        MULTIMATCH,
        2,
        _PATHS + "multimatch",
        "1 - median |a - b| / max(a, b)",
        "Two random paths are far from 0: compare classes, or slides, not with 0. Paths are not "
        "simplified; at least three fixations on the slide each, all showings one after the other.",
        _SCANPATHS,
    ),
    Measure(
        "pair_count",
        "Pairs",
        "pairs",
        "Pairs of students with a value.",
        OWN,
        0,
        _PATHS + "scanpath_table",
        "",
        "",
        _SCANPATHS,
    ),
)
_OF_A_COMPARISON = (
    Measure(
        "a_n",
        "Students of A",
        "students",
        "Tracked students of the first group with a value.",
        OWN,
        0,
        _COMPARED,
        found=_COMPARISON,
    ),
    Measure(
        "b_n",
        "Students of B",
        "students",
        "Tracked students of the second group with a value.",
        OWN,
        0,
        _COMPARED,
        found=_COMPARISON,
    ),
    Measure(
        "a_mean",
        "Mean of A",
        "",
        "Mean of the compared measure in the first group.",
        OWN,
        3,
        _COMPARED,
        found=_COMPARISON,
    ),
    Measure(
        "b_mean",
        "Mean of B",
        "",
        "Mean of the compared measure in the second group.",
        OWN,
        3,
        _COMPARED,
        found=_COMPARISON,
    ),
    Measure(
        "difference",
        "Difference",
        "",
        "Mean of the first group minus mean of the second.",
        OWN,
        3,
        _COMPARED,
        "mean a - mean b",
        "With quiz results: share of looking of those who answered right minus that of those who did not; "
        "for all questions together, within questions. On a map: of the share of looking in each cell.",
        ("comparison.csv", "difference_map.csv", "quiz.csv", "lesson page"),
    ),
    Measure(
        "difference_low",
        "Difference, low",
        "",
        "Lower end of the 95 % interval of the difference (bootstrap of the students of both groups).",
        HESTERBERG,
        3,
        _STATISTICS + "difference_interval",
        "",
        "Of the same students twice: bootstrap of their differences.",
        _COMPARISON,
    ),
    Measure(
        "difference_high",
        "Difference, high",
        "",
        "Upper end of the 95 % interval of the difference (bootstrap of the students of both groups).",
        HESTERBERG,
        3,
        _STATISTICS + "difference_interval",
        "",
        "Of the same students twice: bootstrap of their differences.",
        _COMPARISON,
    ),
    Measure(
        "p",
        "P-value",
        "0 to 1",
        "Share of the random splits of the same students into such groups whose means differ by at least "
        "as much.",
        PERMUTATION,
        3,
        _STATISTICS + "permutation_test",
        "splits as extreme / all splits, or (1 + as extreme) / (1 + drawn)",
        "Small where chance alone hardly makes such a difference. Not the probability that there is none. Of "
        "the same students twice, the signs of their differences are turned; for all questions of a quiz "
        "together, students are exchanged with all of their answers.",
        ("comparison.csv", "quiz.csv", "lesson page"),
    ),
    Measure(
        "p_holm",
        "P-value, adjusted",
        "0 to 1",
        "p made larger for the number of regions or questions that were tried (Holm).",
        HOLM,
        3,
        _STATISTICS + "holm",
        "largest over i <= j of min(1, (m - i + 1) p_i), p sorted",
        "Below 0.05: a false alarm anywhere in the table has less than a 5 % chance.",
        ("comparison.csv", "quiz.csv", "lesson page"),
    ),
    Measure(
        "p_map",
        "P-value of a place",
        "0 to 1",
        "Share of the random splits of the students in which any place of the slide differs by as much as "
        "this one, in standard deviations of its place.",
        "Nichols & Holmes (2002), doi:10.1002/hbm.1058",
        3,
        _STATISTICS + "familywise_test",
        "splits whose largest difference anywhere is at least as large / all splits",
        "Below 0.05 anywhere: a false alarm on 5 of 100 maps. Of the same students twice, of the patterns of "
        "signs of their differences instead of the splits.",
        ("difference_map.csv",),
    ),
    Measure(
        "delta",
        "Cliff's delta",
        "-1 to 1",
        "How much more often a student of the first group has the larger value than one of the second.",
        CLIFF,
        2,
        _STATISTICS + "cliffs_delta",
        "(pairs a > b - pairs a < b) / all pairs",
        "0.15 is often called small, 0.33 medium, 0.47 large. Of the same students twice, every first value "
        "is held against every second one, and the interval is that of different students.",
        _COMPARISON,
    ),
    Measure(
        "delta_low",
        "Cliff's delta, low",
        "-1 to 1",
        "Lower end of the 95 % interval of Cliff's delta.",
        CLIFF,
        2,
        _STATISTICS + "cliffs_delta",
        "",
        "",
        _COMPARISON,
    ),
    Measure(
        "delta_high",
        "Cliff's delta, high",
        "-1 to 1",
        "Upper end of the 95 % interval of Cliff's delta.",
        CLIFF,
        2,
        _STATISTICS + "cliffs_delta",
        "",
        "",
        _COMPARISON,
    ),
    Measure(
        "right_count",
        "Right answers",
        "answers",
        "Answers with at least half of the points.",
        OWN,
        0,
        _QUIZ,
        found=(*_ANSWERS, "lesson page"),
    ),
    Measure(
        "wrong_count",
        "Wrong answers",
        "answers",
        "Answers with less than half of the points.",
        OWN,
        0,
        _QUIZ,
        found=(*_ANSWERS, "lesson page"),
    ),
    Measure(
        "right_share",
        "Looking, right answers",
        "share",
        "Mean share of looking at the regions a question is tied to, of students who answered it right.",
        OWN,
        2,
        _QUIZ,
        "",
        "At least half of the points is right. Gaze on several of the regions counts once; students who were "
        "not tracked for long enough do not count.",
        (*_ANSWERS, "lesson page"),
    ),
    Measure(
        "wrong_share",
        "Looking, wrong answers",
        "share",
        "Mean share of looking at the regions a question is tied to, of students who did not answer it "
        "right.",
        OWN,
        2,
        _QUIZ,
        "",
        "",
        (*_ANSWERS, "lesson page"),
    ),
    Measure(
        "correlation",
        "Correlation with correctness",
        "-1 to 1",
        "Pearson's correlation of the share of looking at a question's regions with how right the answer "
        "was (point-biserial where it is right or wrong).",
        OWN,
        2,
        _QUIZ,
        "",
        "A relation, not a cause: those who knew the answer may have known where to look. For all "
        "questions together: within questions.",
        _ANSWERS,
    ),
)

MEASURES: Final[dict[str, Measure]] = {
    measure.name: measure
    for measure in (
        *_OF_A_STUDENT_IN_A_REGION,
        *_OF_A_CLASS,
        *_OF_A_STUDENT_ON_A_SLIDE,
        *_OF_A_RECORDING,
        *_OF_A_GAP,
        *_OF_A_PLACE,
        *_OF_A_MAP,
        *_OF_A_PAIR_OF_PATHS,
        *_OF_A_COMPARISON,
    )
}
