"""How many bookings a customer may hold, and who goes first when places are scarce.

Pure rules over a tier and a history; ``docs/fees.md`` is the contract.
"""

from dispatch.standing.config import StandingConfig
from dispatch.standing.decision import Decision, Reason, ReasonCode, decide
from dispatch.standing.history import INCIDENTS, Past, PastKind, points_of
from dispatch.standing.rules import (
    DEFAULT_RULES,
    Reserve,
    StandingError,
    StandingRules,
    Step,
    Tier,
)

__all__ = [
    "DEFAULT_RULES",
    "INCIDENTS",
    "Decision",
    "Past",
    "PastKind",
    "Reason",
    "ReasonCode",
    "Reserve",
    "StandingConfig",
    "StandingError",
    "StandingRules",
    "Step",
    "Tier",
    "decide",
    "points_of",
]
