"""``python -m benchmarks``: everything that is measured, by name."""

import click

from benchmarks.basics import basics_command
from benchmarks.bundled import bundled_command
from benchmarks.capacity.command import capacity_command
from benchmarks.dynamic.command import dynamic_command
from benchmarks.explain import explain_command
from benchmarks.live import live_command
from benchmarks.osrm import osrm_command
from benchmarks.roads import roads_command
from benchmarks.rollout import rollout_command
from benchmarks.service.command import service_command
from benchmarks.session import session_command
from benchmarks.static.command import static_command
from benchmarks.static.scarce import scarce_command


@click.group()
def main() -> None:
    """Measure, then claim: each command prints the table that benchmarks/README.md quotes."""


main.add_command(basics_command)
main.add_command(bundled_command)
main.add_command(dynamic_command)
main.add_command(capacity_command)
main.add_command(rollout_command)
main.add_command(explain_command)
main.add_command(static_command)
main.add_command(scarce_command)
main.add_command(session_command)
main.add_command(live_command)
main.add_command(service_command)
main.add_command(roads_command)
main.add_command(osrm_command)

if __name__ == "__main__":
    main()
