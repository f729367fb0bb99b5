"""Days solved for planners."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from dispatch.api.schemas.common import Given, Shown
from dispatch.storage.jobs import JobStatus


class SolveRequest(Given):
    """A day to be planned, with how to search."""

    day: dict[str, Any] = Field(
        description="`city`, `requests`, `couriers`, `hubs` and perhaps `service_area`: what the "
        "JSON files of a day folder hold."
    )
    engine: Annotated[str, Field(min_length=1, max_length=40)] = "native"
    seconds: Annotated[float, Field(gt=0, le=86_400, allow_inf_nan=False)] = 20.0
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    zones: Annotated[int, Field(ge=1, le=1_000)] | None = Field(
        None, description="How many zones to draw; by the size of the day if left out."
    )


class SolveFailure(Shown):
    """Why there is no plan."""

    code: str
    detail: str


class SolveBody(Shown):
    """A day to be solved, and how far it has come."""

    id: str
    status: JobStatus
    progress: dict[str, Any] | None
    failure: SolveFailure | None
    stop_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    expires_at: datetime | None = Field(description="When it is forgotten, once it has ended.")


class SolveList(Shown):
    """Your days, the newest first."""

    solves: list[SolveBody]
    next_before: str | None = Field(description="Give this as `before` for more.")
