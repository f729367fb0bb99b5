"""``python -m benchmarks service``: what the service does under load, in fights, after kills."""

import click

from benchmarks.service.quotes import quotes_command


@click.group("service")
def service_command() -> None:
    """The service as a real process: load, fights, kills, a fast day."""


service_command.add_command(quotes_command)
