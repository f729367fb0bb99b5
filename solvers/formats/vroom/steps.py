"""The steps of one route, as VROOM shows them."""

from typing import Any

from solvers.formats.vroom.case import VroomCase
from solvers.model import Break, VisitKind
from solvers.replay import Schedule, VisitTimes

Json = dict[str, Any]


def steps_of(case: VroomCase, schedule: Schedule) -> list[Json]:
    """Start, jobs, break and end of a route that visits something.

    VROOM wants every break inside the route. One that our route takes before it leaves or after
    it has ended is shown right after the start or right before the end.
    """
    return _Steps(case, schedule).all_steps()


def job_place(case: VroomCase, job: int) -> Json:
    """Where a job is, and its description."""
    given = case.given.jobs[job]
    entry: Json = {} if given.location is None else {"location": given.location}
    entry["location_index"] = case.problem.stops[job].location
    return entry | ({"description": given.description} if given.description else {})


class _Steps:
    """Builds the steps in order, with running totals of seconds and metres driven."""

    def __init__(self, case: VroomCase, schedule: Schedule) -> None:
        self._case = case
        self._schedule = schedule
        self._given = case.given.vehicles[schedule.vehicle]
        self._vehicle = case.problem.vehicles[schedule.vehicle]
        self._metres = case.distances.get(self._given.profile)
        self._delivered = schedule.visits[-1].load if case.loads_deliveries else None
        self._load = tuple(0 for _ in case.problem.dimensions)
        self._at: int | None = self._vehicle.start
        self._left_s = schedule.depart_s
        self._driven_s = 0
        self._driven_m = 0
        self._ahead_s = 0
        self._address: str | None = None
        self._steps: list[Json] = []

    def all_steps(self) -> list[Json]:
        before, after = self._rest_outside()
        if before is not None:
            self._left_s = min(before.window.end_s, self._left_s - before.duration_s)
        if self._vehicle.start is not None:
            self._append({"type": "start"} | self._end_place("start"), self._left_s, self._left_s)
        if before is not None:
            self._add_break(before, self._left_s, drive_s=0)
        for position, times in enumerate(self._schedule.visits):
            if times.visit.kind is VisitKind.BREAK:
                if self._vehicle.rest is not None:
                    self._add_break(
                        self._vehicle.rest, times.start_s, drive_s=self._next_drive_s(position)
                    )
            else:
                self._add_job(times)
        self._finish(after)
        return self._steps

    def _rest_outside(self) -> tuple[Break | None, Break | None]:
        """The break, if it is taken before the route or after it."""
        rest = self._vehicle.rest
        taken = any(times.visit.kind is VisitKind.BREAK for times in self._schedule.visits)
        if rest is None or taken:
            return None, None
        if self._schedule.depart_s >= rest.window.start_s + rest.duration_s:
            return rest, None
        return None, rest if self._schedule.end_s <= rest.window.end_s else None

    def _next_drive_s(self, position: int) -> int:
        """Seconds of the drive that a break at ``position`` interrupts."""
        for times in self._schedule.visits[position + 1 :]:
            if times.visit.kind is VisitKind.STOP:
                return times.drive_s
        return self._schedule.end_drive_s

    def _add_break(self, rest: Break, begin_s: int, *, drive_s: int) -> None:
        """The break, after as much of the next drive as fits before it."""
        ahead_s = min(drive_s, begin_s - self._left_s)
        arrival_s = self._left_s + ahead_s
        self._driven_s += ahead_s
        self._ahead_s = ahead_s
        self._left_s = begin_s + rest.duration_s
        given = self._given.breaks[0]
        entry: Json = {"type": "break", "id": given.id, "service": given.service}
        if given.description:
            entry["description"] = given.description
        self._append(entry, arrival_s, begin_s)

    def _add_job(self, times: VisitTimes) -> None:
        job = times.visit.index
        given, stop = self._case.given.jobs[job], self._case.problem.stops[job]
        self._drive(stop.location, times.drive_s)
        setup_s = 0
        if stop.setup_s and stop.address != self._address:
            setup_s = stop.setup_s[self._vehicle.vehicle_class]
        self._address = stop.address
        self._load = times.load
        entry: Json = {
            "type": "job",
            **job_place(self._case, job),
            "id": given.id,
            "job": given.id,
            "setup": self._case.seconds(setup_s),
            "service": self._case.seconds(times.end_s - times.start_s - setup_s),
        }
        self._append(entry, times.arrival_s, times.start_s)
        self._left_s = times.depart_s

    def _finish(self, after: Break | None) -> None:
        """Drive to the end place, if there is one, and rest there if the break is still open."""
        if self._vehicle.end is not None:
            self._drive(self._vehicle.end, self._schedule.end_drive_s)
        self._left_s = self._schedule.end_s
        if after is not None:
            self._add_break(after, max(self._left_s, after.window.start_s), drive_s=0)
        if self._vehicle.end is not None:
            self._append({"type": "end"} | self._end_place("end"), self._left_s, self._left_s)

    def _drive(self, place: int, drive_s: int) -> None:
        self._driven_s += drive_s - self._ahead_s
        self._ahead_s = 0
        if self._metres is not None and self._at is not None:
            self._driven_m += int(self._metres[self._at, place])
        self._at = place

    def _end_place(self, key: str) -> Json:
        """Location of the vehicle's start or end."""
        coordinates = getattr(self._given, key)
        entry: Json = {} if coordinates is None else {"location": coordinates}
        return entry | {"location_index": getattr(self._vehicle, key)}

    def _append(self, entry: Json, arrival_s: int, start_s: int) -> None:
        seconds = self._case.seconds
        step: Json = {"setup": 0, "service": 0} | entry
        if self._case.problem.dimensions:
            step["load"] = list(self._load)
            if self._delivered is not None:
                step["load"] = [
                    all_ - done for all_, done in zip(self._delivered, self._load, strict=True)
                ]
        step["arrival"] = seconds(arrival_s)
        step["waiting_time"] = seconds(start_s) - seconds(arrival_s)
        step["duration"] = seconds(self._driven_s)
        if self._metres is not None:
            step["distance"] = self._driven_m
        self._steps.append(step | {"violations": []})
