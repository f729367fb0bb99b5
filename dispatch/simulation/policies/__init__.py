"""Simple policies, for comparison: what a dispatcher without an optimiser would do."""

from collections.abc import Callable, Mapping

from dispatch.simulation.policies.matching import BatchMatching
from dispatch.simulation.policies.nearest import NearestIdle
from dispatch.simulation.policies.zones import FixedZones
from dispatch.simulation.policy import Policy

POLICIES: Mapping[str, Callable[[], Policy]] = {
    "nearest": NearestIdle,
    "zones": FixedZones,
    "matching": BatchMatching,
}
"""Policies by the name they have on the command line."""
