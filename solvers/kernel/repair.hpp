// Ruin and recreate in little, to make room for one more stop.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "everywhere.hpp"
#include "insertion.hpp"
#include "problem.hpp"
#include "rng.hpp"
#include "route.hpp"

namespace kernel {

// Routes of some vehicles, as visits.
using ChangedRoutes = std::vector<std::pair<std::int32_t, std::vector<std::int32_t>>>;

// Takes out strings of stops near the one that found no place, puts that one in first and then
// the others back wherever they fit. Works on routes that it leaves as they were.
class Repair {
public:
    // `everywhere` has surveyed `routes`.
    Repair(const Problem& problem, std::vector<Route>& routes, Judge& judge,
           Everywhere& everywhere)
        : problem_(&problem), routes_(&routes), judge_(&judge), everywhere_(&everywhere) {}

    // The next `run` is for another stop.
    void forget() { near_.clear(); }

    // Makes `tries` attempts, or fewer once a few have come out well. True if one brought in `stop` together with every stop that must
    // be served; then `delta` is the least added cost, prices of stops left out included, and
    // `changed` the routes that differ.
    bool run(std::int32_t stop, int tries, Rng& rng, std::int64_t& delta, ChangedRoutes& changed);

private:
    void find_near(std::int32_t stop);
    bool attempt(std::int32_t stop, Rng& rng);
    bool take_out(std::int32_t around, Rng& rng);
    bool put_in(std::int32_t stop);
    void change(int route, std::vector<std::int32_t> nodes);
    std::int64_t added_cost() const;
    void take_back();

    const Problem* problem_;
    std::vector<Route>* routes_;
    Judge* judge_;
    Everywhere* everywhere_;
    struct Near {
        std::int64_t drive_s;
        std::int32_t stop;
        std::int32_t route;
        bool operator<(const Near& other) const {
            return std::pair(drive_s, stop) < std::pair(other.drive_s, other.stop);
        }
    };
    std::vector<Near> near_;
    std::vector<Route> saved_;  // as they were before the attempt
    std::vector<std::int32_t> out_;
    std::int64_t left_out_price_ = 0;
};

}  // namespace kernel
