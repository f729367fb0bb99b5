"""Which windows can really be kept, and why the others cannot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
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
from dispatch.service.slot_ids import Slot, slot_names
from dispatch.service.windows import grid, soonest
from dispatch.standing import Decision

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

    KEPT_FOR_OTHERS = "kept_for_others"
    """Its last places are for customers of a higher rank."""

    TOO_MANY_OPEN = "too_many_open"
    """The customer has as many bookings open as it may."""


_TEXTS = {
    WhyNot.NOBODY_CAN: "no courier of that day has the crew or the room for it",
    WhyNot.NO_SHIFT: "nobody who could collect it works then",
    WhyNot.STOPPED: "nothing is sold there and then",
    WhyNot.FULL: "it would break a promise that was made",
}


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
    """A window that cannot be had, and why, also in words."""

    window: Window
    why: WhyNot
    text: str


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
    standing: Decision | None,
    earliest_at: datetime | None,
    latest_at: datetime | None,
) -> Quoted:
    """Asks about the soonest window and those of the grid; changes nothing.

    What is offered can be booked until somebody else takes the place or the slot expires.

    Args:
        city: Where.
        asked: For which goods at which door.
        client_id: Who asks.
        standing: Of the customer; where none is named, it is asked for one of the lowest rank.
        earliest_at: No window begins before; ``None`` for now.
        latest_at: No window begins after; ``None`` for all days that can be booked.

    Raises:
        ServiceError: The place is outside the city's area, or the city is not ready.
    """
    now = city.clock.now()
    place_in_area(city, asked, now)
    asked = asked.model_copy(update={"priority": 0 if standing is None else standing.rank})
    wanted = [
        window
        for window in (soonest(city, now), *grid(city, now))
        if (earliest_at is None or window.start_at > earliest_at - _MINUTE)
        and (latest_at is None or window.start_at <= latest_at)
    ][:MOST_WINDOWS]
    found: list[Offer | Refusal]
    if standing is not None and not standing.allowed:
        text = standing.reasons[-1].text
        found = [Refusal(window=one, why=WhyNot.TOO_MANY_OPEN, text=text) for one in wanted]
    else:
        found = _sellable(city, asked, wanted)
    offers = _offered(city, asked, [one for one in found if isinstance(one, Offer)], client_id, now)
    refusals = tuple(one for one in found if isinstance(one, Refusal))
    city.observer.slots(city.id, offered=len(offers), refused=len(refusals))
    following = None
    if not offers and (standing is None or standing.allowed):
        after = wanted[-1].start_at if wanted else max(now, earliest_at or now) - _MINUTE
        following = next_sellable(city, asked, after)
    return Quoted(offers=offers, refusals=refusals, fee=fee_of(city, asked), next=following)


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
        windows: By time, in the city's time zone.
        repair: Attempts at moving other pickups where there is no room.
    """
    found: list[tuple[Window, Offer | WhyNot]] = []
    for day, group in groupby(windows, lambda window: window.start_at.date()):
        found.extend(_judge_day(city, city.day(day), asked, list(group), repair))
    return found


def next_sellable(city: LiveCity, asked: Asked, after: datetime) -> Window | None:
    """The first window of the grid that begins later and would be offered to this customer."""
    later = [window for window in grid(city, city.clock.now()) if window.start_at > after]
    found = _sellable(city, asked, later)
    return next((one.window for one in found if isinstance(one, Offer)), None)


def _sellable(city: LiveCity, asked: Asked, windows: Sequence[Window]) -> list[Offer | Refusal]:
    """Each window with the offer, or with why it cannot be had by this customer."""
    found: list[Offer | Refusal] = []
    for window, one in judge(city, asked, windows, repair=city.config.slots.repair):
        if isinstance(one, WhyNot):
            found.append(Refusal(window=window, why=one, text=_TEXTS[one]))
        else:
            found.append(_kept_for_others(city, asked, window) or one)
    return found


def _kept_for_others(city: LiveCity, asked: Asked, window: Window) -> Refusal | None:
    """The refusal where the last places of the window are for higher ranks than this one."""
    plan = city.day(window.start_at.date())
    full = plan.full_percent(asked.pickup_class, window.start_at, window.end_at)
    reserve = None if full is None else city.config.standing.rules().reserve(full)
    if reserve is None or asked.priority >= reserve.least_rank:
        return None
    text = (
        f"it is {full}% full; from {reserve.from_full_percent}% on its places are kept for rank "
        f"{reserve.least_rank} and above, and this customer has rank {asked.priority}"
    )
    return Refusal(window=window, why=WhyNot.KEPT_FOR_OTHERS, text=text)


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
    city: LiveCity, asked: Asked, offers: Sequence[Offer], client_id: str, now: datetime
) -> tuple[SlotOffer, ...]:
    today = city.today(now)
    expires_at = now + timedelta(seconds=city.config.slots.valid_s)
    found = []
    for name, offer in zip(slot_names(len(offers)), offers, strict=True):
        window = offer.window
        day = window.start_at.date()
        slot = Slot(
            id=name,
            client_id=client_id,
            city=city.id,
            date=day,
            start_at=window.start_at,
            end_at=window.end_at,
            asked=asked,
            expires_at=min(expires_at, window.end_at),
        )
        found.append(
            SlotOffer(
                slot=slot,
                added_cost_milli_fen=offer.added_cost_milli_fen,
                is_live=day == today,
                slack_s=city.day(day).second(window.end_at) - offer.start_s,
            )
        )
    return tuple(found)


def fee_of(city: LiveCity, asked: Asked) -> Fee:
    """What the pickup costs at the city's present rates."""
    rates = city.config.fees.card()[PickupClass(asked.pickup_class)]
    return charge(asked.charged, rates, insured=asked.insured)
