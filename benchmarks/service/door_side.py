"""The simulated world's shoppers and couriers, served over HTTP."""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from benchmarks.service.city import CITY
from benchmarks.service.server import Server, ServerError
from dispatch.client import ApiError, CourierClient, DispatchClient, Item, PickupClass, Place
from dispatch.client import Task as TaskShown
from dispatch.domain.places import Window
from dispatch.domain.requests import PickupRequest
from dispatch.live import events
from dispatch.live.decisions import Instructions
from dispatch.live.events import Event
from dispatch.live.tasks import Collect, Destination, Recover, TakeBreak, Task, Unload, WaitAt
from dispatch.simulation.policy import Answer, Briefing

_NOT_AT_HOME = "nobody_home"
_STILL = timedelta(minutes=1)
"""For so long the clock may stand while nothing ticks."""


class SteppedServer(Server):
    """A server process whose clock goes on when it is told to."""

    def start(self) -> float:
        """Starts it; see the base."""
        self._passed_at = self._start_at
        return super().start()

    def show(self, moment: datetime) -> None:
        """Sets what its clock shows; ticks wait for :meth:`let_pass`, but not for long."""
        if moment > self._passed_at + _STILL:
            self.let_pass(moment)
        else:
            self._step("show", moment)

    def let_pass(self, moment: datetime) -> None:
        """Lets its clock go on, and waits until all ticks that fell due are done."""
        self._step("pass", moment)
        self._passed_at = moment

    def _step(self, word: str, moment: datetime) -> None:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise ServerError("the server does not run")
        process.stdin.write(f"{word} {moment.isoformat()}\n")
        process.stdin.flush()
        if not process.stdout.readline():
            raise ServerError("the server ended:\n" + "\n".join(self.log))

    def _spawn(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "benchmarks.service.stepped", str(self._port)],
            env=self._environment | {"DISPATCH_CLOCK_START": self._start_at.isoformat()},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


class Door:
    """The door as the world's shoppers and couriers use it.

    Attributes:
        refusals: How often what was told was refused, by what and code.
        requests: How many HTTP requests were answered.

    Args:
        server: Behind it.
        client: Of it.
    """

    def __init__(self, server: SteppedServer, client: DispatchClient) -> None:
        self.server = server
        self.client = client
        self.refusals: Counter[str] = Counter()
        self.requests = 0
        self.pickups: dict[str, str] = {}
        self.requests_of: dict[str, str] = {}

    def ask(self, what: str, question: Callable[[], Any]) -> Any:
        """The answer; ``None`` where it is a refusal."""
        self.requests += 1
        try:
            return question()
        except ApiError as refusal:
            self.refusals[f"{what}: {refusal.code}"] += 1
            return None


class ShoppersAtTheDoor:
    """Answers shoppers with what the service offers: the first window from the one wanted on.

    Args:
        door: Of the service.
    """

    def __init__(self, door: Door) -> None:
        self._door = door

    def begin(self, briefing: Briefing) -> None:
        """Start a day."""
        self._briefing = briefing

    def observe(self, event: Event) -> None:
        """Nothing is known here but what the service answers."""

    def answer(self, at: int, request: PickupRequest) -> Answer:
        """A window that is booked now, or a refusal."""
        door, client = self._door, self._door.client
        door.server.show(self._briefing.moment(at))
        found = door.ask(
            "slots",
            lambda: client.slots(
                city=CITY,
                place=_place_of(request),
                items=[_item_of(request)],
                earliest=request.windows[0].start_at,
            ),
        )
        if found is None or not found.slots:
            return Answer(None, "nothing is offered")
        slot = found.slots[0]
        pickup = door.ask("book", lambda: client.book(slot_id=slot.id))
        if pickup is None:
            return Answer(None, "it could not be booked")
        door.pickups[request.id] = pickup.id
        door.requests_of[pickup.id] = request.id
        zone = request.windows[0].start_at.tzinfo
        window = pickup.promise
        return Answer(Window(window.start_at.astimezone(zone), window.end_at.astimezone(zone)))


class CouriersAtTheDoor:
    """Couriers who tell the service what happens, and ask it what to do when they are free.

    Args:
        door: Of the service.
    """

    def __init__(self, door: Door) -> None:
        self._door = door

    def begin(self, briefing: Briefing) -> None:
        """Start a day."""
        self._briefing = briefing
        client = self._door.client
        self._couriers = {one.id: client.courier(CITY, one.id) for one in briefing.couriers}
        self._said_g: dict[str, int] = {}
        self._free: set[str] = set()
        self._asking: set[str] = set()
        self._ticked = False

    def observe(self, event: Event) -> None:
        """Tell the service."""
        self._door.server.show(self._briefing.moment(event.at))
        match event:
            case events.Ticked():
                self._ticked = True
            case events.Booked(_, request):
                self._said_g[request.id] = request.load.weight_g
            case events.Cancelled(request_id=request_id):
                pickup_id = self._door.pickups[request_id]
                self._door.ask("cancel", lambda: self._door.client.cancel(pickup_id))
            case events.Held() | events.Changed() | events.Locked():
                raise TypeError(f"the world tells nothing like {event}")
            case _:
                self._tell(event)

    def decide(self, at: int) -> Instructions | None:
        """What free couriers are told when they ask."""
        if self._ticked:
            self._door.server.let_pass(self._briefing.moment(at))
        asking = self._free if self._ticked else self._asking & self._free
        self._ticked = False
        if not asking:
            return None
        told = {courier_id: self._tasks(courier_id) for courier_id in sorted(asking)}
        self._asking = set()
        return Instructions(told)

    def _tell(self, event: events.CourierEvent) -> None:
        courier_id = event.courier_id
        happening, fields = self._words(event)
        if happening is not None:
            courier, at = self._couriers[courier_id], self._briefing.moment(event.at)
            name: Any = happening
            self._door.ask(happening, lambda: courier.tell(name, at=at, **fields))
        match event:
            case events.Departed() | events.RestBegan() | events.ShiftEnded() | events.BrokenDown():
                self._free.discard(courier_id)
            case events.Arrived():
                pass
            case events.Collected(request_id=request_id, weight_g=weight_g):
                self._free.add(courier_id)
                # Who has more aboard than was said waits for the next plan.
                if weight_g <= self._said_g[request_id]:
                    self._asking.add(courier_id)
            case _:
                self._free.add(courier_id)
                self._asking.add(courier_id)

    def _words(self, event: events.CourierEvent) -> tuple[str | None, dict[str, Any]]:
        """The name of what happened over HTTP, with what goes with it."""
        match event:
            case events.Departed(_, _, task):
                return ("departed", place) if (place := self._place(task)) else (None, {})
            case events.Arrived(request_id=request_id):
                return "arrived", self._pickup(request_id)
            case events.Refused(request_id=request_id):
                return "refused", self._pickup(request_id)
            case events.FailedAtDoor(request_id=request_id):
                return "failed", self._pickup(request_id) | {"reason": _NOT_AT_HOME}
            case events.Collected(request_id=request_id, weight_g=weight_g):
                seen = {"weight_g": max(1, weight_g), "items_match": True, "packed": True}
                return "collected", self._pickup(request_id) | seen
            case events.Unloaded(hub_id=hub_id):
                return "unloaded", {"hub_id": hub_id}
            case events.LoadRecovered(broken_courier_id=broken_id):
                return "load_recovered", {"broken_courier_id": broken_id}
            case events.Position(lon=lon, lat=lat):
                return "position", {"lon": lon, "lat": lat}
            case _:
                return _ALONE[type(event)], {}

    def _pickup(self, request_id: str) -> dict[str, Any]:
        return {"pickup_id": self._door.pickups[request_id]}

    def _place(self, task: Destination) -> dict[str, Any]:
        match task:
            case Collect(request_id):
                return self._pickup(request_id)
            case Unload(hub_id):
                return {"hub_id": hub_id}
            case Recover(courier_id):
                return {"recover_courier_id": courier_id}
            case WaitAt():
                return {}

    def _tasks(self, courier_id: str) -> tuple[Task, ...]:
        courier: CourierClient = self._couriers[courier_id]
        found = self._door.ask("tasks", courier.tasks)
        return () if found is None else tuple(self._task(one) for one in found.tasks)

    def _task(self, shown: TaskShown) -> Task:
        match shown.kind:
            case "collect":
                return Collect(self._door.requests_of[shown.pickup_id or ""])
            case "unload":
                return Unload(shown.hub_id or "")
            case "break":
                return TakeBreak()
            case "recover":
                return Recover(shown.courier_id or "")
            case kind:
                raise ValueError(f"a task of an unknown kind: {kind}")


_ALONE: dict[type[events.CourierEvent], str] = {
    events.ShiftStarted: "shift_started",
    events.ShiftEnded: "shift_ended",
    events.RestBegan: "break_started",
    events.Rested: "break_ended",
    events.BrokenDown: "broken_down",
}


def _place_of(request: PickupRequest) -> Place:
    return Place(
        lon=request.place.lon,
        lat=request.place.lat,
        floor=request.floor,
        lift=request.lift,
        address_id=request.address_id,
    )


def _item_of(request: PickupRequest) -> Item:
    """Goods that weigh and measure at least as much."""
    load = request.load
    side_mm = -int(-((load.volume_ml / load.pieces * 1_000) ** (1 / 3)) // 1)
    return Item(
        pickup_class=PickupClass(request.pickup_class.value),
        weight_g=-(-load.weight_g // load.pieces),
        length_mm=side_mm,
        width_mm=side_mm,
        height_mm=side_mm,
        pieces=load.pieces,
        disassembly=request.disassembly,
    )
