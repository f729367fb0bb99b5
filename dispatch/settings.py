"""Settings of the service, from environment variables that begin with ``DISPATCH_``.

Read once by whoever starts something, and handed on from there.
"""

import os
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Literal

from pydantic import AwareDatetime, Field, IPvAnyNetwork, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "DISPATCH_"


class SettingsError(Exception):
    """Environment variables that cannot be used; the message names each, and what to do."""


class Settings(BaseSettings):
    """Everything that can be set; ``dispatch settings`` lists it."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    database_url: SecretStr = Field(
        default=SecretStr("sqlite:///dispatch.sqlite"),
        description="Where everything is kept: sqlite:///file.sqlite or "
        "postgresql://user:password@host/name",
    )
    solve_workers: int = Field(
        default=1,
        ge=0,
        le=64,
        description="Days solved for planners at once; 0 leaves them to others",
    )
    solve_seconds_max: float = Field(
        default=600, gt=0, le=86_400, description="Longest search a planner may ask for, in seconds"
    )
    solve_requests_max: int = Field(
        default=3_000, ge=1, le=50_000, description="Most requests in a day that a planner sends"
    )
    solve_queue_max: int = Field(
        default=20, ge=1, le=10_000, description="Most unfinished days of one client"
    )
    solve_keep_hours: float = Field(
        default=72, gt=0, le=8_760, description="How long solved days are kept, in hours"
    )
    keep_days: float = Field(
        default=90,
        ge=2,
        le=36_500,
        description="How long logs of past days and told webhooks are kept, in days",
    )
    clock_start: AwareDatetime | None = Field(
        default=None,
        description="What the service's clock shows at first, for rehearsals; now if unset",
    )
    clock_speed: float = Field(
        default=1.0, gt=0, le=10_000, description="Seconds of the service's clock per second"
    )
    requests_per_s: float = Field(
        default=50,
        gt=0,
        le=1_000_000,
        description="Requests a second that an API key may go on with",
    )
    requests_burst: int = Field(
        default=200, ge=1, le=1_000_000, description="Requests that an API key may make at once"
    )
    request_threads: int = Field(
        default=40, ge=1, le=1_000, description="Requests that are worked on at the same time"
    )
    body_bytes_max: int = Field(
        default=10_000_000,
        ge=1_000,
        le=1_000_000_000,
        description="Largest body of a request, in bytes",
    )
    cors_origins: tuple[str, ...] = Field(
        default=(),
        description='Web pages browsers may call from, as JSON: ["https://example.org"]',
    )
    webhook_allowed_networks: tuple[IPvAnyNetwork, ...] = Field(
        default=(),
        description="Networks of your own that webhooks may reach, also without https, as JSON: "
        '["10.1.0.0/16"]',
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="What is logged, as lines of JSON on standard error"
    )


def read_settings() -> Settings:
    """The settings as the environment has them.

    Raises:
        SettingsError: A variable has no usable value, or there is no setting of its name.
    """
    wrong = _unknown(os.environ)
    try:
        settings = Settings()
    except ValidationError as error:
        told = [_told(details) for details in error.errors(include_url=False)]
        raise SettingsError("\n".join(wrong + told)) from None
    if wrong:
        raise SettingsError("\n".join(wrong))
    return settings


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return f"{PREFIX}{name.upper()}"


def _unknown(environment: Mapping[str, str]) -> list[str]:
    """What is set but means nothing, which is most likely a slip."""
    known = [variable_of(name) for name in Settings.model_fields]
    wrong = []
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in known:
            near = get_close_matches(name, known, n=1, cutoff=0.7)
            remedy = f"did you mean {near[0]}?" if near else "see 'dispatch settings'; unset it"
            wrong.append(f"{name}: there is no such setting; {remedy}")
    return wrong


def _told(details: ErrorDetails) -> str:
    name = str(details["loc"][0])
    # The value is not repeated: it may hold a password.
    return f"{variable_of(name)}: {details['msg'].lower()}; see 'dispatch settings'"
