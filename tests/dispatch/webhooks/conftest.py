from collections.abc import Iterator
from pathlib import Path

import pytest

from dispatch.storage.database import Database, open_database
from dispatch.storage.migrating import upgrade


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(f"sqlite:///{tmp_path}/outbox.sqlite")
    upgrade(opened)
    yield opened
    opened.close()
