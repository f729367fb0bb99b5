"""What VROOM knows and we do not, and what it would not accept itself: refused by name."""

from collections.abc import Callable, Iterable, Iterator

from solvers.formats.errors import FormatError
from solvers.formats.vroom.schema import VroomInput, VroomVehicle


def refuse_unsupported(given: VroomInput) -> None:
    """Raise for the first thing in ``given`` that is not supported.

    Raises:
        FormatError: Names the element.
    """
    for rule in _RULES:
        for error in rule(given):
            raise error


def _ids(given: VroomInput) -> Iterator[FormatError]:
    for kind, ids in (
        ("job", [job.id for job in given.jobs]),
        ("vehicle", [vehicle.id for vehicle in given.vehicles]),
    ):
        seen: set[int] = set()
        for number in ids:
            if number in seen:
                yield FormatError(f"{kind} {number}", "comes twice", "give each its own id")
            seen.add(number)


def _vehicles(given: VroomInput) -> Iterator[FormatError]:
    if not given.vehicles:
        yield FormatError("vehicles", "is empty", "give at least one vehicle")


def _shipments(given: VroomInput) -> Iterator[FormatError]:
    if given.shipments:
        cause = f"holds {len(given.shipments)} entries, and shipments are not supported"
        yield FormatError("shipments", cause, "give jobs with a pickup or a delivery")


def _amounts(given: VroomInput) -> Iterator[FormatError]:
    """One length for all, and loads that go one way only."""
    if not given.vehicles:
        return
    length = len(given.vehicles[0].capacity)
    named: list[tuple[str, list[int]]] = []
    named += [(f"vehicle {v.id}: capacity", v.capacity) for v in given.vehicles]
    for job in given.jobs:
        named += [(f"job {job.id}: delivery", job.delivery), (f"job {job.id}: pickup", job.pickup)]
    for name, amount in named:
        if len(amount) != length and (amount or "capacity" in name):
            cause = f"has {len(amount)} entries, vehicle {given.vehicles[0].id} has {length}"
            yield FormatError(name, cause, "give one entry for each dimension")
    delivers = next((job.id for job in given.jobs if any(job.delivery)), None)
    collects = next((job.id for job in given.jobs if any(job.pickup)), None)
    if delivers is not None and collects is not None:
        cause = f"job {delivers} has a delivery and job {collects} a pickup"
        action = "a mixture is not supported; give only pickups or only deliveries"
        yield FormatError("jobs", cause, action)


def _breaks(given: VroomInput) -> Iterator[FormatError]:
    for vehicle in given.vehicles:
        name = f"vehicle {vehicle.id}"
        if len(vehicle.breaks) > 1:
            cause = f"has {len(vehicle.breaks)} breaks, and one is supported"
            yield FormatError(name, cause, "keep one break")
        for rest in vehicle.breaks:
            if len(rest.time_windows) > 1:
                cause = f"break {rest.id} has {len(rest.time_windows)} time_windows"
                yield FormatError(name, cause, "several are not supported; keep one")
            if rest.max_load is not None:
                cause = f"break {rest.id} has a max_load, which is not supported"
                yield FormatError(name, cause, "remove it")


def _costs(given: VroomInput) -> Iterator[FormatError]:
    for vehicle in given.vehicles:
        name = f"vehicle {vehicle.id}"
        if vehicle.costs.per_task_hour:
            cause = f"costs.per_task_hour is {vehicle.costs.per_task_hour}, and is not supported"
            yield FormatError(name, cause, "set it to 0; work at the door then costs nothing")
        matrices = given.matrices.get(vehicle.profile)
        if matrices is None:
            continue
        if matrices.costs is not None:
            yield from _beside_cost_matrix(vehicle, name)
        if matrices.distances is None:
            for key, used in _distance_keys(vehicle):
                if used:
                    cause = f"{key} needs matrices.{vehicle.profile}.distances"
                    yield FormatError(name, cause, "add the distances or remove it")


def _beside_cost_matrix(vehicle: VroomVehicle, name: str) -> Iterator[FormatError]:
    keys = (("costs.per_hour", vehicle.costs.per_hour != 3600), *_distance_keys(vehicle))
    for key, used in keys:
        if used:
            cause = f"{key} beside matrices.{vehicle.profile}.costs is not supported"
            yield FormatError(name, cause, "remove one of the two")


def _distance_keys(vehicle: VroomVehicle) -> tuple[tuple[str, bool], ...]:
    return (
        ("costs.per_km", vehicle.costs.per_km > 0),
        ("max_distance", vehicle.max_distance is not None),
    )


def _windows(given: VroomInput) -> Iterator[FormatError]:
    for job in given.jobs:
        last = -1
        for start, end in job.time_windows:
            if end < start or start <= last:
                cause = f"time_windows are {job.time_windows}"
                action = "give rising windows that do not overlap"
                yield FormatError(f"job {job.id}", cause, action)
                break
            last = end
    for vehicle in given.vehicles:
        for hours in _spans(vehicle):
            if hours[1] < hours[0]:
                cause = f"time window {hours} ends before it starts"
                yield FormatError(f"vehicle {vehicle.id}", cause, "swap its ends")


def _spans(vehicle: VroomVehicle) -> Iterable[list[int]]:
    return [
        *([vehicle.time_window] if vehicle.time_window else []),
        *(span for rest in vehicle.breaks for span in rest.time_windows),
    ]


def _steps(given: VroomInput) -> Iterator[FormatError]:
    for vehicle in given.vehicles:
        for number, step in enumerate(vehicle.steps or []):
            name = f"vehicle {vehicle.id}: steps[{number}]"
            for key in ("service_at", "service_after", "service_before"):
                if getattr(step, key) is not None:
                    yield FormatError(name, f"{key} is not supported", "remove it")


_RULES: tuple[Callable[[VroomInput], Iterator[FormatError]], ...] = (
    _ids,
    _vehicles,
    _shipments,
    _amounts,
    _breaks,
    _costs,
    _windows,
    _steps,
)
