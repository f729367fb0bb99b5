// A plan the search changes step by step and takes back when a step was not worth it.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "problem.hpp"
#include "route.hpp"

namespace kernel {

// The place behind a stop, with what most insertions there are refused by: half a cache line.
// Times and costs beyond 32 bits are held back to where they refuse nothing they should not.
struct alignas(32) Gap {
    std::int32_t route = -1;  // of the stop; -1 where it is absent
    std::int32_t slot = -1;   // of the stop
    std::int32_t depart_s = kShut;  // from the stop; kShut where nothing may be inserted behind it
    std::int32_t next_latest_s = 0;  // latest arrival at what follows
    std::int32_t next_location = -1;
    std::int32_t next_leg_s = 0;
    std::int32_t next_leg_cost = 0;  // at the vehicle's rates
    std::int32_t previous = kNothing;  // stop before this one, if it is one

    static constexpr std::int32_t kShut = std::numeric_limits<std::int32_t>::max();
    static constexpr std::int32_t kNothing = -1;  // a start place, a hub or a break stands before
};

class Plan {
public:
    // Every vehicle with its committed visits alone.
    explicit Plan(const Problem& problem);

    const Problem& problem() const { return *problem_; }
    const Route& route(int index) const { return routes_[static_cast<std::size_t>(index)]; }
    int route_count() const { return static_cast<int>(routes_.size()); }

    // Route that serves the stop, or -1; and its slot there.
    int route_of(std::int32_t stop) const { return gap(stop).route; }
    int slot_of(std::int32_t stop) const { return gap(stop).slot; }
    const Gap& gap(std::int32_t stop) const { return gaps_[static_cast<std::size_t>(stop)]; }

    // Shuts the gaps of all routes but those marked.
    void open_only(std::span<const std::uint8_t> routes);

    const std::vector<std::int32_t>& absent() const { return absent_; }
    std::int64_t routes_cost() const { return routes_cost_; }
    std::int64_t absent_price() const { return absent_price_; }
    std::int64_t cost() const { return routes_cost_ + absent_price_; }

    // A vehicle of the group without a route and marked in `allowed`, or -1. After a change of
    // `allowed`, `forget_idle` must come first.
    int idle_vehicle(int group, const std::vector<std::uint8_t>& allowed);
    void forget_idle();

    // Puts `stop` before what now stands in `slot` of the route.
    void insert(int route, int slot, std::int32_t stop);

    // Gives the route these visits; stops that leave it are absent, others must be absent now.
    void assign(int route, std::span<const std::int32_t> nodes);

    // Takes back every change since the last `keep`.
    void take_back();
    void keep();

    // Routes changed since the last `keep`.
    const std::vector<int>& changed() const { return changed_; }

    // Takes over the routes of `other`, a plan of the same problem, that differ, and keeps them.
    void copy_from(const Plan& other);

private:
    void save(int route);
    void index_route(int route);
    void note_gaps(int route);
    void mark_absent(std::int32_t stop);
    void mark_present(std::int32_t stop);

    const Problem* problem_;
    std::vector<Route> routes_;
    std::vector<Gap> gaps_;  // per stop
    std::vector<std::uint8_t> open_;  // per route: its gaps are not shut
    std::vector<std::int32_t> absent_;
    std::vector<std::int32_t> absent_at_;  // place in absent_, or -1
    std::int64_t routes_cost_ = 0;
    std::int64_t absent_price_ = 0;
    std::vector<int> first_idle_;  // per group: no member before this place is idle

    std::vector<int> changed_;
    std::vector<Route> saved_;  // the first changed_.size() are in use
    std::vector<std::uint8_t> is_saved_;
    std::vector<std::int32_t> saved_absent_;
    std::int64_t saved_routes_cost_ = 0;
    std::int64_t saved_absent_price_ = 0;

    std::vector<std::int64_t> load_;
};

}  // namespace kernel
