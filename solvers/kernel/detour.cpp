#include "detour.hpp"

#include "walk.hpp"

namespace kernel {

namespace {

// Seconds by which `slot` would be reached earlier at most, were the break elsewhere.
std::int64_t rest_before(const Problem& problem, const Route& route, std::size_t slot) {
    for (auto at = static_cast<std::size_t>(route.fixed) + 1; at < slot; ++at)
        if (problem.is_break(route.slots[at].node))
            return route.slots[at].end_s - route.slots[at].depart_s;
    return 0;
}

}  // namespace

bool may_stand(const Problem& problem, const Route& route, std::size_t slot,
               std::span<const std::int32_t> body, std::int64_t price, std::int64_t limit) {
    const Vehicle& vehicle = problem.vehicle(route.vehicle);
    const Travel& travel = problem.travel_of(vehicle);
    if (problem.has_release || travel.closes()) return true;
    const Slot& before = route.slots[slot - 1];
    const Slot& after = route.slots[slot];
    std::int64_t time_s = before.depart_s - rest_before(problem, route, slot);
    std::int32_t place = before.location;
    std::int32_t address = before.address;
    std::int64_t drive_s = -after.leg_s;
    std::int64_t distance_m = -after.leg_m;
    for (const std::int32_t node : body) {
        const bool is_stop = problem.is_stop(node);
        const auto windows = is_stop ? problem.stop(node).windows : problem.hub(node).windows;
        const std::int32_t there =
            is_stop ? problem.stop(node).location : problem.hub(node).location;
        const Leg leg = travel.leg(place, there, time_s);
        if (!leg.reachable) return false;
        time_s = start_in(windows, time_s + leg.s);
        if (!windows.empty() && time_s > windows.back().end_s) return false;
        time_s += is_stop ? problem.service(node, vehicle, true) : problem.hub(node).fixed_s;
        drive_s += leg.s;
        distance_m += leg.m;
        place = there;
        address = is_stop ? problem.stop(node).address : -1;
    }
    const Leg on = travel.leg(place, after.location, time_s);
    if (!on.reachable) return after.location < 0 || vehicle.end_missed;
    // A visit behind that comes to share a set-up is shorter than it is now.
    const bool relieved =
        route.unit_unloads || (address >= 0 && address == after.address && !after.shares_setup);
    if (!relieved && time_s + on.s > after.latest_s) return false;
    if (vehicle.exact_only || vehicle.timed || !travel.constant()) return true;
    const std::int64_t fixed = price + (route.empty() ? vehicle.fixed_cost : 0);
    return fixed + vehicle.cost_per_drive_s * (drive_s + on.s) +
               vehicle.cost_per_m * (distance_m + on.m) <
           limit;
}

}  // namespace kernel
