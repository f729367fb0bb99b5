// Shortest ways from one place to many over a street graph: Dijkstra's algorithm with a heap of
// four children a node (Johnson 1975), which stops when the last place asked for is settled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace roads {

// Milliseconds in the upper half and centimetres in the lower: sums are those of both, and the
// smaller cost is the faster way, of equally fast ones the shorter. Nothing carries over as long
// as a way is shorter than 42,949 km.
using Cost = std::uint64_t;
constexpr Cost kNoWay = std::numeric_limits<Cost>::max();

using Node = std::int32_t;

// Edges by tail; an edge of cost kNoWay may not be used.
struct Graph {
    std::span<const std::int32_t> first_out;
    std::span<const Node> head;
    std::span<const Cost> cost;

    std::size_t node_count() const { return first_out.size() - 1; }
};

// Where a place touches the graph: up to two nodes, and what the way between costs.
struct Anchors {
    std::span<const std::int32_t> first;
    std::span<const Node> node;
    std::span<const Cost> cost;

    std::size_t count() const { return first.size() - 1; }
    std::size_t begin(std::size_t place) const { return static_cast<std::size_t>(first[place]); }
    std::size_t end(std::size_t place) const { return static_cast<std::size_t>(first[place + 1]); }
};

// The room one search works in, to be used again for the next.
class Search {
public:
    explicit Search(const Graph& graph);

    // Marks the nodes that searches are to reach before they stop.
    void aim_at(std::span<const Node> nodes);

    void run(const Anchors& sources, std::size_t source);

    // Of the last run, for nodes aimed at: what the way there costs, and its last edge; -1 where
    // it begins.
    Cost cost(Node node) const { return costs_[index(node)]; }
    std::int32_t last_edge(Node node) const { return last_edges_[index(node)]; }

private:
    struct Entry {
        Cost cost;
        Node node;
    };

    static std::size_t index(Node node) { return static_cast<std::size_t>(node); }

    void reach(Node node, Cost cost, std::int32_t edge);
    void rise(std::size_t slot, Entry entry);
    void put(std::size_t slot, Entry entry);
    Node pop();

    const Graph* graph_;
    std::vector<Cost> costs_;
    std::vector<std::int32_t> last_edges_;
    std::vector<std::int32_t> slots_;  // of a node in the heap
    std::vector<Entry> heap_;
    std::vector<char> wanted_;
    std::size_t wanted_count_ = 0;
};

}  // namespace roads
