"""From demand to couriers: work, the share of promises kept, and back."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from dispatch.capacity.forecast.demand import WindowShare
from dispatch.capacity.staffing.constants import Constants, Decay, Evidence, Excess
from dispatch.capacity.staffing.service import Targets, needed_couriers, service_of
from dispatch.capacity.staffing.spread import Spread
from dispatch.capacity.staffing.work import DayWork, day_work
from dispatch.domain.requests import PickupClass
from dispatch.sampling.day import default_settings

H = 3600
SETTINGS = default_settings("Hangzhou", date(2026, 8, 24))
SERVED_S = (9 * H, 19 * H)
# A square root law: 1 km between two places among a hundred.
SPREAD = Spread(np.array([1.0, 100.0, 10_000.0]), np.array([10_000.0, 1_000.0, 100.0]))
MORNING = WindowShare(9 * H, 11 * H, 0.6)
EVENING = WindowShare(17 * H, 19 * H, 0.4)
CONSTANTS = Constants(
    kind=PickupClass.PARCEL,
    late=Decay(ways=3.0, scale=0.4, power=3.0, reach=0.2),
    turned=Excess(ways=2.0, usable=0.8),
    busy=0.8,
    evidence=Evidence(
        fitted_on=date(2026, 11, 23), policy="nearest", cities=(), days=1, error_points=0.0
    ),
)


def work_of(requests: float) -> DayWork:
    return day_work(
        PickupClass.PARCEL,
        requests,
        (MORNING, EVENING),
        spread=SPREAD,
        door_s=240.0,
        settings=SETTINGS,
        served_s=SERVED_S,
    )


def test_pickups_are_spread_over_their_windows() -> None:
    work = work_of(200)
    assert work.pickups[[8, 9, 10, 11, 17, 18, 19]].tolist() == [0, 60, 60, 0, 40, 40, 0]


def test_drives_shrink_with_the_square_root_of_what_there_is_to_choose_from() -> None:
    vehicle = SETTINGS.vehicle_classes["ebike"]
    work = work_of(200)
    # 120 pickups share the morning window.
    metres = 1_000 * (100 / 120) ** 0.5 * vehicle.detour
    assert work.near_s[9] == pytest.approx(metres / (vehicle.speeds_kmh[0] / 3.6))
    assert work_of(800).near_s[9] == pytest.approx(work.near_s[9] / 2)


def test_windows_are_cut_to_the_hours_served_and_refused_outside() -> None:
    late = WindowShare(18 * H, 21 * H, 1.0)
    night = WindowShare(20 * H, 22 * H, 0.25)

    def of(window: WindowShare) -> DayWork:
        return day_work(
            PickupClass.PARCEL,
            30,
            (window,),
            spread=SPREAD,
            door_s=240.0,
            settings=SETTINGS,
            served_s=SERVED_S,
        )

    assert of(late).pickups[18] == 30
    with pytest.raises(ValueError, match=r"25.0% of requests ask for 20:00 to 22:00"):
        of(night)


def test_more_couriers_keep_more_promises() -> None:
    work = work_of(200)
    base = work.couriers(3.0)
    shares = [service_of(work, base * factor, CONSTANTS) for factor in (0.5, 1.0, 2.0)]
    kept = [one.kept for one in shares]
    assert kept == sorted(kept)
    assert kept[0] < kept[2]
    assert [one.as_asked for one in shares] == sorted(one.as_asked for one in shares)


def test_the_couriers_needed_are_just_enough() -> None:
    targets = Targets(kept=0.97, as_asked=0.9)
    work = work_of(200)
    needed = needed_couriers(work, CONSTANTS, targets)
    assert needed[12] == 0
    enough = service_of(work, needed, CONSTANTS)
    assert enough.kept >= targets.kept - 1e-6
    assert enough.as_asked >= targets.as_asked - 1e-6
    fewer = service_of(work, needed * 0.97, CONSTANTS)
    assert fewer.kept < targets.kept or fewer.as_asked < targets.as_asked


def test_the_drive_across_town_costs_promises_but_no_wishes() -> None:
    work = work_of(200)
    base = work.couriers(3.0)
    near, far = (
        service_of(replace(work, far_s=far_s), base, CONSTANTS) for far_s in (1_800.0, 7_200.0)
    )
    assert near.kept > far.kept
    assert near.as_asked == far.as_asked


def test_large_cities_need_fewer_couriers_a_request() -> None:
    small, large = (needed_couriers(work_of(n), CONSTANTS, Targets()) for n in (50, 2_000))
    assert large.sum() / 2_000 < 0.6 * small.sum() / 50


def test_zones_that_do_not_share_couriers_need_more() -> None:
    # Four zones as dense as the city: a quarter of the requests, as near to each other.
    whole = work_of(120)
    zone = replace(whole, pickups=whole.pickups / 4)
    pooled = needed_couriers(whole, CONSTANTS, Targets()).sum()
    apart = 4 * needed_couriers(zone, CONSTANTS, Targets()).sum()
    assert apart > 1.03 * pooled


def test_no_demand_needs_nobody() -> None:
    work = work_of(0)
    assert not needed_couriers(work, CONSTANTS, Targets()).any()
    assert service_of(work, np.zeros(24), CONSTANTS).kept == 1


@pytest.mark.parametrize("share", [0.0, 1.0, 1.5])
def test_targets_that_cannot_be_are_refused(share: float) -> None:
    with pytest.raises(ValueError, match="kept"):
        Targets(kept=share)


def test_a_power_law_goes_on_beyond_what_was_measured() -> None:
    assert SPREAD.at([1, 10, 100, 1_000_000]) == pytest.approx(
        [10_000, 3_162.3, 1_000, 10], rel=1e-3
    )
