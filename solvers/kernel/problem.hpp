// The problem as flat arrays, and what the search looks up again and again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "numbers.hpp"
#include "travel.hpp"

namespace kernel {

struct Window {
    std::int64_t start_s;
    std::int64_t end_s;
};

// First moment from `arrival_s` on that lies in a window, else the arrival itself.
inline std::int64_t start_in(std::span<const Window> windows, std::int64_t arrival_s) {
    for (const Window& window : windows)
        if (arrival_s <= window.end_s) return arrival_s > window.start_s ? arrival_s : window.start_s;
    return arrival_s;
}

// Latest moment up to `bound_s` that lies in a window; -kNever where there is none.
inline std::int64_t last_in(std::span<const Window> windows, std::int64_t bound_s) {
    if (windows.empty()) return bound_s;
    for (std::size_t at = windows.size(); at-- > 0;)
        if (windows[at].start_s <= bound_s)
            return windows[at].end_s < bound_s ? windows[at].end_s : bound_s;
    return -kNever;
}

struct Stop {
    std::int32_t location = 0;
    std::int32_t fit = 0;            // row of Problem::fit
    std::int32_t address = -1;       // -1 shares its set-up with none
    std::int32_t previous_vehicle = -1;
    std::int64_t previous_start_s = kNever;  // kNever: not in the previous plan
    std::int64_t release_s = -kNever;
    std::int64_t due_s = kNever;
    std::int64_t late_cost = 0;      // per second
    std::int64_t price = 0;          // of leaving it out
    bool required = false;
    std::span<const Window> windows;
    std::int64_t open_s = -kNever;  // start of the first window
    std::int64_t close_s = kNever;  // end of the last window
};

struct Hub {
    std::int32_t location = 0;
    std::int64_t fixed_s = 0;
    std::span<const Window> windows;
    std::span<const std::int64_t> unit_ms;  // one entry per dimension
    bool per_unit = false;                  // some entry of unit_ms is positive
};

struct Vehicle {
    std::int32_t vehicle_class = 0;
    std::int32_t profile = 0;
    std::int32_t start = -1;
    std::int32_t end = -1;
    std::int64_t available_s = 0;
    std::int64_t shift_end_s = kNever;
    std::int64_t fixed_cost = 0;
    std::int64_t cost_per_s = 0;
    std::int64_t cost_per_drive_s = 0;
    std::int64_t cost_per_m = 0;
    std::int64_t max_stops = kNever;
    std::int64_t max_distance_m = kNever;
    std::int64_t max_drive_s = kNever;
    std::int64_t max_duration_s = kNever;
    bool rests = false;
    Window rest_window{0, 0};
    std::int64_t rest_s = 0;
    std::span<const std::int64_t> capacity;      // one entry per dimension
    std::span<const std::int64_t> initial_load;  // one entry per dimension
    std::vector<std::int32_t> hubs;
    std::vector<std::int32_t> committed;         // node codes, see Problem

    // Derived. A committed prefix may break rules by itself; what it breaks is held against
    // nothing that follows, so the limits below are raised to what the prefix alone needs.
    std::int32_t group = 0;             // vehicles alike in everything
    std::int64_t prefix_overrun_s = 0;  // window overruns of the prefix alone
    bool rest_missed = false;           // the prefix leaves no room for the break it owes
    bool end_missed = false;            // no way leads from the prefix to the end place
    bool exact_only = false;            // no candidate can be judged in constant time
    bool timed = false;                 // its paid time costs or is limited
};

// A route is a sequence of node codes: stop i is i, hub h is stops + h, the break stops + hubs.
class Problem {
public:
    std::vector<Stop> stops;
    std::vector<Vehicle> vehicles;
    std::vector<Vehicle> given;  // as they came, before prefixes raised their limits
    std::vector<Hub> hubs;
    std::vector<std::shared_ptr<const Travel>> travel;  // one per profile
    int dimensions = 0;
    int classes = 1;
    std::int64_t vehicle_change_price = 0;
    std::int64_t time_change_price = 0;
    std::int64_t time_tolerance_s = 0;

    // Backing stores of the spans above and of the tables below.
    std::vector<Window> windows;
    std::vector<std::int64_t> amounts;
    std::vector<std::int64_t> service_s;  // (stops, classes)
    std::vector<std::int64_t> setup_s;    // (stops, classes)
    std::vector<std::int64_t> loads;      // (stops, dimensions)
    std::vector<std::int64_t> fit;        // (rows, vehicles): price p of serving, -1 - p: may not

    bool has_release = false;

    // Vehicles alike in everything, and for each stop the groups that may serve it, those whose
    // start lies nearest first, with the drive from there.
    std::vector<std::vector<std::int32_t>> groups;
    struct NearGroup {
        std::int32_t group;
        Leg leg;
    };
    std::vector<std::vector<NearGroup>> near_groups;

    // Other stops by travel time, nearest first: neighbours for the ruin.
    std::vector<std::vector<std::int32_t>> near_stops;
    // Stops after which, or before which, a stop may well be inserted, with the drives between
    // the two by profile.
    struct Neighbours {
        std::vector<std::int32_t> stops;
        std::vector<Arc> legs;  // (stops, profiles)
    };
    std::vector<Neighbours> near_after;
    std::vector<Neighbours> near_before;

    // Not copied: the stops' spans point into the stores.
    Problem() = default;
    Problem(const Problem&) = delete;
    Problem& operator=(const Problem&) = delete;
    Problem(Problem&&) = default;
    Problem& operator=(Problem&&) = default;

    int stop_count() const { return static_cast<int>(stops.size()); }
    int hub_count() const { return static_cast<int>(hubs.size()); }
    std::int32_t break_node() const { return static_cast<std::int32_t>(stops.size() + hubs.size()); }
    bool is_stop(std::int32_t node) const { return node < stop_count(); }
    bool is_break(std::int32_t node) const { return node == break_node(); }
    bool is_hub(std::int32_t node) const { return !is_stop(node) && !is_break(node); }
    const Stop& stop(std::int32_t node) const { return stops[static_cast<std::size_t>(node)]; }
    const Hub& hub(std::int32_t node) const {
        return hubs[static_cast<std::size_t>(node) - stops.size()];
    }
    const Vehicle& vehicle(int index) const { return vehicles[static_cast<std::size_t>(index)]; }
    const Travel& travel_of(const Vehicle& vehicle) const {
        return *travel[static_cast<std::size_t>(vehicle.profile)];
    }

    std::span<const std::int64_t> load(std::int32_t stop) const {
        const auto width = static_cast<std::size_t>(dimensions);
        return {loads.data() + static_cast<std::size_t>(stop) * width, width};
    }

    // Whether the vehicle could carry the stop's load with nothing else aboard.
    bool has_room(const Vehicle& by, std::int32_t stop) const {
        const auto wanted = load(stop);
        for (std::size_t d = 0; d < wanted.size(); ++d)
            if (wanted[d] > 0 && wanted[d] > by.capacity[d]) return false;
        return true;
    }

    std::int64_t service(std::int32_t stop, const Vehicle& by, bool shares_setup) const {
        const std::size_t cell = static_cast<std::size_t>(stop) * static_cast<std::size_t>(classes) +
                                 static_cast<std::size_t>(by.vehicle_class);
        return service_s[cell] + (shares_setup ? 0 : setup_s[cell]);
    }

    bool may_serve(std::int32_t stop, int vehicle) const { return fit_cell(stop, vehicle) >= 0; }

    // What it costs that just this vehicle serves the stop, whether or not it may.
    std::int64_t serving_price(std::int32_t stop, int vehicle) const {
        const std::int64_t value = fit_cell(stop, vehicle);
        const std::int64_t price = value < 0 ? -1 - value : value;
        const Stop& served = stops[static_cast<std::size_t>(stop)];
        const bool changed = served.previous_vehicle >= 0 && served.previous_vehicle != vehicle;
        return changed ? price + vehicle_change_price : price;
    }

    // Completes a problem whose plain fields are filled: checks every index and range, then
    // derives the rest. Throws std::invalid_argument naming the element.
    void finish();

    // The parts of `finish`, for a problem that changes: first `check`, then `derive`, then the
    // neighbours of the stops concerned.
    void check() const;
    void check_stop(std::size_t at) const;
    void check_vehicle(std::size_t at) const;
    void derive();
    void find_neighbours_of(std::int32_t stop);
    void find_near_groups_of(std::int32_t stop);

    // Seconds between two locations by the fastest travel source; kNever where none leads there.
    std::int64_t fastest(int origin, int destination) const;

private:
    std::int64_t fit_cell(std::int32_t stop, int vehicle) const {
        return fit[static_cast<std::size_t>(stops[static_cast<std::size_t>(stop)].fit) *
                       vehicles.size() +
                   static_cast<std::size_t>(vehicle)];
    }

    void relax_by_prefixes();
    void group_vehicles();
    void find_neighbours();
};

}  // namespace kernel
