"""Cities, their configuration, and who did what."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import AwareDatetime

from dispatch.client.transport import Transport, path_of
from dispatch.client.types import Received


class City(Received):
    """A city; ``ready`` tells whether it is open in the process that answered."""

    id: str
    name: str
    ready: bool


class CityConfiguration(Received):
    """A city with all there is to set."""

    id: str
    config: dict[str, Any]
    updated_at: AwareDatetime


class Deed(Received):
    """Something that somebody did."""

    id: int
    at: AwareDatetime
    actor: str
    action: str
    subject: str | None = None
    request_id: str | None = None
    detail: dict[str, Any]


class CitiesClient:
    """Cities of a service, for those who run it.

    Args:
        transport: To the service.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self) -> tuple[City, ...]:
        """Those that your key is for."""
        answer = self._transport.get(path_of("cities"))
        return tuple(City.model_validate(one) for one in answer["cities"])

    def get(self, city: str) -> CityConfiguration:
        """A city's configuration."""
        return CityConfiguration.model_validate(self._transport.get(path_of("cities", city)))

    def put(self, city: str, config: Mapping[str, Any]) -> CityConfiguration:
        """Adds a city, or gives it this configuration, whole."""
        answer = self._transport.put(path_of("cities", city), config)
        return CityConfiguration.model_validate(answer)

    def audit(self, *, city: str | None = None, subject: str | None = None) -> Iterator[Deed]:
        """Who did what, the newest first, fetched as it is asked for."""
        before: int | None = None
        while True:
            params = {"city": city, "subject": subject, "before": before}
            page = self._transport.get(path_of("audit"), params)
            yield from (Deed.model_validate(one) for one in page["deeds"])
            before = page.get("next_before")
            if before is None:
                return
