"""A given plan as routes of the OR-Tools model, as far as the model takes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from solvers.engines.ortools.network import Network
from solvers.model import TimeWindow, Visit, VisitKind


def warm_routes(network: Network, wanted: Mapping[int, Sequence[Visit]]) -> list[list[int]]:
    """Nodes per vehicle; what does not fit the network's safe numbers is dropped.

    Args:
        network: The model's nodes and tables.
        wanted: Visits per vehicle index after the committed ones.
    """
    free = _free_nodes(network)
    routes = []
    for position, departure in enumerate(network.departures):
        walk = _Walk(network, position)
        for visit in wanted.get(departure.vehicle, ()):
            nodes = free.get(visit)
            if nodes and walk.take(nodes[-1]):
                nodes.pop()
        routes.append(walk.nodes)
    return routes


def _free_nodes(network: Network) -> dict[Visit, list[int]]:
    free: dict[Visit, list[int]] = {}
    for node, visit in enumerate(network.visits):
        free.setdefault(visit, []).append(node)
    return free


def _since(origin_s: int, window: TimeWindow) -> TimeWindow:
    return TimeWindow(window.start_s - origin_s, window.end_s - origin_s)


@dataclass(frozen=True, slots=True)
class _Way:
    """When service can begin at a node, with the break behind or still to come."""

    clock_s: int
    rested: bool


class _Walk:
    """One route as it grows, on the network's clock."""

    def __init__(self, network: Network, position: int) -> None:
        departure = network.departures[position]
        vehicle = network.problem.vehicles[departure.vehicle]
        self.nodes: list[int] = []
        self._network = network
        self._position = position
        self._times = network.times[network.time_of[position]]
        self._busy = network.busy[network.time_of[position]]
        self._capacity = vehicle.capacity
        self._shift_end_s = (
            network.horizon_s
            if vehicle.shift_end_s is None
            else vehicle.shift_end_s - network.origin_s
        )
        rest = departure.rest
        self._rest = None if rest is None else _since(network.origin_s, rest.window)
        self._rest_s = 0 if rest is None else rest.duration_s
        self._at = network.starts[position]
        self._ways = [_Way(departure.ready_s - network.origin_s, rest is None)]
        self._load = list(departure.load)

    def take(self, node: int) -> bool:
        """Append the node if the route can take it, rest and still end in time."""
        network = self._network
        if self._position not in network.allowed[node]:
            return False
        ways = self._reached(self._ways, self._at, node, network.windows[node])
        if not self._can_end(ways, node):
            return False
        load = [0] * len(self._load)
        if network.visits[node].kind is VisitKind.STOP:
            added = network.loads[:, node].tolist()
            load = [a + b for a, b in zip(self._load, added, strict=True)]
            if any(a > most for a, most in zip(load, self._capacity, strict=False)):
                return False
        self.nodes.append(node)
        self._at, self._ways, self._load = node, ways, load
        return True

    def _reached(
        self, ways: Sequence[_Way], at: int, node: int, windows: Sequence[TimeWindow]
    ) -> list[_Way]:
        """The earliest starts at ``node`` with the break still to take, and with it taken."""
        leg_s = int(self._times[at, node])
        starts: dict[bool, int] = {}
        for way in ways:
            arrivals = {way.rested: way.clock_s + leg_s}
            if self._rest is not None and not way.rested:
                begins_s = max(way.clock_s + int(self._busy[at]), self._rest.start_s)
                if begins_s <= self._rest.end_s:
                    arrivals[True] = max(begins_s, way.clock_s + leg_s) + self._rest_s
            for rested, arrival in arrivals.items():
                start = next((max(arrival, w.start_s) for w in windows if arrival <= w.end_s), None)
                if start is not None:
                    starts[rested] = min(start, starts.get(rested, start))
        return [_Way(start, rested) for rested, start in starts.items()]

    def _can_end(self, ways: Sequence[_Way], node: int) -> bool:
        """Whether the shift can end after the node, with the break before it or after it all."""
        shift = (TimeWindow(0, self._shift_end_s),)
        ends = self._reached(ways, node, self._network.ends[self._position], shift)
        return any(
            end.rested or (self._rest is not None and end.clock_s <= self._rest.end_s)
            for end in ends
        )
