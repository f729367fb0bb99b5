"""``city.toml``: what holds for the whole day, with defaults from ``dispatch.defaults``."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from dispatch.defaults import DETOUR, PRICES, SERVICE_TIMES, TIMEZONE, VEHICLES
from dispatch.domain.city import (
    CitySettings,
    DrivesAs,
    PriceSettings,
    ServiceTimes,
    VehicleClassSettings,
)
from dispatch.domain.requests import PickupClass
from dispatch.files.issues import DayIssue
from dispatch.files.rows import (
    CrewSize,
    Kg,
    Litres,
    Name,
    Number,
    Pieces,
    Seconds,
    Whole,
    Yuan,
    field_issue,
)
from dispatch.files.tables import decode, parse_json, unknown_name
from dispatch.files.travel_section import OsrmSection, TravelSection, travel_settings
from dispatch.town import city_of
from geo.cities import City
from geo.coordinates import Crs
from geo.errors import GeoError

SCHEMA = 1
"""Version of the contract of ``docs/day-format.md``."""


def _timezone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PydanticCustomError(
            "city.timezone",
            "is no IANA time zone",
            {"action": "give a name such as Asia/Shanghai"},
        ) from error
    return value


def _city(value: str, info: ValidationInfo) -> str:
    try:
        return city_of(value, info.context).name
    except GeoError as error:
        raise PydanticCustomError(
            "city.unknown", "{cause}", {"cause": error.cause, "action": error.action}
        ) from error


def _schema(value: Any) -> Any:
    if value != SCHEMA or isinstance(value, bool):
        raise PydanticCustomError(
            "city.schema",
            "is no version of the day format this program knows",
            {"action": f"give schema = {SCHEMA}, or use a program that knows the version"},
        )
    return value


def _speeds(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _one_or_24(value: tuple[float, ...]) -> tuple[float, ...]:
    if len(value) not in (1, 24):
        raise PydanticCustomError(
            "city.speeds",
            "are {count} speeds",
            {"count": len(value), "action": "give one speed, or 24 for the hours of the day"},
        )
    return value


Kmh = Annotated[Number, Field(ge=1, le=200)]
Minutes = Annotated[Number, Field(ge=0, le=1_440)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class VehicleSection(_Section):
    """A vehicle class: how it moves, and what its couriers have unless their rows say more."""

    speed_kmh: (
        Annotated[tuple[Kmh, ...], BeforeValidator(_speeds), AfterValidator(_one_or_24)] | None
    ) = None
    detour: Annotated[Number, Field(ge=1, le=10)] | None = None
    drives_as: DrivesAs | None = None
    crew_size: CrewSize | None = None
    capacity_kg: Kg | None = None
    capacity_l: Litres | None = None
    capacity_pieces: Pieces | None = None
    cost_per_hour_yuan: Yuan | None = None
    cost_per_km_yuan: Yuan | None = None
    fixed_cost_yuan: Yuan | None = None


class ServiceSection(_Section):
    """Times at the door for one class of pickups."""

    setup_s: Seconds | None = None
    base_s: Seconds | None = None
    per_extra_piece_s: Seconds | None = None
    per_floor_without_lift_s: Seconds | None = None
    disassembly_s: Seconds | None = None


class UnservedSection(_Section):
    """Price of leaving out a request of priority 0."""

    parcel: Yuan | None = None
    bulky: Yuan | None = None


class PricesSection(_Section):
    """What bad things cost."""

    unserved_yuan: UnservedSection = UnservedSection()
    priority_percent: Annotated[Whole, Field(ge=0, le=10_000)] | None = None
    late_yuan_per_minute: Yuan | None = None
    late_allowed_min: Minutes | None = None
    outside_home_zone_yuan: Yuan | None = None


class CityFile(_Section):
    """The whole file."""

    version: Annotated[int, BeforeValidator(_schema)] = Field(alias="schema")
    city: Annotated[str, AfterValidator(_city)]
    date: date
    timezone: Annotated[str, AfterValidator(_timezone)] = TIMEZONE
    crs: Crs = Crs.WGS84
    vehicles: dict[Name, VehicleSection] = Field(default_factory=dict)
    service: dict[Literal["parcel", "bulky"], ServiceSection] = Field(default_factory=dict)
    prices: PricesSection = PricesSection()
    travel: TravelSection = TravelSection()


@dataclass(frozen=True, slots=True)
class CityFacts:
    """What the rest of the reading needs from the city file.

    Attributes:
        settings: Of the day.
        city: From the catalogue, or placed by the service area.
        crs: Of the coordinates in the other files.
        vehicles: The sections of the file by vehicle class, for couriers' defaults.
    """

    settings: CitySettings
    city: City
    crs: Crs
    vehicles: Mapping[str, VehicleSection]


def read_city(
    path: Path, content: bytes, service_area: str | None, issues: list[DayIssue]
) -> CityFacts | None:
    """Facts of a city file; ``None`` with issues where something is wrong with it.

    Files that it names are looked for beside it.
    """
    file = path.name
    document = _document(file, content, issues)
    if document is None:
        return None
    try:
        parsed = CityFile.model_validate(document, context=service_area)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            parts = [str(part) for part in details["loc"] if part != "[key]"]
            if details["type"] == "extra_forbidden":
                known = _known_keys(parts[:-1])
                issues.append(unknown_name(file, None, parts[-1], known, "setting"))
            else:
                issues.append(field_issue(file, None, ".".join(parts), details))
        return None
    vehicles = _vehicle_classes(file, parsed.vehicles, issues)
    settings = CitySettings(
        city=parsed.city,
        date=parsed.date,
        timezone=ZoneInfo(parsed.timezone),
        vehicle_classes=vehicles,
        service_times={
            kind: _service_times(kind, parsed.service.get(kind.value, ServiceSection()))
            for kind in PickupClass
        },
        prices=_prices(parsed.prices),
        service_area=service_area,
        travel=travel_settings(file, parsed.travel, path.parent, tuple(vehicles), issues),
    )
    city = city_of(parsed.city, service_area)
    return CityFacts(settings, city, parsed.crs, parsed.vehicles)


def fen(yuan: float) -> int:
    """Whole fen of an amount in yuan."""
    return round(yuan * 100)


def _document(file: str, content: bytes, issues: list[DayIssue]) -> dict[str, Any] | None:
    text = decode(file, content, issues)
    if text is None:
        return None
    document: Any
    if file.endswith(".json"):
        document = parse_json(file, text, issues)
    else:
        try:
            document = tomllib.loads(text.replace("\r\n", "\n"))
        except tomllib.TOMLDecodeError as error:
            issues.append(
                DayIssue(
                    code="file.syntax",
                    file=file,
                    cause=f"is not TOML: {error}",
                    action="correct the file at this place",
                )
            )
            return None
    if document is None or isinstance(document, dict):
        return document
    issues.append(
        DayIssue(
            code="file.shape",
            file=file,
            cause="is not an object",
            action='write {"schema": 1, ...}',
        )
    )
    return None


def _known_keys(path: list[str]) -> list[str]:
    """Keys of the section at ``path``, for a hint."""
    section: type[BaseModel] = CityFile
    sections: dict[str, type[BaseModel]] = {
        "vehicles": VehicleSection,
        "service": ServiceSection,
        "prices": PricesSection,
        "unserved_yuan": UnservedSection,
        "travel": TravelSection,
        "osrm": OsrmSection,
    }
    for part in path:
        section = sections.get(part, section)
    return [field.alias or name for name, field in section.model_fields.items()]


def _vehicle_classes(
    file: str, sections: Mapping[str, VehicleSection], issues: list[DayIssue]
) -> dict[str, VehicleClassSettings]:
    result = {name: defaults.settings for name, defaults in VEHICLES.items()}
    for name, section in sections.items():
        known = VEHICLES.get(name)
        speeds = section.speed_kmh or (known.settings.speeds_kmh if known else None)
        if speeds is None:
            issues.append(
                DayIssue(
                    code="field.missing",
                    file=file,
                    field=f"vehicles.{name}.speed_kmh",
                    cause="is missing, and there is no default for this vehicle class",
                    action="give its speed, or 24 for the hours of the day",
                )
            )
            continue
        detour = section.detour or (known.settings.detour if known else DETOUR)
        drives_as = section.drives_as or (known.settings.drives_as if known else DrivesAs.VAN)
        result[name] = VehicleClassSettings(
            name=name, speeds_kmh=speeds, detour=detour, drives_as=drives_as
        )
    return result


def _service_times(kind: PickupClass, section: ServiceSection) -> ServiceTimes:
    default = SERVICE_TIMES[kind]
    return ServiceTimes(
        setup_s=_or(section.setup_s, default.setup_s),
        base_s=_or(section.base_s, default.base_s),
        per_extra_piece_s=_or(section.per_extra_piece_s, default.per_extra_piece_s),
        per_floor_without_lift_s=_or(
            section.per_floor_without_lift_s, default.per_floor_without_lift_s
        ),
        disassembly_s=_or(section.disassembly_s, default.disassembly_s),
    )


def _prices(section: PricesSection) -> PriceSettings:
    unserved = {
        PickupClass.PARCEL: section.unserved_yuan.parcel,
        PickupClass.BULKY: section.unserved_yuan.bulky,
    }
    allowed_min = section.late_allowed_min
    return PriceSettings(
        unserved_fen={
            kind: _fen_or(yuan, PRICES.unserved_fen[kind]) for kind, yuan in unserved.items()
        },
        priority_percent=_or(section.priority_percent, PRICES.priority_percent),
        late_fen_per_minute=_fen_or(section.late_yuan_per_minute, PRICES.late_fen_per_minute),
        late_allowed_s=PRICES.late_allowed_s if allowed_min is None else round(allowed_min * 60),
        outside_home_zone_fen=_fen_or(section.outside_home_zone_yuan, PRICES.outside_home_zone_fen),
    )


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


def _fen_or(yuan: float | None, default_fen: int) -> int:
    return default_fen if yuan is None else fen(yuan)
