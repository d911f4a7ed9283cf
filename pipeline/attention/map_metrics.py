"""How well a map predicts where people looked: seven measures, each as its source defines it.

Maps are arrays (h, w) over the slide, of any scale. Fixations are given as the row and the column of the
cell each fell into, as `cells` makes them. Everything is NaN without fixations, or where a map is nothing
but zeros; a flat map predicts as chance does.

References
----------
Bylinskii, Judd, Oliva, Torralba & Durand (2019), What do different evaluation metrics tell us about saliency
models?, doi:10.1109/TPAMI.2018.2815601.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pipeline.domain import DENSITY_COLUMNS, DENSITY_ROWS, Floats

EPSILON = 2.2204e-16  # keeps logarithms finite, as in the source

Cells = tuple[NDArray[np.intp], NDArray[np.intp]]


def cells(x: Floats, y: Floats, shape: tuple[int, int] = (DENSITY_ROWS, DENSITY_COLUMNS)) -> Cells:
    """Row and column of each place, slide units; places beside the slide are left out."""
    on_slide = (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)
    rows, columns = (
        np.minimum((place[on_slide] * count).astype(np.intp), count - 1)
        for place, count in zip((y, x), shape, strict=True)
    )
    return rows, columns


def nss(predicted: Floats, fixated: Cells) -> float:
    """Normalised scanpath saliency: mean of the map at the fixations, in standard deviations of the map.

    0 is chance, negative is worse. Peters, Iyer, Itti & Koch (2005), doi:10.1016/j.visres.2005.03.019.
    """
    return _mean((predicted[fixated] - predicted.mean()) / (predicted.std() or 1.0))


def correlation(predicted: Floats, observed: Floats) -> float:
    """CC: Pearson's correlation of two maps, cell by cell: -1 to 1; 0 if one is flat."""
    one, other = predicted - predicted.mean(), observed - observed.mean()
    spread = np.sqrt((one**2).sum() * (other**2).sum())
    return float((one * other).sum() / (spread or 1.0))


def similarity(predicted: Floats, observed: Floats) -> float:
    """SIM: what two maps have in common once each sums to 1: 0 to 1. Swain & Ballard (1991)."""
    return float(np.minimum(_shares(predicted), _shares(observed)).sum())


def kl_divergence(predicted: Floats, observed: Floats) -> float:
    """KL: information lost when the prediction is taken for the observed map, nats; 0 is a perfect match."""
    shares = _shares(observed)
    return float((shares * np.log(EPSILON + shares / (_shares(predicted) + EPSILON))).sum())


def auc_judd(predicted: Floats, fixated: Cells) -> float:
    """AUC-Judd: how well the map tells fixated from other cells: 0 to 1, chance is 0.5.

    Thresholds are the map's values at the fixations. Judd, Ehinger, Durand & Torralba (2009),
    doi:10.1109/ICCV.2009.5459462.
    """
    if len(fixated[0]) == 0:
        return np.nan
    hit, everywhere = np.sort(predicted[fixated]), np.sort(predicted, axis=None)
    unique = np.zeros(predicted.shape, bool)
    unique[fixated] = True
    at_fixated = np.sort(predicted[unique])
    others = len(everywhere) - len(at_fixated)
    if others == 0:
        return np.nan
    thresholds = np.unique(hit)[::-1]
    found = _at_least(hit, thresholds) / len(hit)
    false = (_at_least(everywhere, thresholds) - _at_least(at_fixated, thresholds)) / others
    return float(np.trapezoid(np.r_[0.0, found, 1.0], np.r_[0.0, false, 1.0]))


def auc_shuffled(predicted: Floats, fixated: Cells, elsewhere: Cells) -> float:
    """Shuffled AUC: how well the map tells these fixations from those on other slides: 0 to 1.

    A map that only knows that people look at the middle gets 0.5. All fixations elsewhere are used, where
    the first authors drew some at random. Zhang, Tong, Marks, Shan & Cottrell (2008), doi:10.1167/8.7.32.
    """
    negative = np.sort(predicted[elsewhere])
    if len(negative) == 0:
        return np.nan
    values = predicted[fixated]
    below = np.searchsorted(negative, values, "left") + np.searchsorted(negative, values, "right")
    return _mean(below / (2 * len(negative)))


def information_gain(predicted: Floats, baseline: Floats, fixated: Cells) -> float:
    """Information gain: by how much the map predicts the fixations better than a baseline map, bits each.

    Kümmerer, Wallis & Bethge (2015), doi:10.1073/pnas.1510393112.
    """
    gain = np.log2(EPSILON + _shares(predicted)[fixated]) - np.log2(EPSILON + _shares(baseline)[fixated])
    return _mean(gain)


def _shares(values: Floats) -> Floats:
    """The map scaled to a sum of 1."""
    total = values.sum()
    return values / total if total > 0 else np.full(values.shape, np.nan)


def _at_least(ordered: Floats, thresholds: Floats) -> NDArray[np.intp]:
    """How many of the ordered values reach each threshold."""
    return np.asarray(len(ordered) - np.searchsorted(ordered, thresholds, "left"))


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else np.nan
