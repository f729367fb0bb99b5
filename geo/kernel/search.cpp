#include "search.hpp"

#include <algorithm>

namespace roads {

namespace {

constexpr std::size_t kChildren = 4;
constexpr std::int32_t kOutside = -1;

}  // namespace

Search::Search(const Graph& graph)
    : graph_(&graph),
      costs_(graph.node_count(), kNoWay),
      last_edges_(graph.node_count(), -1),
      slots_(graph.node_count(), kOutside),
      wanted_(graph.node_count(), 0) {
    heap_.reserve(graph.node_count());
}

void Search::aim_at(std::span<const Node> nodes) {
    std::fill(wanted_.begin(), wanted_.end(), char{0});
    wanted_count_ = 0;
    for (const Node node : nodes) {
        if (!wanted_[index(node)]) ++wanted_count_;
        wanted_[index(node)] = 1;
    }
}

void Search::run(const Anchors& sources, std::size_t source) {
    std::fill(costs_.begin(), costs_.end(), kNoWay);
    std::fill(slots_.begin(), slots_.end(), kOutside);
    heap_.clear();
    for (std::size_t at = sources.begin(source); at < sources.end(source); ++at)
        if (sources.cost[at] != kNoWay) reach(sources.node[at], sources.cost[at], -1);
    std::size_t missing = wanted_count_;
    while (!heap_.empty() && missing > 0) {
        const Node tail = pop();
        if (wanted_[index(tail)]) --missing;
        const Cost so_far = costs_[index(tail)];
        const std::int32_t end = graph_->first_out[index(tail) + 1];
        for (std::int32_t edge = graph_->first_out[index(tail)]; edge < end; ++edge) {
            const Cost step = graph_->cost[static_cast<std::size_t>(edge)];
            if (step == kNoWay) continue;
            reach(graph_->head[static_cast<std::size_t>(edge)], so_far + step, edge);
        }
    }
}

void Search::reach(Node node, Cost cost, std::int32_t edge) {
    if (cost >= costs_[index(node)]) return;
    costs_[index(node)] = cost;
    last_edges_[index(node)] = edge;
    std::size_t slot = heap_.size();
    if (slots_[index(node)] == kOutside)
        heap_.push_back({cost, node});
    else
        slot = static_cast<std::size_t>(slots_[index(node)]);
    rise(slot, {cost, node});
}

void Search::rise(std::size_t slot, Entry entry) {
    while (slot > 0) {
        const std::size_t parent = (slot - 1) / kChildren;
        if (heap_[parent].cost <= entry.cost) break;
        put(slot, heap_[parent]);
        slot = parent;
    }
    put(slot, entry);
}

Node Search::pop() {
    const Node top = heap_.front().node;
    const Entry moved = heap_.back();
    heap_.pop_back();
    const std::size_t size = heap_.size();
    if (size == 0) return top;
    std::size_t slot = 0;
    for (std::size_t first = 1; first < size; first = slot * kChildren + 1) {
        const std::size_t end = std::min(first + kChildren, size);
        std::size_t least = first;
        for (std::size_t child = first + 1; child < end; ++child)
            if (heap_[child].cost < heap_[least].cost) least = child;
        if (heap_[least].cost >= moved.cost) break;
        put(slot, heap_[least]);
        slot = least;
    }
    put(slot, moved);
    return top;
}

void Search::put(std::size_t slot, Entry entry) {
    heap_[slot] = entry;
    slots_[index(entry.node)] = static_cast<std::int32_t>(slot);
}

}  // namespace roads
