#include "ways.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

namespace roads {

namespace {

// Calls `work(search, number)` for every number below `count`, each thread with a search of its
// own. The first exception ends the rest and is thrown to the caller.
template <class Work>
void share_out(const Graph& graph, std::size_t count, int threads, const Work& work) {
    std::atomic<std::size_t> next{0};
    std::exception_ptr failure;
    std::mutex failing;
    const auto loop = [&] {
        try {
            Search search(graph);
            for (std::size_t number = next++; number < count; number = next++)
                work(search, number);
        } catch (...) {
            const std::lock_guard lock(failing);
            failure = std::current_exception();
            next = count;
        }
    };
    const auto most = static_cast<std::size_t>(std::max(threads, 1));
    std::vector<std::thread> others;
    try {
        for (std::size_t number = 1; number < std::min(most, count); ++number)
            others.emplace_back(loop);
    } catch (const std::system_error&) {
        // Those that could be started, and this one, do it all.
    }
    loop();
    for (std::thread& other : others) other.join();
    if (failure) std::rethrow_exception(failure);
}

Cost joined(Cost so_far, Cost rest) {
    return so_far == kNoWay || rest == kNoWay ? kNoWay : so_far + rest;
}

}  // namespace

void fill_costs(const Graph& graph, const Anchors& sources, const Anchors& targets, int threads,
                std::span<Cost> costs) {
    const std::size_t width = targets.count();
    share_out(graph, sources.count(), threads, [&](Search& search, std::size_t source) {
        search.aim_at(targets.node);
        search.run(sources, source);
        Cost* row = costs.data() + source * width;
        for (std::size_t target = 0; target < width; ++target) {
            Cost best = kNoWay;
            for (std::size_t at = targets.begin(target); at < targets.end(target); ++at)
                best = std::min(best, joined(search.cost(targets.node[at]), targets.cost[at]));
            row[target] = best;
        }
    });
}

std::vector<Way> find_ways(const Graph& graph, const Anchors& sources, const Anchors& targets,
                           int threads) {
    std::vector<std::int32_t> tails(graph.head.size());
    for (std::size_t node = 0; node < graph.node_count(); ++node)
        for (std::int32_t edge = graph.first_out[node]; edge < graph.first_out[node + 1]; ++edge)
            tails[static_cast<std::size_t>(edge)] = static_cast<std::int32_t>(node);
    std::vector<Way> ways(sources.count());
    share_out(graph, sources.count(), threads, [&](Search& search, std::size_t number) {
        const std::size_t begin = targets.begin(number);
        const std::size_t end = targets.end(number);
        search.aim_at(targets.node.subspan(begin, end - begin));
        search.run(sources, number);
        Way& way = ways[number];
        for (std::size_t at = begin; at < end; ++at) {
            const Cost cost = joined(search.cost(targets.node[at]), targets.cost[at]);
            if (cost < way.cost) {
                way.cost = cost;
                way.target_anchor = static_cast<std::int32_t>(at - begin);
            }
        }
        if (way.cost == kNoWay) return;
        Node node = targets.node[begin + static_cast<std::size_t>(way.target_anchor)];
        for (std::int32_t edge = search.last_edge(node); edge >= 0;
             edge = search.last_edge(node)) {
            way.edges.push_back(edge);
            node = tails[static_cast<std::size_t>(edge)];
        }
        std::reverse(way.edges.begin(), way.edges.end());
        // Several anchors may share a node; the cheapest of them was taken.
        Cost least = kNoWay;
        for (std::size_t at = sources.begin(number); at < sources.end(number); ++at)
            if (sources.node[at] == node && sources.cost[at] < least) {
                least = sources.cost[at];
                way.source_anchor = static_cast<std::int32_t>(at - sources.begin(number));
            }
    });
    return ways;
}

}  // namespace roads
