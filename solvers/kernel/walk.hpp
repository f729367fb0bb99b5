// Exact replay of a route: solvers/replay.py, the objective and the rules in one pass.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "problem.hpp"

namespace kernel {

// One visit as replayed. `depart_s` of a break is that of the visit before it.
struct Step {
    std::int32_t node;
    std::int32_t location;  // of the visit; for a break, where the vehicle stands
    std::int64_t arrival_s;
    std::int64_t start_s;
    std::int64_t end_s;
    std::int64_t depart_s;
    Leg leg;
    bool shares_setup;
};

struct Walked {
    std::int64_t leave_s = 0;
    std::int64_t end_s = 0;
    std::int64_t rest_s = 0;
    std::int64_t drive_s = 0;
    std::int64_t distance_m = 0;
    bool end_reachable = true;
    std::int64_t soft_cost = 0;  // lateness and changes of time
    std::int64_t service_price = 0;  // home zones and changes of vehicle
    std::int64_t cost = 0;
    // What these visits cost at least, however the route goes on; unless releases further on
    // move drives that depend on the hour.
    std::int64_t least_cost = 0;
    std::int64_t prefix_overrun_s = 0;
    int stops = 0;
    bool valid = true;
    bool hopeless = false;  // invalid, and no visits behind these can mend it
    bool breaks_rest_rule = false;  // invalid only or also for want of a break

    std::int64_t paid_s() const { return end_s - leave_s - rest_s; }
};

// When the trip that begins before `nodes[first]` may leave.
inline std::int64_t trip_release(const Problem& problem, std::span<const std::int32_t> nodes,
                                 std::size_t first, std::int64_t ready_s) {
    if (!problem.has_release) return ready_s;
    std::int64_t leave = ready_s;
    for (std::size_t at = first; at < nodes.size(); ++at) {
        if (problem.is_hub(nodes[at])) break;
        if (problem.is_stop(nodes[at])) leave = std::max(leave, problem.stop(nodes[at]).release_s);
    }
    return leave;
}

inline std::int64_t unloading_s(const Hub& hub, std::span<const std::int64_t> load) {
    std::int64_t moved = 0;
    for (std::size_t d = 0; d < load.size(); ++d) moved += load[d] * hub.unit_ms[d];
    return hub.fixed_s + moved / 1000;
}

inline std::int64_t arrival_after(std::int64_t depart_s, std::int64_t drive_s,
                                  const Vehicle& vehicle, bool resting) {
    if (!resting) return depart_s + drive_s;
    const std::int64_t begin = std::max(depart_s, vehicle.rest_window.start_s);
    return std::max(depart_s + drive_s, begin) + vehicle.rest_s;
}

// What serving a stop at `start_s` costs beyond the drive.
inline std::int64_t start_cost(const Problem& problem, const Stop& stop, std::int64_t start_s) {
    std::int64_t cost = 0;
    if (start_s > stop.due_s) cost += (start_s - stop.due_s) * stop.late_cost;
    if (problem.time_change_price > 0 && stop.previous_start_s != kNever) {
        const std::int64_t moved = start_s - stop.previous_start_s;
        if (moved > problem.time_tolerance_s || -moved > problem.time_tolerance_s)
            cost += problem.time_change_price;
    }
    return cost;
}

// Replays `nodes` by vehicle `index`, calling `record(Step)` for each. With `kWhole` the replay
// goes on past a broken rule; otherwise it returns there, `valid` being false and the figures
// incomplete. `load` is scratch space.
template <bool kWhole, class Record>
Walked walk(const Problem& problem, int index, std::span<const std::int32_t> nodes,
            std::vector<std::int64_t>& load, Record&& record) {
    const Vehicle& vehicle = problem.vehicle(index);
    const Travel& travel = problem.travel_of(vehicle);
    Walked result;
    result.leave_s = result.end_s = vehicle.available_s;
    if (nodes.empty()) return result;

    load.assign(vehicle.initial_load.begin(), vehicle.initial_load.end());
    const std::int64_t earliest = trip_release(problem, nodes, 0, vehicle.available_s);
    std::int64_t depart = earliest;
    std::int32_t place = vehicle.start;
    std::int32_t address = -1;
    std::int64_t last_end = depart;
    bool resting = false;
    bool has_rest = false;
    bool moved = false;
    std::int64_t first_start = 0;
    Leg first_leg;
    std::int32_t first_place = -1;
    bool first_held = false;

    const std::size_t fixed = vehicle.committed.size();
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        const std::int32_t node = nodes[at];
        const bool held = at >= fixed;  // rules are held against what follows the prefix
        if (problem.is_break(node)) {
            const std::int64_t begin =
                vehicle.rests ? std::max(depart, vehicle.rest_window.start_s) : depart;
            const bool last = at + 1 == nodes.size();
            const bool misplaced = place < 0 || (last && (vehicle.end < 0 || at == 0));
            const bool unlawful = !vehicle.rests || has_rest || place < 0 ||
                                  begin > vehicle.rest_window.end_s;
            if (held && (unlawful || misplaced)) {
                result.valid = false;
                result.hopeless = result.hopeless || unlawful;
                if constexpr (!kWhole) return result;
            }
            if (!held && vehicle.rests)
                result.prefix_overrun_s +=
                    std::max<std::int64_t>(0, begin - vehicle.rest_window.end_s);
            resting = has_rest = true;
            result.rest_s += vehicle.rest_s;
            last_end = begin + vehicle.rest_s;
            record(Step{node, place, begin, begin, last_end, depart, {}, false});
            continue;
        }
        const bool is_stop = problem.is_stop(node);
        const std::int32_t location =
            is_stop ? problem.stop(node).location : problem.hub(node).location;
        const auto windows = is_stop ? problem.stop(node).windows : problem.hub(node).windows;
        const Leg leg = travel.leg(place, location, depart);
        const std::int64_t arrival = arrival_after(depart, leg.s, vehicle, resting);
        const std::int64_t start = start_in(windows, arrival);
        const bool missed = !windows.empty() && start > windows.back().end_s;
        if (held && (missed || !leg.reachable)) {
            result.valid = false;
            // Where arcs open and close, a release further on may yet delay this drive.
            result.hopeless = result.hopeless || missed || !problem.has_release || !travel.closes();
            if constexpr (!kWhole) return result;
        }
        if (!held && missed) result.prefix_overrun_s += start - windows.back().end_s;
        bool shares = false;
        if (is_stop) {
            const Stop& stop = problem.stop(node);
            shares = stop.address >= 0 && stop.address == address;
            last_end = start + problem.service(node, vehicle, shares);
            const auto amounts = problem.load(node);
            for (std::size_t d = 0; d < load.size(); ++d) {
                load[d] += amounts[d];
                if (held && amounts[d] > 0 && load[d] > vehicle.capacity[d]) {
                    result.valid = false;
                    result.hopeless = true;
                    if constexpr (!kWhole) return result;
                }
            }
            address = stop.address;
            result.soft_cost += start_cost(problem, stop, start);
            result.service_price += problem.serving_price(node, index);
            if (held && !problem.may_serve(node, index)) {
                result.valid = false;
                result.hopeless = true;
                if constexpr (!kWhole) return result;
            }
            ++result.stops;
            depart = last_end;
        } else {
            last_end = start + unloading_s(problem.hub(node), load);
            std::fill(load.begin(), load.end(), 0);
            address = -1;
            depart = trip_release(problem, nodes, at + 1, last_end);
        }
        if (!moved) {
            moved = true;
            first_start = start;
            first_leg = leg;
            first_place = location;
            first_held = held;
        } else {
            result.drive_s += leg.s;
            result.distance_m += leg.m;
        }
        record(Step{node, location, arrival, start, last_end, depart, leg, shares});
        place = location;
        resting = false;
    }

    result.leave_s = earliest;
    if (moved) {
        const bool rest_first = problem.is_break(nodes.front());
        const std::int64_t arrive_by = first_start - (rest_first ? vehicle.rest_s : 0);
        if (vehicle.start < 0)
            result.leave_s = std::max(earliest, arrive_by);
        else if (first_leg.reachable)
            result.leave_s =
                travel.latest_departure(vehicle.start, first_place, earliest, arrive_by);
        if (rest_first && vehicle.rests)
            result.leave_s =
                std::max(earliest, std::min(result.leave_s, vehicle.rest_window.end_s));
        if (!travel.constant())
            first_leg = travel.leg(vehicle.start, first_place, result.leave_s);
        result.drive_s += first_leg.s;
        result.distance_m += first_leg.m;
    }
    const Leg end_leg = travel.leg(place, vehicle.end, depart);
    result.end_reachable = end_leg.reachable;
    result.end_s = depart;
    if (vehicle.end >= 0)
        result.end_s = arrival_after(depart, end_leg.s, vehicle, resting);
    else if (resting)
        result.end_s = last_end;
    result.drive_s += end_leg.s;
    result.distance_m += end_leg.m;

    if (vehicle.rests && !has_rest && !vehicle.rest_missed &&
        result.leave_s < vehicle.rest_window.start_s + vehicle.rest_s &&
        result.end_s > vehicle.rest_window.end_s)
        result.breaks_rest_rule = true;
    if (result.breaks_rest_rule || (!end_leg.reachable && !vehicle.end_missed) ||
        (first_held && !first_leg.reachable) || result.end_s > vehicle.shift_end_s ||
        result.stops > vehicle.max_stops || result.distance_m > vehicle.max_distance_m ||
        result.drive_s > vehicle.max_drive_s || result.paid_s() > vehicle.max_duration_s ||
        result.prefix_overrun_s > vehicle.prefix_overrun_s)
        result.valid = false;
    if (depart > vehicle.shift_end_s || result.stops > vehicle.max_stops) result.hopeless = true;
    result.cost = vehicle.fixed_cost + vehicle.cost_per_s * result.paid_s() +
                  vehicle.cost_per_drive_s * result.drive_s +
                  vehicle.cost_per_m * result.distance_m + result.soft_cost +
                  result.service_price;
    const std::int64_t worked_s = depart - result.leave_s - (resting ? 0 : result.rest_s);
    result.least_cost = vehicle.fixed_cost +
                        (problem.has_release ? 0 : vehicle.cost_per_s * std::max<std::int64_t>(worked_s, 0)) +
                        vehicle.cost_per_drive_s * (result.drive_s - end_leg.s) +
                        vehicle.cost_per_m * (result.distance_m - end_leg.m) + result.soft_cost +
                        result.service_price;
    return result;
}

}  // namespace kernel
