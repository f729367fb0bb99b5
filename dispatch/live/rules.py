"""The rules of a live day that a planner may set."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRules:
    """What holds for a live day beside the city's settings.

    Attributes:
        most_attempts: Visits to a door that fail before the pickup is given up.
        retry_after_s: Seconds from a failed visit before which no other is made.
        most_ahead_s: An event later than the clock by more than this is refused: somebody's
            watch is wrong.
        takeover_s: Seconds to take over what a broken-down courier carries.
        lead_s: A courier is sent on its way this long before it must leave.
        at_risk_s: A start within so many seconds of the end of its promise is at risk.
        buffer_s: Promises are planned to be kept with so many seconds to spare, and a window is
            offered only if the courier can be there so long before it ends.
        drive_margin_permille: Drives are planned to take so much longer than they should today, in
            thousandths: what a long route has to spare grows with it, up to the end of the shift.
        repair: Attempts at moving other stops where a booked pickup has no place in the plan.
        late_times: How many times the city's price of lateness a late promise costs in the plan. At
            1 the plan breaks a promise where that is cheaper than to send out another courier.
        courier_change_fen: Giving a stop to another courier than was told.
        time_change_fen: Moving a start by more than ``time_tolerance_s`` from what was told.
        time_tolerance_s: Seconds by which a start may move for free.
        work_ahead: Whether the plan prices driving and leaves waiting free, so that what can be
            done now is not put off to save wages; more work will come.
        learn_pace: Whether the plan reckons with drives and doors as long as they are today.

    Raises:
        ValueError: A value is out of range.
    """

    most_attempts: int = 2
    retry_after_s: int = 3_600
    most_ahead_s: int = 900
    takeover_s: int = 600
    lead_s: int = 60
    at_risk_s: int = 600
    buffer_s: int = 600
    drive_margin_permille: int = 100
    repair: int = 30
    late_times: int = 10
    courier_change_fen: int = 20
    time_change_fen: int = 0
    time_tolerance_s: int = 900
    work_ahead: bool = True
    learn_pace: bool = True

    def __post_init__(self) -> None:
        for field in fields(self):
            least = 1 if field.name in {"most_attempts", "late_times"} else 0
            value = getattr(self, field.name)
            if value < least:
                raise ValueError(f"{field.name} is {value}; give {least} or more")
