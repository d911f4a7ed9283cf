"""What uploads leave behind."""

from __future__ import annotations

from pathlib import Path

from dashboard.context import Context


def kept_files(context: Context) -> list[Path]:
    """Whatever lies in the data folder that an upload could have left."""
    folders = (context.settings.data / name for name in ("uploads", "incoming", "lake", "work"))
    return [path for folder in folders if folder.exists() for path in folder.rglob("*") if path.is_file()]
