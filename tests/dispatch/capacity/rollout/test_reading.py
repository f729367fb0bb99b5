"""A PLAN folder is sound, or everything that is wrong with it is named with its cell."""

from datetime import date
from pathlib import Path

import pytest

from dispatch.capacity.needs import Level
from dispatch.capacity.rollout.files.issues import RolloutInputError
from dispatch.capacity.rollout.files.reading import read_rollout
from dispatch.capacity.rollout.inputs import RolloutInput, Service, Status
from dispatch.domain.requests import PickupClass
from tests.dispatch.capacity.rollout.conftest import Edit


def bundled(edited: Edit) -> RolloutInput:
    return read_rollout(edited("plan.toml", "title", "title"))


def issues(folder: Path) -> list[str]:
    with pytest.raises(RolloutInputError) as raised:
        read_rollout(folder)
    return [str(issue) for issue in raised.value.issues]


def test_the_bundled_plan_is_the_mission(edited: Edit) -> None:
    plan = bundled(edited)
    live = [s for s, target in plan.targets.items() if target.status is Status.LIVE]
    bulky = [s for s in plan.targets if s.kind is PickupClass.BULKY]
    parcels = [s for s in plan.targets if s.kind is PickupClass.PARCEL]
    assert (len(bulky), len(parcels)) == (30, 16)
    assert len([s for s in live if s.kind is PickupClass.BULKY]) == 6
    assert set(parcels) <= set(live)
    assert (plan.deadline, plan.last_day) == (date(2026, 8, 30), date(2026, 8, 30))
    assert len(plan.weeks) == 8
    assert len(plan.needs) == 30 * 2 * len(Level)


def test_a_city_goes_by_any_of_its_names(edited: Edit) -> None:
    plan = read_rollout(edited("targets.csv", "Wuxi,bulky", "无锡市,bulky"))
    assert Service("Wuxi", PickupClass.BULKY) in plan.targets


def test_days_become_weeks(edited: Edit) -> None:
    edited("targets.csv", "most_hired_per_week", "most_hired_per_week,due,not_before")
    plan = read_rollout(
        edited("targets.csv", "Wuxi,bulky,open,26", "Wuxi,bulky,open,26,2026-08-16,2026-08-04")
    )
    target = plan.targets[Service("Wuxi", PickupClass.BULKY)]
    assert (target.due, target.not_before) == (5, 5)


@pytest.mark.parametrize(
    ("file", "before", "after", "expected"),
    [
        (
            "targets.csv",
            "Wuxi,bulky",
            "Wuxxi,bulky",
            "row 17, city 'Wuxxi': is no known city; did you mean Wuxi?",
        ),
        ("targets.csv", "Wuxi,bulky", "Suzhou,bulky", "is in row"),
        (
            "targets.csv",
            "Wuxi,bulky,open",
            "Wuxi,bulky,shut",
            "status 'shut': is not a known choice",
        ),
        (
            "targets.csv",
            "city,class,status",
            "city,class,stauts",
            "stauts: is no known column; did you mean status?",
        ),
        ("needs.csv", "Wuxi,bulky,expected", "Wuxi,bulky,low", "is in row"),
        ("needs.csv", "Kunming,bulky,expected,", "Kunming,bulky,expected,-", "requests_per_day '-"),
        ("stock.csv", "Beijing,van,", "Beijing,bus,", "resource 'bus'"),
        (
            "weeks.csv",
            "2026-07-13,6500000",
            "2026-07-13,-1",
            "weeks.csv row 3, budget_yuan '-1': must be at least",
        ),
        ("weeks.csv", "2026-07-13", "2026-07-14", "is a Tuesday"),
        ("weeks.csv", "2026-07-13", "2026-06-29", "does not follow the week of 2026-07-06"),
        ("weeks.csv", "2026-07-13", "13.7.2026", "is not a date; write it as 2026-08-30"),
        (
            "dependencies.csv",
            "Wuxi,bulky,Suzhou,bulky,1",
            "Suzhou,bulky,Suzhou,bulky,1",
            "waits for itself",
        ),
        ("dependencies.csv", "Wuxi,bulky", "Wuxi,parcel", "is live and waits for nothing"),
        ("dependencies.csv", "Wuxi,bulky", "Kunming,parcel", "Kunming': has no target for parcel"),
        (
            "plan.toml",
            "deadline = 2026-08-30",
            "deadline = 2027-08-30",
            "plan.toml, deadline '2027-08-30': is outside the weeks",
        ),
        ("plan.toml", "deadline = 2026-08-30", "deadline = 2026-06-30", "is outside the weeks"),
        (
            "plan.toml",
            "readiness = 0.9",
            "readiness = 1.9",
            "plan.toml, readiness '1.9': must be at most 1",
        ),
        ("plan.toml", "readiness = 0.9", "redyness = 0.9", "did you mean readiness?"),
        (
            "plan.toml",
            "attrition_per_week = 0.015",
            "attrition_per_week = 15",
            "people.courier.attrition_per_week '15'",
        ),
        (
            "plan.toml",
            "recruit_weeks = 1",
            "recruit_weks = 1",
            "did you mean people.courier.recruit_weeks?",
        ),
        ("plan.toml", "yuan_per_km = 3.5", "yuan_per_mile = 3.5", "assets.van.move.yuan_per_mile"),
        ("plan.toml", "asked_shares = [0.34", "asked_shares = [0.84", "add up to 1.5"),
        ("plan.toml", "on_road = [1.0, ", "on_road = [", "has 4 shares for 5 windows"),
        ("plan.toml", "on_road = [1.0, 0.9", "on_road = [1.0, 0.5", "is too few for window 2"),
        ("plan.toml", "[peak]", "[peak", "is not TOML"),
    ],
)
def test_what_is_wrong_is_named(
    edited: Edit, file: str, before: str, after: str, expected: str
) -> None:
    assert expected in "\n".join(issues(edited(file, before, after)))


def test_all_of_it_at_once(edited: Edit) -> None:
    edited("weeks.csv", "2026-07-13,6500000", "2026-07-13,plenty")
    edited("plan.toml", "readiness = 0.9", "readiness = 0")
    assert len(issues(edited("stock.csv", "Beijing,van,", "Beijing,van,-"))) == 3


def test_a_city_without_figures_is_named(edited: Edit) -> None:
    folder = edited("needs.csv", "", "")
    lines = (folder / "needs.csv").read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("Kunming,bulky,expected")]
    (folder / "needs.csv").write_text("".join(kept))
    (found,) = issues(folder)
    assert "city 'Kunming': has no expected need for bulky" in found


def test_absurd_needs_are_named(edited: Edit) -> None:
    row = "Kunming,bulky,expected"
    folder = edited("needs.csv", "", "")
    text = (folder / "needs.csv").read_text()
    old = next(line for line in text.splitlines() if line.startswith(row))
    found = "\n".join(issues(edited("needs.csv", old, f"{row},900,4,5,1,1000")))
    assert "people '5': cannot fill 4 vehicles once, which takes 8" in found
    assert "is 225 a day for each vehicle, more than 40" in found
    assert "is less at high demand than at expected, for Kunming" in found


def test_budgets_and_openings_that_allow_nothing(edited: Edit) -> None:
    folder = edited("weeks.csv", "", "")
    rows = [line.split(",") for line in (folder / "weeks.csv").read_text().splitlines()]
    none = [rows[0], *([day, "0", "0"] for day, _, _ in rows[1:])]
    (folder / "weeks.csv").write_text("\n".join(map(",".join, none)))
    budget, openings = issues(folder)
    assert "budget_yuan '0': is 0 in every week, so that nothing can open" in budget
    assert "most_openings '0': is 0 in every week" in openings


def test_contradictory_fixings(edited: Edit) -> None:
    edited("targets.csv", "most_hired_per_week", "most_hired_per_week,opens_on,not_before,due")

    def fixed(cells: str) -> str:
        folder = edited("targets.csv", "", "")
        text = (folder / "targets.csv").read_text()
        old = next(line for line in text.splitlines() if line.startswith("Kunming,bulky"))
        edited("targets.csv", old, "Kunming,bulky,open,9," + cells)
        return "\n".join(issues(folder))

    assert "opens_on '2026-08-10': is before 2026-08-17" in fixed("2026-08-10,2026-08-17,")
    assert "opens_on '2026-08-24': is after it is due" in fixed("2026-08-24,,2026-08-16")
    assert "opens_on '2026-07-13': is sooner than any hub can be there" in fixed("2026-07-13,,")


def test_files_that_are_not_there(edited: Edit, tmp_path: Path) -> None:
    folder = edited("plan.toml", "", "")
    (folder / "stock.csv").unlink()
    (folder / "dependencies.csv").unlink()
    assert issues(folder) == ["stock.csv: is missing; add stock.csv [file.missing]"]
    assert "does not exist" in issues(tmp_path / "nowhere")[0]
