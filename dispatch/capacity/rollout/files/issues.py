"""What is wrong with a PLAN folder, collected while it is read."""

from collections.abc import Sequence

from dispatch.files.issues import DayIssue

SHOWN = 20


class RolloutInputError(Exception):
    """A PLAN folder cannot be used; ``issues`` holds everything that is wrong with it."""

    def __init__(self, issues: Sequence[DayIssue]) -> None:
        self.issues = tuple(issues)
        noun = "error" if len(issues) == 1 else "errors"
        lines = [f"{len(issues)} {noun} in the plan's files:"]
        lines += [f"  {issue}" for issue in issues[:SHOWN]]
        if len(issues) > SHOWN:
            lines.append(f"  ... and {len(issues) - SHOWN} more")
        super().__init__("\n".join(lines))


class Findings:
    """Collects issues; each names file, row, column and value.

    Attributes:
        issues: Found so far.
    """

    def __init__(self) -> None:
        self.issues: list[DayIssue] = []

    def add(
        self,
        code: str,
        file: str,
        row: int | None,
        field: str | None,
        value: object,
        cause: str,
        action: str,
    ) -> None:
        """Note one thing that is wrong."""
        given = None if value is None else str(value)
        self.issues.append(
            DayIssue(
                code=code, file=file, row=row, field=field, value=given, cause=cause, action=action
            )
        )
