#include "problem.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <tuple>

#include "walk.hpp"

namespace kernel {

namespace {

[[noreturn]] void refuse(const std::string& element, const std::string& cause) {
    throw std::invalid_argument(element + ": " + cause);
}

std::string name(const char* kind, std::size_t index) {
    return std::string(kind) + " " + std::to_string(index);
}

void check_index(const std::string& element, const char* field, std::int64_t value,
                 std::int64_t count, std::int64_t least) {
    if (value < least || value >= count)
        refuse(element, std::string(field) + " is " + std::to_string(value) +
                            ", must lie in " + std::to_string(least) + " .. " +
                            std::to_string(count - 1));
}

void check_range(const std::string& element, const char* field, std::int64_t value,
                 std::int64_t least, std::int64_t most) {
    if (value < least || value > most)
        refuse(element, std::string(field) + " is " + std::to_string(value) +
                            ", must lie in " + std::to_string(least) + " .. " +
                            std::to_string(most));
}

// Bounds within which no single product overflows; sums are the problem's own validation.
constexpr std::int64_t kMostTime = std::int64_t{1} << 34;
constexpr std::int64_t kMostRate = std::int64_t{1} << 26;
constexpr std::int64_t kMostCost = std::int64_t{1} << 46;
constexpr std::int64_t kMostAmount = std::int64_t{1} << 40;

// A time, or a mark for "none" beyond all times.
void check_time(const std::string& element, const char* field, std::int64_t value) {
    if (value != kNever && value != -kNever)
        check_range(element, field, value, -kMostTime, kMostTime);
}

void check_windows(const std::string& element, std::span<const Window> windows) {
    for (std::size_t at = 0; at < windows.size(); ++at) {
        check_range(element, "window start", windows[at].start_s, -kMostTime, kMostTime);
        check_range(element, "window end", windows[at].end_s, windows[at].start_s, kMostTime);
        if (at > 0 && windows[at].start_s <= windows[at - 1].end_s)
            refuse(element, "its windows overlap or do not rise");
    }
}

}  // namespace

void Problem::finish() {
    check();
    given = vehicles;
    derive();
    find_neighbours();
}

void Problem::derive() {
    has_release = std::any_of(stops.begin(), stops.end(),
                              [](const Stop& stop) { return stop.release_s > -kNever; });
    for (Stop& stop : stops) {
        stop.open_s = stop.windows.empty() ? -kNever : stop.windows.front().start_s;
        stop.close_s = stop.windows.empty() ? kNever : stop.windows.back().end_s;
    }
    vehicles = given;
    for (Vehicle& vehicle : vehicles) {
        vehicle.exact_only = vehicle.rests || !travel_of(vehicle).constant();
        vehicle.timed = vehicle.cost_per_s > 0 || vehicle.max_duration_s < kNever;
    }
    relax_by_prefixes();
    group_vehicles();
}

void Problem::check() const {
    if (travel.empty()) refuse("problem", "it has no travel source");
    const int locations = travel.front()->size();
    for (const auto& source : travel)
        if (source->size() != locations) refuse("travel", "sources differ in their locations");
    for (std::size_t at = 0; at < stops.size(); ++at) check_stop(at);
    for (std::size_t at = 0; at < hubs.size(); ++at) {
        check_index(name("hub", at), "location", hubs[at].location, locations, 0);
        check_range(name("hub", at), "fixed time", hubs[at].fixed_s, 0, kMostTime);
        check_windows(name("hub", at), hubs[at].windows);
    }
    for (const std::int64_t value : amounts) check_range("amount", "value", value, 0, kMostAmount);
    for (const std::int64_t value : fit) check_range("fit", "price", value, -kMostCost, kMostCost);
    for (const std::int64_t price : {vehicle_change_price, time_change_price})
        check_range("prices", "price", price, 0, kMostCost);
    check_range("prices", "tolerance", time_tolerance_s, 0, kMostTime);
    for (std::size_t at = 0; at < vehicles.size(); ++at) check_vehicle(at);
}

void Problem::check_stop(std::size_t at) const {
    const std::string element = name("stop", at);
    const Stop& stop = stops[at];
    const std::size_t rows = vehicles.empty() ? stops.size() : fit.size() / vehicles.size();
    check_index(element, "location", stop.location, travel.front()->size(), 0);
    check_index(element, "fit row", stop.fit, static_cast<std::int64_t>(rows), 0);
    check_index(element, "previous vehicle", stop.previous_vehicle,
                static_cast<std::int64_t>(vehicles.size()), -1);
    check_range(element, "price", stop.price, 0, kMostCost);
    check_range(element, "late cost", stop.late_cost, 0, kMostRate);
    check_time(element, "due", stop.due_s);
    check_time(element, "release", stop.release_s);
    check_time(element, "previous start", stop.previous_start_s);
    check_windows(element, stop.windows);
    const auto of_stop = [&](const std::vector<std::int64_t>& values, int width) {
        const auto columns = static_cast<std::size_t>(width);
        return std::span(values.data() + at * columns, columns);
    };
    for (const std::int64_t value : of_stop(service_s, classes))
        check_range("service", "time", value, 0, kMostTime);
    for (const std::int64_t value : of_stop(setup_s, classes))
        check_range("set-up", "time", value, 0, kMostTime);
    for (const std::int64_t value : of_stop(loads, dimensions))
        check_range("load", "value", value, 0, kMostAmount);
}

void Problem::check_vehicle(std::size_t at) const {
    const std::string element = name("vehicle", at);
    const Vehicle& vehicle = vehicles[at];
    const int locations = travel.front()->size();
    check_index(element, "start", vehicle.start, locations, -1);
    check_index(element, "end", vehicle.end, locations, -1);
    check_index(element, "class", vehicle.vehicle_class, classes, 0);
    check_index(element, "profile", vehicle.profile, static_cast<std::int64_t>(travel.size()), 0);
    check_range(element, "available", vehicle.available_s, -kMostTime, kMostTime);
    check_time(element, "shift end", vehicle.shift_end_s);
    check_range(element, "fixed cost", vehicle.fixed_cost, 0, kMostCost);
    for (const std::int64_t rate :
         {vehicle.cost_per_s, vehicle.cost_per_drive_s, vehicle.cost_per_m})
        check_range(element, "rate", rate, 0, kMostRate);
    check_range(element, "break", vehicle.rest_s, 0, kMostTime);
    check_range(element, "break window", vehicle.rest_window.start_s, -kMostTime, kMostTime);
    check_range(element, "break window", vehicle.rest_window.end_s, vehicle.rest_window.start_s,
                kMostTime);
    for (const std::int64_t value : vehicle.capacity)
        check_range(element, "capacity", value, 0, kMostAmount);
    for (const std::int64_t value : vehicle.initial_load)
        check_range(element, "initial load", value, 0, kMostAmount);
    for (const std::int32_t hub : vehicle.hubs)
        check_index(element, "hub", hub, static_cast<std::int64_t>(hubs.size()), 0);
    for (const std::int32_t node : vehicle.committed)
        check_index(element, "committed visit", node, std::int64_t{break_node()} + 1, 0);
}

void Problem::relax_by_prefixes() {
    std::vector<std::int64_t> load;
    for (std::size_t at = 0; at < vehicles.size(); ++at) {
        Vehicle& vehicle = vehicles[at];
        if (vehicle.committed.empty()) continue;
        std::int64_t free_s = vehicle.available_s;
        const Walked walked =
            walk<true>(*this, static_cast<int>(at), vehicle.committed, load,
                       [&](const Step& step) { free_s = step.depart_s; });
        vehicle.shift_end_s = std::max(vehicle.shift_end_s, walked.end_s);
        vehicle.max_distance_m = std::max(vehicle.max_distance_m, walked.distance_m);
        vehicle.max_drive_s = std::max(vehicle.max_drive_s, walked.drive_s);
        vehicle.max_duration_s = std::max(vehicle.max_duration_s, walked.paid_s());
        vehicle.max_stops = std::max<std::int64_t>(vehicle.max_stops, walked.stops);
        vehicle.prefix_overrun_s = walked.prefix_overrun_s;
        vehicle.end_missed = !walked.end_reachable;
        // A stop with a release may still delay the whole first trip until after the break.
        const bool delayed = has_release && std::none_of(vehicle.committed.begin(),
                                                         vehicle.committed.end(),
                                                         [&](std::int32_t node) { return is_hub(node); });
        vehicle.rest_missed =
            walked.breaks_rest_rule && free_s > vehicle.rest_window.end_s && !delayed;
    }
}

void Problem::group_vehicles() {
    const auto key = [&](std::size_t at) {
        const Vehicle& v = vehicles[at];
        return std::tuple(v.vehicle_class, v.profile, v.start, v.end, v.available_s,
                          v.shift_end_s, v.fixed_cost, v.cost_per_s, v.cost_per_drive_s,
                          v.cost_per_m, v.max_stops, v.max_distance_m, v.max_drive_s,
                          v.max_duration_s, v.rests, v.rest_window.start_s, v.rest_window.end_s,
                          v.rest_s);
    };
    const auto lists_less = [&](std::size_t a, std::size_t b) {
        const Vehicle& x = vehicles[a];
        const Vehicle& y = vehicles[b];
        if (!std::ranges::equal(x.capacity, y.capacity))
            return std::ranges::lexicographical_compare(x.capacity, y.capacity);
        if (!std::ranges::equal(x.initial_load, y.initial_load))
            return std::ranges::lexicographical_compare(x.initial_load, y.initial_load);
        return std::tie(x.hubs, x.committed) < std::tie(y.hubs, y.committed);
    };
    std::vector<bool> named(vehicles.size(), false);  // some stop comes from this vehicle
    for (const Stop& stop : stops)
        if (stop.previous_vehicle >= 0) named[static_cast<std::size_t>(stop.previous_vehicle)] = true;
    const std::size_t rows = vehicles.empty() ? 0 : fit.size() / vehicles.size();
    const auto fits_less = [&](std::size_t a, std::size_t b) {
        if (named[a] || named[b]) return named[a] && named[b] ? a < b : named[a] < named[b];
        for (std::size_t row = 0; row < rows; ++row) {
            const std::int64_t x = fit[row * vehicles.size() + a];
            const std::int64_t y = fit[row * vehicles.size() + b];
            if (x != y) return x < y;
        }
        return false;
    };
    const auto less = [&](std::size_t a, std::size_t b) {
        const auto x = key(a);
        const auto y = key(b);
        if (x != y) return x < y;
        if (lists_less(a, b)) return true;
        if (lists_less(b, a)) return false;
        return fits_less(a, b);
    };
    std::vector<std::size_t> order(vehicles.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), less);
    groups.clear();
    for (std::size_t place = 0; place < order.size(); ++place) {
        if (place == 0 || less(order[place - 1], order[place])) groups.emplace_back();
        groups.back().push_back(static_cast<std::int32_t>(order[place]));
        vehicles[order[place]].group = static_cast<std::int32_t>(groups.size() - 1);
    }
}

std::int64_t Problem::fastest(int origin, int destination) const {
    std::int64_t best = kNever;
    for (const auto& source : travel) {
        const Leg leg = source->leg(origin, destination, 0);
        if (leg.reachable) best = std::min(best, leg.s);
    }
    return best;
}

}  // namespace kernel
