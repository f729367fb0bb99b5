"""What every answer of an OSRM server has in common: a status and a code."""

import re
from collections.abc import Sequence
from typing import Any

from geo.errors import GeoError
from geo.routers.errors import RouterUnavailableError

# docs/http.md of Project-OSRM/osrm-backend lists the codes.
_REMEDIES = {
    "NoSegment": "correct the place, or use a server whose map covers it",
    "InvalidUrl": "check the url and the profile of the server",
    "InvalidService": "use a server that has the table, route and nearest services",
    "InvalidVersion": "use a server of protocol version v1",
    "NotImplemented": "prepare the server's data for many-to-many search",
}
_STATUS_REMEDIES = {
    401: "give user and password in the url, or ask the server's owner",
    403: "ask the server's owner for access",
    404: "check the url and the profile of the server",
}
_TOO_LONG = frozenset({413, 414, 431})
_COORDINATE = re.compile(r"coordinate (\d+)")
_SHOWN_CHARS = 200


class TooLongError(Exception):
    """The URL is longer than the server, or something in front of it, takes."""


class TooBigError(Exception):
    """More pairs or places in one request than the server works on."""


class NoRouteError(Exception):
    """There is no way between two of the places."""


def accepted(status: int, payload: Any, *, places: Sequence[str], server: str) -> dict[str, Any]:
    """The payload of an answer with code Ok.

    Args:
        status: HTTP status.
        payload: decoded JSON.
        places: the places of the request in order, to name the one a message counts out.
        server: the server as it may be shown.

    Raises:
        TooLongError: The URL has to be shorter.
        TooBigError: The request has to be smaller.
        NoRouteError: Some of the places are not joined.
        GeoError: `router.refused` for any other code.
        RouterUnavailableError: `router.answer` where there is no code.
    """
    if status in _TOO_LONG:
        raise TooLongError
    code = payload.get("code") if isinstance(payload, dict) else None
    if not isinstance(code, str):
        if status in _STATUS_REMEDIES:
            cause = f"the routing server {server} refuses the request with status {status}"
            raise GeoError("router.refused", cause, _STATUS_REMEDIES[status])
        raise RouterUnavailableError(
            "router.answer",
            f"the routing server {server} answers with status {status} and no code of OSRM",
            "check that the url is that of an OSRM server",
        )
    if code == "Ok":
        return dict(payload)
    if code == "TooBig":
        raise TooBigError
    if code == "NoRoute":
        raise NoRouteError
    message = str(payload.get("message", ""))[:_SHOWN_CHARS]
    counted = _COORDINATE.search(message)
    if counted and int(counted[1]) < len(places):
        message += f", which is {places[int(counted[1])]}"
    raise GeoError(
        "router.refused",
        f"the routing server {server} refuses the request: {code}" + (message and f" ({message})"),
        _REMEDIES.get(code, "check the server, its version and its data"),
    )
