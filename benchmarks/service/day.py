"""A simulated day through the door, and the same day in one process with the world."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import click

from benchmarks.measuring import heading
from benchmarks.service.city import Town, at, day_section, settle
from benchmarks.service.databases import database_at
from benchmarks.service.door_side import (
    CouriersAtTheDoor,
    Door,
    ShoppersAtTheDoor,
    SteppedServer,
)
from dispatch.domain.day import Day
from dispatch.domain.places import Window
from dispatch.domain.requests import PickupRequest
from dispatch.live.events import Event, Ticked
from dispatch.live.quoting import Offer
from dispatch.live.rules import LiveRules
from dispatch.service.config import CityConfig, PlanningConfig, RulesConfig, SlotsConfig
from dispatch.simulation.city import SimulatedCity, sampled_city
from dispatch.simulation.metrics import Metrics, metrics_of
from dispatch.simulation.paired import difference
from dispatch.simulation.policies.rolling import RollingHorizon
from dispatch.simulation.policy import Acceptance, Answer, Briefing, Policy
from dispatch.simulation.scenarios import SCENARIOS
from dispatch.simulation.world import World
from dispatch.standing import StandingConfig
from solvers.engines.protocol import Limits

_CITY = "Hangzhou"
_BULKY_SHARE = 0.1
_ORDINARY = SCENARIOS["ordinary"]
_TICK_S = 60
_SLOTS = SlotsConfig(starts=tuple(time(hour) for hour in range(9, 19)), days_ahead=0)
_MINUTE = timedelta(minutes=1)
_FIGURES: Mapping[str, Callable[[Metrics], float | None]] = {
    "accepted, %": lambda day: 100 * (1 - (day.refused_share or 0)),
    "promises kept, %": lambda day: None if day.on_time.share is None else 100 * day.on_time.share,
    "pickups": lambda day: day.pickups,
    "pickups per courier-hour": lambda day: day.pickups_per_courier_hour,
    "km per pickup": lambda day: day.km_per_pickup,
}


@click.command("day")
@click.option("--couriers", default=25, show_default=True, help="E-bikes.")
@click.option("--vans", default=6, show_default=True, help="Crews.")
@click.option("--requests", default=300, show_default=True, help="Mean of a day.")
@click.option("--seeds", default=3, show_default=True, help="Days.")
@click.option("--search", "search_s", default=0.1, show_default=True,
              help="Seconds of search of each tick.")  # fmt: skip
@click.option("--database", default="sqlite", show_default=True,
              type=click.Choice(["sqlite", "postgresql"]))  # fmt: skip
def day_command(
    couriers: int, vans: int, requests: int, seeds: int, search_s: float, database: str
) -> None:
    """Play simulated days over HTTP, and beside it in one process."""
    click.echo(heading())
    city = sampled_city(
        _CITY,
        couriers=couriers,
        vans=vans,
        requests=requests,
        bulky_share=_BULKY_SHARE,
        day_date=at(time(0)).date(),
    )
    pairs = []
    click.echo(f"\n| day | side | {' | '.join(_FIGURES)} | s |\n|{'---|' * (len(_FIGURES) + 3)}")
    for seed in range(1, seeds + 1):
        over_http = _shown(seed, "door", partial(_by_door, city, seed, search_s, database))
        beside = _shown(seed, "in process", partial(_in_process, city, seed, search_s))
        pairs.append((over_http, beside))
    _show_differences(pairs)


def _by_door(city: SimulatedCity, seed: int, search_s: float, database: str) -> Metrics:
    """A day over HTTP, with a server of its own."""
    town = Town(_config(city, city.briefing(_ORDINARY, seed), search_s), ())
    with TemporaryDirectory() as folder, database_at(database, Path(folder)) as url:
        token = settle(url, town)
        server = SteppedServer(url, start_at=at(time(0)))
        server.start()
        try:
            with server.client(token) as client:
                door = Door(server, client)
                day = _run(city, seed, CouriersAtTheDoor(door), ShoppersAtTheDoor(door))
        finally:
            server.stop()
    refused = ", ".join(f"{times} x {what}" for what, times in sorted(door.refusals.items()))
    click.echo(f"day {seed}: {door.requests} requests, refused: {refused or 'none'}", err=True)
    return day


def _in_process(city: SimulatedCity, seed: int, search_s: float) -> Metrics:
    """The same day with the live dispatcher beside the world, without service and HTTP."""
    policy = QuotingHorizon(limits=Limits(seconds=search_s))
    return _run(city, seed, policy, ShoppersOfThePlan(policy))


def _run(city: SimulatedCity, seed: int, policy: Policy, acceptance: Acceptance) -> Metrics:
    record = World(
        city.briefing(_ORDINARY, seed),
        city.requests(_ORDINARY, seed),
        scenario=_ORDINARY,
        seed=seed,
        policy=policy,
        acceptance=acceptance,
        tick_s=_TICK_S,
    ).run()
    return metrics_of(record, city.couriers)


def _config(city: SimulatedCity, briefing: Briefing, search_s: float) -> CityConfig:
    """The city of a day as the service has it: with all places for everybody."""
    day = Day(
        settings=city.settings,
        requests=(),
        couriers=briefing.couriers,
        hubs=city.hubs,
        fingerprint="",
    )
    return CityConfig(
        name=_CITY,
        day=day_section(day),
        slots=_SLOTS,
        rules=RulesConfig(
            most_attempts=briefing.most_attempts,
            retry_after_s=briefing.retry_after_s,
            late_times=LiveRules().late_times,
        ),
        planning=PlanningConfig(tick_s=_TICK_S, search_s=search_s),
        standing=StandingConfig(reserves=()),
    )


class QuotingHorizon(RollingHorizon):
    """The rolling horizon, also asked what can be promised."""

    def offers(self, at: int, request: PickupRequest, windows: Sequence[Window]) -> Sequence[Offer]:
        """What the plan says of each window."""
        if at > self._dispatcher.ledger.now_s + _TICK_S:
            self._dispatcher.tell(Ticked(at))
        return self._dispatcher.quote(request, windows, repair=_SLOTS.repair)


class ShoppersOfThePlan:
    """Answers shoppers as the service does, from the plan in this process.

    Args:
        policy: Has the plan.
    """

    def __init__(self, policy: QuotingHorizon) -> None:
        self._policy = policy

    def begin(self, briefing: Briefing) -> None:
        """Start a day."""
        self._briefing = briefing

    def observe(self, event: Event) -> None:
        """Nothing is known here but what the plan says."""

    def answer(self, at: int, request: PickupRequest) -> Answer:
        """The first window from the one wanted on that can be kept, or a refusal."""
        windows = list(self._windows(self._briefing.moment(at), request.windows[0].start_at))
        for offer in self._policy.offers(at, request, windows):
            if offer.fits:
                return Answer(offer.window)
        return Answer(None, "nothing is offered")

    def _windows(self, now: datetime, wanted_at: datetime) -> Iterator[Window]:
        """Those that the service asks about."""
        midnight_at, length = self._briefing.midnight_at, timedelta(minutes=_SLOTS.length_min)
        lead = timedelta(minutes=_SLOTS.least_lead_min)
        grid = [datetime.combine(midnight_at, one, midnight_at.tzinfo) for one in _SLOTS.starts]
        soonest = now.replace(second=0, microsecond=0)
        for start_at in (soonest, *(one for one in grid if one >= now + lead)):
            if start_at > wanted_at - _MINUTE:
                yield Window(start_at, start_at + length)


def _shown(seed: int, side: str, play: Callable[[], Metrics]) -> Metrics:
    began = perf_counter()
    day = play()
    figures = " | ".join(_text(figure(day)) for figure in _FIGURES.values())
    click.echo(f"| {seed} | {side} | {figures} | {perf_counter() - began:.0f} |")
    return day


def _show_differences(pairs: Sequence[tuple[Metrics, Metrics]]) -> None:
    click.echo("\n| door less in process | mean | 95 % interval |\n|---|---|---|")
    for name, figure in _FIGURES.items():
        found = difference([(figure(one), figure(other)) for one, other in pairs])
        if found is None:
            continue
        interval = "" if found.low is None else f"{_text(found.low)} to {_text(found.high)}"
        click.echo(f"| {name} | {_text(found.mean)} | {interval} |")


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}" if isinstance(value, int) else f"{value:.2f}"
