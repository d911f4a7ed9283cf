"""Which points of MediaPipe's face mesh are what. Pairs are image left eye first."""

from __future__ import annotations

import numpy as np

MESH = 468  # points 0-467 are skin; ten points of the irises follow

# The iris: its centre, then its rim at right, top, left, bottom.
IRIS_CENTRES = (468, 473)
IRIS_RIMS = ((469, 470, 471, 472), (474, 475, 476, 477))

EYE_CORNERS = ((33, 133), (362, 263))
# p1..p6 of the aspect ratio: outer corner, upper lid outer, inner, inner corner, lower lid inner, outer.
LIDS = ((33, 160, 158, 133, 153, 144), (263, 387, 385, 362, 380, 373))

# fmt: off
_MOUTH = (
    0, 11, 12, 13, 14, 15, 16, 17, 37, 38, 39, 40, 41, 42, 61, 62, 72, 73, 74, 76, 77, 78, 80, 81, 82, 84,
    85, 86, 87, 88, 89, 90, 91, 95, 96, 146, 178, 179, 180, 181, 183, 184, 185, 191, 267, 268, 269, 270,
    271, 272, 291, 292, 302, 303, 304, 306, 307, 308, 310, 311, 312, 314, 315, 316, 317, 318, 319, 320, 321,
    324, 325, 375, 402, 403, 404, 405, 407, 408, 409, 415,
)
_EYES_AND_BROWS = (
    7, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 33, 46, 52, 53, 55, 56, 63, 65, 66, 70, 105, 107, 110, 112,
    130, 133, 144, 145, 153, 154, 155, 157, 158, 159, 160, 161, 163, 173, 189, 190, 193, 221, 222, 223, 224,
    225, 226, 228, 229, 230, 231, 232, 233, 243, 244, 245, 246, 247, 249, 252, 253, 254, 255, 256, 257, 258,
    259, 260, 263, 276, 282, 283, 285, 286, 293, 295, 296, 300, 334, 336, 339, 341, 359, 362, 373, 374, 380,
    381, 382, 384, 385, 386, 387, 388, 390, 398, 413, 414, 417, 441, 442, 443, 444, 445, 446, 448, 449, 450,
    451, 452, 453, 463, 464, 465, 466, 467,
)
# fmt: on

RIGID = np.setdiff1d(np.arange(MESH), np.array(_MOUTH + _EYES_AND_BROWS))  # moved by neither eyes nor mouth
