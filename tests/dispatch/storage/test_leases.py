"""One process writes for a city; one that was taken over from cannot write any more."""

import threading

import pytest
from sqlalchemy import update

from dispatch.storage import cities, leases
from dispatch.storage.database import Database
from dispatch.storage.errors import LeaseLostError
from dispatch.storage.tables.cities import city_leases
from dispatch.storage.types import from_ms
from tests.dispatch.storage.samples import NOW


def run_out(database: Database) -> None:
    """As if nobody had renewed for long."""
    with database.write() as tx:
        tx.execute(update(city_leases).values(expires_at=from_ms(0)))


def test_one_has_it_until_it_runs_out(database: Database) -> None:
    first = leases.acquire(database, "hangzhou", "a", ttl_s=60)
    assert first is not None
    assert leases.acquire(database, "hangzhou", "b", ttl_s=60) is None
    assert leases.acquire(database, "ningbo", "b", ttl_s=60) is not None
    run_out(database)
    second = leases.acquire(database, "hangzhou", "b", ttl_s=60)
    assert second is not None
    assert second.fence > first.fence
    assert [(one.city, one.holder) for one in leases.list_all(database)] == [
        ("hangzhou", "b"),
        ("ningbo", "b"),
    ]


def test_who_renews_keeps_it_also_late_but_not_too_late(database: Database) -> None:
    lease = leases.acquire(database, "hangzhou", "a", ttl_s=60)
    assert lease is not None
    run_out(database)
    assert leases.renew(database, lease, ttl_s=60)
    assert leases.acquire(database, "hangzhou", "b", ttl_s=60) is None
    run_out(database)
    assert leases.acquire(database, "hangzhou", "b", ttl_s=60) is not None
    assert not leases.renew(database, lease, ttl_s=60)


def test_a_released_lease_is_free_at_once(database: Database) -> None:
    lease = leases.acquire(database, "hangzhou", "a", ttl_s=60)
    assert lease is not None
    leases.release(database, lease)
    assert leases.acquire(database, "hangzhou", "b", ttl_s=60) is not None


def test_the_dead_need_not_be_waited_for(database: Database) -> None:
    leases.acquire(database, "hangzhou", "host_80#1", ttl_s=60)
    for other in ("host:80#", "host_8%", "%", "80#"):
        assert leases.acquire(database, "hangzhou", "x", ttl_s=60, known_dead=other) is None
    taken = leases.acquire(database, "hangzhou", "host_80#2", ttl_s=60, known_dead="host_80#")
    assert taken is not None


def test_who_was_taken_over_from_writes_nothing(database: Database) -> None:
    old = leases.acquire(database, "hangzhou", "a", ttl_s=60)
    assert old is not None
    with database.write(old) as tx:
        cities.put(tx, "hangzhou", {"by": "a"}, at=NOW)
    run_out(database)
    with database.write(old) as tx:
        # It has run out, but nobody has taken it.
        cities.put(tx, "hangzhou", {"by": "a, late"}, at=NOW)
    new = leases.acquire(database, "hangzhou", "b", ttl_s=60)
    assert new is not None
    with (
        pytest.raises(LeaseLostError, match=r"'a' \(fence 1\).*'b' \(fence 2\) does"),
        database.write(old) as tx,
    ):
        cities.put(tx, "hangzhou", {"by": "a, too late"}, at=NOW)
    with database.write(new) as tx:
        city = cities.get(tx, "hangzhou")
    assert city is not None
    assert city.config == {"by": "a, late"}


def test_nobody_takes_over_in_the_middle_of_a_write(database: Database) -> None:
    old = leases.acquire(database, "hangzhou", "a", ttl_s=60)
    assert old is not None
    run_out(database)
    begun = threading.Event()
    order: list[str] = []

    def take_over() -> None:
        begun.set()
        if leases.acquire(database, "hangzhou", "b", ttl_s=60) is not None:
            order.append("taken over")

    with database.write(old) as tx:
        other = threading.Thread(target=take_over)
        other.start()
        begun.wait()
        other.join(timeout=0.2)
        cities.put(tx, "hangzhou", {}, at=NOW)
        order.append("written")
    other.join()
    assert order == ["written", "taken over"]
