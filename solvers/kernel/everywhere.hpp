// Insertion at every place of every route, so that "it fits nowhere" is a fact.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insertion.hpp"
#include "problem.hpp"
#include "route.hpp"

namespace kernel {

// Looks where the search's own insertion may look away: at routes that may unload or rest, with
// the stop at every place, an unloading before it, behind it or both, and the break anywhere.
class Everywhere {
public:
    explicit Everywhere(const Problem& problem) : problem_(&problem) {}

    // The cheapest place among `routes`: by the judge first; only where it finds none, by trying
    // everything. Not found means that the stop fits into no route whose order is kept.
    void find(const std::vector<Route>& routes, std::int32_t stop, Judge& judge, Placing& best);

private:
    void consider_in_time(const Route& route, std::int32_t stop, Judge& judge, Placing& best);
    void exhaust(const Route& route, std::int32_t stop, Placing& best);
    bool hopeless(const Vehicle& vehicle, std::size_t slot) const;
    void offer(const Route& route, Placing& best);
    void offer_with_rests(const Route& route, std::size_t fixed, Placing& best);

    const Problem* problem_;
    Route bare_;  // the route without its break
    std::vector<std::int32_t> body_;
    std::vector<std::int32_t> nodes_;
    std::vector<std::int64_t> load_;
};

}  // namespace kernel
