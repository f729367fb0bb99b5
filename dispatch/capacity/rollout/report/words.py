"""A roll-out in words: names, days, and sentences that claim what is known and no more."""

from collections.abc import Iterator
from datetime import date

from dispatch.capacity.rollout.earliest import lead_weeks
from dispatch.capacity.rollout.inputs import Resource, Service, Status
from dispatch.capacity.rollout.limits import Limit, LimitKind
from dispatch.capacity.rollout.schedule import COST, DEMAND, TARGETS, Stage
from dispatch.capacity.rollout.study import Rollout
from dispatch.capacity.rollout.verdicts import Outcome, Verdict
from dispatch.domain.requests import PickupClass

CLASSES = {PickupClass.PARCEL: "parcels", PickupClass.BULKY: "bulky"}
RESOURCES = {
    Resource.COURIER: "couriers",
    Resource.EBIKE: "e-bikes",
    Resource.CREW: "crew members",
    Resource.VAN: "vans",
    Resource.HUB: "hubs",
}
_ONE = {
    Resource.COURIER: "courier",
    Resource.EBIKE: "e-bike",
    Resource.CREW: "crew member",
    Resource.VAN: "van",
    Resource.HUB: "hub",
}


def counted(amount: int, resource: Resource) -> str:
    """A number of a resource, as in ``1 van``."""
    return f"{amount:,} {_ONE[resource] if amount == 1 else RESOURCES[resource]}"


def named(service: Service) -> str:
    """A service, as in ``Wuxi bulky``."""
    return f"{service.city} {CLASSES[service.kind]}"


def day(value: date) -> str:
    """A day without its year, as in ``3 Aug``."""
    return f"{value.day} {value:%b}"


def yuan(amount: int) -> str:
    """Money in millions from ten thousand yuan on, as in ``¥14.93 m``."""
    return f"¥{amount / 1e6:,.2f} m" if abs(amount) >= 10_000 else f"¥{amount:,}"


def percent(share: float) -> str:
    """A share in whole percent that says 100 only where nothing lacks, and 0 where all does."""
    whole = round(share * 100)
    if whole == 100 and share < 1 - 1e-9:
        return "> 99 %"
    return "< 1 %" if whole == 0 and share > 1e-9 else f"{whole} %"


def cleared(days: int | None) -> str:
    """When the backlog of peak days is gone, from the last of them on."""
    if days is None:
        return "never"
    return f"{days} {'day' if days == 1 else 'days'} later" if days else "in these days"


def headline(rollout: Rollout) -> str:
    """Whether the targets are met, in a sentence."""
    unmet, plan = rollout.unmet, rollout.plan
    if unmet:
        wanted = len(plan.targets)
        return f"{len(unmet)} of {wanted} targets are not met by the day they are due"
    days = [
        verdict.opens
        for verdict in rollout.verdicts
        if verdict.status is Status.OPEN and verdict.opens is not None
    ]
    if not days:
        return f"All {len(plan.targets)} services that are live are kept"
    when = day(days[0]) if min(days) == max(days) else f"{day(min(days))} to {day(max(days))}"
    return (
        f"All {len(plan.targets)} targets are met: {len(days)} "
        f"{'service opens' if len(days) == 1 else 'services open'}, {when}"
    )


def proof(rollout: Rollout) -> str:
    """What is known of the schedule's quality."""
    if rollout.proven:
        return "Proven: no schedule meets more targets, covers more demand, or costs less for it."
    parts = [_of_stage(stage) for stage in rollout.solved.stages]
    if len(parts) < len((TARGETS, DEMAND, COST)):
        parts.append("the search ended before the goals after that")
    return "; ".join(parts).capitalize() + "."


def _of_stage(stage: Stage) -> str:
    if stage.proven:
        return f"{stage.goal}: proven"
    return f"{stage.goal}: at most {100 * stage.gap:.2f} % from the best there can be"


def verdict_text(verdict: Verdict) -> str:
    """A verdict in a few words."""
    if verdict.outcome is Outcome.READY:
        return "ready"
    if verdict.outcome is Outcome.READY_ON and verdict.opens is not None:
        return f"ready on {day(verdict.opens)}"
    if verdict.outcome is Outcome.LATE and verdict.opens is not None:
        return f"late: {day(verdict.opens)}"
    return "short"


def short_text(verdict: Verdict) -> str:
    """What a service lacks on the day it is due; empty where nothing is lacking."""
    if verdict.outcome in (Outcome.READY, Outcome.READY_ON):
        return ""
    lacking = ", ".join(counted(gap.short, gap.resource) for gap in verdict.short)
    if lacking:
        return f"{lacking} by {day(verdict.due)}"
    return f"nothing it needs is short on {day(verdict.due)}, but it may not open by then"


def why_text(rollout: Rollout, verdict: Verdict) -> str:
    """What is known of the reason why a target is not met; empty where it is met."""
    if verdict.outcome in (Outcome.READY, Outcome.READY_ON):
        return ""
    remedies = rollout.remedies
    if remedies is not None and verdict.service in remedies.out_of_reach:
        return _too_late(rollout, verdict)
    if verdict.status is Status.OPEN and verdict.earliest is not None:
        if verdict.earliest > verdict.due:
            return _too_late(rollout, verdict)
        return f"could open on {day(verdict.earliest)} if nothing but time were short"
    return ""


def _too_late(rollout: Rollout, verdict: Verdict) -> str:
    slowest = verdict.waits_for
    if slowest is None:
        return "out of reach whatever is spent: what it waits for, or its own dates, forbid it"
    weeks = lead_weeks(rollout.plan, slowest)
    found = "after the last week" if verdict.earliest is None else f"on {day(verdict.earliest)}"
    return (
        f"out of reach whatever is spent: {RESOURCES[slowest]} take {weeks} weeks, so that it "
        f"could open {found} at the earliest"
    )


def remedy_texts(rollout: Rollout) -> Iterator[tuple[str, ...]]:
    """For each remedy, its extras in words."""
    if rollout.remedies is None:
        return
    for remedy in rollout.remedies.found:
        yield tuple(extra_text(limit, amount) for limit, amount in remedy.extras.items())


def extra_text(limit: Limit, amount: int) -> str:
    """So much more of a limit, as in ``4 more hubs delivered each week``."""
    kind, resource = limit
    if kind is LimitKind.BUDGET:
        return f"¥{amount:,} more budget, from the first week on"
    if kind is LimitKind.OPENINGS:
        return f"{amount} more openings allowed each week"
    if resource is None:
        raise ValueError(f"{limit} is of no resource")
    if kind is LimitKind.TRAINING:
        return f"{amount} more training places for {RESOURCES[resource]}"
    if kind is LimitKind.HIRING:
        return f"{amount} more {RESOURCES[resource]} hired in each city each week"
    return f"{amount} more {RESOURCES[resource]} delivered each week"


def remedy_note(rollout: Rollout) -> str:
    """What is known of the remedies as a whole."""
    remedies = rollout.remedies
    if remedies is None:
        return "The search was ended before it was known what would meet them."
    parts = []
    if remedies.found and remedies.complete:
        one = "this set" if len(remedies.found) == 1 else "one of these sets"
        if all(remedy.least for remedy in remedies.found):
            parts.append(f"Proven: nothing less than {one} would do.")
        else:
            parts.append(f"Proven: it takes {one}; less of it may do, the search was ended.")
    elif remedies.found:
        parts.append("There may be other sets.")
    elif not remedies.out_of_reach:
        parts.append("None was found in the time given.")
    if remedies.out_of_reach:
        names = ", ".join(map(named, remedies.out_of_reach))
        parts.append(f"Out of reach whatever is spent: {names}.")
    return " ".join(parts)
