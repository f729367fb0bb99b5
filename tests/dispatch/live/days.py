"""A small live day: two e-bikes and a van in a town of eight doors, and words for its events."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch.defaults import PRICES, SERVICE_TIMES, VEHICLES
from dispatch.domain.city import CitySettings
from dispatch.domain.couriers import Courier, Rest
from dispatch.domain.day import Day
from dispatch.domain.hubs import Hub
from dispatch.domain.places import Place, Window
from dispatch.domain.requests import Load, PickupClass, PickupRequest
from dispatch.live.events import Event, Ticked
from dispatch.live.ledger import Ledger
from dispatch.live.rules import LiveRules
from dispatch.live.transitions import apply
from dispatch.live.verdicts import Verdict

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 23)
NINE = 9 * 3600
SHIFT_END = 17 * 3600


def window(start_s: int, end_s: int) -> Window:
    midnight = datetime(DAY.year, DAY.month, DAY.day, tzinfo=ZONE)
    return Window(midnight + timedelta(seconds=start_s), midnight + timedelta(seconds=end_s))


def door(number: int) -> Place:
    """Doors stand in a row to the east, about a kilometre apart."""
    return Place(lon=120.10 + number * 0.0104, lat=30.30)


def request(number: int, start_s: int = NINE, end_s: int | None = None) -> PickupRequest:
    return PickupRequest(
        id=f"R{number}",
        place=door(number),
        pickup_class=PickupClass.PARCEL,
        load=Load(weight_g=2000, volume_ml=10_000, pieces=1),
        windows=(window(start_s, start_s + 7200 if end_s is None else end_s),),
    )


def courier(courier_id: str, vehicle_class: str = "ebike", start: int = 0) -> Courier:
    given = VEHICLES[vehicle_class]
    return Courier(
        id=courier_id,
        vehicle_class=vehicle_class,
        crew_size=given.crew_size,
        shift=window(NINE, SHIFT_END),
        start=door(start),
        end=None,
        capacity=given.capacity,
        skills=frozenset(),
        home_zones=frozenset(),
        cost_per_hour_fen=given.cost_per_hour_fen,
        cost_per_km_fen=given.cost_per_km_fen,
        fixed_fen=given.fixed_fen,
        rest=None,
        hub_ids=("H1",),
    )


COURIERS = (
    courier("E1"),
    replace(
        courier("E2", start=7),
        rest=Rest(window(12 * 3600, 13 * 3600), timedelta(minutes=30)),
    ),
    courier("V1", "van", start=4),
)
HUBS = (
    Hub(id="H1", place=door(0), hours=(), unload_fixed_s=300, unload_per_piece_s=5),
    Hub(id="H2", place=door(7), hours=(), unload_fixed_s=300, unload_per_piece_s=5),
)


def day(shift_end_s: int = SHIFT_END) -> Day:
    settings = CitySettings(
        city="hangzhou",
        date=DAY,
        timezone=ZONE,
        vehicle_classes={name: one.settings for name, one in VEHICLES.items()},
        service_times=SERVICE_TIMES,
        prices=PRICES,
    )
    couriers = tuple(replace(one, shift=window(NINE, shift_end_s)) for one in COURIERS)
    return Day(settings=settings, requests=(), couriers=couriers, hubs=HUBS, fingerprint="")


@dataclass
class Told:
    """A ledger and what became of the events it was told."""

    ledger: Ledger = field(default_factory=lambda: Ledger(COURIERS, HUBS))
    rules: LiveRules = field(default_factory=LiveRules)

    def tell(self, *events: Event) -> Verdict:
        """The verdict on the last of the events; the clock is ticked to each of them first."""
        for event in events:
            if not isinstance(event, Ticked) and event.at > self.ledger.now_s:
                apply(self.ledger, Ticked(event.at), self.rules)
            verdict = apply(self.ledger, event, self.rules)
        return verdict
