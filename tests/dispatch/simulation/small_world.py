"""A street of houses, one minute and 250 m apart, on a day small enough to reckon by hand."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from dispatch.domain.couriers import Courier, Rest
from dispatch.domain.hubs import Hub
from dispatch.domain.places import Place, Window
from dispatch.domain.requests import Load, PickupClass, PickupRequest
from dispatch.live.decisions import Instructions
from dispatch.live.events import Event
from dispatch.live.tasks import Task
from dispatch.sampling.day import default_settings
from dispatch.simulation.policy import Acceptance, Answer, Briefing, Policy
from dispatch.simulation.records import DayRecord
from dispatch.simulation.scenarios import NO_CHANCES, Chances, Scenario
from dispatch.simulation.world import World

T = TypeVar("T")

H = 3600
MIN = 60
SETUP_S, DOOR_S = 60, 180  # of a parcel of one piece, by dispatch.defaults
MIDNIGHT = datetime(2026, 6, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
AS_PLANNED = Scenario(name="as planned", what="no chance at all", chances=NO_CHANCES)


def house(number: float) -> Place:
    return Place(lon=round(120 + number / 1000, 6), lat=30.0)


def at(seconds: int) -> datetime:
    return MIDNIGHT + timedelta(seconds=seconds)


def window(start_h: float, end_h: float) -> Window:
    return Window(at(round(start_h * H)), at(round(end_h * H)))


def parcel(
    ref: str, number: float, wanted: Window, *, asked_h: float = 8, **changes: object
) -> PickupRequest:
    values: dict[str, object] = {
        "id": ref,
        "place": house(number),
        "pickup_class": PickupClass.PARCEL,
        "load": Load(weight_g=2_000, volume_ml=10_000, pieces=1),
        "windows": (wanted,),
        "asked_at": at(round(asked_h * H)),
    }
    return PickupRequest(**(values | changes))  # type: ignore[arg-type]


def rider(ref: str, number: float = 0, **changes: object) -> Courier:
    values: dict[str, object] = {
        "id": ref,
        "vehicle_class": "ebike",
        "crew_size": 1,
        "shift": window(9, 18),
        "start": house(number),
        "end": None,
        "capacity": Load(weight_g=60_000, volume_ml=240_000, pieces=40),
        "skills": frozenset[str](),
        "home_zones": frozenset[str](),
        "cost_per_hour_fen": 3_600,
        "cost_per_km_fen": 20,
        "fixed_fen": 0,
        "rest": None,
        "hub_ids": ("H1",),
    }
    return Courier(**(values | changes))  # type: ignore[arg-type]


def rest(start_h: float, end_h: float, minutes: int) -> Rest:
    return Rest(window(start_h, end_h), timedelta(minutes=minutes))


HUB = Hub(id="H1", place=house(10), hours=(), unload_fixed_s=300, unload_per_piece_s=5)


class StreetWays:
    """One minute and 250 m from house to house, for every vehicle, at all hours."""

    def between(
        self,
        origins: Sequence[Place],
        destinations: Sequence[Place],
        vehicle_class: str,  # noqa: ARG002
        at: int,  # noqa: ARG002
    ) -> tuple[np.ndarray, np.ndarray]:
        a = np.array([place.lon for place in origins])
        b = np.array([place.lon for place in destinations])
        houses = np.abs(a[:, None] - b[None, :]) * 1000
        return np.rint(houses * 60).astype(np.int64), np.rint(houses * 250).astype(np.int64)


class TakeAll:
    """Promises every shopper the first window asked for."""

    def begin(self, briefing: Briefing) -> None:
        pass

    def observe(self, event: Event) -> None:
        pass

    def answer(self, at: int, request: PickupRequest) -> Answer:  # noqa: ARG002
        return Answer(request.windows[0])


class Script:
    """Gives couriers the lists of a script, each once its second has come; notes what it sees.

    Args:
        lists: Instructions by the second from which they hold.
    """

    def __init__(self, lists: dict[int, dict[str, tuple[Task, ...]]]) -> None:
        self._lists = dict(sorted(lists.items()))
        self.seen: list[Event] = []
        self.decided_at: list[tuple[int, int]] = []

    def begin(self, briefing: Briefing) -> None:
        pass

    def observe(self, event: Event) -> None:
        self.seen.append(event)

    def decide(self, at: int) -> Instructions | None:
        self.decided_at.append((at, len(self.seen)))
        due = [second for second in self._lists if second <= at]
        if not due:
            return None
        for second in due[:-1]:
            del self._lists[second]
        return Instructions(self._lists.pop(due[-1]))

    def of_type(self, kind: type[T]) -> list[T]:
        return [event for event in self.seen if isinstance(event, kind)]


def briefing(
    couriers: Sequence[Courier], expected: Sequence[PickupRequest] = (), most_attempts: int = 2
) -> Briefing:
    return Briefing(
        settings=default_settings("Hangzhou", date(2026, 6, 10)),
        midnight_at=MIDNIGHT,
        couriers=tuple(couriers),
        hubs=(HUB,),
        ways=StreetWays(),
        expected=expected,
        most_attempts=most_attempts,
    )


def run(
    policy: Policy,
    requests: Sequence[PickupRequest],
    couriers: Sequence[Courier],
    *,
    acceptance: Acceptance | None = None,
    chances: Chances = NO_CHANCES,
    seed: int = 1,
    tick_s: int = 60,
    most_attempts: int = 2,
    on_progress: Callable[[int], None] | None = None,
) -> DayRecord:
    return World(
        briefing(couriers, requests, most_attempts),
        requests,
        scenario=replace(AS_PLANNED, chances=chances),
        seed=seed,
        policy=policy,
        acceptance=acceptance or TakeAll(),
        tick_s=tick_s,
        on_progress=on_progress,
    ).run()
