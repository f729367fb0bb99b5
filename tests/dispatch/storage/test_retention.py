"""What nothing needs any more is forgotten; what counts stays."""

from datetime import date, timedelta

from dispatch.storage import day_events, history, idempotency, outbox, pickups
from dispatch.storage.database import Database
from dispatch.storage.day_events import DayEvent, LastPosition
from dispatch.storage.idempotency import Answer
from dispatch.storage.retention import forget_old
from tests.dispatch.storage.samples import NOW, a_pickup

DAY = date(2026, 11, 11)
KEEP = timedelta(days=30)


def test_old_logs_and_told_events_go_and_pickups_stay(database: Database) -> None:
    with database.write() as tx:
        a_pickup(tx, "pk_1")
        event = DayEvent(
            city="hangzhou",
            date=DAY,
            seq=1,
            at_s=0,
            kind="booked",
            pickup_id="pk_1",
            payload={},
            recorded_at=NOW,
        )
        day_events.append(tx, [event])
        spot = LastPosition(city="hangzhou", date=DAY, courier_id="c", lon=120, lat=30, at_s=1)
        day_events.put_positions(tx, [spot])
        history.append(
            tx, pickup_id="pk_1", city="hangzhou", client_id="cl", at=NOW, kind="x", detail={}
        )
        for _ in range(2):
            outbox.put(
                tx, client_id="cl", city="hangzhou", type="x", subject="pk_1", data={}, at=NOW
            )
            outbox.fan_out(tx, at=NOW, limit=1)
        told = outbox.anything_new(tx)
    assert not told

    def left() -> tuple[int, int, int, int]:
        with database.read() as tx:
            return (
                len(day_events.of_day(tx, "hangzhou", DAY)),
                len(day_events.positions_of(tx, "hangzhou", DAY)),
                tx.exec_driver_sql("SELECT count(*) FROM outbox").scalar_one(),
                len(history.of_pickup(tx, "pk_1")) + (pickups.get(tx, "pk_1") is not None),
            )

    forget_old(database, at=NOW + KEEP - timedelta(seconds=1), keep=KEEP)
    assert left() == (1, 1, 2, 2)
    forget_old(database, at=NOW + KEEP + timedelta(days=1), keep=KEEP)
    assert left() == (0, 0, 0, 2)


def test_expired_answers_go(database: Database) -> None:
    answer = Answer(
        client_id="cl",
        method="POST",
        path="/",
        key="k",
        request_hash="h",
        status=200,
        headers={},
        body="",
        subject=None,
        created_at=NOW,
        expires_at=NOW + timedelta(days=1),
    )
    with database.write() as tx:
        idempotency.put(tx, answer)
    for at, count in ((NOW, 1), (answer.expires_at, 0)):
        forget_old(database, at=at, keep=KEEP)
        with database.read() as tx:
            found = tx.exec_driver_sql("SELECT count(*) FROM idempotency").scalar_one()
        assert found == count


def test_events_not_yet_told_are_never_forgotten(database: Database) -> None:
    with database.write() as tx:
        outbox.put(tx, client_id="cl", city="hangzhou", type="x", subject="pk", data={}, at=NOW)
    forget_old(database, at=NOW + 10 * KEEP, keep=KEEP)
    with database.read() as tx:
        assert outbox.anything_new(tx)
