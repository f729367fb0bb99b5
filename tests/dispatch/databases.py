"""Databases for tests: every test that asks for one runs on SQLite and on PostgreSQL."""

import itertools
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dispatch.storage.database import Database, open_database
from dispatch.storage.migrating import upgrade
from dispatch.storage.tables import metadata

SCRIPT = Path(__file__).parents[2] / "scripts" / "postgres"
_NOT_FOUND = 3
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Address of a PostgreSQL server of this test run's own, as libpq takes it."""
    process = subprocess.Popen(
        [sys.executable, SCRIPT],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        address = process.stdout.readline().strip() if process.stdout else ""
        if not address:
            _, problem = process.communicate()
            if process.returncode == _NOT_FOUND:
                pytest.skip(problem.strip())
            pytest.fail(f"PostgreSQL does not start: {problem}")
        yield address


def made(server: str) -> str:
    """Address of a new database on the server."""
    name = f"test{next(_NUMBERS)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return server.replace("/postgres?", f"/{name}?")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Address of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.sqlite"
    return made(request.getfixturevalue("postgres_server"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite"
    database = open_database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str) -> str:
    """Address of a database with all tables, which tests use one after another."""
    url = made(postgres_server)
    database = open_database(url)
    upgrade(database)
    database.close()
    return url


def emptied(url: str) -> str:
    """The database without any rows; quicker than making a new one."""
    with psycopg.connect(url, autocommit=True) as connection:
        for table in reversed(metadata.sorted_tables):
            connection.execute(f'DELETE FROM "{table.name}"')
    return url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """Address of a file of the test's own with all tables, for what is not about databases."""
    path = tmp_path / "test.sqlite"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Address of a database with all tables and nothing in them."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    return emptied(request.getfixturevalue("postgres_url"))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with all tables and nothing in them, open."""
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(sqlite_url: str) -> Iterator[Database]:
    """A file of the test's own with all tables, open."""
    opened = open_database(sqlite_url)
    yield opened
    opened.close()
