"""Writing a day as a DAY folder that reads back as the same day."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from dispatch.defaults import VEHICLES
from dispatch.domain.city import CitySettings, DrivesAs
from dispatch.domain.couriers import Courier
from dispatch.domain.day import Day
from dispatch.domain.hubs import Hub
from dispatch.domain.places import Place, Window
from dispatch.domain.requests import PickupRequest
from dispatch.files.city_file import SCHEMA
from dispatch.files.folder import SERVICE_AREA_FILE, fingerprint
from dispatch.files.rows import NONE_WORD, CourierRow, HubRow, RequestRow, Row, columns_of
from dispatch.files.times import Calendar
from dispatch.files.travel_section import travel_lines


def write_day(day: Day, folder: Path, *, replace: bool = False) -> None:
    """Write ``day`` into ``folder``, made if need be.

    Args:
        day: What to write.
        folder: Missing or empty, unless ``replace``.
        replace: Whether files of the same names may be overwritten.

    Raises:
        FileExistsError: The folder holds something and ``replace`` is not set.
        OSError: It cannot be written.
    """
    if folder.exists() and not replace and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty; give a new folder, or ask to replace it")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in render_day(day).items():
        (folder / name).write_bytes(content)


def render_day(day: Day) -> dict[str, bytes]:
    """The files of a day by name, as `write_day` writes them (UTF-8, times of the day's zone)."""
    calendar = Calendar(day.settings.date, day.settings.timezone)
    hub_ids = tuple(hub.id for hub in day.hubs)
    tables = {
        "requests.csv": _table(RequestRow, [_request(entry, calendar) for entry in day.requests]),
        "couriers.csv": _table(
            CourierRow, [_courier(entry, hub_ids, calendar) for entry in day.couriers]
        ),
        "hubs.csv": _table(HubRow, [_hub(entry, calendar) for entry in day.hubs]),
    }
    texts = {"city.toml": _city(day.settings)} | tables
    if day.settings.service_area is not None:
        texts[SERVICE_AREA_FILE] = day.settings.service_area
    return {name: text.encode() for name, text in texts.items()}


def day_fingerprint(day: Day) -> str:
    """The fingerprint that reading the written day will give."""
    return fingerprint(render_day(day))


def _table(model: type[Row], rows: Sequence[Mapping[str, str]]) -> str:
    """CSV with the columns that hold anything, and the required ones."""
    columns = columns_of(model)
    used = {name for row in rows for name, cell in row.items() if cell}
    names = [name for name in columns.known if name in used or name in columns.required]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return text.getvalue()


def _request(request: PickupRequest, calendar: Calendar) -> dict[str, str]:
    second = request.windows[1] if len(request.windows) > 1 else None
    return {
        "id": request.id,
        **_place(request.place),
        "class": request.pickup_class.value,
        "weight_kg": _thousandths(request.load.weight_g),
        "volume_l": _thousandths(request.load.volume_ml),
        "pieces": str(request.load.pieces),
        **_span("window_start", "window_end", request.windows[0], calendar),
        **_span("window2_start", "window2_end", second, calendar),
        "asked_at": "" if request.asked_at is None else calendar.text(request.asked_at),
        "priority": str(request.priority) if request.priority else "",
        "floor": str(request.floor) if request.floor else "",
        "lift": "" if request.lift else "no",
        "disassembly": "yes" if request.disassembly else "",
        "address_id": request.address_id or "",
    }


def _courier(courier: Courier, hub_ids: Sequence[str], calendar: Calendar) -> dict[str, str]:
    rest = courier.rest
    hubs = ";".join(courier.hub_ids) or (NONE_WORD if hub_ids else "")
    return {
        "id": courier.id,
        "vehicle": courier.vehicle_class,
        "crew_size": str(courier.crew_size),
        **_span("shift_start", "shift_end", courier.shift, calendar),
        **_place(courier.start, "start_"),
        **({} if courier.end is None else _place(courier.end, "end_")),
        "capacity_kg": _thousandths(courier.capacity.weight_g),
        "capacity_l": _thousandths(courier.capacity.volume_ml),
        "capacity_pieces": str(courier.capacity.pieces),
        "skills": ";".join(sorted(courier.skills)),
        "home_zones": ";".join(sorted(courier.home_zones)),
        "cost_per_hour_yuan": _yuan(courier.cost_per_hour_fen),
        "cost_per_km_yuan": _yuan(courier.cost_per_km_fen),
        "fixed_cost_yuan": _yuan(courier.fixed_fen),
        **_span("break_start", "break_end", None if rest is None else rest.window, calendar),
        "break_min": "" if rest is None else _plain(Decimal(_minutes(rest.length.total_seconds()))),
        "hubs": "" if courier.hub_ids == tuple(hub_ids) else hubs,
    }


def _hub(hub: Hub, calendar: Calendar) -> dict[str, str]:
    hours = [*hub.hours, None, None]
    return {
        "id": hub.id,
        **_place(hub.place),
        **_span("opens", "closes", hours[0], calendar),
        **_span("opens2", "closes2", hours[1], calendar),
        "unload_fixed_s": str(hub.unload_fixed_s),
        "unload_per_piece_s": str(hub.unload_per_piece_s),
    }


def _city(settings: CitySettings) -> str:
    lines = [
        f"schema = {SCHEMA}",
        f"city = {_text(settings.city)}",
        f"date = {settings.date.isoformat()}",
        f"timezone = {_text(settings.timezone.key)}",
        'crs = "wgs84"',
    ]
    for name, vehicle in settings.vehicle_classes.items():
        speeds = [repr(speed) for speed in vehicle.speeds_kmh]
        speed = speeds[0] if len(speeds) == 1 else f"[{', '.join(speeds)}]"
        entries = {"speed_kmh": speed, "detour": repr(vehicle.detour)}
        known = VEHICLES.get(name)
        if vehicle.drives_as is not (known.settings.drives_as if known else DrivesAs.VAN):
            entries["drives_as"] = _text(vehicle.drives_as)
        lines += _section(f"vehicles.{_text(name)}", entries)
    for kind, times in settings.service_times.items():
        lines += _section(
            f"service.{kind.value}",
            {
                "setup_s": times.setup_s,
                "base_s": times.base_s,
                "per_extra_piece_s": times.per_extra_piece_s,
                "per_floor_without_lift_s": times.per_floor_without_lift_s,
                "disassembly_s": times.disassembly_s,
            },
        )
    prices = settings.prices
    lines += _section(
        "prices",
        {
            "priority_percent": prices.priority_percent,
            "late_yuan_per_minute": _yuan(prices.late_fen_per_minute),
            "late_allowed_min": _minutes(prices.late_allowed_s),
            "outside_home_zone_yuan": _yuan(prices.outside_home_zone_fen),
        },
    )
    unserved = {kind.value: _yuan(price) for kind, price in prices.unserved_fen.items()}
    lines += _section("prices.unserved_yuan", unserved)
    for title, values in travel_lines(settings.travel).items():
        lines += _section(title, {name: _value(value) for name, value in values.items()})
    return "\n".join(lines) + "\n"


def _section(title: str, entries: Mapping[str, object]) -> Iterable[str]:
    return ["", f"[{title}]", *(f"{name} = {value}" for name, value in entries.items())]


def _value(value: str | float) -> str:
    return _text(value) if isinstance(value, str) else repr(value)


def _text(value: str) -> str:
    # A JSON string is a TOML basic string as long as it holds no raw control characters.
    return json.dumps(value, ensure_ascii=False)


def _place(place: Place, prefix: str = "") -> dict[str, str]:
    return {f"{prefix}lon": repr(place.lon), f"{prefix}lat": repr(place.lat)}


def _span(
    start_name: str, end_name: str, window: Window | None, calendar: Calendar
) -> dict[str, str]:
    if window is None:
        return {}
    return {
        start_name: calendar.text(window.start_at),
        end_name: calendar.text(window.end_at),
    }


def _thousandths(amount: int) -> str:
    return _plain(Decimal(amount) / 1000)


def _yuan(fen: int) -> str:
    return _plain(Decimal(fen) / 100)


def _minutes(seconds: float) -> str:
    return _plain(Decimal(round(seconds)) / 60)


def _plain(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
