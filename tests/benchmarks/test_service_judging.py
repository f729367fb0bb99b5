from typing import Any

import pytest

from benchmarks.service.judging import faults_of
from dispatch.client import Pickup, Plan, PlanFigures

FEE = {
    "chargeable_g": 1,
    "insured": False,
    "lines": [],
    "total_fen": 0,
    "insurer_fen": 0,
    "shopper_fen": 0,
}


def pickup(pickup_id: str) -> Pickup:
    return Pickup.model_validate(
        {
            "id": pickup_id,
            "city": "wuhan",
            "date": "2026-06-10",
            "status": "booked",
            "promise": {
                "start_at": "2026-06-10T10:00:00+08:00",
                "end_at": "2026-06-10T12:00:00+08:00",
            },
            "class": "parcel",
            "fee": FEE,
            "created_at": "2026-06-10T08:00:00+08:00",
            "updated_at": "2026-06-10T08:00:00+08:00",
        }
    )


def task(pickup_id: str | None, start: str, end: str) -> dict[str, Any]:
    return {
        "kind": "unload" if pickup_id is None else "collect",
        "pickup_id": pickup_id,
        "late_s": 0,
        "start_at": f"2026-06-10T{start}:00+08:00",
        "end_at": f"2026-06-10T{end}:00+08:00",
    }


def plan(*routes: list[dict[str, Any]]) -> Plan:
    at = "2026-06-10T09:00:00+08:00"
    couriers = [
        {"courier_id": f"E{number}", "status": "free", "leaves_at": at, "tasks": tasks}
        for number, tasks in enumerate(routes)
    ]
    return Plan.model_validate(
        {
            "city": "wuhan",
            "date": "2026-06-10",
            "revision": 1,
            "at": at,
            "figures": dict.fromkeys(PlanFigures.model_fields, 0),
            "couriers": couriers,
            "left_out": [],
        }
    )


def test_a_plan_that_keeps_every_promise_has_no_faults() -> None:
    routes = (
        [task("pk_1", "10:00", "10:05"), task(None, "10:30", "10:40")],
        [task("pk_2", "12:00", "12:05")],
    )
    assert faults_of(plan(*routes), [pickup("pk_1"), pickup("pk_2")]) == []


@pytest.mark.parametrize(
    ("routes", "told"),
    [
        ([[]], "pk_1 is in no route"),
        ([[task("pk_1", "10:00", "10:05")], [task("pk_1", "11:00", "11:05")]], "in 2 routes"),
        ([[task("pk_1", "10:00", "10:05"), task("pk_2", "11:00", "11:05")]], "but not booked"),
        ([[task("pk_1", "12:01", "12:05")]], "outside of its promise"),
        ([[task("pk_1", "10:00", "10:05"), task(None, "10:04", "10:09")]], "in two places"),
    ],
)
def test_every_kind_of_fault_is_found(routes: list[list[dict[str, Any]]], told: str) -> None:
    (fault,) = faults_of(plan(*routes), [pickup("pk_1")])
    assert told in fault
