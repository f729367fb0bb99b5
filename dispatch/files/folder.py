"""The files of a DAY folder: which there are, their bytes, and the fingerprint of them all."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from dispatch.files.issues import DayIssue

SERVICE_AREA_FILE = "service_area.geojson"

FORMS = {
    "city": ("city.toml", "city.json"),
    "requests": ("requests.csv", "requests.json"),
    "couriers": ("couriers.csv", "couriers.json"),
    "hubs": ("hubs.csv", "hubs.json"),
}
"""Names each part of a day may have; in this order they are read and enter the fingerprint."""

_ORDER = [*(name for forms in FORMS.values() for name in forms), SERVICE_AREA_FILE]


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the folder with its bytes."""

    name: str
    content: bytes


def fingerprint(contents: Mapping[str, bytes]) -> str:
    """SHA-256 over the files of a day by name, in the order they are read, hexadecimal."""
    digest = hashlib.sha256()
    for name in _ORDER:
        if name in contents:
            digest.update(f"{name} {len(contents[name])}\n".encode())
            digest.update(contents[name])
    return digest.hexdigest()


def in_order(issues: Sequence[DayIssue]) -> list[DayIssue]:
    """Issues by file in the order of reading, then by row."""

    def key(issue: DayIssue) -> tuple[int, int]:
        return _ORDER.index(issue.file) if issue.file in _ORDER else -1, issue.row or 0

    return sorted(issues, key=key)


def read_sources(folder: Path, issues: list[DayIssue]) -> dict[str, Source]:
    """The files of the folder by what they are, as far as they can be read."""
    if not folder.is_dir():
        there = folder.exists()
        issues.append(
            DayIssue(
                code="folder.not_a_folder" if there else "folder.missing",
                file=str(folder),
                cause="is not a folder" if there else "does not exist",
                action="give the folder that holds city.toml and requests.csv",
            )
        )
        return {}
    try:
        present = {path.name for path in folder.iterdir()}
    except OSError as error:
        issues.append(_unreadable(str(folder), error))
        return {}
    sources = {}
    for part, forms in FORMS.items():
        found = [name for name in forms if name in present]
        if len(found) == 1:
            source = _load(folder / found[0], issues)
            if source is not None:
                sources[part] = source
        else:
            issues.append(_two_forms(found) if found else _missing_file(forms, present))
    if SERVICE_AREA_FILE in present:
        source = _load(folder / SERVICE_AREA_FILE, issues)
        if source is not None:
            sources["service_area"] = source
    return sources


def _load(path: Path, issues: list[DayIssue]) -> Source | None:
    try:
        return Source(path.name, path.read_bytes())
    except OSError as error:
        issues.append(_unreadable(path.name, error))
        return None


def _unreadable(name: str, error: OSError) -> DayIssue:
    return DayIssue(
        code="file.unreadable",
        file=name,
        cause=f"cannot be read: {error.strerror or error}",
        action="check the file and its permissions",
    )


def _two_forms(found: Sequence[str]) -> DayIssue:
    return DayIssue(
        code="file.two_forms",
        file=found[0],
        cause=f"is there beside {found[1]}",
        action="remove one of the two",
    )


def _missing_file(forms: Sequence[str], present: set[str]) -> DayIssue:
    near = get_close_matches(forms[0], sorted(present), n=1, cutoff=0.7)
    hint = f"rename {near[0]}, or add" if near else "add"
    return DayIssue(
        code="file.missing",
        file=forms[0],
        cause="is missing",
        action=f"{hint} {forms[0]} (or {forms[1]})",
    )
