"""The OpenAPI document: every endpoint, every refusal."""

import json
from typing import Any

from starlette.testclient import TestClient

from dispatch.service.errors import PROBLEMS, Code


def test_every_refusal_has_a_kind() -> None:
    assert set(PROBLEMS) == set(Code)


def test_every_endpoint_documents_its_refusals(door: TestClient) -> None:
    document = door.get("/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert "HTTPValidationError" not in json.dumps(document)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if path.startswith("/health"):
                continue
            documented = set(operation["responses"])
            assert {"401", "403", "422", "429", "500", "503"} <= documented, (method, path)
            assert operation["summary"]
            assert operation["description"]
            for status, response in operation["responses"].items():
                if status.startswith(("4", "5")):
                    assert list(response["content"]) == ["application/problem+json"]


def test_every_post_takes_an_idempotency_key_but_questions(door: TestClient) -> None:
    document = door.get("/v1/openapi.json").json()
    without = {
        path
        for path, operations in document["paths"].items()
        if "post" in operations
        and "Idempotency-Key"
        not in [one["name"] for one in operations["post"].get("parameters", [])]
    }
    assert without == {"/v1/slots"}


def test_examples_are_valid(door: TestClient) -> None:
    document = door.get("/v1/openapi.json").json()
    schema: dict[str, Any] = document["components"]["schemas"]["SlotsRequest"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["city"]["examples"] == ["hangzhou"]
