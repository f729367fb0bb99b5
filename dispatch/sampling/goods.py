"""What is collected, and what stands between the courier and it.

No weights or floors of returns are published; the figures are assumptions. Parcels are clothes,
shoes and small devices, log-normal around 1.5 kg and 6 litres. Bulky pieces are drawn from a short
list of furniture and appliances with usual weights and shipping volumes. Buildings up to six
storeys have no lift (GB 50096-2011, the design code for residential buildings, asks for one from
seven storeys on).
"""

from dataclasses import dataclass

import numpy as np

from dispatch.domain.requests import Load, PickupClass

_PARCEL_KG = (1.5, 0.8, 0.1, 20.0)  # median, sigma of the logarithm, least, most
_PARCEL_LITRES = (6.0, 0.8, 0.3, 60.0)
_PARCEL_PIECES = ((1, 2, 3), (0.88, 0.09, 0.03))

_WALK_UP_SHARE = 0.35
_WALK_UP_FLOORS = 6
_TOWER_FLOORS = 26


@dataclass(frozen=True, slots=True)
class _BulkyPiece:
    """A kind of bulky goods: share of requests, kg, litres, share to be taken apart."""

    share: float
    kg: float
    litres: float
    disassembly: float


_BULKY_PIECES = (
    _BulkyPiece(0.16, 65, 350, 0.0),  # washing machine
    _BulkyPiece(0.12, 75, 750, 0.0),  # refrigerator
    _BulkyPiece(0.12, 28, 300, 0.0),  # television
    _BulkyPiece(0.16, 60, 1400, 0.3),  # sofa
    _BulkyPiece(0.10, 90, 1100, 0.9),  # wardrobe
    _BulkyPiece(0.10, 70, 1000, 0.9),  # bed
    _BulkyPiece(0.12, 35, 500, 0.5),  # table or desk
    _BulkyPiece(0.12, 14, 280, 0.0),  # chair
)
_BULKY_VARIATION = 0.2
_BULKY_PAIR_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Goods:
    """One request's load and its way out of the building."""

    load: Load
    floor: int
    lift: bool
    disassembly: bool


def draw_goods(kind: PickupClass, rng: np.random.Generator) -> Goods:
    """Goods of one request."""
    load, disassembly = _parcel(rng) if kind is PickupClass.PARCEL else _bulky(rng)
    walk_up = bool(rng.random() < _WALK_UP_SHARE)
    floor = int(rng.integers(_WALK_UP_FLOORS if walk_up else _TOWER_FLOORS))
    return Goods(load, floor, not walk_up, disassembly)


def _parcel(rng: np.random.Generator) -> tuple[Load, bool]:
    pieces = int(rng.choice(_PARCEL_PIECES[0], p=_PARCEL_PIECES[1]))
    kg, litres = (_log_normal(figures, rng) for figures in (_PARCEL_KG, _PARCEL_LITRES))
    return _load(kg, litres, pieces), False


def _bulky(rng: np.random.Generator) -> tuple[Load, bool]:
    shares = [piece.share for piece in _BULKY_PIECES]
    piece = _BULKY_PIECES[int(rng.choice(len(shares), p=shares))]
    pieces = 2 if rng.random() < _BULKY_PAIR_SHARE else 1
    size = rng.uniform(1 - _BULKY_VARIATION, 1 + _BULKY_VARIATION) * pieces
    return _load(piece.kg * size, piece.litres * size, pieces), bool(
        rng.random() < piece.disassembly
    )


def _load(kg: float, litres: float, pieces: int) -> Load:
    """Weighed to ten grams and measured to a tenth of a litre."""
    return Load(weight_g=round(kg * 100) * 10, volume_ml=round(litres * 10) * 100, pieces=pieces)


def _log_normal(figures: tuple[float, float, float, float], rng: np.random.Generator) -> float:
    median, sigma, least, most = figures
    return float(np.clip(median * rng.lognormal(0.0, sigma), least, most))
