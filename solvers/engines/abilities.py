"""The features a problem may ask for, and how well an engine models each."""

from enum import StrEnum

from solvers.model import Problem, Stop, Vehicle


class Ability(StrEnum):
    """A feature of the model that an engine may or may not know."""

    TIME_WINDOWS = "time windows"
    SEVERAL_WINDOWS = "several windows per stop"
    LATENESS = "due times"
    LOADS = "load dimensions"
    UNLOADING = "unloading at hubs"
    RELEASE = "release times"
    SETUP_SHARING = "set-up shared at an address"
    BREAKS = "breaks"
    SKILLS = "skills and vehicle restrictions"
    COMMITTED = "committed prefixes"
    OPTIONAL_STOPS = "optional stops"
    HOME_ZONES = "home zones"
    VEHICLE_CHANGE = "prices for a change of vehicle"
    TIME_CHANGE = "prices for a change of time"
    TRAVEL_BY_TIME = "travel by departure time"
    UNREACHABLE_ARCS = "unreachable arcs"
    PAID_TIME = "cost of paid time"
    DRIVE_TIME_COST = "cost of driving time"
    ROUTE_LIMITS = "limits on stops, distance, driving or duration"
    NO_START_PLACE = "routes that begin at their first visit"


def required_abilities(problem: Problem) -> frozenset[Ability]:
    """The features ``problem`` uses."""
    found: set[Ability] = set()
    for stop in problem.stops:
        found |= _asked_by_stop(problem, stop)
    for vehicle in problem.vehicles:
        found |= _asked_by_vehicle(vehicle)
    if any(len(source.breakpoints_s) > 1 for source in problem.travel):
        found.add(Ability.TRAVEL_BY_TIME)
    if any(source.has_unreachable for source in problem.travel):
        found.add(Ability.UNREACHABLE_ARCS)
    if _setup_is_shared(problem):
        found.add(Ability.SETUP_SHARING)
    return frozenset(found)


def _asked_by_stop(problem: Problem, stop: Stop) -> set[Ability]:
    prices = problem.prices
    asked = {
        Ability.TIME_WINDOWS: bool(stop.windows),
        Ability.SEVERAL_WINDOWS: len(stop.windows) > 1,
        Ability.LATENESS: stop.due_s is not None and stop.late_cost_per_s > 0,
        Ability.LOADS: any(stop.load),
        Ability.RELEASE: stop.release_s is not None,
        Ability.SKILLS: bool(stop.skills or stop.excluded_vehicles)
        or stop.allowed_vehicles is not None,
        Ability.OPTIONAL_STOPS: stop.unserved_price is not None,
        Ability.HOME_ZONES: prices.outside_home_zone > 0 and stop.zone is not None,
        Ability.VEHICLE_CHANGE: prices.vehicle_change > 0 and stop.previous_vehicle is not None,
        Ability.TIME_CHANGE: prices.time_change > 0 and stop.previous_start_s is not None,
    }
    return {ability for ability, needed in asked.items() if needed}


def _asked_by_vehicle(vehicle: Vehicle) -> set[Ability]:
    limits = (
        vehicle.max_stops,
        vehicle.max_distance_m,
        vehicle.max_drive_s,
        vehicle.max_duration_s,
    )
    asked = {
        Ability.TIME_WINDOWS: vehicle.shift_end_s is not None,
        Ability.UNLOADING: bool(vehicle.hubs),
        Ability.BREAKS: vehicle.rest is not None,
        Ability.COMMITTED: bool(vehicle.committed),
        Ability.PAID_TIME: vehicle.cost_per_s > 0,
        Ability.DRIVE_TIME_COST: vehicle.cost_per_drive_s > 0,
        Ability.ROUTE_LIMITS: any(limit is not None for limit in limits),
        Ability.NO_START_PLACE: vehicle.start is None,
    }
    return {ability for ability, needed in asked.items() if needed}


def _setup_is_shared(problem: Problem) -> bool:
    """Whether two stops with a set-up stand at one address."""
    seen: set[str] = set()
    for stop in problem.stops:
        if stop.address is None or not any(stop.setup_s):
            continue
        if stop.address in seen:
            return True
        seen.add(stop.address)
    return False
