"""Where and when planners have stopped selling."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from shapely.errors import ShapelyError
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry

from dispatch.domain.places import Window
from dispatch.domain.requests import PickupClass
from dispatch.service.command import Command
from dispatch.service.errors import invalid, not_found
from dispatch.service.requests import Asked
from dispatch.storage import stop_sales
from dispatch.storage.ids import new_id
from dispatch.storage.stop_sales import StopSale


def is_stopped(stops: Iterable[StopSale], asked: Asked, window: Window) -> bool:
    """Whether one of the stops is about this window, place and class."""
    return any(
        stop.starts_at < window.end_at
        and stop.ends_at > window.start_at
        and stop.pickup_class in (None, asked.pickup_class)
        and (stop.area is None or shape(dict(stop.area)).covers(Point(asked.lon, asked.lat)))
        for stop in stops
    )


def stop_selling(
    command: Command,
    *,
    starts_at: datetime,
    ends_at: datetime,
    area: Mapping[str, Any] | None,
    pickup_class: PickupClass | None,
    reason: str,
    created_by: str,
) -> StopSale:
    """Sells no window that overlaps with this time, in this area; what was promised is kept.

    Raises:
        ServiceError: The area is no GeoJSON polygon, or the time is over, or ends before it starts.
    """
    if ends_at <= starts_at:
        raise invalid("ends_at", "it is not after starts_at", "give a later end")
    if ends_at <= command.now:
        raise invalid("ends_at", "it lies in the past", "give a later end")
    if area is not None:
        _polygon(area)
    stop = StopSale(
        id=new_id("st"),
        city=command.city.id,
        starts_at=starts_at,
        ends_at=ends_at,
        area=area,
        pickup_class=pickup_class,
        reason=reason,
        created_by=created_by,
        created_at=command.now,
    )
    stop_sales.insert(command.tx, stop)
    command.stops_changed = True
    return stop


def sell_again(command: Command, stop_id: str) -> StopSale:
    """Takes a stop back.

    Raises:
        ServiceError: There is no such stop in the city.
    """
    stop = stop_sales.get(command.tx, stop_id)
    if stop is None or stop.city != command.city.id:
        raise not_found("stop of sales", stop_id)
    if stop.lifted_at is None:
        stop_sales.lift(command.tx, stop_id, at=command.now)
        command.stops_changed = True
    lifted = stop_sales.get(command.tx, stop_id)
    return stop if lifted is None else lifted


def _polygon(area: Mapping[str, Any]) -> BaseGeometry:
    try:
        geometry = shape(dict(area))
        usable = geometry.geom_type in {"Polygon", "MultiPolygon"} and geometry.is_valid
    except (ShapelyError, AttributeError, KeyError, TypeError, ValueError, IndexError):
        usable = False
    if not usable or geometry.is_empty:
        raise invalid(
            "area",
            "it is not a valid GeoJSON Polygon or MultiPolygon",
            "give one in WGS84 degrees, longitude first, without crossing edges",
        )
    return geometry
