"""The kernel's gate: whatever arrays come in, they are computed with or refused by name."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solvers.kernel import NEVER, Problem, Solver, Travel


def _ints(values: Any, *shape: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64).reshape(shape)


def _travel(size: int = 3) -> Travel:
    matrix = np.full((1, size, size), 10, dtype=np.int32)
    return Travel.dense(matrix, matrix, _ints([0], 1))


def _arrays() -> dict[str, Any]:
    """Two stops and one vehicle, as valid arrays."""
    stop = [0, 0, -1, -1, NEVER, -NEVER, NEVER, 0, 1000, 0]
    vehicle = [0, 0, 2, -1, 0, NEVER, 0, 0, 1, 0, *[NEVER] * 4, 0, 0, 0, 0]
    return {
        "travel": [_travel()],
        "stops": _ints([stop, stop], 2, 10),
        "windows": _ints([[0, 100]], 1, 2),
        "stop_windows": _ints([0, 1, 1], 3),
        "service_s": _ints([5, 5], 2, 1),
        "setup_s": _ints([0, 0], 2, 1),
        "loads": _ints([1, 2], 2, 1),
        "fit": _ints([0], 1, 1),
        "hubs": _ints([], 0, 2),
        "hub_windows": _ints([0], 1),
        "unit_ms": _ints([], 0, 1),
        "vehicles": _ints([vehicle], 1, 18),
        "capacities": _ints([[4], [0]], 2, 1),
        "vehicle_hubs": _ints([], 0),
        "vehicle_hub_offsets": _ints([0, 0], 2),
        "committed": _ints([], 0),
        "committed_offsets": _ints([0, 0], 2),
        "prices": _ints([0, 0, 0], 3),
    }


@pytest.mark.parametrize(
    ("field", "where", "value", "message"),
    [
        ("stops", (1, 0), 3, "stop 1: location is 3"),
        ("stops", (0, 1), 1, "stop 0: fit row is 1"),
        ("stops", (0, 3), 1, "stop 0: previous vehicle is 1"),
        ("stops", (0, 8), -5, "stop 0: price is -5"),
        ("windows", (0, 1), -1, "stop 0: window end"),
        ("stop_windows", (1,), 2, "offsets do not fit"),
        ("service_s", (0, 0), -1, "service: time is -1"),
        ("loads", (0, 0), -1, "load: value is -1"),
        ("vehicles", (0, 1), 1, "vehicle 0: profile is 1"),
        ("vehicles", (0, 2), 9, "vehicle 0: start is 9"),
        ("vehicles", (0, 8), 2**40, "vehicle 0: rate"),
        ("committed_offsets", (1,), 1, "committed: offsets do not fit"),
    ],
)
def test_a_bad_value_is_refused_by_name(
    field: str, where: tuple[int, ...], value: int, message: str
) -> None:
    arrays = _arrays()
    arrays[field][where] = value
    with pytest.raises(ValueError, match=message):
        Problem.build(**arrays)


def test_a_table_of_the_wrong_shape_is_refused_by_name() -> None:
    arrays = _arrays() | {"loads": _ints([1, 2, 3], 3, 1)}
    with pytest.raises(ValueError, match=r"loads: shape is \(3, 1\), must be \(2, 1\)"):
        Problem.build(**arrays)


def test_matrices_must_be_square_and_not_negative() -> None:
    square = np.ones((1, 2, 2), dtype=np.int32)
    with pytest.raises(ValueError, match="square"):
        Travel.dense(np.ones((1, 2, 3), dtype=np.int32), square, _ints([0], 1))
    with pytest.raises(ValueError, match="negative"):
        Travel.dense(-square, square, _ints([0], 1))
    with pytest.raises(ValueError, match="must rise"):
        Travel.planar(_ints([[0, 0]], 1, 2), 1300, _ints([9, 9], 2), _ints([5, 5], 2))


_NUMBERS = st.one_of(
    st.integers(-3, 30), st.sampled_from([NEVER, -NEVER, 2**31 - 1, 2**40, 2**62, -(2**62)])
)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_arrays_are_solved_or_refused(data: st.DataObject) -> None:
    arrays = _arrays()
    fields = [name for name in arrays if name != "travel" and arrays[name].size]
    for _ in range(data.draw(st.integers(1, 4))):
        table = arrays[data.draw(st.sampled_from(fields))]
        table.flat[data.draw(st.integers(0, table.size - 1))] = data.draw(_NUMBERS)
    try:
        problem = Problem.build(**arrays)
    except ValueError:
        return
    solver = Solver(problem, seed=0, threads=1, iterations=20, seconds=None)
    while not solver.step(0.01):
        pass
    served = sorted(node for route in solver.best_routes() for node in route if node < 2)
    assert served in ([], [0], [1], [0, 1])
