"""A given plan as routes of the OR-Tools model, as far as the model takes it."""

from collections.abc import Mapping, Sequence

from solvers.engines.ortools.network import Network
from solvers.model import Visit, VisitKind


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


class _Walk:
    """One route as it grows, on the network's clock, its break left aside."""

    def __init__(self, network: Network, position: int) -> None:
        departure = network.departures[position]
        vehicle = network.problem.vehicles[departure.vehicle]
        self.nodes: list[int] = []
        self._network = network
        self._position = position
        self._times = network.times[network.time_of[position]]
        self._capacity = vehicle.capacity
        self._shift_end_s = (
            network.horizon_s
            if vehicle.shift_end_s is None
            else vehicle.shift_end_s - network.origin_s
        )
        self._at = network.starts[position]
        self._clock_s = departure.ready_s - network.origin_s
        self._load = list(departure.load)

    def take(self, node: int) -> bool:
        """Append the node if the route can take it and still end in time."""
        network = self._network
        if self._position not in network.allowed[node]:
            return False
        arrival = self._clock_s + int(self._times[self._at, node])
        start = next(
            (max(arrival, w.start_s) for w in network.windows[node] if arrival <= w.end_s), None
        )
        end_node = network.ends[self._position]
        if start is None or start + int(self._times[node, end_node]) > self._shift_end_s:
            return False
        load = [0] * len(self._load)
        if network.visits[node].kind is VisitKind.STOP:
            added = network.loads[:, node].tolist()
            load = [a + b for a, b in zip(self._load, added, strict=True)]
            if any(a > most for a, most in zip(load, self._capacity, strict=False)):
                return False
        self.nodes.append(node)
        self._at, self._clock_s, self._load = node, start, load
        return True
