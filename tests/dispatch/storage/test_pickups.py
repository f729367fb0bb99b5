"""Pickups, holds, what became of them, and what is left after a customer is erased."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dispatch.storage import customers, day_events, history, holds, idempotency, pickups, secrets
from dispatch.storage.customers import CustomerEvent
from dispatch.storage.database import Database
from dispatch.storage.day_events import DayEvent, LastPosition
from dispatch.storage.erasing import Erased, erase_customer
from dispatch.storage.idempotency import Answer
from dispatch.storage.pickups import AlreadyBookedError, ChangedMeanwhileError, PickupFilter
from dispatch.storage.tables import metadata
from tests.dispatch.storage.samples import NOW, a_hold, a_pickup

DAY = date(2026, 11, 11)
LATER = NOW + timedelta(hours=1)


def test_a_pickup_is_read_as_it_was_booked(database: Database) -> None:
    with database.write() as tx:
        booked = a_pickup(tx, "pk_1", slot_id="sl_1")
    with database.read() as tx:
        assert pickups.get(tx, "pk_1") == booked
        assert pickups.booked_from(tx, slot_id="sl_1") == booked
        assert pickups.booked_from(tx, slot_id="sl_2") is None
        assert pickups.get(tx, "pk_2") is None


@pytest.mark.parametrize("same", [{"hold_id": "hd"}, {"slot_id": "sl"}])
def test_a_place_is_booked_once_and_the_transaction_goes_on(
    database: Database, same: dict[str, str]
) -> None:
    with database.write() as tx:
        a_pickup(tx, "pk_1", **same)
    with database.write() as tx:
        with pytest.raises(AlreadyBookedError):
            a_pickup(tx, "pk_2", **same)
        a_pickup(tx, "pk_3")
    with database.read() as tx:
        assert [one.id for one in pickups.find(tx, PickupFilter())] == ["pk_1", "pk_3"]


def test_two_changes_of_one_version_do_not_mix(database: Database) -> None:
    with database.write() as tx:
        read = a_pickup(tx, "pk_1")
    with database.write() as tx:
        saved = pickups.save(tx, replace(read, status="cancelled"))
        with pytest.raises(ChangedMeanwhileError, match="version 1"):
            pickups.save(tx, replace(read, status="collected"))
    with database.read() as tx:
        assert pickups.get(tx, "pk_1") == saved
    assert (saved.status, saved.version) == ("cancelled", 2)


def test_pickups_are_found_page_by_page(database: Database) -> None:
    with database.write() as tx:
        for number in range(5):
            status = "booked" if number % 2 else "collected"
            a_pickup(tx, f"pk_{number}", status=status, client_id=f"c{number // 4}")

    def ids(limit: int | None = None, **wanted: object) -> list[str]:
        with database.read() as tx:
            fitting = PickupFilter(**wanted)  # type: ignore[arg-type]
            found = pickups.find(tx, fitting, limit=limit)
            assert limit is not None or pickups.count(tx, fitting) == len(found)
            return [one.id[3:] for one in found]

    assert ids(limit=2) == ["0", "1"]
    assert ids(after="pk_1", limit=2) == ["2", "3"]
    assert ids(statuses=["booked"]) == ["1", "3"]
    assert ids(client_id="c1") == ["4"]
    assert ids(client_id="c0", statuses=["booked", "collected"], day=DAY) == ["0", "1", "2", "3"]
    assert ids(day=date(2026, 11, 12)) == []
    assert ids(city="ningbo") == []
    assert ids(customer_ref="shopper", city="hangzhou", after="pk_3") == ["4"]


def test_holds_count_until_they_expire_and_go_once(database: Database) -> None:
    with database.write() as tx:
        a_hold(tx, "hd_2", expires_at=LATER)
        first = a_hold(tx, "hd_1")
    with database.write() as tx:
        assert holds.get(tx, "hd_1") == first
        assert [hold.id for hold in holds.of_city(tx, "hangzhou")] == ["hd_1", "hd_2"]
        assert holds.count_of_customer(tx, "cl", "shopper", at=NOW) == 2
        assert holds.count_of_customer(tx, "cl", "shopper", at=first.expires_at) == 1
        assert holds.count_of_customer(tx, "other", "shopper", at=NOW) == 0
        assert holds.remove(tx, "hd_1")
        assert not holds.remove(tx, "hd_1")


def a_step(database: Database, kind: str, *, city: str = "hangzhou", client: str = "cl") -> int:
    with database.write() as tx:
        return history.append(
            tx, pickup_id="pk_1", city=city, client_id=client, at=NOW, kind=kind, detail={}
        )


def test_who_follows_a_city_goes_on_from_the_last_step(database: Database) -> None:
    first = a_step(database, "booked")
    a_step(database, "booked", city="ningbo")
    second = a_step(database, "assigned", client="other")
    with database.read() as tx:
        assert [one.kind for one in history.of_city(tx, "hangzhou", after=0, limit=9)] == [
            "booked",
            "assigned",
        ]
        rest = history.of_city(tx, "hangzhou", after=first, limit=9)
        assert [one.id for one in rest] == [second]
        assert history.of_city(tx, "hangzhou", after=first, limit=9, client_id="cl") == []
        assert history.last_id(tx, "hangzhou") == second
        assert history.last_id(tx, "atlantis") == 0
        assert len(history.of_pickup(tx, "pk_1")) == 3


def an_event(seq: int, pickup_id: str | None = "pk_1") -> DayEvent:
    return DayEvent(
        city="hangzhou",
        date=DAY,
        seq=seq,
        at_s=60 * seq,
        kind="booked",
        pickup_id=pickup_id,
        payload={"seq": seq},
        recorded_at=NOW,
    )


def test_a_days_log_is_read_in_order_and_has_each_number_once(database: Database) -> None:
    with database.write() as tx:
        day_events.append(tx, [an_event(2), an_event(1)])
        day_events.append(tx, [])
    with pytest.raises(Exception, match=r"(?i)unique"), database.write() as tx:
        day_events.append(tx, [an_event(3), an_event(2)])
    with database.read() as tx:
        assert day_events.of_day(tx, "hangzhou", DAY) == [an_event(1), an_event(2)]
        assert day_events.last_seqs(tx, "hangzhou", since=DAY) == {DAY: 2}
        assert day_events.last_seqs(tx, "hangzhou", since=date(2026, 11, 12)) == {}


def test_the_last_position_of_a_courier_counts_in_whatever_order_told(database: Database) -> None:
    def at(at_s: int) -> LastPosition:
        return LastPosition(
            city="hangzhou", date=DAY, courier_id="c", lon=120 + at_s / 1000, lat=30, at_s=at_s
        )

    with database.write() as tx:
        day_events.put_positions(tx, [at(10), at(30), at(20)])
        assert day_events.positions_of(tx, "hangzhou", DAY) == [at(30)]


def test_one_pickup_speaks_for_a_customer_once_in_each_way(database: Database) -> None:
    event = CustomerEvent(
        client_id="cl", customer_ref="shopper", at=NOW, kind="no_show", pickup_id="pk_1"
    )
    with database.write() as tx:
        for one in (event, event, replace(event, kind="mismatch", at=LATER)):
            customers.record(tx, one)
        kinds = [one.kind for one in customers.history_of(tx, "cl", "shopper", since=NOW)]
        assert kinds == ["no_show", "mismatch"]
        assert len(customers.history_of(tx, "cl", "shopper", since=LATER)) == 1
        assert customers.history_of(tx, "other", "shopper", since=NOW) == []


def an_answer(key: str = "k", **different: object) -> Answer:
    values: dict[str, object] = {
        "client_id": "cl",
        "method": "POST",
        "path": "/v1/pickups",
        "key": key,
        "request_hash": "h",
        "status": 201,
        "headers": {"Location": "/v1/pickups/pk_1"},
        "body": '{"phone": "13800000000"}',
        "subject": "pk_1",
        "created_at": NOW,
        "expires_at": LATER,
    }
    return Answer(**(values | different))  # type: ignore[arg-type]


def test_an_answer_is_kept_once_until_it_expires(database: Database) -> None:
    where = {"client_id": "cl", "method": "POST", "path": "/v1/pickups", "key": "k"}
    with database.write() as tx:
        assert idempotency.put(tx, an_answer())
        assert not idempotency.put(tx, an_answer(status=500))
        assert idempotency.get(tx, **where, at=NOW) == an_answer()
        assert idempotency.get(tx, **where, at=LATER) is None
        assert idempotency.get(tx, **(where | {"client_id": "x"}), at=NOW) is None
        newer = an_answer(status=202, created_at=LATER, expires_at=LATER + timedelta(hours=1))
        assert idempotency.put(tx, newer)
        assert idempotency.forget_expired(tx, at=LATER) == 0
        assert idempotency.forget_expired(tx, at=newer.expires_at) == 1


def test_a_secret_is_made_once(database: Database) -> None:
    with database.write() as tx:
        first = secrets.ensure(tx, "slots", at=NOW)
        assert secrets.ensure(tx, "slots", at=LATER) == first
        assert secrets.ensure(tx, "other", at=NOW) != first


def test_nothing_tells_who_an_erased_customer_was(database: Database) -> None:
    with database.write() as tx:
        a_pickup(tx, "pk_1", status="collected")
        a_pickup(tx, "pk_2", customer_ref="somebody else", contact={"name": "李明"})
        a_hold(tx, "hd_1")
        day_events.append(tx, [an_event(1)])
        idempotency.put(tx, an_answer())
        gone = CustomerEvent(
            client_id="cl", customer_ref="shopper", at=NOW, kind="collected", pickup_id="pk_1"
        )
        customers.record(tx, gone)
        customers.record(tx, replace(gone, customer_ref="somebody else", pickup_id="pk_2"))
    a_step(database, "collected")
    with database.write() as tx:
        erased = erase_customer(
            tx, "cl", "shopper", ended={"collected", "cancelled"}, blur=lambda *_: {"near": "here"}
        )
    assert erased == Erased(pickups=1, open_pickups=0)
    with database.read() as tx:
        kept = repr([tx.execute(table.select()).all() for table in metadata.sorted_tables])
        left = pickups.get(tx, "pk_1")
        (event,) = day_events.of_day(tx, "hangzhou", DAY)
    assert (event.seq, event.payload) == (1, {"near": "here"})
    for personal in ("shopper", "王芳", "13800000000"):
        assert personal not in kept
    assert "李明" in kept
    assert left is not None
    assert (left.status, left.fee) == ("collected", {"total_fen": 1200})
    assert left.request == {}


def test_who_is_still_waited_for_is_erased_afterwards(database: Database) -> None:
    with database.write() as tx:
        a_pickup(tx, "pk_1")
        erased = erase_customer(
            tx, "cl", "shopper", ended={"collected"}, blur=lambda _, payload: payload
        )
        assert erased == Erased(pickups=0, open_pickups=1)
        left = pickups.get(tx, "pk_1")
    assert left is not None
    assert left.contact is not None
