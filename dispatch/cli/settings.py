"""``dispatch settings``: what can be set, and what is."""

from typing import Any

import click
from pydantic import SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from dispatch.cli.failures import refuse
from dispatch.settings import Settings, SettingsError, read_settings, variable_of


@click.command("settings")
def settings_command() -> None:
    """List the environment variables that the service reads, with their values here.

    Passwords are not shown.
    """
    try:
        settings = read_settings()
    except SettingsError as error:
        refuse(str(error))
    for name, field in Settings.model_fields.items():
        value, default = getattr(settings, name), field.get_default()
        origin = "default" if value == default else f"default: {_shown(default)}"
        click.echo(f"{variable_of(name)}={_shown(value)}  ({origin})")
        click.echo(f"    {field.description}")


def _shown(value: Any) -> str:
    if isinstance(value, SecretStr):
        try:
            return make_url(value.get_secret_value()).render_as_string(hide_password=True)
        except ArgumentError:
            return str(value)
    if value is None or value == ():
        return "unset"
    return str(value)
