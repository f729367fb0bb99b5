"""Refusals as ``application/problem+json`` (RFC 9457), whatever went wrong."""

import json
import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from dispatch.api.context import MEDIA_TYPE, problem_of, request_id_of
from dispatch.service.errors import PROBLEMS, Code, FieldError, ServiceError
from dispatch.storage.errors import LeaseLostError, StorageUnavailableError

log = logging.getLogger(__name__)

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_MOST_ERRORS = 20
_MOST_VALUE = 60

_OF_STATUS = {
    404: (Code.NOT_FOUND, "check the path; /v1/openapi.json lists what there is"),
    405: (Code.METHOD_NOT_ALLOWED, "use a method that the Allow header names"),
}


class ProblemField(BaseModel):
    """What is wrong with one field."""

    field: str = Field(examples=["items.0.weight_g"])
    message: str = Field(examples=["Input should be greater than 0"])
    action: str = Field(examples=["correct this field"])


class ProblemBody(BaseModel):
    """A refusal; nothing has changed."""

    type: str = Field(examples=["urn:pickup-dispatch:problem:slot_taken"])
    title: str = Field(examples=["The slot is not free any more"])
    status: int = Field(examples=[409])
    code: str = Field(description="Stable.", examples=["slot_taken"])
    detail: str = Field(examples=["the window cannot be kept any more (full)"])
    action: str = Field(description="What to do.", examples=["ask for slots again"])
    request_id: str = Field(examples=["req_01m7vq6mzr7xkt1b0e5v9g2h3j"])
    errors: list[ProblemField] | None = None


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For the OpenAPI document: the refusals of an endpoint beside those of all."""
    titles: dict[int, list[str]] = {}
    for code, problem in PROBLEMS.items():
        titles.setdefault(problem.status, []).append(f"`{code}`: {problem.title.lower()}")
    everywhere = (400, 401, 403, 413, 422, 429, 500, 503)
    return {
        status: {
            "description": "; ".join(titles[status]),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}},
        }
        for status in sorted({*everywhere, *statuses})
    }


def problem_response(
    request: Request, error: ServiceError, headers: Mapping[str, str] | None = None
) -> Response:
    """A refusal as an answer."""
    body = problem_of(error, request_id_of(request.scope))
    sent = dict(headers or {})
    if error.retry_after_s is not None:
        sent["Retry-After"] = str(error.retry_after_s)
    if error.status == 401:
        sent["WWW-Authenticate"] = "Bearer"
    content = json.dumps(body, ensure_ascii=False)
    return Response(content, status_code=error.status, headers=sent, media_type=MEDIA_TYPE)


def handle_problems(app: FastAPI) -> None:
    """Answers every error of an application with a problem."""
    app.add_exception_handler(ServiceError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(StorageUnavailableError, _no_database)
    app.add_exception_handler(LeaseLostError, _not_ours)


def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, ServiceError):
        raise error
    return problem_response(request, error)


def _invalid(request: Request, error: Exception) -> Response:
    details = error.errors() if isinstance(error, RequestValidationError) else []
    if details and details[0]["type"] == "json_invalid":
        why = f"the body is not JSON: {details[0]['ctx']['error']}"
        return problem_response(request, ServiceError(Code.MALFORMED, why, "send valid JSON"))
    fields = tuple(_field(one) for one in details[:_MOST_ERRORS])
    first = fields[0] if fields else FieldError("body", "is not valid", "see the documentation")
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    return problem_response(
        request,
        ServiceError(
            Code.INVALID, f"{first.field}: {first.message}{more}", first.action, errors=fields
        ),
    )


def _field(details: Mapping[str, Any]) -> FieldError:
    place = [str(part) for part in details["loc"] if part not in ("body", "query", "path")]
    name = ".".join(place) or "body"
    if details["type"] == "extra_forbidden":
        return FieldError(name, "there is no such field", "leave it out, or correct its name")
    if details["type"] == "missing":
        return FieldError(name, "it is missing", "give it")
    value = details.get("input")
    shown = f", not {value!r:.{_MOST_VALUE}}" if isinstance(value, str | int | float) else ""
    message = details["msg"].removeprefix("Value error, ")
    return FieldError(name, f"{message}{shown}", "correct this field")


def _plain(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    code, action = _OF_STATUS.get(status, (Code.MALFORMED, "correct the request"))
    if code is Code.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(sorted(_allowed(request)))
    detail = f"{request.method} {request.url.path}: {PROBLEMS[code].title.lower()}"
    return problem_response(request, ServiceError(code, detail, action), headers)


def _allowed(request: Request) -> set[str]:
    """The methods of everything at the path; the framework names those of the first match alone."""
    return {
        method
        for method in _METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    }


def _no_database(request: Request, error: Exception) -> Response:
    log.error("the database does not answer: %s", error)
    refusal = ServiceError(
        Code.DATABASE_UNAVAILABLE,
        "the database does not answer",
        "try again; with the same Idempotency-Key nothing is done twice",
        retry_after_s=2,
    )
    return problem_response(request, refusal)


def _not_ours(request: Request, error: Exception) -> Response:  # noqa: ARG001
    refusal = ServiceError(
        Code.CITY_NOT_READY,
        "another process has just taken over this city",
        "try again in some seconds",
        retry_after_s=2,
    )
    return problem_response(request, refusal)
