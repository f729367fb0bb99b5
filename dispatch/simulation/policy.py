"""What the world asks of a policy, and of the rule that answers shoppers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from dispatch.domain.city import CitySettings
from dispatch.domain.couriers import Courier
from dispatch.domain.hubs import Hub
from dispatch.domain.places import Window
from dispatch.domain.requests import PickupRequest
from dispatch.live.decisions import Instructions
from dispatch.live.events import Event
from dispatch.simulation.ways import Ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """What is known in the morning.

    Attributes:
        settings: Of the city.
        midnight_at: Second 0 of the day.
        couriers: Those who come to work.
        hubs: Where they may unload.
        ways: Planned travel; what happens on the road strays from it.
        expected: Requests of another, ordinary day of the same city, for what must be settled
            before the day: zones and the like.
        most_attempts: Visits at which nobody was at home, after which a pickup is given up.
        retry_after_s: From leaving a shut door to the next time somebody will be at home.
        takeover_s: Seconds it takes to take over what a broken-down courier carries.
    """

    settings: CitySettings
    midnight_at: datetime
    couriers: tuple[Courier, ...]
    hubs: tuple[Hub, ...]
    ways: Ways
    expected: Sequence[PickupRequest]
    most_attempts: int = 2
    retry_after_s: int = 3_600
    takeover_s: int = 600

    def seconds(self, moment_at: datetime) -> int:
        """Seconds since local midnight."""
        # Timestamps, since the difference of two local times forgets a change of the clock.
        return round(moment_at.timestamp() - self.midnight_at.timestamp())

    def moment(self, second: int) -> datetime:
        """The reverse of ``seconds``."""
        zone = self.midnight_at.tzinfo
        return datetime.fromtimestamp(self.midnight_at.timestamp() + second, zone)

    def span(self, window: Window) -> tuple[int, int]:
        """Both ends of a window, seconds since local midnight."""
        return self.seconds(window.start_at), self.seconds(window.end_at)


class Observer(Protocol):
    """Sees the day as it unfolds: nothing that has not happened yet."""

    def begin(self, briefing: Briefing) -> None:
        """Start a day; forgets any day before."""
        ...

    def observe(self, event: Event) -> None:
        """Take note of what has just happened."""
        ...


class Policy(Observer, Protocol):
    """Decides who does what."""

    def decide(self, at: int) -> Instructions | None:
        """What couriers do next, after all that happened up to ``at``; ``None`` for no change.

        Called after every batch of events at one second, and at every tick of the clock.
        """
        ...


@runtime_checkable
class Promising(Protocol):
    """A policy without which nothing is promised."""

    def fits(self, at: int, request: PickupRequest, window: Window) -> bool:
        """Whether the pickup can be promised for the window, besides all that is promised."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What a shopper is told.

    Attributes:
        window: Promised; ``None`` for a refusal.
        reason: Why not the window asked for; empty where it is that.
    """

    window: Window | None
    reason: str = ""


class Acceptance(Observer, Protocol):
    """Answers shoppers."""

    def answer(self, at: int, request: PickupRequest) -> Answer:
        """One of the windows asked for, a later one, or a refusal."""
        ...
