// Matrices and paths between places, each search on one of several threads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "search.hpp"

namespace roads {

// Cost of the best way from every source to every target, row by row into `costs`; kNoWay where
// there is none. A way that does not leave the edge both places lie on is the caller's to find.
void fill_costs(const Graph& graph, const Anchors& sources, const Anchors& targets, int threads,
                std::span<Cost> costs);

// The edges of the best way from a source to the target of the same number.
struct Way {
    Cost cost = kNoWay;
    std::vector<std::int32_t> edges;
    // Which of their anchors the way begins and ends at; -1 where there is none.
    std::int32_t source_anchor = -1;
    std::int32_t target_anchor = -1;
};

std::vector<Way> find_ways(const Graph& graph, const Anchors& sources, const Anchors& targets,
                           int threads);

}  // namespace roads
