"""``python -m benchmarks capacity``: the capacity model against simulated days.

For cities of different size and density and both classes: the smallest fleet the model predicts
against the smallest one that simulation finds, and what the model predicts for its fleet against
what simulated days show. The constants are those that come with the package, or with ``--refit``
new ones.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

import click

from benchmarks.capacity.cases import EARLIER, FITTED, Case, Key, cases_of, untried_cities
from benchmarks.capacity.refitting import refit
from benchmarks.capacity.table import table
from benchmarks.measuring import heading
from dispatch.capacity.calibration.store import bundled_constants, constants_toml, read_constants
from dispatch.capacity.plan import least_scale
from dispatch.capacity.staffing.constants import Constants
from dispatch.capacity.staffing.service import Targets
from dispatch.capacity.validate.runs import DayRuns
from dispatch.capacity.validate.searching import FleetSearch, search_fleets
from dispatch.simulation.policies import POLICIES

_GROUPS = {"fitted": lambda: FITTED, "earlier": lambda: EARLIER, "untried": untried_cities}


@click.command("capacity")
@click.option("--policy", default="nearest", show_default=True, type=click.Choice(list(POLICIES)))
@click.option("--kept", default=0.98, show_default=True, help="Target share of promises kept.")
@click.option("--as-asked", default=0.9, show_default=True, help="Target share, window asked for.")
@click.option(
    "--cities",
    "groups",
    multiple=True,
    type=click.Choice(list(_GROUPS)),
    default=tuple(_GROUPS),
    show_default=True,
    help="Cities to test: those fitted on, those of earlier tests, untried ones; several times.",
)
@click.option(
    "--parcels",
    default=3_000,
    show_default=True,
    type=click.IntRange(min=1),
    help="Days for each fleet: as many as have so many parcels, a third as many bulky pieces.",
)
@click.option("--jobs", default=-1, show_default=True, help="Processes; -1 for all cores.")
@click.option(
    "--keep",
    default=Path("out/capacity"),
    show_default=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of simulated days; what is there is not run again.",
)
@click.option(
    "--refit",
    "refit_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Fit new constants into this file, and test nothing.",
)
@click.option(
    "--constants",
    "constants_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Test these instead of the bundled ones.",
)
def capacity_command(
    policy: str,
    kept: float,
    as_asked: float,
    groups: tuple[str, ...],
    parcels: int,
    jobs: int,
    keep: Path,
    refit_file: Path | None,
    constants_file: Path | None,
) -> None:
    """Test the capacity model, or fit its constants."""
    runs = DayRuns(keep, jobs=jobs, on_progress=_progress)
    targets = Targets(kept=kept, as_asked=as_asked)
    if refit_file is not None:
        cases = cases_of(FITTED, policy, parcels)
        fitted = refit(cases, targets, runs, policy=policy, on_round=_tell_round)
        refit_file.write_text(constants_toml(fitted.values()), encoding="utf-8")
        return
    constants = (
        bundled_constants(policy)
        if constants_file is None
        else read_constants(constants_file, policy)
    )
    cities = tuple(city for group in groups for city in _GROUPS[group]())
    searches = {
        key: _search(case, constants[key[1]], targets)
        for key, case in cases_of(cities, policy, parcels).items()
    }
    search_fleets(list(searches.values()), runs)
    click.echo(f"{heading()}\n")
    click.echo("\n".join(table(searches, constants)))


def _search(case: Case, constants: Constants, targets: Targets) -> FleetSearch:
    plan = partial(case.plan, constants, targets)
    return FleetSearch(plan=plan, days=case.days, start=least_scale(plan, targets), targets=targets)


def _tell_round(fleets: Mapping[Key, int]) -> None:
    told = ", ".join(f"{city} {kind.value} {count}" for (city, kind), count in fleets.items())
    click.echo(f"predicted: {told}", err=True)


def _progress(done: int, total: int) -> None:
    click.echo(f"\r{done} of {total} studies", nl=done == total, err=True)
