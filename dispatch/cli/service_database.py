"""The service's database, as commands that look after it open it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dispatch.cli.failures import refuse
from dispatch.settings import SettingsError, read_settings, variable_of
from dispatch.storage.database import SQLITE, Database, open_database
from dispatch.storage.errors import StorageError


@contextmanager
def service_database(*, new: bool = False) -> Iterator[Database]:
    """The database of the settings; whatever is wrong with it ends the command with a message.

    Args:
        new: Whether it may be one that does not exist yet.
    """
    try:
        database = open_database(read_settings().database_url.get_secret_value())
    except (SettingsError, StorageError) as error:
        refuse(str(error))
    try:
        _refuse_missing(database, new=new)
        yield database
    except StorageError as error:
        refuse(str(error))
    finally:
        database.close()


def _refuse_missing(database: Database, *, new: bool) -> None:
    path = database.engine.url.database
    if database.kind == SQLITE and not new and not Path(path or "").exists():
        refuse(
            f"there is no file {path}; set {variable_of('database_url')} to the database, or make "
            "one with 'dispatch db upgrade'"
        )
