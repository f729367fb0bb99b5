"""The rolling horizon: the live dispatcher, told of everything, searches at every tick.

Between ticks couriers go on with what they were told; the plan is published again, without a
search, only where somebody has more aboard than was said.
"""

from dataclasses import replace

from dispatch.domain.day import Day
from dispatch.domain.places import Window
from dispatch.domain.requests import PickupRequest
from dispatch.live import events
from dispatch.live.decisions import Instructions
from dispatch.live.dispatcher import Dispatcher
from dispatch.live.events import Event
from dispatch.live.rules import LiveRules
from dispatch.live.searching import ByEngine, Search, by_session
from dispatch.simulation.policy import Briefing
from solvers.engines.protocol import Limits
from solvers.engines.registry import DEFAULT_ENGINE, get_engine

_LIMITS = Limits(iterations=250)
"""At every tick; iterations keep simulated days reproducible."""

_BEHIND_S = 60
"""Most seconds by which the dispatcher's clock may be behind while nothing ticks."""


class RollingHorizon:
    """Plans ahead with an engine.

    Args:
        rules: Of the day, but for second visits and loads taken over, which are the world's.
        limits: Of the search at every tick.
        engine: Name of the engine that searches.
        seed: Of the searches.

    Raises:
        UnknownEngineError: There is no such engine.
    """

    def __init__(
        self,
        rules: LiveRules | None = None,
        *,
        limits: Limits = _LIMITS,
        engine: str = DEFAULT_ENGINE,
        seed: int = 0,
    ) -> None:
        self._rules = rules or LiveRules()
        self._limits = limits
        native = engine == DEFAULT_ENGINE
        self._search: Search = by_session if native else ByEngine(get_engine(engine))
        self._seed = seed

    def begin(self, briefing: Briefing) -> None:
        """Start a day."""
        day = Day(
            settings=briefing.settings,
            requests=tuple(briefing.expected),
            couriers=briefing.couriers,
            hubs=briefing.hubs,
            fingerprint="",
        )
        rules = replace(
            self._rules,
            most_attempts=briefing.most_attempts,
            retry_after_s=briefing.retry_after_s,
            takeover_s=briefing.takeover_s,
        )
        self._dispatcher = Dispatcher(day, rules, seed=self._seed, search=self._search)
        self._ticked = False
        self._upset = False

    def observe(self, event: Event) -> None:
        """Take note of what has happened."""
        self._ticked |= isinstance(event, events.Ticked)
        ledger = self._dispatcher.ledger
        if isinstance(event, events.Collected):
            said = ledger.requests[event.request_id].request.load
            # There may be no room any more for what comes next on that courier's list.
            self._upset |= event.weight_g > said.weight_g
        self._keep_up(event.at)
        self._dispatcher.tell(event)

    def _keep_up(self, at: int) -> None:
        if at > self._dispatcher.ledger.now_s + _BEHIND_S:
            self._dispatcher.tell(events.Ticked(at))

    def decide(self, at: int) -> Instructions | None:  # noqa: ARG002
        """Search at a tick; publish the plan as it is where a list may be wrong."""
        if not (self._ticked or self._upset):
            return None
        limits = self._limits if self._ticked else None
        self._ticked = self._upset = False
        return self._dispatcher.decide(limits).instructions


class RollingPromises(RollingHorizon):
    """Plans ahead, and lets nothing be promised that its plan has no place for."""

    def fits(self, at: int, request: PickupRequest, window: Window) -> bool:
        """Whether the pickup has a place in the plan, with no promise broken for it."""
        self._keep_up(at)
        offers = self._dispatcher.quote(request, (window,), repair=self._rules.repair)
        return offers[0].fits
