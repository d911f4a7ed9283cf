"""The bundled models, read only if they are the ones that were shipped."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final

from pipeline.errors import ModelError

MODELS: Final = Path(__file__).parents[1] / "models"


def model_hash(name: str) -> str:
    """SHA-256 that the model of this file name must have, to be stored with every result."""
    try:
        hashes: dict[str, str] = json.loads((MODELS / "hashes.json").read_text())
        return hashes[name]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(f"models/hashes.json: expected the SHA-256 of {name}, got {error!r}.") from error


def read_model(name: str) -> bytes:
    """Content of `models/<name>`.

    Raises
    ------
    ModelError
        The file is missing or is not the one whose hash `models/hashes.json` holds.
    """
    expected = model_hash(name)
    try:
        content = (MODELS / name).read_bytes()
    except OSError as error:
        raise ModelError(f"models/{name}: expected SHA-256 {expected}, got {error}.") from error
    got = hashlib.sha256(content).hexdigest()
    if got != expected:
        raise ModelError(f"models/{name}: expected SHA-256 {expected}, got {got}.")
    return content
