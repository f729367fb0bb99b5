"""The kernel's searches against Bellman and Ford's, on drawn graphs."""

import numpy as np
import pytest

from geo import kernel

NO_WAY = 2**64 - 1
COST_OF = np.uint64(1) << np.uint64(32)


def drawn_graph(seed, nodes=30, edges=70):
    rng = np.random.default_rng(seed)
    tail = np.sort(rng.integers(0, nodes, edges))
    first_out = np.searchsorted(tail, np.arange(nodes + 1)).astype(np.int32)
    head = rng.integers(0, nodes, edges).astype(np.int32)
    cost = rng.integers(0, 50, edges).astype(np.uint64) * COST_OF
    cost += rng.integers(0, 9, edges).astype(np.uint64)
    cost[rng.random(edges) < 0.1] = NO_WAY
    return tail, first_out, head, cost


def drawn_ends(seed, nodes, places):
    rng = np.random.default_rng(seed)
    count = rng.integers(0, 3, places)
    first = np.concatenate(([0], np.cumsum(count))).astype(np.int32)
    node = rng.integers(0, nodes, first[-1]).astype(np.int32)
    return first, node, rng.integers(0, 20, len(node)).astype(np.uint64) * COST_OF


def relaxed_until_nothing_changes(tail, head, cost, sources, nodes):
    """Cost to every node by relaxing every edge often enough; plain Python integers."""
    best = [NO_WAY] * nodes
    for node, start in sources:
        best[node] = min(best[node], start)
    edges = list(zip(tail.tolist(), head.tolist(), cost.tolist(), strict=True))
    for _ in range(nodes):
        for one, other, step in edges:
            if best[one] != NO_WAY and step != NO_WAY:
                best[other] = min(best[other], best[one] + step)
    return best


def ends_of(ends, place):
    first, node, cost = ends
    part = slice(first[place], first[place + 1])
    return list(zip(node[part].tolist(), cost[part].tolist(), strict=True))


def best_costs(graph, sources, targets, nodes=30):
    tail, _, head, cost = graph
    rows = []
    for source in range(len(sources[0]) - 1):
        there = relaxed_until_nothing_changes(tail, head, cost, ends_of(sources, source), nodes)
        rows.append(
            [
                min(
                    (there[n] + c for n, c in ends_of(targets, t) if there[n] != NO_WAY),
                    default=NO_WAY,
                )
                for t in range(len(targets[0]) - 1)
            ]
        )
    return np.array(rows, dtype=np.uint64)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("threads", [1, 3])
def test_every_matrix_entry_is_the_cheapest_way(seed, threads):
    graph = drawn_graph(seed)
    sources, targets = drawn_ends(seed + 100, 30, 8), drawn_ends(seed + 200, 30, 5)
    found = kernel.matrix(*graph[1:], *sources, *targets, threads=threads)
    assert (found == best_costs(graph, sources, targets)).all()


@pytest.mark.parametrize("seed", range(12))
def test_a_way_is_driven_from_end_to_end_at_its_cost(seed):
    graph = tail, first_out, head, cost = drawn_graph(seed)
    sources, targets = drawn_ends(seed + 100, 30, 8), drawn_ends(seed + 200, 30, 8)
    costs, ends, offsets, edges = kernel.ways(first_out, head, cost, *sources, *targets, threads=2)
    assert (costs == np.diag(best_costs(graph, sources, targets))).all()
    for place in range(8):
        way = edges[offsets[place] : offsets[place + 1]]
        if costs[place] == NO_WAY:
            assert len(way) == 0
            continue
        node, spent = ends_of(sources, place)[ends[place, 0]]
        for edge in way:
            assert tail[edge] == node
            node, spent = int(head[edge]), spent + int(cost[edge])
        last, rest = ends_of(targets, place)[ends[place, 1]]
        assert (node, spent + rest) == (last, int(costs[place]))


def test_nothing_to_search_from_or_to():
    graph = drawn_graph(1)
    none, some = drawn_ends(1, 30, 0), drawn_ends(2, 30, 4)
    assert kernel.matrix(*graph[1:], *none, *some, threads=2).shape == (0, 4)
    assert kernel.matrix(*graph[1:], *some, *none, threads=2).shape == (4, 0)


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        (0, np.array([0, 1], dtype=np.int32), "first_out"),
        (1, np.full(70, 30, dtype=np.int32), "head: no such node"),
        (2, np.zeros(69, dtype=np.uint64), "one is needed for every edge"),
        (3, np.array([0, 5, 1], dtype=np.int32), "sources: offsets"),
        (4, np.array([-1], dtype=np.int32), "sources"),
        (8, np.zeros(40, dtype=np.uint64), "targets: one cost"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(place, value, message):
    parts = [*drawn_graph(1)[1:], *drawn_ends(3, 30, 4), *drawn_ends(4, 30, 4)]
    parts[place] = value
    with pytest.raises(ValueError, match=message):
        kernel.matrix(*parts, threads=1)
