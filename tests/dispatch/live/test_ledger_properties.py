from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.live.events import Event, Ticked
from dispatch.live.ledger import Ledger
from dispatch.live.records import CourierStatus, RequestStatus
from dispatch.live.rules import LiveRules
from dispatch.live.tasks import Collect
from dispatch.live.transitions import apply
from dispatch.live.verdicts import Outcome
from tests.dispatch.live.days import COURIERS, HUBS
from tests.dispatch.live.drawn import beginning, told

RULES = LiveRules()
Known = tuple[dict[str, object], dict[str, object], int]


def known(ledger: Ledger) -> Known:
    return dict(ledger.requests), dict(ledger.couriers), ledger.now_s


def consistent(ledger: Ledger) -> None:
    held = {
        record.request.id: record.courier_id
        for record in ledger.requests.values()
        if record.status in (RequestStatus.UNDERWAY, RequestStatus.AT_DOOR)
    }
    sent = {
        record.task.request_id: courier_id
        for courier_id, record in ledger.couriers.items()
        if isinstance(record.task, Collect)
    }
    assert held == sent
    for record in ledger.couriers.values():
        busy = record.status in (CourierStatus.DRIVING, CourierStatus.AT_DOOR)
        assert busy == (record.task is not None)
    aboard = Counter(
        one.request_id for record in ledger.couriers.values() for one in record.carried
    )
    assert all(count == 1 for count in aboard.values())
    for request_id in aboard:
        assert ledger.requests[request_id].status is RequestStatus.COLLECTED
    for record in ledger.requests.values():
        assert record.has_ended == (record.ended_s is not None)
        assert (record.courier_id is None) == (
            record.status in (RequestStatus.OPEN, RequestStatus.CANCELLED, RequestStatus.FAILED)
        )


@settings(max_examples=300, deadline=None)
@given(st.lists(told, max_size=40))
def test_whatever_is_told_the_ledger_stays_consistent(events: list[Event]) -> None:
    ledger = Ledger(COURIERS, HUBS)
    for event in (*beginning, *events):
        before, collected = (
            known(ledger),
            {
                name
                for name, record in ledger.requests.items()
                if record.status is RequestStatus.COLLECTED
            },
        )
        verdict = apply(ledger, event, RULES)
        consistent(ledger)
        assert set(before[0]) <= set(ledger.requests)
        assert all(ledger.requests[one].status is RequestStatus.COLLECTED for one in collected)
        if verdict.outcome is Outcome.APPLIED:
            assert verdict.request_ids or verdict.courier_ids or isinstance(event, Ticked)
        else:
            assert known(ledger) == before
            assert (verdict.request_ids, verdict.courier_ids) == ((), ())
        if verdict.outcome not in (Outcome.APPLIED, Outcome.REPEATED):
            assert verdict.why


@settings(max_examples=200, deadline=None)
@given(st.lists(told, max_size=25))
def test_an_event_told_twice_running_counts_once(events: list[Event]) -> None:
    once, twice = Ledger(COURIERS, HUBS), Ledger(COURIERS, HUBS)
    for event in (*beginning, *events):
        apply(once, event, RULES)
        apply(twice, event, RULES)
        apply(twice, event, RULES)
        assert known(once) == known(twice)
