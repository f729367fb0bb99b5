"""The roll-out of 30 cities: how long until its three goals are proven, also with CP-SAT."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import as_file, files
from time import perf_counter

import click
from ortools.math_opt.python import mathopt

from benchmarks.measuring import heading
from dispatch.capacity.rollout.files.reading import read_rollout
from dispatch.capacity.rollout.inputs import RolloutInput
from dispatch.capacity.rollout.model import build_model
from dispatch.capacity.rollout.schedule import GOALS
from dispatch.capacity.rollout.study import study_rollout

_TO_REACH_S = 30


@click.command("rollout")
@click.option("--seconds", default=60.0, show_default=True, help="Most for each roll-out.")
@click.option("--cp-sat", is_flag=True, help="Give the goals to CP-SAT too, as long for each.")
def rollout_command(*, seconds: float, cp_sat: bool) -> None:
    """The bundled roll-out, and the same with its deadline two weeks earlier."""
    with as_file(files("dispatch").joinpath("data", "rollout")) as folder:
        plan = read_rollout(folder)
    click.echo(heading())
    click.echo()
    click.echo("| deadline | targets met | proven | gap | search s | whole s | to reach s |")
    click.echo("|---|---|---|---|---|---|---|")
    for given in (plan, _due_by(plan, plan.deadline - timedelta(weeks=2))):
        click.echo(_row(given, seconds))
    if cp_sat:
        click.echo()
        click.echo("| CP-SAT, goal | value | bound | seconds |")
        click.echo("|---|---|---|---|")
        for line in _by_cp_sat(plan, seconds):
            click.echo(line)


def _due_by(plan: RolloutInput, day: date) -> RolloutInput:
    """The plan with every target due by another day."""
    due = plan.last_week_by(day)
    targets = {service: replace(target, due=due) for service, target in plan.targets.items()}
    return replace(plan, deadline=day, targets=targets)


def _row(plan: RolloutInput, seconds: float) -> str:
    began = perf_counter()
    rollout = study_rollout(plan, seconds=seconds)
    whole_s = perf_counter() - began
    stages = rollout.solved.stages
    met = len(plan.targets) - len(rollout.unmet)
    cells = (
        plan.deadline,
        f"{met} of {len(plan.targets)}",
        "yes" if rollout.proven else "no",
        f"{100 * max(stage.gap for stage in stages):.2f} %",
        f"{sum(stage.seconds for stage in stages):.1f}",
        f"{whole_s:.1f}",
        _TO_REACH_S,
    )
    return "| " + " | ".join(map(str, cells)) + " |"


def _by_cp_sat(plan: RolloutInput, seconds: float) -> Iterator[str]:
    """The same model and goals, each held for the next one."""
    model = mathopt.Model()
    made = build_model(plan, model)
    goals = (mathopt.fast_sum(made.met.values()), made.demand, made.cost_yuan)
    for name, goal, upwards in zip(GOALS, goals, (True, True, False), strict=True):
        model.set_objective(goal, is_maximize=upwards)
        began = perf_counter()
        result = mathopt.solve(
            model,
            mathopt.SolverType.CP_SAT,
            params=mathopt.SolveParameters(
                time_limit=timedelta(seconds=seconds), relative_gap_tolerance=0.0
            ),
        )
        taken_s = perf_counter() - began
        value, bound = result.objective_value(), result.best_objective_bound()
        yield f"| {name} | {value:,.0f} | {bound:,.0f} | {taken_s:.1f} |"
        model.add_linear_constraint(goal >= value if upwards else goal <= value)
