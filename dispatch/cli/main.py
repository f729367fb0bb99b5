"""``dispatch``: the command line."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

import click

from dispatch.versions import own_version

_COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "solve": "solve:solve_command",
        "check": "check:check_command",
        "compare": "compare:compare_command",
        "explain": "explain:explain_command",
        "zones": "zones:zones_command",
        "sample": "sample:sample_command",
        "import": "importing:import_group",
        "vrp": "vrp:vrp",
        "roads": "roads:roads_group",
        "cache": "cache:cache_group",
        "simulate": "simulate:simulate_command",
        "capacity": "capacity:capacity_command",
        "rollout": "rollout:rollout_command",
        "serve": "serve:serve_command",
        "keys": "keys:keys_group",
        "db": "db:db_group",
        "settings": "settings:settings_command",
    }
)
"""Module of this package and name in it, by command."""


class _Commands(click.Group):
    """Commands that are imported when they are asked for: each needs libraries of its own."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module, name = _COMMANDS[cmd_name].split(":")
        command = getattr(import_module(f"dispatch.cli.{module}"), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{_COMMANDS[cmd_name]} is not a command")
        return command


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(own_version(), prog_name="dispatch")
def main() -> None:
    """Plan courier pickups: days, live days, the service that promises them, and what they take."""
