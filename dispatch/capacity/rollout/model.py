"""A roll-out as an integer program: what is decided, and what every decision must obey.

The inventory of people is that of manpower planning (H. P. Williams, Model Building in
Mathematical Programming, 5th ed., 2013, section 12.5), with attrition taken by cohort: of those
hired together, the share that is expected to stay counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import lcm
from typing import Any

from ortools.math_opt.python import mathopt

from dispatch.capacity.rollout.costs import (
    buy_costs_yuan,
    hire_costs_yuan,
    move_cost_yuan,
    running_sum,
)
from dispatch.capacity.rollout.inputs import (
    ASSETS,
    PEOPLE_OF,
    ROLES,
    Moving,
    Resource,
    RolloutInput,
    Service,
    Status,
)
from dispatch.capacity.rollout.limits import BUDGET, OPENINGS, Extra, Limit, LimitKind, no_extra
from dispatch.capacity.rollout.schedule import Hire, Purchase, Step, Transfer

DEMAND_UNIT = 100
"""The model counts covered demand in hundredths of a request a week for each vehicle at work."""

HALF_A_PERSON_MILLI = 500


@dataclass(slots=True)
class RolloutModel:
    """The model of one roll-out.

    Attributes:
        model: Holds the constraints; an objective is set by whoever solves it.
        opened: Whether a service is open in a week; 1 for live ones.
        working: Vehicles a service puts on the road in a week.
        met: Whether a target is met.
        steps: How many people or assets take each step.
        demand: Covered demand, in `DEMAND_UNIT`ths of a request, all weeks together.
        cost_yuan: Of all steps, up to the last week.
    """

    model: mathopt.Model
    opened: dict[tuple[Service, int], Any] = field(default_factory=dict)
    working: dict[tuple[Service, int], Any] = field(default_factory=dict)
    met: dict[Service, Any] = field(default_factory=dict)
    steps: dict[Step, Any] = field(default_factory=dict)
    demand: Any = 0
    cost_yuan: Any = 0


def build_model(plan: RolloutInput, model: mathopt.Model, extra: Extra = no_extra) -> RolloutModel:
    """Put ``plan`` into an empty ``model``, with ``extra`` of whatever is limited."""
    made = RolloutModel(model)
    for service in plan.targets:
        _add_service(plan, made, service)
    _add_steps(plan, made, extra)
    for city in plan.by_city:
        for week in range(len(plan.weeks)):
            _add_coverage(plan, made, city, week)
    _add_surpluses(plan, made)
    _add_dependencies(plan, made)
    _add_limits(plan, made, extra)
    made.demand = mathopt.fast_sum(
        demand_weight(plan, service) * working for (service, _), working in made.working.items()
    )
    return made


def demand_weight(plan: RolloutInput, service: Service) -> int:
    """Demand that one vehicle at work covers in a week, in the unit of the model."""
    need = plan.need(service)
    return round(7 * DEMAND_UNIT * need.requests_per_day / need.vehicles)


def _add_service(plan: RolloutInput, made: RolloutModel, service: Service) -> None:
    """Opening for good, the least and the most a service puts on the road, and its target."""
    model, target, need = made.model, plan.targets[service], plan.need(service)
    ready = plan.ready_vehicles(service)
    weeks = range(len(plan.weeks))
    for week in weeks:
        made.working[service, week] = model.add_integer_variable(lb=0, ub=need.vehicles)
        made.opened[service, week] = model.add_binary_variable()
    for week in weeks if target.status is Status.OPEN else ():
        opened, working = made.opened[service, week], made.working[service, week]
        before = made.opened[service, week - 1] if week else 0
        if target.may_open_in(week):
            model.add_linear_constraint(opened >= before)
        else:
            model.add_linear_constraint(opened == before)
        model.add_linear_constraint(working <= need.vehicles * opened)
        model.add_linear_constraint(working >= ready * opened)
    if target.status is Status.OPEN:
        made.met[service] = made.opened[service, target.due]
        return
    made.met[service] = model.add_binary_variable()
    for week in weeks:
        model.add_linear_constraint(made.opened[service, week] == 1)
    for week in weeks[target.due :]:
        model.add_linear_constraint(made.working[service, week] >= ready * made.met[service])


def _add_steps(plan: RolloutInput, made: RolloutModel, extra: Extra) -> None:
    """How many take each step; what could only come too late or is in no case needed is no step."""
    last = len(plan.weeks)
    for service, target in plan.targets.items():
        name = PEOPLE_OF[service.kind]
        role = plan.roles[name]
        limit = target.most_hired_per_week + extra(Limit(LimitKind.HIRING, name))
        # Whoever is hired to replace those who leave comes on top of the need.
        most = 2 * plan.need(service).people
        for week in range(role.recruit_weeks, last - role.train_weeks):
            hired = made.model.add_integer_variable(lb=0, ub=most)
            made.steps[Hire(service.city, name, week)] = hired
            made.model.add_linear_constraint(hired <= limit)
    for city in plan.by_city:
        for name in ASSETS:
            for week in range(plan.assets[name].buy_weeks, last):
                lacking = plan.needed(city, name) - plan.in_stock(city, name, week)
                if lacking > 0:
                    bought = made.model.add_integer_variable(lb=0, ub=lacking)
                    made.steps[Purchase(city, name, week)] = bought
    for transfer, most in possible_transfers(plan):
        made.steps[transfer] = made.model.add_integer_variable(lb=0, ub=most)


def possible_transfers(plan: RolloutInput) -> Iterator[tuple[Transfer, int]]:
    """Transfers that could be of use, and the most each could carry.

    Only what a city has beyond the need of its own targets leaves it.
    """
    for name, asset in plan.assets.items():
        if asset.moving is None:
            continue
        for week in range(len(plan.weeks) - asset.moving.weeks):
            for start in sorted({stock.city for stock in plan.stock if stock.resource is name}):
                spare = surplus(plan, start, name, week)
                for end in plan.by_city:
                    arrival = week + asset.moving.weeks
                    lacking = plan.needed(end, name) - plan.in_stock(end, name, arrival)
                    if spare > 0 and lacking > 0 and start != end:
                        yield Transfer(name, start, end, week), min(spare, lacking)


def surplus(plan: RolloutInput, city: str, resource: Resource, week: int) -> int:
    """What a city has of a resource beyond the need of its targets, before anything has moved."""
    return max(0, plan.in_stock(city, resource, week) - plan.needed(city, resource))


def _add_coverage(plan: RolloutInput, made: RolloutModel, city: str, week: int) -> None:
    """Vehicles at work have their people and hubs, of which services of a city share some."""
    for resource in Resource:
        users = [service for service in plan.by_city[city] if resource in service.resources]
        if not users:
            continue
        whole = lcm(*(plan.need(service).vehicles for service in users))
        taken = mathopt.fast_sum(
            whole
            // plan.need(service).vehicles
            * plan.need(service).of(resource)
            * made.working[service, week]
            for service in users
        )
        if resource in ROLES:
            people_milli = _people_milli(plan, made, city, resource, week)
            made.model.add_linear_constraint(
                1000 * taken <= whole * (people_milli + HALF_A_PERSON_MILLI)
            )
        else:
            made.model.add_linear_constraint(
                taken <= whole * _assets(plan, made, city, resource, week)
            )


def _people_milli(
    plan: RolloutInput, made: RolloutModel, city: str, name: Resource, week: int
) -> Any:
    """Thousandths of people at work: those who were there and those trained, less who left."""
    role = plan.roles[name]
    there = sum(
        stock.amount * role.kept_milli(week - stock.from_week)
        for stock in plan.stock
        if (stock.city, stock.resource) == (city, name) and stock.from_week <= week
    )
    trained = (
        role.kept_milli(week - ready) * made.steps[Hire(city, name, begun)]
        for ready in range(week + 1)
        if Hire(city, name, begun := ready - role.train_weeks) in made.steps
    )
    return mathopt.fast_sum(trained) + there


def _assets(plan: RolloutInput, made: RolloutModel, city: str, name: Resource, week: int) -> Any:
    there = mathopt.fast_sum(()) + plan.in_stock(city, name, week)
    moving = plan.assets[name].moving
    for step, amount in made.steps.items():
        if isinstance(step, Purchase) and (step.city, step.asset) == (city, name):
            if step.week <= week:
                there += amount
        elif isinstance(step, Transfer) and step.asset is name and moving is not None:
            if step.start == city and step.week <= week:
                there -= amount
            if step.end == city and step.week + moving.weeks <= week:
                there += amount
    return there


def _add_surpluses(plan: RolloutInput, made: RolloutModel) -> None:
    """What has left a city by a week is no more than it had to spare by then."""
    leaving: dict[tuple[Resource, str], list[Transfer]] = {}
    for step in made.steps:
        if isinstance(step, Transfer):
            leaving.setdefault((step.asset, step.start), []).append(step)
    for (asset, city), steps in leaving.items():
        for week in range(len(plan.weeks)):
            left = mathopt.fast_sum(made.steps[step] for step in steps if step.week <= week)
            made.model.add_linear_constraint(left <= surplus(plan, city, asset, week))


def _add_dependencies(plan: RolloutInput, made: RolloutModel) -> None:
    for dependency in plan.dependencies:
        for week in range(len(plan.weeks)):
            earlier = week - dependency.weeks
            after = made.opened[dependency.after, earlier] if earlier >= 0 else 0
            made.model.add_linear_constraint(made.opened[dependency.service, week] <= after)


def _add_limits(plan: RolloutInput, made: RolloutModel, extra: Extra) -> None:
    """What all cities share: money, openings, training places and deliveries."""
    due_yuan = {step: running_sum(step_costs_yuan(plan, step)) for step in made.steps}
    released_yuan = 0
    for week, there in enumerate(plan.weeks):
        released_yuan += there.budget_yuan
        made.cost_yuan = mathopt.fast_sum(
            costs[week] * made.steps[step] for step, costs in due_yuan.items() if costs[week]
        )
        made.model.add_linear_constraint(made.cost_yuan <= released_yuan + extra(BUDGET))
        made.model.add_linear_constraint(
            _opening(plan, made, week) <= there.most_openings + extra(OPENINGS)
        )
        for name in ROLES:
            role = plan.roles[name]
            in_training = mathopt.fast_sum(
                amount
                for step, amount in made.steps.items()
                if isinstance(step, Hire)
                and step.role is name
                and week - role.train_weeks < step.week <= week
            )
            places = role.training_places + extra(Limit(LimitKind.TRAINING, name))
            made.model.add_linear_constraint(in_training <= places)
        for name in ASSETS:
            delivered = mathopt.fast_sum(
                amount
                for step, amount in made.steps.items()
                if isinstance(step, Purchase) and (step.asset, step.week) == (name, week)
            )
            most = plan.assets[name].most_per_week + extra(Limit(LimitKind.DELIVERY, name))
            made.model.add_linear_constraint(delivered <= most)


def _opening(plan: RolloutInput, made: RolloutModel, week: int) -> Any:
    return mathopt.fast_sum(
        made.opened[service, week] - (made.opened[service, week - 1] if week else 0)
        for service, target in plan.targets.items()
        if target.status is Status.OPEN
    )


def step_costs_yuan(plan: RolloutInput, step: Step) -> tuple[int, ...]:
    """Yuan due in each week for one person or asset that takes a step."""
    weeks = len(plan.weeks)
    if isinstance(step, Hire):
        return hire_costs_yuan(plan.roles[step.role], step.week, weeks)
    asset = plan.assets[step.asset]
    if isinstance(step, Purchase):
        return buy_costs_yuan(asset, step.week, weeks)
    costs = [0] * weeks
    moving: Moving | None = asset.moving
    if moving is None:
        raise ValueError(f"{step} of an asset that cannot be moved")
    costs[step.week] = move_cost_yuan(moving, plan.cities[step.start], plan.cities[step.end])
    return tuple(costs)
