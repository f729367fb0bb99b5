"""Cutting a matrix into tables a server bears: pairs at a time, and characters of URL."""

from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import NamedTuple

# ";" and up to five digits and ";" for its index among sources or destinations.
_INDEX_CHARS = 7
_FIXED_CHARS = 120


class Table(NamedTuple):
    """Rows and columns of a matrix that are asked for together."""

    rows: range
    columns: range

    @property
    def pairs(self) -> int:
        """How many cells it has."""
        return len(self.rows) * len(self.columns)

    def halves(self) -> tuple["Table", "Table"]:
        """The same cells as two tables, cut across the longer side; of two cells at least."""
        if len(self.rows) >= len(self.columns):
            middle = len(self.rows) // 2
            return Table(self.rows[:middle], self.columns), Table(self.rows[middle:], self.columns)
        middle = len(self.columns) // 2
        return Table(self.rows, self.columns[:middle]), Table(self.rows, self.columns[middle:])


@dataclass(slots=True)
class Bearable:
    """What a server was found to bear; only ever shrinks.

    Threads share it without a lock: a table that is sent too large because another thread has
    just learnt better is refused, and cut then.

    Attributes:
        pairs: cells of one table.
        url_chars: length of a URL.
    """

    pairs: int
    url_chars: int


def tables(
    rows: int, columns: int, *, bearable: Bearable, place_chars: int
) -> tuple[list[Table], list[Table]]:
    """Cover a matrix with tables that fit, about equal in size.

    Returns:
        The tables along the top and the left edge, and the others. Between them, those along
        the edges name every place: places off the map show before the rest is asked for.

    Args:
        rows: origins.
        columns: destinations.
        bearable: the limits.
        place_chars: characters of the longest place in the URL. Tables are planned with it; a
            caller still measures each URL.
    """
    places = max((bearable.url_chars - _FIXED_CHARS) // (place_chars + _INDEX_CHARS), 2)
    height = max(min(rows, int(bearable.pairs**0.5), places // 2), 1)
    width = max(min(columns, bearable.pairs // height, places - height), 1)
    height = max(min(rows, bearable.pairs // width, places - width), 1)
    across, down = _cuts(columns, width), _cuts(rows, height)
    if not across or not down:
        return [], []
    edges = [Table(down[0], part) for part in across]
    edges += [Table(part, across[0]) for part in down[1:]]
    return edges, [Table(low, part) for low in down[1:] for part in across[1:]]


def _cuts(length: int, longest: int) -> list[range]:
    if length == 0:
        return []
    parts = ceil(length / longest)
    edges = [length * part // parts for part in range(parts + 1)]
    return [range(a, b) for a, b in pairwise(edges)]
