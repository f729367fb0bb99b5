from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.live.decisions import Committed, PromiseBroken, Unserved
from dispatch.live.dispatcher import Dispatcher
from dispatch.live.events import Event, Ticked
from dispatch.live.records import RequestStatus
from dispatch.live.revisions import Revision
from dispatch.live.tasks import Collect, Recover
from dispatch.live.verdicts import Outcome
from solvers.engines.protocol import Limits
from tests.dispatch.live.days import NINE, SHIFT_END, day
from tests.dispatch.live.drawn import at_the_clock, beginning, offsets, ticks, told

STEPS = st.lists(st.tuples(st.one_of(told, told, told, ticks), offsets), max_size=30)
EARLY_END = 5000
"""Seconds after nine that all shifts end in some of the days, so that not everything fits."""


def nothing_lost_or_doubled(dispatcher: Dispatcher, revision: Revision) -> None:
    planned = Counter(one.task for courier in revision.couriers.values() for one in courier.tasks)
    ledger = dispatcher.ledger
    for request_id, record in ledger.requests.items():
        task = Collect(request_id)
        assert planned[task] + (task in revision.left_out) == (0 if record.has_ended else 1)
        holder = record.courier_id
        if record.status in (RequestStatus.UNDERWAY, RequestStatus.AT_DOOR):
            assert holder is not None
            assert revision.couriers[holder].tasks[0].task == task
        for courier_id in record.refused_by:
            tasks = (
                () if courier_id not in revision.couriers else revision.couriers[courier_id].tasks
            )
            assert task not in [one.task for one in tasks]
    for courier_id, courier in ledger.couriers.items():
        stranded = courier.status == "broken" and bool(courier.carried)
        task = Recover(courier_id)
        assert planned[task] + (task in revision.left_out) == int(stranded)


def locks_kept(dispatcher: Dispatcher, revision: Revision) -> None:
    pickups = revision.pickups()
    for request_id, record in dispatcher.ledger.requests.items():
        lock = record.lock
        if lock is None or record.status is not RequestStatus.OPEN or request_id not in pickups:
            continue
        courier_id, planned = pickups[request_id]
        assert courier_id == lock.courier_id
        if lock.start_s is not None and lock.start_s < NINE + EARLY_END:
            assert planned.start_s >= lock.start_s


def nobody_is_sent_to_holds(dispatcher: Dispatcher, revision: Revision) -> None:
    told = {task for tasks in revision.instructions.tasks.values() for task in tasks}
    for request_id, record in dispatcher.ledger.requests.items():
        if record.held_until_s is not None:
            assert Collect(request_id) not in told
            assert record.has_ended or record.held_until_s > dispatcher.ledger.now_s


def committed_heads(dispatcher: Dispatcher, revision: Revision) -> None:
    for courier_id, record in dispatcher.ledger.couriers.items():
        planned = revision.couriers.get(courier_id)
        if record.is_out:
            assert planned is None
        if record.task is not None:
            assert planned is not None
            assert planned.committed == planned.tasks[0].task == record.task
            assert revision.instructions.of(courier_id)[0] == record.task
        elif planned is not None:
            assert planned.committed is None


def times_rise(dispatcher: Dispatcher, revision: Revision) -> None:
    for courier in revision.couriers.values():
        end_s = 0
        for planned in courier.tasks:
            assert planned.start_s >= end_s
            assert planned.end_s >= max(planned.start_s, dispatcher.ledger.now_s)
            end_s = planned.end_s


def promises_kept_or_reported(revision: Revision, said: dict[str, int]) -> None:
    for one in revision.decisions:
        if isinstance(one, PromiseBroken):
            said[one.request_id] = one.late_s
    for request_id, (_, planned) in revision.pickups().items():
        assert planned.late_s <= said.get(request_id, 0)


@settings(max_examples=100, deadline=None)
@given(STEPS, st.booleans())
def test_whatever_is_told_the_published_plan_is_whole(
    steps: list[tuple[Event, int]], short: bool
) -> None:
    dispatcher = Dispatcher(day(NINE + EARLY_END if short else SHIFT_END))
    said: dict[str, int] = {}
    left_out: set[object] = set()
    for event in beginning:
        assert dispatcher.tell(event).outcome is Outcome.APPLIED
    for number, (drawn, offset_s) in enumerate(steps):
        event = at_the_clock(drawn, offset_s, dispatcher.ledger.now_s)
        dispatcher.tell(event)
        if number % 3 and not isinstance(event, Ticked):
            continue
        revision = dispatcher.decide(Limits(iterations=20))
        nothing_lost_or_doubled(dispatcher, revision)
        locks_kept(dispatcher, revision)
        nobody_is_sent_to_holds(dispatcher, revision)
        committed_heads(dispatcher, revision)
        times_rise(dispatcher, revision)
        promises_kept_or_reported(revision, said)
        reported = {one.task for one in revision.decisions if isinstance(one, Unserved)}
        assert set(revision.left_out) <= left_out | reported
        left_out = set(revision.left_out)
        assert all(
            dispatcher.ledger.couriers[one.courier_id].task == one.task
            for one in revision.decisions
            if isinstance(one, Committed)
        )
