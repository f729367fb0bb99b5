// A plan the search changes step by step and takes back when a step was not worth it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "problem.hpp"
#include "route.hpp"

namespace kernel {

// Where a stop stands, with what most insertions next to it are refused by: one cache line.
struct alignas(64) Spot {
    std::int32_t route = -1;
    std::int32_t slot = -1;
    std::int64_t depart_s = 0;       // from the stop
    std::int64_t latest_s = 0;       // latest arrival at the stop
    std::int64_t next_latest_s = 0;  // latest arrival at what follows
    std::int64_t leg_s = 0;          // of the drive to the stop
    std::int64_t leg_m = 0;
    std::int64_t next_leg_s = 0;     // of the drive to what follows
    std::int64_t next_leg_m = 0;
};

class Plan {
public:
    // Every vehicle with its committed visits alone.
    explicit Plan(const Problem& problem);

    const Problem& problem() const { return *problem_; }
    const Route& route(int index) const { return routes_[static_cast<std::size_t>(index)]; }
    int route_count() const { return static_cast<int>(routes_.size()); }

    // Route that serves the stop, or -1; and its slot there.
    int route_of(std::int32_t stop) const { return spot(stop).route; }
    int slot_of(std::int32_t stop) const { return spot(stop).slot; }
    const Spot& spot(std::int32_t stop) const { return spots_[static_cast<std::size_t>(stop)]; }

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
    void note_spots(int route);
    void mark_absent(std::int32_t stop);
    void mark_present(std::int32_t stop);

    const Problem* problem_;
    std::vector<Route> routes_;
    std::vector<Spot> spots_;  // per stop
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
