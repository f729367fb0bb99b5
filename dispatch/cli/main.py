"""``dispatch``: the command line."""

import click

from dispatch.cli.cache import cache_group
from dispatch.cli.capacity import capacity_command
from dispatch.cli.check import check_command
from dispatch.cli.compare import compare_command
from dispatch.cli.explain import explain_command
from dispatch.cli.importing import import_group
from dispatch.cli.roads import roads_group
from dispatch.cli.rollout import rollout_command
from dispatch.cli.sample import sample_command
from dispatch.cli.serve import serve_command
from dispatch.cli.simulate import simulate_command
from dispatch.cli.solve import solve_command
from dispatch.cli.vrp import vrp
from dispatch.cli.zones import zones_command
from dispatch.versions import own_version


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(own_version(), prog_name="dispatch")
def main() -> None:
    """Plan courier pickups: routes that keep their windows, and the zones they lie in."""


main.add_command(solve_command)
main.add_command(check_command)
main.add_command(compare_command)
main.add_command(explain_command)
main.add_command(zones_command)
main.add_command(sample_command)
main.add_command(simulate_command)
main.add_command(serve_command)
main.add_command(rollout_command)
main.add_command(capacity_command)
main.add_command(roads_group)
main.add_command(cache_group)
main.add_command(vrp)
main.add_command(import_group)
