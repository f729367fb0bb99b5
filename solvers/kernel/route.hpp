// A route of the search, with what judging an insertion in constant time needs.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "problem.hpp"
#include "walk.hpp"

namespace kernel {

// One place of a route. Slot 0 is the start place and the last slot the end place; visit k is
// slot k + 1. A break stands where the visit before it stands.
// The fields that judging a plain insertion reads fill one cache line.
struct alignas(64) Slot {
    std::int32_t node = -1;
    std::int32_t location = -1;
    std::int32_t trip = 0;
    std::int32_t address = -1;
    std::int64_t depart_s = 0;
    std::int64_t arrival_s = 0;
    // Latest arrival here that keeps every hard rule on time from here on. Exact, but for a
    // break and for unloading by the unit further on, where it is on the generous side.
    std::int64_t latest_s = kNever;
    std::int64_t leg_s = 0;
    std::int64_t leg_m = 0;
    bool shares_setup = false;
    bool tail_exact = true;

    std::int64_t start_s = 0;
    std::int64_t end_s = 0;
    // Latest arrival here, not before the present one, that changes no soft cost from here on.
    std::int64_t free_s = kNever;
    // For arrivals not before the present one the route ends at max(ends_at_s, arrival + tail_s),
    // where `tail_exact`.
    std::int64_t tail_s = 0;
    std::int64_t ends_at_s = -kNever;
};

class Route {
public:
    int vehicle = 0;
    std::vector<std::int32_t> nodes;
    std::vector<Slot> slots;
    std::vector<std::int64_t> trip_loads;     // (trips, dimensions): carried at each trip's end
    std::vector<std::int64_t> trip_leaves_s;  // when each trip leaves its start or hub
    std::vector<std::uint8_t> trip_unit_unloads;  // the trip ends at a hub that unloads by the unit
    Walked sums;
    int fixed = 0;              // committed visits at its head
    bool soft = false;          // some stop is late or has a price on its time
    bool unit_unloads = false;  // some trip ends at a hub that unloads by the unit

    bool empty() const { return nodes.empty(); }

    // Whether a trip would carry too much with the stop.
    bool overfull(const Problem& problem, std::size_t trip, std::int32_t stop) const;

    // Brings slots and sums in line with `nodes`. `load` is scratch space.
    void rebuild(const Problem& problem, std::vector<std::int64_t>& load);

    // As assigning `nodes` and rebuilding, but where no break, unloading, release or travel by
    // the hour is involved only what changes is computed anew. `insert` puts `stop` before what
    // stands in `slot`.
    void insert(const Problem& problem, int slot, std::int32_t stop,
                std::vector<std::int64_t>& load);
    void replace(const Problem& problem, std::span<const std::int32_t> visits,
                 std::vector<std::int64_t>& load);

private:
    bool plain(const Problem& problem) const;
    // All of `nodes` but those at slots `first` .. and the last `tail` slots is new.
    void revise(const Problem& problem, std::size_t first, std::size_t tail,
                std::vector<std::int64_t>& load);
    void take_out(const Problem& problem, const Slot& slot);
    bool go_forward(const Problem& problem, std::size_t first, std::size_t tail);
    void go_backward(const Problem& problem, std::size_t first, std::size_t tail);
    void forward(const Problem& problem, std::vector<std::int64_t>& load);
    void sum_trips(const Problem& problem);
    void backward(const Problem& problem);
    void backward_visit(const Problem& problem, Slot& slot, const Slot& next) const;
};

}  // namespace kernel
