"""The client: one method for each thing the service does."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Self

import httpx

from dispatch.client.cities import CitiesClient
from dispatch.client.couriers import CourierClient
from dispatch.client.following import follow
from dispatch.client.planning import PlannerClient
from dispatch.client.solves import SolvesClient
from dispatch.client.transport import Patience, Transport, path_of
from dispatch.client.types import (
    Contact,
    Customer,
    Forgotten,
    Hold,
    Item,
    Pickup,
    PickupList,
    PickupStatus,
    Place,
    SlotsFound,
    Standing,
    Step,
    moment,
)
from dispatch.client.webhooks import WebhooksClient

_PAGE = 500


class DispatchClient:
    """Asks for slots, holds and books them, and follows pickups.

    Methods raise :class:`~dispatch.client.ApiError` where the service refuses, and
    :class:`~dispatch.client.NoAnswerError` where it does not answer. Requests are tried again by
    themselves where that can do no harm; every POST has an idempotency key, of yours or a new one.
    A client may be used by several threads.

    Attributes:
        webhooks: Where you are told of changes.
        solves: Days that are sent to be planned.
        cities: Which there are, and their configuration.

    Args:
        base_url: Of the service, without ``/v1``.
        api_key: A key's token, ``dsp_…``.
        patience: How long to keep trying.
        transport: Of httpx, for tests.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        patience: Patience | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._transport = Transport(base_url, api_key, patience or Patience(), transport=transport)
        self.webhooks = WebhooksClient(self._transport)
        self.solves = SolvesClient(self._transport)
        self.cities = CitiesClient(self._transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connections."""
        self._transport.close()

    # Booking.

    def slots(
        self,
        *,
        city: str,
        place: Place,
        items: Sequence[Item],
        earliest: datetime | None = None,
        latest: datetime | None = None,
        customer: Customer | None = None,
        insured: bool = False,
    ) -> SlotsFound:
        """The windows that can be kept for these goods at this door."""
        body = {
            "city": city,
            "place": place.body(),
            "items": [item.body() for item in items],
            "earliest": moment(earliest),
            "latest": moment(latest),
            "customer": None if customer is None else customer.body(),
            "insured": insured,
        }
        return SlotsFound.model_validate(self._transport.post(path_of("slots"), body))

    def hold(
        self,
        slot_id: str,
        *,
        customer_ref: str | None = None,
        idempotency_key: str | None = None,
    ) -> Hold:
        """Keeps a place for a while."""
        body = {"slot_id": slot_id, "customer_ref": customer_ref}
        answer = self._transport.post(path_of("holds"), body, idempotency_key=idempotency_key)
        return Hold.model_validate(answer)

    def get_hold(self, hold_id: str) -> Hold:
        """A hold that has not expired."""
        return Hold.model_validate(self._transport.get(path_of("holds", hold_id)))

    def release(self, hold_id: str) -> None:
        """Frees the place of a hold."""
        self._transport.delete(path_of("holds", hold_id))

    def book(
        self,
        *,
        hold_id: str | None = None,
        slot_id: str | None = None,
        customer_ref: str | None = None,
        contact: Contact | None = None,
        idempotency_key: str | None = None,
    ) -> Pickup:
        """Books a hold, or a slot that is still free; give one of the two."""
        body = {
            "hold_id": hold_id,
            "slot_id": slot_id,
            "customer_ref": customer_ref,
            "contact": None if contact is None else contact.body(),
        }
        answer = self._transport.post(path_of("pickups"), body, idempotency_key=idempotency_key)
        return Pickup.model_validate(answer)

    def reschedule(
        self, pickup_id: str, slot_id: str, *, idempotency_key: str | None = None
    ) -> Pickup:
        """Gives a pickup another window, as long as nobody is on the way."""
        path = path_of("pickups", pickup_id, "reschedule")
        answer = self._transport.post(path, {"slot_id": slot_id}, idempotency_key=idempotency_key)
        return Pickup.model_validate(answer)

    def cancel(
        self, pickup_id: str, *, reason: str | None = None, idempotency_key: str | None = None
    ) -> Pickup:
        """Cancels a pickup that is not collected yet."""
        path = path_of("pickups", pickup_id, "cancel")
        answer = self._transport.post(path, {"reason": reason}, idempotency_key=idempotency_key)
        return Pickup.model_validate(answer)

    # Following.

    def pickup(self, pickup_id: str) -> Pickup:
        """A pickup as it stands."""
        return Pickup.model_validate(self._transport.get(path_of("pickups", pickup_id)))

    def pickups(
        self,
        *,
        city: str,
        day: date | None = None,
        statuses: Sequence[PickupStatus] = (),
        customer_ref: str | None = None,
    ) -> Iterator[Pickup]:
        """Pickups in the order they were booked, fetched as they are asked for."""
        after: str | None = None
        while True:
            params = {
                "city": city,
                "date": None if day is None else day.isoformat(),
                "status": [status.value for status in statuses] or None,
                "customer_ref": customer_ref,
                "after": after,
                "limit": _PAGE,
            }
            page = PickupList.model_validate(self._transport.get(path_of("pickups"), params))
            yield from page.pickups
            after = page.next_after
            if after is None:
                return

    def history(self, pickup_id: str) -> tuple[Step, ...]:
        """Everything that happened to a pickup, in that order."""
        answer = self._transport.get(path_of("pickups", pickup_id, "history"))
        return tuple(Step.model_validate(step) for step in answer["steps"])

    def follow(self, city: str, *, after: int | None = None) -> Iterator[Step]:
        """Steps of pickups as they happen, for ever; connects again where it is cut off.

        Args:
            city: Where.
            after: Id of the last step you had; from now on if left out.
        """
        return follow(self._transport, city, after)

    # Others.

    def standing(self, customer_ref: str, *, city: str, tier: str | None = None) -> Standing:
        """Whether a customer may book another pickup, with everything that counts."""
        path = path_of("customers", customer_ref, "standing")
        return Standing.model_validate(self._transport.get(path, {"city": city, "tier": tier}))

    def forget(self, customer_ref: str) -> Forgotten:
        """Erases a customer of yours; ask again where pickups are open still."""
        answer = self._transport.delete(path_of("customers", customer_ref))
        return Forgotten.model_validate(answer)

    def courier(self, city: str, courier_id: str, *, day: date | None = None) -> CourierClient:
        """A courier of a city, today or on another day."""
        return CourierClient(self._transport, city, courier_id, day)

    def planner(self, city: str) -> PlannerClient:
        """The plan of a city, and what is not sold there."""
        return PlannerClient(self._transport, city)
