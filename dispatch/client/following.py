"""Following a city: steps of pickups as they happen, without gaps over lost connections."""

import time
from collections.abc import Iterable, Iterator

import httpx

from dispatch.client.errors import ApiError
from dispatch.client.transport import Transport, path_of, read
from dispatch.client.types import Step

_PAUSE_S = 1.0
_TRY_AGAIN = frozenset({429, 502, 503, 504})


def follow(transport: Transport, city: str, after: int | None) -> Iterator[Step]:
    """Steps from after the one with this id on, for ever; connects again where it is cut off.

    Raises:
        ApiError: The service refuses.
    """
    path = path_of("cities", city, "events")
    while True:
        headers = {} if after is None else {"last-event-id": str(after)}
        try:
            with transport.stream(path, headers) as response:
                if not response.is_success:
                    response.read()
                    read(response)
                for step in steps_of(response.iter_lines()):
                    after = step.id
                    yield step
        except httpx.TransportError:
            time.sleep(_PAUSE_S)
        except ApiError as error:
            if error.status not in _TRY_AGAIN:
                raise
            time.sleep(error.retry_after_s or _PAUSE_S)


def steps_of(lines: Iterable[str]) -> Iterator[Step]:
    """The steps in lines of server-sent events; comments and all but ``data`` are passed over."""
    for line in lines:
        name, _, value = line.partition(":")
        if name == "data":
            yield Step.model_validate_json(value)
