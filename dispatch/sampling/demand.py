"""When shoppers want to be visited, and when they ask.

The figures for parcels are measured on one recorded day of pickups in each of Hangzhou, Yantai
and Jilin (Cainiao LaDe-P, 3,435 requests): 91 to 99.5 % of windows last exactly two hours, most of
them on the grid 09-11 .. 17-19 and the others "within two hours of asking"; 95 % are asked on
the day itself. Furniture is booked ahead and on the grid only: an assumption.
"""

from dataclasses import dataclass

import numpy as np

from dispatch.domain.requests import PickupClass

HOUR_S = 3_600
GRID_H = (9, 11, 13, 15, 17)
WINDOW_S = 2 * HOUR_S

# The grid windows, then "now", one hour of the grid, and all day.
_PARCEL_SHARES = (0.320, 0.150, 0.135, 0.105, 0.125, 0.140, 0.010, 0.015)
_NOW, _ONE_HOUR, _ALL_DAY = 5, 6, 7
_ALL_DAY_END_S = 21 * HOUR_S
# Crews have few places to give away in the morning, so that later windows are chosen more.
_BULKY_SHARES = (0.28, 0.17, 0.20, 0.19, 0.16)

# Requests by the hour in which they are asked on the pickup day, 07 to 16.
_ASKED_BY_HOUR = np.array([772, 935, 427, 192, 174, 183, 157, 159, 142, 116], dtype=np.float64)
_FIRST_ASKED_H = 7
# People ask for a window soon to come: each hour of lead is chosen at this rate of the one before.
_LEAD_DECAY = 0.8

_ASKED_AHEAD = {PickupClass.PARCEL: 0.05, PickupClass.BULKY: 0.6}
_SECOND_WINDOW = {PickupClass.PARCEL: 0.02, PickupClass.BULKY: 0.08}


@dataclass(frozen=True, slots=True)
class Wish:
    """When one request may be served, seconds since midnight.

    Attributes:
        windows: One or two windows, in rising order.
        asked_s: When the shopper asked; negative on the days before.
    """

    windows: tuple[tuple[int, int], ...]
    asked_s: int


def draw_wishes(kind: PickupClass, count: int, rng: np.random.Generator) -> list[Wish]:
    """Wishes of ``count`` requests of one class."""
    shares = _PARCEL_SHARES if kind is PickupClass.PARCEL else _BULKY_SHARES
    choices = rng.choice(len(shares), count, p=shares)
    return [_wish(kind, int(choice), rng) for choice in choices]


def _wish(kind: PickupClass, choice: int, rng: np.random.Generator) -> Wish:
    if choice == _NOW:
        asked_s = _asked_between(GRID_H[0], 17, rng)
        return Wish(((asked_s, asked_s + WINDOW_S),), asked_s)
    if choice == _ALL_DAY:
        start_s, end_s = GRID_H[0] * HOUR_S, _ALL_DAY_END_S
    elif choice == _ONE_HOUR:
        start_s = int(rng.integers(GRID_H[0], 18)) * HOUR_S
        end_s = start_s + HOUR_S
    else:
        start_s = GRID_H[choice] * HOUR_S
        end_s = start_s + WINDOW_S
    windows = [(start_s, end_s)]
    if choice < len(GRID_H) - 2 and rng.random() < _SECOND_WINDOW[kind]:
        later_s = GRID_H[int(rng.integers(choice + 2, len(GRID_H)))] * HOUR_S
        windows.append((later_s, later_s + WINDOW_S))
    if rng.random() < _ASKED_AHEAD[kind]:
        asked_s = -int(rng.integers(2 * HOUR_S // 60, 16 * HOUR_S // 60)) * 60
    else:
        asked_s = _asked_before(start_s, rng)
    return Wish(tuple(windows), asked_s)


def _asked_before(start_s: int, rng: np.random.Generator) -> int:
    """A minute of the day before a window that begins then."""
    hours = np.arange(_FIRST_ASKED_H, min(start_s // HOUR_S, _FIRST_ASKED_H + len(_ASKED_BY_HOUR)))
    lead = start_s // HOUR_S - 1 - hours
    weights = _ASKED_BY_HOUR[: len(hours)] * _LEAD_DECAY**lead
    hour = int(rng.choice(hours, p=weights / weights.sum()))
    return hour * HOUR_S + int(rng.integers(60)) * 60


def _asked_between(first_h: int, end_h: int, rng: np.random.Generator) -> int:
    weights = _ASKED_BY_HOUR[first_h - _FIRST_ASKED_H : end_h - _FIRST_ASKED_H]
    hour = first_h + int(rng.choice(len(weights), p=weights / weights.sum()))
    return hour * HOUR_S + int(rng.integers(60)) * 60
