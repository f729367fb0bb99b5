"""Keys are made, listed, taken back and replaced from the command line."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from dispatch.storage import audit, cities, keys
from dispatch.storage.database import Database, open_database
from dispatch.storage.keys import KeyState, Scope
from tests.dispatch.cli.conftest import run


@pytest.fixture
def database(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    monkeypatch.setenv("DISPATCH_DATABASE_URL", sqlite_url)
    opened = open_database(sqlite_url)
    with opened.write() as tx:
        cities.put(tx, "hangzhou", {}, at=datetime.now(UTC))
    yield opened
    opened.close()


def created(*options: str) -> str:
    """Token of a new key."""
    result = run("keys", "create", "--name", "tills", "--scope", "returns", *options)
    assert result.exit_code == 0, result.stderr
    return str(result.stdout.strip())


def test_a_created_key_opens_what_it_is_for(database: Database) -> None:
    token = created("--city", "hangzhou", "--days", "30", "--client", "shop", "--scope", "planner")
    with database.read() as tx:
        key = keys.authenticate(tx, token)
        trail = audit.find(tx, limit=9)
    assert key is not None
    assert (key.client_id, key.scopes) == ("shop", {Scope.RETURNS, Scope.PLANNER})
    assert key.counts_in("hangzhou")
    assert not key.counts_in("ningbo")
    assert key.expires_at is not None
    assert timedelta(days=29) < key.expires_at - datetime.now(UTC) <= timedelta(days=30)
    assert [(deed.action, deed.subject) for deed in trail] == [("key.create", key.id)]


def test_the_list_shows_no_token(database: Database) -> None:
    assert "there are no keys" in run("keys", "list").stdout
    token = created()
    listed = run("keys", "list").stdout
    assert "tills" in listed
    assert "active" in listed
    assert token.rpartition("_")[2] not in listed


def test_a_revoked_key_opens_nothing(database: Database) -> None:
    token = created()
    with database.read() as tx:
        key = keys.authenticate(tx, token)
    assert key is not None
    assert run("keys", "revoke", key.id).exit_code == 0
    with database.read() as tx:
        revoked = keys.get(tx, key.id)
    assert revoked is not None
    assert revoked.state(datetime.now(UTC)) is KeyState.REVOKED
    assert "revoked before" in run("keys", "revoke", key.id).stderr
    assert "revoked" in run("keys", "rotate", key.id).stderr


def test_a_rotated_key_is_the_same_clients_and_the_old_one_runs_out(database: Database) -> None:
    token = created("--client", "shop")
    with database.read() as tx:
        old = keys.authenticate(tx, token)
    assert old is not None
    rotated = run("keys", "rotate", old.id, "--overlap-hours", "2")
    with database.read() as tx:
        new = keys.authenticate(tx, rotated.stdout.strip())
        old = keys.authenticate(tx, token)
    assert new is not None
    assert old is not None
    assert (new.client_id, new.scopes, new.expires_at) == (old.client_id, old.scopes, None)
    now = datetime.now(UTC)
    assert old.state(now) is KeyState.ACTIVE
    assert old.state(now + timedelta(hours=2)) is KeyState.EXPIRED


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("create", "--name", "x", "--scope", "god"), "god"),
        (("create", "--name", "x", "--scope", "returns", "--city", "atlantis"), "hangzhou"),
        (("create", "--name", "x", "--scope", "returns", "--days", "0"), "--days"),
        (("revoke", "dsp_none"), "there is no key 'dsp_none'"),
        (("rotate", "dsp_none"), "there is no key 'dsp_none'"),
    ],
)
def test_slips_are_named_and_change_nothing(
    database: Database, arguments: tuple[str, ...], told: str
) -> None:
    result = run("keys", *arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    with database.read() as tx:
        assert keys.list_all(tx) == []
