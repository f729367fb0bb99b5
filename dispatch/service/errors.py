"""Everything the service refuses, each with a stable code, the cause and what to do."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple


class Problem(NamedTuple):
    """A kind of refusal.

    Attributes:
        status: The HTTP status it is answered with.
        title: The same for every refusal of this kind.
    """

    status: int
    title: str


class Code(StrEnum):
    """Stable names of refusals; ``docs/api.md`` lists them."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    KEY_EXPIRED = "key_expired"
    KEY_REVOKED = "key_revoked"
    SCOPE_MISSING = "scope_missing"
    CITY_NOT_ALLOWED = "city_not_allowed"
    STANDING = "standing"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    SLOT_TAKEN = "slot_taken"
    SLOT_USED = "slot_used"
    SLOT_EXPIRED = "slot_expired"
    HOLD_EXPIRED = "hold_expired"
    WRONG_STATE = "wrong_state"
    CANNOT_BE_TRUE = "cannot_be_true"
    PLAN_REFUSED = "plan_refused"
    KEY_REUSED = "idempotency_key_reused"
    KEY_IN_FLIGHT = "idempotency_key_in_flight"
    BODY_TOO_LARGE = "body_too_large"
    INVALID = "invalid"
    OUT_OF_AREA = "out_of_area"
    SLOT_INVALID = "slot_invalid"
    DAY_INVALID = "day_invalid"
    ENDPOINT_REFUSED = "endpoint_refused"
    SOLVE_REFUSED = "solve_refused"
    RATE_LIMITED = "rate_limited"
    INTERNAL = "internal"
    CITY_NOT_READY = "city_not_ready"
    DATABASE_UNAVAILABLE = "database_unavailable"


PROBLEMS: Mapping[Code, Problem] = {
    Code.MALFORMED: Problem(400, "The request cannot be understood"),
    Code.UNAUTHENTICATED: Problem(401, "There is no valid API key"),
    Code.KEY_EXPIRED: Problem(401, "The API key has expired"),
    Code.KEY_REVOKED: Problem(401, "The API key was revoked"),
    Code.SCOPE_MISSING: Problem(403, "The API key is not for this"),
    Code.CITY_NOT_ALLOWED: Problem(403, "The API key is not for this city"),
    Code.STANDING: Problem(403, "The customer may not take another place"),
    Code.NOT_FOUND: Problem(404, "There is no such thing"),
    Code.METHOD_NOT_ALLOWED: Problem(405, "This cannot be done here"),
    Code.SLOT_TAKEN: Problem(409, "The slot is not free any more"),
    Code.SLOT_USED: Problem(409, "The slot was booked before"),
    Code.WRONG_STATE: Problem(409, "This is not possible as things stand"),
    Code.CANNOT_BE_TRUE: Problem(409, "This cannot be true as things stand"),
    Code.PLAN_REFUSED: Problem(409, "The plan cannot be changed in this way"),
    Code.KEY_REUSED: Problem(409, "The idempotency key was used for another request"),
    Code.KEY_IN_FLIGHT: Problem(409, "A request with this idempotency key is under way"),
    Code.SLOT_EXPIRED: Problem(410, "The slot has expired"),
    Code.HOLD_EXPIRED: Problem(410, "The hold has expired"),
    Code.BODY_TOO_LARGE: Problem(413, "The body is too large"),
    Code.INVALID: Problem(422, "The request is not valid"),
    Code.OUT_OF_AREA: Problem(422, "The place is outside the city's area"),
    Code.SLOT_INVALID: Problem(422, "The slot id is not one of yours"),
    Code.DAY_INVALID: Problem(422, "The day cannot be used"),
    Code.ENDPOINT_REFUSED: Problem(422, "Nothing is sent to this address"),
    Code.SOLVE_REFUSED: Problem(422, "The day is not solved"),
    Code.RATE_LIMITED: Problem(429, "Too many requests"),
    Code.INTERNAL: Problem(500, "Something went wrong here"),
    Code.CITY_NOT_READY: Problem(503, "The city is not ready here"),
    Code.DATABASE_UNAVAILABLE: Problem(503, "The database does not answer"),
}


class FieldError(NamedTuple):
    """What is wrong with one field.

    Attributes:
        field: Where it stands in the request, dots between the steps.
        message: What is wrong with it.
        action: What to do about it.
    """

    field: str
    message: str
    action: str


class ServiceError(Exception):
    """Something is refused and nothing has changed.

    Attributes:
        code: Which kind of refusal.
        detail: What is wrong, with the values.
        action: What to do about it.
        errors: The fields at fault, if any are.
        extra: Further members of the answer.
        retry_after_s: Seconds after which it may work, where that is known.
    """

    def __init__(
        self,
        code: Code,
        detail: str,
        action: str,
        *,
        errors: tuple[FieldError, ...] = (),
        extra: Mapping[str, Any] | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(f"{detail}; {action}")
        self.code = code
        self.detail = detail
        self.action = action
        self.errors = errors
        self.extra = dict(extra or {})
        self.retry_after_s = retry_after_s

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return PROBLEMS[self.code].status


def not_found(noun: str, one: str) -> ServiceError:
    """There is no such thing, or it is not the caller's to see."""
    return ServiceError(
        Code.NOT_FOUND, f"there is no {noun} '{one}'", "check the id, and whose key you use"
    )


def invalid(field: str, message: str, action: str, *, code: Code = Code.INVALID) -> ServiceError:
    """One field is at fault."""
    return ServiceError(
        code, f"{field}: {message}", action, errors=(FieldError(field, message, action),)
    )
