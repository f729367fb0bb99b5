"""A picture of a street network: who may use what, at a glance."""

import io
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from dispatch.reports.page.palette import BULKY, DRIVE, INK, UNLOAD
from geo.coordinates import FloatArray
from geo.projection import LocalProjection
from geo.roads.highways import HIGHWAYS, VEHICLE_BITS
from geo.roads.network import RoadNetwork

LONG_SIDE_PX = 1_600
_MARGIN_PX = 40
_FOOT_PX = 56
# Drawn larger and scaled down, for lines without steps.
_OVERSAMPLE = 2
_PAPER = "#FFFFFF"
_BOTH = sum(VEHICLE_BITS.values())
_ONLY = {"van": (BULKY, "vans only"), "ebike": (UNLOAD, "e-bikes only")}
_WIDTH_PX = {"motorway": 3.0, "trunk": 3.0, "primary": 2.4, "secondary": 1.8, "tertiary": 1.3}
_THINNEST_PX = 0.8
_SCALE_BARS_M = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Where metres come to lie on the picture."""

    west_m: float
    north_m: float
    px_per_m: float
    width_px: int
    height_px: int

    def place(self, xy_m: FloatArray) -> FloatArray:
        """Return pixels of the oversampled picture for metres, shape (p, 2)."""
        right = (xy_m[:, 0] - self.west_m) * self.px_per_m + _MARGIN_PX
        down = (self.north_m - xy_m[:, 1]) * self.px_per_m + _MARGIN_PX
        return np.column_stack((right, down)) * _OVERSAMPLE


def draw_network(network: RoadNetwork) -> bytes:
    """Return a PNG of the streets, coloured by who may use them, with a scale and attribution."""
    once = (network.reverse < 0) | (np.arange(network.edge_count) < network.reverse)
    edges = np.flatnonzero(once)
    # Main streets come first in HIGHWAYS; drawn last they lie on top.
    edges = edges[np.argsort(-network.highway[edges].astype(np.int64), kind="stable")]
    points, owner = network.lines(edges)
    centre = (points.min(axis=0) + points.max(axis=0)) / 2
    projection = LocalProjection(centre_lon=float(centre[0]), centre_lat=float(centre[1]))
    xy_m = projection.to_xy(points)
    sheet = _sheet(xy_m)
    size = (sheet.width_px * _OVERSAMPLE, sheet.height_px * _OVERSAMPLE)
    picture = Image.new("RGB", size, _PAPER)
    pen = ImageDraw.Draw(picture)
    lines = np.split(sheet.place(xy_m), np.flatnonzero(np.diff(owner)) + 1)
    for edge, line in zip(edges.tolist(), lines, strict=True):
        name = HIGHWAYS[network.highway[edge]].name.removesuffix("_link")
        width = round(_WIDTH_PX.get(name, _THINNEST_PX) * _OVERSAMPLE)
        pen.line(line.ravel().tolist(), fill=_colour(network, edge), width=width, joint="curve")
    picture = picture.resize((sheet.width_px, sheet.height_px), Image.Resampling.LANCZOS)
    _caption(picture, sheet, network)
    file = io.BytesIO()
    picture.save(file, format="PNG", optimize=True)
    return file.getvalue()


def _sheet(xy_m: npt.NDArray[np.float64]) -> _Sheet:
    (west, south), (east, north) = xy_m.min(axis=0), xy_m.max(axis=0)
    room_px = LONG_SIDE_PX - 2 * _MARGIN_PX
    px_per_m = room_px / max(east - west, north - south, 1.0)
    return _Sheet(
        west_m=west,
        north_m=north,
        px_per_m=px_per_m,
        # Wide enough for the caption even where the city is a narrow strip.
        width_px=max(round((east - west) * px_per_m) + 2 * _MARGIN_PX, LONG_SIDE_PX // 2),
        height_px=round((north - south) * px_per_m) + 2 * _MARGIN_PX + _FOOT_PX,
    )


def _colour(network: RoadNetwork, edge: int) -> str:
    back = int(network.reverse[edge])
    users = int(network.allowed[edge]) | (int(network.allowed[back]) if back >= 0 else 0)
    if users == _BOTH:
        return DRIVE
    only = next(vehicle for vehicle, bit in VEHICLE_BITS.items() if users & bit)
    return _ONLY[only][0]


def _caption(picture: Image.Image, sheet: _Sheet, network: RoadNetwork) -> None:
    """Write the legend, a scale bar and the attribution along the foot."""
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=16)
    line = sheet.height_px - _FOOT_PX // 2
    at = float(_MARGIN_PX)
    for colour, text in ((DRIVE, "e-bikes and vans"), *_ONLY.values()):
        pen.line((at, line, at + 28, line), fill=colour, width=4)
        pen.text((at + 34, line), text, fill=INK, font=font, anchor="lm")
        at += 34 + pen.textlength(text, font=font) + 24
    longest_m = (sheet.width_px - at - _MARGIN_PX) / 3 / sheet.px_per_m
    bar_m = max((bar for bar in _SCALE_BARS_M if bar <= longest_m), default=_SCALE_BARS_M[0])
    bar_px = bar_m * sheet.px_per_m
    pen.line((at, line, at + bar_px, line), fill=INK, width=2)
    bar_text = f"{bar_m} m" if bar_m < 1_000 else f"{bar_m // 1_000} km"
    pen.text((at + bar_px + 8, line), bar_text, fill=INK, font=font, anchor="lm")
    credit = (sheet.width_px - _MARGIN_PX, sheet.height_px - _FOOT_PX - 4)
    text = f"{network.source}   {network.attribution}"
    pen.text(credit, text, fill=INK, font=font, anchor="rb")
