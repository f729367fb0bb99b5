"""Street networks in files: one compact file each, whole or not at all.

A file is a line that names the form and its version, the sha256 of all that follows, and a
NumPy archive (.npz, compressed, nothing pickled) of the network's arrays and texts.
"""

import hashlib
import io
import os
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from geo.errors import GeoError
from geo.roads.network import RoadNetwork

SUFFIX = ".roads"

_FORM = b"pickup-dispatch roads "
_VERSION = b"1"
_DIGEST_BYTES = hashlib.sha256().digest_size
_AGAIN = "build it again with 'dispatch roads build'"


def save_network(network: RoadNetwork, path: Path) -> None:
    """Write a network to a file; a file that is there is replaced once the new one is whole.

    Raises:
        OSError: it cannot be written; nothing is left of it.
    """
    archive = io.BytesIO()
    values = {field.name: getattr(network, field.name) for field in fields(network)}
    np.savez_compressed(archive, allow_pickle=False, **values)
    content = archive.getvalue()
    digest = hashlib.sha256(content).digest()
    with tempfile.TemporaryDirectory(prefix=".writing-", dir=path.parent) as beside:
        whole = Path(beside) / path.name
        with whole.open("wb") as file:
            file.write(_FORM + _VERSION + b"\n" + digest + content)
            file.flush()
            os.fsync(file.fileno())
        whole.replace(path)


def load_network(path: Path) -> RoadNetwork:
    """Read a network from a file.

    Raises:
        GeoError: `roads.file` for a file that is something else, `roads.file_version` for one
            of another version, `roads.file_damaged` for one that is cut off or changed.
        OSError: it cannot be read.
    """
    content = path.read_bytes()
    first_line, _, rest = content.partition(b"\n")
    if not first_line.startswith(_FORM):
        raise GeoError(
            "roads.file",
            f"{path} is no street network",
            f"give a {SUFFIX} file made by 'dispatch roads build'",
        )
    version = first_line.removeprefix(_FORM)
    if version != _VERSION:
        raise GeoError(
            "roads.file_version",
            f"{path} is of version {version[:20].decode(errors='replace')!r}; "
            f"this program reads version {_VERSION.decode()!r}",
            _AGAIN,
        )
    archive = rest[_DIGEST_BYTES:]
    if hashlib.sha256(archive).digest() != rest[:_DIGEST_BYTES]:
        raise GeoError(
            "roads.file_damaged", f"{path} is cut off or was changed after it was written", _AGAIN
        )
    with np.load(io.BytesIO(archive), allow_pickle=False) as values:
        parts: dict[str, Any] = {key: values[key] for key in values}
    for text in ("attribution", "source", "fingerprint"):
        parts[text] = str(parts[text])
    return RoadNetwork(**parts)
