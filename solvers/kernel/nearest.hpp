// The insertion of a stop that breaks least, so that a reason can say what stands in the way.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "problem.hpp"
#include "walk.hpp"

namespace kernel {

// How far a route with the stop is from valid, in the order of solvers/explain/nearness.py.
struct Nearness {
    std::int64_t absolute = kNoCost;  // rules broken without a degree
    std::int64_t ppm = kNoCost;       // the other excesses, parts per million of a whole
    std::int64_t cost = kNoCost;      // rise in cost

    auto operator<=>(const Nearness&) const = default;
};

struct Nearby {
    Nearness nearness;
    std::int32_t vehicle = -1;
    std::vector<std::int32_t> nodes;
};

// Tries every insertion that solvers/insertions.py lists. One walk down a route branches wherever
// the break, an unloading or the stop may come; a branch is left once what it has broken for good
// is more than all that the nearest insertion found so far breaks. Those that come through are
// replayed whole.
class Nearest {
public:
    // One route for each vehicle, headed by its committed visits; what a route breaks there counts
    // for nothing, and it breaks nothing else. Throws std::invalid_argument where a route is not
    // headed so.
    Nearest(const Problem& problem, const std::vector<std::vector<std::int32_t>>& routes);

    // The nearest insertion; `unfit` counts for each vehicle the skills and lists that keep it
    // from the stop. Of equals the one with the lower vehicle, then with the visits that sort
    // first: break, hubs, stops. No vehicle where the problem has none.
    const Nearby& find(std::int32_t stop, std::span<const std::int64_t> unfit);

private:
    // Sums over the rules broken so far.
    struct Tally {
        std::int64_t absolute = 0;
        std::int64_t ppm = 0;
        std::int64_t rules = 0;  // that make up `ppm`

        void add(std::int64_t amount, std::int64_t whole);
        std::int64_t total_ppm() const;
    };

    // Where a walk stands. What is carried lies in row `row` of `loads_`.
    struct Stand {
        std::int64_t depart_s = 0;
        std::int32_t place = -1;
        std::int32_t address = -1;
        std::size_t row = 0;
        bool resting = false;   // the break lies behind the last visit
        bool rested = false;    // no break is left to be taken
        bool unloaded = false;  // behind the committed visits
        bool beside = false;    // an unloading stands beside the stop
        Tally tally;
        // At least, whatever follows.
        std::int64_t drive_s = 0;
        std::int64_t distance_m = 0;
        std::int64_t service_s = 0;  // at doors and hubs
    };

    // The visits of a route from one of them on, without the way to the first: what they take at
    // least, and the longest of the drives between them, which the stop may make shorter.
    struct Rest {
        std::int64_t drive_s = 0;
        std::int64_t distance_m = 0;
        std::int64_t service_s = 0;
        std::int64_t longest_s = 0;
        std::int64_t longest_m = 0;
    };

    // What all insertions into a route share.
    struct Base {
        std::vector<std::int32_t> nodes;   // without a break that is free to move
        std::int64_t cost = 0;             // of the route as it is
        std::int64_t price = 0;            // of serving just these stops with this vehicle
        Stand stand;                       // behind the committed visits
        std::vector<std::int64_t> load;    // carried there
        std::vector<std::int64_t> late_s;  // by which each committed visit is late in any case
        std::vector<bool> closed;          // whether the arc to it may not be driven in any case
        std::vector<Rest> rest;            // from each visit on, and behind the last
    };

    // How much of the stop and the unloadings beside it has come.
    enum class Body { kNothing, kUnloading, kStop, kAll };

    Base base_of(int vehicle, const std::vector<std::int32_t>& route);
    void stand_behind(Base& base, int vehicle);
    void sum_up(Base& base, int vehicle);
    void search(int vehicle, std::int64_t unfit);
    bool hopeless(const Stand& stand, std::size_t next, Body body) const;
    void go_on(std::size_t at, Body body, Stand stand);
    void branch(std::size_t at, Body body, Stand stand, std::int32_t node);
    void advance(Stand& stand, std::int32_t node);
    void load_up(Stand& stand, std::int32_t stop);
    void unload(Stand& stand);
    void offer();
    Nearness judge();
    void judge_visit(const Step& step, std::size_t at, Stand& stand);
    bool sorts_first(const std::vector<std::int32_t>& nodes) const;
    std::int64_t* row(std::size_t number);

    const Problem* problem_;
    bool times_count_;  // what is late or closed by the times of a walk is so in any case
    std::vector<Base> bases_;

    // The search under way.
    std::int32_t stop_ = -1;
    int vehicle_ = -1;
    std::int64_t unfit_ = 0;
    bool unloading_ = false;  // only insertions with unloadings beside the stop, or only without
    const Base* base_ = nullptr;
    std::vector<std::int32_t> nodes_;
    std::vector<std::int64_t> loads_;  // (rows, 2, dimensions): carried, most above the room
    std::vector<std::int64_t> scratch_;
    Nearby best_;
};

}  // namespace kernel
