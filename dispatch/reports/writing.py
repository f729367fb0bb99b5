"""Files written whole or not at all.

A content is flushed to disk under a temporary name on the same file system before it takes its
place by renaming, so that a full disk or a kill leaves the old file or none, never half of one.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write one file; folders above it are made.

    Raises:
        OSError: It cannot be written; a file that was there is as before.
    """
    write_all(path.parent, {path.name: content})


def write_all(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write several files by name to ``folder``, the last of them last.

    All are on disk before the first one takes its place.

    Raises:
        OSError: One cannot be written; the files of ``folder`` are as before, unless the
            renaming itself fails half-way.
    """
    folder.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".writing-", dir=folder))
    try:
        for name, content in contents.items():
            with (beside / name).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for name in contents:
            (beside / name).replace(folder / name)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
