"""Databases to run against."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

_SCRIPT = Path(__file__).parents[2] / "scripts" / "postgres"


@contextmanager
def database_at(kind: str, folder: Path) -> Iterator[str]:
    """Address of an empty database, ``sqlite`` or ``postgresql``, for as long as the block lasts.

    Raises:
        click.ClickException: There is no PostgreSQL server on this machine.
    """
    if kind == "sqlite":
        yield f"sqlite:///{folder}/service.sqlite"
        return
    with subprocess.Popen(
        [sys.executable, _SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        address = process.stdout.readline().strip() if process.stdout else ""
        if not address:
            raise click.ClickException("there is no PostgreSQL server on this machine")
        try:
            yield address
        finally:
            if process.stdin is not None:
                process.stdin.close()
