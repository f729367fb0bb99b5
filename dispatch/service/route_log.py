"""Routes as rows of the database, and back."""

from collections.abc import Mapping, Sequence

from dispatch.live.tasks import Collect, Recover, RouteTask, TakeBreak, Unload
from dispatch.storage.day_routes import RouteRow, RouteRows


def rows_of(routes: Mapping[str, Sequence[RouteTask]]) -> dict[str, RouteRow]:
    """Each task as the name of its kind and the id it is about, by courier."""
    return {courier_id: [_row_of(task) for task in tasks] for courier_id, tasks in routes.items()}


def tasks_of(rows: RouteRows) -> dict[str, list[RouteTask]]:
    """The tasks of rows, by courier.

    Raises:
        ValueError: A row is of no known kind.
    """
    return {courier_id: [_task_of(*one) for one in row] for courier_id, row in rows.items()}


def _row_of(task: RouteTask) -> list[str]:
    match task:
        case Collect(request_id):
            return ["collect", request_id]
        case Unload(hub_id):
            return ["unload", hub_id]
        case Recover(courier_id):
            return ["recover", courier_id]
        case TakeBreak():
            return ["break"]


def _task_of(kind: str, about: str = "") -> RouteTask:
    match kind:
        case "collect":
            return Collect(about)
        case "unload":
            return Unload(about)
        case "recover":
            return Recover(about)
        case "break":
            return TakeBreak()
    raise ValueError(f"there is no kind of task '{kind}'")
