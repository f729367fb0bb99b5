"""Every figure by its formula, on a day reckoned by hand."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from dispatch.domain.requests import PickupClass
from dispatch.simulation.city import SimulatedCity
from dispatch.simulation.metrics import FIGURES, Kept, Metrics, metrics_of, single_figures, summary
from dispatch.simulation.records import CourierRecord, DayRecord, Outcome, RequestRecord
from dispatch.simulation.report.outputs import write_study
from dispatch.simulation.scenarios import SCENARIOS
from dispatch.simulation.study import SimulatedDay, Study, StudyResult
from tests.dispatch.simulation.small_world import HUB, MIDNIGHT, MIN, H, briefing, house, rider

NINE = (9 * H, 11 * H)
ONE = (13 * H, 15 * H)


def request(ref: str, outcome: Outcome, **changes: object) -> RequestRecord:
    values: dict[str, object] = {
        "id": ref,
        "place": house(1),
        "pickup_class": PickupClass.PARCEL,
        "asked_s": 8 * H,
        "wanted": (NINE,),
        "answered_s": 8 * H,
        "promise": NINE,
        "outcome": outcome,
    }
    return RequestRecord(**(values | changes))  # type: ignore[arg-type]


def collected(ref: str, rang_s: int, **changes: object) -> RequestRecord:
    return request(ref, Outcome.COLLECTED, rang_s=rang_s, collected_s=rang_s + 4 * MIN, **changes)


@pytest.fixture
def day() -> DayRecord:
    requests = [
        collected("R1", 9 * H),
        collected("R2", 11 * H),
        collected("R3", 11 * H + 30 * MIN, pickup_class=PickupClass.BULKY),
        collected("R4", 13 * H, asked_s=-H, answered_s=0, promise=ONE),
        request("R5", Outcome.NOBODY_HOME, rang_s=10 * H, visits=2),
        request("R6", Outcome.CANCELLED),
        request("R7", Outcome.MISSED),
        request("R8", Outcome.REFUSED, promise=None),
    ]
    couriers = [
        CourierRecord(
            id="C1",
            vehicle_class="ebike",
            start=house(0),
            shift_s=8 * H,
            shift_start_s=9 * H,
            shift_end_s=17 * H,
            departed_s=9 * H,
            ended_s=15 * H,
            drive_s=2 * H,
            door_s=H,
            unload_s=H,
            rest=(12 * H, 13 * H),
            rest_by_s=12 * H,
            distance_m=30_000,
        ),
        CourierRecord(
            id="C2",
            vehicle_class="ebike",
            start=house(0),
            shift_s=8 * H,
            shift_start_s=9 * H,
            shift_end_s=14 * H,
            departed_s=9 * H,
            ended_s=14 * H + 10 * MIN,
            drive_s=2 * H,
            distance_m=10_000,
            rest_by_s=12 * H,
        ),
        CourierRecord(
            id="C3",
            vehicle_class="ebike",
            start=house(0),
            shift_s=8 * H,
            shift_start_s=9 * H,
            shift_end_s=17 * H,
            broke_down_s=12 * H,
            stranded=2,
        ),
    ]
    return DayRecord(
        requests={one.id: one for one in requests},
        couriers={one.id: one for one in couriers},
        changes=3,
        decide_s=[0.001, 0.003],
    )


@pytest.fixture
def metrics(day: DayRecord) -> Metrics:
    return metrics_of(day, [rider(ref, fixed_fen=100) for ref in ("C1", "C2", "C3")])


def test_promises(metrics: Metrics) -> None:
    # Due are all but the one called off and the one refused; R3 rang late and R7 never.
    assert metrics.on_time == Kept(due=6, kept=4)
    assert metrics.on_time_by_class == {
        PickupClass.PARCEL: Kept(5, 4),
        PickupClass.BULKY: Kept(1, 0),
    }
    assert metrics.on_time_by_hour == {
        PickupClass.PARCEL: {9: Kept(4, 3), 13: Kept(1, 1)},
        PickupClass.BULKY: {9: Kept(1, 0)},
    }
    assert metrics.latest_min == 30
    assert (metrics.missed, metrics.nobody_home, metrics.cancelled) == (1, 1, 1)
    assert (metrics.second_visits, metrics.breakdowns, metrics.stranded) == (1, 1, 2)


def test_answers(metrics: Metrics) -> None:
    assert metrics.asked == 8
    assert metrics.accepted_share == 6 / 8
    assert metrics.moved_share == 1 / 8
    assert metrics.refused_share == 1 / 8
    assert metrics.asked_by_hour == {0: (0, 1, 0), 8: (6, 0, 1)}


def test_waits_are_of_pickups_asked_on_the_day(metrics: Metrics) -> None:
    assert metrics.wait_median_min == 180
    assert metrics.wait_p95_min == pytest.approx(180 + 0.9 * 30)


def test_work_and_cost(metrics: Metrics) -> None:
    assert metrics.pickups == 4
    assert metrics.km_per_pickup == 10
    paid_h = 5 + 5 + 10 / 60
    assert metrics.pickups_per_courier_hour == pytest.approx(4 / paid_h)
    assert metrics.idle_share == pytest.approx((paid_h - 6) / paid_h)
    fen = 2 * 100 + 3_600 * paid_h + 20 * 40
    assert metrics.cost_per_pickup_yuan == pytest.approx(fen / 100 / 4)
    # Shares of the shift: 1/2, 1/4 and none.
    assert metrics.work_spread == pytest.approx((0.125 / 3) ** 0.5 / 0.25)
    assert (metrics.breaks_missed, metrics.overtime_min, metrics.changes) == (1, 10, 3)
    assert (metrics.decide_mean_ms, metrics.decide_max_ms) == (pytest.approx(2), pytest.approx(3))


def test_a_break_after_the_last_work_is_not_taken_off_paid_time() -> None:
    courier = CourierRecord(
        id="C1",
        vehicle_class="ebike",
        start=house(0),
        shift_s=8 * H,
        shift_start_s=9 * H,
        shift_end_s=17 * H,
        departed_s=9 * H,
        ended_s=11 * H,
        rest=(12 * H, 13 * H),
    )
    assert courier.paid_s == 2 * H


def test_an_empty_day_has_no_shares() -> None:
    figures = single_figures(metrics_of(DayRecord(), []))
    assert set(figures) == set(FIGURES)
    assert {figures[name] for name in FIGURES if name.endswith("share")} == {None}
    assert figures["cost_per_pickup_yuan"] is None


def test_a_summary_leaves_out_days_without_the_figure() -> None:
    found = summary([1.0, None, 3.0])
    assert found is not None
    assert (found.mean, found.least, found.most) == (2.0, 1.0, 3.0)
    assert found.deviation == pytest.approx(2**0.5)
    assert summary([None]) is None


@pytest.fixture
def result(metrics: Metrics, day: DayRecord) -> StudyResult:
    known = briefing([rider("C1")])
    city = SimulatedCity(
        settings=known.settings,
        midnight_at=MIDNIGHT,
        couriers=known.couriers,
        hubs=(HUB,),
        expected=(),
        demand=(),
    )
    scenario = replace(SCENARIOS["ordinary"], what="an <odd> day")
    study = Study(city=city, scenario=scenario, policies=("nearest", "zones"), seeds=(1, 2))
    return StudyResult(
        study=study,
        days=[SimulatedDay(policy="nearest", seed=1, metrics=metrics, record=day)],
        interrupted=True,
    )


def test_files_of_a_study(result: StudyResult, tmp_path: Path) -> None:
    write_study(tmp_path, result)
    (row,) = csv.DictReader(io.StringIO((tmp_path / "metrics.csv").read_text()))
    assert (row["policy"], row["seed"], row["on_time_share"]) == ("nearest", "1", str(4 / 6))
    kept = json.loads((tmp_path / "metrics.json").read_text())
    assert kept["interrupted"] is True
    assert kept["scenario"]["name"] == "ordinary"
    assert kept["policies"]["nearest"]["km_per_pickup"]["mean"] == 10
    assert kept["policies"]["zones"]["km_per_pickup"] is None
    assert kept["days"][0]["on_time_by_hour"]["parcel"]["9"] == {"due": 4, "kept": 3}
    assert kept["days"][0]["asked_by_hour"]["8"] == {"accepted": 6, "moved": 0, "refused": 1}


def test_the_page_shows_the_figures_and_needs_no_network(
    result: StudyResult, tmp_path: Path
) -> None:
    write_study(tmp_path, result)
    page = (tmp_path / "report.html").read_text()
    assert "an &lt;odd&gt; day" in page
    assert "<odd>" not in page
    assert "interrupted" in page
    assert "66.7 %" in page
    # The plotting library names addresses in its own text; the page itself loads none.
    assert not re.search(r"<(?:script|link|img)[^>]*(?:src|href)=", page)
