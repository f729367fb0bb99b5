"""Which windows people ask for, where no history says so: the pattern measured on recorded days."""

from collections import Counter
from collections.abc import Iterable
from functools import cache

from dispatch.capacity.forecast.demand import WindowShare
from dispatch.domain.requests import PickupClass
from dispatch.sampling.demand import draw_wishes
from dispatch.simulation.streams import stream

_STEP_S = 1_800
_DRAWN = 20_000
_RARE = 0.001


@cache
def usual_windows(kind: PickupClass) -> tuple[WindowShare, ...]:
    """Windows of `dispatch.sampling.demand`, by their shares of many requests drawn."""
    rng = stream(0, "capacity", "windows", kind)
    wishes = draw_wishes(kind, _DRAWN, rng)
    return window_shares(wish.windows[0] for wish in wishes)


def window_shares(windows: Iterable[tuple[int, int]]) -> tuple[WindowShare, ...]:
    """Shares of windows in seconds since midnight, both ends rounded to half hours.

    Those that fewer than one in a thousand ask for are left out.
    """
    counts = Counter((_rounded(start_s), _rounded(end_s)) for start_s, end_s in windows)
    total = counts.total()
    kept = {window: count for window, count in counts.items() if count >= _RARE * total}
    asked = sum(kept.values())
    return tuple(
        WindowShare(start_s, max(end_s, start_s + _STEP_S), count / asked)
        for (start_s, end_s), count in sorted(kept.items())
    )


def _rounded(second: int) -> int:
    return round(second / _STEP_S) * _STEP_S
