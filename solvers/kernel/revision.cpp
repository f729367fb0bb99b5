// Brings a plain route in line with a change of some of its visits without replaying the others.
#include <algorithm>

#include "route.hpp"

namespace kernel {

namespace {

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

// Whether `amounts` on top of what is carried already is too much.
bool too_much(std::span<const std::int64_t> amounts, const std::vector<std::int64_t>& carried,
              const Vehicle& by) {
    for (std::size_t d = 0; d < amounts.size(); ++d)
        if (amounts[d] > 0 && carried[d] > by.capacity[d]) return true;
    return false;
}

}  // namespace

bool Route::plain(const Problem& problem) const {
    const Vehicle& by = problem.vehicle(vehicle);
    return sums.valid && trip_loads.size() == at(problem.dimensions) && !by.rests &&
           !problem.has_release && problem.travel_of(by).constant();
}

void Route::insert(const Problem& problem, int slot, std::int32_t stop,
                   std::vector<std::int64_t>& load) {
    const bool revisable = !empty() && plain(problem);
    const std::size_t tail = slots.size() - at(slot);
    nodes.insert(nodes.begin() + (slot - 1), stop);
    if (!revisable) return rebuild(problem, load);
    revise(problem, at(slot), tail, load);
}

void Route::replace(const Problem& problem, std::span<const std::int32_t> visits,
                    std::vector<std::int64_t>& load) {
    const bool revisable = !empty() && !visits.empty() && plain(problem) &&
                           std::none_of(visits.begin(), visits.end(), [&](std::int32_t node) {
                               return !problem.is_stop(node);
                           });
    const auto [old_head, new_head] =
        std::mismatch(nodes.begin(), nodes.end(), visits.begin(), visits.end());
    const auto head = old_head - nodes.begin();
    const auto [old_tail, new_tail] =
        std::mismatch(nodes.rbegin(), std::make_reverse_iterator(old_head), visits.rbegin(),
                      std::make_reverse_iterator(new_head));
    const auto tail = old_tail - nodes.rbegin();
    nodes.assign(visits.begin(), visits.end());
    if (!revisable || head < fixed) return rebuild(problem, load);
    revise(problem, at(head) + 1, at(tail) + 1, load);
}

void Route::revise(const Problem& problem, std::size_t first, std::size_t tail,
                   std::vector<std::int64_t>& load) {
    const Vehicle& by = problem.vehicle(vehicle);
    const std::size_t old_tail = slots.size() - tail;
    for (std::size_t place = first; place < old_tail; ++place) take_out(problem, slots[place]);
    sums.drive_s -= slots[old_tail].leg_s;
    sums.distance_m -= slots[old_tail].leg_m;
    const std::size_t size = nodes.size() + 2;
    const std::size_t new_tail = size - tail;
    if (size > slots.size()) {
        slots.insert(slots.begin() + static_cast<std::ptrdiff_t>(first), size - slots.size(), {});
    } else {
        slots.erase(slots.begin() + static_cast<std::ptrdiff_t>(first),
                    slots.begin() + static_cast<std::ptrdiff_t>(first + slots.size() - size));
    }
    if (!go_forward(problem, first, new_tail)) return rebuild(problem, load);

    const Slot& last = slots[size - 2];
    slots.back().arrival_s = slots.back().start_s = slots.back().end_s =
        last.depart_s + slots.back().leg_s;
    sums.end_s = by.end >= 0 ? slots.back().arrival_s : last.depart_s;
    slots.back().depart_s = sums.end_s;
    const Slot& opening = slots[1];
    const std::int64_t earliest = slots.front().depart_s;
    sums.leave_s = std::max(earliest, opening.start_s - opening.leg_s);
    sums.cost = by.fixed_cost + by.cost_per_s * sums.paid_s() + by.cost_per_drive_s * sums.drive_s +
                by.cost_per_m * sums.distance_m + sums.soft_cost + sums.service_price;
    if (sums.end_s > by.shift_end_s || sums.stops > by.max_stops ||
        sums.distance_m > by.max_distance_m || sums.drive_s > by.max_drive_s ||
        sums.paid_s() > by.max_duration_s)
        sums.valid = false;
    go_backward(problem, first, new_tail);
}

void Route::take_out(const Problem& problem, const Slot& slot) {
    sums.drive_s -= slot.leg_s;
    sums.distance_m -= slot.leg_m;
    sums.service_price -= problem.serving_price(slot.node, vehicle);
    sums.soft_cost -= soft ? start_cost(problem, problem.stop(slot.node), slot.start_s) : 0;
    --sums.stops;
    const auto amounts = problem.load(slot.node);
    for (std::size_t d = 0; d < amounts.size(); ++d) trip_loads[d] -= amounts[d];
}

bool Route::go_forward(const Problem& problem, std::size_t first, std::size_t tail) {
    const Vehicle& by = problem.vehicle(vehicle);
    const Travel& travel = problem.travel_of(by);
    for (std::size_t place = first; place < slots.size(); ++place) {
        const Slot& before = slots[place - 1];
        Slot& slot = slots[place];
        const bool added = place < tail;
        const bool is_end = place + 1 == slots.size();
        if (added) {
            slot.node = nodes[place - 1];
            slot.location = problem.stop(slot.node).location;
            slot.address = problem.stop(slot.node).address;
            slot.trip = 0;
        }
        if (place <= tail) {
            const Leg leg = travel.leg(before.location, slot.location, before.depart_s);
            if (!leg.reachable) return false;
            slot.leg_s = leg.s;
            slot.leg_m = leg.m;
            sums.drive_s += leg.s;
            sums.distance_m += leg.m;
        }
        if (is_end) break;
        const Stop& stop = problem.stop(slot.node);
        soft = soft || stop.due_s < kNever ||
               (problem.time_change_price > 0 && stop.previous_start_s != kNever);
        const std::int64_t was_s = slot.start_s;
        const std::int64_t left_s = slot.depart_s;
        slot.arrival_s = before.depart_s + slot.leg_s;
        slot.start_s = start_in(stop.windows, slot.arrival_s);
        if (!stop.windows.empty() && slot.start_s > stop.windows.back().end_s) return false;
        if (place <= tail) slot.shares_setup = stop.address >= 0 && stop.address == before.address;
        slot.end_s = slot.start_s + problem.service(slot.node, by, slot.shares_setup);
        slot.depart_s = slot.end_s;
        if (soft)
            sums.soft_cost += start_cost(problem, stop, slot.start_s) -
                              (added ? 0 : start_cost(problem, stop, was_s));
        if (added) {
            sums.service_price += problem.serving_price(slot.node, vehicle);
            ++sums.stops;
            const auto amounts = problem.load(slot.node);
            for (std::size_t d = 0; d < amounts.size(); ++d) trip_loads[d] += amounts[d];
            if (!problem.may_serve(slot.node, vehicle) || too_much(amounts, trip_loads, by))
                return false;
        } else if (place > tail && slot.depart_s == left_s) {
            break;  // what follows goes on as before
        }
    }
    return true;
}

void Route::go_backward(const Problem& problem, std::size_t first, std::size_t tail) {
    // With soft costs, what is free of cost depends on the start times, all of which may differ.
    std::size_t place = soft ? slots.size() - 1 : std::min(tail + 1, slots.size() - 1);
    while (place-- > 1) {
        Slot& slot = slots[place];
        const Slot was = slot;
        backward_visit(problem, slot, slots[place + 1]);
        const bool same = slot.latest_s == was.latest_s && slot.free_s == was.free_s &&
                          slot.tail_s == was.tail_s && slot.ends_at_s == was.ends_at_s &&
                          slot.tail_exact == was.tail_exact;
        if (same && place < first && !soft) break;
    }
}

}  // namespace kernel
