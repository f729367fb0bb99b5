"""Shoppers who write down what they ask for and what they are told, also where no answer comes."""

import threading
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from time import monotonic, sleep

from benchmarks.service.city import CITY, Errand
from benchmarks.service.server import Server
from dispatch.client import ApiError, DispatchClient, NoAnswerError, Pickup, PickupStatus

_CLIENTS = 6
_LONGEST_LOAD_S = 3.0
_CANCELLED_SHARE = 0.1
_IN_DOUBT = 500


@dataclass(frozen=True, slots=True)
class Order:
    """A booking as it was asked for, to be asked for again where the answer was lost."""

    slot_id: str
    ref: str
    key: str


@dataclass(slots=True)
class Books:
    """What the clients know.

    Attributes:
        booked: Acknowledged pickups, by the reference they were booked under.
        cancelled: Acknowledged cancellations.
        doubtful: Bookings without an answer.
        doubtful_ends: Cancellations without an answer.
        refused: References of bookings that were refused.
    """

    booked: dict[str, str] = field(default_factory=dict)
    cancelled: set[str] = field(default_factory=set)
    doubtful: list[Order] = field(default_factory=list)
    doubtful_ends: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)


def load_and_kill(
    server: Server, client: DispatchClient, errands: Sequence[Errand], books: Books, chance: Random
) -> float:
    """Clients book and cancel; after a random while the server is killed; when (monotonic)."""
    over = threading.Event()
    threads = [
        threading.Thread(target=_shop, args=(client, errands, books, Random(chance.random()), over))
        for _ in range(_CLIENTS)
    ]
    for thread in threads:
        thread.start()
    sleep(chance.uniform(0.1, _LONGEST_LOAD_S))
    killed_s = monotonic()
    server.kill()
    over.set()
    for thread in threads:
        thread.join()
    return killed_s


def _shop(
    client: DispatchClient,
    errands: Sequence[Errand],
    books: Books,
    chance: Random,
    over: threading.Event,
) -> None:
    """Books until the server is gone. What is in doubt is written down before it is asked for."""
    while not over.is_set():
        errand = chance.choice(errands)
        try:
            found = client.slots(city=CITY, place=errand.place, items=errand.items)
        except (ApiError, NoAnswerError):
            continue
        if not found.slots:
            continue
        order = Order(chance.choice(found.slots).id, f"c-{uuid.uuid4().hex}", uuid.uuid4().hex)
        try:
            pickup = _book(client, order)
        except NoAnswerError:
            books.doubtful.append(order)
            continue
        except ApiError as error:
            if error.status >= _IN_DOUBT:
                books.doubtful.append(order)
            else:
                books.refused.add(order.ref)
            continue
        books.booked[order.ref] = pickup.id
        if chance.random() < _CANCELLED_SHARE:
            _cancel(client, pickup.id, books)


def _book(client: DispatchClient, order: Order) -> Pickup:
    return client.book(slot_id=order.slot_id, customer_ref=order.ref, idempotency_key=order.key)


def _cancel(client: DispatchClient, pickup_id: str, books: Books) -> None:
    try:
        client.cancel(pickup_id)
        books.cancelled.add(pickup_id)
    except (NoAnswerError, ApiError):
        books.doubtful_ends.add(pickup_id)


def ask_again(client: DispatchClient, books: Books) -> None:
    """Asks again for what is in doubt, under the same keys."""
    while books.doubtful:
        order = books.doubtful.pop()
        try:
            books.booked[order.ref] = _book(client, order).id
        except ApiError:
            books.refused.add(order.ref)
    for pickup_id in list(books.doubtful_ends):
        client.cancel(pickup_id)
        books.cancelled.add(pickup_id)
        books.doubtful_ends.remove(pickup_id)


def differences(client: DispatchClient, books: Books) -> list[str]:
    """Where the server and its clients do not know the same."""
    kept = list(client.pickups(city=CITY))
    by_id = {one.id: one for one in kept}
    refs = Counter(one.customer_ref for one in kept if one.customer_ref)
    wrong = [f"lost: {one}" for one in books.booked.values() if one not in by_id]
    wrong += [f"doubled: {ref}" for ref, times in refs.items() if times > 1]
    wrong += [f"refused and booked: {ref}" for ref in books.refused if ref in refs]
    acknowledged = set(books.booked.values())
    wrong += [f"booked by nobody: {one}" for one in by_id.keys() - acknowledged]
    for pickup_id in acknowledged & by_id.keys():
        is_cancelled = by_id[pickup_id].status is PickupStatus.CANCELLED
        if is_cancelled != (pickup_id in books.cancelled):
            wrong.append(f"{pickup_id} is {by_id[pickup_id].status}")
    return wrong
