"""Reading and writing a DAY folder; the contract is ``docs/day-format.md``."""

from dispatch.files.issues import DayError, DayIssue, render_issues, write_issues
from dispatch.files.reading import read_day, read_day_document
from dispatch.files.writing import write_day

__all__ = [
    "DayError",
    "DayIssue",
    "read_day",
    "read_day_document",
    "render_issues",
    "write_day",
    "write_issues",
]
