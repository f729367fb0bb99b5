"""The limits of a roll-out that more money, people or goods could lift."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

from dispatch.capacity.rollout.inputs import ASSETS, ROLES, Resource


class LimitKind(StrEnum):
    """What there could be more of."""

    BUDGET = "budget"
    OPENINGS = "openings"
    TRAINING = "training"
    HIRING = "hiring"
    DELIVERY = "delivery"


class Limit(NamedTuple):
    """One limit; of a resource where there is one for each.

    Units: yuan from the first week on; openings a week; training places; people a city can begin
    to train in a week; assets delivered in a week.
    """

    kind: LimitKind
    resource: Resource | None = None


BUDGET = Limit(LimitKind.BUDGET)
OPENINGS = Limit(LimitKind.OPENINGS)

ALL_LIMITS = (
    BUDGET,
    OPENINGS,
    *(Limit(LimitKind.TRAINING, role) for role in ROLES),
    *(Limit(LimitKind.HIRING, role) for role in ROLES),
    *(Limit(LimitKind.DELIVERY, asset) for asset in ASSETS),
)

Extra = Callable[[Limit], Any]
"""How much there is beyond a limit: a number, or an expression of the model in the making."""


def no_extra(_: Limit) -> int:
    """The limits as they are given."""
    return 0
