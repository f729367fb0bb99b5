"""Requests drawn from the OpenAPI document get answers that it documents."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

ENDLESS = {"/v1/cities/{city}/events"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def test_requests_drawn_from_the_document_get_documented_answers(admin: TestClient) -> None:
    headers = {"Authorization": admin.headers["Authorization"]}
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", already_begun(admin.app))
    wrong, tried = [], 0
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if operation.path in ENDLESS:
            continue
        tried += 1
        try:
            hold_answers_against_the_document(operation, headers)
        except Exception as error:
            wrong.append(f"{operation.label}: {error}")
    assert not wrong, "\n\n".join(wrong)
    assert tried > 30


def already_begun(app: Any) -> Any:
    """The application for a caller that would begin and end it anew."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        for step in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{step}.complete"})

    return answer


def hold_answers_against_the_document(operation: Any, headers: dict[str, str]) -> None:
    @settings(
        max_examples=3,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def answers_as_documented(case: Any) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    answers_as_documented()
