"""Endpoints of the returns systems, and what could not be delivered."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from dispatch.api.schemas.common import CityId, Given, Shown
from dispatch.webhooks.addresses import MOST_URL_LENGTH
from dispatch.webhooks.events import EventType

Url = Annotated[
    str,
    Field(min_length=1, max_length=MOST_URL_LENGTH, examples=["https://returns.example.com/hooks"]),
]


Wanted = Annotated[EventType, Field(strict=False)]


class EndpointRequest(Given):
    """Where to send events."""

    url: Url
    event_types: Annotated[list[Wanted], Field(max_length=len(EventType))] = Field(
        default=[], description="Empty for all."
    )
    cities: Annotated[list[CityId], Field(max_length=100)] = Field(
        default=[], description="Empty for all."
    )


class EndpointBody(Shown):
    """An endpoint, without its secret."""

    id: str
    url: str
    event_types: list[str]
    cities: list[str]
    enabled: bool
    disabled_reason: str | None
    created_at: datetime


class EndpointWithSecret(EndpointBody):
    """An endpoint with its secret, which is shown only now."""

    secret: str = Field(description="Verify signatures with it (Standard Webhooks).")


class EndpointList(Shown):
    """Your endpoints."""

    endpoints: list[EndpointBody]


class FailureBody(Shown):
    """An event that could not be delivered, whatever was tried."""

    id: str
    endpoint_id: str
    event_id: str
    type: str
    pickup_id: str
    occurred_at: datetime
    attempts: int
    last_status: int | None
    last_error: str | None


class FailureList(Shown):
    """What was given up, the newest first."""

    failures: list[FailureBody]
    next_before: str | None = Field(description="Give this as `before` for more.")


class ResendBody(Shown):
    """What is tried anew."""

    resent: int
