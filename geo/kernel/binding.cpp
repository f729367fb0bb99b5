// The Python face of the kernel: arrays in, costs and ways out. Every shape and every index is
// checked here, so that the search never reads out of bounds.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "ways.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace roads {
namespace {

template <class Value>
using List = nb::ndarray<const Value, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

[[noreturn]] void refuse(const char* what, const char* problem) {
    throw std::invalid_argument(std::string(what) + ": " + problem);
}

template <class Value>
std::span<const Value> view(const List<Value>& array) {
    return {array.data(), array.size()};
}

void check_offsets(std::span<const std::int32_t> offsets, std::size_t size, const char* what) {
    if (offsets.empty() || offsets.front() != 0 ||
        static_cast<std::size_t>(offsets.back()) != size)
        refuse(what, "offsets do not fit their list");
    for (std::size_t at = 1; at < offsets.size(); ++at)
        if (offsets[at] < offsets[at - 1]) refuse(what, "offsets do not fit their list");
}

void check_nodes(std::span<const Node> nodes, std::size_t count, const char* what) {
    for (const Node node : nodes)
        if (node < 0 || static_cast<std::size_t>(node) >= count) refuse(what, "no such node");
}

Graph graph_of(const List<std::int32_t>& first_out, const List<Node>& head,
               const List<Cost>& cost) {
    const Graph graph{view(first_out), view(head), view(cost)};
    check_offsets(graph.first_out, graph.head.size(), "first_out");
    if (graph.cost.size() != graph.head.size()) refuse("cost", "one is needed for every edge");
    check_nodes(graph.head, graph.node_count(), "head");
    return graph;
}

Anchors anchors_of(const Graph& graph, const List<std::int32_t>& first, const List<Node>& node,
                   const List<Cost>& cost, const char* what) {
    const Anchors anchors{view(first), view(node), view(cost)};
    check_offsets(anchors.first, anchors.node.size(), what);
    if (anchors.cost.size() != anchors.node.size()) refuse(what, "one cost is needed for each");
    check_nodes(anchors.node, graph.node_count(), what);
    return anchors;
}

template <class Value>
nb::ndarray<nb::numpy, Value> owned(std::unique_ptr<std::vector<Value>> values,
                                    std::initializer_list<std::size_t> shape) {
    std::vector<Value>* released = values.release();
    const nb::capsule owner(released, [](void* held) noexcept {
        delete static_cast<std::vector<Value>*>(held);
    });
    return nb::ndarray<nb::numpy, Value>(released->data(), shape, owner);
}

auto matrix(const List<std::int32_t>& first_out, const List<Node>& head, const List<Cost>& cost,
            const List<std::int32_t>& source_first, const List<Node>& source_node,
            const List<Cost>& source_cost, const List<std::int32_t>& target_first,
            const List<Node>& target_node, const List<Cost>& target_cost, int threads) {
    const Graph graph = graph_of(first_out, head, cost);
    const Anchors sources = anchors_of(graph, source_first, source_node, source_cost, "sources");
    const Anchors targets = anchors_of(graph, target_first, target_node, target_cost, "targets");
    auto costs = std::make_unique<std::vector<Cost>>(sources.count() * targets.count());
    {
        const nb::gil_scoped_release released;
        fill_costs(graph, sources, targets, threads, *costs);
    }
    return owned(std::move(costs), {sources.count(), targets.count()});
}

auto ways(const List<std::int32_t>& first_out, const List<Node>& head, const List<Cost>& cost,
          const List<std::int32_t>& source_first, const List<Node>& source_node,
          const List<Cost>& source_cost, const List<std::int32_t>& target_first,
          const List<Node>& target_node, const List<Cost>& target_cost, int threads) {
    const Graph graph = graph_of(first_out, head, cost);
    const Anchors sources = anchors_of(graph, source_first, source_node, source_cost, "sources");
    const Anchors targets = anchors_of(graph, target_first, target_node, target_cost, "targets");
    if (sources.count() != targets.count()) refuse("targets", "one is needed for every source");
    const std::size_t count = sources.count();
    auto costs = std::make_unique<std::vector<Cost>>();
    auto anchors = std::make_unique<std::vector<std::int32_t>>();
    auto offsets = std::make_unique<std::vector<std::int32_t>>(1, 0);
    auto edges = std::make_unique<std::vector<std::int32_t>>();
    {
        const nb::gil_scoped_release released;
        for (const Way& way : find_ways(graph, sources, targets, threads)) {
            costs->push_back(way.cost);
            anchors->push_back(way.source_anchor);
            anchors->push_back(way.target_anchor);
            edges->insert(edges->end(), way.edges.begin(), way.edges.end());
            offsets->push_back(static_cast<std::int32_t>(edges->size()));
        }
    }
    const std::size_t length = edges->size();
    return nb::make_tuple(owned(std::move(costs), {count}), owned(std::move(anchors), {count, 2}),
                          owned(std::move(offsets), {count + 1}),
                          owned(std::move(edges), {length}));
}

}  // namespace
}  // namespace roads

NB_MODULE(_streets, module) {
    module.def("matrix", &roads::matrix, "first_out"_a, "head"_a, "cost"_a, "source_first"_a,
               "source_node"_a, "source_cost"_a, "target_first"_a, "target_node"_a,
               "target_cost"_a, nb::kw_only(), "threads"_a);
    module.def("ways", &roads::ways, "first_out"_a, "head"_a, "cost"_a, "source_first"_a,
               "source_node"_a, "source_cost"_a, "target_first"_a, "target_node"_a,
               "target_cost"_a, nb::kw_only(), "threads"_a);
}
