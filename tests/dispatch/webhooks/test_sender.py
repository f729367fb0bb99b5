import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from random import Random

import pytest

from dispatch.storage import deliveries, endpoints, outbox
from dispatch.storage.database import Database
from dispatch.storage.endpoints import Endpoint
from dispatch.webhooks.addresses import AddressRules
from dispatch.webhooks.attempts import Attempts
from dispatch.webhooks.events import EventType
from dispatch.webhooks.retrying import Became, RetryRules
from dispatch.webhooks.sender import Sender, SenderRules
from dispatch.webhooks.signing import signature_headers
from dispatch.webhooks.subscribing import new_endpoint, with_new_secret
from tests.dispatch.webhooks.receiver import WAIT_S, receiving

NOW = datetime(2026, 11, 11, 4, tzinfo=UTC)
LOOPBACK = AddressRules((ip_network("127.0.0.0/8"),))


@dataclass
class Seen:
    """What a sender did, told as it happens."""

    became: list[Became] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def add(self, became: Became) -> None:
        with self._changed:
            self.became.append(became)
            self._changed.notify_all()

    def wait_for(self, count: int) -> list[Became]:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.became) >= count, WAIT_S)
            return list(self.became)


def attempts(
    at: datetime = NOW, *, addresses: AddressRules = LOOPBACK, waits_s: tuple[int, ...] = (60, 60)
) -> Attempts:
    return Attempts(
        addresses=addresses,
        retries=RetryRules(waits_s=waits_s),
        timeout_s=20.0,
        tls=ssl.create_default_context(),
        clock=lambda: at,
        chance=Random(1),
    )


@contextmanager
def sending(
    database: Database, tries: Attempts, rules: SenderRules | None = None
) -> Iterator[Seen]:
    seen = Seen()
    sender = Sender(database, tries, rules or SenderRules(poll_s=0.01), seen.add)
    sender.start()
    try:
        yield seen
    finally:
        sender.stop()


def subscribe(
    database: Database,
    url: str,
    *,
    client_id: str = "cl_1",
    types: tuple[EventType, ...] = (),
    cities: tuple[str, ...] = (),
) -> Endpoint:
    endpoint = new_endpoint(client_id=client_id, url=url, event_types=types, cities=cities, at=NOW)
    with database.write() as tx:
        endpoints.insert(tx, endpoint)
    return endpoint


def tell(
    database: Database, *subjects: str, type: EventType = EventType.COLLECTED, city: str = "Wuhan"
) -> list[str]:
    with database.write() as tx:
        return [
            outbox.put(
                tx,
                client_id="cl_1",
                city=city,
                type=type.value,
                subject=subject,
                data={"weight_g": 900},
                at=NOW,
            )
            for subject in subjects
        ]


def pending(database: Database) -> int:
    with database.read() as tx:
        return deliveries.pending(tx)


def dead(database: Database) -> list[deliveries.DueDelivery]:
    with database.read() as tx:
        return deliveries.dead_of(tx, "cl_1", limit=100)


def test_an_event_arrives_signed(database: Database) -> None:
    with receiving() as receiver:
        endpoint = subscribe(database, receiver.url)
        (event_id,) = tell(database, "pk_1")
        with sending(database, attempts()):
            (got,) = receiver.wait_for(1)
    assert json.loads(got.body)["id"] == event_id
    assert got.headers["content-type"] == "application/cloudevents+json; charset=utf-8"
    expected = signature_headers(
        [endpoint.secret], message_id=event_id, timestamp_s=int(NOW.timestamp()), body=got.body
    )
    assert expected.items() <= got.headers.items()
    assert pending(database) == 0


def test_each_endpoint_gets_what_it_wants_and_nobody_elses(database: Database) -> None:
    with receiving() as all_of_it, receiving() as some, receiving() as others:
        subscribe(database, all_of_it.url)
        subscribe(database, some.url, types=(EventType.FAILED,), cities=("Wuhan",))
        subscribe(database, others.url, client_id="cl_2")
        tell(database, "pk_1", type=EventType.FAILED)
        tell(database, "pk_2", type=EventType.FAILED, city="Jinan")
        tell(database, "pk_3")
        with sending(database, attempts()) as seen:
            seen.wait_for(4)
        assert len(all_of_it.got) == 3
        assert [json.loads(got.body)["subject"] for got in some.got] == ["pk_1"]
        assert others.got == []


def test_while_a_secret_is_changed_both_sign_and_later_only_the_new_one(
    database: Database,
) -> None:
    with receiving() as receiver:
        changed = with_new_secret(subscribe(database, receiver.url), at=NOW)
        with database.write() as tx:
            endpoints.save(tx, changed)
        tell(database, "pk_1")
        with sending(database, attempts()):
            receiver.wait_for(1)
        tell(database, "pk_2")
        with sending(database, attempts(NOW + timedelta(days=1))):
            receiver.wait_for(2)
    counts = [len(got.headers["webhook-signature"].split(" ")) for got in receiver.got]
    assert counts == [2, 1]


def test_what_fails_is_tried_again_when_its_time_has_come(database: Database) -> None:
    with receiving(lambda count: (503 if count == 0 else 204, {})) as receiver:
        subscribe(database, receiver.url)
        tell(database, "pk_1")
        with sending(database, attempts()) as seen:
            assert seen.wait_for(1) == [Became.AGAIN]
        assert pending(database) == 1
        with sending(database, attempts(NOW + timedelta(seconds=70))) as seen:
            assert seen.wait_for(1) == [Became.DELIVERED]
        first, second = receiver.got
    assert pending(database) == 0
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] < second.headers["webhook-timestamp"]


def test_what_fails_for_good_is_listed_and_can_be_sent_again(database: Database) -> None:
    with receiving(lambda count: (500 if count == 0 else 204, {})) as receiver:
        subscribe(database, receiver.url)
        (event_id,) = tell(database, "pk_1")
        with sending(database, attempts(waits_s=())) as seen:
            assert seen.wait_for(1) == [Became.GIVEN_UP]
        (failed,) = dead(database)
        assert (failed.event.id, failed.delivery.last_status) == (event_id, 500)
        assert failed.delivery.last_error == (
            "the endpoint answered 500; given up after 1 attempts"
        )
        with database.write() as tx:
            assert deliveries.send_again(tx, "cl_2", at=NOW) == 0
            assert deliveries.send_again(tx, "cl_1", at=NOW, delivery_id=failed.delivery.id) == 1
        with sending(database, attempts()) as seen:
            assert seen.wait_for(1) == [Became.DELIVERED]
    assert dead(database) == []


def test_an_endpoint_that_is_gone_is_switched_off_and_its_deliveries_given_up(
    database: Database,
) -> None:
    with receiving(lambda _: (410, {})) as receiver:
        endpoint = subscribe(database, receiver.url)
        tell(database, "pk_1", "pk_2")
        with sending(database, attempts(), SenderRules(workers=1, at_once_each=1)) as seen:
            assert seen.wait_for(1) == [Became.GONE]
        assert len(receiver.got) == 1
    assert pending(database) == 0
    assert len(dead(database)) == 2
    with database.write() as tx:
        kept = endpoints.get(tx, endpoint.id)
        assert kept is not None
        assert (kept.enabled, kept.disabled_reason) == (False, "the endpoint answered 410 Gone")
        assert deliveries.send_again(tx, "cl_1", at=NOW) == 0


def test_an_endpoint_inside_the_network_is_not_reached_whatever_is_stored(
    database: Database,
) -> None:
    with receiving() as receiver:
        subscribe(database, receiver.url)
        tell(database, "pk_1")
        with sending(database, attempts(addresses=AddressRules(), waits_s=())) as seen:
            assert seen.wait_for(1) == [Became.GIVEN_UP]
        assert receiver.got == []
    (failed,) = dead(database)
    assert "not on the public internet" in (failed.delivery.last_error or "")


def test_one_dead_endpoint_does_not_hold_up_the_others(database: Database) -> None:
    release = threading.Event()

    def stuck(_: int) -> tuple[int, dict[str, str]]:
        release.wait(WAIT_S)
        return 500, {}

    with receiving(stuck) as dead_one, receiving() as receiver:
        subscribe(database, dead_one.url)
        subscribe(database, receiver.url)
        tell(database, *(f"pk_{number}" for number in range(20)))
        with sending(database, attempts(), SenderRules(workers=4, at_once_each=2, poll_s=0.01)):
            receiver.wait_for(20)
            release.set()
        assert len(dead_one.got) <= 4


def test_two_senders_deliver_each_event_once(database: Database) -> None:
    with receiving() as receiver:
        subscribe(database, receiver.url)
        tell(database, *(f"pk_{number}" for number in range(40)))
        with sending(database, attempts()), sending(database, attempts()):
            receiver.wait_for(40)
        subjects = [json.loads(got.body)["subject"] for got in receiver.got]
    assert sorted(subjects) == sorted({f"pk_{number}" for number in range(40)})


def test_what_a_dead_process_had_claimed_is_delivered_by_the_next(database: Database) -> None:
    with receiving() as receiver:
        endpoint = subscribe(database, receiver.url)
        tell(database, "pk_1")
        with database.write() as tx:
            outbox.fan_out(tx, at=NOW, limit=10)
            (claimed,) = deliveries.claim(tx, endpoint.id, at=NOW, limit=10, lease_s=30)
        tell(database, "pk_2")
        with sending(database, attempts(NOW + timedelta(seconds=29))) as seen:
            seen.wait_for(1)
        assert [json.loads(got.body)["subject"] for got in receiver.got] == ["pk_2"]
        with sending(database, attempts(NOW + timedelta(seconds=30))) as seen:
            assert seen.wait_for(1) == [Became.DELIVERED]
    with database.write() as tx:
        late = deliveries.fail(
            tx, claimed.delivery, status=None, error="late word", next_attempt_at=NOW
        )
    assert not late
    assert pending(database) == 0


def test_a_sender_outlives_what_was_not_foreseen(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with receiving() as receiver:
        subscribe(database, receiver.url)
        tell(database, "pk_1")
        tries = attempts()
        monkeypatch.setattr("dispatch.webhooks.attempts.body_of", lambda _: 1 / 0)
        with sending(database, tries) as seen:
            assert seen.wait_for(1) == [Became.AGAIN]
    assert "not foreseen" in caplog.text


def test_old_events_are_forgotten_when_nothing_of_them_is_to_be_sent(database: Database) -> None:
    with receiving(lambda count: (204 if count == 0 else 500, {})) as receiver:
        subscribe(database, receiver.url)
        tell(database, "pk_1")
        with sending(database, attempts()) as seen:
            seen.wait_for(1)
        tell(database, "pk_2")
        with sending(database, attempts()) as seen:
            seen.wait_for(1)
    tell(database, "pk_3")
    with database.write() as tx:
        assert outbox.prune(tx, before=NOW, limit=10) == 0
        assert outbox.prune(tx, before=NOW + timedelta(days=1), limit=10) == 1
