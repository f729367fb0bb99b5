"""One matrix gathered from many tables."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from geo.coordinates import FloatArray
from geo.errors import GeoError
from geo.roads.snapping import WALKING_MM_S
from geo.routers.asking import Asker, Call
from geo.routers.batches import Bearable, Table, tables
from geo.routers.errors import PlacesTooFarError, RouterUnavailableError
from geo.routers.osrm_answer import TooBigError, TooLongError, accepted
from geo.routers.osrm_table import place_text, read_table, table_query
from geo.routers.settings import OsrmEndpoint
from geo.routers.side_by_side import work_off
from geo.travel_times import UNREACHABLE, Int32Array

# Tenths of seconds arrive as binary fractions; 12.000000001 is 12.
_ROUNDING = 1e-6


class Gathering:
    """Seconds and metres between places, filled table by table; threads write disjoint cells."""

    def __init__(
        self,
        origins: FloatArray,
        destinations: FloatArray,
        *,
        endpoint: OsrmEndpoint,
        bearable: Bearable,
        data_version: str | None,
    ) -> None:
        self._points = (origins, destinations)
        self._texts = ([place_text(p) for p in origins], [place_text(p) for p in destinations])
        self._endpoint = endpoint
        self._server = endpoint.shown_url
        self._service = endpoint.service("table")
        self._bearable = bearable
        self._versions = set() if data_version is None else {data_version}
        shape = (len(origins), len(destinations))
        self._duration_s = np.empty(shape)
        self._distance_m = np.empty(shape)
        self._snap_m = (np.zeros(shape[0]), np.zeros(shape[1]))

    def gather(
        self,
        asker: Asker,
        call: Call,
        *,
        at_once: int,
        farthest_m: float,
        on_progress: Callable[[int, int], None] | None,
    ) -> None:
        """Ask for everything.

        Raises:
            RouterUnavailableError: No usable answer, or answers from two different maps.
            PlacesTooFarError: Places farther than `farthest_m` from their streets.
            GeoError: `router.refused`.
        """
        longest = max((len(text) for texts in self._texts for text in texts), default=0)
        edges, others = tables(
            *self._duration_s.shape, bearable=self._bearable, place_chars=longest
        )
        answered = 0

        def work(table: Table) -> Sequence[Table]:
            return self._ask(table, asker, call)

        def note(table: Table) -> None:
            nonlocal answered
            answered += table.pairs
            if on_progress is not None:
                on_progress(answered, self._duration_s.size)

        try:
            work_off(edges, work, at_once=at_once, on_done=note)
            self._refuse_far(farthest_m)
            work_off(others, work, at_once=at_once, on_done=note)
        finally:
            call.stop()

    def whole_numbers(self) -> tuple[Int32Array, Int32Array]:
        """Whole seconds and metres, with the ways on foot at both ends."""
        walked_m = self._snap_m[0][:, None] + self._snap_m[1][None, :]
        seconds = np.ceil(self._duration_s + walked_m * 1000 / WALKING_MM_S - _ROUNDING)
        metres = np.rint(self._distance_m + walked_m)
        here = np.array(self._texts[0])[:, None] == np.array(self._texts[1])[None, :]
        for numbers in (seconds, metres):
            numbers[here] = 0
        none = (seconds >= UNREACHABLE) | (metres >= UNREACHABLE)
        seconds[none] = metres[none] = UNREACHABLE
        return seconds.astype(np.int32), metres.astype(np.int32)

    def _ask(self, table: Table, asker: Asker, call: Call) -> Sequence[Table]:
        """Fill one table in; returns its halves instead where it is too large."""
        if table.pairs > self._bearable.pairs:
            return self._halves(table)
        rows = slice(table.rows.start, table.rows.stop)
        columns = slice(table.columns.start, table.columns.stop)
        origins, destinations = self._texts[0][rows], self._texts[1][columns]
        url = self._service + table_query(origins, destinations)
        if len(url) > self._bearable.url_chars:
            return self._halves(table)
        status, payload = asker.get(url, call, server=self._server)
        places = list(dict.fromkeys((*origins, *destinations)))
        try:
            payload = accepted(status, payload, places=places, server=self._server)
        except TooBigError:
            self._bearable.pairs = min(self._bearable.pairs, table.pairs - 1)
            return self._halves(table)
        except TooLongError:
            self._bearable.url_chars = min(self._bearable.url_chars, len(url) - 1)
            return self._halves(table)
        answer = read_table(
            payload, origins=len(origins), destinations=len(destinations), server=self._server
        )
        self._duration_s[rows, columns] = answer.duration_s
        self._distance_m[rows, columns] = answer.distance_m
        self._snap_m[0][rows] = answer.origin_snap_m
        self._snap_m[1][columns] = answer.destination_snap_m
        self._refuse_other_map(answer.data_version)
        return ()

    def _halves(self, table: Table) -> Sequence[Table]:
        if table.pairs == 1:
            raise GeoError(
                "router.refused",
                f"the routing server {self._server} refuses even a table of one pair as too big",
                "raise its --max-table-size, or the url_chars it may be asked with",
            )
        return table.halves()

    def _refuse_other_map(self, data_version: str) -> None:
        self._versions.add(data_version)
        if len(self._versions) > 1:
            raise RouterUnavailableError(
                "router.changed",
                f"the routing server {self._server} answered from different maps: "
                f"{', '.join(repr(version) for version in sorted(self._versions))}",
                "repeat the command when its update is through",
            )

    def _refuse_far(self, farthest_m: float) -> None:
        points = np.concatenate(self._points)
        snap_m = np.concatenate(self._snap_m)
        far = snap_m > farthest_m
        if far.any():
            places: npt.NDArray[np.float64]
            places, first = np.unique(points[far], axis=0, return_index=True)
            raise PlacesTooFarError(places, snap_m[far][first], farthest_m)
