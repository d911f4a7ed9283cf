"""Every threshold of the pipeline, each with its unit and its source. Stored with every result.

A section of the pipeline takes its own group, never the whole, so that a signature says what it uses.
Sources in brackets: [S] a cited publication, [M] common practice of the field, [ran] measured here.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class DetectorParameters:
    """What every way of finding fixations has. Marked [ran]: chosen on recordings, see docs/events.md."""

    duration_min_ms: float
    samples_min: int
    gap_max_ms: float  # a fixation is never continued over a longer loss
    merge_gap_ms: float  # neighbours no more than this apart in time ...
    merge_distance_deg: float  # ... whose centres are nearer than this are one fixation,
    merge_noise_factor: float = 0.0  # and those nearer than this many STD of the noise


@dataclass(frozen=True)
class DispersionParameters(DetectorParameters):
    """I-DT (Salvucci & Goldberg 2000, doi:10.1145/355017.355028), its threshold adapted to the noise."""

    duration_min_ms: float = 150.0
    samples_min: int = 4
    gap_max_ms: float = 100.0
    merge_gap_ms: float = 100.0
    merge_distance_deg: float = 1.0
    noise_factor: float = 4.0  # dispersion threshold = factor * noise STD [M]
    dispersion_min_deg: float = 1.5
    dispersion_max_deg: float = 3.0


@dataclass(frozen=True)
class VelocityParameters(DetectorParameters):
    """I-VT (Salvucci & Goldberg 2000), its threshold adapted to the noise. These are for trackers."""

    duration_min_ms: float = 60.0
    samples_min: int = 3
    gap_max_ms: float = 75.0
    merge_gap_ms: float = 75.0
    merge_distance_deg: float = 0.0  # the threshold knows the noise: what is faster is a saccade [ran]
    window_ms: float = 20.0  # of the slope that is the velocity, and never less than three samples
    speed_min_deg_s: float = 15.0  # the threshold where the noise does not ask for more [ran]
    noise_factor: float = 5.0  # threshold = factor * median speed, the MAD of the velocity


@dataclass(frozen=True)
class ClusteringParameters(DetectorParameters):
    """Two-means clustering (Hessels et al. 2017, doi:10.3758/s13428-016-0822-1). These are for webcams."""

    duration_min_ms: float = 130.0
    samples_min: int = 3
    gap_max_ms: float = 100.0
    merge_gap_ms: float = 70.0
    merge_distance_deg: float = 0.5  # [ran]
    merge_noise_factor: float = 1.75  # [ran]
    window_ms: float = 300.0  # [ran]
    step_ms: float = 0.0  # from window to window, and never less than one sample
    factors: tuple[int, ...] = (1, 2, 3)  # a window is split with all its samples, every second, every third
    deviations: float = 0.5  # a cut is where the weight is over its mean by so many STD [ran]


@dataclass(frozen=True)
class FixationParameters:
    """How fixations are found: by the method asked for, or "auto", by sampling rate and noise."""

    method: str = "auto"  # or "idt", "ivt", "clustering"
    slow_rate_hz: float = 20.0  # below this rate the settings for slow webcams hold
    tracker_rate_hz: float = 55.0  # from here up those for trackers: 60 Hz in whole ms look like 58.8
    quiet_noise_deg: float = 0.15  # trackers up to this noise STD are quiet enough for I-VT [ran]
    idt: DispersionParameters = field(default_factory=DispersionParameters)
    idt_slow: DispersionParameters = field(
        default_factory=lambda: DispersionParameters(duration_min_ms=200.0, samples_min=3)
    )
    ivt: VelocityParameters = field(default_factory=VelocityParameters)
    ivt_webcam: VelocityParameters = field(
        default_factory=lambda: VelocityParameters(
            duration_min_ms=100.0, merge_distance_deg=0.5, window_ms=100.0, speed_min_deg_s=40.0
        )
    )
    clustering: ClusteringParameters = field(default_factory=ClusteringParameters)
    clustering_tracker: ClusteringParameters = field(
        default_factory=lambda: ClusteringParameters(
            duration_min_ms=60.0, merge_distance_deg=0.3, step_ms=20.0, factors=(1, 2, 5, 10)
        )
    )


@dataclass(frozen=True)
class BlinkParameters:
    """Closures of both lids, from the eye's openness relative to its own recent past."""

    openness_ratio: float = 0.75  # of the upper quartile of the last window [M]
    window_ms: float = 10_000.0
    duration_min_ms: float = 70.0
    duration_max_ms: float = 500.0
    pad_before_ms: float = 70.0
    pad_after_ms: float = 130.0


@dataclass(frozen=True)
class IngestLimits:
    """What is refused before it is read any further. Generous for lessons, small for attackers [M]."""

    archive_files: int = 20
    archive_bytes: int = 2_500_000_000  # all files of a package together, unpacked
    archive_ratio: float = 200.0  # unpacked / packed; real tables reach about 50
    video_bytes: int = 2_000_000_000
    table_bytes: int = 20_000_000  # a .csv file: an hour of gaze at 60 Hz is about 8 million
    table_rows: int = 10_000_000  # of a .parquet table: 2.7 hours of gaze at 1000 Hz
    document_bytes: int = 2_000_000  # a .json file
    video_side_px: int = 4096
    video_frame_px: int = 9_000_000  # 3840 x 2160 is 8.3 million
    video_duration_ms: float = 4 * 3_600_000.0
    video_frames: int = 4 * 3600 * 60
    image_px: int = 40_000_000


@dataclass(frozen=True)
class HeadPoseParameters:
    """Fit of the face model to the landmarks."""

    huber_px: float = 2.0
    shape_frames: int = 300  # frames that the person's face shape is refined on
    shape_rounds: int = 2
    shape_noise_px: float = 16.0  # landmarks err alike from frame to frame, so a single one tells little
    shape_prior_mm: float = 4.0  # how much faces differ from the average one
    smoothing_ms: float = 25.0  # Gaussian STD; longer lags behind the irises, 1 mm is 5 deg [ran]


@dataclass(frozen=True)
class CalibrationParameters:
    """Personal calibration (METHODS section 4)."""

    settle_ms: float = 600.0  # the start of a dot, while the eyes are still on their way
    frames_min: int = 8
    outlier_mad: float = 3.5
    dots_min: int = 5
    frames_per_dot: int = 12
    frames_head_motion: int = 60
    head_motion_weight: float = 4.0  # the head-motion phase counts as so many dots
    dot_error_deg: float = 1.0  # how well a dot is fixated and measured
    # Spread among people of gain_x, gain_y, lid_deg, offset_x_deg, offset_y_deg, depth_mm.
    person_sd: tuple[float, ...] = (0.15, 0.4, 15.0, 4.0, 7.0, 2.0)
    gain_sd: float = 0.1  # spread of the affine map's gain around 1, once the eyes are fitted [ran]
    gain_range: tuple[float, float] = (0.5, 1.8)
    huber_deg: float = 1.5
    irls_rounds: int = 8
    delay_max_ms: float = 900.0  # how long after a dot's appearance its saccade is looked for
    frame_gap_max_ms: float = 150.0  # frames further apart do not tell when a saccade was
    jump_min_mm: float = 60.0  # between dots, for the saccade to stand out
    reaction_ms: float = 260.0  # a saccade starts 200-250 ms after a dot appears and is halfway 25 later [M]
    lag_min_ms: float = 30.0  # less than this cannot be told from an unusual reaction time
    range_limit: float = 4.0  # Mahalanobis distance of the head from where it was calibrated
    uncalibrated_deg: float = 7.0  # typical error without a calibration (docs/accuracy.md)
    unvalidated_deg: float = 3.0  # ... and with one that nobody checked
    out_of_range_factor: float = 1.5  # sigma grows by this when the head left the calibrated range


@dataclass(frozen=True)
class ImportParameters:
    """Gaze and fixations that another tracker measured."""

    # Error where the export states none.
    sigma_deg: float = 1.0  # of a tracker: 0.5 in the maker's trials, twice in use [M]
    webgazer_sigma_deg: float = 3.9  # of a webcam, in the lab; Gorilla uses WebGazer too (METHODS section 7)
    realeye_sigma_deg: float = 2.8  # 106 px (METHODS section 7) of 0.277 mm, from 60 cm
    tracked_gap_max_ms: float = 100.0  # between fixations without gaze: a longer gap counts as not tracked


@dataclass(frozen=True)
class AttentionParameters:
    """Figures of a class (METHODS section 6)."""

    tracked_share_min: float = 0.5  # of the exposure; students tracked for less count as not tracked [M]
    accuracy_max_deg: float | None = None  # on validation dots; None: any, as the error is carried on
    calibrated_only: bool = False
    bootstrap_resamples: int = 10_000
    bootstrap_seed: int = 1
    confidence: float = 0.95
    permutations: int = 10_000  # a test tries all of them where there are no more
    group_min: int = 5  # smaller groups are not compared: their members could be told [S: STACK, privacy]


@dataclass(frozen=True)
class Parameters:
    """All groups together: what one run of the pipeline was done with."""

    head_pose: HeadPoseParameters = field(default_factory=HeadPoseParameters)
    calibration: CalibrationParameters = field(default_factory=CalibrationParameters)
    fixations: FixationParameters = field(default_factory=FixationParameters)
    blinks: BlinkParameters = field(default_factory=BlinkParameters)
    imported: ImportParameters = field(default_factory=ImportParameters)
    attention: AttentionParameters = field(default_factory=AttentionParameters)
