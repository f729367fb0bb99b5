"""Parameters in the query of a request."""

from collections.abc import Iterator
from urllib.parse import parse_qsl

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from dispatch.service.errors import invalid


async def refuse_unknown_queries(request: Request) -> None:
    """A dependency: a parameter that the endpoint does not have is refused, not passed over.

    Raises:
        ServiceError: There is one.
    """
    query = request.scope["query_string"]
    route = request.scope.get("route")
    if not query or not isinstance(route, APIRoute):
        return
    known = set(_names(route.dependant))
    for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True):
        if name not in known:
            raise invalid(name, "there is no such parameter", "leave it out, or correct its name")


def _names(dependant: Dependant) -> Iterator[str]:
    yield from (parameter.alias for parameter in dependant.query_params)
    for part in dependant.dependencies:
        yield from _names(part)
