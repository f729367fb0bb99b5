"""Which windows can be promised to a shopper."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dispatch.domain.places import Window
from dispatch.domain.requests import PickupRequest
from dispatch.live.city_day import CityDay
from dispatch.live.live_plan import LivePlan
from solvers.model import TimeWindow


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The answer for one window.

    Attributes:
        window: The window asked for.
        fits: Whether the plan with the pickup in it keeps every promise: none becomes late, or
            later than it is already.
        courier_id: Who would collect; empty where it does not fit.
        start_s: When, in seconds since local midnight.
        added_cost_milli_fen: What the plan costs more; may be negative.
    """

    window: Window
    fits: bool
    courier_id: str = ""
    start_s: int = 0
    added_cost_milli_fen: int = 0


def offers(
    plan: LivePlan,
    city: CityDay,
    request: PickupRequest,
    windows: Sequence[Window],
    *,
    buffer_s: int,
    repair: int,
) -> tuple[Offer, ...]:
    """Whether each window can be promised, each by itself; changes nothing.

    Args:
        plan: The live plan.
        city: Of the day.
        request: What is asked for; its own windows are not looked at.
        windows: Asked about.
        buffer_s: The courier is to be there so many seconds before the window ends, or at its
            start where it is shorter.
        repair: Attempts at moving other stops where plain insertion finds no place.

    Raises:
        ValueError: The place lies outside the city's area, or a window ends before it starts.
    """
    if not city.covers(request.place):
        raise ValueError(
            f"request '{request.id}': {request.place.lon}, {request.place.lat} lies outside the "
            "city's area; correct the place"
        )
    if not windows:
        return ()
    asked = []
    for window in windows:
        if window.end_at < window.start_at:
            raise ValueError(
                f"request '{request.id}': a window ends at {window.end_at}, before it starts at "
                f"{window.start_at}"
            )
        span = city.span(window.start_at, window.end_at)
        asked.append(TimeWindow(span.start_s, max(span.start_s, span.end_s - buffer_s)))
    stop = city.stop_of(replace(request, windows=tuple(windows[:1])))
    stop = replace(stop, windows=(), due_s=None, late_cost_per_s=0)
    quotes = plan.session.quote(stop, asked, place=city.point(request.place), repair=repair)
    return tuple(
        Offer(window=window, fits=False)
        if quote.vehicle is None
        else Offer(
            window=window,
            fits=quote.fits,
            courier_id=city.problem.vehicles[quote.vehicle].id,
            start_s=quote.start_s,
            added_cost_milli_fen=quote.added_cost,
        )
        for window, quote in zip(windows, quotes, strict=True)
    )
