"""Random events of a live day: true and untrue ones, in any order, any number of times."""

from dataclasses import replace

from hypothesis import strategies as st

from dispatch.domain.requests import Load, PickupClass, PickupRequest
from dispatch.live import events as ev
from dispatch.live.records import LockLevel
from dispatch.live.tasks import Collect, Recover, Unload, WaitAt
from tests.dispatch.live.days import NINE, door, request

times = st.integers(NINE, NINE + 4000) | st.sampled_from([-5, 0, 10**7])
courier_ids = st.sampled_from(["E1", "E2", "V1", "E1", "E2", "X9"])
request_ids = st.sampled_from(["R1", "R2", "R3", "R4", "X9"])
hub_ids = st.sampled_from(["H1", "H1", "H2", "X9"])


def drawn_request(
    number: int, moved: int | None, late_s: int, length_s: int, heavy: bool
) -> PickupRequest:
    """R3 needs the van; two heavy ones do not go into an e-bike together; door 0 is a hub."""
    plain = request(number, NINE + late_s, NINE + late_s + length_s)
    load = Load(weight_g=40_000 if heavy else 2000, volume_ml=10_000, pieces=1)
    return replace(
        plain,
        place=door(number if moved is None else moved),
        load=load,
        pickup_class=PickupClass.BULKY if number == 3 else PickupClass.PARCEL,
    )


requests = st.builds(
    drawn_request,
    st.integers(1, 4),
    st.sampled_from([None, None, 0, 5, 6]),
    st.sampled_from([0, 0, 1800]),
    st.sampled_from([300, 5400, -60]),
    st.booleans(),
)
destinations = (
    st.builds(Collect, request_ids)
    | st.builds(Collect, request_ids)
    | st.builds(Unload, hub_ids)
    | st.builds(WaitAt, lon=st.just(120.15), lat=st.sampled_from([30.28, 30.32]))
    | st.builds(Recover, courier_ids)
)
weights = st.sampled_from([2000, 9000, 70_000, -1])
levels = st.sampled_from([LockLevel.COURIER, LockLevel.ORDER, LockLevel.ORDER])
locks = (
    st.builds(ev.Locked, times, request_ids, levels, courier_ids)
    | st.builds(ev.Locked, times, request_ids, levels, courier_ids)
    | st.builds(ev.Locked, times, request_ids, st.just(LockLevel.FREE), st.none() | courier_ids)
    | st.builds(ev.Locked, times, request_ids, st.just(LockLevel.EXACT), courier_ids, times)
)
ticks = st.builds(ev.Ticked, times)
told = st.one_of(
    st.builds(ev.Booked, times, requests),
    st.builds(ev.Held, times, requests, times),
    st.builds(ev.Cancelled, times, request_ids),
    st.builds(ev.Changed, times, requests),
    st.builds(ev.ShiftStarted, times, courier_ids),
    st.builds(ev.ShiftEnded, times, courier_ids),
    st.builds(ev.Position, times, courier_ids, st.sampled_from([120.1, 200.0]), st.just(30.3)),
    st.builds(ev.Departed, times, courier_ids, destinations),
    st.builds(ev.Arrived, times, courier_ids, request_ids),
    st.builds(ev.Collected, times, courier_ids, request_ids, weights),
    st.builds(ev.FailedAtDoor, times, courier_ids, request_ids, st.just("nobody home")),
    st.builds(ev.Refused, times, courier_ids, request_ids),
    st.builds(ev.Unloaded, times, courier_ids, hub_ids),
    st.builds(ev.RestBegan, times, courier_ids),
    st.builds(ev.Rested, times, courier_ids),
    st.builds(ev.BrokenDown, times, courier_ids),
    st.builds(ev.LoadRecovered, times, courier_ids, courier_ids),
    locks,
    locks,
    ticks,
)
offsets = st.sampled_from([-600, -30, 0, 0, 10, 200])


def at_the_clock(event: ev.Event, offset_s: int, now_s: int) -> ev.Event:
    """The event about now, a tick some time later."""
    if isinstance(event, ev.Ticked):
        return ev.Ticked(now_s + 300 + offset_s // 4)
    if isinstance(event, ev.Held):
        return replace(event, at=now_s + offset_s, until_s=now_s + 300 + offset_s)
    return replace(event, at=now_s + offset_s)


beginning = (
    ev.Ticked(NINE),
    *(ev.ShiftStarted(NINE, courier_id) for courier_id in ("E1", "E2", "V1")),
    *(ev.Booked(NINE, request(number)) for number in (1, 2, 3)),
)
