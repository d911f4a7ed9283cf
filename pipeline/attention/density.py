"""Where on a slide gaze spent its time: a grid of seconds, and the kinds of density made from it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.signal import fftconvolve

from pipeline.domain import DENSITY, DENSITY_COLUMNS, DENSITY_ROWS, Floats, typed

KINDS = ("absolute_duration_s", "relative_duration_share", "fixation_density_count", "participant_percent")

STEP_MAX_MS = 100.0  # the most that one sample may stand for: no time is made up for gaps,
STEPS_MAX = 1.5  # unless the camera is slow and a usual step takes about as long
LOOKED_SECONDS = 0.1  # gaze spent within sigma of a place before it counts as looked at


def density(gaze: pd.DataFrame) -> pd.DataFrame:
    """Seconds of valid gaze in each cell of each slide.

    Every sample stands for half the time to its neighbour on either side; a step longer than 100 ms and
    than 1.5 usual ones is a gap and counts no more than that.
    Gaze beside the slide is left out. The cell is row * 96 + column.

    Parameters
    ----------
    gaze : columns of GAZE, in order of time

    Returns
    -------
    Columns of DENSITY, cells without gaze left out.
    """
    x, y = gaze["slide_x"].to_numpy(float), gaze["slide_y"].to_numpy(float)
    usable = gaze["valid"].to_numpy(bool) & gaze["slide_id"].notna().to_numpy(bool)
    usable &= (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)
    table = pd.DataFrame(
        {
            "slide_id": gaze["slide_id"][usable],
            "cell": _cells(x[usable], y[usable]),
            "seconds": _sample_seconds(gaze["t_ms"].to_numpy(float))[usable],
        }
    )
    return typed(table.groupby(["slide_id", "cell"])["seconds"].sum().reset_index(), DENSITY)


def density_of_fixations(fixations: pd.DataFrame) -> pd.DataFrame:
    """The same where only fixations are known: each counts with its duration in the cell of its place.

    Parameters
    ----------
    fixations : columns of FIXATIONS

    Returns
    -------
    Columns of DENSITY.
    """
    x, y = fixations["slide_x"].to_numpy(float), fixations["slide_y"].to_numpy(float)
    on_slide = (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)
    table = pd.DataFrame(
        {
            "slide_id": fixations["slide_id"][on_slide],
            "cell": _cells(x[on_slide], y[on_slide]),
            "seconds": fixations["duration_ms"][on_slide].astype("float64") / 1000,
        }
    )
    return typed(table.groupby(["slide_id", "cell"])["seconds"].sum().reset_index(), DENSITY)


def grid(density_of_one_slide: pd.DataFrame) -> Floats:
    """Seconds as an image of shape (54, 96); rows of several students are added up."""
    cells = density_of_one_slide["cell"].to_numpy(int)
    seconds = density_of_one_slide["seconds"].to_numpy(float)
    flat = np.bincount(cells, weights=seconds, minlength=DENSITY_ROWS * DENSITY_COLUMNS)
    return np.asarray(flat, float).reshape(DENSITY_ROWS, DENSITY_COLUMNS)


def smooth(seconds: Floats, sigma_x: float, sigma_y: float) -> Floats:
    """Spread each cell's seconds by a Gaussian with these sigmas in slide units.

    Seconds are conserved, save for what is spread over the edge of the slide. Also for a stack (n, 54, 96).
    """
    sigma = (sigma_y * DENSITY_ROWS, sigma_x * DENSITY_COLUMNS)
    return np.asarray(gaussian_filter(seconds.astype(float), sigma, mode="constant", axes=(-2, -1)))


def participant_percent(grids: Floats, sigma_x: float, sigma_y: float) -> Floats:
    """Percentage of students who looked within sigma of each cell.

    Parameters
    ----------
    grids : (n, 54, 96) seconds of each student
    sigma_x, sigma_y : half axes of the neighbourhood, slide units

    Returns
    -------
    (54, 96), 0-100; NaN without students
    """
    if len(grids) == 0:
        return np.full((DENSITY_ROWS, DENSITY_COLUMNS), np.nan)
    near = fftconvolve(grids, _neighbourhood(sigma_x, sigma_y)[None], mode="same", axes=(1, 2))
    return np.asarray(100 * np.mean(near >= LOOKED_SECONDS - 1e-9, axis=0))


def density_table(seconds: Floats, x: Floats, y: Floats, sigma: tuple[float, float]) -> pd.DataFrame:
    """The four kinds of density of a class on one slide, cell by cell; cells where all are 0 left out.

    Parameters
    ----------
    seconds : (n, 54, 96) of each student who counts, those who never looked at the slide included
    x, y : (f,) places of all of their fixations; those beside the slide do not count
    sigma : by which seconds and fixations are spread, and within which a student looked at a place, in x and
        y, slide units: the larger of 1 degree and the class's usual error

    Returns
    -------
    `column`, `row` (from the top left), `slide_x`, `slide_y` (the cell's centre) and `KINDS`: mean seconds of
    the students; mean share of each student's own time on the slide, of those who looked at it (all cells add
    up to 1); fixations of all; percentage of the students who looked within sigma of the centre. What is
    spread over the slide's edge is lost to the seconds and the fixations, and is in no student's own time.
    """
    if len(seconds) == 0:
        return pd.DataFrame(columns=["column", "row", "slide_x", "slide_y", *KINDS])
    spread = smooth(seconds, *sigma)
    own = spread[spread.any(axis=(1, 2))]
    shares = own / own.sum(axis=(1, 2), keepdims=True)
    on_slide = (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)
    fixations = np.bincount(_cells(x[on_slide], y[on_slide]), minlength=DENSITY_ROWS * DENSITY_COLUMNS)
    kinds = (
        spread.mean(axis=0),
        shares.mean(axis=0) if len(shares) else np.zeros(spread.shape[1:]),
        smooth(fixations.astype(float).reshape(spread.shape[1:]), *sigma),
        participant_percent(seconds, *sigma),
    )
    rows, columns = np.nonzero(np.any(kinds, axis=0))
    return pd.DataFrame(
        {
            "column": columns,
            "row": rows,
            "slide_x": (columns + 0.5) / DENSITY_COLUMNS,
            "slide_y": (rows + 0.5) / DENSITY_ROWS,
            **{name: kind[rows, columns] for name, kind in zip(KINDS, kinds, strict=True)},
        }
    )


def _cells(x: Floats, y: Floats) -> NDArray[np.int_]:
    """Number of the cell that each place of the slide lies in."""
    column = np.minimum((x * DENSITY_COLUMNS).astype(int), DENSITY_COLUMNS - 1)
    row = np.minimum((y * DENSITY_ROWS).astype(int), DENSITY_ROWS - 1)
    return np.asarray(row * DENSITY_COLUMNS + column)


def _sample_seconds(t_ms: Floats) -> Floats:
    """Time each sample stands for."""
    if len(t_ms) < 2:
        return np.zeros(len(t_ms))
    step_ms = np.diff(t_ms)
    half = np.minimum(step_ms, max(STEP_MAX_MS, STEPS_MAX * float(np.median(step_ms)))) / 2000
    return np.append(half, 0.0) + np.insert(half, 0, 0.0)


def _neighbourhood(sigma_x: float, sigma_y: float) -> Floats:
    """Cells whose centre lies within the ellipse about the middle one, as 0 and 1."""
    across, down = max(sigma_x * DENSITY_COLUMNS, 0.5), max(sigma_y * DENSITY_ROWS, 0.5)
    rows, columns = np.mgrid[-int(down) : int(down) + 1, -int(across) : int(across) + 1]
    return np.asarray(((rows / down) ** 2 + (columns / across) ** 2 <= 1).astype(float))
