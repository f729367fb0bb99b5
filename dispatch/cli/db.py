"""``dispatch db``: looking after the service's database."""

from pathlib import Path

import click

from dispatch.cli.service_database import service_database
from dispatch.storage.backup import back_up, restore
from dispatch.storage.migrating import upgrade


@click.group("db")
def db_group() -> None:
    """Make, upgrade, back up and restore the database that DISPATCH_DATABASE_URL names."""


@db_group.command("upgrade")
def upgrade_command() -> None:
    """Bring the tables to the version this program works with; make them where there are none."""
    with service_database(new=True) as database:
        done = upgrade(database)
        if done.before == done.after:
            click.echo(f"{database.shown} is at version {done.after} already")
        else:
            before = "no tables" if done.before is None else f"version {done.before}"
            click.echo(f"{database.shown}: from {before} to version {done.after}")


@db_group.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
def backup_command(file: Path) -> None:
    """Write everything, as it is at one moment, to a new FILE. The service may go on meanwhile.

    The file holds telephone numbers, addresses and secrets: keep it as safe as the database.
    """
    with service_database() as database:
        counts = back_up(database, file)
        click.echo(f"{sum(counts.values()):,} rows of {database.shown} are in {file}")


@db_group.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
def restore_command(file: Path) -> None:
    """Fill a new database from a backup FILE, whole or not at all.

    It may be of the other kind than the one the backup was made of: this is also how a service
    moves from SQLite to PostgreSQL.
    """
    with service_database(new=True) as database:
        counts = restore(database, file)
        click.echo(f"{sum(counts.values()):,} rows of {file} are in {database.shown}")
