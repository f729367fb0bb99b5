"""Migrations bring any database to the tables that the program speaks of."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from dispatch.storage import day_routes, migrations
from dispatch.storage.database import Database, open_database
from dispatch.storage.errors import SchemaError
from dispatch.storage.migrating import latest_revision, require_latest, upgrade
from dispatch.storage.tables import metadata


@pytest.fixture
def empty(empty_database_url: str) -> Iterator[Database]:
    database = open_database(empty_database_url)
    yield database
    database.close()


def test_migrations_make_exactly_the_tables_declared(empty: Database) -> None:
    done = upgrade(empty)
    assert (done.before, done.after) == (None, latest_revision())
    with empty.read() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_latest_version_is_the_head_of_the_migrations() -> None:
    (head,) = ScriptDirectory(str(Path(migrations.__path__[0]))).get_heads()
    assert latest_revision() == head


def test_upgrading_twice_changes_nothing(empty: Database) -> None:
    upgrade(empty)
    assert upgrade(empty).before == latest_revision()
    require_latest(empty)


def test_a_database_without_tables_names_the_command(empty: Database) -> None:
    with pytest.raises(SchemaError, match=r"has no tables.*dispatch db upgrade"):
        require_latest(empty)


def test_a_database_of_a_newer_program_is_left_alone(empty: Database) -> None:
    upgrade(empty)
    with empty.write() as tx:
        tx.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(SchemaError, match=r"9999.*use a newer program"):
        upgrade(empty)
    with pytest.raises(SchemaError, match="is at version 9999"):
        require_latest(empty)


def test_an_upgrade_that_breaks_off_leaves_nothing(
    empty: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_index = op.create_index

    def interrupted(name: str, table: str, columns: list[str]) -> None:
        if table == "solve_jobs":
            raise KeyboardInterrupt
        create_index(name, table, columns)

    with monkeypatch.context() as patched:
        patched.setattr(op, "create_index", interrupted)
        with pytest.raises(KeyboardInterrupt):
            upgrade(empty)
    assert upgrade(empty).before is None
    require_latest(empty)


def test_routes_of_before_are_kept(empty: Database) -> None:
    upgrade(empty, to="0002")
    day = date(2026, 11, 23)
    kept = sa.table(
        "day_routes", sa.column("city"), sa.column("date", sa.Date), sa.column("routes", sa.JSON)
    )
    with empty.write() as tx:
        tx.execute(kept.insert(), {"city": "hz", "date": day, "routes": {"E1": ["R1", "R2"]}})
    upgrade(empty)
    with empty.read() as tx:
        routes = day_routes.of_day(tx, "hz", day)
    assert routes == {"E1": [["collect", "R1"], ["collect", "R2"]]}
