"""``python -m benchmarks service``: what the service does under load, in fights, after kills."""

import click

from benchmarks.service.day import day_command
from benchmarks.service.fight import fight_command
from benchmarks.service.kill import kill_command
from benchmarks.service.quotes import quotes_command
from benchmarks.service.soak import soak_command
from benchmarks.service.takeover import takeover_command


@click.group("service")
def service_command() -> None:
    """The service as a real process: load, fights, kills, a fast day."""


service_command.add_command(quotes_command)
service_command.add_command(fight_command)
service_command.add_command(kill_command)
service_command.add_command(takeover_command)
service_command.add_command(soak_command)
service_command.add_command(day_command)
