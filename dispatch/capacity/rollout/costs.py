"""What each step of a roll-out costs, week by week."""

from itertools import accumulate

from dispatch.capacity.rollout.inputs import Asset, Moving, Role
from geo.cities import City
from geo.coordinates import great_circle_m


def hire_costs_yuan(role: Role, training_week: int, weeks: int) -> tuple[int, ...]:
    """Yuan due in each week for one person who begins training in ``training_week``.

    Pay is what is expected: who may have left is paid by the share that stays.
    """
    costs = [0] * weeks
    costs[training_week] = role.hire_yuan
    for week in range(training_week, weeks):
        worked = max(0, week - training_week - role.train_weeks)
        costs[week] += round(role.pay_yuan_per_week * role.kept_milli(worked) / 1000)
    return tuple(costs)


def buy_costs_yuan(asset: Asset, first_week: int, weeks: int) -> tuple[int, ...]:
    """Yuan due in each week for one asset that is of use from ``first_week`` on."""
    costs = [0] * weeks
    costs[first_week - asset.buy_weeks] = asset.buy_yuan
    for week in range(first_week, weeks):
        costs[week] += asset.keep_yuan_per_week
    return tuple(costs)


def move_cost_yuan(moving: Moving, start: City, end: City) -> int:
    """Yuan due for one asset when it leaves ``start`` for ``end``."""
    return moving.yuan + round(moving.yuan_per_km * distance_km(start, end))


def distance_km(start: City, end: City) -> float:
    """Kilometres between two city centres on the great circle."""
    centres = [[(city.centre_lon, city.centre_lat)] for city in (start, end)]
    return float(great_circle_m(*centres)[0]) / 1000


def running_sum(costs: tuple[int, ...]) -> tuple[int, ...]:
    """Yuan due up to and including each week."""
    return tuple(accumulate(costs))
