"""Parts that several requests and answers share."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from dispatch.domain.places import Window


class Given(BaseModel):
    """What all bodies that come in share: unknown fields and foreign types are refused.

    Types are taken strictly: no text for a number, no truth for one. Fields that are something else
    than their JSON, such as choices and dates, say so with ``Field(strict=False)``.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Shown(BaseModel):
    """What all bodies that go out share."""

    model_config = ConfigDict(frozen=True)


_PRINTABLE = r"^[^\x00-\x1f\x7f]+$"

CityId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", examples=["hangzhou"])]
CustomerRef = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        pattern=_PRINTABLE,
        description="The customer as you call them; no name, no telephone number.",
        examples=["c-20418"],
    ),
]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_PRINTABLE)]
Note = Annotated[str, StringConstraints(min_length=1, max_length=1_000, pattern=r"^[^\x00]+$")]


def _text(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("give it as text in the form of RFC 3339")
    return value


def _near(moment: datetime) -> datetime:
    if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
        raise ValueError(f"give a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    return moment


_FIRST_YEAR, _LAST_YEAR = 2000, 2199
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_text),
    AfterValidator(_near),
    Field(strict=False, examples=["2026-06-10T14:00:00+08:00"]),
]


class WindowBody(Shown):
    """A span of time, both ends inclusive: the courier rings the bell inside it."""

    start_at: datetime = Field(examples=["2026-06-10T14:00:00+08:00"])
    end_at: datetime = Field(examples=["2026-06-10T16:00:00+08:00"])

    @classmethod
    def of(cls, window: Window) -> Self:
        """The window as it is answered."""
        return cls(start_at=window.start_at, end_at=window.end_at)


class FeeLineBody(Shown):
    """One amount of a fee."""

    kind: str = Field(examples=["first_weight"])
    payer: str = Field(examples=["insurer"])
    count: int
    unit_fen: int
    amount_fen: int


class FeeBody(Shown):
    """What a pickup costs; all amounts are whole fen, and the lines add up to the totals."""

    chargeable_g: int = Field(description="The greater of actual and volumetric weight.")
    insured: bool
    lines: list[FeeLineBody]
    total_fen: int
    insurer_fen: int
    shopper_fen: int

    @classmethod
    def of(cls, record: dict[str, Any]) -> Self:
        """The fee of a record, without its rates."""
        return cls.model_validate({name: record[name] for name in cls.model_fields})


class ReasonBody(Shown):
    """One thing that went into a decision about a customer."""

    code: str = Field(examples=["tier"])
    text: str = Field(examples=["tier standard: 3 bookings may be open, rank 4"])


class StandingBody(Shown):
    """Whether a customer may take one more place, and everything that counted."""

    allowed: bool
    tier: str
    points: int
    most_open: int
    rank: int
    reasons: list[ReasonBody]
