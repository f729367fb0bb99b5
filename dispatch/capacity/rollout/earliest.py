"""The first week in which a service could open if nothing but time were short."""

from dispatch.capacity.rollout.inputs import ROLES, Resource, RolloutInput, Service


def earliest_week(plan: RolloutInput, service: Service) -> tuple[int, Resource | None]:
    """The first week by which everything a service needs can be there, and what takes longest.

    Money, deliveries, hiring and openings are taken as unlimited, and every resource of its city
    as if this service alone used it: no schedule can be earlier. The week is that after the last
    where even then it cannot open; the resource is ``None`` where nothing is waited for.
    """
    first, slowest = plan.targets[service].not_before, None
    for resource in service.resources:
        week = _week_of(plan, service, resource)
        if week > first:
            first, slowest = week, resource
    return first, slowest


def _week_of(plan: RolloutInput, service: Service, resource: Resource) -> int:
    need = plan.need(service)
    # As many as the vehicles of the first day take, not of full coverage.
    wanted = -(-need.of(resource) * plan.ready_vehicles(service) // need.vehicles)
    weeks = range(len(plan.weeks))
    by_stock = next(
        (week for week in weeks if plan.in_stock(service.city, resource, week) >= wanted),
        len(plan.weeks),
    )
    return min(by_stock, lead_weeks(plan, resource))


def lead_weeks(plan: RolloutInput, resource: Resource) -> int:
    """Weeks from a decision to the first day of use, by the quickest way there is."""
    if resource in ROLES:
        return plan.roles[resource].recruit_weeks + plan.roles[resource].train_weeks
    asset = plan.assets[resource]
    return asset.buy_weeks if asset.moving is None else min(asset.buy_weeks, asset.moving.weeks)
