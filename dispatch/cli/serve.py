"""``dispatch serve``: the service behind its door."""

import socket

import click

from dispatch.api.serving import open_for_serving, prepare_demo, serve
from dispatch.cli.failures import refuse
from dispatch.settings import SettingsError, read_settings
from dispatch.storage.errors import StorageError

_BACKLOG = 2_048


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65_535))
@click.option(
    "--no-demo",
    is_flag=True,
    help="Make no demo city and no key where the database has none.",
)
def serve_command(host: str, port: int, no_demo: bool) -> None:
    """Quote, hold, book and follow pickups over HTTP.

    Without any configuration it keeps everything in dispatch.sqlite in this folder, makes a demo
    city and prints an API key. 'dispatch settings' lists what can be set.
    """
    try:
        settings = read_settings()
        database = open_for_serving(settings)
    except (SettingsError, StorageError) as error:
        refuse(str(error))
    with _bound(host, port) as listening:
        port = listening.getsockname()[1]
        token = None if no_demo else prepare_demo(database, settings)
        if token is not None:
            click.echo("demo city: hangzhou")
            click.echo(f"API key, shown only now: {token}")
        click.echo(f"listening at http://{host}:{port}")
        serve(database, settings, listening, instance=f"{socket.gethostname()}:{port}")


def _bound(host: str, port: int) -> socket.socket:
    """A socket that listens there; nobody else on this machine has the port from now on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OSError as error:
        listening.close()
        refuse(f"cannot listen at {host}:{port}: {error.strerror or error}; give another --port")
    return listening
