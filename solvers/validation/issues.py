"""Making issues, with ids in their elements."""

from typing import TYPE_CHECKING

from solvers.errors import ProblemIssue
from solvers.validation.codes import CODES

if TYPE_CHECKING:
    from solvers.model import Hub, Stop, Vehicle


def issue(code: str, element: str, cause: str, action: str) -> ProblemIssue:
    """An issue whose code is in the index of codes.

    Raises:
        KeyError: The code is not in the index.
    """
    if code not in CODES:
        raise KeyError(f"'{code}' is not in the index of problem codes")
    return ProblemIssue(code, element, cause, action)


def stop_name(stop: "Stop") -> str:
    """How a stop is named in issues."""
    return f"stop '{stop.id}'"


def hub_name(hub: "Hub") -> str:
    """How a hub is named in issues."""
    return f"hub '{hub.id}'"


def vehicle_name(vehicle: "Vehicle") -> str:
    """How a vehicle is named in issues."""
    return f"vehicle '{vehicle.id}'"
