"""What is wrong with a day that was sent, as a refusal."""

from collections.abc import Iterable

from dispatch.files import DayError, DayIssue
from dispatch.service.errors import Code, FieldError, ServiceError

MOST_ISSUES = 20


def day_refusal(error: DayError, prefix: str) -> ServiceError:
    """Names the first issues by their place in the body.

    Args:
        error: What is wrong with the day.
        prefix: Where the day stands in the body.
    """
    return refusal(
        FieldError(_place(issue, prefix), issue.cause, issue.action) for issue in error.issues
    )


def refusal(errors: Iterable[FieldError]) -> ServiceError:
    """Refuses a day or a city for these fields, at least one."""
    found = tuple(errors)
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return ServiceError(
        Code.DAY_INVALID,
        f"{found[0].field}: {found[0].message}{more}",
        found[0].action,
        errors=found[:MOST_ISSUES],
    )


def _place(issue: DayIssue, prefix: str) -> str:
    part = issue.file.partition(".")[0]
    row = [] if issue.row is None else [str(issue.row - 1)]
    return ".".join([prefix, part, *row, *([issue.field] if issue.field else [])])
