"""Simulated days kept on disk, and what is made of them: searches, fits, corrections."""

import os
import signal
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from dispatch.capacity.calibration.fitting import Observation, corrected, fit
from dispatch.capacity.calibration.store import (
    ConstantsError,
    bundled_constants,
    constants_toml,
    read_constants,
)
from dispatch.capacity.plan import DayPlan
from dispatch.capacity.staffing.constants import Constants, Decay, Evidence, Excess
from dispatch.capacity.staffing.covering import DayRoster
from dispatch.capacity.staffing.service import Service, Targets, mean_share
from dispatch.capacity.staffing.shift_rules import Shift
from dispatch.capacity.staffing.work import DayWork
from dispatch.capacity.validate import runs as runs_module
from dispatch.capacity.validate.days import DayFigures, DaysFigures, StaffedDays, simulate
from dispatch.capacity.validate.runs import DayRuns
from dispatch.capacity.validate.searching import FleetSearch, search_fleets
from dispatch.domain.requests import PickupClass
from dispatch.sampling.fleet import ShiftType

DAY = ShiftType(start_h=9, end_h=19)
TODAY = date(2026, 11, 23)
LATE = Decay(ways=3.0, scale=0.6, power=3.0, reach=0.5)
TURNED = Excess(ways=3.0, usable=1.2)
CONSTANTS = Constants(
    kind=PickupClass.PARCEL,
    late=LATE,
    turned=TURNED,
    busy=0.8,
    evidence=Evidence(
        fitted_on=TODAY, policy="nearest", cities=("Xiamen",), days=6, error_points=1.0
    ),
)


def days(couriers: int = 3, seed: int = 1) -> StaffedDays:
    return StaffedDays(
        city="Xiamen",
        kind=PickupClass.PARCEL,
        requests=20,
        shifts=((DAY, couriers),),
        policy="nearest",
        seeds=(seed,),
        tick_s=600,
    )


def figures(*kept: float, as_asked: float = 1.0) -> DaysFigures:
    """A day for each share of promises kept."""
    return DaysFigures(
        tuple(
            DayFigures(
                asked=1_000_000,
                as_asked=round(1_000_000 * as_asked),
                due=1_000_000,
                kept=round(1_000_000 * one),
                km=50,
                pickups=90,
                work_h=20,
            )
            for one in kept
        )
    )


def silent(done: int, total: int) -> None:
    pass


def test_a_day_is_simulated_with_its_shifts_and_found_again_on_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    first = DayRuns(tmp_path, jobs=1, on_progress=lambda *counts: seen.append(counts))
    found = first.figures([days(), days()])
    assert list(found) == [days()]
    assert 10 <= found[days()].asked <= 30
    assert found[days()].pickups > 0
    assert seen[-1] == (1, 1)

    def never(_: StaffedDays) -> DaysFigures:
        raise AssertionError("simulated again")

    monkeypatch.setattr(runs_module, "simulate", never)
    assert DayRuns(tmp_path, jobs=1, on_progress=silent).figures([days()]) == found
    # A roster of its own is a day of its own.
    with pytest.raises(AssertionError, match="simulated again"):
        DayRuns(tmp_path, jobs=1, on_progress=silent).figures([days(couriers=4)])


def test_code_that_changed_makes_results_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs_module, "simulate", lambda _: figures(0.5))
    runs = DayRuns(tmp_path, jobs=1, on_progress=silent)
    assert runs.figures([days()])[days()].kept == 0.5
    monkeypatch.setattr(runs_module, "code_fingerprint", lambda: "other")
    monkeypatch.setattr(runs_module, "simulate", lambda _: figures(0.7))
    assert runs.figures([days()])[days()].kept == 0.7


def die_once(days: StaffedDays) -> DaysFigures:
    """Kills its own process on the first try of one day, as the out-of-memory killer would."""
    mark = Path(os.environ["DIE_ONCE"])
    if days.seeds == (2,) and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return figures(0.9)


@pytest.mark.filterwarnings("ignore:A worker stopped:UserWarning")
def test_a_killed_worker_costs_a_retry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "died"
    monkeypatch.setenv("DIE_ONCE", str(mark))
    monkeypatch.setattr(runs_module, "_simulate_into", _into)
    wanted = [days(seed=seed) for seed in (1, 2, 3)]
    found = DayRuns(tmp_path / "runs", jobs=2, on_progress=silent).figures(wanted)
    assert mark.exists()
    assert [found[one].kept for one in wanted] == [0.9] * 3


def _into(days: StaffedDays, path: Path) -> None:
    import json
    from dataclasses import asdict

    path.write_text(json.dumps({"figures": asdict(die_once(days))}))


def plan(scale: float) -> DayPlan:
    """Ten couriers for each unit of scale."""
    shift = Shift(type=DAY, full=True, paid_h=8)
    count = max(1, round(10 * scale))
    presence = np.zeros(24)
    roster = DayRoster(shifts=(shift,), counts=(count,), vehicles=count, cost_fen=0, gap=0.0)
    work = DayWork(pickups=presence, near_s=presence, door_s=1.0, far_s=1.0)
    return DayPlan(
        requests=20,
        work=work,
        needed=presence,
        roster=roster,
        service=Service(kept=1.0, as_asked=1.0),
    )


@pytest.mark.parametrize(("enough", "start"), [(7, 1.0), (13, 1.0), (10, 1.0), (40, 0.3)])
def test_the_smallest_fleet_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, enough: int, start: float
) -> None:
    monkeypatch.setattr(
        runs_module, "simulate", lambda days: figures(0.99 if days.couriers >= enough else 0.9)
    )
    search = FleetSearch(
        plan=plan,
        days=lambda plan: days(couriers=plan.roster.couriers),
        start=start,
        targets=Targets(kept=0.98, as_asked=0.97),
    )
    search_fleets([search], DayRuns(tmp_path, jobs=1, on_progress=silent))
    assert search.smallest is not None
    assert search.smallest[0].roster.couriers == enough


def test_one_lucky_fleet_is_not_the_smallest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Eight couriers do well by chance, nine do not: pooled they fail.
    kept = {7: 0.95, 8: 0.982, 9: 0.97, 10: 0.985}
    monkeypatch.setattr(
        runs_module,
        "simulate",
        lambda days: figures(kept.get(days.couriers, 0.9 if days.couriers < 7 else 0.99)),
    )
    search = FleetSearch(
        plan=plan,
        days=lambda plan: days(couriers=plan.roster.couriers),
        start=0.9,
        targets=Targets(kept=0.98, as_asked=0.97),
    )
    search_fleets([search], DayRuns(tmp_path, jobs=1, on_progress=silent))
    assert search.smallest is not None
    assert search.smallest[0].roster.couriers == 10


def found_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spread: float) -> float:
    """Of the smallest fleet, where days of one fleet differ by so much."""
    chance = (-1.5, -0.5, 0.0, 0.0, 0.5, 1.5)

    def simulated(days: StaffedDays) -> DaysFigures:
        share = 1 - 0.02 * (10 / days.couriers) ** 2
        return figures(*(share + spread * one for one in chance))

    monkeypatch.setattr(runs_module, "simulate", simulated)
    search = FleetSearch(
        plan=plan,
        days=lambda plan: days(couriers=plan.roster.couriers),
        start=1.5,
        targets=Targets(kept=0.98, as_asked=0.97),
    )
    search_fleets([search], DayRuns(tmp_path, jobs=1, on_progress=silent))
    assert search.smallest is not None
    assert search.smallest[0].roster.couriers == 10
    return search.smallest_error


def test_the_error_of_the_smallest_fleet_is_that_of_the_shares_over_their_slope(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found_error(tmp_path / "same", monkeypatch, 0.0) == 0
    # The share rises by 0.004 a courier; its standard error over six days is a third of 0.001.
    small = found_error(tmp_path / "small", monkeypatch, 0.001)
    assert small == pytest.approx(0.001 * (1 / 6) ** 0.5 / 0.004, rel=0.25)


def test_shares_of_days_that_differ_are_less_certain() -> None:
    assert figures(0.9, 0.9, 0.9).kept_error == 0
    assert figures(0.8, 0.9, 1.0).kept_error == pytest.approx(0.1 / 3**0.5)
    assert figures(0.8, 0.9, 1.0).kept == pytest.approx(0.9)
    # A single day has the error of independent promises.
    assert figures(0.9).kept_error == pytest.approx((0.9 * 0.1 / 1_000_000) ** 0.5)


def test_a_target_out_of_reach_ends_the_search(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs_module, "simulate", lambda _: figures(0.99, as_asked=0.5))
    search = FleetSearch(
        plan=plan,
        days=lambda plan: days(couriers=plan.roster.couriers),
        start=1.0,
        targets=Targets(),
    )
    search_fleets([search], DayRuns(tmp_path, jobs=1, on_progress=silent))
    assert search.smallest is None


def observation(requests: float, near_s: float, factor: float, decay: Decay) -> Observation:
    """A day that goes exactly as the law says."""
    pickups = np.zeros(24)
    pickups[9:19] = requests / 10
    work = DayWork(
        pickups=pickups, near_s=np.full(24, near_s), door_s=240.0, far_s=near_s**0.5 * 180
    )
    presence = work.couriers(3.0) * factor
    late = mean_share(work, presence, decay)
    turned = mean_share(work, presence, TURNED)
    return Observation(
        city=f"city of {near_s}",
        days=3,
        work=work,
        presence=presence,
        figures=figures(1 - late, as_asked=1 - turned),
    )


def test_constants_that_made_the_days_are_found_again() -> None:
    seen = [
        observation(requests, near_s, factor, LATE)
        for requests, near_s in ((100, 600.0), (800, 150.0), (400, 300.0))
        for factor in (0.7, 1.0, 1.4, 2.0)
    ]
    found = fit(PickupClass.PARCEL, seen, Targets(), policy="nearest", fitted_on=TODAY)
    assert found.late.ways == pytest.approx(LATE.ways, rel=0.05)
    assert found.late.scale == pytest.approx(LATE.scale, rel=0.05)
    assert found.late.power == pytest.approx(LATE.power, rel=0.05)
    assert found.late.reach == pytest.approx(LATE.reach, rel=0.1)
    assert found.turned.ways == pytest.approx(TURNED.ways, rel=0.05)
    assert found.turned.usable == pytest.approx(TURNED.usable, rel=0.05)
    assert found.evidence.error_points < 0.1
    assert found.evidence.days == 3 * len(seen)
    # And they tell of a city that was not among them.
    other = observation(250, 900.0, 1.2, LATE)
    assert mean_share(other.work, other.presence, found.late) == pytest.approx(other.late, rel=0.05)


def test_the_drive_across_town_is_left_out_where_it_explains_nothing() -> None:
    law = Decay(ways=8.0, scale=0.5, power=3.0, reach=0.0)
    seen = [
        observation(requests, near_s, factor, law)
        for requests, near_s in ((100, 600.0), (800, 150.0), (400, 300.0))
        for factor in (0.7, 1.0, 1.4, 2.0)
    ]
    found = fit(PickupClass.PARCEL, seen, Targets(), policy="nearest", fitted_on=TODAY).late
    assert found.reach == 0
    assert found.ways == pytest.approx(law.ways, rel=0.05)


def test_fleets_far_from_the_target_do_not_decide() -> None:
    # The law changes away from the target: fleets far too small do worse than it says.
    seen = [
        observation(requests, near_s, factor, LATE)
        for requests, near_s in ((100, 600.0), (800, 150.0), (400, 300.0))
        for factor in (0.8, 1.0, 1.4, 2.0)
    ]
    near = [one for one in seen if one.late < 0.1]
    far = [
        replace(one, figures=figures(max(1 - 3 * one.late, 0.0), as_asked=one.figures.as_asked))
        for one in seen
        if one.late >= 0.1
    ]
    found = fit(PickupClass.PARCEL, near + far, Targets(), policy="nearest", fitted_on=TODAY)
    at_target = min(near, key=lambda one: abs(one.late - 0.02))
    guess = mean_share(at_target.work, at_target.presence, found.late)
    assert guess == pytest.approx(at_target.late, rel=0.25)


def test_too_few_days_fix_nothing() -> None:
    with pytest.raises(ValueError, match="2 observations"):
        fit(
            PickupClass.PARCEL,
            [observation(100, 600.0, 1.0, LATE)] * 2,
            Targets(),
            policy="nearest",
            fitted_on=TODAY,
        )


def test_corrected_constants_predict_what_was_seen() -> None:
    seen = observation(300, 400.0, 1.0, replace(LATE, scale=0.9))
    better = corrected(CONSTANTS, seen, today=TODAY)
    assert mean_share(seen.work, seen.presence, CONSTANTS.late) < 0.7 * seen.late
    assert mean_share(seen.work, seen.presence, better.late) == pytest.approx(seen.late, rel=1e-3)
    assert better.late.power == LATE.power
    assert better.evidence.cities == (seen.city,)


def test_constants_are_kept_with_their_evidence(tmp_path: Path) -> None:
    path = tmp_path / "constants.toml"
    both = [CONSTANTS, replace(CONSTANTS, kind=PickupClass.BULKY)]
    path.write_text(constants_toml(both))
    assert read_constants(path, "nearest") == {one.kind: one for one in both}
    assert bundled_constants("nearest")[PickupClass.BULKY].evidence.days > 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("power = 3.0", "power = -3.0"), "power"),
        (("reach = 0.5", "reach = -0.5"), "reach"),
        (("busy = 0.8", "buzy = 0.8"), "buzy"),
        (("policy = ", "policy "), "not TOML"),
        (('"nearest"', '"farthest"'), "no constants for parcel and bulky under policy 'nearest'"),
    ],
)
def test_constants_that_cannot_be_are_refused(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    path = tmp_path / "constants.toml"
    path.write_text(constants_toml([CONSTANTS]).replace(*change))
    with pytest.raises(ConstantsError, match=told):
        read_constants(path, "nearest")


def test_the_same_days_have_the_same_figures() -> None:
    assert simulate(days()) == simulate(days())
