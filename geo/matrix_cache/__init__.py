"""Travel times kept on disk, so that what was computed or asked for once is not again."""

from geo.matrix_cache.store import MatrixStore, default_folder
from geo.matrix_cache.travel import CachedTravel

__all__ = ["CachedTravel", "MatrixStore", "default_folder"]
