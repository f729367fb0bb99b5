"""Whether couriers work while they can, or put it off."""

from dataclasses import replace

from dispatch.live.dispatcher import Dispatcher
from dispatch.live.events import Booked, ShiftStarted, Ticked
from dispatch.live.revisions import Revision
from dispatch.live.rules import LiveRules
from dispatch.live.tasks import Collect
from solvers.engines.protocol import Limits
from tests.dispatch.live.days import COURIERS, NINE, day, request

ELEVEN = 11 * 3600


def planned(*, work_ahead: bool) -> Revision:
    """One courier at nine, with a pickup due by one and one that opens at eleven."""
    dispatcher = Dispatcher(
        replace(day(), couriers=COURIERS[:1]), LiveRules(work_ahead=work_ahead), seed=1
    )
    dispatcher.tell(Ticked(NINE))
    dispatcher.tell(ShiftStarted(NINE, "E1"))
    dispatcher.tell(Booked(NINE, request(1, end_s=13 * 3600)))
    dispatcher.tell(Booked(NINE, request(2, ELEVEN)))
    return dispatcher.decide(Limits(iterations=200))


def test_what_can_be_done_now_is_not_put_off_to_save_wages() -> None:
    revision = planned(work_ahead=True)

    assert revision.instructions.of("E1")[:1] == (Collect("R1"),)
    assert all(task.late_s == 0 for task in revision.couriers["E1"].tasks)


def test_where_waiting_costs_wages_the_courier_leaves_for_both_at_once() -> None:
    revision = planned(work_ahead=False)

    assert revision.instructions.of("E1") == ()
    assert revision.couriers["E1"].leave_s > ELEVEN - 1800
