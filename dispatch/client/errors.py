"""What can go wrong, told apart by what the caller can do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class ClientError(Exception):
    """Every error of this package."""


class NoAnswerError(ClientError):
    """The service did not answer, also after trying again.

    Whether something was done is not known. Call again with the same idempotency key: what was done
    is answered, not done twice.

    Attributes:
        idempotency_key: Of the request, if it had one.
    """

    def __init__(self, message: str, idempotency_key: str | None) -> None:
        self.idempotency_key = idempotency_key
        super().__init__(message)


class WebhookError(ClientError):
    """A webhook that was not sent by the service, or not now."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """What is wrong with one field of a request.

    Attributes:
        field: Where it is, such as ``items.0.weight_g``.
        message: What is wrong.
        action: What to do.
    """

    field: str
    message: str
    action: str


class ApiError(ClientError):
    """The service refused; nothing has changed.

    Attributes:
        status: HTTP status.
        code: Stable name of the problem, such as ``slot_taken``.
        title: Of the problem.
        detail: What is wrong, with the values.
        action: What to do about it.
        fields: The fields at fault, if any are.
        request_id: To ask whoever runs the service.
        retry_after_s: Seconds after which it may work, if that is known.
        members: The whole problem, with what else it carries.
    """

    def __init__(
        self,
        status: int,
        members: Mapping[str, Any],
        *,
        retry_after_s: float | None,
        request_id: str | None,
    ) -> None:
        self.status = status
        self.members = dict(members)
        self.code = str(members.get("code", "unknown"))
        self.title = str(members.get("title", ""))
        self.detail = str(members.get("detail", ""))
        self.action = str(members.get("action", ""))
        self.request_id = str(members.get("request_id") or request_id or "")
        self.retry_after_s = retry_after_s
        self.fields = _fields(members.get("errors"))
        told = "; ".join(part for part in (self.detail or self.title, self.action) if part)
        super().__init__(f"{status} {self.code}: {told}")


def _fields(errors: Any) -> Sequence[FieldProblem]:
    if not isinstance(errors, list):
        return ()
    return tuple(
        FieldProblem(
            field=str(one.get("field", "")),
            message=str(one.get("message", "")),
            action=str(one.get("action", "")),
        )
        for one in errors
        if isinstance(one, dict)
    )
