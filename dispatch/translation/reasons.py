"""Reasons in a planner's words: local clock times, kilograms, minutes, courier and zone names.

What an amount must reach is rounded up (minutes, whole fen), so that following the words is
always enough.
"""

from dispatch.domain.plans import UnservedReason
from dispatch.reports.format import yuan
from dispatch.translation.plan import moment
from dispatch.translation.problem import CREW_SKILL, DayProblem
from solvers.explain import Change, ChangeKind, Code, Failure, Kind, Reason, Remedy
from solvers.model import TimeWindow, Visit, VisitKind

_FEN = 1000  # milli-fen
_MINUTE_S = 60
_LIMITS = {
    ChangeKind.MAX_STOPS: "serve {} more",
    ChangeKind.MAX_DISTANCE: "drive {} more",
    ChangeKind.MAX_DRIVE: "drive {} longer",
    ChangeKind.MAX_DURATION: "work {} longer",
}


def in_words(translated: DayProblem, reason: Reason) -> UnservedReason:
    """The reason as a plan carries it."""
    courier_id = "" if reason.vehicle is None else _courier(translated, reason.vehicle)
    return UnservedReason(
        kind=reason.kind,
        code=reason.code,
        courier_id=courier_id,
        message=_message(translated, reason),
        remedies=tuple(_remedy(translated, reason, remedy) for remedy in reason.remedies),
    )


def _message(translated: DayProblem, reason: Reason) -> str:
    if reason.code is Code.NO_VEHICLES or reason.vehicle is None:
        return "There are no couriers on shift."
    courier = _courier(translated, reason.vehicle)
    place = _position(translated, reason)
    broken = "; ".join(_failure(translated, reason, failure) for failure in reason.failures)
    if reason.kind is Kind.IMPOSSIBLE_ALONE:
        return f"No courier could, even with nothing else to do. {courier} comes nearest: {broken}."
    if reason.kind is Kind.NOT_BESIDE_OTHERS:
        return f"Fits into no route as it is. {courier} comes nearest, {place}: {broken}."
    cost = yuan(reason.cost or 0)
    if reason.price is None:
        left_out = "it must be served"
    else:
        left_out = f"leaving it out costs {yuan(reason.price)}"
    if reason.kind is Kind.NOT_WORTH_ITS_PRICE:
        return f"{courier} could, {place}, but that costs {cost}; {left_out}."
    return (
        f"It fits: {courier} could, {place}, for {cost}; {left_out}. "
        "The search has missed this; search longer."
    )


def _position(translated: DayProblem, reason: Reason) -> str:
    """Between which visits of the nearest courier's route the stop would come."""
    visits, place = reason.visits, reason.position or 0
    before = _visit(translated, visits[place - 1]) if place else ""
    after = _visit(translated, visits[place + 1]) if place + 1 < len(visits) else ""
    if before and after:
        return f"between {before} and {after}"
    if before:
        return f"after {before}, as the last visit"
    return f"before {after}, as the first visit" if after else "as the only visit"


def _failure(translated: DayProblem, reason: Reason, failure: Failure) -> str:
    """One broken rule; the subject is the courier of the reason."""
    problem, amount = translated.problem, failure.amount
    vehicle = problem.vehicles[reason.vehicle or 0]
    code = failure.code
    if code is Code.SKILLS:
        return _lacking(problem.stops[reason.stop].skills - vehicle.skills)
    if code in (Code.WINDOW, Code.OTHER_WINDOW):
        return _late_start(translated, reason, failure)
    if code is Code.SHIFT_END:
        ends = _clock(translated, vehicle.shift_end_s or 0)
        return f"the route would end {_lasting(amount)} after the shift ({ends})"
    if code is Code.CAPACITY:
        return f"{_load(amount, failure.unit)} too much for the vehicle"
    if code is Code.UNLOADING and failure.hub is not None:
        hub = problem.hubs[failure.hub]
        if not amount:
            return f"may not unload at {hub.id}"
        closes = _closes(translated, hub.windows)
        return f"{hub.id} would be reached {_lasting(amount)} after it closes ({closes})"
    if code is Code.BREAK and amount and vehicle.rest is not None:
        begin_by = _clock(translated, vehicle.rest.window.end_s)
        return f"the break would begin {_lasting(amount)} after {begin_by}"
    return _WORDS[code].format(_quantity(amount, failure.unit))


_WORDS = {
    Code.NOT_ALLOWED: "is not among those allowed to take it",
    Code.EXCLUDED: "is excluded from taking it",
    Code.DISTANCE: "would drive {} too far",
    Code.DRIVE: "would drive {} too long",
    Code.DURATION: "would work {} too long",
    Code.STOPS: "would serve {} too many",
    Code.BREAK: "the break finds no place",
    Code.UNREACHABLE: "no way leads there",
}


def _late_start(translated: DayProblem, reason: Reason, failure: Failure) -> str:
    index = reason.stop if failure.stop is None else failure.stop
    own = index == reason.stop
    ring = "would ring" if own else f"would ring at {translated.problem.stops[index].id}"
    stop = translated.problem.stops[index]
    latest = _closes(translated, stop.windows)
    promised = ""
    if stop.due_s is not None and stop.due_s < stop.windows[-1].end_s:
        promised = f" for a window until {_clock(translated, stop.due_s)}"
    return f"{ring} {_lasting(failure.amount)} after {latest}, the latest start{promised}"


def _lacking(skills: frozenset[str]) -> str:
    named = sorted(skills - {CREW_SKILL})
    needs = ["a crew of two"] if CREW_SKILL in skills else []
    needs += [f"the skill {name}" for name in named]
    return f"lacks {' and '.join(needs)}"


def _remedy(translated: DayProblem, reason: Reason, remedy: Remedy) -> str:
    """All changes of a remedy, which are needed together."""
    words = " and ".join(_change(translated, reason, change) for change in remedy.changes)
    extra = any(change.kind is ChangeKind.EXTRA_VEHICLE for change in remedy.changes)
    if reason.kind is Kind.IMPOSSIBLE_ALONE and not extra:
        courier = _courier(translated, remedy.vehicle)
        return f"{words} (if {courier} has nothing else to do)"
    return words


def _change(translated: DayProblem, reason: Reason, change: Change) -> str:
    problem, amount = translated.problem, change.amount
    match change.kind:
        case ChangeKind.WINDOW_END:
            return _longer_window(translated, reason, change)
        case ChangeKind.HUB_END:
            hub = problem.hubs[change.hub or 0]
            return f"{hub.id} open until {_until(translated, hub.windows[-1].end_s + amount)}"
        case ChangeKind.LESS_LOAD:
            return f"{_load(amount, change.unit)} less"
        case ChangeKind.HIGHER_PRICE:
            return f"a price of {_price((reason.price or 0) + amount)} or more"
        case _:
            return _courier_change(translated, reason, change)


def _longer_window(translated: DayProblem, reason: Reason, change: Change) -> str:
    index = reason.stop if change.stop is None else change.stop
    stop = translated.problem.stops[index]
    promised_s = stop.windows[-1].end_s if stop.due_s is None else stop.due_s
    whose = "window" if index == reason.stop else f"window of {stop.id}"
    return f"{whose} until {_until(translated, promised_s + change.amount)}"


def _courier_change(translated: DayProblem, reason: Reason, change: Change) -> str:
    """A change to the courier it names."""
    index = change.vehicle or 0
    vehicle, courier = translated.problem.vehicles[index], _courier(translated, index)
    match change.kind:
        case ChangeKind.SHIFT_END:
            end_s = (vehicle.shift_end_s or 0) + change.amount
            return f"shift of {courier} until {_until(translated, end_s)}"
        case ChangeKind.BREAK_END:
            end_s = change.amount + (vehicle.rest.window.end_s if vehicle.rest else 0)
            return f"break of {courier} begun by {_until(translated, end_s)}"
        case ChangeKind.MORE_CAPACITY:
            return f"{_load(change.amount, change.unit)} more room on {courier}"
        case ChangeKind.ADD_SKILLS:
            people = ["a crew of two"] if CREW_SKILL in change.skills else []
            named = [f"the skill {name}" for name in change.skills if name != CREW_SKILL]
            return f"{' and '.join(people + named)} on {courier}"
        case ChangeKind.ALLOW_VEHICLE:
            return f"{courier} allowed to take it"
        case ChangeKind.EXTRA_VEHICLE:
            return _extra(translated, reason, index)
        case _:
            limit = _LIMITS[change.kind].format(_quantity(change.amount, change.unit))
            return f"{courier} may {limit}"


def _extra(translated: DayProblem, reason: Reason, index: int) -> str:
    courier = translated.day.couriers[index]
    zone = translated.problem.stops[reason.stop].zone
    where = "" if zone is None else f" in zone {translated.zone_names[zone]}"
    return f"one more {courier.vehicle_class}{where}, like {courier.id}"


def _visit(translated: DayProblem, visit: Visit) -> str:
    if visit.kind is VisitKind.BREAK:
        return "the break"
    if visit.kind is VisitKind.HUB:
        return f"unloading at {translated.day.hubs[visit.index].id}"
    return translated.day.requests[visit.index].id


def _courier(translated: DayProblem, vehicle: int) -> str:
    return translated.day.couriers[vehicle].id


def _closes(translated: DayProblem, windows: tuple[TimeWindow, ...]) -> str:
    return _clock(translated, windows[-1].end_s)


def _until(translated: DayProblem, seconds: int) -> str:
    return _clock(translated, -(-seconds // _MINUTE_S) * _MINUTE_S)


def _clock(translated: DayProblem, seconds: int) -> str:
    at = moment(translated, seconds)
    days = (at.date() - translated.day.settings.date).days
    text = f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
    return text if not days else f"{text} ({days:+d} d)"


def _lasting(seconds: int) -> str:
    """Seconds below a minute, then minutes, rounded up."""
    if seconds < _MINUTE_S:
        return f"{seconds} s"
    hours, minutes = divmod(-(-seconds // _MINUTE_S), 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min"


def _load(amount: int, unit: str) -> str:
    if unit == "weight_g":
        return f"{amount / 1000:,.12g} kg"
    if unit == "volume_ml":
        return f"{amount / 1000:,.12g} l"
    return "1 piece" if amount == 1 else f"{amount:,} pieces"


def _quantity(amount: int, unit: str) -> str:
    if unit == "s":
        return _lasting(amount)
    if unit == "m":
        return f"{amount / 1000:,.12g} km"
    return "1 stop" if amount == 1 else f"{amount:,} stops"


def _price(milli_fen: int) -> str:
    return yuan(-(-milli_fen // _FEN) * _FEN)
