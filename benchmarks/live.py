"""The live dispatcher: what a tick, a booking and a restart take.

Times are processor time of the process, which does all of this on one thread.
"""

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from time import process_time

import click

from benchmarks.measuring import heading
from dispatch.domain.day import Day
from dispatch.live.dispatcher import Dispatcher
from dispatch.live.events import Booked, Event, ShiftStarted, Ticked
from dispatch.live.verdicts import Outcome
from dispatch.simulation.city import SimulatedCity, sampled_city
from dispatch.simulation.scenarios import SCENARIOS
from solvers.engines.protocol import Limits

_BEGIN_S = 9 * 3600
_TICK_S = 60
_VANS_PART = 10


@dataclass(slots=True)
class _Taken:
    """Seconds by what was done."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def of(self, what: str, work: Callable[[], object]) -> None:
        began = process_time()
        work()
        self.seconds.setdefault(what, []).append(process_time() - began)


@click.command("live")
@click.option("--requests", default=1000, show_default=True, help="Open at once, on average.")
@click.option("--couriers", default=150, show_default=True, help="One in ten with a van.")
@click.option("--iterations", default=500, show_default=True, help="Of search at every tick.")
@click.option("--ticks", default=10, show_default=True)
def live_command(requests: int, couriers: int, iterations: int, ticks: int) -> None:
    """Ticks of a busy live day in Hangzhou, and its restart."""
    city = sampled_city(
        "hangzhou",
        couriers=couriers - couriers // _VANS_PART,
        vans=couriers // _VANS_PART,
        requests=requests,
    )
    events = _morning(city)
    taken = _Taken()
    dispatcher = _begun(city)
    for event in events:
        taken.of("an event, bookings above all", partial(_told, dispatcher, event))
    for number in range(1, ticks + 1):
        tick = Ticked(_BEGIN_S + _TICK_S * number)
        taken.of("tick: the clock moves", partial(dispatcher.tell, tick))
        taken.of("tick: search", lambda: dispatcher.search(Limits(iterations=iterations)))
        taken.of("tick: check and publish", dispatcher.decide)
    routes = dispatcher.routes()
    taken.of("restart with the routes known", lambda: _begun(city).restore(events, routes))
    click.echo(heading())
    click.echo()
    click.echo("| | times | median ms | longest ms |")
    click.echo("|---|---|---|---|")
    for what, seconds in taken.seconds.items():
        median_ms, longest_ms = statistics.median(seconds) * 1000, max(seconds) * 1000
        click.echo(f"| {what} | {len(seconds)} | {median_ms:.1f} | {longest_ms:.1f} |")
    click.echo()
    click.echo(f"{len(dispatcher.ledger.requests)} open requests, {couriers} couriers")


def _begun(city: SimulatedCity) -> Dispatcher:
    briefing = city.briefing(SCENARIOS["ordinary"], 0)
    return Dispatcher(
        Day(
            settings=briefing.settings,
            requests=(),
            couriers=briefing.couriers,
            hubs=briefing.hubs,
            fingerprint="",
        )
    )


def _morning(city: SimulatedCity) -> list[Event]:
    """The clock, all couriers on shift, and every request of the day booked."""
    booked = [Booked(_BEGIN_S, one) for one in city.requests(SCENARIOS["ordinary"], 0)]
    shifts = [ShiftStarted(_BEGIN_S, courier.id) for courier in city.couriers]
    return [Ticked(_BEGIN_S), *shifts, *booked]


def _told(dispatcher: Dispatcher, event: Event) -> None:
    verdict = dispatcher.tell(event)
    if verdict.outcome is not Outcome.APPLIED:
        raise click.ClickException(f"{event} was {verdict.outcome}: {verdict.why}")
