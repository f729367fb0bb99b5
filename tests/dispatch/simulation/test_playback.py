"""What the map that plays a day is given."""

from dispatch.live.tasks import Collect
from dispatch.simulation.city import SimulatedCity
from dispatch.simulation.metrics import metrics_of
from dispatch.simulation.records import DayRecord
from dispatch.simulation.report.playback import playback
from dispatch.simulation.scenarios import SCENARIOS
from dispatch.simulation.study import SimulatedDay, Study, StudyResult
from tests.dispatch.simulation.small_world import (
    HUB,
    MIDNIGHT,
    MIN,
    H,
    Script,
    briefing,
    parcel,
    rider,
    run,
    window,
)


def result_of(*records: DayRecord) -> StudyResult:
    known = briefing([rider("C1")])
    study = Study(
        city=SimulatedCity(
            settings=known.settings,
            midnight_at=MIDNIGHT,
            couriers=known.couriers,
            hubs=(HUB,),
            expected=(),
            demand=(),
        ),
        scenario=SCENARIOS["ordinary"],
        policies=("nearest",),
        seeds=tuple(range(len(records))),
    )
    days = [
        SimulatedDay(
            policy="nearest", seed=seed, metrics=metrics_of(day, known.couriers), record=day
        )
        for seed, day in enumerate(records)
    ]
    return StudyResult(study=study, days=days)


def test_the_first_day_is_played_with_every_drive_and_every_request() -> None:
    script = Script({9 * H: {"C1": (Collect("R1"),)}})
    requests = [parcel("R1", 10, window(9, 11)), parcel("R2", 10, window(9, 11))]
    day = run(script, requests, [rider("C1")])
    other = run(Script({}), requests, [rider("C1")])
    played = playback(result_of(day, other))
    assert played is not None
    (shown,) = played["days"]
    assert (shown["policy"], shown["seed"]) == ("nearest", 0)
    (courier,) = shown["couriers"]
    assert courier["legs"] == [[9 * H, 9 * H + 10 * MIN, 120.0, 30.0, 120.01, 30.0]]
    first, second = shown["requests"]
    assert first[:4] == ["R1", 120.01, 30.0, "parcel"]
    assert first[5:8] == [9 * H, 11 * H, 9 * H + 10 * MIN]
    assert played["outcomes"][first[9]] == "collected"
    assert played["outcomes"][second[9]] == "missed"
    assert played["from_s"] <= 9 * H
    assert played["to_s"] >= 9 * H + 10 * MIN
    assert played["hubs"] == [["H1", 120.01, 30.0]]


def test_a_day_without_drives_is_not_played() -> None:
    day = run(Script({}), [parcel("R1", 10, window(9, 11))], [rider("C1")])
    assert playback(result_of(day)) is None
