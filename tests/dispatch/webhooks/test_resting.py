from datetime import UTC, datetime, timedelta

from dispatch.webhooks.resting import Resting

NOW = datetime(2026, 11, 11, 4, tzinfo=UTC)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def fail(resting: Resting, times: int, at: datetime = NOW) -> None:
    for _ in range(times):
        resting.begun("we_1")
        resting.ended("we_1", reached=False, at=at)


def test_only_so_many_at_once() -> None:
    resting = Resting(at_once=2)
    resting.begun("we_1")
    assert resting.free("we_1", NOW) == 1
    resting.begun("we_1")
    assert resting.free("we_1", NOW) == 0
    assert resting.free("we_2", NOW) == 2
    resting.ended("we_1", reached=True, at=NOW)
    assert resting.free("we_1", NOW) == 1


def test_after_three_failures_it_rests_and_is_then_probed_by_one() -> None:
    resting = Resting(at_once=4)
    fail(resting, 2)
    assert resting.free("we_1", NOW) == 4
    fail(resting, 1)
    assert resting.free("we_1", later(4)) == 0
    assert resting.free("we_1", later(5)) == 1
    resting.begun("we_1")
    assert resting.free("we_1", later(5)) == 0


def test_rests_grow_up_to_five_minutes() -> None:
    resting = Resting(at_once=4)
    fail(resting, 4)
    assert (resting.free("we_1", later(9)), resting.free("we_1", later(10))) == (0, 1)
    fail(resting, 30)
    assert (resting.free("we_1", later(299)), resting.free("we_1", later(300))) == (0, 1)


def test_one_that_gets_through_ends_the_rest() -> None:
    resting = Resting(at_once=4)
    fail(resting, 5)
    resting.begun("we_1")
    resting.ended("we_1", reached=True, at=NOW)
    assert resting.free("we_1", NOW) == 4
