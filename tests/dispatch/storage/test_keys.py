"""Keys: what is kept of them opens nothing by itself."""

from datetime import timedelta

import pytest

from dispatch.storage import keys
from dispatch.storage.database import Database
from dispatch.storage.ids import new_id
from dispatch.storage.keys import KeyState, Scope
from dispatch.storage.tables.access import api_keys
from tests.dispatch.storage.samples import NOW


def issue(database: Database, **options: object) -> keys.IssuedKey:
    with database.write() as tx:
        return keys.issue(tx, name="k", client_id="cl", scopes=[Scope.COURIER], at=NOW, **options)  # type: ignore[arg-type]


def test_only_the_token_itself_opens(database: Database) -> None:
    issued, other = issue(database), issue(database)
    secret = issued.token.rpartition("_")[2]
    with database.read() as tx:
        assert keys.authenticate(tx, issued.token) == keys.get(tx, issued.key.id)
        for wrong in (
            "",
            "dsp",
            "dsp__",
            issued.key.id,
            f"{issued.key.id}_",
            issued.token[:-1],
            f"{other.key.id}_{secret}",
            f"xyz_{issued.token[4:]}",
            "dsp_'; DROP TABLE api_keys; --_x",
            "\N{LATIN SMALL LETTER E WITH ACUTE}_\x00_x",
        ):
            assert keys.authenticate(tx, wrong) is None


def test_the_secret_is_not_kept(database: Database) -> None:
    issued = issue(database)
    with database.read() as tx:
        kept = repr(tx.execute(api_keys.select()).all())
    assert issued.token.removeprefix(f"{issued.key.id}_") not in kept


def test_keys_expire_at_their_moment(database: Database) -> None:
    key = issue(database, expires_at=NOW + timedelta(days=1)).key
    assert key.state(NOW) is KeyState.ACTIVE
    assert key.state(NOW + timedelta(days=1)) is KeyState.EXPIRED


def test_rotating_never_lengthens_the_old_key(database: Database) -> None:
    soon = NOW + timedelta(hours=1)
    issued = issue(database, expires_at=soon)
    with database.write() as tx:
        keys.rotate(tx, issued.key, at=NOW, old_until=NOW + timedelta(days=1), expires_at=None)
        old = keys.get(tx, issued.key.id)
    assert old is not None
    assert old.expires_at == soon


def test_use_is_noted(database: Database) -> None:
    key = issue(database).key
    with database.write() as tx:
        keys.note_use(tx, key.id, at=NOW)
        assert keys.list_all(tx)[0].last_used_at == NOW


@pytest.mark.parametrize("prefix", ["pk", "dsp"])
def test_ids_sort_by_time_and_never_repeat(prefix: str) -> None:
    ids = [new_id(prefix) for _ in range(2_000)]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith(f"{prefix}_") and len(one) == len(prefix) + 27 for one in ids)
    times = [one[len(prefix) + 1 :][:11] for one in ids]
    assert [time[:9] for time in times] == sorted(time[:9] for time in times)
