"""Which windows can really be kept, and why the others cannot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from dispatch.domain.couriers import Courier
from dispatch.domain.places import Place, Window
from dispatch.domain.requests import PickupClass
from dispatch.fees import Fee, charge
from dispatch.live.quoting import Offer
from dispatch.service.day_plan import DayPlan
from dispatch.service.errors import Code, invalid
from dispatch.service.live_city import LiveCity
from dispatch.service.requests import Asked
from dispatch.service.sales import is_stopped
from dispatch.service.slot_ids import Slot, new_slot_id
from dispatch.service.windows import grid, soonest

MOST_WINDOWS = 24
_PROBE_ID = "asked"
_MINUTE = timedelta(minutes=1)


class WhyNot(StrEnum):
    """Why a window is not offered."""

    NOBODY_CAN = "nobody_can"
    """No courier of the day has the crew or the room for it."""

    NO_SHIFT = "no_shift"
    """Nobody who could works during the window."""

    STOPPED = "stopped"
    """Planners have stopped selling it."""

    FULL = "full"
    """It would break a promise that was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotOffer:
    """A window that can be kept.

    Attributes:
        slot: What is offered.
        added_cost_milli_fen: What the plan costs more with it; may be negative.
        is_live: Whether it was judged by today's plan, else by the planned shifts of its day.
        slack_s: Seconds between the planned start of service and the end of the window.
    """

    slot: Slot
    added_cost_milli_fen: int
    is_live: bool
    slack_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A window that cannot be kept, and why."""

    window: Window
    why: WhyNot


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """What became of a question for slots.

    Attributes:
        offers: Windows that can be kept, by time.
        refusals: Those that cannot.
        fee: What the pickup costs whom, in any of them.
        next: The first window after those asked about that can be kept, where none of them can.
    """

    offers: tuple[SlotOffer, ...]
    refusals: tuple[Refusal, ...]
    fee: Fee
    next: Window | None


def quote_slots(
    city: LiveCity,
    asked: Asked,
    *,
    client_id: str,
    earliest_at: datetime | None,
    latest_at: datetime | None,
) -> Quoted:
    """Asks about the soonest window and those of the grid; changes nothing.

    Args:
        city: Where.
        asked: For which goods at which door.
        client_id: Who asks.
        earliest_at: No window begins before; ``None`` for now.
        latest_at: No window begins after; ``None`` for all days that can be booked.

    Raises:
        ServiceError: The place is outside the city's area, or the city is not ready.
    """
    now = city.clock.now()
    place_in_area(city, asked, now)
    wanted = [
        window
        for window in (soonest(city, now), *grid(city, now))
        if (earliest_at is None or window.start_at > earliest_at - _MINUTE)
        and (latest_at is None or window.start_at <= latest_at)
    ][:MOST_WINDOWS]
    judged = judge(city, asked, wanted, repair=city.config.slots.repair)
    offers = [
        _offered(city, asked, one, client_id, now) for _, one in judged if isinstance(one, Offer)
    ]
    refusals = [
        Refusal(window=window, why=one) for window, one in judged if isinstance(one, WhyNot)
    ]
    city.observer.slots(city.id, offered=len(offers), refused=len(refusals))
    following = None
    if not offers:
        after = wanted[-1].start_at if wanted else now
        following = next_fitting(city, asked, after)
    return Quoted(
        offers=tuple(offers), refusals=tuple(refusals), fee=fee_of(city, asked), next=following
    )


def place_in_area(city: LiveCity, asked: Asked, now: datetime) -> None:
    """Refuses a place that the city's couriers do not go to.

    Raises:
        ServiceError: It is outside the city's area, or the city is not ready.
    """
    plan = city.day(city.today(now))
    if not plan.covers(Place(lon=asked.lon, lat=asked.lat)):
        raise invalid(
            "place",
            f"lon {asked.lon}, lat {asked.lat} is outside the area of {city.config.name}",
            "check the coordinates (longitude first, and crs) and the city",
            code=Code.OUT_OF_AREA,
        )


def judge(
    city: LiveCity, asked: Asked, windows: Sequence[Window], *, repair: int
) -> list[tuple[Window, Offer | WhyNot]]:
    """Each window with the offer, or with why there is none.

    Args:
        city: Where.
        asked: For which goods at which door.
        windows: By time.
        repair: Attempts at moving other pickups where there is no room.
    """
    found: list[tuple[Window, Offer | WhyNot]] = []
    for day, group in groupby(windows, lambda window: window.start_at.astimezone(city.zone).date()):
        found.extend(_judge_day(city, city.day(day), asked, list(group), repair))
    return found


def next_fitting(city: LiveCity, asked: Asked, after: datetime) -> Window | None:
    """The first window of the grid that begins later and can be kept."""
    later = [window for window in grid(city, city.clock.now()) if window.start_at > after]
    judged = judge(city, asked, later, repair=0)
    return next((window for window, one in judged if isinstance(one, Offer)), None)


def _judge_day(
    city: LiveCity, plan: DayPlan, asked: Asked, windows: Sequence[Window], repair: int
) -> list[tuple[Window, Offer | WhyNot]]:
    carriers = plan.carriers(asked)
    why = [_never(city, carriers, asked, window) for window in windows]
    sold = [window for window, reason in zip(windows, why, strict=True) if reason is None]
    request = asked.request(_PROBE_ID, sold[:1], city.clock.now())
    offers = iter(plan.dispatcher.quote(request, sold, repair=repair))
    judged: list[tuple[Window, Offer | WhyNot]] = []
    for window, reason in zip(windows, why, strict=True):
        if reason is not None:
            judged.append((window, reason))
            continue
        offer = next(offers)
        judged.append((window, offer if offer.fits else WhyNot.FULL))
    return judged


def _never(
    city: LiveCity, carriers: Sequence[Courier], asked: Asked, window: Window
) -> WhyNot | None:
    """Why the window cannot be had, whatever the plan."""
    if not carriers:
        return WhyNot.NOBODY_CAN
    shifts = (courier.shift for courier in carriers)
    if not any(one.start_at < window.end_at and one.end_at > window.start_at for one in shifts):
        return WhyNot.NO_SHIFT
    if is_stopped(city.stops, asked, window):
        return WhyNot.STOPPED
    return None


def _offered(
    city: LiveCity, asked: Asked, offer: Offer, client_id: str, now: datetime
) -> SlotOffer:
    window, slots = offer.window, city.config.slots
    day: date = window.start_at.astimezone(city.zone).date()
    plan = city.day(day)
    slot = Slot(
        id=new_slot_id(),
        client_id=client_id,
        city=city.id,
        date=day,
        start_at=window.start_at,
        end_at=window.end_at,
        asked=asked,
        expires_at=min(now + timedelta(seconds=slots.valid_s), window.end_at),
    )
    return SlotOffer(
        slot=slot,
        added_cost_milli_fen=offer.added_cost_milli_fen,
        is_live=day == city.today(now),
        slack_s=plan.second(window.end_at) - offer.start_s,
    )


def fee_of(city: LiveCity, asked: Asked) -> Fee:
    """What the pickup costs at the city's present rates."""
    rates = city.config.fees.card()[PickupClass(asked.pickup_class)]
    return charge(asked.charged, rates, insured=asked.insured)
