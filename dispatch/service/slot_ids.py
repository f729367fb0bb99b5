"""Slot ids: signed, so that nothing has to be kept of what was only asked about.

A slot id holds all that a booking needs and is good on every process that has the same secret.
It reads ``sl_<28 characters>.<question>.<window>.<signature>``; what comes before the first dot is
the slot's name in records. The signature is a keyed BLAKE2b (RFC 7693).
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from dispatch.service.errors import Code, ServiceError, invalid
from dispatch.service.requests import Asked
from dispatch.storage.ids import new_id

_MOST_CHARACTERS = 4_000
_SIGNATURE_BYTES = 16
_QUESTION = {"client_id", "city", "asked"}


class Slot(BaseModel):
    """What was offered.

    Attributes:
        id: Short id, of records.
        client_id: To whom.
        city: Where.
        date: The day of the plan.
        start_at: Promised window.
        end_at: Its end.
        asked: For which goods at which door.
        expires_at: Until when it may be held or booked.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    client_id: str
    city: str
    date: date
    start_at: datetime
    end_at: datetime
    asked: Asked
    expires_at: datetime


def slot_names(count: int) -> list[str]:
    """Short ids for the slots of one answer."""
    base = new_id("sl")
    return [f"{base}{number:02}" for number in range(count)]


class SlotSigner:
    """Turns slots into ids and back.

    Args:
        secret: Shared by all processes of the service.
    """

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()[: hashlib.blake2b.MAX_KEY_SIZE]

    def ids_of(self, slots: Iterable[Slot]) -> list[str]:
        """The ids that a client is given; slots of one question share the work."""
        questions: dict[int, str] = {}
        ids = []
        for slot in slots:
            question = questions.get(id(slot.asked))
            if question is None:
                content = slot.model_dump_json(include=_QUESTION, exclude_defaults=True)
                question = questions[id(slot.asked)] = _text(content.encode())
            window = slot.model_dump_json(exclude=_QUESTION | {"id"})
            head = f"{slot.id}.{question}.{_text(window.encode())}"
            ids.append(f"{head}.{_text(self._signature(head))}")
        return ids

    def slot_of(self, slot_id: str, *, client_id: str, at: datetime) -> Slot:
        """The slot an id is of.

        Args:
            slot_id: As the client sent it.
            client_id: Who sent it.
            at: Now.

        Raises:
            ServiceError: It was not made here, or not for this client, or has expired.
        """
        head, _, signature = slot_id.rpartition(".")
        if len(slot_id) > _MOST_CHARACTERS or not self._is_signed(head, signature):
            raise _not_yours()
        try:
            short, question, window = head.split(".")
            content: dict[str, Any] = json.loads(_bytes(question))
            slot = Slot.model_validate(content | json.loads(_bytes(window)) | {"id": short})
        except (ValueError, ValidationError):
            # Signed here, but by a version with other slots.
            raise _not_yours() from None
        if slot.client_id != client_id:
            raise _not_yours()
        if slot.expires_at <= at:
            raise ServiceError(
                Code.SLOT_EXPIRED,
                f"the slot was good until {slot.expires_at.astimezone(UTC).isoformat()}",
                "ask for slots again",
            )
        return slot

    def _is_signed(self, head: str, signature: str) -> bool:
        try:
            return hmac.compare_digest(self._signature(head), _bytes(signature))
        except ValueError:
            return False

    def _signature(self, head: str) -> bytes:
        return hashlib.blake2b(
            head.encode(), key=self._secret, digest_size=_SIGNATURE_BYTES
        ).digest()


def _not_yours() -> ServiceError:
    return invalid(
        "slot_id",
        "it is not the id of a slot that was offered to you",
        "give an id as POST /v1/slots answered it",
        code=Code.SLOT_INVALID,
    )


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error
