"""What couriers tell, and what they are told."""

from datetime import date as calendar_date
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, RootModel, model_validator

from dispatch.api.schemas.common import Given, Moment, Note, Shown, WindowBody
from dispatch.api.schemas.pickups import ContactShown
from dispatch.api.schemas.slots import Latitude, Longitude, Millimetres
from dispatch.service.riding import Failure

PickupId = Annotated[str, Field(pattern=r"^pk_[0-9a-z]{1,40}$")]
HubId = Annotated[str, Field(min_length=1, max_length=100)]
CourierId = Annotated[str, Field(min_length=1, max_length=100)]


class Happened(Given):
    """Something that happened; ``at`` is now if left out."""

    at: Moment | None = Field(None, description="When it happened, not when it is told.")
    date: calendar_date | None = Field(
        None, strict=False, description="Of the shift; today if left out."
    )


class Alone(Happened):
    """Something about nothing but the courier.

    `shift_started`: ready to ride, also after a repair. `shift_ended`: no more work today.
    `break_started`, `break_ended`. `broken_down`: cannot go on; what is aboard will be fetched.
    """

    type: Literal["shift_started", "shift_ended", "break_started", "break_ended", "broken_down"]


class PositionTold(Happened):
    """Where the courier is, WGS84 degrees; of each courier the last one is kept."""

    type: Literal["position"]
    lon: Longitude
    lat: Latitude


class DepartedTold(Happened):
    """Sets out for a pickup, for a hub, or to a courier that has broken down: give one."""

    type: Literal["departed"]
    pickup_id: PickupId | None = None
    hub_id: HubId | None = None
    recover_courier_id: CourierId | None = None

    @model_validator(mode="after")
    def _one_of_three(self) -> Self:
        if (
            sum(one is not None for one in (self.pickup_id, self.hub_id, self.recover_courier_id))
            != 1
        ):
            raise ValueError("give exactly one of pickup_id, hub_id and recover_courier_id")
        return self


class AtPickup(Happened):
    """At the door (`arrived`), or not willing to do it (`refused`): never given to it again."""

    type: Literal["arrived", "refused"]
    pickup_id: PickupId


class CollectedTold(Happened):
    """The courier has the goods; what was weighed settles the fee, once."""

    type: Literal["collected"]
    pickup_id: PickupId
    weight_g: Annotated[int, Field(ge=1, le=10_000_000, description="Of everything collected.")]
    length_mm: Millimetres | None = Field(None, description="Of everything, packed together.")
    width_mm: Millimetres | None = None
    height_mm: Millimetres | None = None
    items_match: bool = Field(description="Whether the goods are what was declared.")
    packed: bool = Field(description="Whether they are packed to travel.")
    note: Note | None = None

    @model_validator(mode="after")
    def _all_sides(self) -> Self:
        sides = (self.length_mm, self.width_mm, self.height_mm)
        if len({side is None for side in sides}) > 1:
            raise ValueError("give length_mm, width_mm and height_mm together, or none of them")
        return self

    @property
    def volume_ml(self) -> int | None:
        """As measured, rounded up; ``None`` where it was not."""
        if self.length_mm is None or self.width_mm is None or self.height_mm is None:
            return None
        return -(-self.length_mm * self.width_mm * self.height_mm // 1_000)


class FailedTold(Happened):
    """The courier leaves without the goods."""

    type: Literal["failed"]
    pickup_id: PickupId
    reason: Annotated[Failure, Field(strict=False)]
    note: Note | None = None


class UnloadedTold(Happened):
    """Everything that was aboard is at the hub."""

    type: Literal["unloaded"]
    hub_id: HubId


class RecoveredTold(Happened):
    """Everything that a broken-down courier carried is aboard now."""

    type: Literal["load_recovered"]
    broken_courier_id: CourierId


AnyTold = (
    Alone
    | PositionTold
    | DepartedTold
    | AtPickup
    | CollectedTold
    | FailedTold
    | UnloadedTold
    | RecoveredTold
)


class CourierEventBody(RootModel[Annotated[AnyTold, Field(discriminator="type")]]):
    """One thing a courier tells."""


class VerdictBody(Shown):
    """What became of what was told."""

    outcome: Literal["applied", "repeated", "late", "kept"] = Field(
        description="`repeated`: known already; `late`: something later is known already."
    )
    why: str


class TaskBody(Shown):
    """One thing to do."""

    kind: Literal["collect", "unload", "break", "wait", "recover"]
    committed: bool = Field(description="Whether the courier has set out for it.")
    start_at: datetime
    end_at: datetime
    pickup_id: str | None = None
    hub_id: str | None = None
    courier_id: str | None = Field(None, description="Whose load is to be recovered.")
    lon: float | None = None
    lat: float | None = None
    promise: WindowBody | None = None
    contact: ContactShown | None = None


class TasksBody(Shown):
    """What a courier does next, in order."""

    courier_id: str
    date: calendar_date
    status: str
    tasks: list[TaskBody] = Field(description="What to set out for by now, and what comes after.")
    revision: int = Field(description="Of the plan; 0 before the first.")
