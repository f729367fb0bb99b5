"""Tables as they lie on disk: CSV or JSON into records of raw values, with their rows."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from dispatch.files.issues import DayIssue

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its number and its values by column, empty cells left out."""

    row: int
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """The records of one file.

    Attributes:
        file: Name of the file.
        records: In the order of the file.
        missing: Required columns that the whole file lacks; already reported.
    """

    file: str
    records: tuple[Record, ...]
    missing: frozenset[str]


@dataclass(frozen=True, slots=True)
class Columns:
    """Names a table may and must have."""

    known: tuple[str, ...]
    required: frozenset[str]


def read_table(file: str, content: bytes, columns: Columns, issues: list[DayIssue]) -> Table:
    """Read a table by its file's ending; what is wrong is added to ``issues``."""
    text = decode(file, content, issues)
    if text is None:
        return Table(file, (), frozenset(columns.known))
    if file.endswith(".json"):
        return _read_json(file, text, columns, issues)
    return _read_csv(file, text, columns, issues)


def decode(file: str, content: bytes, issues: list[DayIssue]) -> str | None:
    """Text of a file in UTF-8, UTF-16 with a byte order mark, or GB 18030 (GBK, GB 2312)."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _decoded(file, content, (encoding,), issues)
    if b"\x00" in content or content.startswith(b"PK\x03\x04"):
        issues.append(
            DayIssue(
                code="file.not_text",
                file=file,
                cause="is not a text file (perhaps a spreadsheet with its ending changed)",
                action="save it from the spreadsheet as CSV UTF-8",
            )
        )
        return None
    return _decoded(file, content, ("utf-8", "gb18030"), issues)


def _decoded(
    file: str, content: bytes, encodings: Sequence[str], issues: list[DayIssue]
) -> str | None:
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            failure = error
    issues.append(
        DayIssue(
            code="file.encoding",
            file=file,
            cause=f"is not text in {' or '.join(encodings)} (byte {failure.start})",
            action="save it as CSV UTF-8",
        )
    )
    return None


def unknown_name(
    file: str, row: int | None, name: str, known: Sequence[str], noun: str = "column"
) -> DayIssue:
    """The issue of a column or key that the contract does not know, with the nearest one."""
    near = get_close_matches(name.lower(), known, n=1, cutoff=0.6)
    action = f"did you mean {near[0]}?" if near else f"remove it; known are {', '.join(known)}"
    return DayIssue(
        code="column.unknown",
        file=file,
        row=row,
        field=name,
        cause=f"is no known {noun}",
        action=action,
    )


def _read_csv(file: str, text: str, columns: Columns, issues: list[DayIssue]) -> Table:
    rows = _csv_rows(file, text, issues)
    header_row, header = next(rows, (1, []))
    if not header:
        issues.append(
            DayIssue(
                code="file.empty",
                file=file,
                cause="has no header line",
                action=f"begin it with the columns {', '.join(columns.known)}",
            )
        )
        return Table(file, (), frozenset(columns.known))
    missing = _check_header(file, header_row, header, columns, issues)
    records = []
    for row, cells in rows:
        if len(cells) > len(header):
            issues.append(
                DayIssue(
                    code="row.too_long",
                    file=file,
                    row=row,
                    value=str(cells[len(header)]),
                    cause=f"has {len(cells)} cells under {len(header)} columns",
                    action="put a text that holds the separator in quotes",
                )
            )
            continue
        values = {
            name: cell
            for name, cell in zip(header, cells, strict=False)
            if cell and name in columns.known
        }
        records.append(Record(row, values))
    return Table(file, tuple(records), missing)


def _csv_rows(file: str, text: str, issues: list[DayIssue]) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, cells stripped, numbered as a spreadsheet does."""
    first_line = text.split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    row = 0
    try:
        for row, raw in enumerate(reader, start=1):
            cells = [cell.strip() for cell in raw]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield row, cells
    except csv.Error as error:
        issues.append(
            DayIssue(
                code="file.syntax",
                file=file,
                row=row + 1,
                cause=f"is not CSV: {error}",
                action="check the quotes in this row and the ones before it",
            )
        )


def _check_header(
    file: str, row: int, header: Sequence[str], columns: Columns, issues: list[DayIssue]
) -> frozenset[str]:
    seen: set[str] = set()
    for name in header:
        if name in seen:
            issues.append(
                DayIssue(
                    code="column.duplicate",
                    file=file,
                    row=row,
                    field=name,
                    cause="is there twice",
                    action="keep one of the columns",
                )
            )
        elif name not in columns.known:
            issues.append(unknown_name(file, row, name, columns.known))
        seen.add(name)
    missing = sorted(columns.required - seen)
    issues.extend(
        DayIssue(
            code="column.missing",
            file=file,
            row=row,
            field=name,
            cause="the column is missing",
            action="add it; every row needs a value",
        )
        for name in missing
    )
    return frozenset(missing)


def _read_json(file: str, text: str, columns: Columns, issues: list[DayIssue]) -> Table:
    entries = parse_json(file, text, issues)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        if entries is not None:
            issues.append(
                DayIssue(
                    code="file.shape",
                    file=file,
                    cause="is not a list of objects",
                    action="write [{...}, {...}], one object for each row, [] for none",
                )
            )
        return Table(file, (), frozenset(columns.known))
    records = []
    unknown: set[str] = set()
    for row, entry in enumerate(entries, start=1):
        for name in entry:
            if name not in columns.known and name not in unknown:
                unknown.add(name)
                issues.append(unknown_name(file, row, name, columns.known, "field"))
        values = {
            name: value
            for name, value in entry.items()
            if name in columns.known and value is not None and value != ""
        }
        records.append(Record(row, values))
    return Table(file, tuple(records), frozenset())


def parse_json(file: str, text: str, issues: list[DayIssue]) -> Any:
    """The document of a JSON text, or ``None`` with an issue; a repeated key is an error."""
    try:
        return json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        issues.append(
            DayIssue(
                code="file.syntax",
                file=file,
                cause=f"is not JSON: {error}",
                action="correct the file at this place",
            )
        )
        return None


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {repeated!r} is there twice in one object")
    return result
