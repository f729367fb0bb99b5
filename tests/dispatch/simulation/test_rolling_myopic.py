"""What looking ahead changes in the rolling horizon."""

from dispatch.simulation.policies import POLICIES
from tests.dispatch.simulation.small_world import H, parcel, rider, run, window

REQUESTS = (
    parcel("now", 5, window(9, 13)),
    parcel("later", 10, window(11, 13)),
)


def rang_s(policy: str) -> int:
    day = run(POLICIES[policy](), REQUESTS, [rider("C1")])
    rang = day.requests["now"].rang_s
    assert rang is not None
    return rang


def test_a_courier_with_time_works_at_once() -> None:
    assert rang_s("rolling") < 9.25 * H


def test_a_myopic_plan_puts_work_off_to_wait_less() -> None:
    assert rang_s("rolling-myopic") > 9.75 * H
