"""A backup holds everything, and becomes a database of either kind again."""

import gzip
import json
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection

from dispatch.storage import audit, cities, day_events, history, jobs, keys, stop_sales
from dispatch.storage.audit import Deed
from dispatch.storage.backup import BackupError, back_up, restore
from dispatch.storage.database import Database, open_database
from dispatch.storage.day_events import DayEvent, LastPosition
from dispatch.storage.errors import SchemaError
from dispatch.storage.jobs import NewJob
from dispatch.storage.keys import Scope
from dispatch.storage.migrating import require_latest
from dispatch.storage.stop_sales import StopSale
from dispatch.storage.tables import metadata
from tests.dispatch.storage.samples import NOW, a_hold, a_pickup

DAY = date(2026, 11, 11)


def fill(database: Database) -> str:
    """Something in most tables; the token of a key."""
    with database.write() as tx:
        cities.put(tx, "hangzhou", {"名": "杭州", "n": [1, 2.5, None, True]}, at=NOW)
        cities.put_day(tx, "hangzhou", DAY, {}, at=NOW)
        a_pickup(tx, "pk_1")
        a_hold(tx, "hd_1")
        event = DayEvent(
            city="hangzhou",
            date=DAY,
            seq=1,
            at_s=5,
            kind="booked",
            pickup_id="pk_1",
            payload={"x": "\u2028"},
            recorded_at=NOW,
        )
        day_events.append(tx, [event])
        spot = LastPosition(
            city="hangzhou", date=DAY, courier_id="c1", lon=120.1, lat=30.123456789, at_s=9
        )
        day_events.put_positions(tx, [spot])
        audit.append(tx, Deed(at=NOW, actor="me", action="test", detail={}))
        jobs.insert(tx, NewJob(id="sv", client_id="cl", day={}, options={}, created_at=NOW))
        stop = StopSale(
            id="ss",
            city="hangzhou",
            starts_at=NOW,
            ends_at=NOW,
            area=None,
            pickup_class=None,
            reason="snow",
            created_by="me",
            created_at=NOW,
        )
        stop_sales.insert(tx, stop)
        step(tx)
        return keys.issue(tx, name="k", client_id="cl", scopes=[Scope.ADMIN], at=NOW).token


def step(tx: Connection) -> int:
    return history.append(
        tx,
        pickup_id="pk_1",
        city="hangzhou",
        client_id="cl",
        at=NOW,
        kind="booked",
        detail={},
    )


def everything(database: Database) -> dict[str, list[str]]:
    with database.read() as tx:
        return {
            table.name: sorted(repr(row) for row in tx.execute(table.select()))
            for table in metadata.sorted_tables
        }


def test_a_backup_becomes_the_same_database_of_either_kind(
    database: Database, empty_database_url: str, tmp_path: Path
) -> None:
    token = fill(database)
    counts = back_up(database, tmp_path / "b.gz")
    assert counts["pickups"] == 1
    copy = open_database(empty_database_url)
    assert restore(copy, tmp_path / "b.gz") == counts
    require_latest(copy)
    assert everything(copy) == everything(database)
    with copy.write() as tx:
        assert keys.authenticate(tx, token) is not None
        last = history.last_id(tx, "hangzhou")
        assert step(tx) == last + 1
    copy.close()


def test_only_its_owner_may_read_a_backup(sqlite_database: Database, tmp_path: Path) -> None:
    back_up(sqlite_database, tmp_path / "b.gz")
    assert stat.S_IMODE((tmp_path / "b.gz").stat().st_mode) == 0o600


def test_a_backup_overwrites_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    path = tmp_path / "b.gz"
    path.write_text("precious")
    with pytest.raises(BackupError, match="is there already"):
        back_up(sqlite_database, path)
    assert path.read_text() == "precious"
    with pytest.raises(BackupError, match="cannot be written"):
        back_up(sqlite_database, tmp_path / "no" / "b.gz")


def test_a_database_in_use_is_not_restored_into(database: Database, tmp_path: Path) -> None:
    fill(database)
    before = everything(database)
    back_up(database, tmp_path / "b.gz")
    with pytest.raises(BackupError, match="in use already"):
        restore(database, tmp_path / "b.gz")
    assert everything(database) == before


def edited(path: Path, *, drop_last: int = 0, header: dict[str, str] | None = None) -> None:
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    lines = lines[: len(lines) - drop_last]
    if header is not None:
        lines[0] = json.dumps(json.loads(lines[0]) | header)
    path.write_bytes(gzip.compress("\n".join(lines).encode()))


@pytest.mark.parametrize("damage", ["text", "cut", "no end", "row gone", "other", "empty"])
def test_a_damaged_backup_leaves_the_database_without_tables(
    sqlite_database: Database, empty_database_url: str, tmp_path: Path, damage: str
) -> None:
    fill(sqlite_database)
    path = tmp_path / "b.gz"
    back_up(sqlite_database, path)
    content = path.read_bytes()
    match damage:
        case "text":
            path.write_text("hello")
        case "cut":
            path.write_bytes(content[: len(content) // 2])
        case "no end":
            edited(path, drop_last=1)
        case "row gone":
            edited(path, header={"format": "pickup-dispatch/backup/1"})
            lines = gzip.decompress(path.read_bytes()).decode().splitlines()
            row = next(number for number, line in enumerate(lines) if line.startswith("["))
            path.write_bytes(gzip.compress("\n".join(lines[:row] + lines[row + 1 :]).encode()))
        case "other":
            edited(path, header={"format": "something/else"})
        case "empty":
            path.write_bytes(b"")
    target = open_database(empty_database_url)
    with pytest.raises(BackupError, match="no whole backup"):
        restore(target, path)
    with pytest.raises(SchemaError, match="has no tables"):
        require_latest(target)
    target.close()


def test_a_backup_of_a_newer_program_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    back_up(sqlite_database, tmp_path / "b.gz")
    edited(tmp_path / "b.gz", header={"revision": "9999"})
    target = open_database(f"sqlite:///{tmp_path}/new.sqlite")
    with pytest.raises(SchemaError, match="newer program"):
        restore(target, tmp_path / "b.gz")
    target.close()


def test_a_file_that_is_not_there_is_named(sqlite_database: Database, tmp_path: Path) -> None:
    target = open_database(f"sqlite:///{tmp_path}/new.sqlite")
    with pytest.raises(BackupError, match=r"b\.gz cannot be read: No such file"):
        restore(target, tmp_path / "b.gz")
    target.close()


def test_taken_at_is_a_moment(sqlite_database: Database, tmp_path: Path) -> None:
    back_up(sqlite_database, tmp_path / "b.gz")
    header = json.loads(gzip.decompress((tmp_path / "b.gz").read_bytes()).split(b"\n")[0])
    assert datetime.fromisoformat(header["taken_at"]) <= datetime.now(UTC)
