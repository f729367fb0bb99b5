"""The OpenAPI document: FastAPI's, with what it cannot know."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from dispatch.api.problems import ProblemBody

_HEADERS = {
    "X-Request-Id": {
        "description": "Of the request: as you sent it, or a new one. The log names it.",
        "schema": {"type": "string"},
    }
}


def document_of(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """A function that builds the document once."""
    built: dict[str, Any] = {}

    def document() -> dict[str, Any]:
        if not built:
            built.update(_build(app))
        return built

    return document


def _build(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        openapi_version="3.1.0",
        description=app.description,
        routes=app.routes,
    )
    schemas = document["components"]["schemas"]
    schemas["ProblemBody"] = ProblemBody.model_json_schema(
        ref_template="#/components/schemas/{model}"
    )
    schemas |= schemas["ProblemBody"].pop("$defs", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    for path in document["paths"].values():
        for operation in path.values():
            for response in operation["responses"].values():
                response.setdefault("headers", {}).update(_HEADERS)
    return document
