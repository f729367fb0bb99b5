"""Our plans as VROOM answers."""

from typing import Any

from solvers.checker import CheckReport
from solvers.findings import Rule
from solvers.formats.vroom.case import VroomCase
from solvers.formats.vroom.steps import Json, job_place, steps_of
from solvers.model import VisitKind
from solvers.replay import Schedule

_CAUSES = {
    Rule.WINDOW: "delay",
    Rule.SHIFT_END: "delay",
    Rule.BREAK_WINDOW: "delay",
    Rule.CAPACITY: "load",
    Rule.MAX_STOPS: "max_tasks",
    Rule.SKILLS: "skills",
    Rule.BREAK_MISSING: "missing_break",
    Rule.MAX_DRIVE: "max_travel_time",
    Rule.MAX_DISTANCE: "max_distance",
}
"""VROOM's names of what a route does that it may not."""

_SUMS = ("setup", "service", "duration", "waiting_time", "priority")


def write_answer(case: VroomCase, report: CheckReport, computing_ms: dict[str, int]) -> Json:
    """The answer, for JSON.

    Args:
        case: What was solved.
        report: The checker's, on the plan.
        computing_ms: Milliseconds spent loading, solving and routing.
    """
    routes = [_route(case, report, schedule) for schedule in report.schedules if schedule.visits]
    answer: Json = {
        "code": 0,
        "summary": _summary(case, report, routes) | {"computing_times": computing_ms},
        "unassigned": [
            {"id": case.given.jobs[index].id, "type": "job", **job_place(case, index)}
            for index in report.unserved
        ],
        "routes": routes,
    }
    return answer | ({"notes": list(case.notes)} if case.notes else {})


def _summary(case: VroomCase, report: CheckReport, routes: list[Json]) -> Json:
    summary: Json = {
        "cost": sum(route["cost"] for route in routes),
        "routes": len(routes),
        "unassigned": len(report.unserved),
    }
    if case.problem.dimensions:
        for key in ("delivery", "pickup"):
            columns = range(len(case.problem.dimensions))
            summary[key] = [sum(route[key][column] for route in routes) for column in columns]
    for key in (*_SUMS, *(("distance",) if case.distances else ())):
        summary[key] = sum(route.get(key, 0) for route in routes)
    return summary | {"violations": [cause for route in routes for cause in route["violations"]]}


def _route(case: VroomCase, report: CheckReport, schedule: Schedule) -> Json:
    vehicle = case.given.vehicles[schedule.vehicle]
    steps = steps_of(case, schedule)
    served = [t.visit.index for t in schedule.visits if t.visit.kind is VisitKind.STOP]
    entry: Json = {"vehicle": vehicle.id, "cost": case.route_cost(schedule)}
    if case.problem.dimensions:
        carried = list(schedule.visits[-1].load)
        nothing = [0] * len(carried)
        entry["delivery"] = carried if case.loads_deliveries else nothing
        entry["pickup"] = nothing if case.loads_deliveries else carried
    entry |= {
        "setup": sum(step["setup"] for step in steps),
        "service": sum(step["service"] for step in steps),
        "duration": steps[-1]["duration"],
        "waiting_time": sum(step["waiting_time"] for step in steps),
        "priority": sum(case.given.jobs[index].priority for index in served),
    }
    if "distance" in steps[-1]:
        entry["distance"] = steps[-1]["distance"]
    if vehicle.description:
        entry["description"] = vehicle.description
    causes = [_cause(f.rule) for f in report.violations if f.vehicle == schedule.vehicle]
    return entry | {"steps": steps, "violations": causes}


def _cause(rule: Rule) -> dict[str, Any]:
    return {"cause": _CAUSES.get(rule, str(rule))}
