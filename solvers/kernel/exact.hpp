// The best plan of a problem with a handful of stops, by trying all routes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "clock.hpp"
#include "problem.hpp"
#include "walk.hpp"

namespace kernel {

// For each vehicle the cheapest route for each set of stops, from all orders of stops, unloadings
// and break that no rule cuts short; then the best way to give the sets out. Between two stops a
// vehicle unloads at most once. The number of unloadings on a route is raised step by step, so
// that where the work is cut off the likely routes have been tried.
class Exact {
public:
    // Whether the problem has few enough stops.
    static bool suits(const Problem& problem);

    // The problem must suit; only plans that cost less than `known` are looked for.
    Exact(const Problem& problem, std::int64_t known);

    // Works until `until`; true once it has tried all, or as much as it may.
    bool run(Clock::time_point until);

    // Whether nothing costs less than `routes`, or than the plan known before where none is found.
    bool proven() const { return proven_; }

    bool found() const { return !sets_.empty(); }
    RouteNodes routes() const;

private:
    // Cheapest route of one kind of vehicle for each set of stops.
    struct Table {
        std::vector<std::int64_t> costs;
        std::vector<std::vector<std::int32_t>> nodes;
        bool cut_short = true;  // some route was not tried for its number of unloadings
    };

    bool begin_group();
    bool advance();
    bool may_follow(int choice);
    void enter(int choice);
    void leave();
    bool weigh();
    void give_out();

    const Problem* problem_;
    std::vector<std::int32_t> free_;  // stops that are not committed
    std::vector<Table> tables_;       // one per group of vehicles

    // The depth-first search over the routes of one kind of vehicle.
    std::size_t group_ = 0;
    int vehicle_ = -1;
    int most_unloadings_ = 0;
    bool cut_short_ = false;  // of the present table
    int unloadings_ = 0;
    bool may_rest_ = false;
    std::uint32_t served_ = 0;
    std::vector<std::int32_t> nodes_;
    std::vector<int> choices_;  // made behind the committed visits
    int next_choice_ = 0;
    std::int64_t tried_ = 0;
    std::vector<std::int64_t> load_;

    bool bounded_ = true;  // the cost of a route is one of any that goes on from it
    bool proven_ = false;
    std::int64_t cost_;  // of the best plan so far
    std::vector<std::uint32_t> sets_;  // per vehicle
};

}  // namespace kernel
