"""What is said of a base before it is built holds for every insertion into it."""

import pytest

from solvers.explain.backward import DayLegs
from solvers.explain.nearness import try_route
from solvers.explain.slots import current_route
from solvers.explain.tiers import detours_of, least_ppm, tier_of
from solvers.insertions import bases, bodies, may_rest
from solvers.model import Visit
from tests.solvers.drawn import seeded_case


def late_bases(seed: int):
    """Bases that are said to be late, each with every insertion into it."""
    case = seeded_case(seed)
    problem = case.problem
    for vehicle, owner in enumerate(problem.vehicles):
        current = current_route(problem, vehicle, case.solution.route_of(vehicle).visits)
        legs = DayLegs(problem.travel[owner.profile])
        detours = detours_of(problem, current)
        for base in bases(owner, current.visits):
            ppm = least_ppm(problem, current, base, legs, detours)
            if ppm == 0:
                continue
            with_break = may_rest(owner) and Visit.break_() not in base
            for stop in case.solution.unserved(problem):
                for place in range(len(owner.committed), len(base) + 1):
                    for body in bodies(owner, stop, with_break=with_break):
                        visits = (*base[:place], *body, *base[place:])
                        yield ppm, try_route(problem, vehicle, visits, 0)


@pytest.mark.parametrize("seed", range(400, 520))
def test_no_insertion_is_less_late_than_its_base_is_said_to_be(seed: int):
    for ppm, tried in late_bases(seed):
        assert tried.distance[:2] >= (0, ppm)


def test_some_drawn_bases_are_late():
    said = {tier_of(ppm) for seed in range(400, 520) for ppm, _ in late_bases(seed)}
    assert len(said) > 1
