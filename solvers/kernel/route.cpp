#include "route.hpp"

#include <algorithm>

namespace kernel {

void Route::rebuild(const Problem& problem, std::vector<std::int64_t>& load) {
    forward(problem, load);
    sum_trips(problem);
    backward(problem);
}

void Route::forward(const Problem& problem, std::vector<std::int64_t>& load) {
    const Vehicle& by = problem.vehicle(vehicle);
    fixed = static_cast<int>(by.committed.size());
    slots.resize(nodes.size() + 2);
    slots.front() = {.location = by.start,
                     .depart_s = trip_release(problem, nodes, 0, by.available_s)};
    std::size_t at = 0;
    soft = false;
    sums = walk<true>(problem, vehicle, nodes, load, [&](const Step& step) {
        Slot& slot = slots[++at];
        slot.node = step.node;
        slot.location = step.location;
        slot.depart_s = step.depart_s;
        slot.arrival_s = step.arrival_s;
        slot.start_s = step.start_s;
        slot.end_s = step.end_s;
        slot.leg_s = step.leg.s;
        slot.leg_m = step.leg.m;
        slot.shares_setup = step.shares_setup;
        slot.address = slots[at - 1].address;
        if (problem.is_stop(step.node)) {
            const Stop& stop = problem.stop(step.node);
            slot.address = stop.address;
            soft = soft || stop.due_s < kNever ||
                   (problem.time_change_price > 0 && stop.previous_start_s != kNever);
        } else if (problem.is_hub(step.node)) {
            slot.address = -1;
        }
    });
    const Slot& last = slots[slots.size() - 2];
    Leg home;
    if (!nodes.empty())
        home = problem.travel_of(by).leg(last.location, by.end, last.depart_s);
    slots.back() = {.location = by.end,
                    .depart_s = sums.end_s,
                    .arrival_s = last.depart_s + home.s,
                    .leg_s = home.s,
                    .leg_m = home.m,
                    .start_s = last.depart_s + home.s,
                    .end_s = last.depart_s + home.s};
}

void Route::sum_trips(const Problem& problem) {
    const auto width = static_cast<std::size_t>(problem.dimensions);
    const Vehicle& by = problem.vehicle(vehicle);
    trip_loads.assign(by.initial_load.begin(), by.initial_load.end());
    trip_leaves_s.assign(1, slots.front().depart_s);
    trip_unit_unloads.assign(1, 0);
    unit_unloads = false;
    std::int32_t trip = 0;
    for (std::size_t at = 1; at + 1 < slots.size(); ++at) {
        Slot& slot = slots[at];
        slot.trip = trip;
        if (problem.is_stop(slot.node)) {
            const auto amounts = problem.load(slot.node);
            const std::size_t base = static_cast<std::size_t>(trip) * width;
            for (std::size_t d = 0; d < width; ++d) trip_loads[base + d] += amounts[d];
        } else if (problem.is_hub(slot.node)) {
            trip_unit_unloads.back() = problem.hub(slot.node).per_unit ? 1 : 0;
            unit_unloads = unit_unloads || problem.hub(slot.node).per_unit;
            trip_unit_unloads.push_back(0);
            trip_leaves_s.push_back(slot.depart_s);
            trip_loads.resize(trip_loads.size() + width, 0);
            ++trip;
        }
    }
    slots.back().trip = trip;
}

bool Route::overfull(const Problem& problem, std::size_t trip, std::int32_t stop) const {
    const auto amounts = problem.load(stop);
    const auto capacity = problem.vehicle(vehicle).capacity;
    const std::int64_t* carried = trip_loads.data() + trip * amounts.size();
    for (std::size_t d = 0; d < amounts.size(); ++d)
        if (amounts[d] > 0 && carried[d] + amounts[d] > capacity[d]) return true;
    return false;
}

void Route::backward(const Problem& problem) {
    const Vehicle& by = problem.vehicle(vehicle);
    Slot& last = slots.back();
    last.latest_s = by.shift_end_s;
    last.free_s = kNever;
    last.tail_s = 0;
    last.ends_at_s = -kNever;
    last.tail_exact = true;
    for (std::size_t at = slots.size() - 1; at-- > 1;)
        backward_visit(problem, slots[at], slots[at + 1]);
}

namespace {

// Latest departure from `slot` that reaches `next` in time.
std::int64_t leave_by(const Problem& problem, const Travel& travel, const Slot& slot,
                      const Slot& next) {
    if (travel.constant() || slot.location < 0 || next.location < 0 || next.latest_s >= kNever ||
        problem.is_break(next.node))
        return next.latest_s - next.leg_s;
    if (travel.closes()) return next.latest_s;
    return travel.latest_departure(slot.location, next.location, slot.depart_s, next.latest_s);
}

// Latest start at a stop, not before the present one, that changes no cost of its own.
std::int64_t free_start(const Problem& problem, const Stop& stop, std::int64_t start_s) {
    std::int64_t free = start_s > stop.due_s ? start_s : stop.due_s;
    if (problem.time_change_price > 0 && stop.previous_start_s != kNever) {
        const std::int64_t moved = start_s - stop.previous_start_s;
        if (-moved > problem.time_tolerance_s)
            free = std::min(free, start_s);
        else if (moved <= problem.time_tolerance_s)
            free = std::min(free, stop.previous_start_s + problem.time_tolerance_s);
    }
    return free;
}

}  // namespace

void Route::backward_visit(const Problem& problem, Slot& slot, const Slot& next) const {
    const Travel& travel = problem.travel_of(problem.vehicle(vehicle));
    const std::int64_t leave_latest = leave_by(problem, travel, slot, next);
    if (problem.is_break(slot.node)) {
        slot.latest_s = leave_latest;  // the break itself is left out: on the generous side
        slot.free_s = -kNever;
        slot.tail_exact = false;
        return;
    }
    const bool is_stop = problem.is_stop(slot.node);
    const auto windows = is_stop ? problem.stop(slot.node).windows : problem.hub(slot.node).windows;
    const std::int64_t busy = slot.end_s - slot.start_s;
    slot.latest_s = last_in(windows, leave_latest - busy);

    slot.free_s = kNever;
    if (soft) {
        std::int64_t free = next.free_s - next.leg_s - busy;
        if (is_stop) free = std::min(free, free_start(problem, problem.stop(slot.node), slot.start_s));
        slot.free_s = last_in(windows, free);
    }

    slot.tail_exact = next.tail_exact && travel.constant() && windows.size() <= 1;
    slot.tail_s = busy + next.leg_s + next.tail_s;
    slot.ends_at_s = next.ends_at_s;
    if (!windows.empty())
        slot.ends_at_s = std::max(slot.ends_at_s, windows.front().start_s + slot.tail_s);
    if (slot.depart_s > slot.end_s)  // held at a hub for a release
        slot.ends_at_s = std::max(slot.ends_at_s, slot.depart_s + next.leg_s + next.tail_s);
}

}  // namespace kernel
