"""The folder that blocks are kept in: written whole or not at all, bounded in size.

A file is never changed once it is there, so that any number of processes may read and write the
same folder without locks: each writes under a name of its own and renames. What two of them
compute at the same time is written twice, the same. When the folder is full, the files that
were not used for longest go, as joblib.Memory does (joblib/joblib, `reduce_size`, BSD).

Why no library: diskcache, the usual one, has had no release since 2023 and reads pickles, with
which whoever may write to the folder runs code of his own (CVE-2025-69872). joblib keeps results
of whole calls, where rows and columns are added here.
"""

import logging
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import time
from typing import NamedTuple

from geo.coordinates import FloatArray
from geo.matrix_cache.block import Block, DamagedError, read_block, read_places

_logger = logging.getLogger(__name__)

_SUFFIX = ".block"
_UNFINISHED = ".unfinished"
_UNFINISHED_FOR_S = 3_600
# The folder is measured when this share of its limit was written since the last time.
_MEASURED_EVERY = 1 / 20
_EMPTIED_TO = 0.9


class _Stored(NamedTuple):
    used: float
    size: int
    path: Path


def default_folder() -> Path:
    """Where matrices are kept if nobody says otherwise, by the XDG Base Directory Specification.

    ``$XDG_CACHE_HOME/pickup-dispatch/matrices``, or the same under ``~/.cache``.
    """
    given = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(given) if Path(given).is_absolute() else Path.home() / ".cache"
    return base / "pickup-dispatch" / "matrices"


class MatrixStore:
    """A folder of blocks, in one subfolder for each key. Threads and processes may share it.

    A folder that cannot be written or read is told to the log and otherwise done without.

    Args:
        folder: made when first written to, for its owner only.
        limit_bytes: the files that were not used for longest are dropped beyond this size. The
            folder may be a twentieth larger for a while, per process that writes to it.
    """

    __slots__ = ("_limit_bytes", "_lock", "_unmeasured_bytes", "_unwritable", "folder")

    def __init__(self, folder: Path, *, limit_bytes: int = 2_000_000_000) -> None:
        self.folder = folder
        self._limit_bytes = limit_bytes
        self._lock = threading.Lock()
        # So that the first block written has the folder measured.
        self._unmeasured_bytes = limit_bytes
        self._unwritable = False

    def stamp(self, key: str) -> int:
        """Changes when blocks of a key come or go; 0 where there are none."""
        try:
            return (self.folder / key).stat().st_mtime_ns
        except OSError:
            return 0

    def names(self, key: str) -> set[str]:
        """Names of the blocks of a key."""
        try:
            files = [path.name for path in (self.folder / key).iterdir()]
        except OSError:
            return set()
        return {name.removesuffix(_SUFFIX) for name in files if name.endswith(_SUFFIX)}

    def places(self, key: str, name: str) -> tuple[FloatArray, FloatArray] | None:
        """Origins and destinations of a block; None if it cannot be read or was damaged."""
        path = self._path(key, name)
        try:
            return read_places(path, key)
        except OSError:
            return None
        except DamagedError as error:
            self._drop_damaged(path, error)
            return None

    def read(self, key: str, name: str, times: int) -> Block | None:
        """A block for `times` breakpoints; None if it cannot be read or was damaged."""
        path = self._path(key, name)
        try:
            block = read_block(path, key, times)
        except OSError:
            return None
        except DamagedError as error:
            self._drop_damaged(path, error)
            return None
        with suppress(OSError):
            os.utime(path)
        return block

    def write(self, key: str, block: Block) -> str | None:
        """Keep a block; returns its name, or None where it could not be kept."""
        if block.nbytes > self._limit_bytes:
            return None
        path = self._path(key, block.name)
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._replace(path, key, block)
        except OSError as error:
            self._tell_unwritable(error)
            return None
        self._measure(block.nbytes)
        return block.name

    def drop(self, key: str, name: str) -> None:
        """Forget a block."""
        with suppress(OSError):
            self._path(key, name).unlink()

    def size_bytes(self) -> int:
        """Bytes of all blocks."""
        return sum(stored.size for stored in self._stored())

    def clear(self) -> int:
        """Remove every block, and nothing else; returns the bytes that were freed."""
        freed = 0
        for stored in list(self._stored(unfinished=True)):
            with suppress(OSError):
                stored.path.unlink()
                freed += stored.size
        self._remove_empty()
        return freed

    def _path(self, key: str, name: str) -> Path:
        return self.folder / key / f"{name}{_SUFFIX}"

    def _replace(self, path: Path, key: str, block: Block) -> None:
        handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=_UNFINISHED)
        try:
            with os.fdopen(handle, "wb") as file:
                block.write(file, key)
            Path(unfinished).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(unfinished).unlink()
            raise

    def _measure(self, written: int) -> None:
        with self._lock:
            self._unmeasured_bytes += written
            if self._unmeasured_bytes < self._limit_bytes * _MEASURED_EVERY:
                return
            self._unmeasured_bytes = 0
            self._make_room()

    def _make_room(self) -> None:
        now = time()
        for stored in list(self._stored(unfinished=True)):
            if stored.path.name.endswith(_UNFINISHED) and stored.used < now - _UNFINISHED_FOR_S:
                with suppress(OSError):
                    stored.path.unlink()
        kept = sorted(self._stored())
        size = sum(stored.size for stored in kept)
        if size <= self._limit_bytes:
            return
        for stored in kept:
            if size <= self._limit_bytes * _EMPTIED_TO:
                break
            with suppress(OSError):
                stored.path.unlink()
            size -= stored.size
        self._remove_empty()

    def _stored(self, *, unfinished: bool = False) -> Iterator[_Stored]:
        suffixes = (_SUFFIX, _UNFINISHED) if unfinished else (_SUFFIX,)
        for path in self.folder.glob("*/*"):
            if path.name.endswith(suffixes):
                with suppress(OSError):
                    facts = path.stat()
                    yield _Stored(facts.st_mtime, facts.st_size, path)

    def _remove_empty(self) -> None:
        for folder in self.folder.glob("*/"):
            with suppress(OSError):
                folder.rmdir()

    def _drop_damaged(self, path: Path, error: Exception) -> None:
        _logger.warning(
            "%s is damaged (%s): it is dropped and its travel times are computed again",
            path,
            error,
        )
        with suppress(OSError):
            path.unlink()

    def _tell_unwritable(self, error: OSError) -> None:
        if not self._unwritable:
            self._unwritable = True
            _logger.warning("travel times cannot be kept in %s: %s", self.folder, error)
