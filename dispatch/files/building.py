"""From sound rows to requests, couriers and hubs; rules that need one row and the city file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dispatch.defaults import (
    BREAK_MIN,
    HUB_UNLOAD_FIXED_S,
    HUB_UNLOAD_PER_PIECE_S,
    LOADS,
    VEHICLES,
)
from dispatch.domain.couriers import Courier, Rest
from dispatch.domain.hubs import Hub
from dispatch.domain.places import Place, Window
from dispatch.domain.requests import Load, PickupRequest
from dispatch.files.city_file import CityFacts, VehicleSection, fen
from dispatch.files.issues import DayIssue
from dispatch.files.rows import NONE_WORD, CourierRow, HubRow, RequestRow
from dispatch.files.tables import Record


@dataclass(frozen=True, slots=True)
class RowIssues:
    """Collects the issues of one row.

    Attributes:
        file: Name of the file.
        record: The row as given, for its number and values.
        found: Where issues go.
    """

    file: str
    record: Record
    found: list[DayIssue] = field(default_factory=list)

    def add(self, code: str, name: str, cause: str, action: str) -> None:
        """Add an issue about the column ``name``."""
        given = self.record.values.get(name)
        self.found.append(
            DayIssue(
                code=code,
                file=self.file,
                row=self.record.row,
                field=name,
                value=None if given is None else str(given),
                cause=cause,
                action=action,
            )
        )


def build_request(row: RequestRow, place: Place, issues: RowIssues) -> PickupRequest:
    """The request of a row; broken rules are added to ``issues``."""
    windows = _windows(
        issues,
        ("window_start", row.window_start, "window_end", row.window_end),
        ("window2_start", row.window2_start, "window2_end", row.window2_end),
    )
    if row.asked_at is not None and windows and row.asked_at > windows[-1].end_at:
        issues.add(
            "request.asked_late",
            "asked_at",
            "lies after the end of the window",
            "correct the date or the window",
        )
    return PickupRequest(
        id=row.id,
        place=place,
        pickup_class=row.pickup_class,
        load=_load(row, issues),
        windows=windows,
        asked_at=row.asked_at,
        priority=row.priority,
        floor=row.floor,
        lift=row.lift,
        disassembly=row.disassembly,
        address_id=row.address_id,
    )


def build_hub(row: HubRow, place: Place, issues: RowIssues) -> Hub:
    """The hub of a row; broken rules are added to ``issues``."""
    return Hub(
        id=row.id,
        place=place,
        hours=_windows(
            issues,
            ("opens", row.opens, "closes", row.closes),
            ("opens2", row.opens2, "closes2", row.closes2),
        ),
        unload_fixed_s=HUB_UNLOAD_FIXED_S if row.unload_fixed_s is None else row.unload_fixed_s,
        unload_per_piece_s=(
            HUB_UNLOAD_PER_PIECE_S if row.unload_per_piece_s is None else row.unload_per_piece_s
        ),
    )


def build_courier(
    row: CourierRow,
    start: Place | None,
    end: Place | None,
    hubs: Mapping[str, Hub],
    city: CityFacts,
    issues: RowIssues,
) -> Courier | None:
    """The courier of a row, ``None`` where broken rules (added to ``issues``) leave none.

    Args:
        row: The row.
        start: Start place in WGS84, if the row has coordinates of one.
        end: End place in WGS84, if the row has coordinates of one.
        hubs: By id.
        city: Facts of the city file.
        issues: Of the row.
    """
    before = len(issues.found)
    if row.vehicle not in city.settings.vehicle_classes:
        issues.add(
            "courier.vehicle",
            "vehicle",
            "is no vehicle class",
            f"give {' or '.join(city.settings.vehicle_classes)}, "
            f"or add [vehicles.{row.vehicle}] to the city file",
        )
    shift = _window(issues, "shift_start", row.shift_start, "shift_end", row.shift_end)
    start = _end_of_route("start", start, row.start_hub, hubs, issues)
    if start is None and row.start_hub is None and row.start_lon is None and row.start_lat is None:
        start = _only_hub(hubs, issues)
    end = _end_of_route("end", end, row.end_hub, hubs, issues)
    figures = _figures(row, city, issues)
    rest = _rest(row, issues)
    hub_ids = _hub_ids(row, hubs, issues)
    if len(issues.found) > before or shift is None or start is None or figures is None:
        return None
    return Courier(
        id=row.id,
        vehicle_class=row.vehicle,
        crew_size=figures.crew_size,
        shift=shift,
        start=start,
        end=end,
        capacity=figures.capacity,
        skills=frozenset(row.skills),
        home_zones=frozenset(row.home_zones),
        cost_per_hour_fen=figures.cost_per_hour_fen,
        cost_per_km_fen=figures.cost_per_km_fen,
        fixed_fen=figures.fixed_fen,
        rest=rest,
        hub_ids=hub_ids,
    )


def _window(
    issues: RowIssues,
    start_name: str,
    start_at: datetime | None,
    end_name: str,
    end_at: datetime | None,
) -> Window | None:
    if start_at is None and end_at is None:
        return None
    if start_at is None or end_at is None:
        given, lacking = (end_name, start_name) if start_at is None else (start_name, end_name)
        issues.add("window.half", lacking, f"is missing beside {given}", "give both, or neither")
        return None
    if end_at < start_at:
        issues.add(
            "window.order",
            end_name,
            f"lies before {start_name} '{issues.record.values.get(start_name)}'",
            "correct one of them (24:00 and later is the next day)",
        )
        return None
    return Window(start_at, end_at)


def _windows(
    issues: RowIssues, *given: tuple[str, datetime | None, str, datetime | None]
) -> tuple[Window, ...]:
    """The windows of a row in rising order."""
    found = [(_window(issues, *parts), parts[0]) for parts in given]
    windows = [window for window, _ in found if window is not None]
    windows.sort(key=lambda window: window.start_at)
    if len(windows) == 2 and windows[1].start_at <= windows[0].end_at:
        issues.add(
            "window.overlap",
            found[1][1],
            "the second window overlaps or touches the first",
            "join them into one, or set them apart",
        )
    return tuple(windows)


def _load(row: RequestRow, issues: RowIssues) -> Load:
    """All pieces together; dimensions are those of one piece."""
    default = LOADS[row.pickup_class]
    weight_g = row.pieces * default.weight_g
    volume_ml = row.pieces * default.volume_ml
    if row.weight_kg is not None:
        weight_g = round(row.weight_kg * 1000)
    sides = {"length_cm": row.length_cm, "width_cm": row.width_cm, "height_cm": row.height_cm}
    missing = [name for name, side in sides.items() if side is None]
    if row.volume_l is not None:
        volume_ml = round(row.volume_l * 1000)
        if len(missing) < 3:
            issues.add(
                "request.volume_twice",
                "volume_l",
                "is given beside length, width or height",
                "give the volume of all pieces, or the three sides of one",
            )
    elif not missing:
        volume_ml = row.pieces
        for side in sides.values():
            volume_ml = round(volume_ml * (side or 0))
    elif len(missing) < 3:
        issues.add(
            "request.side_missing",
            missing[0],
            "is missing beside the other sides",
            "give all three sides of one piece, or volume_l",
        )
    return Load(weight_g=weight_g, volume_ml=volume_ml, pieces=row.pieces)


def _end_of_route(
    which: str, place: Place | None, hub_id: str | None, hubs: Mapping[str, Hub], issues: RowIssues
) -> Place | None:
    if hub_id is None:
        return place
    name = f"{which}_hub"
    if place is not None:
        issues.add("courier.two_places", name, "is given beside coordinates", "give one of the two")
        return None
    if hub_id not in hubs:
        issues.add("hub.unknown", name, "is no hub", _known_hubs(hubs))
        return None
    return hubs[hub_id].place


def _only_hub(hubs: Mapping[str, Hub], issues: RowIssues) -> Place | None:
    if len(hubs) == 1:
        return next(iter(hubs.values())).place
    issues.add(
        "courier.no_start",
        "start_hub",
        f"there is no start place, and {len(hubs)} hubs to choose from",
        "give start_lon and start_lat, or start_hub",
    )
    return None


def _hub_ids(row: CourierRow, hubs: Mapping[str, Hub], issues: RowIssues) -> tuple[str, ...]:
    if row.hubs is None:
        return tuple(hubs)
    if row.hubs == (NONE_WORD,):
        return ()
    for hub_id in row.hubs:
        if hub_id not in hubs:
            issues.add("hub.unknown", "hubs", f"'{hub_id}' is no hub", _known_hubs(hubs))
    return tuple(dict.fromkeys(row.hubs))


def _known_hubs(hubs: Mapping[str, Hub]) -> str:
    if not hubs:
        return "the hubs table has no sound row; add the hub there"
    shown = ", ".join(list(hubs)[:10])
    return f"give one of {shown}" + (" ..." if len(hubs) > 10 else "")


def _rest(row: CourierRow, issues: RowIssues) -> Rest | None:
    window = _window(issues, "break_start", row.break_start, "break_end", row.break_end)
    if window is None:
        if row.break_min is not None and row.break_start is None and row.break_end is None:
            issues.add(
                "window.half", "break_min", "there is no window", "give break_start and break_end"
            )
        return None
    length = timedelta(minutes=BREAK_MIN if row.break_min is None else row.break_min)
    if window.start_at < row.shift_start or window.end_at + length > row.shift_end:
        issues.add(
            "courier.break_outside",
            "break_start",
            "a break in this window does not lie inside the shift",
            "move the window, or leave the break out",
        )
    return Rest(window, length)


@dataclass(frozen=True, slots=True)
class _Figures:
    crew_size: int
    capacity: Load
    cost_per_hour_fen: int
    cost_per_km_fen: int
    fixed_fen: int


def _figures(row: CourierRow, city: CityFacts, issues: RowIssues) -> _Figures | None:
    """What the row says, else the city file's vehicle class, else the default of the class."""
    if row.vehicle not in city.settings.vehicle_classes:
        return None
    default = VEHICLES.get(row.vehicle)
    section = city.vehicles.get(row.vehicle, VehicleSection())
    kg = _first(row.capacity_kg, section.capacity_kg)
    litres = _first(row.capacity_l, section.capacity_l)
    pieces = _first(row.capacity_pieces, section.capacity_pieces)
    given = {"capacity_kg": kg, "capacity_l": litres, "capacity_pieces": pieces}
    if default is None:
        lacking = [name for name, value in given.items() if value is None]
        for name in lacking:
            issues.add(
                "field.missing",
                name,
                f"is missing, and there is no default for vehicle class '{row.vehicle}'",
                f"fill it in, here or under [vehicles.{row.vehicle}] of the city file",
            )
        if lacking:
            return None
    hour = _first(row.cost_per_hour_yuan, section.cost_per_hour_yuan)
    km = _first(row.cost_per_km_yuan, section.cost_per_km_yuan)
    fixed = _first(row.fixed_cost_yuan, section.fixed_cost_yuan)
    known = default or VEHICLES["van"]
    return _Figures(
        crew_size=int(_first(row.crew_size, section.crew_size) or known.crew_size),
        capacity=Load(
            weight_g=known.capacity.weight_g if kg is None else round(kg * 1000),
            volume_ml=known.capacity.volume_ml if litres is None else round(litres * 1000),
            pieces=known.capacity.pieces if pieces is None else int(pieces),
        ),
        cost_per_hour_fen=known.cost_per_hour_fen if hour is None else fen(hour),
        cost_per_km_fen=known.cost_per_km_fen if km is None else fen(km),
        fixed_fen=known.fixed_fen if fixed is None else fen(fixed),
    )


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def by_id(entries: Sequence[Hub]) -> dict[str, Hub]:
    """Hubs by id."""
    return {hub.id: hub for hub in entries}
