"""Who is asking, and what they may do."""

import time
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from dispatch.api.context import request_id_of
from dispatch.api.limits import Limiter
from dispatch.service.clock import Clock
from dispatch.service.errors import Code, ServiceError
from dispatch.storage import keys
from dispatch.storage.database import Database
from dispatch.storage.keys import ApiKey, KeyState, Scope

_KNOWN_FOR_S = 2.0
_MOST_KNOWN = 10_000
_NOTED_EVERY_S = 300.0

_bearer = HTTPBearer(auto_error=False, description="An API key: `dsp_…`.")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is asking.

    Attributes:
        key: Their API key.
        request_id: Of the request.
    """

    key: ApiKey
    request_id: str

    @property
    def client_id(self) -> str:
        """Whose key it is."""
        return self.key.client_id

    def may(self, scope: Scope) -> bool:
        """Whether the key has this scope, or the one that has all."""
        return scope in self.key.scopes or Scope.ADMIN in self.key.scopes

    @property
    def sees_only(self) -> str | None:
        """The only client whose pickups the caller sees; ``None`` for who sees all of a city."""
        return None if self.may(Scope.PLANNER) else self.client_id

    def refuse_other_city(self, city: str) -> None:
        """Raises :class:`ServiceError` unless the key counts in the city."""
        if not self.key.counts_in(city):
            raise ServiceError(
                Code.CITY_NOT_ALLOWED,
                f"the key '{self.key.id}' is not for {city}",
                "use a key for this city",
            )


class KeyRing:
    """Knows keys for a moment, so that not every request asks the database.

    A key that is revoked opens doors for :data:`_KNOWN_FOR_S` seconds more at most.

    Args:
        database: Where keys are kept.
        clock: Tells when keys expire.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._known: dict[str, tuple[float, ApiKey]] = {}
        self._noted: dict[str, float] = {}

    async def key(self, token: str) -> ApiKey:
        """The key of a token.

        Raises:
            ServiceError: It is of none, or of one that opens nothing any more.
        """
        known = self._known.get(token)
        if known is not None and time.monotonic() - known[0] < _KNOWN_FOR_S:
            key = known[1]
        else:
            found = await run_in_threadpool(self._look_up, token)
            if found is None:
                self._known.pop(token, None)
                raise _no_key("the API key is not known")
            key = found
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[token] = (time.monotonic(), key)
        state = key.state(self._clock.now())
        if state is KeyState.EXPIRED:
            raise ServiceError(
                Code.KEY_EXPIRED, f"the key '{key.id}' has expired", "use its successor"
            )
        if state is KeyState.REVOKED:
            raise ServiceError(
                Code.KEY_REVOKED, f"the key '{key.id}' was revoked", "ask for another key"
            )
        return key

    def _look_up(self, token: str) -> ApiKey | None:
        with self._database.read() as tx:
            key = keys.authenticate(tx, token)
        if key is not None and time.monotonic() - self._noted.get(key.id, -1e9) > _NOTED_EVERY_S:
            self._noted[key.id] = time.monotonic()
            with self._database.write() as tx:
                keys.note_use(tx, key.id, at=self._clock.now())
        return key


async def _caller(request: Request, credentials: HTTPAuthorizationCredentials | None) -> Caller:
    limiter: Limiter = request.app.state.limiter
    address = request.client.host if request.client else "unknown"
    if credentials is None:
        limiter.take(f"address {address}", request.scope)
        raise _no_key("there is no Authorization header with a bearer token")
    ring: KeyRing = request.app.state.keys
    try:
        key = await ring.key(credentials.credentials)
    except ServiceError:
        limiter.take(f"address {address}", request.scope)
        raise
    request.scope["state"]["key_id"] = key.id
    limiter.take(key.id, request.scope)
    return Caller(key, request_id_of(request.scope))


def caller_with(*scopes: Scope) -> Any:
    """A dependency: the caller, whose key must have one of these scopes (or ``admin``)."""

    async def checked(
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> Caller:
        caller = await _caller(request, credentials)
        if not any(caller.may(scope) for scope in scopes):
            wanted = " or ".join(sorted(scopes))
            raise ServiceError(
                Code.SCOPE_MISSING,
                f"the key '{caller.key.id}' has the scopes {', '.join(sorted(caller.key.scopes))}",
                f"use a key with the scope {wanted}",
            )
        return caller

    return Depends(checked)


Returns = Annotated[Caller, caller_with(Scope.RETURNS)]
Courier = Annotated[Caller, caller_with(Scope.COURIER)]
Planner = Annotated[Caller, caller_with(Scope.PLANNER)]
Admin = Annotated[Caller, caller_with(Scope.ADMIN)]
ReturnsOrPlanner = Annotated[Caller, caller_with(Scope.RETURNS, Scope.PLANNER)]
Anybody = Annotated[Caller, caller_with(*Scope)]


def _no_key(detail: str) -> ServiceError:
    return ServiceError(
        Code.UNAUTHENTICATED, detail, "send 'Authorization: Bearer dsp_…' with a key of yours"
    )
