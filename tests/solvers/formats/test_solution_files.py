"""Solution files in CVRPLIB's form, read and written."""

from fractions import Fraction

import pytest

from solvers.formats.cvrplib.instance import Instance
from solvers.formats.cvrplib.reading import form_of, read_instance
from solvers.formats.cvrplib.rounding import Rounding
from solvers.formats.cvrplib.solutions import read_solution, write_solution
from solvers.formats.errors import FormatError
from solvers.model import Visit
from solvers.solution import Route, Solution


@pytest.fixture
def instance(solomon: str) -> Instance:
    return read_instance(solomon, form_of(solomon))


@pytest.fixture
def reloading(vrplib: str) -> Instance:
    reload = "VEHICLES_RELOAD_DEPOT_SECTION\n1 1\n2 1\n"
    return read_instance(vrplib.replace("DEPOT_SECTION", reload + "DEPOT_SECTION"), form_of(vrplib))


@pytest.fixture
def differing(vrplib: str) -> Instance:
    allowed = "VEHICLES_ALLOWED_CLIENTS_SECTION\n1 2\n2 2 3 4\n"
    text = vrplib.replace("DEPOT_SECTION", allowed + "DEPOT_SECTION")
    return read_instance(text, form_of(text))


def stops(*indices: int) -> tuple[Visit, ...]:
    return tuple(Visit.stop(index) for index in indices)


@pytest.mark.parametrize("cost", ["Cost 247.5", "Cost: 247.5", "cost : 247.5"])
def test_clients_count_from_one_and_cost_comes_in_several_spellings(
    instance: Instance, cost: str
) -> None:
    claimed = read_solution(f"Route #1: 3 1\nRoute #2: 2\n{cost}\nOptimal: True\n", instance)
    assert claimed.solution.routes == (Route(0, stops(2, 0)), Route(1, stops(1)))
    assert claimed.cost == Fraction("247.5")


def test_what_is_written_reads_back(instance: Instance) -> None:
    solution = Solution((Route(1, stops(2, 0)), Route(0, ())))
    text = write_solution(instance, solution, 1234)
    assert text == "Route #1: 3 1\nCost 123.4\n"
    assert read_solution(text, instance).solution == Solution((Route(0, stops(2, 0)),))


def test_a_zero_inside_a_route_reloads(reloading: Instance) -> None:
    solution = read_solution("Route #1: 1 0 2\n", reloading).solution
    assert solution.routes[0].visits == (Visit.stop(0), Visit.hub(0), Visit.stop(1))
    assert write_solution(reloading, solution, 5) == "Route #1: 1 0 2\nCost 5\n"


def test_route_k_belongs_to_vehicle_k_where_vehicles_differ(differing: Instance) -> None:
    solution = read_solution("Route #1:\nRoute #2: 1 3\n", differing).solution
    assert solution.routes == (Route(1, stops(0, 2)),)
    assert write_solution(differing, solution, 5) == "Route #1:\nRoute #2: 1 3\nCost 5\n"


def test_tenths_are_published_as_they_are_for_multi_trip_instances(vrplib: str) -> None:
    text = vrplib.replace("TYPE: CVRP", "TYPE: MTVRPTWR")
    instance = read_instance(text, form_of(text))
    assert instance.rounding is Rounding.DIMACS
    assert instance.cost_text(15006) == "15006"
    assert instance.unit == "1/10 of the instance's own unit"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Route #1: 1 4\n", "Route #1: names client 4; instance 'TINY' has 3"),
        ("Route #1: 1 0 2\n", "Route #1: visits 0, but the instance knows no reloading"),
        ("Route #1: 1\nRoute #2: 2\nRoute #3: 3\n", "Route #3: needs more than the 2 vehicles"),
        ("Route #1: 1\nRoute #1: 2\n", "line 2: Route #1 comes twice"),
        ("Route #1: 1 x\n", "line 1: 'x' is no client number"),
        ("Route #1: -1\n", "line 1: '-1' is no client number"),
        ("Route #1: 1\nCost abc\n", "line 2: cost 'abc' is no number"),
        ("Route #1: 1\nVehicles 3\n", "line 2: 'Vehicles 3' is not understood"),
        ("Cost 3\n", "holds no 'Route #k:' line"),
    ],
)
def test_broken_solutions_are_refused_by_element(
    instance: Instance, text: str, message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        read_solution(text, instance)
