"""From an extract to a network: what is kept, what is joined, what is refused."""

from itertools import pairwise

import networkx as nx
import numpy as np
import osmium
import pytest

from geo.coordinates import great_circle_m
from geo.errors import GeoError
from geo.roads.build import build_network
from geo.roads.graph import to_networkx
from geo.roads.highways import HIGHWAYS
from tests.geo.roads.extracts import at, built, hops, node_at, write_extract

STREET = {"highway": "residential"}
ONE_WAY = STREET | {"oneway": "yes"}


def square(first: int = 1) -> dict[int, tuple[float, float]]:
    """Four corners, anticlockwise from the south-west."""
    return {first: at(0, 0), first + 1: at(4, 0), first + 2: at(4, 4), first + 3: at(0, 4)}


def test_a_bend_becomes_part_of_the_line_between_two_junctions(tmp_path):
    nodes = square() | {5: at(2, 1), 6: at(3, 2), 7: at(5, 5)}
    ways = [((1, 5, 6, 3), STREET), ((1, 2, 3), STREET), ((3, 4, 1), STREET), ((3, 7), STREET)]
    network = built(tmp_path / "a.osm.pbf", nodes, ways)

    assert network.node_count == 3
    assert hops(network, "ebike") == {
        line[::turn]
        for line in (
            (at(0, 0), at(2, 1), at(3, 2), at(4, 4)),
            (at(0, 0), at(4, 0), at(4, 4)),
            (at(4, 4), at(0, 4), at(0, 0)),
            (at(4, 4), at(5, 5)),
        )
        for turn in (1, -1)
    }


def test_lengths_are_great_circles_along_the_line(tmp_path):
    nodes = {1: at(0, 0), 2: at(3, 1), 3: at(5, 5)}
    network = built(tmp_path / "a.osm.pbf", nodes, [((1, 2, 3), STREET)])
    line = np.array([at(0, 0), at(3, 1), at(5, 5)])
    assert network.length_m == pytest.approx([great_circle_m(line[:-1], line[1:]).sum()] * 2)


def test_reverse_edges_follow_the_same_line_backward(tmp_path):
    nodes = square() | {5: at(2, 1)}
    ways = [((1, 5, 3), STREET), ((1, 2, 3), ONE_WAY), ((3, 4, 1), STREET)]
    network = built(tmp_path / "a.osm.pbf", nodes, ways)
    for edge in range(network.edge_count):
        back = network.reverse[edge]
        if back < 0:
            assert tuple(map(tuple, network.line(edge))) == (at(0, 0), at(4, 0), at(4, 4))
        else:
            assert (network.line(edge)[::-1] == network.line(back)).all()


@pytest.mark.parametrize(
    "other",
    [
        {"highway": "tertiary"},
        STREET | {"maxspeed": "30"},
        STREET | {"maxspeed:forward": "30"},
        STREET | {"maxspeed:backward": "30"},
        STREET | {"motor_vehicle": "no"},
        STREET | {"bicycle:backward": "no"},
    ],
)
@pytest.mark.parametrize("drawn", [(5, 2, 3), (3, 2, 5)])
def test_a_point_where_something_changes_stays_a_junction(tmp_path, other, drawn):
    # A ring, so that no class loses any of it.
    nodes = square() | {5: at(2, 0)}
    ways = [((1, 5), STREET), (drawn, other), ((3, 4, 1), STREET), ((3, 1), STREET)]
    network = built(tmp_path / "a.osm.pbf", nodes, ways)
    node_at(network, at(2, 0))


AGAINST = STREET | {"oneway": "-1"}


@pytest.mark.parametrize("west", [((1, 5), ONE_WAY), ((5, 1), AGAINST)])
@pytest.mark.parametrize("east", [((5, 2), ONE_WAY), ((2, 5), AGAINST)])
def test_one_way_pieces_are_joined_whichever_way_they_are_drawn(tmp_path, west, east):
    nodes = square() | {5: at(2, 0)}
    network = built(tmp_path / "a.osm.pbf", nodes, [west, east, ((2, 3, 4, 1), STREET)])
    assert (at(0, 0), at(2, 0), at(4, 0)) in hops(network, "van")
    assert (at(4, 0), at(2, 0), at(0, 0)) not in hops(network, "van")


def test_each_class_loses_what_it_cannot_leave_or_reach(tmp_path):
    # A one-way street out of the square: for vans there is no way back, for e-bikes there is.
    nodes = square() | {5: at(8, 4)}
    ways = [
        ((1, 2, 3, 4, 1), STREET),
        ((3, 5), ONE_WAY | {"oneway:bicycle": "no"}),
    ]
    result = build_network(write_extract(tmp_path / "a.osm.pbf", nodes, ways))
    ends = {line[-1] for line in hops(result.network, "ebike")}
    assert at(8, 4) in ends
    assert at(8, 4) not in {line[-1] for line in hops(result.network, "van")}

    ebike, van = result.kept
    out_m = float(great_circle_m(at(4, 4), at(8, 4)))
    assert ebike.dropped_m == 0
    assert van.dropped_m == pytest.approx(out_m)
    assert ebike.kept_m - van.kept_m == pytest.approx(out_m)


def test_of_two_towns_the_larger_is_kept(tmp_path):
    nodes = square() | {5: at(50, 50), 6: at(51, 50)}
    ways = [((1, 2, 3, 4, 1), STREET), ((5, 6), STREET)]
    network = built(tmp_path / "a.osm.pbf", nodes, ways)
    assert network.lon_deg.max() <= at(4, 0)[0]


def test_parallel_streets_and_loops_stay_apart(tmp_path):
    nodes = square() | {5: at(6, 6), 6: at(7, 6)}
    ways = [
        ((1, 2, 3), STREET),
        ((1, 3), STREET),
        ((1, 4, 3), ONE_WAY),
        ((3, 5, 6, 3), ONE_WAY),
    ]
    network = built(tmp_path / "a.osm.pbf", nodes, ways)
    graph = to_networkx(network)
    south_west, north_east = node_at(network, at(0, 0)), node_at(network, at(4, 4))
    assert graph.number_of_edges(south_west, north_east) == 3
    assert graph.number_of_edges(north_east, south_west) == 2
    (loop,) = graph.get_edge_data(north_east, north_east).values()
    assert loop["oneway"]
    assert list(loop["geometry"].coords) == [at(4, 4), at(6, 6), at(7, 6), at(4, 4)]


def test_a_two_way_loop_is_two_edges(tmp_path):
    nodes = {1: at(0, 0), 2: at(1, 0), 3: at(2, 1), 4: at(2, -1)}
    network = built(tmp_path / "a.osm.pbf", nodes, [((1, 2, 3, 4, 2), STREET)])
    loops = np.flatnonzero(network.tails() == network.head)
    assert len(loops) == 2
    assert network.reverse[loops].tolist() == loops[::-1].tolist()


def test_a_ring_without_any_junction_is_cut_once(tmp_path):
    network = built(tmp_path / "a.osm.pbf", square(), [((1, 2, 3, 4, 1), ONE_WAY)])
    assert (network.node_count, network.edge_count) == (1, 1)
    assert len(network.line(0)) == 5


def bollard_road(tmp_path, tags):
    """A ring with spurs at its southern corners and a bollard half-way between them."""
    nodes = square() | {5: at(2, 0), 6: at(-1, 0), 7: at(5, 0)}
    ways = [((1, 5, 2), tags), ((2, 3, 4, 1), STREET), ((6, 1), STREET), ((2, 7), STREET)]
    network = built(tmp_path / "a.osm.pbf", nodes, ways, node_tags={5: {"barrier": "bollard"}})
    west, east = node_at(network, at(0, 0)), node_at(network, at(4, 0))

    def metres(vehicle, tail, head):
        return nx.shortest_path_length(to_networkx(network, vehicle), tail, head, weight="length")

    return {
        vehicle: (metres(vehicle, west, east), metres(vehicle, east, west))
        for vehicle in ("ebike", "van")
    }


ACROSS_M = float(great_circle_m(at(0, 0), at(4, 0)))
AROUND_M = float(
    sum(great_circle_m(*side) for side in pairwise([at(4, 0), at(4, 4), at(0, 4), at(0, 0)]))
)


def test_a_bollard_stops_vans_and_lets_e_bikes_through(tmp_path):
    metres = bollard_road(tmp_path, STREET)
    assert metres["ebike"] == pytest.approx((ACROSS_M, ACROSS_M))
    assert metres["van"] == pytest.approx((AROUND_M, AROUND_M))


def test_a_bollard_on_a_one_way_street_does_not_open_it_backward(tmp_path):
    assert bollard_road(tmp_path, ONE_WAY)["ebike"] == pytest.approx((ACROSS_M, AROUND_M))


def test_a_way_is_cut_where_the_extract_lacks_a_node(tmp_path):
    nodes = square()
    ways = [((1, 2, 99, 3), STREET), ((3, 4, 1), STREET)]
    network = built(tmp_path / "a.osm.pbf", nodes, ways)
    line = (at(4, 0), at(0, 0), at(0, 4), at(4, 4))
    assert hops(network, "van") == {line, line[::-1]}


def test_the_date_of_the_data_is_told_with_the_name_of_the_file(tmp_path):
    file = tmp_path / "town.osm.pbf"
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2026-05-01T20:21:22Z")
    with osmium.SimpleWriter(str(file), header=header) as writer:
        for number in (1, 2):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=at(number, 0)))
        writer.add_way(osmium.osm.mutable.Way(id=1, nodes=[1, 2], tags=STREET))
    network = build_network(file).network
    assert network.source == "town.osm.pbf, data of 2026-05-01T20:21:22Z"
    assert "OpenStreetMap" in network.attribution


def test_the_same_extract_gives_the_same_network(tmp_path):
    nodes = square() | {5: at(2, 1)}
    ways = [((1, 5, 3), STREET), ((1, 2, 3), ONE_WAY), ((3, 4, 1), STREET)]
    once = built(tmp_path / "a.osm.pbf", nodes, ways)
    again = built(tmp_path / "b.osm.pbf", nodes, ways)
    assert once.fingerprint == again.fingerprint


@pytest.mark.parametrize("seed", range(6))
def test_joining_pieces_changes_no_distance(tmp_path, seed):
    """Compare with shortest paths over the raw pieces of a drawn town, point to point."""
    rng = np.random.default_rng(seed)
    size = 6
    number = {(x, y): 1 + x * size + y for x in range(size) for y in range(size)}
    nodes = {node: at(3 * x, 3 * y) for (x, y), node in number.items()}
    kinds = [STREET, ONE_WAY, {"highway": "primary"}, STREET | {"motor_vehicle": "no"}]
    ways = []
    for (x, y), node in number.items():
        for neighbour in ((x + 1, y), (x, y + 1), (x + 1, y + 1)):
            if neighbour in number and rng.random() < 0.55:
                ends = (node, number[neighbour])[:: rng.choice((-1, 1))]
                bend = len(nodes) + 1
                nodes[bend] = at(*(3 * np.add((x, y), neighbour) / 2 + rng.uniform(-1, 1, 2)))
                kind = kinds[rng.integers(len(kinds))]
                ways += [_drawn(piece, kind, rng) for piece in ((ends[0], bend), (bend, ends[1]))]
    network = built(tmp_path / "a.osm.pbf", nodes, ways)
    for vehicle in ("ebike", "van"):
        raw = _raw_graph(nodes, ways, vehicle)
        simple = to_networkx(network, vehicle)
        by_place = {place: node for node, place in nodes.items()}
        names = {node: by_place[data["x"], data["y"]] for node, data in simple.nodes(data=True)}
        want = dict(nx.all_pairs_dijkstra_path_length(raw, weight="length"))
        got = dict(nx.all_pairs_dijkstra_path_length(simple, weight="length"))
        assert len(got) > 1
        for tail, row in got.items():
            assert set(row) == set(got)
            for head, length_m in row.items():
                assert length_m == pytest.approx(want[names[tail]][names[head]], abs=0.01)
        covered = {by_place[place] for line in hops(network, vehicle) for place in line}
        assert covered == set(raw)


def _drawn(piece, tags, rng):
    """Draw a piece of street one way or the other; the street stays the same."""
    if rng.random() < 0.5:
        return piece, tags
    return piece[::-1], AGAINST if tags == ONE_WAY else tags


def _raw_graph(nodes, ways, vehicle):
    """Pieces as they are, then the largest strongly connected part."""
    graph = nx.MultiDiGraph()
    for (tail, head), tags in ways:
        if tags == AGAINST:
            tail, head, tags = head, tail, ONE_WAY
        if vehicle == "van" and tags.get("motor_vehicle") == "no":
            continue
        length_m = float(great_circle_m(nodes[tail], nodes[head]))
        graph.add_edge(tail, head, length=length_m)
        if tags.get("oneway") != "yes":
            graph.add_edge(head, tail, length=length_m)
    return graph.subgraph(max(nx.strongly_connected_components(graph), key=len))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "cannot be read"),
        (b"node,lon,lat\n1,117.0,36.6\n" * 50, "cannot be read"),
        (b"<osm version='0.6'></osm>", "cannot be read"),
    ],
)
def test_a_file_that_is_no_pbf_is_refused(tmp_path, content, says):
    file = tmp_path / "odd.osm.pbf"
    file.write_bytes(content)
    with pytest.raises(GeoError, match=says) as caught:
        build_network(file)
    assert caught.value.code == "roads.osm_file"
    assert "odd.osm.pbf" in str(caught.value)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.95])
def test_a_truncated_file_is_refused(tmp_path, share):
    nodes = {number: at(number % 40, number // 40) for number in range(1, 1600)}
    whole = write_extract(tmp_path / "a.osm.pbf", nodes, [(range(1, 1600), STREET)]).read_bytes()
    file = tmp_path / "cut.osm.pbf"
    file.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(GeoError) as caught:
        build_network(file)
    assert caught.value.code == "roads.osm_file"


def test_a_missing_file_is_an_os_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        build_network(tmp_path / "none.osm.pbf")


@pytest.mark.parametrize(
    ("tags", "says"),
    [
        ({"building": "yes"}, "holds no street"),
        ({"highway": "cycleway"}, "no street for 'van'"),
        ({"highway": "motorway", "oneway": "no"}, "no street for 'ebike'"),
        (ONE_WAY, "only dead ends for 'ebike'"),
    ],
)
def test_a_network_without_ways_for_a_class_is_refused(tmp_path, tags, says):
    nodes = {1: at(0, 0), 2: at(1, 0)}
    with pytest.raises(GeoError, match=says) as caught:
        built(tmp_path / "a.osm.pbf", nodes, [((1, 2), tags)])
    assert caught.value.code == "roads.no_ways"


def test_jinan_is_whole_and_connected_for_each_class(shared_data):
    result = build_network(shared_data / "osm" / "jinan.osm.pbf")
    network = result.network
    assert 9_000 < network.node_count < 12_766
    assert 22_000 < network.edge_count < 28_597
    for kept in result.kept:
        assert nx.is_strongly_connected(to_networkx(network, kept.vehicle_class))
        assert kept.dropped_m < 0.08 * (kept.kept_m + kept.dropped_m)
        street_m = network.street_m(kept.vehicle_class)
        assert street_m.sum() == pytest.approx(kept.kept_m, rel=1e-6)
    motorway = [highway.name for highway in HIGHWAYS].index("motorway")
    assert network.street_m("ebike")[motorway] == 0
    assert network.street_m("van")[motorway] > 10_000
