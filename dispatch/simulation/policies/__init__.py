"""Policies by name: the rolling horizon, and simple ones to compare it with."""

from collections.abc import Callable, Mapping
from functools import partial

from dispatch.live.rules import LiveRules
from dispatch.simulation.policies.matching import BatchMatching
from dispatch.simulation.policies.nearest import NearestIdle
from dispatch.simulation.policies.rolling import RollingHorizon, RollingPromises
from dispatch.simulation.policies.zones import FixedZones
from dispatch.simulation.policy import Policy
from solvers.engines.protocol import Limits

POLICIES: Mapping[str, Callable[..., Policy]] = {
    "nearest": NearestIdle,
    "zones": FixedZones,
    "matching": BatchMatching,
    "rolling": RollingHorizon,
    "rolling-promises": RollingPromises,
    "rolling-myopic": partial(RollingHorizon, LiveRules(work_ahead=False)),
    "rolling-as-planned": partial(RollingHorizon, LiveRules(learn_pace=False)),
    "rolling-ortools": partial(RollingHorizon, engine="ortools", limits=Limits(seconds=1.0)),
}
"""Policies by the name they have on the command line."""

SEARCHING = frozenset(name for name in POLICIES if name.startswith("rolling"))
"""Those that search for a plan at every tick."""


def policy_named(name: str, search: Limits | None = None) -> Policy:
    """A policy for a day.

    Args:
        name: One of ``POLICIES``.
        search: Limits of every search, if it is one that searches, instead of its own.
    """
    build = POLICIES[name]
    return build() if search is None or name not in SEARCHING else build(limits=search)
