"""How often each key may ask: a bucket of tokens that fills up steadily."""

import time
from dataclasses import dataclass
from math import ceil

from starlette.types import Scope

from dispatch.api.context import add_header
from dispatch.service.errors import Code, ServiceError

_MOST_BUCKETS = 10_000


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_s: float


class Limiter:
    """Used by one thread, that of the event loop.

    Args:
        per_s: Requests a second that a key may go on with.
        burst: Requests that it may make at once.
    """

    def __init__(self, *, per_s: float, burst: int) -> None:
        self._per_s = per_s
        self._burst = burst
        self._buckets: dict[str, _Bucket] = {}

    def take(self, who: str, scope: Scope) -> None:
        """Counts a request, and tells in the headers of its answer how many are left.

        Raises:
            ServiceError: There were too many.
        """
        now_s = time.monotonic()
        bucket = self._buckets.get(who)
        if bucket is None:
            self._forget_full(now_s)
            bucket = self._buckets[who] = _Bucket(self._burst, now_s)
        grown = bucket.tokens + (now_s - bucket.at_s) * self._per_s
        bucket.tokens, bucket.at_s = min(self._burst, grown), now_s
        is_allowed = bucket.tokens >= 1
        if is_allowed:
            bucket.tokens -= 1
        missing = self._burst - bucket.tokens
        add_header(scope, "RateLimit-Limit", str(self._burst))
        add_header(scope, "RateLimit-Remaining", str(int(bucket.tokens)))
        add_header(scope, "RateLimit-Reset", str(ceil(missing / self._per_s)))
        if not is_allowed:
            raise ServiceError(
                Code.RATE_LIMITED,
                f"more than {self._per_s:g} requests a second, and {self._burst} at once",
                "wait as long as the Retry-After header says",
                retry_after_s=max(1, ceil((1 - bucket.tokens) / self._per_s)),
            )

    def _forget_full(self, now_s: float) -> None:
        """Buckets that are full again need not be remembered."""
        if len(self._buckets) < _MOST_BUCKETS:
            return
        full_after_s = self._burst / self._per_s
        self._buckets = {
            who: one for who, one in self._buckets.items() if now_s - one.at_s < full_after_s
        }
