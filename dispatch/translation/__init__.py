"""The one place that joins places, the business and the routing problem, both ways.

Moments become seconds since local midnight, ids become indices, fen become milli-fen, places
become whole metres on a plane; solutions come back as plans, and plans as solutions.
"""

from dispatch.translation.errors import TranslationError
from dispatch.translation.plan import from_plan, moment, to_plan
from dispatch.translation.problem import (
    CREW_SKILL,
    DIMENSIONS,
    DayProblem,
    request_points,
    stop_of,
    translate,
    with_zones_of,
)

__all__ = [
    "CREW_SKILL",
    "DIMENSIONS",
    "DayProblem",
    "TranslationError",
    "from_plan",
    "moment",
    "request_points",
    "stop_of",
    "to_plan",
    "translate",
    "with_zones_of",
]
