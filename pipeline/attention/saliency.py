"""Where looking would go by the picture, by the design, or by habit alone: maps (54, 96) of a slide."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter

from pipeline.attention.aoi import expected_shares, hits
from pipeline.attention.density import smooth
from pipeline.domain import DENSITY_COLUMNS, DENSITY_ROWS, Aoi, Bytes, Floats, Overlap

CELLS = (DENSITY_COLUMNS, DENSITY_ROWS)  # width, height
CENTRES = (1.0, 2.0, 4.0)  # Gaussian sigmas of what stands out, in cells: words to small figures
SURROUNDS = (4.0, 8.0)  # times wider
SPREAD = 1.5  # Gaussian sigma of the result, in cells
# Clarke & Tatler: variance of fixations over half the picture's width, and of y by that of x.
CENTRE_VARIANCE = 0.22
CENTRE_FLATNESS = 0.45


def image_saliency(image: Bytes) -> Floats:
    """What stands out from its surroundings in brightness, colour or direction of edges.

    Centre-surround differences at several scales, each kind scaled to the same maximum and added up, without
    the original's competition between maps, which leaves all but a few places of a page of text dark.

    Parameters
    ----------
    image : (h, w, 3) RGB

    Returns
    -------
    (54, 96), sums to 1; flat for a picture of one colour

    References
    ----------
    Itti, Koch & Niebur (1998), doi:10.1109/34.730558.
    """
    small = cv2.resize(image, (2 * DENSITY_COLUMNS, 2 * DENSITY_ROWS), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    lightness, red_green, blue_yellow = np.moveaxis(lab, 2, 0)
    kinds = ([lightness], [red_green, blue_yellow], _edges(lightness))
    total = np.sum([_scaled(np.sum([*map(_contrast, channels)], axis=0)) for channels in kinds], axis=0)
    spread = gaussian_filter(total.astype(float), SPREAD)
    return spread / spread.sum() if spread.any() else np.full(spread.shape, 1 / spread.size)


def importance_map(
    aois: Sequence[Aoi], sigma: tuple[float, float], *, overlap: Overlap = Overlap.ALL
) -> Floats:
    """Where the design wants looking: each region's expected share, evenly over its area.

    Where only the topmost region counts, a share lies only where its region is on top; that of a region that
    is covered whole is left out. All parts count as if they were there all the time, also those that are
    seen for a time only.

    Parameters
    ----------
    aois : the slide's regions, the last on top
    sigma : error of the gaze in x and y, slide units, by which the map is spread as gaze on it would be
    overlap : for which regions gaze counts where several lie over one another

    Returns
    -------
    (54, 96), sums to 1; NaN if no region has any weight
    """
    rows, columns = np.mgrid[0.5:DENSITY_ROWS, 0.5:DENSITY_COLUMNS]
    x, y = columns.ravel() / DENSITY_COLUMNS, rows.ravel() / DENSITY_ROWS
    inside = hits(x, y, aois, overlap=overlap).astype(float)
    area = np.maximum(inside.sum(axis=0), 1.0)
    flat = inside / area @ expected_shares(aois)
    spread = smooth(flat.reshape(DENSITY_ROWS, DENSITY_COLUMNS), *sigma)
    return spread / spread.sum() if spread.any() else np.full(spread.shape, np.nan)


def centre_bias(aspect: float = 16 / 9) -> Floats:
    """Where people look whatever the picture shows: a Gaussian about its middle.

    Parameters
    ----------
    aspect : width by height of the slide

    Returns
    -------
    (54, 96), sums to 1

    References
    ----------
    Clarke & Tatler (2014), doi:10.1016/j.visres.2014.06.016.
    """
    rows, columns = np.mgrid[0.5:DENSITY_ROWS, 0.5:DENSITY_COLUMNS]
    x, y = 2 * columns / DENSITY_COLUMNS - 1, (2 * rows / DENSITY_ROWS - 1) / aspect
    bias = np.exp(-(x**2 + y**2 / CENTRE_FLATNESS) / (2 * CENTRE_VARIANCE))
    return np.asarray(bias / bias.sum())


def _edges(lightness: Floats) -> list[Floats]:
    """Strength of the edges in each of four directions."""
    down, across = np.gradient(lightness)
    angle = np.arctan2(down, across)
    return [np.hypot(down, across) * np.cos(angle - turn) ** 4 for turn in np.arange(4) * np.pi / 4]


def _contrast(channel: Floats) -> Floats:
    """Differences between places and their surroundings, over all scales; beyond the slide is as at its edge.

    Mirrored at the edge instead, a slide's empty margins would stand out from its content.
    """
    cells = cv2.resize(channel, CELLS, interpolation=cv2.INTER_AREA)
    sigmas = {*CENTRES, *(centre * wider for centre in CENTRES for wider in SURROUNDS)}
    blurred = {sigma: gaussian_filter(cells, sigma, mode="nearest") for sigma in sigmas}
    pairs = [(centre, centre * wider) for centre in CENTRES for wider in SURROUNDS]
    return np.asarray(np.sum([np.abs(blurred[one] - blurred[other]) for one, other in pairs], axis=0))


def _scaled(values: Floats) -> Floats:
    """With a maximum of 1; nothing where there is nothing but rounding."""
    largest = values.max()
    return values / largest if largest > 1e-6 else np.zeros_like(values)
