#include "detour.hpp"

#include <algorithm>

#include "walk.hpp"

namespace kernel {

void Detour::turn_to(const Route& route, std::size_t slot) {
    route_ = &route;
    slot_ = slot;
    rest_s_ = 0;
    const auto& initial = problem_->vehicle(route.vehicle).initial_load;
    before_.assign(initial.begin(), initial.end());
    for (std::size_t at = 1; at < slot; ++at) {
        const Slot& visit = route.slots[at];
        if (problem_->is_break(visit.node)) {
            if (at > static_cast<std::size_t>(route.fixed)) rest_s_ = visit.end_s - visit.depart_s;
        } else if (problem_->is_hub(visit.node)) {
            before_.assign(before_.size(), 0);
        } else {
            const auto amounts = problem_->load(visit.node);
            for (std::size_t d = 0; d < amounts.size(); ++d) before_[d] += amounts[d];
        }
    }
}

bool Detour::may_stand(std::span<const std::int32_t> body, std::int64_t price,
                       std::int64_t limit) {
    return in_room(body) && in_time_for(body, price, limit, 0);
}

bool Detour::may_unload_beside(std::int32_t stop, std::int64_t price, std::int64_t limit) {
    const Vehicle& vehicle = problem_->vehicle(route_->vehicle);
    const Leg rounding = problem_->travel_of(vehicle).rounding();
    if (!rounding.reachable || route_->unit_unloads) return true;
    // Once for an unloading before the stop, and once for one behind it.
    const std::int64_t spare =
        2 * (vehicle.cost_per_drive_s * rounding.s + vehicle.cost_per_m * rounding.m);
    return in_time_for({&stop, 1}, price, limit < kNoCost ? limit + spare : kNoCost,
                       2 * rounding.s);
}

// Whether there is room for what the body collects, as far as it does.
bool Detour::in_room(std::span<const std::int32_t> body) const {
    const auto capacity = problem_->vehicle(route_->vehicle).capacity;
    const auto width = before_.size();
    const auto trip = static_cast<std::size_t>(route_->slots[slot_].trip);
    const std::int64_t* whole = route_->trip_loads.data() + trip * width;
    for (std::size_t d = 0; d < width; ++d) {
        std::int64_t carried = before_[d];
        std::int64_t collected = 0;
        for (const std::int32_t node : body) {
            if (!problem_->is_stop(node)) {
                carried = 0;
                continue;
            }
            const std::int64_t amount = problem_->load(node)[d];
            carried += amount;
            collected += amount;
            if (amount > 0 && carried > capacity[d]) return false;
        }
        if (collected > 0 && carried + whole[d] - before_[d] > capacity[d]) return false;
    }
    return true;
}

// Seconds by which unloading behind is shorter at most, once this is unloaded here.
std::int64_t Detour::relief_of(std::span<const std::int64_t> load) const {
    std::int64_t most_s = 0;
    for (const Hub& hub : problem_->hubs)
        most_s = std::max(most_s, unloading_s(hub, load) - hub.fixed_s + 1);
    return most_s;
}

bool Detour::in_time_for(std::span<const std::int32_t> body, std::int64_t price,
                         std::int64_t limit, std::int64_t spare_s) {
    const Vehicle& vehicle = problem_->vehicle(route_->vehicle);
    const Travel& travel = problem_->travel_of(vehicle);
    if (problem_->has_release || travel.closes()) return true;
    const auto& slots = route_->slots;
    const Slot& before = slots[slot_ - 1];
    // A break stands where the visit before it does: what counts is the drive to the one behind.
    const Slot& after = slots[problem_->is_break(slots[slot_].node) ? slot_ + 1 : slot_];
    std::int64_t time_s = before.depart_s - rest_s_;
    std::int32_t place = before.location;
    std::int32_t address = before.address;
    std::int64_t drive_s = -after.leg_s;
    std::int64_t distance_m = -after.leg_m;
    std::int64_t relief_s = 0;
    load_ = before_;
    for (const std::int32_t node : body) {
        const bool is_stop = problem_->is_stop(node);
        const auto windows = is_stop ? problem_->stop(node).windows : problem_->hub(node).windows;
        const std::int32_t there =
            is_stop ? problem_->stop(node).location : problem_->hub(node).location;
        const Leg leg = travel.leg(place, there, time_s);
        if (!leg.reachable) return false;
        time_s = start_in(windows, time_s + leg.s);
        if (!windows.empty() && time_s > windows.back().end_s + spare_s) return false;
        if (is_stop) {
            const auto amounts = problem_->load(node);
            for (std::size_t d = 0; d < amounts.size(); ++d) load_[d] += amounts[d];
            time_s += problem_->service(node, vehicle, true);
        } else {
            time_s += unloading_s(problem_->hub(node), load_);
            if (route_->unit_unloads) relief_s += relief_of(load_);
            load_.assign(load_.size(), 0);
        }
        drive_s += leg.s;
        distance_m += leg.m;
        place = there;
        address = is_stop ? problem_->stop(node).address : -1;
    }
    const Leg on = travel.leg(place, after.location, time_s);
    if (!on.reachable) return after.location < 0 || vehicle.end_missed;
    // A visit behind that comes to share a set-up is shorter than it is now.
    const bool relieved = address >= 0 && address == after.address && !after.shares_setup;
    if (!relieved && time_s + on.s > after.latest_s + spare_s + relief_s) return false;
    if (vehicle.exact_only || vehicle.timed || !travel.constant()) return true;
    const std::int64_t fixed = price + (route_->empty() ? vehicle.fixed_cost : 0);
    return fixed + vehicle.cost_per_drive_s * (drive_s + on.s) +
               vehicle.cost_per_m * (distance_m + on.m) <
           limit;
}

}  // namespace kernel
