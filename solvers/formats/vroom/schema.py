"""The keys of a VROOM problem file; a key that is not here is refused by name.

What VROOM knows and this project does not model has a type that refuses it, so that the message
can say so.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from solvers.formats.errors import FormatError

_UINT32 = 2**32 - 1

Count = Annotated[int, Field(ge=0, le=_UINT32)]
Id = Annotated[int, Field(ge=0, le=2**63 - 1)]
Seconds = Count
Coordinates = Annotated[list[float], Field(min_length=2, max_length=2)]
Span = Annotated[list[Seconds], Field(min_length=2, max_length=2)]
Amount = list[Count]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class VroomCosts(_Part):
    """What a vehicle costs, in VROOM's own unit."""

    fixed: Count = 0
    per_hour: Count = 3600
    per_km: Count = 0
    per_task_hour: Count = 0


class VroomBreak(_Part):
    """A break of ``service`` seconds."""

    id: Id
    time_windows: list[Span] = []
    service: Seconds = 0
    description: str = ""
    max_load: Amount | None = None


class VroomStep(_Part):
    """An element of a route given as a start."""

    type: str
    id: Id | None = None
    service_at: Seconds | None = None
    service_after: Seconds | None = None
    service_before: Seconds | None = None


class VroomVehicle(_Part):
    """A vehicle."""

    id: Id
    profile: str = "car"
    description: str = ""
    start: Coordinates | None = None
    start_index: Count | None = None
    end: Coordinates | None = None
    end_index: Count | None = None
    capacity: Amount = []
    costs: VroomCosts = VroomCosts()
    skills: list[Count] = []
    type: str = ""
    time_window: Span | None = None
    breaks: list[VroomBreak] = []
    speed_factor: Annotated[float, Field(gt=0, le=5)] = 1.0
    max_tasks: Count | None = None
    max_travel_time: Seconds | None = None
    max_distance: Count | None = None
    steps: list[VroomStep] | None = None


class VroomJob(_Part):
    """A job: one visit to one place."""

    id: Id
    description: str = ""
    location: Coordinates | None = None
    location_index: Count | None = None
    setup: Seconds = 0
    service: Seconds = 0
    setup_per_type: Mapping[str, Seconds] = {}
    service_per_type: Mapping[str, Seconds] = {}
    delivery: Amount = []
    pickup: Amount = []
    skills: list[Count] = []
    priority: Annotated[int, Field(ge=0, le=100)] = 0
    time_windows: list[Span] = []


class VroomMatrices(_Part):
    """Matrices of one profile; their numbers are judged when they are turned into arrays."""

    durations: list[Any]
    distances: list[Any] | None = None
    costs: list[Any] | None = None


class VroomInput(_Part):
    """A whole file."""

    vehicles: list[VroomVehicle]
    jobs: list[VroomJob] = []
    shipments: list[Any] = []
    matrices: Mapping[str, VroomMatrices] = {}


def parse_input(data: object) -> VroomInput:
    """``data``, as read from JSON, with its keys and types checked.

    Raises:
        FormatError: Names the first element that is wrong, and how many there are.
    """
    try:
        return VroomInput.model_validate(data)
    except ValidationError as error:
        raise _first(error, data) from error


def _first(error: ValidationError, data: object) -> FormatError:
    found = error.errors(include_url=False)
    detail = found[0]
    more = f" (and {len(found) - 1} more errors)" if len(found) > 1 else ""
    if detail["type"] == "extra_forbidden":
        name = detail["loc"][-1]
        action = "use 'delivery' or 'pickup'" if name == "amount" else "remove it"
        if name == "matrix":
            action = "use 'matrices': {'car': {'durations': ...}}"
        element = _element(detail["loc"][:-1], data)
        return FormatError(element, f"key '{name}' is not understood{more}", action)
    if detail["type"] == "missing":
        element = _element(detail["loc"][:-1], data)
        return FormatError(element, f"key '{detail['loc'][-1]}' is missing{more}", "add it")
    return FormatError(_element(detail["loc"], data), f"{_shown(detail)}{more}", "correct it")


def _shown(detail: ErrorDetails) -> str:
    text = repr(detail["input"])
    return f"{text if len(text) <= 60 else text[:57] + '...'} is wrong: {detail['msg'].lower()}"


def _element(loc: tuple[int | str, ...], data: object) -> str:
    """Path to an element, with the ids of what it passes through."""
    text = ""
    for part in loc:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
        try:
            data = data[part]  # type: ignore[index]
        except (TypeError, LookupError):
            data = None
        if isinstance(part, int) and isinstance(data, dict) and "id" in data:
            text += f" (id {data['id']})"
    return text or "file"
