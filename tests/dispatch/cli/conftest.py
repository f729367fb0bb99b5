"""The tiny day, and a plan for it that breaks no rule."""

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dispatch.cli.main import main
from dispatch.figures import figures_of
from dispatch.files import read_day
from dispatch.reports.plan_json import write_plan
from dispatch.translation import to_plan, translate
from solvers.solution import Route, Solution
from tests.dispatch.by_hand import ORIGIN
from tests.solvers.builders import visits

TINY_DAY = Path(__file__).parents[2] / "data" / "tiny_day"

ROUTES = {
    "E1": ("R04", "R05", "R03", "R01", "R02", "B", "R06", "R07", "R08", "R09", "R10"),
    "V1": ("B01", "H0", "B02"),
}


def run(*arguments: object) -> Result:
    """``dispatch`` with these arguments."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def tiny_plan(tmp_path: Path) -> Path:
    """plan.json of a valid plan for the tiny day."""
    day = read_day(TINY_DAY)
    translated = translate(day)
    stops = {stop.id: index for index, stop in enumerate(translated.problem.stops)}
    couriers = [courier.id for courier in day.couriers]
    solution = Solution(
        tuple(
            Route(couriers.index(courier), visits(*(stops.get(ref, ref) for ref in refs)))
            for courier, refs in ROUTES.items()
        )
    )
    origin = replace(ORIGIN, input_fingerprint=day.fingerprint)
    plan = to_plan(translated, solution, origin)
    path = tmp_path / "plan.json"
    write_plan(path, plan, figures_of(plan, day))
    return path
