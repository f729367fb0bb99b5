"""A VROOM problem file as a problem of ours."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from solvers.errors import InvalidProblemError
from solvers.formats.errors import FormatError
from solvers.formats.vroom.answers import routes_of_steps
from solvers.formats.vroom.case import TravelFromPlaces, VroomCase, has_costs
from solvers.formats.vroom.prices import Rates, cost_bound, exact_rates, price, scales
from solvers.formats.vroom.refusals import refuse_unsupported
from solvers.formats.vroom.schema import VroomInput, VroomJob, VroomVehicle, parse_input
from solvers.formats.vroom.travel import STRAIGHT_LINES, Travelling, travelling
from solvers.model import Break, Problem, Stop, TimeWindow, Vehicle
from solvers.solution import Solution

_ALWAYS_S = 2**32
"""Later than any time of VROOM, whose times have 32 bits."""


def read_vroom(text: str, from_places: TravelFromPlaces | None = None) -> VroomCase:
    """The problem a file holds.

    Args:
        text: JSON.
        from_places: Where travel comes from if the file has no matrices; without it such a file
            is refused.

    Raises:
        FormatError: The file is broken, or asks for something that is not supported.
    """
    given = parse_input(parse_json(text))
    refuse_unsupported(given)
    way = travelling(given, from_places)
    scaled = _scaled(given, way)
    notes = [STRAIGHT_LINES] if way.straight else []
    if scaled.rounded:
        notes.append("costs are rounded in the search, as exact ones would exceed 63 bits")
    return VroomCase(
        given=given,
        problem=scaled.problem,
        time_scale=way.time_scale,
        cost_scale=scaled.cost_scale,
        unserved_unit=scaled.unserved_unit,
        distances=way.distances,
        loads_deliveries=_is_loaded(job.delivery for job in given.jobs),
        start=_start(given),
        notes=tuple(notes),
    )


def parse_json(text: str) -> object:
    """What ``text`` says.

    Raises:
        FormatError: It is no JSON, says where; or a key comes twice in one object.
    """
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise FormatError(
            "JSON", f"{error.msg} at {where}", "repair or complete the file"
        ) from error
    except RecursionError as error:
        raise FormatError("JSON", "is nested too deeply", "repair the file") from error


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise FormatError("JSON", f"key '{twice}' comes twice in one object", "keep one")
    return result


@dataclass(frozen=True, slots=True, eq=False)
class _Scaled:
    """A problem with units of cost it was made in; see ``VroomCase``."""

    problem: Problem
    cost_scale: int
    unserved_unit: int
    rounded: bool


def _scaled(given: VroomInput, way: Travelling) -> _Scaled:
    """The problem in the finest units of cost that fit."""
    exact = [
        exact_rates(vehicle, hundredths=way.time_scale > 1, has_costs=has_costs(given, vehicle))
        for vehicle in given.vehicles
    ]
    candidates = scales(exact)
    for scale in candidates:
        rates = [rate.times(scale) for rate in exact]
        bound = cost_bound(rates, way.sources, way.profile_of, len(given.jobs))
        try:
            problem = _problem(given, way, rates, bound)
        except InvalidProblemError as error:
            if scale > 1 and all(issue.code == "cost-overflow" for issue in error.issues):
                continue
            issue = error.issues[0]
            raise FormatError(issue.element, issue.cause, issue.action) from error
        return _Scaled(problem, scale, bound, scale != candidates[0])
    raise FormatError("costs", "are too large", "use smaller costs or priorities")


def _problem(given: VroomInput, way: Travelling, rates: Sequence[Rates], bound: int) -> Problem:
    types = tuple({vehicle.type: None for vehicle in given.vehicles})
    return Problem(
        stops=tuple(
            _stop(job, place, way.time_scale, types, price(job.priority, bound, len(given.jobs)))
            for job, place in zip(given.jobs, way.job_places, strict=True)
        ),
        vehicles=tuple(
            _vehicle(vehicle, way, index, types, rates[index])
            for index, vehicle in enumerate(given.vehicles)
        ),
        travel=way.sources,
        dimensions=tuple(
            f"amount {number}" for number in range(1, len(given.vehicles[0].capacity) + 1)
        ),
        vehicle_classes=tuple(name or "any" for name in types),
    )


def _stop(job: VroomJob, place: int, scale: int, types: Sequence[str], left_out: int) -> Stop:
    setups = tuple(scale * job.setup_per_type.get(name, job.setup) for name in types)
    return Stop(
        id=str(job.id),
        location=place,
        windows=tuple(TimeWindow(scale * start, scale * end) for start, end in job.time_windows),
        service_s=tuple(scale * job.service_per_type.get(name, job.service) for name in types),
        setup_s=setups if any(setups) else (),
        address=str(place),
        load=tuple(job.delivery if any(job.delivery) else job.pickup),
        unserved_price=left_out,
        skills=frozenset(str(skill) for skill in job.skills),
    )


def _vehicle(
    vehicle: VroomVehicle, way: Travelling, index: int, types: Sequence[str], rates: Rates
) -> Vehicle:
    scale = way.time_scale
    hours = vehicle.time_window
    travel_limit = vehicle.max_travel_time
    return Vehicle(
        id=str(vehicle.id),
        vehicle_class=types.index(vehicle.type),
        profile=way.profile_of[index],
        start=way.starts[index],
        end=way.ends[index],
        available_s=scale * hours[0] if hours else 0,
        shift_end_s=scale * hours[1] if hours else None,
        capacity=tuple(vehicle.capacity),
        skills=frozenset(str(skill) for skill in vehicle.skills),
        fixed_cost=rates.fixed,
        cost_per_drive_s=rates.per_time,
        cost_per_m=rates.per_m,
        rest=_rest(vehicle, scale),
        max_stops=vehicle.max_tasks,
        max_distance_m=vehicle.max_distance,
        max_drive_s=None if travel_limit is None else scale * travel_limit,
    )


def _rest(vehicle: VroomVehicle, scale: int) -> Break | None:
    """The break, its window cut to the working hours.

    VROOM wants every break inside the route. Ours may fall outside it, where the vehicle starts
    late or ends early; inside the cut window it can then always be shown before or after.
    """
    if not vehicle.breaks:
        return None
    rest = vehicle.breaks[0]
    opens, closes = rest.time_windows[0] if rest.time_windows else (0, _ALWAYS_S)
    if vehicle.time_window is not None:
        opens = max(opens, vehicle.time_window[0])
        closes = min(closes, vehicle.time_window[1] - rest.service)
    if closes < opens:
        name = f"vehicle {vehicle.id}"
        cause = f"break {rest.id} does not fit into its time_window"
        raise FormatError(name, cause, "move the break or the working hours")
    return Break(TimeWindow(scale * opens, scale * closes), scale * rest.service)


def _start(given: VroomInput) -> Solution | None:
    named = [(v.id, v.steps) for v in given.vehicles if v.steps is not None]
    return routes_of_steps(given, named) if named else None


def _is_loaded(amounts: Iterable[Sequence[int]]) -> bool:
    return any(value for amount in amounts for value in amount)
