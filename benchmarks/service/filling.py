"""Filling a plan with bookings, by clients at work at once."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random

from benchmarks.service.city import CITY, Errand
from dispatch.client import ApiError, DispatchClient

_AT_ONCE = 4
_GONE = frozenset({"slot_taken", "slot_expired"})


def book_any(client: DispatchClient, errand: Errand, chance: Random) -> str | None:
    """Books one of the slots there are; the pickup's id, ``None`` if there was none to be had."""
    found = client.slots(city=CITY, place=errand.place, items=errand.items)
    if not found.slots:
        return None
    try:
        return client.book(slot_id=chance.choice(found.slots).id).id
    except ApiError as error:
        if error.code in _GONE:
            return None
        raise


def fill(client: DispatchClient, errands: Sequence[Errand], count: int, seed: int) -> list[str]:
    """Books pickups until there are so many, or no errand finds a slot any more.

    Where there are fewer errands than that, they come up again.
    """
    booked: list[str] = []

    def work(part: int) -> None:
        chance = Random(seed * 1_000 + part)
        before = -1
        while len(booked) > before:
            before = len(booked)
            for errand in errands[part::_AT_ONCE]:
                if len(booked) >= count:
                    return
                pickup_id = book_any(client, errand, chance)
                if pickup_id is not None:
                    booked.append(pickup_id)

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for done in [pool.submit(work, part) for part in range(_AT_ONCE)]:
            done.result()
    return booked
