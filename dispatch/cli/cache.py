"""``dispatch cache``: the travel times that are kept on disk."""

import click

from geo.matrix_cache import MatrixStore, default_folder

_MB = 1_000_000


@click.group("cache")
def cache_group() -> None:
    """Travel times from roads and routing servers are kept on disk and used again."""


@cache_group.command("show")
def show_command() -> None:
    """Say where they are kept and how much there is."""
    store = MatrixStore(default_folder())
    click.echo(f"{store.folder}: {store.size_bytes() / _MB:,.1f} MB")


@cache_group.command("clear")
def clear_command() -> None:
    """Remove all of them. What is needed again is computed again."""
    store = MatrixStore(default_folder())
    click.echo(f"{store.folder}: {store.clear() / _MB:,.1f} MB removed")
