"""Every setting of the server: one environment variable each, with a documented default."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

HERE = Path(__file__).resolve().parents[1]


class Demo(StrEnum):
    """When the demo school is prepared."""

    AUTO = "auto"
    OFF = "off"


def _names(value: object) -> object:
    """``"a, b"`` as ``("a", "b")``: lists are written with commas in the environment."""
    return (
        tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value
    )


class Settings(BaseSettings):
    """Read from `GAZEBOARD_*`; every field says what it is for."""

    model_config = SettingsConfigDict(env_prefix="GAZEBOARD_", frozen=True)

    data: Path = Field(
        HERE / "data", description="Folder that holds everything: catalogue, lake, lessons, uploads."
    )
    host: str = Field(
        "127.0.0.1", description="Address to listen on; 0.0.0.0 lets other machines of the network in."
    )
    port: int = Field(8050, ge=1, le=65535, description="Port to listen on.")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_names)] = Field(
        (),
        description="Further names under which browsers reach this server, separated by commas. Numeric "
        "addresses and localhost are always accepted; any other name is refused (DNS rebinding).",
    )
    workers: int = Field(
        default_factory=lambda: min(os.cpu_count() or 1, 4),
        ge=0,
        description="Sessions processed at the same time; 0 leaves the processing to other machines. "
        "Default: the number of processors, at most 4.",
    )
    demo: Demo = Field(
        Demo.AUTO, description="auto: prepare the demo school when the data folder is empty; off: never."
    )
    language: str = Field("en", description="Language of the pages: one of the files in dashboard/locales.")
    upload_max_mb: int = Field(500, ge=1, description="Largest file that may be uploaded, in MB.")
    keep_video: bool = Field(False, description="Keep uploaded videos after they have been processed.")
    keep_observations: bool = Field(
        False,
        description="Keep what the face stage saw (landmarks, grey eye crops), so that gaze can be computed "
        "anew without the video.",
    )
