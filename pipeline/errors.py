"""The errors a person may see. Every message says what was expected, what came, and where.

    GazeboardError
    +-- InputError            something handed in is wrong: a file, a field, a row
    |   +-- UnsafeInputError  it is refused because reading it could do harm
    +-- ModelError            a bundled model is missing or is not the one we shipped
    +-- StorageError          the lake or the catalogue cannot be trusted or reached
    +-- Cancelled             a person or a shutdown stopped the work; it may be run again

Poor data is not an error: it is measured, stored and shown.
"""

from __future__ import annotations


class GazeboardError(Exception):
    """Root of everything this project raises on purpose."""


class InputError(GazeboardError, ValueError):
    """Something that was handed in is wrong.

    Parameters
    ----------
    where : what was being read, for example ``timeline.csv, row 7, column t_ms``
    expected : what would have been right
    got : what came instead
    """

    def __init__(self, where: str, expected: str, got: str) -> None:
        super().__init__(where, expected, got)
        self.where, self.expected, self.got = where, expected, got

    def __str__(self) -> str:
        return f"{self.where}: expected {self.expected}, got {self.got}."


class UnsafeInputError(InputError):
    """Refused before it was read any further, because reading it could do harm."""


class ModelError(GazeboardError, RuntimeError):
    """A model file is missing or differs from the one that was shipped."""


class StorageError(GazeboardError, RuntimeError):
    """The lake or the catalogue cannot be reached, or does not hold what it says."""


class Cancelled(GazeboardError):
    """The work was stopped on request; nothing is wrong and it may be run again."""
