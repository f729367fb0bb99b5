"""Requests of a synthetic day."""

from datetime import datetime, timedelta

import numpy as np

from dispatch.domain.places import Place, Window
from dispatch.domain.requests import PickupClass, PickupRequest
from dispatch.sampling.demand import Wish, draw_wishes
from dispatch.sampling.goods import draw_goods
from dispatch.sampling.population import Population

_SHARED_ADDRESS = 0.08
"""Share of parcels that are collected at the address of another one: offices and compounds."""

_PRIORITY_SHARE = 0.03
_PREFIXES = {PickupClass.PARCEL: "P", PickupClass.BULKY: "B"}


def draw_requests(
    population: Population,
    *,
    parcels: int,
    bulky: int,
    midnight_at: datetime,
    rng: np.random.Generator,
) -> tuple[PickupRequest, ...]:
    """Requests in the order in which they were asked, numbered by class."""
    drawn: list[tuple[int, PickupClass, Place, str | None, Wish]] = []
    for kind, count in ((PickupClass.PARCEL, parcels), (PickupClass.BULKY, bulky)):
        places = [Place(lon=lon, lat=lat) for lon, lat in population.draw(count, rng).tolist()]
        addresses = _shared(count, rng) if kind is PickupClass.PARCEL else {}
        for number, wish in enumerate(draw_wishes(kind, count, rng)):
            shared = addresses.get(number)
            place = places[number if shared is None else shared]
            address = None if shared is None else f"A{shared + 1:04d}"
            drawn.append((wish.asked_s, kind, place, address, wish))
    drawn.sort(key=lambda entry: entry[0])
    numbers = dict.fromkeys(PickupClass, 0)
    requests = []
    for _, kind, place, address, wish in drawn:
        numbers[kind] += 1
        goods = draw_goods(kind, rng)
        requests.append(
            PickupRequest(
                id=f"{_PREFIXES[kind]}{numbers[kind]:04d}",
                place=place,
                pickup_class=kind,
                load=goods.load,
                windows=tuple(
                    Window(_moment(midnight_at, start_s), _moment(midnight_at, end_s))
                    for start_s, end_s in wish.windows
                ),
                asked_at=_moment(midnight_at, wish.asked_s),
                priority=int(rng.random() < _PRIORITY_SHARE),
                floor=goods.floor,
                lift=goods.lift,
                disassembly=goods.disassembly,
                address_id=address,
            )
        )
    return tuple(requests)


def _shared(count: int, rng: np.random.Generator) -> dict[int, int]:
    """Requests that share an address, with the number of the request whose place it is."""
    sharing = np.flatnonzero(rng.random(count) < _SHARED_ADDRESS)
    hosts = np.setdiff1d(np.arange(count), sharing)
    if not len(hosts):
        return {}
    chosen = rng.choice(hosts, len(sharing))
    result = dict(zip(sharing.tolist(), chosen.tolist(), strict=True))
    return result | {host: host for host in result.values()}


def _moment(midnight_at: datetime, seconds: int) -> datetime:
    return midnight_at + timedelta(seconds=seconds)
