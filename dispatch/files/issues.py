"""What is wrong with a day's files: every finding, with its place and remedy."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class DayIssue:
    """One thing wrong in a day's files.

    Attributes:
        code: Stable name of the broken rule, listed in ``docs/day-format.md``.
        file: Name of the file inside the folder, or the folder.
        row: Row as a spreadsheet numbers them (the header is row 1); in JSON the number of the
            entry from 1; ``None`` where the whole file is meant.
        field: Name of the column or key, if one is meant.
        value: The value as given, if there is one.
        cause: What is wrong with it.
        action: What to do about it.
    """

    code: str
    file: str
    row: int | None = None
    field: str | None = None
    value: str | None = None
    cause: str
    action: str

    def __str__(self) -> str:
        place = self.file if self.row is None else f"{self.file} row {self.row}"
        subject = [part for part in (self.field, _quoted(self.value)) if part]
        where = f"{place}, {' '.join(subject)}" if subject else place
        return f"{where}: {self.cause}; {self.action} [{self.code}]"


class DayError(Exception):
    """A day's files cannot be used; ``issues`` holds everything that is wrong with them."""

    def __init__(self, issues: Sequence[DayIssue]) -> None:
        self.issues = tuple(issues)
        super().__init__(render_issues(self.issues))

    def __reduce__(self) -> tuple[type["DayError"], tuple[tuple[DayIssue, ...]]]:
        """Rebuild from the issues, so that the error survives a process pool."""
        return type(self), (self.issues,)


def render_issues(issues: Sequence[DayIssue], limit: int = SHOWN) -> str:
    """The first ``limit`` issues as lines of text, with a count of the others."""
    noun = "error" if len(issues) == 1 else "errors"
    lines = [f"{len(issues)} {noun} in the files:"]
    lines += [f"  {issue}" for issue in issues[:limit]]
    if len(issues) > limit:
        lines.append(f"  ... and {len(issues) - limit} more")
    return "\n".join(lines)


def write_issues(issues: Iterable[DayIssue], path: Path) -> None:
    """Write all issues to ``path`` as CSV that spreadsheets open right (UTF-8 with BOM)."""
    text = io.StringIO()
    writer = csv.writer(text)
    names = [field.name for field in fields(DayIssue)]
    writer.writerow(names)
    writer.writerows([getattr(issue, name) for name in names] for issue in issues)
    path.write_bytes(text.getvalue().encode("utf-8-sig"))


def _quoted(value: str | None) -> str | None:
    if value is None:
        return None
    return f"'{value}'" if len(value) <= 60 else f"'{value[:57]}...'"
