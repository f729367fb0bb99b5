"""Opening databases, and what their transactions promise."""

import sqlite3
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from dispatch.storage import audit, cities
from dispatch.storage.audit import Deed
from dispatch.storage.database import Database, open_database
from dispatch.storage.errors import StorageError, StorageUnavailableError

NOW = datetime(2026, 11, 11, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense", "'nonsense' is not an address"),
        ("mysql://root@localhost/x", "'mysql' databases are not supported"),
        ("sqlite://", "in memory forgets every booking"),
        ("sqlite:///:memory:", "in memory forgets every booking"),
        ("sqlite:////no/such/folder/x.sqlite", "folder /no/such/folder"),
    ],
)
def test_unusable_addresses_are_refused_with_a_remedy(url: str, told: str) -> None:
    with pytest.raises(StorageError, match=told):
        open_database(url)


def test_passwords_are_never_shown() -> None:
    database = open_database("postgresql://me:very-secret@127.0.0.1:1/x")
    assert "very-secret" not in database.shown
    with pytest.raises(StorageUnavailableError) as caught, database.read():
        pass
    assert "very-secret" not in str(caught.value)
    assert "127.0.0.1:1" in str(caught.value)


def test_what_a_block_raises_undoes_all_of_it(database: Database) -> None:
    def half_a_deed() -> None:
        with database.write() as tx:
            cities.put(tx, "hangzhou", {}, at=NOW)
            raise KeyError

    with pytest.raises(KeyError):
        half_a_deed()
    with database.read() as tx:
        assert cities.get(tx, "hangzhou") is None


def test_who_reads_cannot_write(database: Database) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), database.read() as tx:
        cities.put(tx, "hangzhou", {}, at=NOW)
    with database.write() as tx:
        cities.put(tx, "hangzhou", {}, at=NOW)


def test_who_reads_sees_one_moment(database: Database) -> None:
    with database.read() as before:
        assert cities.list_all(before) == []
        with database.write() as tx:
            cities.put(tx, "hangzhou", {}, at=NOW)
        assert cities.list_all(before) == []
    with database.read() as after:
        assert [city.id for city in cities.list_all(after)] == ["hangzhou"]


def test_writers_of_many_threads_all_get_their_turn(database: Database) -> None:
    def write(number: int) -> None:
        for step in range(5):
            deed = Deed(at=NOW, actor=str(number), action="test", detail={"step": step})
            with database.write() as tx:
                audit.append(tx, deed)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as tx:
        assert len(audit.find(tx, limit=100)) == 40


def test_moments_come_back_in_utc_to_the_millisecond(database: Database) -> None:
    shanghai = datetime.fromisoformat("2026-11-11T17:30:00.123456+08:00")
    with database.write() as tx:
        cities.put(tx, "hangzhou", {"名": "杭州"}, at=shanghai)
    with database.read() as tx:
        city = cities.get(tx, "hangzhou")
    assert city is not None
    assert city.created_at == datetime(2026, 11, 11, 9, 30, 0, 123_000, tzinfo=UTC)
    assert city.created_at.utcoffset() is not None
    assert city.config == {"名": "杭州"}


def test_moments_without_a_time_zone_are_refused(database: Database) -> None:
    with pytest.raises(Exception, match="has no time zone"), database.write() as tx:
        cities.put(tx, "hangzhou", {}, at=datetime(2026, 11, 11))


def test_a_file_locked_by_another_program_is_unavailable(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dispatch.storage.database._BUSY_S", 0.01)
    path = tmp_path / "x.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    other = sqlite3.connect(path, isolation_level=None)
    database = open_database(f"sqlite:///{path}")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailableError, match="locked"), database.write():
        pass
    other.execute("ROLLBACK")
    other.close()
    with database.write() as tx:
        cities.put(tx, "hangzhou", {}, at=NOW)
    database.close()
