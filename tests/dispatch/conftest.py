"""A day small enough to reckon by hand, and a plan for it."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dispatch.domain.city import CitySettings, PriceSettings, ServiceTimes
from dispatch.domain.couriers import Courier, Rest
from dispatch.domain.day import Day
from dispatch.domain.hubs import Hub
from dispatch.domain.places import Place, Window
from dispatch.domain.plans import (
    Plan,
    PlannedRoute,
    PlannedVisit,
    PlanOrigin,
    UnservedReason,
    UnservedRequest,
    VisitType,
)
from dispatch.domain.requests import Load, PickupClass, PickupRequest
from tests.dispatch.databases import (  # noqa: F401  (fixtures)
    database,
    database_url,
    empty_database_url,
    postgres_server,
    postgres_url,
    sqlite_database,
    sqlite_template,
    sqlite_url,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
HUB = Place(lon=120.10, lat=30.30)
DOORS = {
    "R1": Place(lon=120.11, lat=30.30),
    "退货-2": Place(lon=120.12, lat=30.30),
    "R3": Place(lon=120.13, lat=30.31),
    "B4": Place(lon=120.14, lat=30.32),
    "R5": Place(lon=120.20, lat=30.40),
}


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-11T{clock}").replace(tzinfo=SHANGHAI)


def span(start: str, end: str) -> Window:
    return Window(at(start), at(end))


def parcel(ref: str, *windows: Window, **changes: object) -> PickupRequest:
    values: dict[str, object] = {
        "id": ref,
        "place": DOORS[ref],
        "pickup_class": PickupClass.PARCEL,
        "load": Load(weight_g=2000, volume_ml=10_000, pieces=1),
        "windows": windows,
    }
    return PickupRequest(**(values | changes))  # type: ignore[arg-type]


def visit(kind: VisitType, ref: str, times: str, **changes: object) -> PlannedVisit:
    """``times`` are arrival, start, end and departure on the clock."""
    arrival, start, end, depart = (at(clock) for clock in times.split())
    values: dict[str, object] = {
        "type": kind,
        "ref": ref,
        "place": DOORS.get(ref, HUB if kind is VisitType.UNLOAD else None),
        "arrival_at": arrival,
        "start_at": start,
        "end_at": end,
        "depart_at": depart,
        "drive_s": 0,
        "distance_m": 0,
        "late_s": 0,
        "load": Load(weight_g=0, volume_ml=0, pieces=0),
    }
    return PlannedVisit(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def small_day() -> Day:
    """Four parcels and one bulky; an e-bike and a van that work, and an e-bike that does not."""
    bike = {
        "vehicle_class": "ebike",
        "crew_size": 1,
        "shift": span("09:00", "17:00"),
        "start": HUB,
        "end": None,
        "capacity": Load(weight_g=60_000, volume_ml=300_000, pieces=40),
        "skills": frozenset[str](),
        "home_zones": frozenset[str](),
        "cost_per_hour_fen": 3600,
        "cost_per_km_fen": 20,
        "fixed_fen": 0,
        "rest": Rest(span("11:30", "13:00"), timedelta(minutes=30)),
        "hub_ids": ("H1",),
    }
    van = bike | {
        "vehicle_class": "van",
        "crew_size": 2,
        "end": HUB,
        "capacity": Load(weight_g=800_000, volume_ml=8_000_000, pieces=100),
        "rest": None,
    }
    return Day(
        settings=CitySettings(
            city="Hangzhou",
            date=date(2026, 11, 11),
            timezone=SHANGHAI,
            vehicle_classes={},
            service_times=dict.fromkeys(
                PickupClass,
                ServiceTimes(
                    setup_s=0,
                    base_s=300,
                    per_extra_piece_s=0,
                    per_floor_without_lift_s=0,
                    disassembly_s=0,
                ),
            ),
            prices=PriceSettings(
                unserved_fen=dict.fromkeys(PickupClass, 5000),
                priority_percent=0,
                late_fen_per_minute=100,
                late_allowed_s=3600,
                outside_home_zone_fen=0,
            ),
        ),
        requests=(
            parcel("R1", span("09:00", "11:00")),
            parcel("退货-2", span("09:00", "11:00"), span("13:00", "15:00")),
            parcel("R3", span("09:00", "11:00"), floor=3, lift=False),
            parcel(
                "B4",
                span("11:00", "13:00"),
                pickup_class=PickupClass.BULKY,
                load=Load(weight_g=60_000, volume_ml=900_000, pieces=2),
                floor=5,
                disassembly=True,
            ),
            parcel("R5", span("15:00", "17:00")),
        ),
        couriers=(
            Courier(id="C1", **bike),  # type: ignore[arg-type]
            Courier(id="V1 王师傅", **van),  # type: ignore[arg-type]
            Courier(id="C3", **bike),  # type: ignore[arg-type]
        ),
        hubs=(Hub(id="H1", place=HUB, hours=(), unload_fixed_s=600, unload_per_piece_s=0),),
        fingerprint="f" * 64,
    )


@pytest.fixture
def small_plan() -> Plan:
    """C1 serves three parcels, unloads and rests on the way to the last; the van is late."""
    carried = Load(weight_g=2000, volume_ml=10_000, pieces=1)
    pickup, unload = VisitType.PICKUP, VisitType.UNLOAD
    first = PlannedRoute(
        courier_id="C1",
        vehicle_class="ebike",
        start=HUB,
        end=None,
        depart_at=at("09:50"),
        end_at=at("13:10"),
        visits=(
            visit(
                pickup, "R1", "10:00 10:00 10:05 10:05", drive_s=600, distance_m=2500, load=carried
            ),
            visit(
                pickup, "R3", "10:15 10:15 10:20 10:20", drive_s=600, distance_m=2500, load=carried
            ),
            visit(unload, "H1", "11:00 11:00 11:20 11:20", drive_s=2400, distance_m=9000),
            visit(VisitType.BREAK, "", "11:30 11:30 12:00 11:20"),
            visit(
                pickup,
                "退货-2",
                "12:10 13:00 13:10 13:10",
                drive_s=1200,
                distance_m=5000,
                load=carried,
            ),
        ),
        end_drive_s=0,
        end_distance_m=0,
        shift_s=27_000,
        paid_s=10_200,
        drive_s=4800,
        service_s=1200,
        unload_s=1200,
        wait_s=3000,
        distance_m=19_000,
        cost_milli_fen={"time": 10_200_000, "distance": 380_000},
    )
    second = PlannedRoute(
        courier_id="V1 王师傅",
        vehicle_class="van",
        start=HUB,
        end=HUB,
        depart_at=at("12:30"),
        end_at=at("14:20"),
        visits=(
            visit(
                pickup,
                "B4",
                "13:10:30 13:10:30 14:00:30 14:00:30",
                drive_s=2430,
                distance_m=9000,
                late_s=630,
                load=Load(weight_g=60_000, volume_ml=900_000, pieces=2),
            ),
        ),
        end_drive_s=1170,
        end_distance_m=6000,
        shift_s=28_800,
        paid_s=6600,
        drive_s=3600,
        service_s=3000,
        unload_s=0,
        wait_s=0,
        distance_m=15_000,
        cost_milli_fen={"time": 6_600_000, "distance": 300_000, "lateness": 1_050_000},
    )
    return Plan(
        origin=PlanOrigin(
            city="Hangzhou",
            date="2026-11-11",
            timezone="Asia/Shanghai",
            engine="ortools",
            seed=7,
            seconds=20.0,
            search_s=19.5,
            iterations=0,
            interrupted=False,
            input_fingerprint="f" * 64,
            versions={"pickup-dispatch": "0.1.0"},
        ),
        routes=(first, second),
        idle_courier_ids=("C3",),
        idle_shift_s=27_000,
        unserved=(
            UnservedRequest(
                request_id="R5", pickup_class=PickupClass.PARCEL, price_milli_fen=5_000_000
            ),
        ),
        zone_of={"R1": "2", "退货-2": "2", "R3": "10", "B4": "10", "R5": "10"},
        cost_milli_fen={
            "time": 16_800_000,
            "distance": 680_000,
            "lateness": 1_050_000,
            "unserved": 5_000_000,
        },
    )


@pytest.fixture
def reasoned_plan(small_plan: Plan) -> Plan:
    """The same with a reason for the request on no route."""
    reason = UnservedReason(
        kind="not_beside_others",
        code="window",
        courier_id="V1 王师傅",
        message="Fits into no route as it is. V1 王师傅 comes nearest: would ring 7 min late.",
        remedies=("window until 17:07", "one more van in zone 10, like V1 王师傅"),
    )
    (left_out,) = small_plan.unserved
    return replace(small_plan, unserved=(replace(left_out, reason=reason),))
