"""What is promised where the plan must have a place for it."""

from dispatch.domain.requests import PickupClass
from dispatch.live.events import Booked
from dispatch.simulation.acceptance import NO_PLACE, EarliestWindow
from dispatch.simulation.habits import always
from dispatch.simulation.policies import POLICIES
from tests.dispatch.simulation.small_world import MIN, H, briefing, parcel, rider, window

SHORT_WAYS = always(dict.fromkeys(PickupClass, MIN))
MORNING = window(9, 11)


def reasons(policy_name: str) -> list[str]:
    """Why pickups at both ends of a long street were not promised as asked, one after another."""
    policy = POLICIES[policy_name]()
    acceptance = EarliestWindow(SHORT_WAYS, usable_share=1.0, policy=policy)
    for observer in (policy, acceptance):
        observer.begin(briefing((rider("C1"),)))
    told = []
    for number in range(24):
        request = parcel(f"R{number}", 60 * (number % 2), MORNING)
        answer = acceptance.answer(8 * H, request)
        told.append(answer.reason)
        if answer.window == MORNING:
            for observer in (policy, acceptance):
                observer.observe(Booked(8 * H, request))
    return told


def test_nothing_is_promised_that_the_plan_has_no_place_for() -> None:
    assert set(reasons("rolling")) == {""}
    assert reasons("rolling-promises")[0] == ""
    assert reasons("rolling-promises")[-1] == NO_PLACE
