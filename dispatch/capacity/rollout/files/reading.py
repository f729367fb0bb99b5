"""Reading a PLAN folder: either a sound input or every finding at once."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dispatch.capacity.rollout.files.building import build_input
from dispatch.capacity.rollout.files.issues import Findings, RolloutInputError
from dispatch.capacity.rollout.files.rows import OPTIONAL, TABLES, PlanFile
from dispatch.capacity.rollout.inputs import RolloutInput
from dispatch.files.rows import Row, columns_of, field_issue
from dispatch.files.tables import Record, decode, read_table, unknown_name

PLAN_FILE = "plan.toml"


@dataclass(slots=True)
class Folder:
    """A PLAN folder as far as it could be read.

    Attributes:
        settings: Of ``plan.toml``, ``None`` where that has errors.
        tables: Sound rows by file.
    """

    settings: PlanFile | None
    tables: dict[str, list[tuple[Record, Any]]] = field(default_factory=dict)


def read_rollout(folder: Path) -> RolloutInput:
    """Read and check a PLAN folder.

    Args:
        folder: Holds ``plan.toml`` and the tables; see ``docs/rollout.md``.

    Raises:
        RolloutInputError: Something is wrong; the error holds everything that is. Rules between
            files are left for the next reading where single values are wrong.
    """
    findings = Findings()
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        findings.add(
            "folder.missing", str(folder), None, None, None, what, f"give one with {PLAN_FILE}"
        )
        raise RolloutInputError(findings.issues)
    read = Folder(_settings(folder, findings))
    for file, model in TABLES.items():
        read.tables[file] = _rows(folder, file, model, findings)
    if findings.issues or read.settings is None:
        raise RolloutInputError(findings.issues)
    plan = build_input(read.settings, read.tables, findings)
    if findings.issues or plan is None:
        raise RolloutInputError(findings.issues)
    return plan


def _content(folder: Path, file: str, findings: Findings) -> bytes | None:
    try:
        return (folder / file).read_bytes()
    except FileNotFoundError:
        if file not in OPTIONAL:
            findings.add("file.missing", file, None, None, None, "is missing", f"add {file}")
    except OSError as error:
        cause = f"cannot be read: {error.strerror or error}"
        findings.add("file.unreadable", file, None, None, None, cause, "check its permissions")
    return None


def _settings(folder: Path, findings: Findings) -> PlanFile | None:
    content = _content(folder, PLAN_FILE, findings)
    text = None if content is None else decode(PLAN_FILE, content, findings.issues)
    if text is None:
        return None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        cause, action = f"is not TOML: {error}", "correct the file at this place"
        findings.add("file.syntax", PLAN_FILE, None, None, None, cause, action)
        return None
    try:
        return PlanFile.model_validate(values)
    except ValidationError as error:
        for details in error.errors(include_url=False):
            path = ".".join(map(str, details["loc"]))
            if details["type"] == "extra_forbidden":
                known = _known_keys(details["loc"])
                findings.issues.append(unknown_name(PLAN_FILE, None, path, known, "key"))
            else:
                findings.issues.append(field_issue(PLAN_FILE, None, path, details))
        return None


def _known_keys(path: tuple[int | str, ...]) -> tuple[str, ...]:
    """Full names of the keys that may stand beside an unknown one."""
    model: Any = PlanFile
    for part in path[:-1]:
        annotation = model.model_fields[str(part)].annotation
        inner = [one for one in getattr(annotation, "__args__", ()) if one is not type(None)]
        model = inner[0] if inner else annotation
    above = ".".join(map(str, path[:-1]))
    return tuple(f"{above}.{name}" if above else name for name in model.model_fields)


def _rows(
    folder: Path, file: str, model: type[Row], findings: Findings
) -> list[tuple[Record, Any]]:
    content = _content(folder, file, findings)
    if content is None:
        return []
    table = read_table(file, content, columns_of(model), findings.issues)
    sound = []
    for record in table.records:
        try:
            sound.append((record, model.model_validate(record.values)))
        except ValidationError as error:
            for details in error.errors(include_url=False):
                name = ".".join(str(part) for part in details["loc"] if isinstance(part, str))
                if details["type"] == "missing" and name in table.missing:
                    continue
                findings.issues.append(field_issue(file, record.row, name, details, record.values))
    return sound
