"""Which promises a plan breaks that the one before kept."""

from collections.abc import Mapping

from dispatch.live.revisions import Revision
from dispatch.live.tasks import Collect


def late_s(revision: Revision | None) -> dict[str, float]:
    """How late requests are in the plan; those on no route are as late as can be."""
    if revision is None:
        return {}
    late = {one: float(task.late_s) for one, (_, task) in revision.pickups().items()}
    left_out = (task for task in revision.left_out if isinstance(task, Collect))
    return late | {task.request_id: float("inf") for task in left_out}


def newly_late(before: Mapping[str, float], after: Mapping[str, float]) -> list[str]:
    """Requests that are late now, or later than they were."""
    return [one for one, late in sorted(after.items()) if late > before.get(one, 0.0)]
